#include "tools/admin/server.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "engine/vocabulary/ids.hpp"
#include "tests/admin/persons.hpp"
#include "tools/admin/client.hpp"

namespace emx::admin {
namespace {

// An entry as the ledger gives it back: the command, and a refusal if there is a code.
struct Entry {
  Entry(std::uint64_t sequence, std::span<const std::byte> bytes, Code code)
      : command(bytes.begin(), bytes.end()) {
    if (code != Code::none) {
      RefusedEvent event{};
      event.code = static_cast<std::uint16_t>(code);
      event.value = 42;
      events.add(EventKind::refused, event);
    }
    view.stamp.sequence = SeqNo{sequence};
    view.command = command;
    view.events = events.bytes();
    view.events_count = events.count();
  }
  std::vector<std::byte> command;
  EventBatch events;
  EntryView view{};
};

// A server on a thread of its own; what it is asked to submit comes back as an entry.
class AdminServerTest : public ::testing::Test {
 protected:
  AdminServerTest()
      : folder{std::filesystem::temp_directory_path() /
               ("emx-admin-" + std::to_string(::getpid()))} {
    std::filesystem::create_directories(folder);
  }
  ~AdminServerTest() override {
    io.stop();
    if (thread.joinable()) thread.join();
    server.reset();
    std::filesystem::remove_all(folder);
  }
  void serve() {
    server = std::make_unique<AdminServer>(
        io, socket(), persons.operators(),
        Desk::Callbacks{.submit = [this](std::span<const std::byte> command) -> std::string {
                          if (!refusal.empty()) return refusal;
                          held = std::make_shared<Entry>(submitted + 1, command, code);
                          ++submitted;
                          if (!holds_back) let_go();
                          return "";
                        },
                        .status = [] { return std::string{R"({"ok":true,"phase":"closed"})"}; },
                        .now_ns = Persons::now_ns,
                        .inform = [](const std::string&) {},
                        .warn = [](const std::string&) {}});
    thread = std::thread{[this] { io.run(); }};
  }
  // What was submitted is durable.
  void let_go() {
    boost::asio::post(io, [this, entry = held] { server->desk().on_entry(entry->view); });
  }
  nlohmann::json ask_for(const std::string& line) {
    return nlohmann::json::parse(ask(socket(), line, std::chrono::seconds{10}));
  }
  [[nodiscard]] std::filesystem::path socket() const { return folder / "admin.sock"; }

  [[nodiscard]] std::string phase(std::uint64_t id, const std::string& phase) const {
    return persons.line(1, {{"command", "phase"}, {"id", id}, {"phase", phase}});
  }

  Persons persons;
  const std::string phase_7 = phase(7, "pause");
  std::filesystem::path folder;
  boost::asio::io_context io;
  std::unique_ptr<AdminServer> server;
  std::thread thread;
  std::atomic<std::uint64_t> submitted = 0;
  Code code = Code::none;
  std::string refusal;
  bool holds_back = false;  // until let_go()
  std::shared_ptr<Entry> held;
};

// A connection, with nothing of the real client's manners.
struct Client {
  explicit Client(const std::filesystem::path& server, bool connects = true) : path{server} {
    socket.open();
    if (connects) connect();
  }
  void connect() { socket.connect(boost::asio::local::stream_protocol::endpoint{path.string()}); }
  void write(const std::string& bytes) { boost::asio::write(socket, boost::asio::buffer(bytes)); }
  // Empty: the server has closed.
  std::string read_line() {
    std::string line;
    boost::system::error_code error;
    boost::asio::read_until(socket, boost::asio::dynamic_buffer(line), '\n', error);
    return line;
  }

  std::filesystem::path path;
  boost::asio::io_context io;
  boost::asio::local::stream_protocol::socket socket{io};
};

TEST_F(AdminServerTest, AnswersOnceTheCommandIsDurable) {
  serve();
  EXPECT_EQ(ask_for(phase_7), (nlohmann::json{{"ok", true}, {"sequence", 1}}));
  EXPECT_EQ(ask_for(R"({"command":"status"})")["phase"], "closed");
}

TEST_F(AdminServerTest, GivesARepeatedRequestItsFirstAnswer) {
  serve();
  const auto first = ask_for(phase_7);
  EXPECT_EQ(ask_for(phase_7), first);
  EXPECT_EQ(submitted, 1U);
  EXPECT_EQ(ask_for(phase(8, "pause"))["sequence"], 2);  // control
}

TEST_F(AdminServerTest, RefusesAnotherCommandWithAnIdThatWasUsed) {
  serve();
  ask_for(phase_7);
  const auto refused = ask_for(phase(7, "closed"));
  EXPECT_EQ(refused["ok"], false);
  EXPECT_EQ(
      refused["reason"],
      "id 7 is entry 1, applied: phase pause for all books; another request needs another id");
  EXPECT_EQ(submitted, 1U);
}

TEST_F(AdminServerTest, RefusesAnotherCommandWithAnIdThatIsUnderWay) {
  holds_back = true;
  serve();
  Client first{socket()};
  first.write(phase_7 + '\n');
  while (submitted == 0) std::this_thread::yield();
  EXPECT_EQ(ask_for(phase(7, "closed"))["ok"], false);
  Client second{socket()};
  second.write(phase_7 + '\n');
  EXPECT_EQ(ask_for(R"({"command":"status"})")["ok"], true);
  let_go();
  EXPECT_EQ(first.read_line(), second.read_line());
  EXPECT_EQ(submitted, 1U);
}

// As `echo ... | nc` does.
TEST_F(AdminServerTest, AnswersAClientThatHasClosedItsSide) {
  holds_back = true;
  serve();
  Client client{socket()};
  client.write(phase_7 + '\n');
  client.socket.shutdown(boost::asio::socket_base::shutdown_send);
  while (submitted == 0) std::this_thread::yield();
  EXPECT_EQ(ask_for(R"({"command":"status"})")["ok"], true);  // by now it has seen the end
  let_go();
  EXPECT_EQ(nlohmann::json::parse(client.read_line())["sequence"], 1);
}

// However the bytes come, a line is a line.
TEST_F(AdminServerTest, TakesLinesInPiecesAndTogether) {
  serve();
  const std::string status = "{\"command\":\"status\"}\n";
  Client client{socket()};
  client.write(status.substr(0, 5));
  EXPECT_EQ(ask_for(R"({"command":"status"})")["ok"], true);  // others do not wait for the rest
  client.write(status.substr(5) + status);
  std::string both = client.read_line();
  while (std::count(both.begin(), both.end(), '\n') < 2) both += client.read_line();
  EXPECT_EQ(both.substr(0, both.size() / 2), both.substr(both.size() / 2));
}

TEST_F(AdminServerTest, AnswersEveryKindOfLineThatIsNone) {
  serve();
  Client half{socket()};
  half.write(R"({"command":"sta)");
  half.socket.shutdown(boost::asio::socket_base::shutdown_send);
  EXPECT_EQ(half.read_line(), "");
  for (const std::string& line :
       {std::string{}, std::string{"\0", 1}, std::string{"\xff\xfe"}, std::string{"null"},
        std::string{"{\"command\":7}"}, std::string(60'000, '[')}) {
    Client client{socket()};
    client.write(line + '\n');
    EXPECT_EQ(nlohmann::json::parse(client.read_line())["ok"], false) << line;
    client.write(R"({"command":"status"})"
                 "\n");
    EXPECT_EQ(nlohmann::json::parse(client.read_line())["ok"], true) << line;
  }
  Client endless{socket()};
  endless.write(std::string(65'536, ' '));
  EXPECT_EQ(nlohmann::json::parse(endless.read_line())["reason"],
            "the line is longer than 65,536 bytes");
  EXPECT_EQ(endless.read_line(), "");
  EXPECT_EQ(submitted, 0U);
}

// It takes no more than it can answer: what it does not read stays with the client.
TEST_F(AdminServerTest, ReadsNothingFromAClientThatDoesNotRead) {
  serve();
  Client client{socket()};
  client.socket.non_blocking(true);
  const std::string line = "{\"command\":\"status\"}\n";
  std::size_t sent = 0;
  for (int full = 0; full < 200 && sent < (std::size_t{64} << 20);) {
    boost::system::error_code error;
    sent += client.socket.write_some(boost::asio::buffer(line), error);
    full = error ? full + 1 : 0;
    if (error) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  EXPECT_LT(sent, std::size_t{8} << 20) << "the socket's buffers, and no more";
  EXPECT_EQ(ask_for(line.substr(0, line.size() - 1))["ok"], true);
}

TEST_F(AdminServerTest, BoundsItsConnections) {
  serve();
  std::vector<std::unique_ptr<Client>> clients;
  std::size_t served = 0;
  for (int i = 0; i < 40; ++i) {
    clients.push_back(std::make_unique<Client>(socket()));
    boost::system::error_code error;
    boost::asio::write(clients.back()->socket, boost::asio::buffer("{\"command\":\"status\"}\n"),
                       error);
    if (!error && !clients.back()->read_line().empty()) ++served;
  }
  EXPECT_EQ(served, 32U);
  clients.clear();
  EXPECT_EQ(ask_for(R"({"command":"status"})")["ok"], true);
}

TEST_F(AdminServerTest, TellsRefusalsOfTheLogFromThoseBeforeIt) {
  code = Code::p01_phase;
  serve();
  const auto refused = ask_for(phase_7);
  EXPECT_EQ(refused["ok"], false);
  EXPECT_EQ(refused["name"], "P01_PHASE");
  EXPECT_EQ(refused["value"], 42);
  EXPECT_EQ(refused["sequence"], 1);
  const auto bad = ask_for("nonsense");
  EXPECT_EQ(bad["ok"], false);
  EXPECT_FALSE(bad.contains("sequence"));
}

TEST_F(AdminServerTest, PassesOnWhyNothingIsTaken) {
  refusal = "emxd is stopping";
  serve();
  EXPECT_EQ(ask_for(phase_7)["reason"], "emxd is stopping");
}

TEST_F(AdminServerTest, IsForItsOwnUserOnly) {
  serve();
  struct stat status {};
  ASSERT_EQ(::stat(socket().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(AdminServerTest, ReplacesTheSocketOfADeadProcessButNotOfALivingOne) {
  serve();
  boost::asio::io_context other;
  EXPECT_THROW((AdminServer{other, socket(), Operators{{}}, {}}), std::runtime_error);
  std::ofstream{folder / "file"} << "x";
  EXPECT_THROW((AdminServer{other, folder / "file", Operators{{}}, {}}), std::runtime_error);
  // A process that was killed leaves its socket.
  const std::filesystem::path dead = folder / "dead.sock";
  {
    boost::asio::local::stream_protocol::acceptor killed{other};
    killed.open();
    killed.bind(boost::asio::local::stream_protocol::endpoint{dead.string()});
  }
  ASSERT_TRUE(std::filesystem::exists(dead));
  EXPECT_NO_THROW((AdminServer{other, dead, Operators{{}}, {}}));
}

TEST(AdminClient, SaysWhenNobodyListens) {
  try {
    [[maybe_unused]] const std::string answer =
        ask("/nonexistent/admin.sock", "{}", std::chrono::seconds{1});
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string{error.what()}.find("cannot reach emxd"), std::string::npos);
  }
}

}  // namespace
}  // namespace emx::admin

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "engine/vocabulary/ids.hpp"
#include "tools/admin/client.hpp"
#include "tools/admin/request.hpp"
#include "tools/admin/server.hpp"

namespace emx::admin {
namespace {

template <class Command>
Command command_of(std::string_view line) {
  const Request request = read_request(line);
  const auto* made = std::get_if<CommandRequest>(&request);
  if (made == nullptr) throw std::runtime_error{"not a command: " + std::string{line}};
  Command command{};
  if (made->command.size() != sizeof command) throw std::runtime_error{"of another size"};
  std::memcpy(&command, made->command.data(), sizeof command);
  EXPECT_EQ(command.header.size, sizeof command);
  EXPECT_EQ(command.header.command_id, made->id);
  EXPECT_EQ(command.header.actor, no_id);
  return command;
}

std::string fault_of(std::string_view line) {
  const Request request = read_request(line);
  const auto* bad = std::get_if<BadRequest>(&request);
  return bad == nullptr ? "" : bad->reason;
}

TEST(AdminRequest, MakesEachCommand) {
  const auto price = command_of<SetReferencePriceCommand>(
      R"({"command":"reference-price","id":7,"symbol":"SHEA25","price":"70.01"})");
  EXPECT_EQ(price.symbol.view(), "SHEA25");
  EXPECT_EQ(price.price_fen, 7'001);
  EXPECT_EQ(price.header.command_id, 7U);
  const auto quota = command_of<SetQuotaCommand>(
      R"({"command":"quota","id":8,"year":2026,"province":"ZJ","pollutant":"VOC","inflow":1,)"
      R"("outflow":2,"gross":3,"holding":4,"pace":5})");
  EXPECT_EQ(quota.province, static_cast<std::uint8_t>(Province::zj));
  EXPECT_EQ(quota.outflow_cap_kg, 2);
  EXPECT_EQ(quota.daily_pace_kg, 5);
  const auto link = command_of<SetLinkCommand>(
      R"({"command":"link","id":9,"pollutant":"VOC","seller":"SH","buyer":"ZJ","enabled":false})");
  EXPECT_EQ(link.enabled, 0);
  const auto demand = command_of<SetDemandCommand>(
      R"({"command":"demand","id":1,"facility":"F-1","pollutant":"TP","approved":12})");
  EXPECT_EQ(demand.approved_kg, 12);
  const auto phase = command_of<PhaseCommand>(R"({"command":"phase","id":1,"phase":"pause"})");
  EXPECT_TRUE(phase.symbol.empty());
  const auto day = command_of<DayOpenCommand>(R"({"command":"day","id":1,"date":"2026-06-18"})");
  EXPECT_EQ(day.date, date_of(2026, 6, 18).value);
  const auto limit = command_of<SetLimitCommand>(
      R"({"command":"limit","id":1,"limit":"order-rate","scope":"firm","name":"F","value":5})");
  EXPECT_EQ(limit.kind, static_cast<std::uint8_t>(LimitKind::order_rate));
  EXPECT_EQ(limit.name.view(), "F");
  EXPECT_EQ(limit.value, 5);
  EXPECT_EQ(limit.until_ns, 0);
  const auto kill = command_of<KillSwitchCommand>(
      R"({"command":"kill-switch","id":1,"scope":"all","killed":true})");
  EXPECT_EQ(kill.killed, 1);
  EXPECT_TRUE(kill.name.empty());
  EXPECT_TRUE(std::holds_alternative<StatusRequest>(read_request(R"({"command":"status"})")));
}

TEST(AdminRequest, SaysWhatIsWrong) {
  EXPECT_EQ(fault_of("{"), "the line is not JSON");
  EXPECT_EQ(fault_of("[]"), "it is not a JSON object");
  EXPECT_EQ(fault_of("{}"), "'command' is missing");
  EXPECT_EQ(fault_of(R"({"command":"dance"})"), "'dance' is not a command");
  EXPECT_EQ(fault_of(R"({"command":"phase","phase":"pause"})"), "'id' is missing");
  EXPECT_EQ(fault_of(R"({"command":"phase","id":0,"phase":"pause"})"),
            "'id' must be a whole number above 0");
  EXPECT_EQ(fault_of(R"({"command":"phase","id":1,"phase":"siesta"})"), "'siesta' is not a phase");
  EXPECT_EQ(fault_of(R"({"command":"phase","id":1,"phase":"pause","colour":1})"),
            "it has a field that is not known here");
  EXPECT_EQ(fault_of(R"({"command":"day","id":1,"date":"2026-02-30"})"),
            "'2026-02-30' is not a date such as 2026-06-18");
  EXPECT_NE(fault_of(R"({"command":"reference-price","id":1,"symbol":"A","price":"1.001"})"), "");
  EXPECT_NE(fault_of(R"({"command":"demand","id":1,"facility":"F","pollutant":"VOC",)"
                     R"("approved":18446744073709551615})"),
            "");
  EXPECT_NE(fault_of(std::string(100'000, '[')), "");
  EXPECT_NE(fault_of("\xff\xfe{}"), "");
}

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
        io, socket(),
        AdminServer::Callbacks{[this](std::span<const std::byte> command) -> std::string {
                                 if (!refusal.empty()) return refusal;
                                 held = std::make_shared<Entry>(submitted + 1, command, code);
                                 ++submitted;
                                 if (!holds_back) let_go();
                                 return "";
                               },
                               [] { return std::string{R"({"ok":true,"phase":"closed"})"}; }});
    thread = std::thread{[this] { io.run(); }};
  }
  // What was submitted is durable.
  void let_go() {
    boost::asio::post(io, [this, entry = held] { server->on_entry(entry->view); });
  }
  nlohmann::json ask_for(const std::string& line) {
    return nlohmann::json::parse(ask(socket(), line, std::chrono::seconds{10}));
  }
  [[nodiscard]] std::filesystem::path socket() const { return folder / "admin.sock"; }

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

constexpr const char* phase_7 = R"({"command":"phase","id":7,"phase":"pause"})";

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
  EXPECT_EQ(ask_for(R"({"command":"phase","id":8,"phase":"pause"})")["sequence"], 2);  // control
}

TEST_F(AdminServerTest, RefusesAnotherCommandWithAnIdThatWasUsed) {
  serve();
  ask_for(phase_7);
  const auto refused = ask_for(R"({"command":"phase","id":7,"phase":"closed"})");
  EXPECT_EQ(refused["ok"], false);
  EXPECT_EQ(refused["reason"], "this id was used before, for another command");
  EXPECT_EQ(submitted, 1U);
}

TEST_F(AdminServerTest, RefusesAnotherCommandWithAnIdThatIsUnderWay) {
  holds_back = true;
  serve();
  Client first{socket()};
  first.write(std::string{phase_7} + '\n');
  while (submitted == 0) std::this_thread::yield();
  EXPECT_EQ(ask_for(R"({"command":"phase","id":7,"phase":"closed"})")["ok"], false);
  Client second{socket()};
  second.write(std::string{phase_7} + '\n');
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
  client.write(std::string{phase_7} + '\n');
  client.socket.shutdown(boost::asio::socket_base::shutdown_send);
  while (submitted == 0) std::this_thread::yield();
  EXPECT_EQ(ask_for(R"({"command":"status"})")["ok"], true);  // by now it has seen the end
  let_go();
  EXPECT_EQ(nlohmann::json::parse(client.read_line())["sequence"], 1);
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
  EXPECT_THROW((AdminServer{other, socket(), {}}), std::runtime_error);
  std::ofstream{folder / "file"} << "x";
  EXPECT_THROW((AdminServer{other, folder / "file", {}}), std::runtime_error);
  // A process that was killed leaves its socket.
  const std::filesystem::path dead = folder / "dead.sock";
  {
    boost::asio::local::stream_protocol::acceptor killed{other};
    killed.open();
    killed.bind(boost::asio::local::stream_protocol::endpoint{dead.string()});
  }
  ASSERT_TRUE(std::filesystem::exists(dead));
  EXPECT_NO_THROW((AdminServer{other, dead, {}}));
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

#include "tests/end_to_end/daemon.hpp"

#include <stdlib.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <thread>

#include "gateway/password.hpp"
#include "tools/admin/ed25519.hpp"

namespace emx::end_to_end {

using std::chrono::milliseconds;

namespace {

// A sanitised emxd takes its time.
constexpr milliseconds start_patience{60'000};
constexpr milliseconds stop_patience{30'000};
constexpr milliseconds program_patience{60'000};

std::string quoted(const std::filesystem::path& path) { return '"' + path.string() + '"'; }

// All sessions have one password, and one cheap hash of it: the real one takes a third of a second.
const std::string& password_hash() {
  static const std::string hash = gateway::make_password_hash(Daemon::password, 1'000);
  return hash;
}

// Person 1 is of the venue, person 2 of the joint office.
std::uint32_t responsible_for(const std::string& command) {
  static const std::set<std::string> joint{
      "quota",    "demand", "link",     "zone",  "firm",     "facility", "issue",    "freeze",
      "unfreeze", "pledge", "unpledge", "trust", "distrust", "transfer", "calendar", "instrument"};
  return joint.contains(command) ? 2 : 1;
}

}  // namespace

std::string emxd_program() { return EMXD_PROGRAM; }
std::string emx_program() { return EMX_PROGRAM; }

std::uint32_t setting_or(const char* name, std::uint32_t otherwise) {
  const char* const text = ::getenv(name);
  return text == nullptr ? otherwise : static_cast<std::uint32_t>(std::stoul(text));
}

bool wait_for(const std::function<bool()>& condition) {
  // Long, because what children of the lowest priority do is waited for on busy machines as well.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{90};
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return true;
}

void write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out{file};
  out << text;
  if (!out.flush()) throw std::runtime_error{"cannot write " + file.string()};
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "emx-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error{"cannot make a temporary folder"};
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

// Persons 1 and 2 may act.
std::string Daemon::operators() const {
  std::string text;
  for (const std::uint32_t number : {1U, 2U}) {
    const admin::PrivateKey key = admin::PrivateKey::make();
    key.write(operator_key(number));
    const std::string digit = std::to_string(number);
    text += "[[operator]]\nnumber = " + digit + "\nname = \"Person " + digit + "\"\noffice = \"" +
            (number == 1 ? "venue" : "joint") + "\"\npublic_key = \"" +
            admin::base64_of(key.public_key()) + "\"\n";
  }
  return text;
}

Daemon::Daemon(const std::vector<std::string>& firms, const std::string& more) {
  std::string text =
      "[venue]\nmarket = " + quoted(std::filesystem::current_path() / "tools/market/delta") +
      "\n[ledger]\ndirectory = \"ledger\"\ndisk_reserve_bytes = 0\n"
      // Another process, which few facts are about (index_test.cpp).
      "index = false\n"
      "[admin]\nsocket = \"admin.sock\"\n"
      "[log]\nlevel = \"debug\"\n"
      "[run]\nready_file = \"ready.json\"\n";
  text += operators();
  for (const std::string& firm : firms) text += session_table("fix", firm, firm);
  write_file(config(), text + more);
}

std::string Daemon::session_table(const std::string& section, const std::string& comp_id,
                                  const std::string& firm) {
  return "[[" + section + ".session]]\ncomp_id = \"" + comp_id + "\"\nfirm = \"" + firm +
         "\"\npassword_hash = \"" + password_hash() + "\"\n";
}

void Daemon::start() {
  const auto ready = folder() / "ready.json";
  std::filesystem::remove(ready);
  process_ = std::make_unique<demo::ChildProcess>(demo::ChildProcess::Start{
      .command = {emxd_program(), "--config", config().string()}, .output = folder() / "log"});
  const auto deadline = std::chrono::steady_clock::now() + start_patience;
  while (!std::filesystem::exists(ready)) {
    if (const auto exit_code = process_->wait(milliseconds{5})) {
      process_.reset();
      throw std::runtime_error{"emxd ended with " + std::to_string(*exit_code) + ":\n" +
                               tail_of_log()};
    }
    if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error{"emxd is not ready:\n" + tail_of_log()};
    }
  }
  const auto json = nlohmann::json::parse(read_file(ready));
  fix_port_ = json.at("fix_port").get<std::uint16_t>();
  metrics_port_ = json.at("metrics_port").get<std::uint16_t>();
  market_data_port_ = json.value("market_data_port", std::uint16_t{0});
}

Finished Daemon::try_to_start() const {
  return demo::run_program({emxd_program(), "--config", config().string()}, program_patience);
}

void Daemon::change_config(const std::string& from, const std::string& to) const {
  std::string text = read_file(config());
  const std::size_t at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error{"the configuration has no " + from};
  write_file(config(), text.replace(at, from.size(), to));
}

void Daemon::kill() {
  process_->signal(SIGKILL);
  process_->wait(stop_patience);
  process_.reset();
}

void Daemon::request_stop() { process_->signal(SIGTERM); }

int Daemon::stop() {
  request_stop();
  return wait_for_end();
}

int Daemon::wait_for_end() {
  const auto exit_code = process_->wait(stop_patience);
  process_.reset();  // kills what did not end
  return exit_code.value_or(128 + SIGKILL);
}

std::filesystem::path Daemon::operator_key(std::uint32_t person) const {
  return folder() / ("operator-" + std::to_string(person) + ".pem");
}

Finished Daemon::try_admin(const std::vector<std::string>& arguments, std::uint32_t person) const {
  std::vector<std::string> command{emx_program(),
                                   "admin",
                                   "--json",
                                   "--socket",
                                   admin_socket().string(),
                                   "--operator",
                                   operator_key(person).string(),
                                   "--as",
                                   std::to_string(person)};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return demo::run_program(std::move(command), program_patience);
}

void Daemon::admin(const std::vector<std::string>& arguments) {
  const Finished finished = try_admin(arguments, responsible_for(arguments.front()));
  if (finished.exit_code != 0) {
    throw std::runtime_error{"emx admin " + arguments.front() + ": " + finished.output +
                             finished.errors};
  }
}

void Daemon::admin_by_two(const std::vector<std::string>& arguments) {
  const std::uint32_t first = responsible_for(arguments.front());
  const Finished asked = try_admin(arguments, first);
  const auto answer = nlohmann::json::parse(asked.output, nullptr, false);
  if (!answer.is_object() || !answer.value("waiting", false)) {
    throw std::runtime_error{"emx admin " + arguments.front() + " does not wait: " + asked.output +
                             asked.errors};
  }
  const Finished approved = try_admin({"approve", answer.at("approval").dump()}, 3 - first);
  if (approved.exit_code != 0) {
    throw std::runtime_error{"emx admin approve: " + approved.output + approved.errors};
  }
}

void Daemon::open_market(const std::string& date) {
  admin({"day", date});
  admin({"phase", "continuous"});
}

Finished Daemon::audit(const std::string& what, const std::vector<std::string>& more) const {
  std::vector<std::string> command{emx_program(), "audit", what, ledger().string()};
  command.insert(command.end(), more.begin(), more.end());
  return demo::run_program(std::move(command), program_patience);
}

nlohmann::json Daemon::audit_json(const std::string& what, std::vector<std::string> more) const {
  more.push_back("--json");
  const Finished finished = audit(what, more);
  if (finished.exit_code != 0) {
    throw std::runtime_error{"emx audit " + what + ": " + finished.output + finished.errors};
  }
  return nlohmann::json::parse(finished.output);
}

std::string Daemon::log() const { return read_file(folder() / "log"); }

std::string Daemon::tail_of_log() const {
  const std::string text = log();
  return text.size() < 4'000 ? text : text.substr(text.size() - 4'000);
}

fix_client::Identity Daemon::identity(const std::string& comp_id, bool keeps_orders) {
  fix_client::Identity identity;
  identity.sender = comp_id;
  identity.password = password;
  identity.keep_orders = keeps_orders;
  return identity;
}

}  // namespace emx::end_to_end

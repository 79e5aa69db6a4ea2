#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/demo/child_process.hpp"
#include "tools/fix_client/session.hpp"

namespace emx::end_to_end {

using demo::Finished;

// The book of the sample market that most tests trade in.
inline constexpr const char* voc = "VOC.AIR.YRD.IND.2630";

// A folder of its own that goes away with the test.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// The emxd that was built with this test, on the sample market, with free ports and a folder of its
// own. Sessions are named as the firms they act for. What it needs to start, and only that, throws
// std::runtime_error with the end of emxd's log.
class Daemon {
 public:
  static constexpr const char* password = "correct horse battery staple";

  // `more`: what its configuration has besides.
  explicit Daemon(const std::vector<std::string>& firms, const std::string& more = {});
  // [[SECTION.session]] of such a configuration, with the password of all.
  [[nodiscard]] static std::string session_table(const std::string& section,
                                                 const std::string& comp_id,
                                                 const std::string& firm);

  // Starts it and waits until it serves.
  void start();
  // Starts it where it must not come up, and waits for its end.
  [[nodiscard]] Finished try_to_start() const;
  // A change of the configuration, for the next start. Requires: `from` stands in it.
  void change_config(const std::string& from, const std::string& to) const;
  // SIGKILL, by its process id.
  void kill();
  // SIGTERM. Clients are told to log out meanwhile, so they want to be run before wait_for_end(),
  // which returns the exit code: 137 when it had to be killed.
  void request_stop();
  int wait_for_end();
  int stop();  // both: for when nobody is logged on
  [[nodiscard]] bool is_running() const { return process_ != nullptr; }
  [[nodiscard]] demo::ChildProcess& process() { return *process_; }

  // `emx admin`: must be applied, by the person whose office it is for; or by person 1 (of the
  // venue) or 2 (of the joint office), and it may be refused.
  void admin(const std::vector<std::string>& arguments);
  // What takes two persons: one asks, the other approves.
  void admin_by_two(const std::vector<std::string>& arguments);
  [[nodiscard]] Finished try_admin(const std::vector<std::string>& arguments,
                                   std::uint32_t person = 1) const;
  [[nodiscard]] std::filesystem::path operator_key(std::uint32_t person) const;
  // Opens the trade date, and continuous trading in all books.
  void open_market(const std::string& date = "2026-06-18");
  // `emx audit` of its ledger, whether it runs or not.
  [[nodiscard]] Finished audit(const std::string& what,
                               const std::vector<std::string>& more = {}) const;
  [[nodiscard]] nlohmann::json audit_json(const std::string& what,
                                          std::vector<std::string> more = {}) const;

  [[nodiscard]] std::uint16_t fix_port() const { return fix_port_; }
  [[nodiscard]] std::uint16_t metrics_port() const { return metrics_port_; }
  [[nodiscard]] std::uint16_t market_data_port() const { return market_data_port_; }  // 0: none
  [[nodiscard]] std::filesystem::path folder() const { return folder_.path(); }
  [[nodiscard]] std::filesystem::path config() const { return folder() / "emxd.toml"; }
  [[nodiscard]] std::filesystem::path ledger() const { return folder() / "ledger"; }
  [[nodiscard]] std::filesystem::path admin_socket() const { return folder() / "admin.sock"; }
  [[nodiscard]] std::string log() const;  // what it has said so far
  [[nodiscard]] static fix_client::Identity identity(const std::string& comp_id,
                                                     bool keeps_orders = false);

 private:
  [[nodiscard]] std::string operators() const;
  [[nodiscard]] std::string tail_of_log() const;

  TemporaryFolder folder_;
  std::unique_ptr<demo::ChildProcess> process_;
  std::uint16_t fix_port_ = 0;
  std::uint16_t metrics_port_ = 0;
  std::uint16_t market_data_port_ = 0;
};

// The programs under test.
[[nodiscard]] std::string emxd_program();
[[nodiscard]] std::string emx_program();

// A number of the environment's, by which a long run differs from a quick one.
[[nodiscard]] std::uint32_t setting_or(const char* name, std::uint32_t otherwise);

// Looks again and again, for as long as a slow machine may take; false: it did not come true.
[[nodiscard]] bool wait_for(const std::function<bool()>& condition);

void write_file(const std::filesystem::path& file, const std::string& text);
[[nodiscard]] std::string read_file(const std::filesystem::path& file);

}  // namespace emx::end_to_end

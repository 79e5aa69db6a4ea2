#pragma once

#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/end_to_end/daemon.hpp"

namespace emx::end_to_end {

// emxd on the folder of a Daemon, which does not run meanwhile, with other arguments or in another
// environment. It has the log to itself.
class BareDaemon {
 public:
  struct Start {
    std::vector<std::string> before{};     // a program that runs it, and its arguments
    std::vector<std::string> arguments{};  // beside --config FILE
    std::vector<std::string> environment{};
  };

  BareDaemon(const Daemon& on, const Start& start) : on_{on} {
    std::filesystem::remove(ready_file());
    std::filesystem::remove(on.folder() / "log");
    std::vector<std::string> command = start.before;
    command.insert(command.end(), {emxd_program(), "--config", on.config().string()});
    command.insert(command.end(), start.arguments.begin(), start.arguments.end());
    process_.emplace(demo::ChildProcess::Start{.command = std::move(command),
                                               .output = on.folder() / "log",
                                               .environment = start.environment});
  }

  // False: it has ended, or is not ready in time.
  bool wait_until_ready() {
    for (int i = 0; i < 6'000; ++i) {
      if (std::filesystem::exists(ready_file())) return true;
      if (process_->wait(std::chrono::milliseconds{10})) return false;
    }
    return false;
  }
  [[nodiscard]] std::uint16_t fix_port() const {
    return nlohmann::json::parse(read_file(ready_file())).at("fix_port").get<std::uint16_t>();
  }
  int wait_for_end() { return process_->wait(std::chrono::seconds{30}).value_or(-1); }
  // SIGKILL, by its process id.
  void kill() {
    process_->signal(SIGKILL);
    wait_for_end();
  }
  [[nodiscard]] pid_t pid() const { return process_->pid(); }
  int stop() {
    process_->signal(SIGTERM);
    return wait_for_end();
  }

 private:
  [[nodiscard]] std::filesystem::path ready_file() const { return on_.folder() / "ready.json"; }

  const Daemon& on_;
  std::optional<demo::ChildProcess> process_;
};

}  // namespace emx::end_to_end

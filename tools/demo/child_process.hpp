#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace emx::demo {

// A program that we started and are answerable for: it is signalled by its own id and never
// outlives us. Not thread-safe.
class ChildProcess {
 public:
  struct Start {
    std::vector<std::string> command;        // program, then its arguments
    std::filesystem::path output{};          // its standard output; empty: ours
    std::filesystem::path errors{};          // its standard error; empty: where the output goes
    std::vector<std::string> environment{};  // NAME=value, beside ours
  };

  // Throws std::runtime_error when there can be no process. A program that cannot be run ends with
  // 127, as in a shell.
  explicit ChildProcess(const Start& start);
  ~ChildProcess();  // kills it if it still runs
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void signal(int number) const;

  // Its exit code, or 128 and the signal that ended it; nullopt: it still runs after `timeout`.
  std::optional<int> wait(std::chrono::milliseconds timeout);

 private:
  void reap();

  pid_t pid_ = -1;
  int pid_fd_ = -1;
  std::optional<int> exit_code_;
};

struct Finished {
  int exit_code = 0;
  std::string output;  // standard output
  std::string errors;  // standard error
};

// Runs a program to its end. One that takes longer than `timeout` is killed: exit code 137.
[[nodiscard]] Finished run_program(std::vector<std::string> command,
                                   std::chrono::milliseconds timeout);

}  // namespace emx::demo

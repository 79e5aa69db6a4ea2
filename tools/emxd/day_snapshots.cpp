#include "tools/emxd/day_snapshots.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

extern char** environ;

namespace emx::daemon {

namespace {

constexpr std::size_t said_bytes_max = 8 << 10;
constexpr int lowest_priority = 19;

// Runs the program with its output going into `output`; 0, or an error's number. Nothing else that
// is open here is open there: a socket that a client closes would stay open as long as the child.
int spawn(const std::vector<std::string>& words, int output, pid_t& child) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  ::posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  const int error =
      ::posix_spawn(&child, "/proc/self/exe", &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  return error;
}

}  // namespace

DaySnapshots::DaySnapshots(boost::asio::io_context& io, std::filesystem::path config_file,
                           Words words)
    : config_file_{std::move(config_file)}, words_{std::move(words)}, output_{io} {}

void DaySnapshots::begin() {
  if (child_ != 0) return;
  std::array<int, 2> ends{-1, -1};
  int error = ::pipe2(ends.data(), O_CLOEXEC) == 0 ? 0 : errno;
  if (error == 0) {
    error =
        spawn({"emxd", "--config", config_file_.string(), "--snapshot", std::to_string(::getpid())},
              ends[1], child_);
    ::close(ends[1]);
  }
  if (error != 0) {
    child_ = 0;
    if (ends[0] >= 0) ::close(ends[0]);
    return words_.warn(std::string{"no snapshot of the day can be made: "} + std::strerror(error));
  }
  said_.clear();
  output_.assign(ends[0]);
  listen();
}

// To the end of what it says, which is its own end.
void DaySnapshots::listen() {
  output_.async_read_some(boost::asio::buffer(part_),
                          [this](const boost::system::error_code& error, std::size_t bytes) {
                            if (error == boost::asio::error::operation_aborted) return;
                            const std::size_t room = said_bytes_max - said_.size();
                            said_.append(part_.data(), std::min(bytes, room));
                            if (error) return finish();
                            listen();
                          });
}

void DaySnapshots::finish() {
  int status = 0;
  while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) continue;
  child_ = 0;
  output_.close();
  while (said_.ends_with('\n')) said_.pop_back();
  for (std::size_t at = said_.find('\n'); at != std::string::npos; at = said_.find('\n', at)) {
    said_.replace(at, 1, "; ");
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return words_.inform(said_);
  words_.warn("no snapshot of the day was made" +
              (said_.empty() ? " (its process ended with status " + std::to_string(status) + ')'
                             : ": " + said_));
}

void DaySnapshots::stop() {
  if (child_ == 0) return;
  ::kill(child_, SIGKILL);
  while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) continue;
  child_ = 0;
  output_.close();
}

void become_a_days_snapshot(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(0);  // it is gone already
  // Being impolite is no reason to fail.
  static_cast<void>(::setpriority(PRIO_PROCESS, 0, lowest_priority));
  constexpr int of_process = 1;
  constexpr int idle_class = 3 << 13;
  static_cast<void>(::syscall(SYS_ioprio_set, of_process, 0, idle_class));
}

}  // namespace emx::daemon

#include "tools/emxd/day_snapshots.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>
#include <vector>

#include "engine/vocabulary/check.hpp"

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
  int error = ::posix_spawn_file_actions_init(&actions);
  if (error != 0) return error;
  for (const int standard : {STDOUT_FILENO, STDERR_FILENO}) {
    if (error == 0) error = ::posix_spawn_file_actions_adddup2(&actions, output, standard);
  }
  if (error == 0) error = ::posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  if (error == 0) {
    error = ::posix_spawn(&child, "/proc/self/exe", &actions, nullptr, arguments.data(), environ);
  }
  ::posix_spawn_file_actions_destroy(&actions);
  return error;
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

}  // namespace

DaySnapshots::DaySnapshots(boost::asio::io_context& io, Words words)
    : words_{std::move(words)}, output_{io} {}

DaySnapshots::~DaySnapshots() {
  stop();
  if (child_ != 0) wait_for(child_);
}

void DaySnapshots::begin(const std::filesystem::path& data_dir, std::uint64_t left_free) {
  check(child_ == 0);
  const auto fail = [this](const std::string& why) {
    words_.warn("no snapshot of the day can be made: " + why + ". `emx snapshot` makes one");
  };
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(std::strerror(errno));
  boost::system::error_code refused;
  output_.assign(ends[0], refused);
  const int error = refused ? refused.value()
                            : spawn({"emxd", "--snapshot", data_dir.string(),
                                     std::to_string(::getpid()), std::to_string(left_free)},
                                    ends[1], child_);
  ::close(ends[1]);
  if (error != 0) {
    child_ = 0;
    if (refused) {
      ::close(ends[0]);
    } else {
      output_.close(refused);
    }
    return fail(std::strerror(error));
  }
  said_.clear();
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
  const int status = wait_for(std::exchange(child_, 0));
  output_.close();
  while (said_.ends_with('\n')) said_.pop_back();
  // A line beside the last is of a snapshot that was passed over.
  const bool warns = said_.find('\n') != std::string::npos;
  for (std::size_t at = said_.find('\n'); at != std::string::npos; at = said_.find('\n', at)) {
    said_.replace(at, 1, "; ");
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    return warns ? words_.warn(said_) : words_.inform(said_);
  }
  words_.warn("no snapshot of the day was made; `emx snapshot` makes one: " +
              (said_.empty() ? "its process ended with status " + std::to_string(status) : said_));
}

void DaySnapshots::stop() {
  if (child_ == 0 || !output_.is_open()) return;
  words_.warn("the snapshot of the day is given up, because emxd stops");
  ::kill(child_, SIGKILL);
  output_.close();
}

void become_a_days_snapshot(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(0);  // it is gone already
  // Being impolite is no reason to fail.
  static_cast<void>(::setpriority(PRIO_PROCESS, 0, lowest_priority));
  constexpr int of_process = 1;
  constexpr int lowest_of_those_that_are_served = 2 << 13 | 7;
  static_cast<void>(::syscall(SYS_ioprio_set, of_process, 0, lowest_of_those_that_are_served));
  std::ofstream{"/proc/self/oom_score_adj"} << "1000";
}

}  // namespace emx::daemon

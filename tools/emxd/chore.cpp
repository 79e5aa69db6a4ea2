#include "tools/emxd/chore.hpp"

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

#include "engine/vocabulary/check.hpp"

extern char** environ;

namespace emx::daemon {

namespace {

constexpr std::size_t said_bytes_max = 8 << 10;
constexpr int lowest_priority = 19;

// Runs the program with its output going into `output`; 0, or an error's number. Nothing else that
// is open here is open there: a socket that a client closes would stay open as long as the child.
int spawn(const std::vector<std::string>& words, int output, pid_t& child) {
  std::string name = "emxd";
  std::vector<char*> arguments{name.data()};
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

bool Chore::End::is_good() const { return exit_code() == 0; }

int Chore::End::exit_code() const { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }

bool Chore::End::has_crashed() const {
  if (!WIFSIGNALED(status)) return false;
  const int signal = WTERMSIG(status);
  return signal == SIGSEGV || signal == SIGBUS || signal == SIGABRT || signal == SIGFPE ||
         signal == SIGILL;
}

std::string Chore::End::words() const {
  if (!said.empty()) return said;
  if (WIFSIGNALED(status))
    return "its process was ended by signal " + std::to_string(WTERMSIG(status));
  return "its process ended with code " + std::to_string(exit_code());
}

Chore::~Chore() {
  stop();
  if (child_ != 0) wait_for(child_);
}

std::string Chore::begin(const std::vector<std::string>& arguments,
                         std::function<void(const End&)> done) {
  check(child_ == 0);
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::strerror(errno);
  boost::system::error_code refused;
  output_.assign(ends[0], refused);
  const int error = refused ? refused.value() : spawn(arguments, ends[1], child_);
  ::close(ends[1]);
  if (error != 0) {
    child_ = 0;
    if (refused) {
      ::close(ends[0]);
    } else {
      output_.close(refused);
    }
    return std::strerror(error);
  }
  said_.clear();
  done_ = std::move(done);
  listen();
  return "";
}

// To the end of what it says, which is its own end.
void Chore::listen() {
  output_.async_read_some(boost::asio::buffer(part_),
                          [this](const boost::system::error_code& error, std::size_t bytes) {
                            if (error == boost::asio::error::operation_aborted) return;
                            const std::size_t room = said_bytes_max - said_.size();
                            said_.append(part_.data(), std::min(bytes, room));
                            if (error) return finish();
                            listen();
                          });
}

void Chore::finish() {
  End end{wait_for(std::exchange(child_, 0)), std::exchange(said_, {})};
  output_.close();
  while (end.said.ends_with('\n')) end.said.pop_back();
  const auto done = std::exchange(done_, nullptr);  // it may begin another
  done(end);
}

void Chore::stop() {
  if (child_ == 0 || !output_.is_open()) return;
  ::kill(child_, SIGKILL);
  output_.close();
}

void become_a_chore(pid_t parent) {
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

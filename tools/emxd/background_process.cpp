#include "tools/emxd/background_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

extern char** environ;

namespace emx::daemon {

namespace {

// 0, or an error's number.
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

}  // namespace

std::string start_child(const std::vector<std::string>& arguments,
                        boost::asio::posix::stream_descriptor& output, pid_t& child) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::strerror(errno);
  boost::system::error_code refused;
  output.assign(ends[0], refused);
  const int error = refused ? refused.value() : spawn(arguments, ends[1], child);
  ::close(ends[1]);
  if (error == 0) return "";
  child = 0;
  if (refused) {
    ::close(ends[0]);
  } else {
    output.close(refused);
  }
  return std::strerror(error);
}

int wait_for_child(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

bool has_crashed(int status) {
  if (!WIFSIGNALED(status)) return false;
  const int signal = WTERMSIG(status);
  return signal == SIGSEGV || signal == SIGBUS || signal == SIGABRT || signal == SIGFPE ||
         signal == SIGILL;
}

std::string words_of_end(int status) {
  return WIFSIGNALED(status) ? "its process was ended by signal " + std::to_string(WTERMSIG(status))
                             : "its process ended with code " + std::to_string(WEXITSTATUS(status));
}

void become_a_background_process(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // it is gone already
  constexpr int lowest_priority = 19;
  // Being impolite is no reason to fail.
  static_cast<void>(::setpriority(PRIO_PROCESS, 0, lowest_priority));
  constexpr int of_process = 1;
  constexpr int lowest_of_those_that_are_served = 2 << 13 | 7;
  static_cast<void>(::syscall(SYS_ioprio_set, of_process, 0, lowest_of_those_that_are_served));
  std::ofstream{"/proc/self/oom_score_adj"} << "1000";
}

}  // namespace emx::daemon

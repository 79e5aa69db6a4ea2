#include "tools/demo/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace emx::demo {

namespace {

[[noreturn]] void fail(const char* what) {
  throw std::runtime_error{std::string{what} + ": " + std::strerror(errno)};
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_with(const std::vector<std::string>& more) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) all.emplace_back(*entry);
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

// -1 for no file.
int open_to_append(const std::filesystem::path& file) {
  if (file.empty()) return -1;
  const int opened = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (opened < 0) fail("cannot open a file for the output of a program");
  return opened;
}

// A file of its own that is gone with the object.
class TemporaryFile {
 public:
  TemporaryFile() : path_{(std::filesystem::temp_directory_path() / "emx-XXXXXX").string()} {
    const int made = ::mkstemp(path_.data());
    if (made < 0) fail("cannot make a temporary file");
    ::close(made);
  }
  ~TemporaryFile() { ::unlink(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string text() const {
    std::ifstream in{path_};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

 private:
  std::string path_;
};

// Between fork and exec: async-signal-safe calls only.
[[noreturn]] void become(char* const* command, char* const* environment, int output, int errors,
                         pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // it died before we asked
  if (output >= 0) ::dup2(output, STDOUT_FILENO);
  if (errors >= 0) ::dup2(errors, STDERR_FILENO);
  ::execve(command[0], command, environment);
  ::_exit(127);
}

}  // namespace

ChildProcess::ChildProcess(const Start& start) {
  std::vector<std::string> texts = start.command;
  std::vector<std::string> environment_texts = environment_with(start.environment);
  const std::vector<char*> command = pointers_to(texts);
  const std::vector<char*> environment = pointers_to(environment_texts);
  const int output = open_to_append(start.output);
  const int errors = start.errors.empty() ? output : open_to_append(start.errors);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) become(command.data(), environment.data(), output, errors, parent);
  if (errors != output) ::close(errors);
  if (output >= 0) ::close(output);
  if (pid_ < 0) fail("cannot start a process");
  pid_fd_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  if (pid_fd_ < 0) fail("cannot watch a process");
}

ChildProcess::~ChildProcess() {
  if (!exit_code_) {
    signal(SIGKILL);
    reap();
  }
  if (pid_fd_ >= 0) ::close(pid_fd_);
}

void ChildProcess::signal(int number) const {
  if (!exit_code_ && pid_ > 0) ::kill(pid_, number);
}

void ChildProcess::reap() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::optional<int> ChildProcess::wait(std::chrono::milliseconds timeout) {
  if (exit_code_) return exit_code_;
  pollfd ended{pid_fd_, POLLIN, 0};
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const int ready = ::poll(&ended, 1, left.count() > 0 ? static_cast<int>(left.count()) : 0);
    if (ready > 0) {
      reap();
      return exit_code_;
    }
    if (ready == 0) return std::nullopt;
    if (errno != EINTR) fail("cannot wait for a process");
  }
}

Finished run_program(std::vector<std::string> command, std::chrono::milliseconds timeout) {
  const TemporaryFile output;
  const TemporaryFile errors;
  ChildProcess child{
      {.command = std::move(command), .output = output.path(), .errors = errors.path()}};
  const int exit_code = child.wait(timeout).value_or(128 + SIGKILL);
  return {exit_code, output.text(), errors.text()};
}

}  // namespace emx::demo

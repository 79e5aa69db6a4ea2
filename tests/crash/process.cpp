#include "tests/crash/process.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "ledger/files.hpp"

namespace emx::crash {

namespace {

// Until it says no more. Output first, then errors: those fit into their pipe.
std::string read_all(const ledger::FileDescriptor& pipe) {
  std::string text;
  std::array<char, 4'096> buffer{};
  for (;;) {
    const auto bytes = ::read(pipe.get(), buffer.data(), buffer.size());
    if (bytes <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(bytes));
  }
}

}  // namespace

std::uint64_t Ended::acknowledged() const {
  const auto end = output.rfind('\n');
  if (end == std::string::npos || end == 0) return 0;
  const auto before = output.rfind('\n', end - 1);
  const auto begin = before == std::string::npos ? 0 : before + 1;
  return std::strtoull(output.c_str() + begin, nullptr, 10);
}

Ended run(const std::vector<std::string>& command, const std::vector<std::string>& settings) {
  std::array<int, 2> out{};
  std::array<int, 2> error{};
  if (::pipe2(out.data(), O_CLOEXEC) != 0 || ::pipe2(error.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error{"no pipes"};
  }
  const ledger::FileDescriptor out_reader{out[0]};
  const ledger::FileDescriptor error_reader{error[0]};
  ledger::FileDescriptor out_writer{out[1]};
  ledger::FileDescriptor error_writer{error[1]};
  const pid_t process = ::fork();
  if (process < 0) throw std::runtime_error{"no process"};
  if (process == 0) {
    ::dup2(out_writer.get(), STDOUT_FILENO);
    ::dup2(error_writer.get(), STDERR_FILENO);
    for (const auto& setting : settings) ::putenv(::strdup(setting.c_str()));
    std::vector<char*> arguments;
    for (const auto& argument : command) arguments.push_back(::strdup(argument.c_str()));
    arguments.push_back(nullptr);
    ::execv(arguments[0], arguments.data());
    ::_exit(99);
  }
  out_writer.reset();
  error_writer.reset();
  Ended done;
  done.output = read_all(out_reader);
  done.errors = read_all(error_reader);
  int status = 0;
  ::waitpid(process, &status, 0);
  done.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return done;
}

}  // namespace emx::crash

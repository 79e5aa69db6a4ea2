// Loaded before the C library (LD_PRELOAD): the process dies, as by SIGKILL, at the n-th call with
// which it, or its probe in a child, touches a file under a folder. Controlled by the environment:
//   EMX_KILL_UNDER  the folder
//   EMX_KILL_AT     which of these calls, from 1
//   EMX_KILL_WHEN   before it is made, after it, or half: after the first half of a write, and then
//                   only writes are counted
// Says on standard error which call it was. Where n is beyond the last, the process ends by itself.

#include <signal.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/crash/intercept.hpp"

namespace emx::crash {

namespace {

const pid_t process = ::getpid();
bool dies_after = false;

[[noreturn]] void die() {
  if (::getpid() != process) ::kill(process, SIGKILL);
  ::kill(::getpid(), SIGKILL);
  std::abort();
}

}  // namespace

Plan before(const Call& call) {
  const std::string_view folder = setting("EMX_KILL_UNDER");
  if (folder.empty() || !call.path.starts_with(folder)) return {};
  static const long at = std::strtol(setting("EMX_KILL_AT").data(), nullptr, 10);
  const std::string_view when = setting("EMX_KILL_WHEN");
  if ((when == "half" && !call.writes()) || ++shared_count() != at) return {};
  say("killed at " + std::string{call.name} + ' ' + call.path + '\n');
  if (when == "before") die();
  dies_after = true;
  return {.half = when == "half"};
}

void after(const Call&, long) {
  if (dies_after) die();
}

}  // namespace emx::crash

// Loaded before the C library (LD_PRELOAD): makes the n-th call of one kind on a file fail, once,
// as a disk does. The calls of a probe's child count with those of its process. Controlled by the
// environment:
//   EMX_FAULT_CALL   a call that tests/crash/intercept.cpp has; or direct: an open with O_DIRECT,
//                    which fails as on a file system that has none (EINVAL); or change: any that
//                    changes files or flushes them
//   EMX_FAULT_AT     which one of these calls, from 1
//   EMX_FAULT_ERROR  EIO, ENOSPC, ENOMEM, ENOLCK, EMFILE, late (EIO, of a call that was made all
//                    the same), short (half is written or read), stop (the same, and the process
//                    stays there, as by SIGSTOP) or throw (an exception out of the call, which
//                    stands for whatever nobody was prepared for)
//   EMX_FAULT_LASTS  1: so do all such calls that follow
//   EMX_FAULT_FILE   the end of the path of the file, or the folder; not set: any
//   EMX_FAULT_UNDER  the beginning of that path; not set: any
// Says so on standard error when it has done it, so that a test knows whether the call ever came.

#include <fcntl.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "tests/crash/intercept.hpp"

namespace emx::crash {

namespace {

bool changes_files(const Call& call) {
  constexpr std::array<std::string_view, 6> others{"ftruncate", "fdatasync", "fsync",
                                                   "rename",    "unlink",    "mkdir"};
  return call.writes() || std::ranges::find(others, call.name) != others.end() ||
         (call.name == "open" && (call.flags & O_CREAT) != 0);
}

bool is_of_the_kind(const Call& call) {
  const std::string_view wanted = setting("EMX_FAULT_CALL");
  if (wanted == "change") return changes_files(call);
  if (wanted == "direct") return call.name == "open" && (call.flags & O_DIRECT) != 0;
  return wanted == call.name;
}

enum class Due : std::uint8_t { no, now, again };

Due due(const Call& call) {
  if (!is_of_the_kind(call) || !call.path.ends_with(setting("EMX_FAULT_FILE")) ||
      !call.path.starts_with(setting("EMX_FAULT_UNDER"))) {
    return Due::no;
  }
  const long number = ++shared_count();
  const long at = std::strtol(setting("EMX_FAULT_AT").data(), nullptr, 10);
  if (number == at) return Due::now;
  return number > at && !setting("EMX_FAULT_LASTS").empty() ? Due::again : Due::no;
}

bool stops_after = false;

int error_named(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, int>, 4> errors{
      {{"ENOSPC", ENOSPC}, {"ENOMEM", ENOMEM}, {"ENOLCK", ENOLCK}, {"EMFILE", EMFILE}}};
  for (const auto& [known, error] : errors) {
    if (name == known) return error;
  }
  return EIO;
}

}  // namespace

Plan before(const Call& call) {
  const Due when = setting("EMX_FAULT_CALL").empty() ? Due::no : due(call);
  if (when == Due::no) return {};
  if (when == Due::now) {
    say("fault injected: " + std::string{call.name} + ' ' + call.path + '\n');
  }
  const std::string_view error = setting("EMX_FAULT_ERROR");
  if (error == "throw") throw std::runtime_error{"thrown out of " + std::string{call.name}};
  if (setting("EMX_FAULT_CALL") == "direct") return {.error = EINVAL};
  if (error == "late") return {.late_error = EIO};
  stops_after = error == "stop";
  return error == "short" || stops_after ? Plan{.half = true} : Plan{.error = error_named(error)};
}

void after(const Call&, long) {
  if (std::exchange(stops_after, false)) ::raise(SIGSTOP);
}

}  // namespace emx::crash

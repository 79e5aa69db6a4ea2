// Loaded before the C library (LD_PRELOAD): records what the process does to the files under a
// folder, and what it acknowledges. Controlled by the environment:
//   EMX_TRACE        the file that the trace is appended to, outside of the folder
//   EMX_TRACE_UNDER  the folder, which is there
//   EMX_DISK_VIEW    an ending: a file that is opened past the page cache (O_DIRECT) is read as the
//                    one with this ending after its name, where there is one: the disk's own view
// An acknowledgement is a line with a number, written to standard output; a checkpoint becomes
// known with such a line that begins with "checkpoint ". Both are recorded before they are made,
// all else after it, so that an entry counts as released no later than anyone can know.

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "tests/crash/intercept.hpp"
#include "tests/crash/trace.hpp"

namespace emx::crash {

namespace {

const pid_t process = ::getpid();

int trace_file() {
  static const int descriptor =
      static_cast<int>(::syscall(SYS_openat, AT_FDCWD, setting("EMX_TRACE").data(),
                                 O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640));
  if (descriptor < 0) std::abort();
  return descriptor;
}

void record(Did did, const Call& call, std::uint64_t offset, std::uint64_t bytes_max) {
  std::string bytes;
  for (const iovec& part : call.parts) {
    bytes.append(static_cast<const char*>(part.iov_base), part.iov_len);
  }
  if (bytes.size() > bytes_max) bytes.resize(bytes_max);
  const TraceHeader header{.did = static_cast<std::uint32_t>(did),
                           .descriptor = call.descriptor,
                           .offset = offset,
                           .flags = static_cast<std::uint32_t>(call.flags),
                           .path_bytes = static_cast<std::uint32_t>(call.path.size()),
                           .new_path_bytes = static_cast<std::uint32_t>(call.new_path.size()),
                           .bytes = static_cast<std::uint32_t>(bytes.size())};
  std::string text(sizeof header, '\0');
  text.assign(reinterpret_cast<const char*>(&header), sizeof header);
  text += call.path + call.new_path + bytes;
  write_past(trace_file(), text.data(), text.size());
}

bool is_recorded(const Call& call) {
  const std::string_view folder = setting("EMX_TRACE_UNDER");
  // A child only reads; its descriptors are not ours.
  return !folder.empty() && call.path.starts_with(folder) && ::getpid() == process;
}

bool may_change(const Call& call) { return (call.flags & O_ACCMODE) != O_RDONLY; }

}  // namespace

Plan before(const Call& call) {
  if (call.name == "write" && call.descriptor == STDOUT_FILENO && !setting("EMX_TRACE").empty()) {
    const std::string line{static_cast<const char*>(call.parts[0].iov_base), call.parts[0].iov_len};
    constexpr std::string_view checkpoint = "checkpoint ";
    const bool publishes = line.starts_with(checkpoint);
    const char* number = line.c_str() + (publishes ? checkpoint.size() : 0);
    record(publishes ? Did::publish : Did::acknowledge, {}, std::strtoull(number, nullptr, 10), 0);
  }
  if (call.name == "open" && (call.flags & O_DIRECT) != 0 && !setting("EMX_DISK_VIEW").empty()) {
    std::string view = call.path + std::string{setting("EMX_DISK_VIEW")};
    if (::access(view.c_str(), F_OK) == 0) return {.instead = std::move(view)};
  }
  return {};
}

void after(const Call& call, long result) {
  if (result < 0 || !is_recorded(call)) return;
  const auto offset = static_cast<std::uint64_t>(call.offset);
  if (call.writes()) {
    record(Did::write, call, offset, static_cast<std::uint64_t>(result));
  } else if (call.name == "open" && (may_change(call) || (call.flags & O_DIRECTORY) != 0)) {
    record(Did::open, call, 0, 0);
  } else if (call.name == "ftruncate") {
    record(Did::truncate, call, offset, 0);
  } else if (call.name == "fsync") {
    record(Did::flush, call, 0, 0);
  } else if (call.name == "fdatasync") {
    record(Did::flush_data, call, 0, 0);
  } else if (call.name == "rename") {
    record(Did::rename, call, 0, 0);
  } else if (call.name == "unlink") {
    record(Did::unlink, call, 0, 0);
  } else if (call.name == "mkdir") {
    record(Did::make_folder, call, 0, 0);
  }
}

}  // namespace emx::crash

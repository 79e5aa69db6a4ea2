// Loaded before the C library (LD_PRELOAD) by the crash tests: makes the n-th call of one kind on
// a ledger's data file fail, once, as a disk does. Controlled by the environment:
//   EMX_FAULT_CALL   pwrite, writev, write, fdatasync, fsync, lstat, recv, or direct: an open
//                    with O_DIRECT, which fails as on a file system that has none (EINVAL)
//   EMX_FAULT_AT     which one of these calls, from 1
//   EMX_FAULT_ERROR  EIO, ENOSPC, short (half is written; writes only) or throw (an exception out
//   of
//                    the call, which stands for whatever nobody was prepared for; recv only)
//   EMX_FAULT_FILE   the end of the path of the file, or the folder
// Says so on standard error when it has done it, so that a test knows whether the call ever came.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdarg>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

std::string_view setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

std::string path_of(int descriptor) {
  std::array<char, PATH_MAX> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const auto length = ::readlink(link.c_str(), path.data(), path.size());
  return {path.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

// Whether this call is the one to fail.
bool is_due(std::string_view call, std::string_view path) {
  static long calls = 0;
  if (call != setting("EMX_FAULT_CALL") || !path.ends_with(setting("EMX_FAULT_FILE"))) return false;
  if (++calls != std::strtol(setting("EMX_FAULT_AT").data(), nullptr, 10)) return false;
  constexpr std::string_view words = "fault injected\n";
  [[maybe_unused]] const auto written =
      reinterpret_cast<ssize_t (*)(int, const void*, std::size_t)>(::dlsym(RTLD_NEXT, "write"))(
          STDERR_FILENO, words.data(), words.size());
  return true;
}

bool is_due(std::string_view call, int descriptor) {
  return call == setting("EMX_FAULT_CALL") && is_due(call, path_of(descriptor));
}

template <class Function>
Function* original(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

int fail() {
  errno = setting("EMX_FAULT_ERROR") == "ENOSPC" ? ENOSPC : EIO;
  return -1;
}

bool is_short() { return setting("EMX_FAULT_ERROR") == "short"; }

}  // namespace

extern "C" {

ssize_t pwrite(int descriptor, const void* bytes, std::size_t count, off_t offset) {
  auto* real = original<ssize_t(int, const void*, std::size_t, off_t)>("pwrite");
  if (!is_due("pwrite", descriptor)) return real(descriptor, bytes, count, offset);
  return is_short() ? real(descriptor, bytes, count / 2, offset) : fail();
}

ssize_t write(int descriptor, const void* bytes, std::size_t count) {
  auto* real = original<ssize_t(int, const void*, std::size_t)>("write");
  if (!is_due("write", descriptor)) return real(descriptor, bytes, count);
  return is_short() ? real(descriptor, bytes, count / 2) : fail();
}

ssize_t writev(int descriptor, const iovec* parts, int count) {
  auto* real = original<ssize_t(int, const iovec*, int)>("writev");
  if (!is_due("writev", descriptor)) return real(descriptor, parts, count);
  return is_short() ? real(descriptor, parts, 1) : fail();
}

int open(const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  const int descriptor = original<int(const char*, int, ...)>("open")(path, flags, mode);
  if ((flags & O_DIRECT) == 0 || !is_due("direct", descriptor)) return descriptor;
  ::close(descriptor);
  errno = EINVAL;
  return -1;
}

int lstat(const char* path, struct stat* found) {
  auto* real = original<int(const char*, struct stat*)>("lstat");
  return is_due("lstat", std::string_view{path}) ? fail() : real(path, found);
}

ssize_t recv(int descriptor, void* bytes, std::size_t count, int flags) {
  auto* real = original<ssize_t(int, void*, std::size_t, int)>("recv");
  if (is_due("recv", descriptor)) throw std::runtime_error{"thrown out of recv"};
  return real(descriptor, bytes, count, flags);
}

int fdatasync(int descriptor) {
  auto* real = original<int(int)>("fdatasync");
  return is_due("fdatasync", descriptor) ? fail() : real(descriptor);
}

int fsync(int descriptor) {
  auto* real = original<int(int)>("fsync");
  return is_due("fsync", descriptor) ? fail() : real(descriptor);
}

}  // extern "C"

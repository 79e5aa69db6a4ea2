#include "tests/crash/intercept.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdarg>
#include <cstdlib>
#include <new>

// The calls are made as system calls, so that nothing has to be looked up before the C library is
// ready.

namespace emx::crash {

std::string_view setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

void write_past(int descriptor, const void* bytes, std::size_t count) {
  [[maybe_unused]] const long written = ::syscall(SYS_write, descriptor, bytes, count);
}

namespace {

int first_standard_error() {
  static const int descriptor =
      static_cast<int>(::syscall(SYS_fcntl, STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 100));
  return descriptor;
}

}  // namespace

void say(const std::string& words) {
  write_past(first_standard_error(), words.data(), words.size());
}

std::atomic<long>& shared_count() {
  static std::atomic<long>* const count = [] {
    const long page = ::syscall(SYS_mmap, nullptr, sizeof(std::atomic<long>),
                                PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == -1) std::abort();
    return new (reinterpret_cast<void*>(page)) std::atomic<long>{0};
  }();
  return *count;
}

namespace {

// Before there is a child.
[[gnu::constructor]] void begin_before_all() {
  shared_count();
  first_standard_error();
}

std::string path_of(int descriptor) {
  const int error = errno;
  std::array<char, PATH_MAX> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const auto length = ::readlink(link.c_str(), path.data(), path.size());
  errno = error;
  return {path.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

Call of_descriptor(std::string_view name, int descriptor) {
  return {.name = name, .path = path_of(descriptor), .descriptor = descriptor};
}

Call of_path(std::string_view name, const char* path) { return {.name = name, .path = path}; }

template <class Work>
long intercepted(Call call, Work work) {
  const Plan plan = before(call);
  if (plan.error != 0) {
    errno = plan.error;
    return -1;
  }
  const long result = work(plan);
  const int error = errno;
  if (call.name == "open") call.descriptor = static_cast<int>(result);
  after(call, result);
  errno = plan.late_error != 0 ? plan.late_error : error;
  return plan.late_error != 0 ? -1 : result;
}

std::size_t asked(const Plan& plan, std::size_t count) { return plan.half ? count / 2 : count; }

off_t position_of(int descriptor) {
  const int error = errno;
  const long position = ::syscall(SYS_lseek, descriptor, 0, SEEK_CUR);
  errno = error;
  return std::max(0L, position);
}

iovec part_of(const void* bytes, std::size_t count) {
  // As the standard's own functions do: what is written is only read.
  return {.iov_base = const_cast<void*>(bytes), .iov_len = count};
}

// The first half of what is to be written.
std::vector<iovec> half_of(std::vector<iovec> parts) {
  std::size_t left = 0;
  for (const iovec& part : parts) left += part.iov_len;
  left /= 2;
  for (iovec& part : parts) {
    part.iov_len = std::min(part.iov_len, left);
    left -= part.iov_len;
  }
  return parts;
}

}  // namespace
}  // namespace emx::crash

using emx::crash::asked;
using emx::crash::Call;
using emx::crash::intercepted;
using emx::crash::of_descriptor;
using emx::crash::of_path;
using emx::crash::Plan;

extern "C" {

int open(const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  Call call = of_path("open", path);
  call.flags = flags;
  return static_cast<int>(intercepted(call, [&](const Plan& plan) {
    if (plan.instead.empty()) return ::syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    return ::syscall(SYS_openat, AT_FDCWD, plan.instead.c_str(), flags & ~O_DIRECT, mode);
  }));
}

int close(int descriptor) {
  return static_cast<int>(intercepted(of_descriptor("close", descriptor), [&](const Plan&) {
    return ::syscall(SYS_close, descriptor);
  }));
}

ssize_t read(int descriptor, void* bytes, std::size_t count) {
  return intercepted(of_descriptor("read", descriptor), [&](const Plan& plan) {
    return ::syscall(SYS_read, descriptor, bytes, asked(plan, count));
  });
}

ssize_t pread(int descriptor, void* bytes, std::size_t count, off_t offset) {
  return intercepted(of_descriptor("pread", descriptor), [&](const Plan& plan) {
    return ::syscall(SYS_pread64, descriptor, bytes, asked(plan, count), offset);
  });
}

ssize_t write(int descriptor, const void* bytes, std::size_t count) {
  Call call = of_descriptor("write", descriptor);
  call.offset = emx::crash::position_of(descriptor);
  call.parts = {emx::crash::part_of(bytes, count)};
  return intercepted(call, [&](const Plan& plan) {
    return ::syscall(SYS_write, descriptor, bytes, asked(plan, count));
  });
}

ssize_t pwrite(int descriptor, const void* bytes, std::size_t count, off_t offset) {
  Call call = of_descriptor("pwrite", descriptor);
  call.offset = offset;
  call.parts = {emx::crash::part_of(bytes, count)};
  return intercepted(call, [&](const Plan& plan) {
    return ::syscall(SYS_pwrite64, descriptor, bytes, asked(plan, count), offset);
  });
}

ssize_t writev(int descriptor, const iovec* parts, int count) {
  Call call = of_descriptor("writev", descriptor);
  call.offset = emx::crash::position_of(descriptor);
  call.parts = {parts, parts + count};
  return intercepted(call, [&](const Plan& plan) {
    const auto some = plan.half ? emx::crash::half_of(call.parts) : call.parts;
    return ::syscall(SYS_writev, descriptor, some.data(), some.size());
  });
}

int ftruncate(int descriptor, off_t length) {
  Call call = of_descriptor("ftruncate", descriptor);
  call.offset = length;
  return static_cast<int>(
      intercepted(call, [&](const Plan&) { return ::syscall(SYS_ftruncate, descriptor, length); }));
}

int fdatasync(int descriptor) {
  return static_cast<int>(intercepted(of_descriptor("fdatasync", descriptor), [&](const Plan&) {
    return ::syscall(SYS_fdatasync, descriptor);
  }));
}

int fsync(int descriptor) {
  return static_cast<int>(intercepted(of_descriptor("fsync", descriptor), [&](const Plan&) {
    return ::syscall(SYS_fsync, descriptor);
  }));
}

off_t lseek(int descriptor, off_t offset, int from) {
  return intercepted(of_descriptor("lseek", descriptor),
                     [&](const Plan&) { return ::syscall(SYS_lseek, descriptor, offset, from); });
}

int rename(const char* path, const char* new_path) {
  Call call = of_path("rename", path);
  call.new_path = new_path;
  return static_cast<int>(intercepted(call, [&](const Plan&) {
    return ::syscall(SYS_renameat2, AT_FDCWD, path, AT_FDCWD, new_path, 0U);
  }));
}

// From any folder to any folder, of which our callers use one: the working directory.
int renameat2(int folder, const char* path, int new_folder, const char* new_path,
              unsigned int flags) {
  Call call = of_path("rename", path);
  call.new_path = new_path;
  return static_cast<int>(intercepted(call, [&](const Plan&) {
    return ::syscall(SYS_renameat2, folder, path, new_folder, new_path, flags);
  }));
}

int unlink(const char* path) {
  return static_cast<int>(intercepted(of_path("unlink", path), [&](const Plan&) {
    return ::syscall(SYS_unlinkat, AT_FDCWD, path, 0);
  }));
}

int mkdir(const char* path, mode_t mode) {
  return static_cast<int>(intercepted(of_path("mkdir", path), [&](const Plan&) {
    return ::syscall(SYS_mkdirat, AT_FDCWD, path, mode);
  }));
}

int stat(const char* path, struct stat* found) {
  return static_cast<int>(intercepted(of_path("stat", path), [&](const Plan&) {
    return ::syscall(SYS_newfstatat, AT_FDCWD, path, found, 0);
  }));
}

int lstat(const char* path, struct stat* found) {
  return static_cast<int>(intercepted(of_path("lstat", path), [&](const Plan&) {
    return ::syscall(SYS_newfstatat, AT_FDCWD, path, found, AT_SYMLINK_NOFOLLOW);
  }));
}

int fstat(int descriptor, struct stat* found) {
  return static_cast<int>(intercepted(of_descriptor("fstat", descriptor), [&](const Plan&) {
    return ::syscall(SYS_fstat, descriptor, found);
  }));
}

int fstatfs(int descriptor, struct statfs* found) {
  return static_cast<int>(intercepted(of_descriptor("fstatfs", descriptor), [&](const Plan&) {
    return ::syscall(SYS_fstatfs, descriptor, found);
  }));
}

// No system call of its own, and made late.
int statvfs(const char* path, struct statvfs* found) {
  using Function = int(const char*, struct statvfs*);
  static auto* const real = reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, "statvfs"));
  return static_cast<int>(
      intercepted(of_path("statvfs", path), [&](const Plan&) { return long{real(path, found)}; }));
}

int flock(int descriptor, int operation) {
  return static_cast<int>(intercepted(of_descriptor("flock", descriptor), [&](const Plan&) {
    return ::syscall(SYS_flock, descriptor, operation);
  }));
}

int fcntl(int descriptor, int command, ...) {
  std::va_list arguments;
  va_start(arguments, command);
  const long argument = va_arg(arguments, long);
  va_end(arguments);
  return static_cast<int>(intercepted(of_descriptor("fcntl", descriptor), [&](const Plan&) {
    return ::syscall(SYS_fcntl, descriptor, command, argument);
  }));
}

int posix_fadvise(int descriptor, off_t offset, off_t length, int advice) {
  const int before = errno;
  const long result = intercepted(of_descriptor("posix_fadvise", descriptor), [&](const Plan&) {
    return ::syscall(SYS_fadvise64, descriptor, offset, length, advice);
  });
  const int error = result == 0 ? 0 : errno;
  errno = before;
  return error;  // which it returns
}

// Of files; what is mapped without one is memory.
void* mmap(void* address, std::size_t bytes, int protection, int flags, int descriptor,
           off_t offset) {
  const auto map = [&](const Plan&) {
    return ::syscall(SYS_mmap, address, bytes, protection, flags, descriptor, offset);
  };
  const long result =
      descriptor < 0 ? map({}) : intercepted(of_descriptor("mmap", descriptor), map);
  return reinterpret_cast<void*>(result);
}

ssize_t recv(int descriptor, void* bytes, std::size_t count, int flags) {
  return intercepted(of_descriptor("recv", descriptor), [&](const Plan&) {
    return ::syscall(SYS_recvfrom, descriptor, bytes, count, flags, nullptr, nullptr);
  });
}

}  // extern "C"

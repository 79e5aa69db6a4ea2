#include "ledger/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <span>

#include "ledger/failure.hpp"

namespace emx::ledger {

namespace {

constexpr std::size_t copy_bytes = 1 << 20;
constexpr std::size_t direct_alignment = 4'096;
constexpr std::size_t small_file_bytes = 4'096;

struct FreeBuffer {
  void operator()(std::byte* buffer) const { std::free(buffer); }
};
using Buffer = std::unique_ptr<std::byte, FreeBuffer>;

// Calls again when a signal came in between; returns what the call returned.
template <class Call>
auto without_interruption(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

Result write_all(int descriptor, std::span<const std::byte> bytes,
                 const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const auto written =
        without_interruption([&] { return ::write(descriptor, bytes.data(), bytes.size()); });
    if (written < 0) return failure_of(errno, "write", path);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

// `have`: how much there was.
Result read_some(const FileDescriptor& file, const std::filesystem::path& path,
                 std::uint64_t position, std::span<std::byte> out, std::size_t& have) {
  for (have = 0; have < out.size();) {
    const auto rest = out.subspan(have);
    const auto read = without_interruption([&] {
      return ::pread(file.get(), rest.data(), rest.size(), static_cast<off_t>(position + have));
    });
    if (read < 0) return failure_of(errno, "read", path);
    if (read == 0) break;
    have += static_cast<std::size_t>(read);
  }
  return {};
}

Result flush(int descriptor, const std::filesystem::path& path) {
  // Never again after a failure: a second fsync would report success for what the first one lost.
  if (::fsync(descriptor) != 0) return failure_of(errno, "flush", path);
  return {};
}

// Whether the file system takes O_DIRECT; it may say so at open or at the first read.
Result open_for_disk_read(const std::filesystem::path& path, std::byte* buffer,
                          FileDescriptor& out) {
  out.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECT));
  if (out.is_open() && (::pread(out.get(), buffer, direct_alignment, 0) >= 0 || errno != EINVAL)) {
    return {};
  }
  if (!out.is_open() && errno != EINVAL) return failure_of(errno, "open", path);
  if (Result result = open_file(path, O_RDWR, out); !result.ok()) return result;
  return forget_cache(out, path);
}

}  // namespace

void FileDescriptor::reset(int descriptor) {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = descriptor;
}

Result open_file(const std::filesystem::path& path, int flags, FileDescriptor& out) {
  out.reset(without_interruption([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0640); }));
  return out.is_open() ? Result{} : failure_of(errno, "open", path);
}

Result flush_folder(const std::filesystem::path& folder) {
  FileDescriptor descriptor;
  // That of a bare file name has no name.
  const std::filesystem::path named = folder.empty() ? "." : folder;
  Result result = open_file(named, O_RDONLY | O_DIRECTORY, descriptor);
  return result.ok() ? flush(descriptor.get(), named) : result;
}

Result create_folders(const std::filesystem::path& folder) {
  struct stat found {};
  if (::stat(folder.c_str(), &found) == 0) {
    return S_ISDIR(found.st_mode) ? Result{} : failure_of(ENOTDIR, "use", folder);
  }
  if (errno != ENOENT) return failure_of(errno, "look at", folder);
  const auto parent = folder.has_parent_path() ? folder.parent_path() : ".";
  if (parent == folder) return failure_of(ENOENT, "create", folder);
  if (Result result = create_folders(parent); !result.ok()) return result;
  if (::mkdir(folder.c_str(), 0750) != 0 && errno != EEXIST) {
    return failure_of(errno, "create", folder);
  }
  return flush_folder(parent);
}

Result write_file(const std::filesystem::path& path, std::string_view text) {
  FileDescriptor descriptor;
  Result result = open_file(path, O_WRONLY | O_CREAT | O_TRUNC, descriptor);
  if (result.ok()) result = write_all(descriptor.get(), std::as_bytes(std::span{text}), path);
  if (result.ok()) result = flush(descriptor.get(), path);
  return result;
}

Result write_file(const std::filesystem::path& path,
                  std::span<const std::span<const std::byte>> parts) {
  FileDescriptor descriptor;
  Result result = open_file(path, O_WRONLY | O_CREAT | O_TRUNC, descriptor);
  for (const std::span<const std::byte> part : parts) {
    if (result.ok()) result = write_all(descriptor.get(), part, path);
  }
  if (result.ok()) result = flush(descriptor.get(), path);
  return result;
}

Result write_at(const FileDescriptor& file, const std::filesystem::path& path,
                std::uint64_t position, std::string_view text) {
  if (::lseek(file.get(), static_cast<off_t>(position), SEEK_SET) < 0) {
    return failure_of(errno, "write", path);
  }
  Result result = write_all(file.get(), std::as_bytes(std::span{text}), path);
  return result.ok() ? flush(file.get(), path) : result;
}

Result file_size(const FileDescriptor& file, const std::filesystem::path& path,
                 std::uint64_t& bytes) {
  struct stat found {};
  if (::fstat(file.get(), &found) != 0) return failure_of(errno, "look at", path);
  bytes = static_cast<std::uint64_t>(found.st_size);
  return {};
}

Result read_at(const FileDescriptor& file, const std::filesystem::path& path,
               std::uint64_t position, std::span<std::byte> out) {
  std::size_t have = 0;
  Result result = read_some(file, path, position, out, have);
  if (result.ok() && have < out.size()) return failure_of(EIO, "read to its end", path);
  return result;
}

Result read_up_to(const FileDescriptor& file, const std::filesystem::path& path,
                  std::uint64_t position, std::uint64_t bytes, std::string& text) {
  text.resize(bytes);
  std::size_t have = 0;
  Result result = read_some(file, path, position, std::as_writable_bytes(std::span{text}), have);
  text.resize(have);
  return result;
}

Result cut_file(const FileDescriptor& file, const std::filesystem::path& path,
                std::uint64_t bytes) {
  if (::ftruncate(file.get(), static_cast<off_t>(bytes)) != 0) {
    return failure_of(errno, "cut the end off", path);
  }
  return flush(file.get(), path);
}

Result forget_cache(const FileDescriptor& file, const std::filesystem::path& path) {
  if (Result result = flush(file.get(), path); !result.ok()) return result;
  const int error = ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);
  return error == 0 ? Result{} : failure_of(error, "drop from the page cache", path);
}

Result read_file(const std::filesystem::path& path, std::string& text) {
  text.clear();
  FileDescriptor descriptor;
  if (Result result = open_file(path, O_RDONLY, descriptor); !result.ok()) return result;
  std::array<char, small_file_bytes> buffer{};
  const auto bytes =
      without_interruption([&] { return ::read(descriptor.get(), buffer.data(), buffer.size()); });
  if (bytes < 0) return failure_of(errno, "read", path);
  text.assign(buffer.data(), static_cast<std::size_t>(bytes));
  return {};
}

std::string read_file(const std::filesystem::path& path) {
  std::string text;
  static_cast<void>(read_file(path, text).ok());
  return text;
}

Result remove_file(const std::filesystem::path& path) {
  if (::unlink(path.c_str()) == 0) return flush_folder(path.parent_path());
  return errno == ENOENT ? Result{} : failure_of(errno, "remove", path);
}

Result rename_new_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) != 0) {
    return failure_of(errno, "put in place", to);
  }
  return flush_folder(to.parent_path());
}

Result look_for(const std::filesystem::path& path, bool& there) {
  struct stat found {};
  there = ::lstat(path.c_str(), &found) == 0;
  return there || errno == ENOENT ? Result{} : failure_of(errno, "look at", path);
}

Result rename_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return failure_of(errno, "put in place", to);
  return flush_folder(to.parent_path());
}

Result free_bytes(const std::filesystem::path& path, std::uint64_t& bytes) {
  struct statvfs system {};
  if (::statvfs(path.c_str(), &system) != 0) {
    return failure_of(errno, "ask for the free space of", path);
  }
  bytes = std::uint64_t{system.f_bavail} * system.f_frsize;
  return {};
}

Result copy_from_disk(const std::filesystem::path& from, const std::filesystem::path& to) {
  const Buffer buffer{static_cast<std::byte*>(std::aligned_alloc(direct_alignment, copy_bytes))};
  if (buffer == nullptr) return failure_of(ENOMEM, "copy", from);
  FileDescriptor source;
  FileDescriptor target;
  Result result = open_for_disk_read(from, buffer.get(), source);
  if (result.ok()) result = open_file(to, O_WRONLY | O_CREAT | O_TRUNC, target);
  struct stat found {};
  if (result.ok() && ::fstat(source.get(), &found) != 0) return failure_of(errno, "look at", from);
  for (off_t position = 0; result.ok() && position < found.st_size;) {
    const auto read = without_interruption(
        [&] { return ::pread(source.get(), buffer.get(), copy_bytes, position); });
    if (read < 0) return failure_of(errno, "read from the disk", from);
    if (read == 0) return failure_of(EIO, "read to its end", from);
    result = write_all(target.get(), {buffer.get(), static_cast<std::size_t>(read)}, to);
    position += read;
  }
  return result.ok() ? flush(target.get(), to) : result;
}

}  // namespace emx::ledger

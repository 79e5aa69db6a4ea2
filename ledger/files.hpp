#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "ledger/status.hpp"

// Files and folders, as far as the ledger needs them beside LMDB, and tools that keep something as
// carefully.

namespace emx::ledger {

// Owns one descriptor of an open file; closes it.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int descriptor) : descriptor_{descriptor} {}
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_{other.release()} {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    reset(other.release());
    return *this;
  }
  ~FileDescriptor() { reset(); }

  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  int release() {
    const int descriptor = descriptor_;
    descriptor_ = -1;
    return descriptor;
  }
  void reset(int descriptor = -1);

 private:
  int descriptor_ = -1;
};

// open(2), never inherited by another program.
Result open_file(const std::filesystem::path& path, int flags, FileDescriptor& out);

// Makes the names in a folder durable, as fsync(2) of a file does not.
Result flush_folder(const std::filesystem::path& folder);

// Creates the folder and those above it that are missing, durably.
Result create_folders(const std::filesystem::path& folder);

// Writes a small file and flushes it, but not its folder.
Result write_file(const std::filesystem::path& path, std::string_view text);

// The same of parts, one after another.
Result write_file(const std::filesystem::path& path,
                  std::span<const std::span<const std::byte>> parts);

Result file_size(const FileDescriptor& file, const std::filesystem::path& path,
                 std::uint64_t& bytes);
// Fills `out` from the position on; that the file ends before is a failure.
Result read_at(const FileDescriptor& file, const std::filesystem::path& path,
               std::uint64_t position, std::span<std::byte> out);
// Reads so many bytes, or fewer where the file ends.
Result read_up_to(const FileDescriptor& file, const std::filesystem::path& path,
                  std::uint64_t position, std::uint64_t bytes, std::string& text);
// Writes to a place in an open file and flushes it.
Result write_at(const FileDescriptor& file, const std::filesystem::path& path,
                std::uint64_t position, std::string_view text);
// Cuts what is after these bytes off, and flushes the file.
Result cut_file(const FileDescriptor& file, const std::filesystem::path& path, std::uint64_t bytes);
// After a crash the page cache may hold what the disk does not (copy_from_disk says why): lets go
// of it, so that what is read next comes from the disk.
Result forget_cache(const FileDescriptor& file, const std::filesystem::path& path);

// The first 4 KiB of a file.
Result read_file(const std::filesystem::path& path, std::string& text);
// The same where the text is for a person only: empty when it cannot be read.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

// Removes a file durably; that it is not there is no failure.
Result remove_file(const std::filesystem::path& path);

// Renames a file within its folder, durably, over one that may have the new name.
Result rename_file(const std::filesystem::path& from, const std::filesystem::path& to);

// The same where nothing may have the new name: then it fails, and what is there stays.
Result rename_new_file(const std::filesystem::path& from, const std::filesystem::path& to);

// Whether something has this name. That one cannot tell (a failing disk, no permission) is a
// failure and never "no": on a "no" a ledger may be founded.
Result look_for(const std::filesystem::path& path, bool& there);

// Bytes that this user may still write on the file system of `path`.
Result free_bytes(const std::filesystem::path& path, std::uint64_t& bytes);

// Copies what the disk holds of `from`, not what the page cache holds, to `to`, which it replaces,
// and flushes it, but not its folder. After a flush that failed, Linux marks the pages it could not
// write as clean: they then read as if they were on the disk, until they are gone. So this reads
// with O_DIRECT, past the cache. Where the file system cannot do that (tmpfs, some FUSE), it
// flushes, drops the file from the cache (POSIX_FADV_DONTNEED) and reads it again, which does as
// well while nobody has the file mapped. mdb_env_copy reads through the map, that is the cache.
Result copy_from_disk(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace emx::ledger

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What a process did to the files under a folder, in order, as recorded_disk.cpp recorded it.

namespace emx::crash {

enum class Did : std::uint32_t {
  open,         // path, descriptor, flags
  write,        // descriptor, offset, bytes
  truncate,     // descriptor, offset: the new length
  flush,        // descriptor: fsync, of a file or a folder
  flush_data,   // descriptor: fdatasync
  rename,       // path, new_path
  unlink,       // path
  make_folder,  // path
  acknowledge,  // offset: all up to this entry is released
  publish,      // offset: the checkpoint of so many entries is known to others
};

// In the trace's file, followed by the path, the new path and the bytes.
struct TraceHeader {
  std::uint32_t did;
  std::int32_t descriptor;
  std::uint64_t offset;
  std::uint32_t flags;
  std::uint32_t path_bytes;
  std::uint32_t new_path_bytes;
  std::uint32_t bytes;
};
static_assert(sizeof(TraceHeader) == 32);

struct Operation {
  Did did{};
  int descriptor = -1;
  std::uint64_t offset = 0;
  int flags = 0;
  std::string path{};
  std::string new_path{};
  std::vector<std::byte> bytes{};
};

// Throws std::runtime_error when it cannot be read, or is cut off.
std::vector<Operation> read_trace(const std::filesystem::path& file);

}  // namespace emx::crash

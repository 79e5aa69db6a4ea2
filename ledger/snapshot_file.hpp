#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "engine/vocabulary/text.hpp"
#include "ledger/hash.hpp"
#include "ledger/status.hpp"

// Snapshots: what the entries of a ledger come to, up to one of them, in DATA_DIR/snapshots. They
// save time and prove nothing: whoever has none replays the ledger from its first entry. So a
// snapshot that is damaged, or of anything else, is passed over, and the ledger is never blamed.

namespace emx::ledger {

inline constexpr std::array<char, 8> snapshot_magic{'E', 'M', 'X', 'S', 'N', 'A', 'P', 'S'};
inline constexpr std::uint32_t snapshot_format = 1;

// FORMAT.md is the reference.
struct SnapshotHeader {
  std::array<char, 8> magic = snapshot_magic;
  std::uint32_t format = snapshot_format;
  std::uint32_t semantics_version = 0;  // of the rules that the sections follow
  std::uint64_t sequence = 0;           // of the last entry that is in it
  std::int64_t at_ns = 0;               // that entry's time
  std::uint64_t digest = 0;             // that entry's
  std::uint64_t file_bytes = 0;         // of the whole file
  std::uint32_t sections_count = 0;
  std::uint32_t reserved = 0;
  Hash head{};     // leaf hash of that entry
  Hash genesis{};  // leaf hash of entry 1
};
static_assert(sizeof(SnapshotHeader) == 120);
static_assert(std::is_trivially_copyable_v<SnapshotHeader>);
static_assert(std::has_unique_object_representations_v<SnapshotHeader>);

struct SnapshotSection {
  Text<16> name;
  std::uint64_t bytes = 0;
};
static_assert(sizeof(SnapshotSection) == 24);
static_assert(std::has_unique_object_representations_v<SnapshotSection>);

inline constexpr std::uint32_t sections_max = 16;
// Bytes that stay free on the disk, beside as many as the snapshot takes.
inline constexpr std::uint64_t left_free_least = 16 << 20;
inline constexpr std::string_view exchange_section = "exchange";

// A file that was read whole, and whose hash is right.
struct Snapshot {
  std::filesystem::path path;
  SnapshotHeader header;
  std::vector<std::byte> bytes;
  // Nothing: there is no section of that name.
  [[nodiscard]] std::optional<std::span<const std::byte>> section(std::string_view name) const;
};

struct NamedBytes {
  std::string_view name;
  std::span<const std::byte> bytes;
};

// DATA_DIR/snapshots/00000000000000000042.snap
[[nodiscard]] std::filesystem::path snapshot_path(const std::filesystem::path& data_dir,
                                                  std::uint64_t sequence);

// Writes a snapshot: aside, flushed, renamed, the folder flushed; then removes those
// before the newest one that is older; first, what was left of one that was never finished.
// `locked`: another process is writing one; `no_space` also where it would leave less free than it
// takes and `left_free` bytes. Of the header the caller gives semantics_version, sequence, at_ns,
// digest, head and genesis. A failure leaves the snapshots that were there, and the ledger is not
// touched in any case. Requires: at most `sections_max` sections, each of another name.
Result write_snapshot(const std::filesystem::path& data_dir, SnapshotHeader header,
                      std::span<const NamedBytes> sections,
                      std::uint64_t left_free = left_free_least);

// Whether another one of the newest one's size would find room, before the work of making it is
// done; ok where there is none yet.
Result find_room_for_another(const std::filesystem::path& data_dir, std::uint64_t left_free);

// Reads a file that may be anything: not ok, and what is wrong with it, or ok and the snapshot.
Result read_snapshot(const std::filesystem::path& path, Snapshot& out);

// What a snapshot must be of.
struct SnapshotOf {
  std::uint32_t semantics_version = 0;
  Hash genesis{};
  std::uint64_t size = 0;  // the ledger's: it cannot hold what the ledger has not
};

// The newest one that is whole, is of that, and that `judge` has nothing against (it returns empty
// words). `warn` is told of each one that is passed over, by name and reason. Nothing: there is
// none, or none can be read; then start from the first entry.
[[nodiscard]] std::optional<Snapshot> newest_valid(
    const std::filesystem::path& data_dir, const SnapshotOf& of,
    const std::function<std::string(const Snapshot&)>& judge,
    const std::function<void(const std::string&)>& warn);

}  // namespace emx::ledger

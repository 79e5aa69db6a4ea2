#include "ledger/snapshot_file.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <functional>
#include <system_error>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "ledger/failure.hpp"
#include "ledger/files.hpp"

namespace emx::ledger {

namespace {

constexpr std::size_t name_digits = 20;
constexpr std::string_view file_ending = ".snap";
constexpr std::string_view aside_ending = ".snap.new";

std::filesystem::path folder_of(const std::filesystem::path& data_dir) {
  return data_dir / "snapshots";
}

// Of a snapshot's file name; 0: it is none.
std::uint64_t sequence_of(const std::string& name, std::string_view of_ending) {
  if (name.size() != name_digits + of_ending.size() || !name.ends_with(of_ending)) return 0;
  std::uint64_t sequence = 0;
  const char* const end = name.data() + name_digits;
  const auto [stop, error] = std::from_chars(name.data(), end, sequence);
  return error == std::errc{} && stop == end ? sequence : 0;
}

// Newest first; as far as they can be listed. That there is no folder is no error.
std::vector<std::uint64_t> sequences_in(const std::filesystem::path& folder,
                                        std::string_view of_ending, std::error_code& error) {
  std::vector<std::uint64_t> found;
  for (std::filesystem::directory_iterator it{folder, error}, end; !error && it != end;
       it.increment(error)) {
    const std::uint64_t sequence = sequence_of(it->path().filename().string(), of_ending);
    if (sequence != 0) found.push_back(sequence);
  }
  if (error == std::errc::no_such_file_or_directory) error.clear();
  std::ranges::sort(found, std::greater{});
  return found;
}

std::string name_of(std::uint64_t sequence, std::string_view of_ending) {
  const std::string digits = std::to_string(sequence);
  return std::string(name_digits - digits.size(), '0') + digits + std::string{of_ending};
}

template <class Record>
std::span<const std::byte> raw_bytes(const Record& record) {
  return std::as_bytes(std::span{&record, 1});
}

Result damaged(const std::string& why) { return failure(Status::corrupt, why); }

// The whole file; not more than it says it has, and never beyond what is there.
Result read_whole(const std::filesystem::path& path, Snapshot& out) {
  FileDescriptor file;
  if (Result result = open_file(path, O_RDONLY, file); !result.ok()) return result;
  std::uint64_t size = 0;
  if (Result result = file_size(file, path, size); !result.ok()) return result;
  constexpr std::size_t least = sizeof(SnapshotHeader) + sizeof(Hash);
  if (size < least) return damaged("it is too short for a snapshot");
  // Its header first, so that no foreign file is read whole.
  out.bytes.resize(sizeof(SnapshotHeader));
  if (Result result = read_at(file, path, 0, out.bytes); !result.ok()) return result;
  std::memcpy(&out.header, out.bytes.data(), sizeof out.header);
  if (out.header.magic != snapshot_magic) return damaged("it is no snapshot");
  if (out.header.format != snapshot_format) return damaged("it is of another format");
  if (out.header.file_bytes != size) return damaged("it is not as long as it says");
  out.bytes.resize(size);
  return read_at(file, path, 0, out.bytes);
}

// The sections' table, within the file. Empty: it holds.
std::string fault_of_sections(const Snapshot& snapshot) {
  const SnapshotHeader& header = snapshot.header;
  if (header.sections_count > sections_max || header.reserved != 0) return "its header is damaged";
  std::uint64_t rest = snapshot.bytes.size() - sizeof header - sizeof(Hash);
  const std::uint64_t table = header.sections_count * sizeof(SnapshotSection);
  if (table > rest) return "its sections do not fit it";
  rest -= table;
  for (std::uint32_t i = 0; i < header.sections_count; ++i) {
    SnapshotSection section;
    std::memcpy(&section, snapshot.bytes.data() + sizeof header + i * sizeof section,
                sizeof section);
    if (section.bytes > rest) return "its sections do not fit it";
    rest -= section.bytes;
  }
  return rest == 0 ? "" : "its sections do not fit it";
}

// What keeps it from being one of that ledger, up to there. Empty: nothing.
std::string mismatch(const Snapshot& snapshot, std::uint64_t named, const SnapshotOf& of) {
  const SnapshotHeader& header = snapshot.header;
  if (header.sequence != named) return "its name is not that of its entry";
  if (header.semantics_version != of.semantics_version) {
    return "it follows semantics version " + std::to_string(header.semantics_version) +
           ", and this program version " + std::to_string(of.semantics_version);
  }
  if (header.genesis != of.genesis) return "it is of another ledger";
  if (header.sequence > of.size) {
    return "it is of entry " + std::to_string(header.sequence) + ", and the ledger ends at " +
           std::to_string(of.size);
  }
  return "";
}

// All before the newest one below `newest`. Higher numbers are left: of a ledger that had more
// entries, or of who was quicker. Housekeeping: what cannot be removed now is removed next time.
void remove_old(const std::filesystem::path& folder, std::uint64_t newest) {
  std::error_code ignored;
  bool has_second = false;
  for (const std::uint64_t sequence : sequences_in(folder, file_ending, ignored)) {
    if (sequence >= newest) continue;
    if (std::exchange(has_second, true)) {
      std::filesystem::remove(folder / name_of(sequence, file_ending), ignored);
    }
  }
}

// What a crash left of those that were being written. Requires: nobody else writes one.
void remove_unfinished(const std::filesystem::path& folder) {
  std::error_code ignored;
  for (const std::uint64_t sequence : sequences_in(folder, aside_ending, ignored)) {
    std::filesystem::remove(folder / name_of(sequence, aside_ending), ignored);
  }
}

// Two that write at once would write one file.
Result be_alone(const std::filesystem::path& folder, FileDescriptor& lock) {
  const auto path = folder / "writer.lock";
  if (Result result = open_file(path, O_RDWR | O_CREAT, lock); !result.ok()) return result;
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return {};
  if (errno != EWOULDBLOCK) return failure_of(errno, "lock", path);
  return failure(Status::locked, "another process is writing one to " + folder.string());
}

// A snapshot is never worth an exchange that stops because the disk is full.
Result demand_room(const std::filesystem::path& folder, std::uint64_t bytes,
                   std::uint64_t left_free) {
  std::uint64_t available = 0;
  if (Result result = free_bytes(folder, available); !result.ok()) return result;
  if (available >= 2 * bytes + left_free) return {};
  return failure(Status::no_space, "it needs " + std::to_string(bytes) + " bytes and must leave " +
                                       std::to_string(bytes + left_free) + " free, and " +
                                       folder.string() + " has " + std::to_string(available));
}

Result not_written(const Result& why) {
  return {why.status, "no snapshot was written: " + what_happened(why) +
                          ". The ledger, and the snapshots before, are as they were; a start "
                          "without this one takes longer, and no more."};
}

Result put_in_place(const std::filesystem::path& folder, std::uint64_t sequence,
                    std::span<const std::span<const std::byte>> parts) {
  const std::filesystem::path aside = folder / name_of(sequence, aside_ending);
  Result result = write_file(aside, parts);
  if (result.ok()) result = rename_file(aside, folder / name_of(sequence, file_ending));
  if (result.ok()) return result;
  std::error_code ignored;
  std::filesystem::remove(aside, ignored);
  return result;
}

}  // namespace

std::optional<std::span<const std::byte>> Snapshot::section(std::string_view name) const {
  std::size_t at = sizeof header + header.sections_count * sizeof(SnapshotSection);
  for (std::uint32_t i = 0; i < header.sections_count; ++i) {
    SnapshotSection row;
    std::memcpy(&row, bytes.data() + sizeof header + i * sizeof row, sizeof row);
    if (row.name.view() == name) return std::span{bytes}.subspan(at, row.bytes);
    at += row.bytes;
  }
  return std::nullopt;
}

std::filesystem::path snapshot_path(const std::filesystem::path& data_dir, std::uint64_t sequence) {
  return folder_of(data_dir) / name_of(sequence, file_ending);
}

Result find_room_for_another(const std::filesystem::path& data_dir, std::uint64_t left_free) {
  const std::filesystem::path folder = folder_of(data_dir);
  std::error_code error;
  const std::vector<std::uint64_t> there = sequences_in(folder, file_ending, error);
  if (error || there.empty()) return {};  // nobody knows how large one is
  const std::uint64_t bytes = std::filesystem::file_size(snapshot_path(data_dir, there[0]), error);
  if (error) return {};
  const Result result = demand_room(folder, bytes, left_free);
  return result.ok() ? Result{} : not_written(result);
}

Result write_snapshot(const std::filesystem::path& data_dir, SnapshotHeader header,
                      std::span<const NamedBytes> sections, std::uint64_t left_free) {
  check(sections.size() <= sections_max && header.sequence >= 1);
  std::vector<SnapshotSection> table;
  std::vector<std::span<const std::byte>> parts;
  header.sections_count = static_cast<std::uint32_t>(sections.size());
  header.file_bytes = sizeof header + sections.size() * sizeof(SnapshotSection) + sizeof(Hash);
  for (const NamedBytes& section : sections) {
    check(Text<16>::fits(section.name));
    table.push_back({Text<16>{section.name}, section.bytes.size()});
    header.file_bytes += section.bytes.size();
  }
  parts.push_back(raw_bytes(header));
  parts.push_back(std::as_bytes(std::span{table}));
  for (const NamedBytes& section : sections) parts.push_back(section.bytes);
  const Hash hash = sha256(parts);
  parts.push_back(raw_bytes(hash));

  const std::filesystem::path folder = folder_of(data_dir);
  FileDescriptor lock;
  Result result = create_folders(folder);
  if (result.ok()) result = be_alone(folder, lock);
  if (result.ok()) remove_unfinished(folder);
  if (result.ok()) result = demand_room(folder, header.file_bytes, left_free);
  if (result.ok()) result = put_in_place(folder, header.sequence, parts);
  if (!result.ok()) return not_written(result);
  remove_old(folder, header.sequence);
  return {};
}

Result read_snapshot(const std::filesystem::path& path, Snapshot& out) {
  out = {};
  out.path = path;
  if (Result result = read_whole(path, out); !result.ok()) return result;
  const std::span<const std::byte> hashed{out.bytes.data(), out.bytes.size() - sizeof(Hash)};
  const Hash hash = sha256(std::span{&hashed, 1});
  if (std::memcmp(hash.data(), out.bytes.data() + hashed.size(), sizeof hash) != 0) {
    return damaged("its hash is not that of its bytes");
  }
  const std::string fault = fault_of_sections(out);
  return fault.empty() ? Result{} : damaged(fault);
}

std::optional<Snapshot> newest_valid(const std::filesystem::path& data_dir, const SnapshotOf& of,
                                     const std::function<std::string(const Snapshot&)>& judge,
                                     const std::function<void(const std::string&)>& warn) {
  std::error_code error;
  const std::vector<std::uint64_t> sequences =
      sequences_in(folder_of(data_dir), file_ending, error);
  if (error) {
    warn("the snapshots in " + folder_of(data_dir).string() +
         " cannot be listed: " + error.message());
  }
  for (const std::uint64_t sequence : sequences) {
    std::optional<Snapshot> snapshot{std::in_place};
    const std::filesystem::path path = snapshot_path(data_dir, sequence);
    const Result result = read_snapshot(path, *snapshot);
    std::string fault = result.ok() ? mismatch(*snapshot, sequence, of) : what_happened(result);
    if (fault.empty()) fault = judge(*snapshot);
    if (fault.empty()) return snapshot;
    warn("the snapshot " + path.string() + " is passed over: " + fault);
  }
  return std::nullopt;
}

}  // namespace emx::ledger

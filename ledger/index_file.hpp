#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "ledger/files.hpp"
#include "ledger/hash.hpp"
#include "ledger/status.hpp"

struct MDB_env;
struct MDB_txn;

namespace emx::ledger {

// "The thing of this kind and number is in this entry." Kinds are from 1; what they mean is for the
// index's owner to say.
struct IndexLink {
  std::uint8_t kind = 0;
  std::uint64_t number = 0;
  std::uint64_t entry = 0;

  friend auto operator<=>(const IndexLink&, const IndexLink&) = default;
};

// What is kept by kind and number, beside the links; replaced when it is written again.
struct IndexValue {
  std::uint8_t kind = 0;  // from 1
  std::uint64_t number = 0;
  std::vector<std::byte> bytes;
};

inline constexpr std::array<char, 8> index_magic{'E', 'M', 'X', 'I', 'N', 'D', 'E', 'X'};

// How far an index goes, and of which ledger.
struct IndexState {
  std::array<char, 8> magic = index_magic;
  std::uint32_t format = 0;  // the owner's, of kinds, numbers and values
  std::uint32_t reserved = 0;
  std::uint64_t sequence = 0;  // of the last entry that is in it; 0: none
  Hash head{};                 // leaf hash of that entry
  Hash genesis{};              // leaf hash of entry 1

  friend bool operator==(const IndexState&, const IndexState&) = default;
};
static_assert(sizeof(IndexState) == 88);
static_assert(std::is_trivially_copyable_v<IndexState>);
static_assert(std::has_unique_object_representations_v<IndexState>);

// DATA_DIR/index: links and values in an LMDB environment of their own, made from the ledger and
// made again whenever there is a doubt. It proves nothing.
//
// An answer is right, or the fault is found. Each link has a check over itself and the one after
// it in their order, so that also "there is none between these two" is held to it; each value has
// one over its key and bytes. Every read, and every insertion, makes the checks that it passes. A
// damaged file can crash LMDB for all that: read it in a child process (probe.hpp).
//
// Nothing is flushed before close(): a flush would delay the ledger's own on the same disk. So
// after a power loss the file may be anything, and the mark beside it says so: while a writer has
// it open the mark names the kernel's boot and the file, and counts for no other; a writer that was
// killed loses nothing, since the kernel has what it wrote. What has no mark that counts is never
// opened, and begun anew by the next writer.
//
//   data.mdb    the tables       lock.mdb      LMDB's readers and mutexes
//   mark        see above        writer.lock   held (flock) by the writer; has its process id
//
// Readers may be of other processes. One thread uses an object.
class IndexFile {
 public:
  enum class Mode : std::uint8_t { read, write };

  // Address space, reserved once: some thousand million entries. The file takes what it holds.
  static constexpr std::uint64_t map_bytes_usual = std::uint64_t{1} << 38;

  // The most links of one commit, so that LMDB keeps its pages in memory.
  static constexpr std::size_t commit_links_max = std::size_t{1} << 16;

  IndexFile() = default;
  ~IndexFile();  // without close() as after kill -9
  IndexFile(const IndexFile&) = delete;
  IndexFile& operator=(const IndexFile&) = delete;

  // Mode write makes what is missing, and begins anew what cannot be gone on with; `discarded` then
  // says why, if there was something. Mode read: `missing` when there is none to be used. `locked`
  // when another process writes it (write). Requires: not open.
  Result open(const std::filesystem::path& data_dir, Mode mode,
              std::uint64_t map_bytes = map_bytes_usual);
  [[nodiscard]] const std::string& discarded() const { return discarded_; }

  // For a writer: throws everything away and begins with no entry.
  Result begin_anew();

  // For a writer: all is on the disk, and marked so; after a disk that failed, or a fault that was
  // found, it loses its mark instead, and is begun anew. Closed again, and by a reader, is ok.
  Result close();

  // `wrong_schema` when it is of another format. A new one has a state of no entry.
  Result read_state(std::uint32_t format, IndexState& out) const;

  // Adds links, replaces values, and says how far it goes now, in one transaction. Requires: mode
  // write; links sorted, none twice or in it already, at most commit_links_max.
  Result commit(std::span<const IndexLink> links, std::span<const IndexValue> values,
                const IndexState& state);

  // Calls visit(link) for the links from `first` to `last`, in order, until it returns false.
  // `corrupt`: some of them may be missing, or not be what was written. Requires: kinds from 1.
  using Visitor = std::function<bool(const IndexLink&)>;
  Result visit(const IndexLink& first, const IndexLink& last, const Visitor& visit) const;

  // `missing`: there is none.
  Result read_value(std::uint8_t kind, std::uint64_t number, std::vector<std::byte>& out) const;

  Result file_bytes(std::uint64_t& bytes) const;
  [[nodiscard]] std::filesystem::path folder() const { return folder_; }

 private:
  Result lock();
  Result open_to_write();
  Result open_to_read();
  Result keep_writers_out(bool& alone);
  Result open_environment(unsigned int flags);
  Result open_tables(bool create);
  Result judge_mark(std::string& fault) const;
  Result set_mark(const std::string& words) const;
  Result finish();
  Result remove_files();
  void close_environment();
  [[nodiscard]] std::filesystem::path file() const { return folder_ / "data.mdb"; }

  std::filesystem::path folder_;
  std::uint64_t map_bytes_ = 0;
  FileDescriptor lock_;
  MDB_env* environment_ = nullptr;
  unsigned int links_ = 0;
  unsigned int values_ = 0;
  std::uint64_t commits_ = 0;
  bool writes_ = false;
  bool doubtful_ = false;  // nobody knows what is on the disk
  std::string discarded_;
};

// The folder of an index, and the process that writes one now; 0: none, or not known.
[[nodiscard]] std::filesystem::path index_folder(const std::filesystem::path& data_dir);
[[nodiscard]] std::uint64_t index_writer(const std::filesystem::path& data_dir);

}  // namespace emx::ledger

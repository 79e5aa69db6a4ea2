#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/ids.hpp"
#include "ledger/anchor.hpp"
#include "ledger/chain.hpp"
#include "ledger/data_directory.hpp"
#include "ledger/entry.hpp"
#include "ledger/hash.hpp"
#include "ledger/log_file.hpp"
#include "ledger/probe.hpp"
#include "ledger/status.hpp"

namespace emx::ledger {

// Bytes of the disk that others leave free for the ledger's growth, unless they are told otherwise.
inline constexpr std::uint64_t disk_reserve_by_default = std::uint64_t{1} << 30;

struct StoreOptions {
  enum class Access : std::uint8_t { write, read };

  Access access = Access::write;
  bool create = true;  // a ledger where there is none; else it is `missing` (access write)
  // Address space, reserved once; the file takes only what it holds. Never grown while open.
  std::uint64_t map_bytes = std::uint64_t{1} << 40;
  Probe probe = Probe::whole;
};

// The book of record: entries, appended in batches and never changed, in DATA_DIR/ledger.
// FORMAT.md documents every byte; verify.hpp is the audit.
//
// Opening for writing is careful, because what follows can never be taken back:
// 1. The writer's lock. One process writes; the lock of a killed one is free at once.
// 2. If the last writer did not close the ledger (crash, power, failed commit), the page cache is
//    not trusted: after a flush that failed, it may hold what the disk does not, and look whole.
//    The file is copied as the disk has it (files.hpp), flushed, verified as below, and put in the
//    place of the old one with one rename. It needs as much free space as the ledger is large,
//    and the time to read and write that; a crash in between leaves the old file and the next
//    start does it again. What was acknowledged was flushed, so it is in the copy.
// 3. A child process verifies the file (probe.hpp), so open before threads start.
// 4. In this process again the ends: genesis, the last entries, their chain, and the meta record;
//    after a clean close, that it ends where the mark `clean` says, and is no older state.
// Then the mark is removed; close() writes it. A new ledger is made aside and renamed to a name
// that nothing has, so data.mdb is never empty or half made; while it has no entry, the guard is
// written that says that nothing of it was signed (guard.hpp). Where lock.mdb or a mark was left,
// there was a ledger: without its data.mdb that is `missing`, and no new one is made.
//
// Opening for reading changes nothing (but what is in LMDB's lock.mdb) and says nothing about
// validity (verify() does that): it takes a ledger that can be read, while a writer may go on.
//
// Failures are Results with a message a person can act on. After a failed append the store is
// dead: nothing was acknowledged, but what the disk holds is not known, so every later call returns
// that failure, the mark `failed` keeps its message, and the process should end. What is not a
// failure of the machine but of the caller (an entry that is not the next) is check()ed before it
// is written.
//
// Threads: open(), append() and close() belong to one thread; visit(), get(), size(),
// check_structure(), free_bytes() and file_bytes() may be called from any while the store is open.
class LedgerStore {
 public:
  using EntryVisitor = std::function<bool(const StoredEntry&)>;

  LedgerStore() = default;
  ~LedgerStore();  // without close() as after a crash: the ledger counts as not closed
  LedgerStore(const LedgerStore&) = delete;
  LedgerStore& operator=(const LedgerStore&) = delete;

  // Opens the ledger, or makes one (access write). `data_dir` is created when it is missing.
  // Requires: not open. Throws std::runtime_error when OpenSSL has no SHA-256; so does verify().
  Result open(const std::filesystem::path& data_dir, const StoreOptions& options = {});

  // Appends the entries as one transaction; ok: they are on the disk and may be acknowledged.
  // Nothing to append is ok. Keep a batch below some tens of MiB: it is held in memory.
  // Requires: a chain made them that went on from end(), and their bytes are as it wrote them. That
  // they go on from there is check()ed; what is in them, the chain has check()ed (chain.hpp).
  Result append(std::span<const ChainedEntry> batch);

  // Where the next entry goes on. For the thread of append() only.
  [[nodiscard]] ChainEnd end() const { return {end_.meta.size, end_.at_ns, end_.meta.head}; }

  // Closes, and for a writer that did not fail marks the ledger so. Closed again is ok.
  Result close();

  // Of the last entry: on the disk (writer), or at the time of open() (reader). 0: none.
  [[nodiscard]] SeqNo size() const { return SeqNo{size_.load(std::memory_order_acquire)}; }
  // The leaf hash of that entry. For the thread of append() only.
  [[nodiscard]] Hash head() const { return end_.meta.head; }
  [[nodiscard]] Hash genesis() const { return end_.meta.genesis; }

  // Calls visit(entry) from `from` on, in order, until it returns false or the entries end: those
  // that are durable when it gets there. In bounded read transactions (log_file.hpp); the entry
  // lives as long as the call. Do not block in it. An entry that cannot be read, or is missing,
  // is `corrupt`; the chain is not verified here. Requires: `from` is not 0.
  Result visit(SeqNo from, const EntryVisitor& visit) const;

  // Calls visit(entry) with one entry; `missing` when there is none yet with this number.
  Result get(SeqNo sequence, const std::function<void(const StoredEntry&)>& visit) const;

  // Whether LMDB's pages are in order, as of the last commit (check_pages(), page_check.hpp); also
  // while a writer goes on, for whom a read transaction is held for a moment. `corrupt`: they are
  // not. A damaged file cannot crash the process here.
  Result check_structure() const;

  // Damage was found: after the next close() all is verified before anything is written again.
  void distrust() { distrusted_ = true; }

  // Of the file system, for this user: refuse new orders long before it is 0.
  Result free_bytes(std::uint64_t& bytes) const;
  // Of the ledger's file: what a start after a crash needs free for its copy.
  Result file_bytes(std::uint64_t& bytes) const;

  // What open() did and found.
  [[nodiscard]] bool was_created() const { return created_; }
  [[nodiscard]] bool was_copied_from_disk() const { return copied_; }
  // Whether all that was there when it was opened (access write) was verified then.
  [[nodiscard]] bool was_verified_whole() const { return verified_whole_; }
  // The message of the writer that failed before; empty: none did.
  [[nodiscard]] const std::string& earlier_failure() const { return earlier_failure_; }

  // Where the last writer closed the ledger before this open(); nothing: it did not.
  [[nodiscard]] const std::optional<Anchor>& closed_at() const { return closed_at_; }

  // For verify().
  [[nodiscard]] const LogFile& file() const { return file_; }

 private:
  Result open_to_write(const std::filesystem::path& data_dir, const StoreOptions& options);
  Result open_to_read(const std::filesystem::path& data_dir, const StoreOptions& options);
  Result read_marks();
  Result create(const StoreOptions& options);
  Result copy_from_disk_and_verify(const StoreOptions& options);
  Result check_ends();
  Result take_ends();
  Result state() const;
  void blame_full_disk(Result& result) const;

  DataDirectory directory_;
  LogFile file_;
  LogEnd end_;
  std::atomic<std::uint64_t> size_ = 0;
  bool open_ = false;
  bool writes_ = false;
  bool created_ = false;
  bool copied_ = false;
  bool verified_whole_ = false;
  bool distrusted_ = false;
  std::string earlier_failure_;
  std::optional<Anchor> closed_at_;
  Result failure_;                  // of the append after which the store is dead
  std::atomic<bool> dead_ = false;  // set after failure_
};

}  // namespace emx::ledger

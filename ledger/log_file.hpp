#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>

#include "ledger/chain.hpp"
#include "ledger/meta.hpp"
#include "ledger/status.hpp"

struct MDB_env;
struct MDB_txn;

namespace emx::ledger {

// Where the log ends, as its writer knows it.
struct LogEnd {
  MetaRecord meta;
  std::int64_t at_ns = 0;  // of the last entry
};

// The two tables in their LMDB file, and nothing of the folder around it (store.hpp has that).
//
// LMDB's own sync is used as it comes: a commit writes the pages (pwrite, writev), flushes them
// (fdatasync), and writes the meta page through a descriptor opened with O_DSYNC. No WRITEMAP:
// it would expose the file to stray pointers.
//
// One thread appends; others may read meanwhile. An environment must not be open twice in a
// process (closing one drops the locks of both), so readers in the process share this object.
class LogFile {
 public:
  enum class Mode : std::uint8_t {
    read,        // a folder that a writer may have open at the same time
    read_alone,  // a folder or a file of which the caller knows that nobody writes it
    write,       // a folder; the caller holds the writer's lock
    create,      // a new file, aside; nobody else knows it
  };

  LogFile() = default;
  ~LogFile() { close(); }
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  // `path`: the folder (modes read and write), the file (create), or either (read_alone).
  // Reserves `map_bytes` of address space; the file must stay smaller.
  // A damaged file can crash the process here, and in every call below: see probe.hpp.
  Result open(const std::filesystem::path& path, Mode mode, std::uint64_t map_bytes);
  void close();

  // The meta record and the log's last key (0: none), as of one moment.
  Result read_tail(MetaRecord& meta, std::uint64_t& last_key) const;

  // Returns what work(number) does within one read transaction, with the number of the last commit
  // that it sees: until it returns, no page of that state is written over. Keep it short.
  Result within_read(const std::function<Result(std::uint64_t transaction)>& work) const;

  // Calls visit(key, value) for the keys from `first` to `last` that are there, in order, until it
  // returns false. In read transactions of at most 1,024 entries, 4 MiB or 50 ms (an entry and
  // its visit are never cut), because a long one keeps the writer from reusing pages.
  // The value lives as long as the call.
  using Visitor = std::function<bool(std::uint64_t key, std::span<const std::byte> value)>;
  Result visit(std::uint64_t first, std::uint64_t last, const Visitor& visit) const;

  // Appends the entries in one transaction, together with the meta record, and returns when they
  // are on the disk; `end` then is the new end. After a failure `end` is as it was, and what is on
  // the disk is one or the other: the caller must not go on.
  // check()s that each entry is the next of this log's chain, and not behind in time.
  // Requires: `end` is this log's; mode write.
  Result append(std::span<const ChainedEntry> batch, LogEnd& end);

 private:
  Result open_tables(Mode mode);
  Result append_within(MDB_txn* transaction, std::span<const ChainedEntry> batch, LogEnd& end);
  Result visit_some(std::uint64_t& next, std::uint64_t last, const Visitor& visit,
                    bool& more) const;

  std::filesystem::path path_;
  MDB_env* environment_ = nullptr;
  unsigned int log_ = 0;
  unsigned int meta_ = 0;
  std::uint64_t commits_ = 0;
};

}  // namespace emx::ledger

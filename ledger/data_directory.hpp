#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "ledger/anchor.hpp"
#include "ledger/files.hpp"
#include "ledger/status.hpp"

namespace emx::ledger {

// The folder DIR/ledger: who may use it, and how the last writer left it. Its files:
//   data.mdb     the tables (LMDB)
//   lock.mdb     LMDB's readers and mutexes; nothing of value
//   writer.lock  held (flock) by the writer for as long as it runs, so a crash frees it at once;
//                holds the writer's process id, for the message
//   clean        there when, and only when, the last writer closed the ledger; says where it ended
//   edge         of the last close: the hash of the pages that the next commit builds on
//                (page_edge.hpp); where that is not theirs, the whole ledger is verified before one
//   failed       there when a writer stopped because a commit failed; says what went wrong, if the
//                disk still took it
//   clean.new, failed.new  what becomes one of these with one rename; the second is written in
//                advance, so that a full disk has room for it
//   data.mdb.new a ledger that is being created or copied; worth nothing after a crash
class DataDirectory {
 public:
  DataDirectory() = default;
  ~DataDirectory() { close(); }
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;

  // Creates what is missing and takes the writer's lock. `locked` when a process has it, and when
  // this process has the folder open already (LMDB's locks would not survive a second time).
  Result open_to_write(const std::filesystem::path& data_dir);

  // Creates nothing. Where LMDB's reader lock is not there, or this user or the file system does
  // not let it be written, it keeps writers out instead, with a shared lock; is_alone() then.
  Result open_to_read(const std::filesystem::path& data_dir);

  // Lets go of the lock. The other calls need an open directory.
  void close();

  [[nodiscard]] bool is_alone() const { return alone_; }
  [[nodiscard]] std::filesystem::path folder() const { return folder_; }
  [[nodiscard]] std::filesystem::path data_file() const { return folder_ / "data.mdb"; }
  [[nodiscard]] std::filesystem::path reader_lock() const { return folder_ / "lock.mdb"; }
  [[nodiscard]] std::filesystem::path new_file() const { return folder_ / "data.mdb.new"; }

  // Whether the data file is there. `missing` when it is not, and another file says that it was:
  // to found a ledger there would be to lose one without a word.
  Result find_ledger(bool& there) const;
  // Where the last writer closed the ledger; nothing: it did not. `corrupt` when there is a mark
  // and it does not say: then nobody can tell that the ledger is no older state of itself.
  Result read_closed_at(std::optional<Anchor>& closed_at) const;

  // What a writer left that stopped because of a failed commit; empty: nothing.
  Result read_earlier_failure(std::string& message) const;

  // Whether the pages that the next commit builds on are what they were at that close.
  [[nodiscard]] bool has_edge_of_close() const;

  // `is_trusted`: with the edge, so that the next start need not verify all before it serves.
  Result mark_closed(const Anchor& end, bool is_trusted);
  // Before the first write: from here on the ledger counts as not closed.
  Result remove_marks();
  // As well as the machine still allows; says nothing when it does not.
  void mark_failed(std::string_view message);

 private:
  Result write_edge() const;
  Result claim(const std::filesystem::path& data_dir);
  Result lock(int flags, int operation);

  std::filesystem::path folder_;
  std::pair<std::uint64_t, std::uint64_t> identity_;  // device and inode, while claimed
  FileDescriptor lock_;
  FileDescriptor failed_;  // the mark, not in its place yet
  bool claimed_ = false;
  bool alone_ = false;
};

}  // namespace emx::ledger

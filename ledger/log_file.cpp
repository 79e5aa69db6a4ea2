#include "ledger/log_file.hpp"

#include <lmdb.h>

#include <chrono>
#include <cstring>
#include <limits>

#include "engine/vocabulary/check.hpp"
#include "ledger/entry.hpp"
#include "ledger/failure.hpp"
#include "ledger/lmdb_handles.hpp"

namespace emx::ledger {

namespace {

constexpr std::uint64_t read_entries_max = 1'024;
constexpr std::uint64_t read_bytes_max = 4 << 20;
constexpr std::chrono::milliseconds read_time_max{50};

// A reader that was killed leaves its slot behind, and LMDB would keep every page since for it.
constexpr std::uint64_t commits_between_reader_checks = 1'024;

std::span<const std::byte> bytes_of(const MDB_val& value) {
  return {static_cast<const std::byte*>(value.mv_data), value.mv_size};
}

int read_key(const MDB_val& value, std::uint64_t& key) {
  if (value.mv_size != sizeof key) return MDB_CORRUPTED;
  key = read_record<std::uint64_t>(bytes_of(value));
  return 0;
}

Result get_meta(MDB_txn* transaction, unsigned int table, const std::filesystem::path& path,
                MetaRecord& out) {
  auto key_bytes = meta_key;
  MDB_val key{key_bytes.size(), key_bytes.data()};
  MDB_val value{};
  if (const int error = mdb_get(transaction, table, &key, &value); error != 0) {
    return failure_of(error, "read the meta record of", path);
  }
  return decode_meta(bytes_of(value), out);
}

// The only place that writes to the log. That the entry is the next of this chain is checked here,
// because MDB_APPEND alone accepts gaps; MDB_APPEND, because a plain put would silently rewrite
// history.
int append_entry(MDB_cursor* log, const ChainedEntry& entry, LogEnd& end) {
  check(entry.bytes.size() >= sizeof(EntryHeader));
  const auto header = read_record<EntryHeader>(entry.bytes);
  check(header.format == entry_format);
  check(header.payload_bytes == entry.bytes.size() - sizeof(EntryHeader));
  check(header.sequence == end.meta.size + 1);
  check(header.prev == end.meta.head);
  check(header.at_ns >= end.at_ns || end.meta.size == 0);

  std::uint64_t sequence = header.sequence;
  MDB_val key{sizeof sequence, &sequence};
  MDB_val value{entry.bytes.size(), nullptr};
  if (const int error = mdb_cursor_put(log, &key, &value, MDB_APPEND | MDB_RESERVE); error != 0) {
    return error;
  }
  std::memcpy(value.mv_data, entry.bytes.data(), entry.bytes.size());
  if (end.meta.size == 0) end.meta.genesis = entry.hash;
  end.meta.head = entry.hash;
  end.meta.size = sequence;
  end.at_ns = header.at_ns;
  return 0;
}

}  // namespace

Result LogFile::open(const std::filesystem::path& path, Mode mode, std::uint64_t map_bytes) {
  check(environment_ == nullptr);
  path_ = path;
  if (const int error = mdb_env_create(&environment_); error != 0) {
    environment_ = nullptr;
    return failure_of(error, "make room to open", path);
  }
  // A read transaction belongs to its object, not its thread: a visitor may visit.
  unsigned int flags = MDB_NOTLS;
  if (mode == Mode::read || mode == Mode::read_alone) flags |= MDB_RDONLY;
  if (mode == Mode::read_alone || mode == Mode::create) flags |= MDB_NOLOCK;
  // A folder that cannot be looked at must not be opened as if it were the file.
  std::error_code error_of_look;
  const bool is_folder = std::filesystem::is_directory(path, error_of_look);
  if (error_of_look && error_of_look != std::errc::no_such_file_or_directory) {
    close();
    return failure_of(error_of_look.value(), "look at", path);
  }
  if (is_folder) {
    path_ /= "data.mdb";  // for messages
  } else {
    flags |= MDB_NOSUBDIR;
  }

  int error = mdb_env_set_maxdbs(environment_, 2);
  if (error == 0) error = mdb_env_set_mapsize(environment_, map_bytes);
  if (error == 0) error = mdb_env_open(environment_, path.c_str(), flags, 0640);
  Result result = error == 0 ? open_tables(mode) : failure_of(error, "open the ledger", path);
  if (!result.ok()) close();
  return result;
}

Result LogFile::open_tables(Mode mode) {
  const bool create = mode == Mode::create;
  const unsigned int create_flag = create ? MDB_CREATE : 0U;
  Transaction transaction;
  int error = begin(environment_, create ? 0U : MDB_RDONLY, transaction);
  if (error == 0) {
    error = mdb_dbi_open(transaction.get(), "log", MDB_INTEGERKEY | create_flag, &log_);
  }
  if (error == 0) error = mdb_dbi_open(transaction.get(), "meta", create_flag, &meta_);
  if (error == 0 && create) error = put_meta(transaction.get(), meta_, MetaRecord{});
  unsigned int log_flags = 0;
  unsigned int meta_flags = 0;
  if (error == 0) error = mdb_dbi_flags(transaction.get(), log_, &log_flags);
  if (error == 0) error = mdb_dbi_flags(transaction.get(), meta_, &meta_flags);
  if (error == 0) error = mdb_txn_commit(transaction.release());  // which keeps the handles
  if (error == MDB_NOTFOUND) {
    return failure(Status::corrupt, path_.string() + " is an LMDB file, but not a ledger of emx");
  }
  if (error != 0) return failure_of(error, "open the tables of", path_);
  if (log_flags != MDB_INTEGERKEY || meta_flags != 0) {
    return failure(Status::corrupt, "the tables of " + path_.string() + " are of another kind");
  }
  return {};
}

void LogFile::close() {
  if (environment_ == nullptr) return;
  mdb_env_close(environment_);
  environment_ = nullptr;
}

Result LogFile::read_tail(MetaRecord& meta, std::uint64_t& last_key) const {
  check(environment_ != nullptr);
  Transaction transaction;
  Cursor cursor;
  int error = begin(environment_, MDB_RDONLY, transaction);
  if (error == 0) error = open_cursor(transaction.get(), log_, cursor);
  if (error != 0) return failure_of(error, "read", path_);
  last_key = 0;
  MDB_val key{};
  MDB_val value{};
  error = mdb_cursor_get(cursor.get(), &key, &value, MDB_LAST);
  if (error == 0) error = read_key(key, last_key);
  if (error != 0 && error != MDB_NOTFOUND) return failure_of(error, "read the end of", path_);
  return get_meta(transaction.get(), meta_, path_, meta);
}

Result LogFile::within_read(const std::function<Result(std::uint64_t)>& work) const {
  check(environment_ != nullptr);
  Transaction transaction;
  if (const int error = begin(environment_, MDB_RDONLY, transaction); error != 0) {
    return failure_of(error, "read", path_);
  }
  return work(mdb_txn_id(transaction.get()));
}

Result LogFile::visit(std::uint64_t first, std::uint64_t last, const Visitor& visit) const {
  check(environment_ != nullptr);
  bool more = true;
  for (std::uint64_t next = first; more && next <= last;) {
    if (Result result = visit_some(next, last, visit, more); !result.ok()) return result;
  }
  return {};
}

// Visits from `next` within one read transaction; `more`: go on at the new `next` in another.
Result LogFile::visit_some(std::uint64_t& next, std::uint64_t last, const Visitor& visit,
                           bool& more) const {
  const auto until = std::chrono::steady_clock::now() + read_time_max;
  Transaction transaction;
  Cursor cursor;
  int error = begin(environment_, MDB_RDONLY, transaction);
  if (error == 0) error = open_cursor(transaction.get(), log_, cursor);

  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  std::uint64_t position = next;
  MDB_val key{sizeof position, &position};
  MDB_val value{};
  for (auto operation = MDB_SET_RANGE; error == 0; operation = MDB_NEXT) {
    error = mdb_cursor_get(cursor.get(), &key, &value, operation);
    std::uint64_t found = 0;
    if (error == 0) error = read_key(key, found);
    // Keys that go backwards would let a damaged file hold us here for ever.
    if (error == 0 && found < next) error = MDB_CORRUPTED;
    if (error != 0) break;
    more = found <= last && visit(found, bytes_of(value)) &&
           found != std::numeric_limits<std::uint64_t>::max();
    if (!more) return {};
    next = found + 1;
    ++entries;
    bytes += value.mv_size;
    if (entries >= read_entries_max || bytes >= read_bytes_max ||
        std::chrono::steady_clock::now() >= until) {
      return {};
    }
  }
  // What was committed since this transaction began is for the next one; none, and we are through.
  more = entries > 0;
  if (error == MDB_NOTFOUND) return {};
  return failure_of(error, "read entry " + std::to_string(next) + " of", path_);
}

Result LogFile::append(std::span<const ChainedEntry> batch, LogEnd& end) {
  check(environment_ != nullptr);
  if (commits_++ % commits_between_reader_checks == 0) {
    if (const int error = mdb_reader_check(environment_, nullptr); error != 0) {
      return failure_of(error, "check the readers of", path_);
    }
  }
  Transaction transaction;
  if (const int error = begin(environment_, 0, transaction); error != 0) {
    return failure_of(error, "begin to write to", path_);
  }
  LogEnd next = end;
  if (Result result = append_within(transaction.get(), batch, next); !result.ok()) {
    return result;
  }
  if (const int error = mdb_txn_commit(transaction.release()); error != 0) {
    return failure_of(error, "commit to", path_);
  }
  end = next;
  return {};
}

Result LogFile::append_within(MDB_txn* transaction, std::span<const ChainedEntry> batch,
                              LogEnd& end) {
  // What we left at the last commit must be what we find: nobody else writes.
  MetaRecord found;
  if (Result result = get_meta(transaction, meta_, path_, found); !result.ok()) return result;
  if (found != end.meta) {
    return failure(Status::corrupt, "someone else wrote to " + path_.string());
  }
  Cursor log;
  int error = open_cursor(transaction, log_, log);
  for (const ChainedEntry& entry : batch) {
    if (error == 0) error = append_entry(log.get(), entry, end);
  }
  if (error == 0) error = put_meta(transaction, meta_, end.meta);
  return error == 0 ? Result{} : failure_of(error, "write to", path_);
}

}  // namespace emx::ledger

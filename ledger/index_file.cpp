#include "ledger/index_file.hpp"

#include <fcntl.h>
#include <lmdb.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "ledger/failure.hpp"
#include "ledger/lmdb_handles.hpp"
#include "ledger/probe.hpp"

namespace emx::ledger {

namespace {

// A reader that was killed leaves its slot behind, and LMDB would keep every page since for it.
constexpr std::uint64_t commits_between_looks_at_readers = 64;

constexpr std::string_view closed_words = "closed";
constexpr std::uint8_t state_kind = 0;

// Numbers with their highest byte first, so that LMDB's order of bytes is theirs.
constexpr std::size_t link_bytes = 17;
constexpr std::size_t name_bytes = 9;
using LinkKey = std::array<unsigned char, link_bytes>;
using ValueKey = std::array<unsigned char, name_bytes>;

void put_number(unsigned char* to, std::uint64_t number) {
  for (int i = 0; i < 8; ++i) to[i] = static_cast<unsigned char>(number >> (56 - 8 * i));
}

std::uint64_t get_number(const unsigned char* from) {
  std::uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8 | from[i];
  return number;
}

LinkKey key_of(const IndexLink& link) {
  LinkKey key;
  key[0] = link.kind;
  put_number(&key[1], link.number);
  put_number(&key[9], link.entry);
  return key;
}

IndexLink link_of(const LinkKey& key) { return {key[0], get_number(&key[1]), get_number(&key[9])}; }

ValueKey value_key(std::uint8_t kind, std::uint64_t number) {
  ValueKey key;
  key[0] = kind;
  put_number(&key[1], number);
  return key;
}

// FNV-1a, 64 bits: against damage, not against a person, who could as well write another index.
std::uint64_t check_of(std::span<const unsigned char> one, std::span<const unsigned char> other) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  const auto add = [&hash](unsigned char byte) { hash = (hash ^ byte) * 0x100000001b3U; };
  for (const unsigned char byte : one) add(byte);
  for (const unsigned char byte : other) add(byte);
  return hash;
}

// Where the cursor stands in the table of links; nothing: beyond the last.
struct Found {
  std::optional<LinkKey> key;
  std::uint64_t check = 0;
};

std::span<const unsigned char> bytes_of(const std::optional<LinkKey>& key) {
  return key ? std::span<const unsigned char>{*key} : std::span<const unsigned char>{};
}

int move(MDB_cursor* cursor, MDB_cursor_op operation, Found& out, const LinkKey* wanted = nullptr) {
  LinkKey key_bytes{};
  if (wanted != nullptr) key_bytes = *wanted;
  MDB_val key{key_bytes.size(), key_bytes.data()};
  MDB_val value{};
  const int error = mdb_cursor_get(cursor, &key, &value, operation);
  out.key.reset();
  if (error != 0) return error == MDB_NOTFOUND ? 0 : error;
  if (key.mv_size != link_bytes || value.mv_size != sizeof out.check) return MDB_CORRUPTED;
  std::memcpy(&out.key.emplace(), key.mv_data, link_bytes);
  std::memcpy(&out.check, value.mv_data, sizeof out.check);
  return 0;
}

// The link at or after the wanted one, and the one before that, held to their check. The first of
// all stands before everything, so there always is one before.
int find(MDB_cursor* cursor, const LinkKey& wanted, Found& before, Found& after) {
  int error = move(cursor, MDB_SET_RANGE, after, &wanted);
  if (error == 0) error = move(cursor, after.key ? MDB_PREV : MDB_LAST, before);
  if (error != 0) return error;
  if (!before.key || *before.key >= wanted || (after.key && *after.key < wanted) ||
      before.check != check_of(*before.key, bytes_of(after.key))) {
    return MDB_CORRUPTED;
  }
  return 0;
}

int put_link(MDB_cursor* cursor, const LinkKey& key, const std::optional<LinkKey>& next,
             unsigned int flags) {
  LinkKey key_bytes = key;
  std::uint64_t check = check_of(key, bytes_of(next));
  MDB_val key_value{key_bytes.size(), key_bytes.data()};
  MDB_val value{sizeof check, &check};
  return mdb_cursor_put(cursor, &key_value, &value, flags);
}

int insert(MDB_cursor* cursor, const LinkKey& key) {
  Found before;
  Found after;
  if (const int error = find(cursor, key, before, after); error != 0) return error;
  if (after.key == key) return MDB_KEYEXIST;
  if (const int error = put_link(cursor, *before.key, key, 0); error != 0) return error;
  return put_link(cursor, key, after.key, MDB_NOOVERWRITE);
}

std::span<const unsigned char> plain(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()};
}

int put_value(MDB_txn* transaction, unsigned int table, std::uint8_t kind, std::uint64_t number,
              std::span<const std::byte> bytes) {
  ValueKey key = value_key(kind, number);
  const std::uint64_t check = check_of(key, plain(bytes));
  MDB_val key_value{key.size(), key.data()};
  MDB_val value{bytes.size() + sizeof check, nullptr};
  if (const int error = mdb_put(transaction, table, &key_value, &value, MDB_RESERVE); error != 0) {
    return error;
  }
  auto* const room = static_cast<std::byte*>(value.mv_data);
  std::memcpy(room, bytes.data(), bytes.size());
  std::memcpy(room + bytes.size(), &check, sizeof check);
  return 0;
}

int get_value(MDB_txn* transaction, unsigned int table, std::uint8_t kind, std::uint64_t number,
              std::vector<std::byte>& out) {
  ValueKey key = value_key(kind, number);
  MDB_val key_value{key.size(), key.data()};
  MDB_val value{};
  if (const int error = mdb_get(transaction, table, &key_value, &value); error != 0) return error;
  std::uint64_t check = 0;
  if (value.mv_size < sizeof check) return MDB_CORRUPTED;
  const std::span bytes{static_cast<const std::byte*>(value.mv_data), value.mv_size - sizeof check};
  std::memcpy(&check, bytes.data() + bytes.size(), sizeof check);
  if (check != check_of(key, plain(bytes))) return MDB_CORRUPTED;
  out.assign(bytes.begin(), bytes.end());
  return 0;
}

// The words of failure() tell a person what to do with a ledger; of an index that is simpler.
Result index_failure(Status status, const std::string& what) {
  const bool passes = status == Status::no_space || status == Status::locked;
  return {status, what + (passes ? "" : ". `emx index rebuild DIR` makes the index anew")};
}

Result index_failure_of(int error, std::string_view doing, const std::filesystem::path& path) {
  const Result result = failure_of(error, doing, path);
  return index_failure(result.status, what_happened(result));
}

// Changes with every start of the machine; empty: it does not say.
std::string boot_id() {
  std::string id = read_file("/proc/sys/kernel/random/boot_id");
  while (!id.empty() && id.back() == '\n') id.pop_back();
  return id;
}

// What the mark of an open index says: the boot, and the file, so that a copy that was made
// meanwhile is not taken for it. Empty: the machine does not say.
std::string open_words(const std::filesystem::path& file) {
  const std::string boot = boot_id();
  struct stat found {};
  if (boot.empty() || ::stat(file.c_str(), &found) != 0) return {};
  return "open " + boot + ' ' + std::to_string(found.st_ino);
}

}  // namespace

std::filesystem::path index_folder(const std::filesystem::path& data_dir) {
  return data_dir / "index";
}

std::uint64_t index_writer(const std::filesystem::path& data_dir) {
  const auto path = index_folder(data_dir) / "writer.lock";
  FileDescriptor file;
  if (!open_file(path, O_RDONLY, file).ok()) return 0;
  if (::flock(file.get(), LOCK_SH | LOCK_NB) == 0) return 0;
  const std::string holder = read_file(path);
  std::uint64_t process = 0;
  std::from_chars(holder.data(), holder.data() + holder.size(), process);
  return process;
}

IndexFile::~IndexFile() { close_environment(); }

Result IndexFile::open(const std::filesystem::path& data_dir, Mode mode, std::uint64_t map_bytes) {
  check(environment_ == nullptr && !lock_.is_open());
  folder_ = index_folder(data_dir);
  map_bytes_ = map_bytes;
  writes_ = mode == Mode::write;
  doubtful_ = false;
  discarded_.clear();
  Result result = writes_ ? open_to_write() : open_to_read();
  if (!result.ok()) {
    close_environment();
    lock_.reset();
  }
  return result;
}

Result IndexFile::lock() {
  const auto path = folder_ / "writer.lock";
  if (Result result = open_file(path, O_RDWR | O_CREAT, lock_); !result.ok()) return result;
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return index_failure_of(errno, "lock", path);
    std::string holder = read_file(path);
    std::erase(holder, '\n');
    return index_failure(Status::locked,
                         "process " + holder + " is writing the index in " + folder_.string());
  }
  const std::string process = std::to_string(::getpid()) + '\n';
  // For the message of another process only, so a failure changes nothing.
  [[maybe_unused]] const bool written =
      ::ftruncate(lock_.get(), 0) == 0 &&
      ::pwrite(lock_.get(), process.data(), process.size(), 0) >= 0;
  return {};
}

Result IndexFile::open_to_write() {
  Result result = create_folders(folder_);
  if (result.ok()) result = lock();
  if (!result.ok()) return result;
  bool there = false;
  if (result = look_for(file(), there); !result.ok()) return result;
  if (!there) return begin_anew();
  std::string fault;
  if (result = judge_mark(fault); !result.ok()) return result;
  if (fault.empty()) {
    result = check_file_head(file());
    if (result.ok()) result = open_environment(MDB_NOSYNC);
    if (result.ok()) result = open_tables(false);
    if (result.ok()) return set_mark(open_words(file()));
    if (result.status != Status::corrupt) return result;
    fault = what_happened(result);
  }
  discarded_ = fault;
  return begin_anew();
}

Result IndexFile::begin_anew() {
  check(writes_ && lock_.is_open());
  close_environment();
  Result result = remove_files();
  if (result.ok()) result = open_environment(MDB_NOSYNC);
  if (result.ok()) result = set_mark(open_words(file()));
  return result.ok() ? open_tables(true) : result;
}

Result IndexFile::remove_files() {
  for (const char* name : {"mark", "mark.new", "data.mdb", "lock.mdb"}) {
    if (Result result = remove_file(folder_ / name); !result.ok()) return result;
  }
  return {};
}

Result IndexFile::open_to_read() {
  bool there = false;
  if (Result result = look_for(file(), there); !result.ok()) return result;
  if (!there) {
    return index_failure(Status::missing, "there is no index in " + folder_.string() +
                                              "; emxd makes one unless ledger.index is false");
  }
  std::string fault;
  if (Result result = judge_mark(fault); !result.ok()) return result;
  if (!fault.empty()) return index_failure(Status::missing, fault + ", and is not used");
  bool alone = false;
  if (Result result = keep_writers_out(alone); !result.ok()) return result;
  Result result = check_file_head(file());
  if (result.ok()) result = open_environment(MDB_RDONLY | (alone ? MDB_NOLOCK : 0U));
  if (result.ok()) result = open_tables(false);
  if (result.status == Status::corrupt) {
    return index_failure(Status::corrupt, what_happened(result));
  }
  return result;
}

// Where LMDB's lock of readers is not there, or this user may not write it.
Result IndexFile::keep_writers_out(bool& alone) {
  const FileDescriptor readers{::open((folder_ / "lock.mdb").c_str(), O_RDWR | O_CLOEXEC)};
  alone = !readers.is_open();
  if (!alone) return {};
  const auto path = folder_ / "writer.lock";
  bool there = false;
  if (Result result = look_for(path, there); !result.ok() || !there) return result;
  if (Result result = open_file(path, O_RDONLY, lock_); !result.ok()) return result;
  if (::flock(lock_.get(), LOCK_SH | LOCK_NB) == 0) return {};
  if (errno != EWOULDBLOCK) return index_failure_of(errno, "lock", path);
  return index_failure(Status::locked, "a process is writing the index in " + folder_.string() +
                                           ", which this user may only read without one");
}

// Empty words: the file is what its writer left.
Result IndexFile::judge_mark(std::string& fault) const {
  std::string mark;
  const Result result = read_file(folder_ / "mark", mark);
  if (!result.ok() && result.status != Status::missing) return result;
  if (mark == std::string{closed_words} + '\n') return {};
  const std::string open = open_words(file());
  if (!open.empty() && mark == open + '\n') return {};
  fault =
      "the index in " + folder_.string() +
      (result.ok() ? " was not closed before the machine went down, or is a copy of one that was "
                     "open"
                   : " has no mark that it is whole");
  return {};
}

Result IndexFile::set_mark(const std::string& words) const {
  const auto aside = folder_ / "mark.new";
  Result result = write_file(aside, words + '\n');
  return result.ok() ? rename_file(aside, folder_ / "mark") : result;
}

Result IndexFile::open_environment(unsigned int flags) {
  if (const int error = mdb_env_create(&environment_); error != 0) {
    environment_ = nullptr;
    return index_failure_of(error, "make room to open", file());
  }
  int error = mdb_env_set_maxdbs(environment_, 2);
  if (error == 0) error = mdb_env_set_mapsize(environment_, map_bytes_);
  if (error == 0) error = mdb_env_open(environment_, folder_.c_str(), flags | MDB_NOTLS, 0640);
  return error == 0 ? Result{} : failure_of(error, "open the index", file());
}

Result IndexFile::open_tables(bool create) {
  const unsigned int create_flag = create ? MDB_CREATE : 0U;
  Transaction transaction;
  int error = begin(environment_, create ? 0U : MDB_RDONLY, transaction);
  if (error == 0) error = mdb_dbi_open(transaction.get(), "links", create_flag, &links_);
  if (error == 0) error = mdb_dbi_open(transaction.get(), "values", create_flag, &values_);
  if (error == 0 && create) {
    Cursor cursor;
    error = open_cursor(transaction.get(), links_, cursor);
    if (error == 0) error = put_link(cursor.get(), LinkKey{}, std::nullopt, MDB_NOOVERWRITE);
  }
  if (error == 0) error = mdb_txn_commit(transaction.release());  // which keeps the handles
  if (error == MDB_NOTFOUND && !create) {
    return failure(Status::corrupt, file().string() + " has not the tables of an index");
  }
  return error == 0 ? Result{} : failure_of(error, "open the tables of", file());
}

void IndexFile::close_environment() {
  if (environment_ == nullptr) return;
  mdb_env_close(environment_);
  environment_ = nullptr;
}

Result IndexFile::close() {
  const Result result = environment_ != nullptr && writes_ ? finish() : Result{};
  close_environment();
  lock_.reset();
  return result;
}

Result IndexFile::finish() {
  Result result;
  if (!doubtful_) {
    if (const int error = mdb_env_sync(environment_, 1); error != 0) {
      result = index_failure_of(error, "flush", file());
    }
    if (result.ok()) result = set_mark(std::string{closed_words});
    if (result.ok()) return {};
  }
  Result removed = remove_file(folder_ / "mark");
  return result.ok() ? removed : result;
}

Result IndexFile::read_state(std::uint32_t format, IndexState& out) const {
  check(environment_ != nullptr);
  out = {};
  out.format = format;
  Transaction transaction;
  std::vector<std::byte> bytes;
  int error = begin(environment_, MDB_RDONLY, transaction);
  if (error == 0) error = get_value(transaction.get(), values_, state_kind, 0, bytes);
  if (error == MDB_NOTFOUND) return {};  // nothing was committed yet
  if (error == 0 && bytes.size() != sizeof out) error = MDB_CORRUPTED;
  if (error != 0) return index_failure_of(error, "read how far it goes from", file());
  out = read_record<IndexState>(bytes);
  if (out.magic != index_magic) return index_failure(Status::corrupt, "it is no index");
  if (out.format == format) return {};
  return index_failure(Status::wrong_schema, "the index in " + folder_.string() +
                                                 " is of the format " + std::to_string(out.format) +
                                                 ", not " + std::to_string(format));
}

Result IndexFile::commit(std::span<const IndexLink> links, std::span<const IndexValue> values,
                         const IndexState& state) {
  check(environment_ != nullptr && writes_);
  check(links.size() <= commit_links_max);
  if (commits_++ % commits_between_looks_at_readers == 0) {
    if (const int error = mdb_reader_check(environment_, nullptr); error != 0) {
      return index_failure_of(error, "check the readers of", file());
    }
  }
  Transaction transaction;
  Cursor cursor;
  int error = begin(environment_, 0, transaction);
  if (error == 0) error = open_cursor(transaction.get(), links_, cursor);
  for (const IndexLink& link : links) {
    if (error == 0) error = insert(cursor.get(), key_of(link));
  }
  cursor.reset();
  for (const IndexValue& value : values) {
    if (error != 0) break;
    error = put_value(transaction.get(), values_, value.kind, value.number, value.bytes);
  }
  if (error == 0) {
    error =
        put_value(transaction.get(), values_, state_kind, 0, std::as_bytes(std::span{&state, 1}));
  }
  if (error == 0) error = mdb_txn_commit(transaction.release());
  if (error == 0) return {};
  Result result = index_failure_of(error, "write to", file());
  doubtful_ = doubtful_ || result.status == Status::io_failed || result.status == Status::corrupt;
  return result;
}

Result IndexFile::visit(const IndexLink& first, const IndexLink& last, const Visitor& visit) const {
  check(environment_ != nullptr);
  Transaction transaction;
  Cursor cursor;
  Found before;
  Found at;
  const LinkKey end = key_of(last);
  int error = begin(environment_, MDB_RDONLY, transaction);
  if (error == 0) error = open_cursor(transaction.get(), links_, cursor);
  if (error == 0) error = find(cursor.get(), key_of(first), before, at);
  if (error == 0) {
    // find() went back by one.
    error = move(cursor.get(), MDB_NEXT, at);
  }
  while (error == 0 && at.key && *at.key <= end) {
    Found next;
    error = move(cursor.get(), MDB_NEXT, next);
    if (error == 0 &&
        ((next.key && *next.key <= *at.key) || at.check != check_of(*at.key, bytes_of(next.key)))) {
      error = MDB_CORRUPTED;
    }
    if (error == 0 && !visit(link_of(*at.key))) break;
    at = next;
  }
  return error == 0 ? Result{} : index_failure_of(error, "read", file());
}

Result IndexFile::read_value(std::uint8_t kind, std::uint64_t number,
                             std::vector<std::byte>& out) const {
  check(environment_ != nullptr && kind != state_kind);
  Transaction transaction;
  int error = begin(environment_, MDB_RDONLY, transaction);
  if (error == 0) error = get_value(transaction.get(), values_, kind, number, out);
  if (error == MDB_NOTFOUND) return index_failure(Status::missing, "there is no such value");
  return error == 0 ? Result{} : index_failure_of(error, "read", file());
}

Result IndexFile::file_bytes(std::uint64_t& bytes) const {
  FileDescriptor descriptor;
  const auto path = file();
  Result result = open_file(path, O_RDONLY, descriptor);
  return result.ok() ? file_size(descriptor, path, bytes) : result;
}

}  // namespace emx::ledger

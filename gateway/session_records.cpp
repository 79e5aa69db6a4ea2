#include "gateway/session_records.hpp"

#include <lmdb.h>

#include <boost/asio/post.hpp>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace emx::gateway {

namespace {

constexpr std::size_t map_bytes = std::size_t{16} << 20;  // some 100,000 sessions
constexpr const char* table_name = "sessions";
constexpr const char* passwords_name = "passwords";  // CompID: configured hash, \n, chosen hash

void require(int status, std::string_view what, const std::filesystem::path& path) {
  if (status == MDB_SUCCESS) return;
  throw std::runtime_error("cannot " + std::string{what} + " the FIX session records in " +
                           path.string() + ": " + mdb_strerror(status));
}

MDB_val value_of(const void* data, std::size_t size) {
  // LMDB's one struct for keys, values read and values written has no const.
  return {size, const_cast<void*>(data)};
}

// Ends the transaction unless commit() was called.
class Transaction {
 public:
  Transaction(MDB_env* environment, unsigned flags)
      : status_{mdb_txn_begin(environment, nullptr, flags, &transaction_)} {}
  ~Transaction() {
    if (transaction_ != nullptr) mdb_txn_abort(transaction_);
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] MDB_txn* get() const { return transaction_; }
  [[nodiscard]] int commit() { return mdb_txn_commit(std::exchange(transaction_, nullptr)); }

 private:
  MDB_txn* transaction_ = nullptr;
  int status_;
};

SessionRecord record_of(std::string_view comp_id, const MDB_val& found) {
  if (found.mv_size != sizeof(SessionRecord)) {
    throw std::runtime_error("the FIX session record of " + std::string{comp_id} + " has " +
                             std::to_string(found.mv_size) + " bytes, not " +
                             std::to_string(sizeof(SessionRecord)));
  }
  SessionRecord record;
  std::memcpy(&record, found.mv_data, sizeof record);
  return record;
}

struct CloseCursor {
  void operator()(MDB_cursor* cursor) const { mdb_cursor_close(cursor); }
};

}  // namespace

void CloseEnvironment::operator()(MDB_env* environment) const { mdb_env_close(environment); }

std::vector<NamedRecord> read_session_records(const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / "fix";
  std::vector<NamedRecord> records;
  if (!std::filesystem::exists(path / "data.mdb")) return records;
  MDB_env* made = nullptr;
  require(mdb_env_create(&made), "create", path);
  const std::unique_ptr<MDB_env, CloseEnvironment> environment{made};
  require(mdb_env_set_maxdbs(made, 1), "set up", path);
  require(mdb_env_open(made, path.c_str(), MDB_RDONLY | MDB_NOTLS, 0640), "open", path);
  const Transaction transaction{made, MDB_RDONLY};
  require(transaction.status(), "read", path);
  unsigned table = 0;
  const int there = mdb_dbi_open(transaction.get(), table_name, 0, &table);
  if (there == MDB_NOTFOUND) return records;
  require(there, "read", path);
  MDB_cursor* opened = nullptr;
  require(mdb_cursor_open(transaction.get(), table, &opened), "read", path);
  const std::unique_ptr<MDB_cursor, CloseCursor> cursor{opened};
  MDB_val key{};
  MDB_val value{};
  for (;;) {
    const int status = mdb_cursor_get(opened, &key, &value, MDB_NEXT);
    if (status == MDB_NOTFOUND) return records;
    require(status, "read", path);
    const std::string comp_id{static_cast<const char*>(key.mv_data), key.mv_size};
    records.push_back({comp_id, record_of(comp_id, value)});
  }
}

SessionRecords::SessionRecords(const std::filesystem::path& directory) : path_{directory / "fix"} {
  std::filesystem::create_directories(path_);
  MDB_env* environment = nullptr;
  require(mdb_env_create(&environment), "create", path_);
  environment_.reset(environment);
  require(mdb_env_set_mapsize(environment, map_bytes), "size", path_);
  require(mdb_env_set_maxdbs(environment, 2), "set up", path_);
  require(mdb_env_open(environment, path_.c_str(), MDB_NOTLS, 0640), "open", path_);
  Transaction transaction{environment, 0};
  require(transaction.status(), "write", path_);
  require(mdb_dbi_open(transaction.get(), table_name, MDB_CREATE, &table_), "open", path_);
  require(mdb_dbi_open(transaction.get(), passwords_name, MDB_CREATE, &passwords_), "open", path_);
  require(transaction.commit(), "write", path_);
}

SessionRecords::~SessionRecords() { writer_.join(); }

std::optional<SessionRecord> SessionRecords::find(std::string_view comp_id) const {
  Transaction transaction{environment_.get(), MDB_RDONLY};
  require(transaction.status(), "read", path_);
  MDB_val key = value_of(comp_id.data(), comp_id.size());
  MDB_val found{};
  const int status = mdb_get(transaction.get(), table_, &key, &found);
  if (status == MDB_NOTFOUND) return std::nullopt;
  require(status, "read", path_);
  return record_of(comp_id, found);
}

std::string SessionRecords::password_of(std::string_view comp_id, const std::string& configured) {
  Transaction transaction{environment_.get(), 0};
  require(transaction.status(), "write", path_);
  MDB_val key = value_of(comp_id.data(), comp_id.size());
  MDB_val found{};
  const int status = mdb_get(transaction.get(), passwords_, &key, &found);
  if (status == MDB_NOTFOUND) return configured;
  require(status, "read", path_);
  const std::string_view row{static_cast<const char*>(found.mv_data), found.mv_size};
  const std::string of_this = configured + '\n';
  if (row.starts_with(of_this)) return std::string{row.substr(of_this.size())};
  require(mdb_del(transaction.get(), passwords_, &key, nullptr), "write", path_);
  require(transaction.commit(), "write", path_);
  return configured;
}

int SessionRecords::commit(const std::vector<NamedRecord>& records,
                           const std::vector<PasswordRecord>& passwords) {
  Transaction transaction{environment_.get(), 0};
  if (transaction.status() != MDB_SUCCESS) return transaction.status();
  for (const NamedRecord& named : records) {
    MDB_val key = value_of(named.comp_id.data(), named.comp_id.size());
    MDB_val value = value_of(&named.record, sizeof named.record);
    const int status = mdb_put(transaction.get(), table_, &key, &value, 0);
    if (status != MDB_SUCCESS) return status;
  }
  for (const PasswordRecord& password : passwords) {
    const std::string row = password.configured + '\n' + password.chosen;
    MDB_val key = value_of(password.comp_id.data(), password.comp_id.size());
    MDB_val value = value_of(row.data(), row.size());
    const int status = mdb_put(transaction.get(), passwords_, &key, &value, 0);
    if (status != MDB_SUCCESS) return status;
  }
  return transaction.commit();
}

void SessionRecords::save_now(const std::vector<NamedRecord>& records) {
  require(commit(records, {}), "write", path_);
}

void SessionRecords::save(std::vector<NamedRecord> records, boost::asio::io_context& io,
                          std::function<void(bool ok)> done) {
  save(Wanted{std::move(records), {}, io, std::move(done)});
}

void SessionRecords::save_password(PasswordRecord password, boost::asio::io_context& io,
                                   std::function<void(bool ok)> done) {
  save(Wanted{{}, {std::move(password)}, io, std::move(done)});
}

void SessionRecords::save(Wanted wanted) {
  const std::lock_guard lock{mutex_};
  wanted_.push_back(std::move(wanted));
  if (wanted_.size() == 1) boost::asio::post(writer_, [this] { commit_wanted(); });
}

void SessionRecords::commit_wanted() {
  std::vector<Wanted> wanted;
  {
    const std::lock_guard lock{mutex_};
    wanted.swap(wanted_);
  }
  std::vector<NamedRecord> records;
  std::vector<PasswordRecord> passwords;
  for (const Wanted& one : wanted) {
    records.insert(records.end(), one.records.begin(), one.records.end());
    passwords.insert(passwords.end(), one.passwords.begin(), one.passwords.end());
  }
  const bool ok = commit(records, passwords) == MDB_SUCCESS;
  for (Wanted& one : wanted) {
    boost::asio::post(one.io, [done = std::move(one.done), ok] { done(ok); });
  }
}

}  // namespace emx::gateway

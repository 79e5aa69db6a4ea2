#include "bench/bare_log.hpp"

#include <lmdb.h>

#include <chrono>
#include <cstddef>
#include <cstring>
#include <random>
#include <stdexcept>
#include <string>

namespace emx::bench {

namespace {

constexpr std::size_t map_bytes = std::size_t{1} << 40;
constexpr std::size_t noise_bytes = std::size_t{4} << 20;

void demand(int error, const char* doing) {
  if (error != 0) throw std::runtime_error{std::string{doing} + ": " + mdb_strerror(error)};
}

// Bytes that no disk could leave out.
std::vector<std::byte> noise() {
  std::vector<std::byte> bytes(noise_bytes);
  std::mt19937_64 random{20260618};
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

void put(MDB_cursor* cursor, std::uint64_t sequence, const std::byte* bytes, std::size_t count) {
  MDB_val key{sizeof sequence, &sequence};
  MDB_val value{count, nullptr};
  demand(mdb_cursor_put(cursor, &key, &value, MDB_APPEND | MDB_RESERVE), "mdb_cursor_put");
  std::memcpy(value.mv_data, bytes, count);
}

}  // namespace

struct BareLog::Environment {
  Environment() { demand(mdb_env_create(&env), "mdb_env_create"); }
  ~Environment() { mdb_env_close(env); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  MDB_env* env = nullptr;
  MDB_dbi table = 0;
};

BareLog::BareLog(const std::filesystem::path& folder)
    : folder_{folder}, source_{noise()}, environment_{std::make_unique<Environment>()} {
  std::filesystem::create_directories(folder_);
  MDB_env* const env = environment_->env;
  demand(mdb_env_set_maxdbs(env, 1), "mdb_env_set_maxdbs");
  demand(mdb_env_set_mapsize(env, map_bytes), "mdb_env_set_mapsize");
  demand(mdb_env_open(env, folder_.c_str(), 0, 0600), "mdb_env_open");
  MDB_txn* transaction = nullptr;
  demand(mdb_txn_begin(env, nullptr, 0, &transaction), "mdb_txn_begin");
  demand(mdb_dbi_open(transaction, "log", MDB_INTEGERKEY | MDB_CREATE, &environment_->table),
         "mdb_dbi_open");
  demand(mdb_txn_commit(transaction), "mdb_txn_commit");
}

BareLog::~BareLog() {
  environment_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void BareLog::commit(std::span<const std::uint32_t> entry_bytes) {
  MDB_txn* transaction = nullptr;
  MDB_cursor* cursor = nullptr;
  demand(mdb_txn_begin(environment_->env, nullptr, 0, &transaction), "mdb_txn_begin");
  demand(mdb_cursor_open(transaction, environment_->table, &cursor), "mdb_cursor_open");
  for (const std::uint32_t bytes : entry_bytes) {
    const std::size_t at = entries_ * 64 % (noise_bytes - bytes);
    put(cursor, ++entries_, source_.data() + at, bytes);
  }
  mdb_cursor_close(cursor);
  demand(mdb_txn_commit(transaction), "mdb_txn_commit");
}

double time_bare_log(const CommitPlan& plan, const std::filesystem::path& folder) {
  BareLog log{folder};
  std::span<const std::uint32_t> rest{plan.entry_bytes};
  const auto started = std::chrono::steady_clock::now();
  for (const std::uint32_t entries : plan.batch_entries) {
    log.commit(rest.first(entries));
    rest = rest.subspan(entries);
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

}  // namespace emx::bench

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

struct Environment {
  Environment() { demand(mdb_env_create(&env), "mdb_env_create"); }
  ~Environment() { mdb_env_close(env); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  MDB_env* env = nullptr;
};

void put(MDB_cursor* cursor, std::uint64_t sequence, const std::byte* bytes, std::size_t count) {
  MDB_val key{sizeof sequence, &sequence};
  MDB_val value{count, nullptr};
  demand(mdb_cursor_put(cursor, &key, &value, MDB_APPEND | MDB_RESERVE), "mdb_cursor_put");
  std::memcpy(value.mv_data, bytes, count);
}

}  // namespace

double time_bare_log(const CommitPlan& plan, const std::filesystem::path& folder) {
  const std::vector<std::byte> source = noise();
  std::filesystem::create_directories(folder);
  double seconds = 0;
  {
    Environment environment;
    demand(mdb_env_set_maxdbs(environment.env, 1), "mdb_env_set_maxdbs");
    demand(mdb_env_set_mapsize(environment.env, map_bytes), "mdb_env_set_mapsize");
    demand(mdb_env_open(environment.env, folder.c_str(), 0, 0600), "mdb_env_open");
    MDB_dbi table = 0;
    MDB_txn* transaction = nullptr;
    demand(mdb_txn_begin(environment.env, nullptr, 0, &transaction), "mdb_txn_begin");
    demand(mdb_dbi_open(transaction, "log", MDB_INTEGERKEY | MDB_CREATE, &table), "mdb_dbi_open");
    demand(mdb_txn_commit(transaction), "mdb_txn_commit");

    const auto started = std::chrono::steady_clock::now();
    std::size_t next = 0;
    for (const std::uint32_t entries : plan.batch_entries) {
      MDB_cursor* cursor = nullptr;
      demand(mdb_txn_begin(environment.env, nullptr, 0, &transaction), "mdb_txn_begin");
      demand(mdb_cursor_open(transaction, table, &cursor), "mdb_cursor_open");
      for (std::uint32_t i = 0; i < entries; ++i, ++next) {
        const std::size_t bytes = plan.entry_bytes[next];
        put(cursor, next + 1, source.data() + next * 64 % (noise_bytes - bytes), bytes);
      }
      mdb_cursor_close(cursor);
      demand(mdb_txn_commit(transaction), "mdb_txn_commit");
    }
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  }
  std::filesystem::remove_all(folder);
  return seconds;
}

}  // namespace emx::bench

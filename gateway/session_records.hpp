#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "gateway/concern.hpp"

struct MDB_env;

namespace emx::gateway {

// What must outlive the process about one FIX session. On disk as it stands, little-endian.
//
// `reserved_to` is the first outgoing number not reserved: after a crash the session goes on with
// it, which is ahead of all that was sent and never behind. `next_in` and `watermark` may be behind
// the truth: the ledger has the rest (commands by their MsgSeqNum, reports by their entry).
struct SessionRecord {
  std::uint32_t epoch = 1;         // of the numbering; grows at each reset
  std::uint32_t reserved_to = 1;   // outgoing MsgSeqNum
  std::uint32_t next_in = 1;       // incoming MsgSeqNum known to be dealt with, plus one
  std::uint32_t keeps_orders = 0;  // 1: at its last Logon the client chose 9711=N
  std::int64_t numbered_s = 0;     // when its numbers began with 1, in seconds of UTC
  std::uint64_t watermark = 0;     // the client is known to have the reports of entries up to here
  std::uint64_t reports = 0;       // so many: ApplSeqNum goes on behind them
  Concern concern{};               // what it is for

  friend bool operator==(const SessionRecord&, const SessionRecord&) = default;
};
static_assert(sizeof(SessionRecord) == 64);
static_assert(std::has_unique_object_representations_v<SessionRecord>);

struct NamedRecord {
  std::string comp_id;
  SessionRecord record;
};

// A password that a client chose itself (FIX 925), as a hash, in the place of the configured one:
// of another configured one than this it says nothing.
struct PasswordRecord {
  std::string comp_id;
  std::string configured;
  std::string chosen;
};

// All records in `directory`/fix, in no order, whether or not a gateway has it open; none where it
// is not there. For another process than the gateway's. Throws std::runtime_error.
[[nodiscard]] std::vector<NamedRecord> read_session_records(const std::filesystem::path& directory);

struct CloseEnvironment {
  void operator()(MDB_env* environment) const;
};

// The LMDB environment of the sessions' records and of the passwords that clients chose, and the
// one thread that writes to it.
//
// Every commit is flushed before it counts. A flush takes from a fraction of a millisecond to tens
// of them, so no I/O thread waits for one: save() runs on a thread of its own, and what is needed
// soon is asked for early (see SessionStore). Records are written whole and in the order of the
// calls; what was asked for during one flush shares the next. Exceptions (std::runtime_error with a
// text for a person) from the constructor, find(), password_of() and save_now() only; those are for
// starting up.
class SessionRecords {
 public:
  // Opens or makes the environment `directory`/fix.
  explicit SessionRecords(const std::filesystem::path& directory);
  ~SessionRecords();  // waits for what save() was given

  SessionRecords(const SessionRecords&) = delete;
  SessionRecords& operator=(const SessionRecords&) = delete;

  [[nodiscard]] std::optional<SessionRecord> find(std::string_view comp_id) const;
  void save_now(const std::vector<NamedRecord>& records);
  // The hash to check a CompID's password against. What was chosen in the place of another
  // configured one is forgotten.
  [[nodiscard]] std::string password_of(std::string_view comp_id, const std::string& configured);

  // Commits in the background, then calls done(ok) on `io`.
  void save(std::vector<NamedRecord> records, boost::asio::io_context& io,
            std::function<void(bool ok)> done);
  void save_password(PasswordRecord password, boost::asio::io_context& io,
                     std::function<void(bool ok)> done);

 private:
  struct Wanted {
    std::vector<NamedRecord> records;
    std::vector<PasswordRecord> passwords;
    boost::asio::io_context& io;
    std::function<void(bool ok)> done;
  };

  [[nodiscard]] int commit(const std::vector<NamedRecord>& records,
                           const std::vector<PasswordRecord>& passwords);
  void save(Wanted wanted);
  void commit_wanted();

  std::unique_ptr<MDB_env, CloseEnvironment> environment_;
  std::filesystem::path path_;
  unsigned table_ = 0;
  unsigned passwords_ = 0;
  std::mutex mutex_;
  std::vector<Wanted> wanted_;          // guarded by mutex_
  boost::asio::thread_pool writer_{1};  // after the environment: it stops first
};

}  // namespace emx::gateway

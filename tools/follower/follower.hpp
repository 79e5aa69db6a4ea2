#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/vocabulary/ids.hpp"
#include "ledger/hash.hpp"
#include "ledger/status.hpp"
#include "ledger/store.hpp"
#include "tools/follower/sink.hpp"

namespace emx::follower {

// A thread that reads the durable ledger from its first entry, behind its writer, and gives it to
// the sinks. Never in the way of a commit: it shares nothing with the writer but LMDB's snapshots,
// of which it holds each for a short time (ledger/log_file.hpp), and runs at a lower priority.
//
// A read that fails is tried again each second. Where the ledger is corrupt, or a sink has thrown,
// it ends, and the sinks are told (Sink::cut_off); the exchange goes on.
//
// Threads: start() and stop() belong to one; followed() may be called from any.
class Follower {
 public:
  // `store` is open, and is closed after stop(). `warn` is called on the follower's thread with
  // words for a person, once for each time that reading stops to work.
  Follower(const ledger::LedgerStore& store, std::vector<Sink*> sinks,
           std::function<void(const std::string&)> warn);
  ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  void start();

  // Ends the thread: once all that is durable was taken, and the sinks were told that it is over;
  // or, when that takes longer than `patience` or is not to be, where it is. False: it did not get
  // to the end. Again is ok.
  bool stop(std::chrono::milliseconds patience);

  // The last entry that the sinks have.
  [[nodiscard]] SeqNo followed() const { return SeqNo{next_.load(std::memory_order_acquire) - 1}; }

 private:
  void run();
  bool follow();
  bool is_to_end_without(const ledger::Result& failure, bool closing);
  ledger::Result read_some(bool& more);
  void settle(bool up_to_date, bool closing);
  void cut_off(const char* why) noexcept;
  void wait(std::chrono::milliseconds time);

  const ledger::LedgerStore& store_;
  const std::vector<Sink*> sinks_;
  const std::function<void(const std::string&)> warn_;
  ledger::LeafHasher leaf_hash_;
  std::atomic<std::uint64_t> next_ = 1;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::chrono::steady_clock::time_point stop_at_{};
  bool is_failing_ = false;  // reading did not work when it was tried last
  std::atomic<bool> finished_ = false;
  std::thread thread_;
};

}  // namespace emx::follower

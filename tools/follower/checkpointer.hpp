#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ledger/checkpoint_log.hpp"
#include "ledger/ed25519.hpp"
#include "ledger/merkle.hpp"
#include "tools/follower/sink.hpp"

namespace emx::follower {

// Signs what the ledger has become (ledger/checkpoint_log.hpp): each second, or each 4,096 entries
// but no more than ten times a second, when there is something new; once it has read what was there
// at the start; and at the end.
//
// Where the disk is full, or memory is short, it is tried again every ten seconds. A disk that
// fails is not, before the next start: after a flush that failed nobody knows what is on it. Nor is
// it when what was signed before cannot be read at the start, or a signature would contradict it:
// then nothing is signed until a person has found out why. The exchange goes on in every case, and
// the log and the metrics say so.
class Checkpointer final : public Sink {
 public:
  struct Words {
    std::function<void(const std::string&)> inform;
    std::function<void(const std::string&)> warn;
    std::function<void(const std::string&)> alarm;  // nothing more is signed
  };

  // For other threads.
  struct Figures {
    std::uint64_t size = 0;  // of the last checkpoint; 0: there is none
    double age_seconds = 0;  // since it was made by this process, or since its start
    std::uint64_t made = 0;
    std::uint64_t failed = 0;
    bool stopped = false;
  };

  // Reads what was signed before. Requires: a key at least.
  Checkpointer(const std::filesystem::path& data_dir, std::vector<ledger::PrivateKey> keys,
               Words words);

  void take(const ledger::StoredEntry& entry, const ledger::Hash& leaf) override;
  void settle(const Moment& moment) override;
  void cut_off(const std::string& words) override;

  // Thread-safe.
  [[nodiscard]] Figures figures() const;

 private:
  [[nodiscard]] bool due(const Moment& moment) const;
  void sign(const Moment& moment);
  void take_failure(const ledger::Result& result, std::chrono::steady_clock::time_point now);
  void stop(const std::string& words);
  ledger::Result open();

  const std::filesystem::path data_dir_;
  const std::vector<ledger::PrivateKey> keys_;
  const Words words_;
  ledger::CheckpointLog log_;
  ledger::MerkleFrontier tree_;
  std::string origin_;
  ledger::Hash head_{};
  std::uint64_t digest_ = 0;
  std::string contradiction_;  // that was found on the way
  bool open_ = false;
  std::chrono::steady_clock::time_point made_at_;  // the last; the first counts from the start
  std::optional<std::chrono::steady_clock::time_point> try_again_at_;
  std::atomic<std::uint64_t> size_ = 0;
  std::atomic<std::int64_t> since_ns_ = 0;  // of the steady clock
  std::atomic<std::uint64_t> made_ = 0;
  std::atomic<std::uint64_t> failed_ = 0;
  std::atomic<bool> stopped_ = false;
};

}  // namespace emx::follower

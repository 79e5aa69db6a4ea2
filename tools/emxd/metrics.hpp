#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/counters.hpp"
#include "tools/emxd/index_process.hpp"
#include "tools/follower/checkpointer.hpp"
#include "tools/follower/follower.hpp"
#include "tools/pipeline/pipeline.hpp"
#include "tools/publisher/publisher.hpp"

namespace emx::daemon {

// What the I/O thread knows and other threads may ask: written by it about once a second.
struct IoFigures {
  gateway::Counters fix;
  std::uint64_t admin_turned_away = 0;
  std::size_t admin_acts_waiting = 0;
  std::uint32_t rule_set_in_force = 0;
  std::uint64_t rule_sets_lapsed = 0;
  std::uint64_t disk_free_bytes = 0;
  std::uint64_t ledger_verified = 0;  // entries
  bool ledger_damaged = false;
  bool day_snapshot_missing = false;
  std::uint64_t day_snapshot_failures = 0;
  std::uint64_t replayed_entries = 0;
  double replay_seconds = 0;
  std::string trade_date;
  std::string phase;
  bool ready = false;
  bool draining = false;
};

// The daemon's metrics as Prometheus families, made when they are scraped: the threads that count
// only store into cells of their own. collect and set are thread-safe.
class Metrics final : public prometheus::Collectable {
 public:
  // What is made of the ledger behind its writer; nothing: it is not.
  struct Followers {
    const follower::Checkpointer* checkpointer = nullptr;
    const follower::Follower* follower = nullptr;
    const IndexProcess* index = nullptr;
    const publisher::Publisher* publisher = nullptr;
  };

  // All outlive this.
  Metrics(const pipeline::Pipeline& pipeline, const Followers& followers)
      : pipeline_{pipeline}, followers_{followers} {}

  void set(const IoFigures& figures);
  [[nodiscard]] IoFigures io() const;

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

  // In the text exposition format.
  [[nodiscard]] std::string text() const;

 private:
  const pipeline::Pipeline& pipeline_;
  const Followers followers_;
  mutable std::mutex mutex_;
  IoFigures io_;
};

}  // namespace emx::daemon

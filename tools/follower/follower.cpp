#include "tools/follower/follower.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <utility>

namespace emx::follower {

namespace {

using Clock = std::chrono::steady_clock;

// The ledger does not ring for the follower: that would be work of the thread that commits.
constexpr auto look_every = std::chrono::milliseconds{50};
constexpr std::uint64_t entries_per_read = 1'024;
constexpr int lower_priority = 10;

}  // namespace

Follower::Follower(const ledger::LedgerStore& store, std::vector<Sink*> sinks,
                   std::function<void(const ledger::Result&)> on_failure)
    : store_{store}, sinks_{std::move(sinks)}, on_failure_{std::move(on_failure)} {}

Follower::~Follower() { stop({}); }

void Follower::start() {
  thread_ = std::thread{[this] { run(); }};
}

bool Follower::stop(std::chrono::milliseconds patience) {
  if (!thread_.joinable()) return finished_;
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
    stop_at_ = Clock::now() + patience;
  }
  wake_.notify_one();
  thread_.join();
  return finished_;
}

void Follower::run() {
  // Of this thread alone, on Linux. Without it the follower only is less polite.
  static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), lower_priority));
  for (;;) {
    bool closing = false;
    {
      // Before the read, so that what was durable when stop() was called is taken.
      std::unique_lock lock{mutex_};
      closing = stopping_;
      if (closing && Clock::now() >= stop_at_) return;
    }
    bool more = false;
    if (!read_some(more)) return;
    settle(!more, closing && !more);
    if (more) continue;
    if (closing) {
      finished_ = true;
      return;
    }
    std::unique_lock lock{mutex_};
    wake_.wait_for(lock, look_every, [this] { return stopping_; });
  }
}

// False: the ledger cannot be read.
bool Follower::read_some(bool& more) {
  const std::uint64_t first = next_.load(std::memory_order_relaxed);
  std::uint64_t next = first;
  if (store_.size().value < first) return true;
  const ledger::Result result = store_.visit(SeqNo{first}, [&](const ledger::StoredEntry& entry) {
    const ledger::Hash leaf = leaf_hash_(entry.bytes);
    for (Sink* sink : sinks_) sink->take(entry, leaf);
    ++next;
    return next - first < entries_per_read;
  });
  next_.store(next, std::memory_order_release);
  if (!result.ok()) {
    on_failure_(result);
    return false;
  }
  more = store_.size().value >= next;
  return true;
}

void Follower::settle(bool up_to_date, bool closing) {
  const Moment moment{Clock::now(), up_to_date, closing};
  for (Sink* sink : sinks_) sink->settle(moment);
}

}  // namespace emx::follower

#include "tools/follower/follower.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <exception>
#include <utility>

namespace emx::follower {

namespace {

using Clock = std::chrono::steady_clock;

// The ledger does not ring for the follower: that would be work of the thread that commits.
constexpr auto look_every = std::chrono::milliseconds{50};
constexpr auto pause_after_bad_read = std::chrono::seconds{1};
constexpr std::uint64_t entries_per_read = 1'024;
constexpr int lower_priority = 10;

}  // namespace

Follower::Follower(const ledger::LedgerStore& store, std::vector<Sink*> sinks,
                   std::function<void(const std::string&)> warn)
    : store_{store}, sinks_{std::move(sinks)}, warn_{std::move(warn)} {}

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
  try {
    finished_ = follow();
  } catch (const std::exception& error) {
    cut_off(error.what());
  } catch (...) {
    cut_off("");
  }
}

// True: to the end, and it is over.
bool Follower::follow() {
  for (;;) {
    bool closing = false;
    {
      // Before the read, so that what was durable when stop() was called is taken.
      const std::lock_guard lock{mutex_};
      closing = stopping_;
      if (closing && Clock::now() >= stop_at_) return false;
    }
    bool more = false;
    if (const ledger::Result result = read_some(more); !result.ok()) {
      if (is_to_end_without(result, closing)) return false;
      wait(pause_after_bad_read);
      continue;
    }
    is_failing_ = false;
    settle(!more, closing && !more);
    if (more) continue;
    if (closing) return true;
    wait(look_every);
  }
}

bool Follower::is_to_end_without(const ledger::Result& failure, bool closing) {
  if (failure.status == ledger::Status::corrupt) {
    cut_off(failure.message.c_str());
    return true;
  }
  if (!is_failing_) {
    warn_("the ledger cannot be followed now, and it is tried again: " + failure.message);
  }
  is_failing_ = true;
  return closing;
}

ledger::Result Follower::read_some(bool& more) {
  const std::uint64_t first = next_.load(std::memory_order_relaxed);
  std::uint64_t next = first;
  if (store_.size().value < first) return {};
  ledger::Result result = store_.visit(SeqNo{first}, [&](const ledger::StoredEntry& entry) {
    const ledger::Hash leaf = leaf_hash_(entry.bytes);
    for (Sink* sink : sinks_) sink->take(entry, leaf);
    ++next;
    return next - first < entries_per_read;
  });
  next_.store(next, std::memory_order_release);
  more = store_.size().value >= next;
  return result;
}

void Follower::settle(bool up_to_date, bool closing) {
  const Moment moment{Clock::now(), up_to_date, closing};
  for (Sink* sink : sinks_) sink->settle(moment);
}

// Nothing that is thrown may leave the thread: that would end the exchange.
void Follower::cut_off(const char* why) noexcept {
  for (Sink* sink : sinks_) {
    try {
      sink->cut_off(std::string{"nothing follows the ledger any more: "} + why);
    } catch (...) {
      continue;
    }
  }
}

void Follower::wait(std::chrono::milliseconds time) {
  std::unique_lock lock{mutex_};
  wake_.wait_for(lock, time, [this] { return stopping_; });
}

}  // namespace emx::follower

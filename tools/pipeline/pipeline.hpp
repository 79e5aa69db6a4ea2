#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "engine/exchange.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "ledger/chain.hpp"
#include "ledger/command_log.hpp"
#include "ledger/entry.hpp"
#include "tools/pipeline/cells.hpp"
#include "tools/pipeline/command_ring.hpp"
#include "tools/pipeline/doorbell.hpp"
#include "tools/pipeline/entry_ring.hpp"

namespace emx::pipeline {

struct PipelineOptions {
  std::uint32_t command_slots = 1U << 14;
  std::uint64_t entry_ring_bytes = 1ULL << 24;
  std::uint32_t batch_entries_max = 4'096;
  std::uint64_t batch_bytes_max = 4ULL << 20;
  std::uint32_t spins = 200;  // looks before a thread parks
};

// The way of a command (architecture): submit -> ring -> core thread: number, time,
// Exchange::apply, the entry and its hash -> ring -> ledger thread: group commit -> durable ->
// take_durable().
//
// Nothing leaves by take_durable() that is not durable. The flush is the batching window: what
// queued meanwhile goes into the next commit; there is no timer. A failed commit is fatal: nothing
// more is released or matched, and on_failure is called once, from the ledger thread.
//
// Threads: submit(), take_durable() and stop() belong to one thread, the I/O thread. on_durable is
// called on the ledger thread after each commit; it must not block.
class Pipeline {
 public:
  struct Callbacks {
    std::function<void()> on_durable;
    std::function<void(const ledger::Result&)> on_failure;
  };

  // Both outlive the pipeline and are its alone. check()s that `exchange` has been given everything
  // in `log`.
  Pipeline(engine::Exchange& exchange, ledger::CommandLog& log, const PipelineOptions& options,
           Callbacks callbacks);
  // Requires: stop() was called if start() was.
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  void start();

  // False: the ring is full (S01) and nothing was taken. `urgent` may use the ring's reserve.
  [[nodiscard]] bool submit(std::span<const std::byte> command, bool urgent);

  // Calls visit(EntryView) for the durable entries not taken yet, in order, at most `entries_max`;
  // true when more are waiting.
  template <class Visit>
  bool take_durable(std::uint32_t entries_max, Visit&& visit) {
    std::uint64_t at = entries_.cursor(EntryRing::Consumer::reports);
    const std::uint64_t durable = durable_.load(std::memory_order_acquire);
    ledger::ChainedEntry entry;
    std::uint64_t next = at;
    bool more = false;
    for (std::uint32_t i = 0; taken_ < durable && entries_.read(at, entry, next); ++i) {
      more = i == entries_max;
      if (more) break;
      visit(ledger::view_of(entry.bytes));
      at = next;
      entries_.release(EntryRing::Consumer::reports, at);
      ++taken_;
    }
    space_.ring();
    return more;
  }

  // Whether all that was submitted is durable and taken.
  [[nodiscard]] bool drained() const;

  // Ends the threads once all that was submitted is durable. Requires: drained(), failed() or
  // abandon(); else the core may wait for reports that nobody takes.
  void stop();

  // Something else in the process has failed: from here on nothing more is released or matched.
  void abandon();

  [[nodiscard]] SeqNo durable() const { return SeqNo{durable_.load(std::memory_order_acquire)}; }
  [[nodiscard]] bool failed() const { return failed_.load(std::memory_order_acquire); }
  [[nodiscard]] const PipelineCells& cells() const { return cells_; }
  [[nodiscard]] std::uint64_t commands_waiting() const { return commands_.used(); }
  [[nodiscard]] std::uint64_t bytes_waiting(EntryRing::Consumer consumer) const {
    return entries_.bytes_waiting(consumer);
  }

 private:
  void run_core();
  void run_ledger();
  void apply(std::span<const std::byte> command, EventBatch& events);
  void push_entry(const EntryView& entry);
  bool commit_batch(std::vector<ledger::ChainedEntry>& batch);
  void count(const EventBatch& events);

  engine::Exchange& exchange_;
  ledger::CommandLog& log_;
  const PipelineOptions options_;
  const Callbacks callbacks_;
  CommandRing commands_;
  EntryRing entries_;
  PipelineCells cells_;

  ledger::Chain chain_;        // core thread
  std::uint32_t submits_ = 0;  // I/O thread
  std::uint64_t taken_;        // I/O thread: sequence of the last entry taken

  std::atomic<std::uint64_t> durable_;
  std::atomic<std::uint64_t> core_done_ = 0;  // commands taken off the ring and pushed out
  std::atomic<std::uint64_t> last_pushed_;    // sequence of the last entry pushed
  std::atomic<bool> stop_core_ = false;
  std::atomic<bool> core_ended_ = false;
  std::atomic<bool> failed_ = false;
  Doorbell work_;   // to the core: commands, or stop
  Doorbell entry_;  // to the ledger: entries, or end
  Doorbell space_;  // to the core: room in the entry ring
  std::thread core_;
  std::thread ledger_;
};

}  // namespace emx::pipeline

#include "tools/pipeline/pipeline.hpp"

#include <algorithm>
#include <chrono>

#include "engine/vocabulary/check.hpp"

namespace emx::pipeline {

namespace {

constexpr std::uint32_t sample_every = 64;

std::int64_t utc_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::int64_t steady_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Pipeline::Pipeline(engine::Exchange& exchange, ledger::CommandLog& log,
                   const PipelineOptions& options, Callbacks callbacks)
    : exchange_{exchange},
      log_{log},
      options_{options},
      callbacks_{std::move(callbacks)},
      commands_{options.command_slots},
      entries_{options.entry_ring_bytes},
      chain_{log.end()},
      taken_{chain_.end().size},
      durable_{chain_.end().size},
      last_pushed_{chain_.end().size} {
  check(exchange.last_stamp().sequence.value == chain_.end().size);
}

Pipeline::~Pipeline() { check(!core_.joinable() && !ledger_.joinable()); }

void Pipeline::start() {
  core_ = std::thread{[this] { run_core(); }};
  ledger_ = std::thread{[this] { run_ledger(); }};
}

bool Pipeline::submit(std::span<const std::byte> command, bool urgent) {
  const bool sampled = ++submits_ % sample_every == 0;
  if (!commands_.push(command, urgent, sampled ? steady_ns() : 0)) {
    cells_.refused_busy.add(1);
    return false;
  }
  work_.ring();
  return true;
}

bool Pipeline::drained() const {
  return core_done_.load(std::memory_order_acquire) == commands_.pushed() &&
         durable_.load(std::memory_order_acquire) == last_pushed_.load(std::memory_order_acquire) &&
         taken_ == durable_.load(std::memory_order_acquire);
}

void Pipeline::stop() {
  stop_core_.store(true, std::memory_order_release);
  work_.ring();
  space_.ring();
  if (core_.joinable()) core_.join();
  if (ledger_.joinable()) ledger_.join();
}

void Pipeline::abandon() {
  failed_.store(true, std::memory_order_release);
  work_.ring();
  space_.ring();
  entry_.ring();
}

void Pipeline::run_core() {
  EventBatch events;
  if (exchange_.more_to_do()) {  // cut off by the end of an earlier process
    const ProceedCommand proceed = engine::proceed_command();
    apply(std::as_bytes(std::span{&proceed, 1}), events);
  }
  while (!failed_.load(std::memory_order_acquire)) {
    const Doorbell::Ticket ticket = work_.ticket();
    const bool stopping = stop_core_.load(std::memory_order_acquire);
    const CommandRing::Slot* slot = commands_.front();
    if (slot == nullptr) {
      if (stopping) break;
      work_.wait(ticket, options_.spins);
      continue;
    }
    const std::int64_t started = slot->queued_ns == 0 ? 0 : steady_ns();
    apply({slot->bytes.data(), slot->size}, events);
    if (started != 0) {
      cells_.queue_time.add(started - slot->queued_ns);
      cells_.core_time.add(steady_ns() - started);
    }
    commands_.pop();
    core_done_.fetch_add(1, std::memory_order_release);
  }
  core_ended_.store(true, std::memory_order_release);
  entry_.ring();
}

// One command from outside, and the Continues it needs.
void Pipeline::apply(std::span<const std::byte> command, EventBatch& events) {
  const ProceedCommand proceed = engine::proceed_command();
  do {
    EntryView entry{};
    entry.stamp = {SeqNo{chain_.end().size + 1}, std::max(utc_ns(), chain_.end().at_ns)};
    entry.command = command;
    exchange_.apply(entry.stamp, command, events);
    entry.rule_set = exchange_.rule_set();
    entry.events = events.bytes();
    entry.events_count = events.count();
    entry.digest = exchange_.digest();
    count(events);
    push_entry(entry);
    command = std::as_bytes(std::span{&proceed, 1});
  } while (exchange_.more_to_do() && !failed_.load(std::memory_order_acquire));
}

void Pipeline::push_entry(const EntryView& entry) {
  std::span<std::byte> room;
  for (;;) {
    const Doorbell::Ticket ticket = space_.ticket();
    room = entries_.room(ledger::encoded_bytes(entry));
    if (!room.empty()) break;
    if (failed_.load(std::memory_order_acquire)) return;
    cells_.core_waits.add(1);
    space_.wait(ticket, options_.spins);
  }
  entries_.publish(chain_.add(entry, room));
  last_pushed_.store(entry.stamp.sequence.value, std::memory_order_release);
  entry_.ring();
}

void Pipeline::count(const EventBatch& events) {
  cells_.commands.add(1);
  cells_.events.add(events.count());
  const bool whole =
      for_each_event(events.bytes(), [this](const EventHeader& header, std::span<const std::byte>) {
        const auto kind = static_cast<EventKind>(header.kind);
        if (kind == EventKind::trade) cells_.trades.add(1);
        if (kind == EventKind::refused) cells_.refusals.add(1);
        if (kind == EventKind::skip) cells_.skips.add(1);
      });
  check(whole);
}

void Pipeline::run_ledger() {
  std::vector<ledger::ChainedEntry> batch;
  batch.reserve(options_.batch_entries_max);
  for (;;) {
    const Doorbell::Ticket ticket = entry_.ticket();
    const bool last_round = core_ended_.load(std::memory_order_acquire);
    if (commit_batch(batch)) {
      if (failed_.load(std::memory_order_acquire)) return;
      continue;
    }
    if (last_round) return;
    entry_.wait(ticket, options_.spins);
  }
}

// Commits what has queued, up to the bounds; false: nothing had.
bool Pipeline::commit_batch(std::vector<ledger::ChainedEntry>& batch) {
  batch.clear();
  std::uint64_t at = entries_.cursor(EntryRing::Consumer::ledger);
  const std::uint64_t from = at;
  ledger::ChainedEntry entry;
  std::uint64_t next = at;
  std::uint64_t bytes = 0;
  while (batch.size() < options_.batch_entries_max && bytes < options_.batch_bytes_max &&
         entries_.read(at, entry, next)) {
    batch.push_back(entry);
    bytes += next - at;
    at = next;
  }
  if (at == from) return false;
  const std::int64_t started = steady_ns();
  const ledger::Result result = log_.append(batch);
  if (!result.ok()) {
    abandon();
    callbacks_.on_failure(result);
    return true;
  }
  cells_.commit_time.add(steady_ns() - started);
  cells_.commits.add(1);
  cells_.committed_bytes.add(bytes);
  durable_.store(ledger::end_after(batch.back()).size, std::memory_order_release);
  entries_.release(EntryRing::Consumer::ledger, at);
  space_.ring();
  callbacks_.on_durable();
  return true;
}

}  // namespace emx::pipeline

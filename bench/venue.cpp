#include "bench/venue.hpp"

#include <cstdio>
#include <stdexcept>
#include <thread>

#include "engine/vocabulary/check.hpp"
#include "ledger/chain.hpp"

namespace emx::bench {

namespace {

void demand(const ledger::Result& result) {
  if (!result.ok()) throw std::runtime_error{result.message};
}

// Takes what is durable, or waits for it.
void take_or_nap(pipeline::Pipeline& pipeline) {
  if (pipeline.failed()) throw std::runtime_error{"the pipeline failed"};
  if (!pipeline.take_durable(Venue::entries_per_take, [](const EntryView&) {})) {
    std::this_thread::sleep_for(Venue::nap);
  }
}

}  // namespace

ledger::Result NotingLog::append(std::span<const ledger::ChainedEntry> batch) {
  for (const ledger::ChainedEntry& entry : batch) {
    plan_.entry_bytes.push_back(static_cast<std::uint32_t>(entry.bytes.size()));
  }
  plan_.batch_entries.push_back(static_cast<std::uint32_t>(batch.size()));
  const auto begun = std::chrono::steady_clock::now();
  ledger::Result result = log_.append(batch);
  plan_.times.push_back({begun, std::chrono::steady_clock::now()});
  return result;
}

Venue::Venue(const std::filesystem::path& folder, const CoreMarket& market) {
  const bool is_ledger = std::filesystem::exists(folder / "ledger" / "writer.lock");
  if (!is_ledger && std::filesystem::exists(folder) && !std::filesystem::is_empty(folder)) {
    throw std::runtime_error{folder.string() + " has something else than a ledger in it"};
  }
  std::filesystem::remove_all(folder);
  demand(store_.open(folder));
  found(market);
  const auto fail = [](const ledger::Result& result) {
    std::fprintf(stderr, "the ledger failed: %s\n", result.message.c_str());
  };
  pipeline_ = std::make_unique<pipeline::Pipeline>(*exchange_, log_, pipeline::PipelineOptions{},
                                                   pipeline::Pipeline::Callbacks{[] {}, fail});
  pipeline_->start();
}

Venue::~Venue() { pipeline_->stop(); }

void Venue::found(const CoreMarket& market) {
  EventBatch events;
  ledger::ChainedBatch batch{store_.end()};
  for (const auto& command : market.venue_commands()) {
    if (exchange_ == nullptr) {
      exchange_ =
          std::make_unique<engine::Exchange>(read_record<GenesisCommand>(std::span{command}));
    }
    EntryView entry{};
    entry.stamp = {SeqNo{++sequence_}, ++at_ns_};
    entry.command = command;
    exchange_->apply(entry.stamp, command, events);
    check(!exchange_->more_to_do());
    entry.rule_set = exchange_->rule_set();
    entry.events = events.bytes();
    entry.events_count = events.count();
    entry.digest = exchange_->digest();
    batch.add(entry);
  }
  demand(store_.append(batch.entries()));
}

void Venue::run(const LargeVector<CoreCommand>& commands) {
  for (const CoreCommand& command : commands) {
    while (!pipeline_->submit({command.bytes, command.size}, false)) take_or_nap(*pipeline_);
  }
  while (!pipeline_->drained()) take_or_nap(*pipeline_);
}

CommitPlan Venue::stop() {
  pipeline_->stop();
  demand(store_.close());
  return std::move(log_.plan());
}

}  // namespace emx::bench

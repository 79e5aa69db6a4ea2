#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "bench/bare_log.hpp"
#include "bench/core_replay.hpp"
#include "engine/exchange.hpp"
#include "ledger/command_log.hpp"
#include "ledger/store.hpp"
#include "tools/pipeline/pipeline.hpp"

namespace emx::bench {

// The ledger as the pipeline has it, noting what each commit was.
class NotingLog final : public ledger::CommandLog {
 public:
  explicit NotingLog(ledger::CommandLog& log) : log_{log} {}

  ledger::Result append(std::span<const ledger::ChainedEntry> batch) override;
  [[nodiscard]] ledger::ChainEnd end() const override { return log_.end(); }
  [[nodiscard]] SeqNo durable() const override { return log_.durable(); }
  ledger::Result visit(SeqNo from, const EntryVisitor& visit) const override {
    return log_.visit(from, visit);
  }

  // Requires: the pipeline has stopped.
  [[nodiscard]] CommitPlan& plan() { return plan_; }

 private:
  ledger::CommandLog& log_;
  CommitPlan plan_;
};

// A new ledger in a folder, an exchange in continuous trading, and the pipeline over both. Throws
// std::runtime_error when something fails.
class Venue {
 public:
  static constexpr auto nap = std::chrono::microseconds{50};
  static constexpr std::uint32_t entries_per_take = 4'096;

  // A ledger that was in the folder is removed.
  Venue(const std::filesystem::path& folder, const CoreMarket& market);
  ~Venue();
  Venue(const Venue&) = delete;
  Venue& operator=(const Venue&) = delete;

  // As fast as the ring takes them, until the last is durable and taken.
  void run(const LargeVector<CoreCommand>& commands);
  // Closes the ledger.
  CommitPlan stop();

  [[nodiscard]] pipeline::Pipeline& pipeline() { return *pipeline_; }
  [[nodiscard]] std::uint64_t digest() const { return exchange_->digest(); }
  [[nodiscard]] std::uint64_t founded() const { return sequence_; }

 private:
  void found(const CoreMarket& market);

  ledger::LedgerStore store_;
  ledger::EmbeddedCommandLog embedded_{store_};
  NotingLog log_{embedded_};
  std::unique_ptr<engine::Exchange> exchange_;
  std::unique_ptr<pipeline::Pipeline> pipeline_;
  std::uint64_t sequence_ = 0;
  std::int64_t at_ns_ = 0;
};

}  // namespace emx::bench

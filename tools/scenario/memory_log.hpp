#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ledger/chain.hpp"
#include "ledger/command_log.hpp"
#include "ledger/entry.hpp"

namespace emx::scenario {

// A log that is as durable as this process: entries are kept in memory.
class MemoryLog final : public ledger::CommandLog {
 public:
  ledger::Result append(std::span<const ledger::ChainedEntry> batch) override {
    for (const ledger::ChainedEntry& entry : batch) {
      entries_.emplace_back(entry.bytes.begin(), entry.bytes.end());
      end_ = ledger::end_after(entry);
    }
    return {};
  }

  [[nodiscard]] ledger::ChainEnd end() const override { return end_; }

  [[nodiscard]] SeqNo durable() const override { return SeqNo{entries_.size()}; }

  ledger::Result visit(SeqNo from, const EntryVisitor& visit) const override {
    for (std::size_t i = from.value == 0 ? 0 : from.value - 1; i < entries_.size(); ++i) {
      if (!visit(ledger::view_of(entries_[i]))) break;
    }
    return {};
  }

 private:
  std::vector<std::vector<std::byte>> entries_;
  ledger::ChainEnd end_;
};

}  // namespace emx::scenario

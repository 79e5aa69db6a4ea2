#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ledger/command_log.hpp"

namespace emx::scenario {

// A log that is as durable as this process: entries are kept in memory.
class MemoryLog final : public ledger::CommandLog {
 public:
  ledger::Result append(std::span<const EntryView> batch) override {
    for (const EntryView& entry : batch) {
      Kept& kept = entries_.emplace_back(Kept{entry, {}, {}});
      kept.command.assign(entry.command.begin(), entry.command.end());
      kept.events.assign(entry.events.begin(), entry.events.end());
    }
    return {};
  }

  [[nodiscard]] SeqNo durable() const override { return SeqNo{entries_.size()}; }

  ledger::Result visit(SeqNo from, const EntryVisitor& visit) const override {
    for (std::size_t i = from.value == 0 ? 0 : from.value - 1; i < entries_.size(); ++i) {
      EntryView view = entries_[i].view;
      view.command = entries_[i].command;
      view.events = entries_[i].events;
      if (!visit(view)) break;
    }
    return {};
  }

 private:
  struct Kept {
    EntryView view;  // without its bytes
    std::vector<std::byte> command;
    std::vector<std::byte> events;
  };
  std::vector<Kept> entries_;
};

}  // namespace emx::scenario

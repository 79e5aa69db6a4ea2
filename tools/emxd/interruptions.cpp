#include "tools/emxd/interruptions.hpp"

#include <algorithm>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/events.hpp"
#include "engine/vocabulary/rules_in_force.hpp"

namespace emx::daemon {

namespace {

CommandKind kind_of(std::span<const std::byte> command) {
  return static_cast<CommandKind>(read_record<CommandHeader>(command).kind);
}

}  // namespace

void Interruptions::follow(const EntryView& entry) {
  for_each_setting(entry, [this](std::span<const std::byte> setting) {
    if (kind_of(setting) != CommandKind::set_instrument) return;
    const Symbol symbol = read_record<SetInstrumentCommand>(setting).symbol;
    if (std::ranges::find(symbols_, symbol) == symbols_.end()) symbols_.push_back(symbol);
  });
  if (kind_of(entry.command) == CommandKind::phase) follow_phase(entry);
  const bool whole =
      for_each_event(entry.events, [&](const EventHeader& event, std::span<const std::byte> bytes) {
        if (static_cast<EventKind>(event.kind) != EventKind::collar_hit) return;
        since_[read_record<CollarHitEvent>(bytes).instrument] = entry.stamp.at_ns;
      });
  check(whole);
}

// A refused one ends nothing; but its own, which cannot be refused, would come again and again.
void Interruptions::follow_phase(const EntryView& entry) {
  if (phases_under_way_ > 0) --phases_under_way_;
  const auto command = read_record<PhaseCommand>(entry.command);
  if (is_refused(entry) && command.header.command_id != 0) return;
  std::erase_if(since_, [&](const auto& book) {
    return command.symbol.empty() || symbols_[book.first] == command.symbol;
  });
}

void Interruptions::expect(std::span<const std::byte> command) {
  if (kind_of(command) == CommandKind::phase) ++phases_under_way_;
}

std::optional<Symbol> Interruptions::due(std::int64_t now_ns) const {
  if (last_ns_ == 0 || phases_under_way_ > 0) return std::nullopt;
  const auto over = std::ranges::find_if(
      since_, [&](const auto& book) { return now_ns - book.second >= last_ns_; });
  if (over == since_.end()) return std::nullopt;
  return symbols_[over->first];
}

}  // namespace emx::daemon

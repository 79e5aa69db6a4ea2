#include "tools/audit/definitions.hpp"

#include <algorithm>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/rules_in_force.hpp"

namespace emx::audit {

namespace {

void add(const std::map<std::uint32_t, std::uint64_t>& places, std::uint32_t id,
         std::vector<std::uint64_t>& entries) {
  const auto found = places.find(id);
  if (found == places.end() || std::ranges::find(entries, found->second) != entries.end()) return;
  entries.push_back(found->second);
}

}  // namespace

void Definitions::take(const EntryView& entry) {
  for_each_setting(entry, [this](std::span<const std::byte> setting) { names_.apply(setting); });
  if (is_refused(entry)) return;
  const std::uint64_t sequence = entry.stamp.sequence.value;
  switch (static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind)) {
    case CommandKind::set_instrument: {
      const auto command = read_record<SetInstrumentCommand>(entry.command);
      // A later one changes nothing that a trade is told in.
      instruments_.try_emplace(names_.find_instrument(command.symbol.view()), sequence);
      break;
    }
    case CommandKind::set_facility: {
      const auto command = read_record<SetFacilityCommand>(entry.command);
      facilities_[names_.find_facility(command.facility.view())] = sequence;
      break;
    }
    case CommandKind::set_firm: {
      const auto command = read_record<SetFirmCommand>(entry.command);
      firms_[names_.find_firm(command.firm.view())] = sequence;
      break;
    }
    default:
      break;
  }
}

std::vector<std::uint64_t> Definitions::of(const TradeEvent& trade) const {
  std::vector<std::uint64_t> entries;
  add(instruments_, trade.instrument, entries);
  add_facility(trade.buy_facility, entries);
  add_facility(trade.sell_facility, entries);
  return entries;
}

void Definitions::add_facility(std::uint32_t facility, std::vector<std::uint64_t>& entries) const {
  add(facilities_, facility, entries);
  if (const SetFacilityCommand* defined = names_.facility(facility); defined != nullptr) {
    add(firms_, names_.find_firm(defined->firm.view()), entries);
  }
}

}  // namespace emx::audit

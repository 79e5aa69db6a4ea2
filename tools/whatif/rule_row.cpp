#include "tools/whatif/rule_row.hpp"

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"

namespace emx::whatif {

namespace {

// "7/2026/0/2": the kind and what names the row.
template <class... Parts>
std::string row(CommandKind kind, const Parts&... parts) {
  std::string text = std::to_string(static_cast<unsigned>(kind));
  [[maybe_unused]] const auto add = [&text](const auto& part) {
    if constexpr (requires { part.view(); }) {
      text += '/' + std::string{part.view()};
    } else {
      text += '/' + std::to_string(part);
    }
  };
  (add(parts), ...);
  return text;
}

}  // namespace

std::optional<std::string> rule_row(std::span<const std::byte> bytes) {
  const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(bytes).kind);
  switch (kind) {
    case CommandKind::set_zone: {
      const auto c = read_record<SetZoneCommand>(bytes);
      return row(kind, c.province, c.zone);
    }
    case CommandKind::set_link: {
      const auto c = read_record<SetLinkCommand>(bytes);
      return row(kind, c.pollutant, c.seller_province, c.buyer_province);
    }
    case CommandKind::set_firm:
      return row(kind, read_record<SetFirmCommand>(bytes).firm);
    case CommandKind::set_facility:
      return row(kind, read_record<SetFacilityCommand>(bytes).facility);
    case CommandKind::set_quota: {
      const auto c = read_record<SetQuotaCommand>(bytes);
      return row(kind, c.year, c.province, c.pollutant);
    }
    case CommandKind::set_demand: {
      const auto c = read_record<SetDemandCommand>(bytes);
      return row(kind, c.facility, c.pollutant);
    }
    case CommandKind::set_reference_price:
      return row(kind, read_record<SetReferencePriceCommand>(bytes).symbol);
    case CommandKind::set_limit: {
      const auto c = read_record<SetLimitCommand>(bytes);
      return row(kind, c.kind, c.scope, c.name);
    }
    case CommandKind::kill_switch: {
      const auto c = read_record<KillSwitchCommand>(bytes);
      return row(kind, c.scope, c.name);
    }
    case CommandKind::set_parameters:
      return row(kind);
    case CommandKind::set_instrument:
      return row(kind, read_record<SetInstrumentCommand>(bytes).symbol);
    case CommandKind::set_calendar:
      return row(kind, read_record<SetCalendarCommand>(bytes).year);
    default:
      return std::nullopt;
  }
}

}  // namespace emx::whatif

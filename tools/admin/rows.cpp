#include "tools/admin/rows.hpp"

#include <string_view>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"

namespace emx::admin {

std::string row_of(std::span<const std::byte> command) {
  const auto named = [](const char* kind, std::string_view name) {
    return std::string{kind} + ' ' + std::string{name};
  };
  switch (static_cast<CommandKind>(read_record<CommandHeader>(command).kind)) {
    case CommandKind::set_zone: {
      const auto zone = read_record<SetZoneCommand>(command);
      return named("zone", name_of(static_cast<Province>(zone.province))) + ' ' +
             std::string{zone.zone.view()};
    }
    case CommandKind::set_firm:
      return named("firm", read_record<SetFirmCommand>(command).firm.view());
    case CommandKind::set_facility:
      return named("facility", read_record<SetFacilityCommand>(command).facility.view());
    case CommandKind::set_instrument:
      return named("instrument", read_record<SetInstrumentCommand>(command).symbol.view());
    case CommandKind::set_parameters:
      return "the market's parameters";
    default:
      return {};
  }
}

}  // namespace emx::admin

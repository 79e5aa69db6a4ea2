#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"

namespace emx::admin {

// The commands of a venue with a facility in Zhejiang and one in Shanghai, as the ledger has them.
struct SmallVenue {
  using Record = std::vector<std::byte>;

  template <class Command>
  static Record record(CommandKind kind, Command command) {
    command.header.kind = static_cast<std::uint16_t>(kind);
    command.header.size = sizeof command;
    Record bytes(sizeof command);
    std::memcpy(bytes.data(), &command, sizeof command);
    return bytes;
  }

  static Record zone() {
    SetZoneCommand zone{};
    zone.zone = ZoneCode{"JIASHAN"};
    zone.basin = BasinCode{"TAIHU"};
    zone.province = static_cast<std::uint8_t>(Province::zj);
    zone.attaining_mask = 0x7f;
    return record(CommandKind::set_zone, zone);
  }
  static Record instrument() {
    SetInstrumentCommand instrument{};
    instrument.symbol = Symbol{"SHEA25"};
    return record(CommandKind::set_instrument, instrument);
  }
  static Record firm() {
    SetFirmCommand firm{};
    firm.firm = FirmCode{"ZJ063"};
    firm.group = Text<16>{"G7"};
    return record(CommandKind::set_firm, firm);
  }
  static Record facility(const char* code, Province province) {
    SetFacilityCommand facility{};
    facility.facility = AccountCode{code};
    facility.firm = FirmCode{"ZJ063"};
    facility.province = static_cast<std::uint8_t>(province);
    facility.permit_valid_to = date_of(2027, 12, 31).value;
    facility.reach = 3;
    return record(CommandKind::set_facility, facility);
  }
  static std::vector<Record> commands() {
    return {zone(), instrument(), firm(), facility("ZJ063-1", Province::zj),
            facility("SH049-1", Province::sh)};
  }
};

}  // namespace emx::admin

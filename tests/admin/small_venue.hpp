#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"

namespace emx::admin {

// The commands of a venue with a facility in Zhejiang and one in Shanghai, as the ledger has them,
// and as an exchange takes them.
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

  static Record zone(const char* code, Province province) {
    SetZoneCommand zone{};
    zone.zone = ZoneCode{code};
    zone.basin = BasinCode{"TAIHU"};
    zone.province = static_cast<std::uint8_t>(province);
    zone.attaining_mask = 0x7f;
    return record(CommandKind::set_zone, zone);
  }
  static Record instrument() {
    SetInstrumentCommand instrument{};
    instrument.symbol = Symbol{"SHEA25"};
    instrument.approval_ref = Text<24>{"SMALL"};
    instrument.venue_of_record = Text<8>{"EMX"};
    instrument.pollutant = static_cast<std::uint8_t>(Pollutant::co2e);
    instrument.scheme = static_cast<std::uint8_t>(Scheme::shea);
    instrument.medium = static_cast<std::uint8_t>(Medium::carbon);
    instrument.book_class = static_cast<std::uint8_t>(BookClass::any);
    instrument.first_year = instrument.last_year = 2026;
    instrument.tick_fen = 1;
    instrument.band_pct = 10;
    instrument.block_band_pct = 30;
    instrument.lot = 1;
    instrument.levels_max = 1U << 12;
    return record(CommandKind::set_instrument, instrument);
  }
  static Record firm(const char* code) {
    SetFirmCommand firm{};
    firm.firm = FirmCode{code};
    firm.group = Text<16>{"G7"};
    return record(CommandKind::set_firm, firm);
  }
  static Record facility(const char* code, Province province, const char* zone,
                         const char* firm = "ZJ063") {
    SetFacilityCommand facility{};
    facility.facility = AccountCode{code};
    facility.firm = FirmCode{firm};
    facility.zone = ZoneCode{zone};
    facility.province = static_cast<std::uint8_t>(province);
    facility.source_class = static_cast<std::uint8_t>(SourceClass::industry);
    facility.permit_valid_to = date_of(2027, 12, 31).value;
    facility.reach = 3;
    return record(CommandKind::set_facility, facility);
  }
  static std::vector<Record> commands() {
    return {zone("JIASHAN", Province::zj),
            zone("QINGPU", Province::sh),
            instrument(),
            firm("ZJ063"),
            facility("ZJ063-1", Province::zj, "JIASHAN"),
            facility("SH049-1", Province::sh, "QINGPU"),
            firm("SH050"),
            facility("SH050-1", Province::sh, "QINGPU", "SH050")};
  }
};

}  // namespace emx::admin

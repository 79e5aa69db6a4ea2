#pragma once

#include <cstdint>
#include <string_view>

#include "engine/vocabulary/commands.hpp"
#include "tools/market/table_row.hpp"

// A row of a market's tables as the command that it says, whatever file the table stands in. Each
// reads the columns it names and adds a Fault for what is not as it must be; TableRow::ok() says
// whether the command may be used.

namespace emx::market {

// firm_id, group, uscc, name.
[[nodiscard]] SetFirmCommand firm_of(TableRow& row);

// facility_id, firm_id, source_class, province, zone, basin, reach, ets, credit, pollutants,
// permit_valid_to. That firm and zone are there is for others to say.
[[nodiscard]] SetFacilityCommand facility_of(TableRow& row);

// symbol, pollutant, scheme, medium, basin, source_class, first_year, last_year, quantity_unit,
// tick_fen, lot, band_pct, block_band_pct, collar_pct, mode, approval_ref, venue_of_record.
// `levels_max` is left 0. One that trades here, at `venue`, needs an approval.
[[nodiscard]] SetInstrumentCommand instrument_of(TableRow& row, std::string_view venue);

// Levels of the ladder for a first reference price: the reference moves from day to day, and the
// band's width with it.
[[nodiscard]] std::uint32_t levels_for(std::int64_t reference_ticks, std::int64_t band_pct);

}  // namespace emx::market

#pragma once

#include <array>
#include <string_view>

#include "tools/scenario/table.hpp"

// The columns of a market's sections, with what a cell says that is left out (README.md has them as
// a reference). The market builder's own; not what others call.

namespace emx::scenario {

// What `ample` stands for: more than any scenario uses, and far from where sums end.
inline constexpr std::string_view ample_kg = "1000000000";
inline constexpr std::string_view ample_lots = "1000000";
inline constexpr std::string_view ample_cny = "1000000000";

// The zone that every province has: it meets all targets and is no key zone.
inline constexpr std::string_view plain_zone = "PLAIN";
inline constexpr std::string_view plain_basin = "TAIHU";

inline constexpr std::array limits_columns{
    Column{"fee_bp", ""},      Column{"firms", ""},         Column{"facilities", ""},
    Column{"instruments", ""}, Column{"zones", ""},         Column{"orders", ""},
    Column{"levels", ""},      Column{"listed_kg", ""},     Column{"listed_t", ""},
    Column{"gtc_days", ""},    Column{"carbon_extra_t", ""}};
inline constexpr std::array zone_columns{Column{"province", "", true}, Column{"zone", "", true},
                                         Column{"misses", "none"}, Column{"key", "no"},
                                         Column{"basin", plain_basin}};
inline constexpr std::array instrument_columns{
    Column{"symbol", "", true}, Column{"reference", "none"},    Column{"pollutant", ""},
    Column{"scheme", ""},       Column{"medium", ""},           Column{"basin", ""},
    Column{"class", ""},        Column{"first_year", ""},       Column{"last_year", ""},
    Column{"tick", ""},         Column{"band", "10"},           Column{"block_band", "30"},
    Column{"collar", "0"},      Column{"approval", "SCENARIO"}, Column{"venue", "EMX"}};
inline constexpr std::array firm_columns{Column{"firm", "", true}, Column{"group", ""},
                                         Column{"uscc", "NONE"}, Column{"name", ""}};
inline constexpr std::array facility_columns{
    Column{"facility", "", true},  Column{"firm", ""},
    Column{"province", "", true},  Column{"zone", plain_zone},
    Column{"basin", ""},           Column{"class", "INDUSTRY"},
    Column{"reach", "1"},          Column{"ets", "NONE"},
    Column{"credit", "GOOD"},      Column{"pollutants", "all"},
    Column{"permit", "2099-12-31"}};
inline constexpr std::array quota_columns{Column{"year", "2026"},     Column{"province", "all"},
                                          Column{"pollutant", "all"}, Column{"inflow", "ample"},
                                          Column{"outflow", "ample"}, Column{"gross", "ample"},
                                          Column{"holding", "ample"}, Column{"pace", "ample"}};
inline constexpr std::array demand_columns{Column{"facility", "all"}, Column{"pollutant", "all"},
                                           Column{"kg", "ample"}};
inline constexpr std::array link_columns{Column{"pollutant", "all"}, Column{"seller", "", true},
                                         Column{"buyer", "", true}, Column{"state", "off"}};
inline constexpr std::array deposit_columns{Column{"facility", "all"}, Column{"cny", "ample"}};
inline constexpr std::array issue_columns{Column{"facility", "all"}, Column{"symbol", "all"},
                                          Column{"lots", "ample"}, Column{"batch", "ISSUE"}};

// A market folder's columns, and what they are called here.
inline constexpr std::array<std::string_view, 11> market_facility{
    "facility_id", "firm_id", "province", "zone",       "basin",          "source_class",
    "reach",       "ets",     "credit",   "pollutants", "permit_valid_to"};
inline constexpr std::array<std::string_view, 11> shown_facility{
    "facility", "firm", "province", "zone",       "basin", "class",
    "reach",    "ets",  "credit",   "pollutants", "permit"};
inline constexpr std::array<std::string_view, 4> market_firm{"firm_id", "group", "uscc", "name"};
inline constexpr std::array<std::string_view, 4> shown_firm{"firm", "group", "uscc", "name"};
inline constexpr std::array<std::string_view, 17> market_instrument{
    "symbol",          "pollutant",     "scheme",   "medium",         "basin",     "source_class",
    "first_year",      "last_year",     "tick_fen", "band_pct",       "mode",      "approval_ref",
    "venue_of_record", "quantity_unit", "lot",      "block_band_pct", "collar_pct"};
inline constexpr std::array<std::string_view, 17> shown_instrument{
    "symbol",     "pollutant", "scheme", "medium",     "basin", "class",
    "first_year", "last_year", "tick",   "band",       "mode",  "approval",
    "venue",      "symbol",    "symbol", "block_band", "collar"};

}  // namespace emx::scenario

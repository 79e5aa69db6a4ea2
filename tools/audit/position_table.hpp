#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "tools/audit/answer_table.hpp"
#include "tools/audit/open_tickets.hpp"
#include "tools/audit/province_count.hpp"

namespace emx::audit {

// A province's position in one pollutant and year, against the caps in force.
struct PositionRow {
  std::int32_t year = 0;
  std::uint8_t pollutant = 0;
  bool is_over = false;  // the year
  ProvinceCount::Row row;
  std::array<std::int64_t, ProvinceCount::measures> tickets_kg{};
};

// Of the years up to the trade date's.
[[nodiscard]] std::vector<PositionRow> position_of(std::uint8_t province,
                                                   const ProvinceCount& count,
                                                   const OpenTickets& tickets);

// A line for each measure.
[[nodiscard]] AnswerTable table_of(std::span<const PositionRow> position);

}  // namespace emx::audit

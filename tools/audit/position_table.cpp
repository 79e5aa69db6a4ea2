#include "tools/audit/position_table.hpp"

#include <algorithm>
#include <string>

#include "tools/audit/enum_words.hpp"

namespace emx::audit {

std::vector<PositionRow> position_of(std::uint8_t province, const ProvinceCount& count,
                                     const OpenTickets& tickets) {
  std::vector<PositionRow> rows;
  for (const auto& [key, row] : count.rows()) {
    const auto [year, of_province, pollutant] = key;
    if (of_province != province || year > count.year()) continue;
    PositionRow& added =
        rows.emplace_back(PositionRow{year, pollutant, year != count.year(), row, {}});
    if (added.is_over) continue;
    for (std::uint8_t i = 0; i < ProvinceCount::measures; ++i) {
      added.tickets_kg[i] =
          tickets_kg(static_cast<ProvinceCount::Measure>(i), tickets.of(province, pollutant));
    }
  }
  return rows;
}

AnswerTable table_of(std::span<const PositionRow> position) {
  using enum TextTable::Align;
  AnswerTable table{{{"year", "year"},
                     {"pollutant", "pollutant"},
                     {"measure", "measure"},
                     {"use_kg", "kg", right},
                     {"cap_kg", "cap kg", right},
                     {"tickets_kg", "tickets kg", right},
                     {"headroom_kg", "headroom kg", right},
                     {"cap_set_by", "cap of entry", right},
                     {"peak_kg", "peak kg", right},
                     {"peak_at", "peak at entry", right},
                     {"peak_cap_kg", "cap then", right},
                     {"peak_margin_kg", "margin", right}}};
  for (const PositionRow& of : position) {
    const ProvinceCount::Row& row = of.row;
    for (const auto measure : {ProvinceCount::inflow, ProvinceCount::outflow, ProvinceCount::gross,
                               ProvinceCount::holding, ProvinceCount::pace}) {
      const std::int64_t tickets = of.tickets_kg[measure];
      const std::int64_t room = row.caps[measure] - row.use[measure] - tickets;
      table.add({{Json(of.year), std::to_string(of.year)},
                 name<Pollutant>(of.pollutant),
                 name_of(measure),
                 row.use[measure],
                 row.has_caps ? Cell{row.caps[measure]} : Cell{Json{}, "none"},
                 tickets,
                 of.is_over ? Cell{Json{}, "year over"} : Cell{std::max<std::int64_t>(room, 0)},
                 Cell::number(row.caps_set_at),
                 row.peak[measure],
                 Cell::number(row.peak_at[measure]),
                 row.peak_at[measure] == 0 ? Cell::none() : Cell{row.peak_cap[measure]},
                 row.peak_at[measure] == 0 ? Cell::none()
                                           : Cell{row.peak_cap[measure] - row.peak[measure]}});
    }
  }
  return table;
}

}  // namespace emx::audit

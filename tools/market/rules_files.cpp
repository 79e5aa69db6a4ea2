#include <array>

#include "tools/market/market_draft.hpp"

// What the authorities decide: province quotas, and the facilities' approved demand.

namespace emx::market {

namespace {

constexpr std::array<std::string_view, 9> quota_columns{"year",
                                                        "province",
                                                        "pollutant",
                                                        "net_inflow_kg",
                                                        "net_outflow_kg",
                                                        "gross_cross_kg",
                                                        "province_holding_cap_kg",
                                                        "gov_reserve_kg",
                                                        "daily_inflow_pace_kg"};

constexpr std::array<std::string_view, 3> demand_columns{"firm_id", "pollutant", "approved_kg"};

// Carbon has neither province quota nor demand (market-rules 7).
std::uint8_t pollutant_of(TableRow& row) {
  const auto pollutant = row.one_of<Pollutant>("pollutant");
  if (is_carbon(pollutant)) {
    row.fault("pollutant", "carbon has no quota and no demand; expected a pollutant");
  }
  return static_cast<std::uint8_t>(pollutant);
}

}  // namespace

void read_quotas(Draft& draft) {
  CsvTable table{draft.folder, draft.quotas.file, quota_columns, draft.faults};
  Definitions rows;
  for (TableRow& row : table.rows()) {
    SetQuotaCommand command{};
    command.year = static_cast<std::uint16_t>(row.integer("year", year_first, year_last));
    command.province = static_cast<std::uint8_t>(row.one_of<Province>("province"));
    command.pollutant = pollutant_of(row);
    command.inflow_cap_kg = row.integer("net_inflow_kg", 0, kg_max);
    command.outflow_cap_kg = row.integer("net_outflow_kg", 0, kg_max);
    command.gross_cap_kg = row.integer("gross_cross_kg", 0, kg_max);
    command.holding_cap_kg = row.integer("province_holding_cap_kg", 0, kg_max);
    command.daily_pace_kg = row.integer("daily_inflow_pace_kg", 0, kg_max);
    static_cast<void>(row.integer("gov_reserve_kg", 0, kg_max));  // for the reader, but a number
    rows.add(row, "pollutant",
             std::string{row.raw("year")} + ' ' + std::string{row.raw("province")} + ' ' +
                 std::string{row.raw("pollutant")});
    draft.quotas.add(CommandKind::set_quota, command, row);
  }
}

void read_demand(Draft& draft) {
  CsvTable table{draft.folder, draft.demands.file, demand_columns, draft.faults};
  Definitions rows;
  for (TableRow& row : table.rows()) {
    const std::string firm{row.raw("firm_id")};
    const auto facility = draft.facility_of_firm.find(firm);
    if (facility == draft.facility_of_firm.end()) {
      row.fault("firm_id", in_quotes(firm) + " is no firm of firms.csv");
    }
    SetDemandCommand command{};
    command.pollutant = pollutant_of(row);
    command.approved_kg = row.integer("approved_kg", 0, kg_max);
    rows.add(row, "pollutant", firm + ' ' + std::string{row.raw("pollutant")});
    if (!row.ok()) continue;
    command.facility = AccountCode{facility->second};
    draft.demands.add(CommandKind::set_demand, command, row);
  }
}

}  // namespace emx::market

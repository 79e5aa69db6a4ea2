#include <algorithm>
#include <array>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/units.hpp"
#include "tools/market/market_draft.hpp"
#include "tools/market/rows.hpp"

// Zones, firms with their facilities, and what the facilities hold at the start.

namespace emx::market {

namespace {

constexpr std::array<std::string_view, 11> zone_columns{
    "province", "zone",     "name_zh", "att_SO2", "att_NOX", "att_VOC",
    "att_COD",  "att_NH3N", "att_TP",  "basin",   "key_zone"};

constexpr std::array<std::string_view, 17> firm_columns{
    "firm_id",      "facility_id",     "name",   "uscc",       "sector",
    "source_class", "province",        "zone",   "basin",      "reach",
    "ets",          "group",           "credit", "pollutants", "permit_valid_to",
    "allocation_t", "opening_cash_fen"};

constexpr std::array<std::string_view, 4> rights_columns{"facility_id", "symbol", "quantity",
                                                         "batch"};

std::string zone_name(const TableRow& row) {
  return std::string{row.raw("province")} + '/' + std::string{row.raw("zone")};
}

std::string zones_of(const Draft& draft, std::string_view province) {
  std::string text;
  for (const auto& [name, basin] : draft.basin_of_zone) {
    if (!name.starts_with(std::string{province} + '/')) continue;
    text += (text.empty() ? "" : ", ") + name.substr(province.size() + 1);
  }
  return text;
}

void check_zone(const Draft& draft, TableRow& row) {
  const auto zone = draft.basin_of_zone.find(zone_name(row));
  if (zone == draft.basin_of_zone.end()) {
    row.fault("zone", in_quotes(row.raw("zone")) + " is no zone of province " +
                          std::string{row.raw("province")} + " in zones.csv; expected one of " +
                          zones_of(draft, row.raw("province")));
  } else if (zone->second != row.raw("basin")) {
    row.fault("basin", in_quotes(row.raw("basin")) + " is not the basin of zone " + zone->first +
                           "; expected " + zone->second);
  }
}

// Market-rules 4: reserves and financial participants need no permit.
std::int32_t permit_of(TableRow& row, SourceClass source_class) {
  const std::string_view text = row.raw("permit_valid_to");
  if (text.empty()) {
    if (source_class != SourceClass::reserve && source_class != SourceClass::fin) {
      row.fault("permit_valid_to", "is empty; expected a date, except for RESERVE and FIN");
    }
    return 0;
  }
  const auto date = date_from_text(text);
  if (!date) {
    row.fault("permit_valid_to",
              in_quotes(text) + " is not a date; expected for example 2030-12-31");
  }
  return date.value_or(Date{}).value;
}

// What opens the account. `total_fen`: of all deposits so far, at most one more than is allowed.
void add_deposit(Draft& draft, TableRow& row, std::int64_t& total_fen) {
  DepositCommand command{};
  command.facility = row.text<16>("facility_id");
  command.amount_fen = row.integer("opening_cash_fen", 0, amount_max.value);
  if (command.amount_fen == 0) return;
  const bool was_too_much = total_fen > amount_max.value;
  total_fen = std::min(total_fen, amount_max.value - command.amount_fen + 1) + command.amount_fen;
  if (total_fen > amount_max.value && !was_too_much) {
    row.fault("opening_cash_fen", "from here on all deposits together come to more than " +
                                      std::to_string(amount_max.value) + " fen");
  }
  draft.deposits.add(CommandKind::deposit, command, row);
}

}  // namespace

SetFirmCommand firm_of(TableRow& row) {
  SetFirmCommand command{};
  command.firm = row.text<16>("firm_id");
  command.group = row.text<16>("group", TableRow::Need::may_be_empty);
  command.uscc = row.text<24>("uscc");
  command.name = row.text<64>("name");
  return command;
}

SetFacilityCommand facility_of(TableRow& row) {
  SetFacilityCommand command{};
  const auto source_class = row.one_of<SourceClass>("source_class");
  command.facility = row.text<16>("facility_id");
  command.firm = row.text<16>("firm_id");
  command.province = static_cast<std::uint8_t>(row.one_of<Province>("province"));
  command.zone = row.text<16>("zone");
  command.basin = row.text<16>("basin");
  command.permit_valid_to = permit_of(row, source_class);
  command.source_class = static_cast<std::uint8_t>(source_class);
  command.ets = static_cast<std::uint8_t>(row.one_of<Ets>("ets"));
  command.credit = static_cast<std::uint8_t>(row.one_of<Credit>("credit"));
  command.pollutants_mask = row.pollutants("pollutants");
  command.reach = static_cast<std::uint8_t>(row.integer("reach", 1, 255));
  return command;
}

void read_zones(Draft& draft) {
  CsvTable table{draft.folder, draft.zones.file, zone_columns, draft.faults};
  Definitions zones;
  for (TableRow& row : table.rows()) {
    SetZoneCommand command{};
    command.province = static_cast<std::uint8_t>(row.one_of<Province>("province"));
    command.zone = row.text<16>("zone");
    command.name_zh = row.text<24>("name_zh", TableRow::Need::may_be_empty);
    command.basin = row.text<16>("basin");
    command.key_zone = row.flag("key_zone") ? 1 : 0;
    unsigned mask = 1U << static_cast<unsigned>(Pollutant::co2e);  // carbon has no target to miss
    for (std::uint8_t k = 0; k + 1 < pollutants_count; ++k) {
      const auto pollutant = static_cast<Pollutant>(k);
      if (row.flag("att_" + std::string{name_of(pollutant)})) mask |= 1U << k;
    }
    command.attaining_mask = static_cast<std::uint8_t>(mask);
    zones.add(row, "zone", zone_name(row));
    draft.basin_of_zone.emplace(zone_name(row), row.raw("basin"));
    draft.zones.add(CommandKind::set_zone, command, row);
  }
}

void read_firms(Draft& draft) {
  CsvTable table{draft.folder, draft.firms.file, firm_columns, draft.faults};
  Definitions firms;
  Definitions facilities;
  std::int64_t deposited_fen = 0;
  for (TableRow& row : table.rows()) {
    const std::string firm{row.raw("firm_id")};
    const std::string facility{row.raw("facility_id")};
    const SetFirmCommand of_firm = firm_of(row);
    const SetFacilityCommand of_facility = facility_of(row);
    if (row.ok()) check_zone(draft, row);
    draft.firms.add(CommandKind::set_firm, of_firm, row);
    draft.facilities.add(CommandKind::set_facility, of_facility, row);
    add_deposit(draft, row, deposited_fen);
    static_cast<void>(row.integer("allocation_t", 0, kg_max));  // for the reader, but a number
    firms.add(row, "firm_id", firm);
    facilities.add(row, "facility_id", facility);
    draft.facility_of_firm.emplace(firm, facility);
    draft.facilities_known.insert(facility);
  }
}

void read_opening_rights(Draft& draft) {
  CsvTable table{draft.folder, draft.issues.file, rights_columns, draft.faults};
  Definitions batches;
  for (TableRow& row : table.rows()) {
    IssueCommand command{};
    command.facility = row.text<16>("facility_id");
    command.symbol = row.text<32>("symbol");
    command.batch = row.text<24>("batch");
    command.quantity_lots = row.integer("quantity", 1, issued_lots_max.value);
    const std::string facility{row.raw("facility_id")};
    const std::string symbol{row.raw("symbol")};
    if (!draft.facilities_known.contains(facility)) {
      row.fault("facility_id", in_quotes(facility) + " is no facility of firms.csv");
    }
    const auto traded = draft.traded.find(symbol);
    if (traded == draft.traded.end()) {
      row.fault("symbol", in_quotes(symbol) + " is no instrument of instruments.csv");
    } else if (!traded->second) {
      row.fault("symbol", in_quotes(symbol) + " is reference data only: its rights are elsewhere");
    }
    std::string right = facility;
    right.append(" ").append(symbol).append(" ").append(row.raw("batch"));
    batches.add(row, "batch", right);
    draft.issues.add(CommandKind::issue, command, row);
  }
}

}  // namespace emx::market

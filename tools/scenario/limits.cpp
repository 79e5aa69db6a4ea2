#include "tools/scenario/limits.hpp"

#include <algorithm>

#include "engine/exchange.hpp"
#include "tools/market/amount_text.hpp"
#include "tools/market/loader.hpp"
#include "tools/market/table_row.hpp"
#include "tools/scenario/market_columns.hpp"
#include "tools/scenario/table.hpp"

namespace emx::scenario {

using market::in_quotes;

namespace {

GenesisCommand small_genesis() {
  GenesisCommand genesis = market::default_genesis();
  genesis.firms_max = 256;
  genesis.facilities_max = 256;
  genesis.instruments_max = 64;
  genesis.zones_max = 64;
  genesis.orders_max = 8'192;
  genesis.level_cells_max = 1U << 18;
  return genesis;
}

// The cells of the section's row. The bounds are those of this program, so that a file cannot ask
// for more memory than a machine has; the exchange has its own.
class Row {
 public:
  Row(const Table::Row& row, const std::string& file, market::Faults& faults)
      : row_{row}, file_{file}, faults_{faults} {}

  template <class Number>
  void change(std::string_view column, Number& value, std::int64_t most) {
    const std::string cell = row_.at(column);
    if (cell.empty()) return;
    const auto number = market::count_from_text(cell);
    if (number && *number <= most) {
      value = static_cast<Number>(*number);
      return;
    }
    faults_.push_back({file_, row_.line(), std::string{column},
                       in_quotes(cell) + " is not a whole number up to " + std::to_string(most)});
  }

 private:
  const Table::Row& row_;
  const std::string& file_;
  market::Faults& faults_;
};

void change(GenesisCommand& genesis, Row row) {
  row.change("fee_bp", genesis.fee_rate_bp, 10'000);
  row.change("firms", genesis.firms_max, 4'096);
  row.change("facilities", genesis.facilities_max, 4'096);
  row.change("instruments", genesis.instruments_max, 256);
  row.change("zones", genesis.zones_max, 256);
  row.change("orders", genesis.orders_max, 1 << 20);
  row.change("levels", genesis.level_cells_max, 1 << 22);
  row.change("listed_kg", genesis.listed_kg_max, std::int64_t{1} << 40);
  row.change("listed_t", genesis.listed_carbon_t_max, std::int64_t{1} << 40);
  row.change("carbon_extra_t", genesis.carbon_extra_t_max, std::int64_t{1} << 40);
  row.change("gtc_days", genesis.gtc_days, 36'500);
}

}  // namespace

GenesisCommand read_limits(const std::vector<Section>& sections, const std::string& file,
                           market::Faults& faults) {
  GenesisCommand genesis = small_genesis();
  const auto section = std::ranges::find(sections, "limits", &Section::name);
  if (section == sections.end()) return genesis;
  const Table table{*section, limits_columns, file, faults};
  const auto rows = table.rows();
  if (rows.size() > 1) faults.push_back({file, rows[1].line(), "limits", "expected one row"});
  if (!rows.empty()) change(genesis, Row{rows[0], file, faults});
  if (!engine::Exchange::may_start(genesis)) {
    faults.push_back({file, section->line, "limits",
                      "the exchange cannot be built so: a limit is out of range"});
  }
  return genesis;
}

}  // namespace emx::scenario

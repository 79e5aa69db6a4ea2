#include <map>
#include <ostream>
#include <vector>

#include "ledger/balances.hpp"
#include "tools/audit/describer.hpp"
#include "tools/audit/reading.hpp"
#include "tools/audit/reports.hpp"
#include "tools/audit/text_table.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::audit {

using market::cny;
using market::grouped;

namespace {

using Rows = std::vector<ledger::Balances::Row>;

std::string amount_text(const ledger::Balances::Row& row) {
  return row.asset == asset_cash ? cny(row.amount) : grouped(row.amount);
}

std::string unit_of(const ledger::Balances::Row& row, const market::Names& names) {
  return row.asset == asset_cash ? "CNY"
                                 : std::string{names.unit(row.asset - asset_of_instrument(0))};
}

void write_text(const Rows& rows, const market::Names& names, std::ostream& out) {
  using enum TextTable::Align;
  TextTable table{{{"asset"}, {"account"}, {"balance", right}, {"unit"}}};
  for (const auto& row : rows) {
    if (row.amount == 0) continue;
    table.add({names.asset(row.asset), names.account(row.account.value), amount_text(row),
               unit_of(row, names)});
  }
  table.write(out);
  out << "from postings alone; the balances of each asset sum to zero\n";
}

void write_json(const Rows& rows, const market::Names& names, const std::filesystem::path& data_dir,
                const Output& output) {
  Json balances = Json::array();
  for (const auto& row : rows) {
    const bool cash = row.asset == asset_cash;
    balances.push_back({{"asset", names.asset(row.asset)},
                        {"account", names.account(row.account.value)},
                        {cash ? "amount_fen" : "amount_lots", row.amount},
                        {"unit", unit_of(row, names)},
                        {"text", amount_text(row)}});
  }
  write({{"ledger", data_dir.string()}, {"balances", std::move(balances)}}, output);
}

}  // namespace

int report_balances(const std::filesystem::path& data_dir, const Output& output) {
  Describer describer;
  ledger::Balances balances;
  const ledger::Result result =
      read_verified(data_dir, output, [&](const EntryView& entry) -> std::string {
        describer.take_names(entry);
        return std::string{balances.apply(entry.events)};
      });
  if (!result.ok()) return report_failure(result, data_dir, output);
  if (output.json) {
    write_json(balances.rows(), describer.names(), data_dir, output);
  } else {
    write_text(balances.rows(), describer.names(), output.out);
  }
  return ledger_is_valid;
}

}  // namespace emx::audit

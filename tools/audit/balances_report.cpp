#include <map>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "ledger/balances.hpp"
#include "tools/audit/account_parts.hpp"
#include "tools/audit/answer_table.hpp"
#include "tools/audit/describer.hpp"
#include "tools/audit/reading.hpp"
#include "tools/audit/reports.hpp"
#include "tools/audit/text_table.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::audit {

using market::cny;
using market::grouped;

namespace {

struct Row {
  std::uint32_t asset;
  std::string holder;
  std::int64_t total = 0;
  AccountParts::Parts parts;

  [[nodiscard]] std::int64_t available() const {
    return total - parts.reserved - parts.pledged - parts.frozen;
  }
  [[nodiscard]] std::string text(std::int64_t amount) const {
    return asset == asset_cash ? cny(amount) : grouped(amount);
  }
};

std::string unit_of(const Row& row, const market::Names& names) {
  return row.asset == asset_cash ? "CNY"
                                 : std::string{names.unit(row.asset - asset_of_instrument(0))};
}

// Whose balance counts as whose: a firm without a group stands for itself, and so does an account
// of the venue.
struct HolderName {
  Holder kind;
  std::string name;
  friend auto operator<=>(const HolderName&, const HolderName&) = default;
};
HolderName holder_of(std::uint32_t account, Holder by, const market::Names& names) {
  const SetFacilityCommand* facility = names.facility(account);
  if (by == Holder::account || facility == nullptr)
    return {Holder::account, names.account(account)};
  const SetFirmCommand* firm = names.firm(names.find_firm(facility->firm.view()));
  if (by == Holder::group && firm != nullptr && !firm->group.empty()) {
    return {Holder::group, std::string{firm->group.view()}};
  }
  return {Holder::firm, std::string{facility->firm.view()}};
}

// By asset, then in the order in which the holders' first accounts were defined.
std::vector<Row> rows_of(const ledger::Balances& balances, const AccountParts& parts, Holder by,
                         const market::Names& names) {
  std::vector<Row> rows;
  std::map<std::pair<std::uint32_t, HolderName>, std::size_t> places;
  for (const ledger::Balances::Row& balance : balances.rows()) {
    const HolderName holder = holder_of(balance.account.value, by, names);
    const auto [place, added] = places.emplace(std::pair{balance.asset, holder}, rows.size());
    if (added) rows.push_back({balance.asset, holder.name, 0, {}});
    Row& row = rows[place->second];
    const AccountParts::Parts more = parts.of(balance.account, balance.asset);
    row.total += balance.amount;
    row.parts.reserved += more.reserved;
    row.parts.pledged += more.pledged;
    row.parts.frozen += more.frozen;
  }
  return rows;
}

std::string_view heading_of(Holder by) {
  switch (by) {
    case Holder::account:
      return "account";
    case Holder::firm:
      return "firm";
    case Holder::group:
      return "group";
  }
  return "";
}

void write_text(const std::vector<Row>& rows, Holder by, const market::Names& names,
                const AsOf& as_of, std::ostream& out) {
  using enum TextTable::Align;
  TextTable table{{{"asset"},
                   {std::string{heading_of(by)}},
                   {"total", right},
                   {"reserved", right},
                   {"pledged", right},
                   {"frozen", right},
                   {"available", right},
                   {"unit"}}};
  for (const Row& row : rows) {
    if (row.total == 0) continue;
    table.add({names.asset(row.asset), row.holder, row.text(row.total),
               row.text(row.parts.reserved), row.text(row.parts.pledged),
               row.text(row.parts.frozen), row.text(row.available()), unit_of(row, names)});
  }
  table.write(out);
  out << "totals from postings alone, the parts of them from orders and holds; the totals of each "
         "asset sum to zero\n"
      << stood_words(as_of);
}

Json json_of(const Row& row, Holder by, const market::Names& names) {
  const std::string unit = row.asset == asset_cash ? "_fen" : "_lots";
  return {{"asset", names.asset(row.asset)},     {std::string{heading_of(by)}, row.holder},
          {"amount" + unit, row.total},          {"reserved" + unit, row.parts.reserved},
          {"pledged" + unit, row.parts.pledged}, {"frozen" + unit, row.parts.frozen},
          {"available" + unit, row.available()}, {"unit", unit_of(row, names)},
          {"text", row.text(row.total)}};
}

}  // namespace

int report_balances_by(const std::filesystem::path& data_dir, Holder by, const Output& output) {
  Describer describer;
  ledger::Balances balances;
  AccountParts parts;
  AsOf as_of;
  const ledger::Result result =
      read_verified(data_dir, output, [&](const EntryView& entry) -> std::string {
        as_of.take(entry.stamp);
        describer.take_names(entry);
        parts.apply(entry);
        return std::string{balances.apply(entry.events)};
      });
  if (!result.ok()) return report_failure(result, data_dir, output);
  const std::vector<Row> rows = rows_of(balances, parts, by, describer.names());
  if (output.json || output.csv) {
    const market::Names& names = describer.names();
    JsonRows written{"balances", Json::array(), Json::array()};
    for (const Row& row : rows) written.rows.push_back(json_of(row, by, names));
    for (const std::uint32_t asset : {asset_cash, asset_of_instrument(0)}) {
      written.examples.push_back(json_of(Row{asset, "", 0, {}}, by, names));
    }
    return write_rows(data_dir, as_of, std::move(written), output);
  }
  write_text(rows, by, describer.names(), as_of, output.out);
  return ledger_is_valid;
}

int report_balances(const std::filesystem::path& data_dir, const Output& output) {
  return report_balances_by(data_dir, Holder::account, output);
}

}  // namespace emx::audit

#include <optional>
#include <ostream>
#include <vector>

#include "tools/audit/answer_table.hpp"
#include "tools/audit/describer.hpp"
#include "tools/audit/reading.hpp"
#include "tools/audit/reports.hpp"
#include "tools/audit/rights_lots.hpp"
#include "tools/audit/text_table.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::audit {

using market::grouped;

namespace {

using Rows = std::vector<RightsLots::Row>;

std::string unit_of(const RightsLots::Row& row, const market::Names& names) {
  return std::string{names.unit(row.asset - asset_of_instrument(0))};
}

void write_text(const Rows& rows, const RightsLots& lots, const market::Names& names,
                const AsOf& as_of, std::ostream& out) {
  using enum TextTable::Align;
  TextTable table{{{"asset"},
                   {"account"},
                   {"lots", right},
                   {"unit"},
                   {"batch"},
                   {"issued to"},
                   {"entry", right}}};
  for (const auto& row : rows) {
    const RightsLots::Issue& issue = lots.issue(row.issue);
    table.add({names.asset(row.asset), names.account(row.account.value), grouped(row.lots),
               unit_of(row, names), std::string{issue.batch.view()}, names.account(issue.to.value),
               std::to_string(issue.sequence)});
  }
  table.write(out);
  out << "of each account from what leaves it first\n" << stood_words(as_of);
}

Json json_of(const RightsLots::Row& row, const RightsLots::Issue& issue,
             const market::Names& names) {
  return {{"asset", names.asset(row.asset)},
          {"account", names.account(row.account.value)},
          {"amount_lots", row.lots},
          {"unit", unit_of(row, names)},
          {"batch", std::string{issue.batch.view()}},
          {"issued_to", names.account(issue.to.value)},
          {"issued_in", issue.sequence}};
}

}  // namespace

int report_lots(const std::filesystem::path& data_dir, const std::optional<std::string>& facility,
                const Output& output) {
  Describer describer;
  RightsLots lots;
  AsOf as_of;
  const ledger::Result result =
      read_verified(data_dir, output, [&](const EntryView& entry) -> std::string {
        as_of.take(entry.stamp);
        describer.take_names(entry);
        return lots.apply(entry);
      });
  if (!result.ok()) return report_failure(result, data_dir, output);
  const market::Names& names = describer.names();
  Rows rows = lots.rows();
  if (facility) {
    const std::uint32_t id = names.find_facility(*facility);
    if (id == no_id) {
      return report_failure({ledger::Status::missing, "there is no facility " + *facility},
                            data_dir, output);
    }
    std::erase_if(rows, [id](const RightsLots::Row& row) { return row.account.value != id; });
  }
  if (output.json || output.csv) {
    JsonRows written{"lots", Json::array(), Json::array({json_of({}, {}, names)})};
    for (const auto& row : rows) written.rows.push_back(json_of(row, lots.issue(row.issue), names));
    return write_rows(data_dir, as_of, std::move(written), output);
  }
  write_text(rows, lots, names, as_of, output.out);
  return ledger_is_valid;
}

}  // namespace emx::audit

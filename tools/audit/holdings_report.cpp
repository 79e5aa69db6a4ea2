#include "tools/audit/answer_table.hpp"
#include "tools/audit/enum_words.hpp"
#include "tools/audit/holdings.hpp"
#include "tools/audit/questions.hpp"
#include "tools/audit/reading.hpp"

namespace emx::audit {

namespace {

bool is_asked_for(std::uint8_t pollutant, const HoldingsQuestion& question) {
  return !question.pollutant || static_cast<std::uint8_t>(*question.pollutant) == pollutant;
}

// "12.34 %" of hundredths of a percent.
Cell share_cell(std::int64_t lots, std::int64_t of_all) {
  const std::int64_t share = share_bp(lots, of_all);
  const std::string rest = std::to_string(share % 100);
  return {Json(share),
          std::to_string(share / 100) + '.' + std::string(2 - rest.size(), '0') + rest + " %"};
}

Cell count_cell(std::size_t count) { return Cell{static_cast<std::int64_t>(count)}; }

Cell year_cell(std::int32_t year) {
  return year == 0 ? Cell{Json{}, "all"} : Cell{Json(year), std::to_string(year)};
}

AnswerTable concentrations_of(const Holdings& holdings, const HoldingsQuestion& question) {
  using enum TextTable::Align;
  AnswerTable table{{{"pollutant", "pollutant"},
                     {"symbol", "series"},
                     {"issued_in", "issued in"},
                     {"held_lots", "held", right},
                     {"unit", "unit"},
                     {"firms", "firms", right},
                     {"holders", "holders", right},
                     {"largest", "largest"},
                     {"largest_share_bp", "share", right},
                     {"hhi_firms", "HHI of firms", right},
                     {"hhi", "HHI", right}}};
  const market::Names& names = holdings.names();
  for (const Holdings::Concentration& one : holdings.concentrations()) {
    if (!is_asked_for(one.pollutant, question)) continue;
    const bool carbon = is_carbon(static_cast<Pollutant>(one.pollutant));
    table.add({name<Pollutant>(one.pollutant),
               one.instrument == no_id ? Cell{Json{}, "all"} : Cell{names.symbol(one.instrument)},
               year_cell(one.issued_in), one.lots, carbon ? "t" : "kg", count_cell(one.firms),
               count_cell(one.holders), one.largest, share_cell(one.largest_lots, one.lots),
               one.hhi_of_firms, one.hhi});
  }
  return table;
}

AnswerTable holders_of(const Holdings& holdings, const HoldingsQuestion& question) {
  using enum TextTable::Align;
  AnswerTable table{{{"pollutant", ""},
                     {"symbol", "series"},
                     {"first_year", ""},
                     {"last_year", ""},
                     {"firm", "firm"},
                     {"group", "group"},
                     {"held_lots", "held", right},
                     {"share_bp", "share", right},
                     {"reserved_lots", "reserved", right},
                     {"pledged_lots", "pledged", right},
                     {"frozen_lots", "frozen", right},
                     {"available_lots", "available", right},
                     {"unit", "unit"}}};
  const market::Names& names = holdings.names();
  for (const Holdings::Row& row : holdings.rows()) {
    const SetInstrumentCommand* book = names.instrument(row.instrument);
    if (book == nullptr || !is_asked_for(book->pollutant, question)) continue;
    table.add({{Json(emx::name_of(static_cast<Pollutant>(book->pollutant))), ""},
               names.symbol(row.instrument),
               {Json(book->first_year), ""},
               {Json(book->last_year), ""},
               row.firm,
               row.group.empty() ? Cell::none() : Cell{row.group},
               row.lots,
               share_cell(row.lots, row.of_all),
               row.parts.reserved,
               row.parts.pledged,
               row.parts.frozen,
               row.lots - row.parts.reserved - row.parts.pledged - row.parts.frozen,
               names.unit(row.instrument)});
  }
  return table;
}

}  // namespace

int report_holdings(const std::filesystem::path& data_dir, const HoldingsQuestion& question,
                    const Output& output) {
  Holdings holdings;
  AsOf as_of;
  const ledger::Result result =
      read_verified(data_dir, output, [&](const EntryView& entry) -> std::string {
        as_of.take(entry.stamp);
        return holdings.apply(entry);
      });
  if (!result.ok()) return report_failure(result, data_dir, output);
  const AnswerTable concentrations = concentrations_of(holdings, question);
  const AnswerTable holders = holders_of(holdings, question);
  return write_answer(
      data_dir, {{"as_of", json_of(as_of)}},
      {{"concentration", "concentration " + words_of(as_of), concentrations,
        "HHI: the sum of the squares of the shares in percent, 0 to 10,000; a holder is a control "
        "group, or a firm without one"},
       {"holdings", "rights by firm", holders,
        "what was retired is held by nobody; shares are of what is held of the series"}},
      output);
}

}  // namespace emx::audit

#include <map>
#include <ostream>

#include "tools/audit/answer_table.hpp"
#include "tools/audit/describer.hpp"
#include "tools/audit/enum_words.hpp"
#include "tools/audit/questions.hpp"
#include "tools/audit/ratio_check.hpp"
#include "tools/audit/reading.hpp"

namespace emx::audit {

namespace {

std::string words_of_ratio(const RatioCheck::Ratio& ratio) {
  return std::to_string(ratio.n) + '/' + std::to_string(ratio.d);
}

void add_sums(AnswerTable& table, Cell pollutant, Cell province, Cell zone, Cell ratio,
              std::string_view unit, const RatioCheck::Sums& sums) {
  table.add({std::move(pollutant), std::move(province), std::move(zone), std::move(ratio),
             sums.deals, sums.sold, sums.credited, sums.retired, sums.posted, unit, sums.at_fault,
             Cell::yes_or_no(sums.holds())});
}

std::string_view unit_of_pollutant(std::uint8_t pollutant) {
  return is_carbon(static_cast<Pollutant>(pollutant)) ? "t" : "kg";
}

// Zone by zone, then the sums of each pollutant.
AnswerTable zones_of(const RatioCheck& check, bool& holds) {
  using enum TextTable::Align;
  AnswerTable table{{{"pollutant", "pollutant"},
                     {"province", "province"},
                     {"zone", "buyer's zone"},
                     {"ratio", "ratio"},
                     {"deals", "deals", right},
                     {"sold_lots", "sold", right},
                     {"credited_lots", "credited", right},
                     {"retired_lots", "retired", right},
                     {"posted_lots", "to ENV-RETIRED", right},
                     {"unit", "unit"},
                     {"at_fault", "at fault", right},
                     {"holds", "sold = credited + retired"}}};
  std::map<std::uint8_t, RatioCheck::Sums> totals;
  for (const auto& [key, sums] : check.rows()) {
    totals[key.pollutant].add(sums);
    add_sums(table, name<Pollutant>(key.pollutant), name<Province>(key.province), key.zone,
             words_of_ratio(key.ratio), unit_of_pollutant(key.pollutant), sums);
  }
  for (const auto& [pollutant, sums] : totals) {
    holds = holds && sums.holds();
    add_sums(table, name<Pollutant>(pollutant), {Json{}, "all"}, {Json{}, "all"}, {Json{}, "all"},
             unit_of_pollutant(pollutant), sums);
  }
  return table;
}

AnswerTable deals_of(const RatioCheck& check, const market::Names& names) {
  using enum TextTable::Align;
  AnswerTable table{{{"deal", "deal"},
                     {"number", "no.", right},
                     {"sequence", "entry", right},
                     {"at_ns", ""},
                     {"at", "time (UTC+8)"},
                     {"symbol", "symbol"},
                     {"buyer", "buyer"},
                     {"seller", "seller"},
                     {"sold_lots", "sold", right},
                     {"credited_lots", "credited", right},
                     {"retired_lots", "retired", right},
                     {"ratio", "ratio"},
                     {"ratio_by_rules", "by the rules"},
                     {"because", "because"},
                     {"credited_by_rules_lots", "to credit", right},
                     {"holds", "holds"}}};
  for (const RatioCheck::Deal& deal : check.deals()) {
    table.add({deal.transfer ? "transfer" : "trade",
               Cell::number(deal.number),
               Cell::number(deal.sequence),
               {Json(deal.at_ns), ""},
               text_of_time(deal.at_ns),
               names.symbol(deal.instrument),
               names.account(deal.buyer),
               names.account(deal.seller),
               deal.sums.sold,
               deal.sums.credited,
               deal.sums.retired,
               words_of_ratio(deal.ratio),
               words_of_ratio(deal.by_rules),
               deal.because,
               deal.credited_by_rules,
               Cell::yes_or_no(deal.sums.holds())});
  }
  return table;
}

}  // namespace

int report_ratios(const std::filesystem::path& data_dir, bool with_trades, const Output& output) {
  Describer describer;
  RatioCheck check;
  AsOf as_of;
  const ledger::Result result =
      read_verified(data_dir, output, [&](const EntryView& entry) -> std::string {
        as_of.take(entry.stamp);
        describer.take_names(entry);
        check.apply(entry, describer.names());
        return {};
      });
  if (!result.ok()) return report_failure(result, data_dir, output);
  bool holds = true;
  const AnswerTable zones = zones_of(check, holds);
  const AnswerTable deals = deals_of(check, describer.names());
  std::vector<AnswerPart> parts{
      {"zones", "replacement ratios of trades and transfers " + words_of(as_of), zones,
       "the ratio and what it credits are found anew from zones, reaches and parameters of then"}};
  if (with_trades) {
    parts.push_back({"deals", "deals of a ratio that is not 1, and all at fault", deals, ""});
  }
  const int written =
      write_answer(data_dir, {{"as_of", json_of(as_of)}, {"holds", holds}}, parts, output);
  if (holds) return written;
  output.err << data_dir.string() << ": a deal does not have the ratio of the rules"
             << (with_trades ? "" : "; --trades names it") << '\n';
  return ledger_is_invalid;
}

}  // namespace emx::audit

#include "tools/rehearsal/later_report.hpp"

#include <nlohmann/json.hpp>
#include <ostream>
#include <utility>

#include "tools/audit/describer.hpp"
#include "tools/audit/text_table.hpp"
#include "tools/market/amount_text.hpp"
#include "tools/rehearsal/effect_json.hpp"
#include "tools/rehearsal/effect_text.hpp"

namespace emx::rehearsal {

using audit::Json;
using audit::TextTable;
using market::cny;
using market::grouped;
using enum TextTable::Align;

namespace {

std::string when(const Later& later) {
  return later.at_ns != 0 ? audit::text_of_time(later.at_ns) : text_of(later.date);
}

void write_trade_changes(const Later& later, const market::Names& names, std::ostream& out) {
  TextTable table{{{"symbol"},
                   {"seller's"},
                   {"buyer's"},
                   {"sold without", right},
                   {"with it", right},
                   {"unit"}}};
  for (const auto& [pair, sums] : later.trades) {
    const auto& [instrument, seller, buyer] = pair;
    table.add({names.symbol(instrument), std::string{name_of(seller)}, std::string{name_of(buyer)},
               grouped(sums.first.sold_lots), grouped(sums.second.sold_lots),
               std::string{names.unit(instrument)}});
  }
  out << "\nTrades at the start of that day, by province\n";
  table.write(out);
}

std::string limits(std::int64_t lower, std::int64_t upper, std::int64_t tick_fen) {
  return cny(lower * tick_fen) + ".." + cny(upper * tick_fen);
}

void write_price_limits(const Later& later, const market::Names& names, std::ostream& out) {
  TextTable table{{{"symbol"}, {"without", right}, {"with it", right}, {"unit"}}};
  for (const Later::PriceLimits& row : later.price_limits) {
    const std::int64_t tick = names.instrument(row.instrument)->tick_fen;
    table.add({names.symbol(row.instrument), limits(row.lower_else, row.upper_else, tick),
               limits(row.lower, row.upper, tick), "CNY"});
  }
  out << "\nPrice limits of that day\n";
  table.write(out);
}

void write_rule_sets(const Later& later, std::ostream& out) {
  const auto write = [&](const char* course, const std::vector<std::string>& lines) {
    if (lines.empty()) out << "    " << course << ": none comes\n";
    for (const std::string& line : lines) out << "    " << course << ": " << line << '\n';
  };
  out << "\nRule set of that day\n";
  write("without", later.rule_sets_else);
  write("with it", later.rule_sets);
}

}  // namespace

void write_later(const Later& later, const market::Names& names, std::ostream& out) {
  out << "\nLater, " << when(later) << ": " << later.what << '\n';
  if (!later.differs()) {
    if (later.at_ns == 0) out << "    nothing of what is open now would end or trade otherwise\n";
    return;
  }
  if (!later.cancelled.empty()) {
    write_orders("Orders that would end", later.cancelled, names, out);
  }
  if (!later.kept.empty()) {
    write_orders("Orders that would stay, and end without it", later.kept, names, out);
  }
  if (!later.trades.empty()) write_trade_changes(later, names, out);
  if (later.rule_sets != later.rule_sets_else) write_rule_sets(later, out);
  if (!later.price_limits.empty()) write_price_limits(later, names, out);
  if (!later.rooms.empty()) {
    write_rooms(
        {"Quota rooms of " + std::to_string(later.year) + " on that day", "without", "with it"},
        later.rooms, out);
  }
}

Json json_of(const Later& later, const market::Names& names) {
  Json trades = Json::array();
  for (const auto& [pair, sums] : later.trades) {
    const auto& [instrument, seller, buyer] = pair;
    trades.push_back({{"symbol", names.symbol(instrument)},
                      {"seller", name_of(seller)},
                      {"buyer", name_of(buyer)},
                      {"sold_before", sums.first.sold_lots},
                      {"sold_after", sums.second.sold_lots},
                      {"unit", names.unit(instrument)}});
  }
  Json price_limits = Json::array();
  for (const Later::PriceLimits& row : later.price_limits) {
    const std::int64_t tick = names.instrument(row.instrument)->tick_fen;
    price_limits.push_back({{"symbol", names.symbol(row.instrument)},
                            {"lower_before_fen", row.lower_else * tick},
                            {"upper_before_fen", row.upper_else * tick},
                            {"lower_after_fen", row.lower * tick},
                            {"upper_after_fen", row.upper * tick}});
  }
  return {{"when", when(later)},
          {"what", later.what},
          {"cancelled", json_of(later.cancelled, names)},
          {"kept", json_of(later.kept, names)},
          {"trades", std::move(trades)},
          {"price_limits", std::move(price_limits)},
          {"rule_sets", {{"before", later.rule_sets_else}, {"after", later.rule_sets}}},
          {"rooms", json_of(later.rooms, later.year)}};
}

}  // namespace emx::rehearsal

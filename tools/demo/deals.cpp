#include "engine/vocabulary/enums.hpp"
#include "tools/demo/scenes.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::demo {

using audit::TextTable;
using market::cny;
using market::grouped;

namespace {

constexpr const char* so2 = "SO2.AIR.YRD.IND.2630";
constexpr Fen so2_price{600'000};    // CNY 6,000 per t and year
constexpr Fen nox_price{450'000};    // 4,500
constexpr Fen voc_price{1'198'000};  // 11,980

// The deals as the ledger has them. Returns the sum of their amounts.
Fen show(Stage& stage, const std::vector<LedgerTrade>& trades) {
  using enum TextTable::Align;
  TextTable table{{{"symbol"},
                   {"buyer"},
                   {"seller"},
                   {"sold kg", right},
                   {"credited kg", right},
                   {"CNY/t/a", right},
                   {"years", right},
                   {"amount CNY", right},
                   {"trade", right},
                   {"entry", right}}};
  Fen sum;
  for (const LedgerTrade& trade : trades) {
    sum += trade.amount;
    table.add({trade.symbol, trade.buyer, trade.seller, grouped(trade.quantity.value),
               grouped(trade.credited.value), cny(trade.price.value), std::to_string(trade.years),
               cny(trade.amount.value), trade.trade_no, std::to_string(trade.sequence)});
  }
  stage.table(table);
  return sum;
}

std::vector<LedgerTrade> play(Stage& stage, const std::vector<Deal>& deals) {
  std::vector<Fill> fills;
  fills.reserve(deals.size());
  for (const Deal& deal : deals) fills.push_back(stage.make(deal));
  return stage.take_trades(fills);
}

}  // namespace

void play_jingde(Stage& stage) {
  stage.heading("The Jingde deal: Anhui's government reserve sells to a heat and power plant");
  stage.authority().lead({"reference-price", so2, "6000.00"});
  stage.authority().lead({"reference-price", nox, "4500.00"});
  const auto trades = play(stage, {{"AH016", "AH143", so2, Lots{8'074}, so2_price},
                                   {"AH016", "AH143", nox, Lots{21'648}, nox_price}});
  const Fen sum = show(stage, trades);
  if (trades.size() == 2) {
    stage.findings().expect("SO2, as published", Fen{24'222'000}, trades[0].amount);
    stage.findings().expect("NOx, as published", Fen{48'708'000}, trades[1].amount);
  }
  stage.findings().expect("together, as published", Fen{72'930'000}, sum);
}

void play_four_deals(Stage& stage) {
  struct Position {
    Province province;
    std::int64_t expected_kg;
    std::int64_t before_kg = 0;
  };
  std::vector<Position> positions = {{Province::sh, -4'257},
                                     {Province::js, -5'000},
                                     {Province::zj, 13'000},
                                     {Province::ah, -3'743}};
  const auto net_of = [&](Province province) {
    return stage.authority().quota(stage.year, name_of(province), "VOC").net_inflow;
  };
  stage.heading("The four cross-province deals of June 2024, in one book");
  for (Position& position : positions) position.before_kg = net_of(position.province);
  show(stage, play(stage, {{"ZJ063", "SH049", voc, Lots{4'000}, voc_price},
                           {"AH052", "SH065", voc, Lots{257}, voc_price},
                           {"ZJ043", "JS074", voc, Lots{5'000}, voc_price},
                           {"ZJ063", "AH076", voc, Lots{4'000}, voc_price}}));
  std::int64_t sum = 0;
  for (const Position& position : positions) {
    const std::int64_t change_kg = net_of(position.province) - position.before_kg;
    sum += change_kg;
    stage.findings().expect("net VOC of " + std::string{name_of(position.province)} + ", kg",
                            position.expected_kg, change_kg);
  }
  stage.findings().expect("sum of the provinces, kg", 0, sum);
}

}  // namespace emx::demo

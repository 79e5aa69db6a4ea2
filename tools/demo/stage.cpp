#include "tools/demo/stage.hpp"

#include <algorithm>
#include <ostream>
#include <sstream>

#include "engine/vocabulary/check.hpp"
#include "tools/demo/failure.hpp"

namespace emx::demo {

using fix_client::Report;

Stage::Stage(const Options& options, std::ostream& out)
    : options_{options}, out_{out}, authority_{options}, findings_{out} {
  for (const std::string& firm : cast()) {
    desks_.emplace(firm, std::make_unique<Desk>(io_, firm, options_));
  }
  for (const LedgerTrade& trade : authority_.trades_after(0)) {
    ledger_at_start = trades_taken_to_ = trade.sequence;
  }
}

void Stage::log_on() {
  for (const auto& [firm, desk] : desks_) desk->log_on();
}

void Stage::log_out() {
  for (const auto& [firm, desk] : desks_) desk->log_out();
}

Desk& Stage::desk(std::string_view firm) {
  const auto found = desks_.find(firm);
  check(found != desks_.end());
  return *found->second;
}

Report Stage::rest(std::string_view firm, const Wish& wish) {
  Report report = desk(firm).enter(wish);
  if (report.exec_type != '0') {
    throw Failure{std::string{firm} + "'s order was refused: " + report.text};
  }
  return report;
}

Fill Stage::make(const Deal& deal) {
  const Report ask = rest(deal.seller, {Side::sell, deal.symbol, deal.quantity, deal.price});
  const Report bid = rest(deal.buyer, {Side::buy, deal.symbol, deal.quantity, deal.price});
  Fill fill{desk(deal.buyer).fills_of(bid.cl_ord_id, 1).front(),
            desk(deal.seller).fills_of(ask.cl_ord_id, 1).front()};
  const std::string pair = std::string{deal.buyer} + " and " + std::string{deal.seller};
  findings_.expect_quietly("trade number told to " + pair, fill.buyer.trade_id,
                           fill.seller.trade_id);
  findings_.expect_quietly("quantity of " + pair, std::to_string(deal.quantity.value),
                           std::to_string(fill.buyer.last_quantity.value));
  return fill;
}

std::vector<LedgerTrade> Stage::take_trades(std::size_t count) {
  std::vector<LedgerTrade> trades = authority_.trades_after(trades_taken_to_);
  findings_.expect_quietly("trades in the ledger", std::to_string(count),
                           std::to_string(trades.size()));
  if (!trades.empty()) trades_taken_to_ = trades.back().sequence;
  return trades;
}

std::vector<LedgerTrade> Stage::take_trades(const std::vector<Fill>& fills) {
  std::vector<LedgerTrade> trades = take_trades(fills.size());
  for (std::size_t i = 0; i < std::min(fills.size(), trades.size()); ++i) {
    const LedgerTrade& trade = trades[i];
    const Report& told = fills[i].buyer;
    const std::string what = "of trade " + trade.trade_no + ", FIX against the ledger: ";
    findings_.expect_quietly(what + "number", trade.trade_no, told.trade_id);
    findings_.expect_quietly(what + "entry", std::to_string(trade.sequence),
                             std::to_string(told.ledger_seq));
    findings_.expect_quietly(what + "quantity", std::to_string(trade.quantity.value),
                             std::to_string(told.last_quantity.value));
    findings_.expect_quietly(what + "credited", std::to_string(trade.credited.value),
                             std::to_string(told.credited.value));
    findings_.expect_quietly(what + "price", std::to_string(trade.price.value),
                             std::to_string(told.last_price.value));
  }
  return trades;
}

void Stage::heading(std::string_view text) {
  out_ << '\n' << ++headings_ << "  " << text << '\n' << std::flush;
}

void Stage::say(std::string_view text) { out_ << "   " << text << '\n' << std::flush; }

void Stage::table(const audit::TextTable& table) {
  std::stringstream text;
  table.write(text);
  out_ << '\n';
  for (std::string line; std::getline(text, line);) out_ << "   " << line << '\n';
  out_ << '\n' << std::flush;
}

}  // namespace emx::demo

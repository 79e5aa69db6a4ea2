#include "tools/demo/scenes.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::demo {

using fix_client::BlockReport;
using market::cny;
using market::grouped;

namespace {

constexpr Fen block_price{1'150'000};  // CNY 11,500 per t and year
constexpr Lots block_size{36'000};     // more than a listed order may have

}  // namespace

// Market-rules 9: the buyer is in a key zone, so two of three kg are credited, and one is retired.
void play_block(Stage& stage) {
  stage.heading("A block: Anhui's reserve sells more than a listed order may have to Shanghai");
  stage.authority().lead({"block-session", "open"});
  Desk& seller = stage.desk("AH143");
  Desk& buyer = stage.desk("SH065");
  const BlockReport taken =
      seller.submit_block({Side::sell, voc, block_size, block_price}, buyer.account());
  const BlockReport alleged = buyer.alleged_block();
  stage.say("AH143 reports " + grouped(block_size.value) + " kg at " + cny(block_price.value) +
            " with SH065, who is told of it as " + alleged.report_id + " and accepts.");
  buyer.accept_block(alleged);
  const BlockReport bought = buyer.block_trade(alleged.report_id);
  const BlockReport sold = seller.block_trade(taken.report_id);
  stage.authority().lead({"block-session", "closed"});

  Findings& findings = stage.findings();
  findings.expect_quietly("trade number told to both sides", bought.trade_id, sold.trade_id);
  findings.expect("ratio of a buyer in a key zone", "3/2", bought.ratio);
  findings.expect("credited, kg", Lots{block_size.value * 2 / 3}, bought.credited);
  findings.expect("retired, kg", block_size - Lots{block_size.value * 2 / 3}, bought.retired);
  const std::vector<LedgerTrade> trades = stage.take_trades(1);
  if (trades.empty()) return;
  const LedgerTrade& trade = trades.front();
  findings.expect("trade in the ledger", trade.trade_no, bought.trade_id);
  findings.expect("quantity there, kg", block_size, trade.quantity);
  findings.expect_quietly("credited there", std::to_string(bought.credited.value),
                          std::to_string(trade.credited.value));
  findings.expect_quietly("entry", std::to_string(trade.sequence),
                          std::to_string(bought.ledger_seq));
  stage.say("Trade " + trade.trade_no + " in entry " + std::to_string(trade.sequence) + ": " +
            cny(trade.amount.value) + " CNY.");
}

}  // namespace emx::demo

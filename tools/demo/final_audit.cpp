#include "tools/demo/scenes.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::demo {

using market::cny;
using market::grouped;

void audit_the_day(Stage& stage) {
  stage.heading("The ledger of it all, by the audit");
  const nlohmann::json verdict = stage.authority().verify();
  Lots sold;
  Fen amount;
  const auto trades = stage.authority().trades_after(stage.ledger_at_start);
  for (const LedgerTrade& trade : trades) {
    sold += trade.quantity;
    amount += trade.amount;
  }
  const bool valid = verdict.value("verdict", std::string{}) == "valid";
  stage.say(grouped(verdict.value("entries", std::int64_t{0})) + " entries: " +
            (valid ? "chain, balances and quotas are sound, and a replay gives every event again."
                   : verdict.value("reason", std::string{"no reason given"})));
  stage.say("Today: " + std::to_string(trades.size()) + " trades, " + grouped(sold.value) +
            " kg, " + cny(amount.value) + " CNY.");
  stage.say("Head " + verdict.value("head", std::string{}));
  stage.findings().expect("verdict", "valid", verdict.value("verdict", std::string{}));
  stage.findings().expect("trades of the day", 10, static_cast<std::int64_t>(trades.size()));
}

}  // namespace emx::demo

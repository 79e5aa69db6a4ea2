#include <string>
#include <variant>

#include "tests/model/market_audit.hpp"

// The audit of transfers (market-rules 12).

namespace emx::model {

void MarketAudit::take(const Trust& c) {
  trusted_.erase({c.from, c.to});
  if (c.trusted) trusted_.insert({c.from, c.to});
}

void MarketAudit::read_transfer(const Command& command, const ParsedLine& line) {
  const std::int64_t number = std::stoll(line.word(1));
  const std::string& stage = line.word(2);
  if (stage == "requested") {
    const auto* sent = std::get_if<Transfer>(&command);
    if (sent == nullptr || !sent->approved || !trusted_.contains({sent->from, sent->to})) {
      return find("transfer", "nobody may ask for it");
    }
    const Day due = days_after(today_, 4);
    if (line.value("due") != text(due)) find("transfer", "due on another day");
    pending_[number] = {sent->from, sent->to, sent->symbol, sent->quantity, due};
    held_expected_[{sent->symbol, sent->from}].frozen += sent->quantity;
    return;
  }
  const auto found = pending_.find(number);
  if (found == pending_.end()) return find("transfer", "none waits");
  const Pending transfer = found->second;
  pending_.erase(found);
  if (line.number("qty") != transfer.quantity) find("transfer", "not whole");
  held_expected_[{transfer.symbol, transfer.from}].frozen -= transfer.quantity;
  if (stage == "ended") {
    const bool distrusted = std::holds_alternative<Trust>(command);
    if (distrusted != (line.value("code") == "P05_NOT_YOUR_ACCOUNT")) {
      find("transfer", "ended for another reason");
    }
    return;
  }
  if (today_ < transfer.due || !std::holds_alternative<DayOpen>(command)) {
    find("transfer", "before its day");
  }
  if (!trusted_.contains({transfer.from, transfer.to})) find("transfer", "between strangers");
  Order bid;
  bid.facility = transfer.to;
  bid.symbol = transfer.symbol;
  Order ask = bid;
  ask.side = Side::sell;
  ask.facility = transfer.from;
  if (!may_hold_orders_of(bid) || !may_hold_orders_of(ask)) find("transfer", "barred by a rule");
  judge_ratio(bid, ask, line);
  expected_[{transfer.symbol, transfer.from}] -= transfer.quantity;
  expected_[{transfer.symbol, transfer.to}] += line.number("credited");
  expected_[{transfer.symbol, "ENV-RETIRED"}] += line.number("retired");
  count_fill(bid, ask, line.number("qty"), line.number("credited"), line.number("retired"));
}

void MarketAudit::judge_transfers() {
  for (const auto& [number, transfer] : pending_) {
    if (transfer.due <= today_) find("transfer", std::to_string(number) + " outlived its day");
  }
}

}  // namespace emx::model

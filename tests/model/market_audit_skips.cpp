#include <algorithm>
#include <cstdint>
#include <vector>

#include "tests/model/market_audit.hpp"

// Market-rules 8.2: who was passed over, and whether a SKIP says so.

namespace emx::model {

void MarketAudit::read_skip(const ParsedLine& line) {
  (passed_at_last_fill_.empty() ? pass_skips_ : fixpoint_skips_).push_back(line);
  // Those of bids that are gone speak of a state that is gone, too.
  const Order& taker = orders_[line.order(1)];
  if (!taker.open && !passed_at_last_fill_.empty()) return;
  std::int64_t displayed = 0;
  for (const auto& [number, order] : orders_) {
    const bool meant = order.open && order.side != taker.side && order.symbol == taker.symbol &&
                       crosses(taker, order) && class_of(order) == line.value("class") &&
                       order.price == line.number("price");
    if (meant) displayed += order.shown;
  }
  if (line.number("qty") < 1 || line.number("qty") > displayed) {
    find("skip", "names more than is displayed");
  }
}

void MarketAudit::note_passed_in_pass(const Order& taker, const Order& maker) {
  for (const auto& [number, order] : orders_) {
    const bool better = order.open && order.side == maker.side && order.symbol == maker.symbol &&
                        crosses(taker, order) && ahead(order, maker);
    if (better) passed_in_pass_.push_back({taker.number, number});
  }
}

void MarketAudit::note_passed_in_fixpoint(const Order& bid, const Order& ask) {
  std::vector<Passed>& passed = passed_at_last_fill_[bid.number];
  passed.clear();
  for (const auto& [number, order] : orders_) {
    const bool better = order.open && order.side == Side::sell && order.symbol == ask.symbol &&
                        crosses(bid, order) && ahead(order, ask);
    if (better) passed.push_back({bid.number, number});
  }
}

void MarketAudit::end_pass() {
  if (!in_pass_) return;
  in_pass_ = false;
  show(orders_[taker_]);
  for (const Passed& passed : passed_in_pass_) {
    if (orders_[passed.order].open) due_in_pass_.push_back(passed);
  }
  const Order& taker = orders_[taker_];
  for (const auto& [number, order] : orders_) {
    if (taker.open && order.open && order.side != taker.side && order.symbol == taker.symbol &&
        crosses(taker, order)) {
      due_in_pass_.push_back({taker_, number});
    }
  }
}

void MarketAudit::judge_skips() {
  const auto covered = [this](const Passed& passed, const std::vector<ParsedLine>& skips) {
    const Order& order = orders_[passed.order];
    return std::any_of(skips.begin(), skips.end(), [&](const ParsedLine& skip) {
      const std::int64_t price = skip.number("price");
      return skip.order(1) == passed.by && skip.value("class") == class_of(order) &&
             (order.side == Side::sell ? price <= order.price : price >= order.price);
    });
  };
  for (const Passed& passed : due_in_pass_) {
    if (!covered(passed, pass_skips_)) find("skip", "missing in the pass");
  }
  for (const auto& [number, order] : orders_) {
    if (order.side != Side::buy) continue;
    const auto filled = passed_at_last_fill_.find(number);
    if (!order.open && filled != passed_at_last_fill_.end()) {
      for (const Passed& passed : filled->second) {
        if (!covered(passed, fixpoint_skips_)) find("skip", "missing for a bid that is gone");
      }
    }
    const bool ahead_of_a_fill = std::any_of(
        passed_at_last_fill_.begin(), passed_at_last_fill_.end(), [&, &o = order](const auto& row) {
          const Order& other = orders_[row.first];
          return other.symbol == o.symbol && !ahead(other, o);
        });
    if (!order.open || !ahead_of_a_fill) continue;
    for (const auto& [ask_number, ask] : orders_) {
      const bool due =
          ask.open && ask.side == Side::sell && ask.symbol == order.symbol && crosses(order, ask);
      // A pair beyond the collar may trade, and did not.
      const bool collared = phases_[order.symbol] == Phase::volatility && executable(order, ask);
      if (due && !collared && !covered({number, ask_number}, fixpoint_skips_)) {
        find("skip", "missing for a bid that rests");
      }
    }
  }
}

}  // namespace emx::model

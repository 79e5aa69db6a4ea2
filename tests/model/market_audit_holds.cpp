#include <algorithm>
#include <string>

#include "tests/model/market_audit.hpp"

// The audit of what authorities hold back (market-rules 10 and 11).

namespace emx::model {

void MarketAudit::take(const Freeze& c) {
  held_expected_[{c.symbol.empty() ? "cash" : c.symbol, c.facility}].frozen += c.amount;
}

void MarketAudit::take(const Pledge& c) {
  held_expected_[{c.symbol.empty() ? "cash" : c.symbol, c.facility}].pledged += c.amount;
}

void MarketAudit::read_held(const ParsedLine& line) {
  held_back_[{line.word(1), line.word(2)}] = {line.number("pledged"), line.number("frozen")};
}

void MarketAudit::judge_holds() {
  if (held_back_ != held_expected_) find("hold", "held back is not what authorities said");
}

void MarketAudit::judge_hold(const std::string& facility, const std::string& symbol) {
  const bool cash = symbol.empty();
  const auto reserves = [&](const Order& order) {
    if (order.facility != facility) return false;
    return cash ? order.side == Side::buy : order.side == Side::sell && order.symbol == symbol;
  };
  const Account account{cash ? "cash" : symbol, facility};
  std::int64_t available =
      posted_[account] - held_back_[account].pledged - held_back_[account].frozen;
  for (const auto& [number, order] : orders_) {
    if (order.open && reserves(order)) available -= order.reserved;
  }
  for (const auto& [number, block] : blocks_) {
    if (cash || block.symbol == symbol) available -= block.reserved_of(facility, cash);
  }
  for (auto block = ended_blocks_.rbegin(); block != ended_blocks_.rend(); ++block) {
    for (const auto& [number, order] : orders_) {
      if (order.open && reserves(order)) find("hold", "ended a block before the orders were gone");
    }
    available -= block->reserved_of(facility, cash);
    if (available >= 0) find("hold", "ended more blocks than it needed");
  }
  if (cancelled_.empty()) return;
  std::int64_t oldest = orders_[cancelled_.front().order].arrival + 1;
  for (const Cancelled& one : cancelled_) {
    const Order& order = orders_[one.order];
    if (!reserves(order)) find("hold", "cancelled an order that reserves nothing of it");
    if (one.code != (cash ? "L01_CASH" : "L02_RIGHTS"))
      find("hold", "cancelled for another reason");
    if (order.arrival >= oldest) find("hold", "cancelled an older order before a newer one");
    oldest = order.arrival;
  }
  for (const auto& [number, order] : orders_) {
    if (!order.open || !reserves(order)) continue;
    if (order.arrival > oldest) find("hold", named(number) + " rests although an older one went");
  }
  if (available - cancelled_.back().released >= 0) find("hold", "cancelled more than it needed");
}

}  // namespace emx::model

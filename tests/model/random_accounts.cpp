#include <algorithm>
#include <cstdint>
#include <string>

#include "tests/model/random_market.hpp"

// What authorities do with accounts: withdrawals, freezes and pledges, of about what is there.

namespace emx::model {

// Often of what a facility has orders on, so that some must go.
RandomMarket::Target RandomMarket::target() {
  Target target;
  if (!open_.empty() && random_.chance(80)) {
    const OrderSketch& order = random_.pick(open_);
    target.facility = order.facility;
    if (order.side == Side::sell) target.symbol = order.symbol;
  } else {
    target.facility = random_.pick(facilities_).facility;
    if (random_.chance(60)) target.symbol = random_.pick(books_).terms.symbol;
  }
  target.has = std::max<std::int64_t>(0, held_of_[{target.symbol, target.facility}]);
  if (random_.chance(3)) target.facility = "NOBODY";
  if (!target.symbol.empty() && random_.chance(3)) target.symbol = "NOX.AIR.NOWHERE";
  return target;
}

Command RandomMarket::withdraw() {
  Withdraw withdraw;
  withdraw.facility = target().facility;
  withdraw.amount_fen = random_.chance(10) ? 0 : random_.between(1, 200'000);
  const std::int64_t cash = held_of_[{"", withdraw.facility}];
  if (random_.chance(10)) withdraw.amount_fen = cash + random_.between(-1, 1);
  withdraw.approved = random_.chance(85);
  return withdraw;
}

Command RandomMarket::hold() {
  if (!holds_.empty() && random_.chance(45)) {
    const std::size_t which =
        static_cast<std::size_t>(random_.between(0, static_cast<std::int64_t>(holds_.size()) - 1));
    Command less = holds_[which];
    std::visit(
        [this](auto& c) {
          if constexpr (requires { c.amount; }) {
            c.amount = -c.amount + random_.between(-1, 1);
            c.approved = random_.chance(85);
          }
        },
        less);
    if (random_.chance(70)) holds_.erase(holds_.begin() + static_cast<std::ptrdiff_t>(which));
    return less;
  }
  const Target of = target();
  std::int64_t amount = of.has;
  if (random_.chance(50)) {
    amount = random_.between(0, of.has);
  } else if (random_.chance(70)) {
    amount = of.has - std::min(of.has, random_.between(0, of.symbol.empty() ? 100'000 : 100));
  } else if (random_.chance(50)) {
    amount += random_.between(0, 1);
  }
  const Command more = random_.chance(50) ? Command{Freeze{of.facility, of.symbol, amount, false}}
                                          : Command{Pledge{of.facility, of.symbol, amount, false}};
  holds_.push_back(more);
  return more;
}

// A pair between which something may go, and then what goes.
void RandomMarket::plan_transfer() {
  const Target of = target();
  Trust trust;
  trust.from = of.facility;
  const SetFacility* to = &random_.pick(facilities_);
  const auto from = std::find_if(facilities_.begin(), facilities_.end(),
                                 [&](const SetFacility& f) { return f.facility == of.facility; });
  for (const SetFacility& facility : facilities_) {  // often of one zone, which may miss its target
    const bool alike = from != facilities_.end() && facility.facility != from->facility &&
                       facility.province == from->province && facility.zone == from->zone;
    if (alike && random_.chance(30)) to = &facility;
  }
  trust.to = to->facility;
  trust.approved = random_.chance(90);
  if (random_.chance(90)) planned_.emplace_back(trust);
  const std::int64_t times = random_.between(1, 4);
  for (std::int64_t i = 0; i < times; ++i) {
    Transfer transfer;
    transfer.from = trust.from;
    transfer.to = trust.to;
    transfer.symbol = of.symbol.empty() ? random_.pick(books_).terms.symbol : of.symbol;
    const std::int64_t has = held_of_[{transfer.symbol, transfer.from}];
    transfer.quantity = random_.chance(80) ? random_.between(1, 200) : random_.between(0, has + 1);
    transfer.approved = random_.chance(90);
    planned_.emplace_back(transfer);
    plan_trading(random_.between(0, 2));
  }
  if (random_.chance(15)) {
    trust.trusted = false;
    planned_.emplace_back(trust);
  }
}

}  // namespace emx::model

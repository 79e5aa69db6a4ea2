#include <string>
#include <vector>

#include "tests/model/random_market.hpp"

// Limits on orders and the kill switch.

namespace emx::model {

Genesis random_genesis() {
  Genesis genesis;
  genesis.carbon_extra_t_max = 1'500;
  genesis.listed_kg_max = genesis.listed_carbon_t_max = listed_max;
  genesis.capacities = {14, 10};  // a market begins with up to 12 zones and 8 books
  return genesis;
}

// Mostly one that hinders, and in the end none again.
Command RandomMarket::limit() {
  SetLimit limit;
  limit.at_ms = now_ms_;
  if (!limits_.empty() && random_.chance(40)) {
    limit = limits_.back();
    limits_.pop_back();
    limit.at_ms = now_ms_;
    limit.until_ms = 0;
    limit.value = -1;
    return limit;
  }
  limit.kind = static_cast<LimitKind>(random_.between(0, 3));
  limit.scope = static_cast<Scope>(random_.between(1, 4));
  if (limit.kind == LimitKind::order_rate) limit.scope = Scope::firm;
  if (random_.chance(60)) {
    const SetFacility& facility = random_.pick(facilities_);
    if (limit.scope == Scope::firm) limit.name = facility.firm;
    if (limit.scope == Scope::group) limit.name = random_.chance(50) ? "G1" : "G2";
    if (limit.scope == Scope::facility) limit.name = facility.facility;
    if (limit.scope == Scope::instrument) limit.name = random_.pick(books_).terms.symbol;
    if (random_.chance(5)) limit.name = "NOBODY";
  }
  const bool far = random_.chance(20);
  switch (limit.kind) {
    case LimitKind::open_orders:
      limit.value = far ? 1'000 : random_.between(0, 9);
      break;
    case LimitKind::order_rate:
      limit.value = far ? 1'000 : random_.between(0, 3);
      break;
    case LimitKind::order_quantity:
      limit.value = far ? 100'000 : random_.between(0, 600);
      break;
    case LimitKind::order_value:
      limit.value = far ? largest_amount : random_.between(0, 4'000'000);
      break;
  }
  if (random_.chance(50)) {
    limit.until_ms = now_ms_ + random_.between(1, 20'000);
    constexpr std::int64_t longest_ms = 90LL * 24 * 60 * 60 * 1'000;
    if (far && random_.chance(30)) limit.until_ms = now_ms_ + longest_ms + random_.between(-1, 1);
    limit.approved = random_.chance(85);
  } else if (limit.name != "NOBODY") {
    limits_.push_back(limit);
  }
  return limit;
}

// Stopped for a few commands, then let in again.
void RandomMarket::plan_kill() {
  KillSwitch kill;
  kill.scope = static_cast<Scope>(random_.between(0, 6));
  if (kill.scope == Scope::facility) kill.scope = Scope::firm;
  const SetFacility& facility = random_.pick(facilities_);
  if (kill.scope == Scope::firm) kill.name = random_.chance(95) ? facility.firm : "F999";
  if (kill.scope == Scope::group) kill.name = random_.chance(50) ? "G1" : "G2";
  if (kill.scope == Scope::instrument) {
    kill.name = random_.chance(95) ? random_.pick(books_).terms.symbol : "NOX.AIR.NOWHERE";
  }
  if (kill.scope == Scope::province) kill.name = text(facility.province);
  if (kill.scope == Scope::basin) {
    kill.name = random_.chance(60) ? facility.basin : random_.pick(books_).terms.basin;
    if (random_.chance(10)) kill.name = "NOWHERE";
  }
  const bool has_member = kill.scope == Scope::group && random_.chance(60);
  if (has_member) planned_.emplace_back(SetFirm{facility.firm, kill.name});
  planned_.emplace_back(kill);
  plan_trading(random_.between(1, 6));
  if (has_member) planned_.emplace_back(SetFirm{facility.firm, some_group()});  // it may not leave
  if (kill.scope == Scope::group) planned_.emplace_back(SetFirm{random_.pick(firms_), kill.name});
  plan_trading(random_.between(0, 3));
  kill.killed = false;
  if (random_.chance(20)) planned_.emplace_back(kill);  // by one person alone
  kill.approved = true;
  planned_.emplace_back(kill);
}

}  // namespace emx::model

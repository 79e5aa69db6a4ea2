#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/model/reference_market.hpp"

// Market-rules 10: limits on orders, the kill switch, and what a group may hold of carbon.

namespace emx::model {

namespace {

// The names by which an order meets limits, in the order in which they are tested.
std::vector<std::pair<Scope, std::string>> names_of(const State& state, const Order& order) {
  const Facility& facility = state.facilities[order.facility];
  std::vector<std::pair<Scope, std::string>> names = {
      {Scope::instrument, state.books[order.book].terms.symbol},
      {Scope::facility, facility.terms.facility},
      {Scope::firm, facility.terms.firm}};
  const std::string& group = state.group_of(facility);
  if (!group.empty()) names.emplace_back(Scope::group, group);
  return names;
}

bool is_of(const State& state, const Order& order, const std::pair<Scope, std::string>& name) {
  const auto names = names_of(state, order);
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::int64_t State::limit(LimitKind kind, Scope scope, const std::string& name) const {
  for (const std::string& whose : {name, std::string{}}) {
    const auto found = limits.find({kind, scope, whose});
    if (found == limits.end()) continue;
    const Limit& limit = found->second;
    const std::int64_t value = now_ms < limit.until_ms ? limit.temporary : limit.lasting;
    if (value != -1) return value;
  }
  return -1;
}

bool State::is_killed(const Facility& facility, const Book& book) const {
  const std::string& group = group_of(facility);
  return killed.contains({Scope::all, ""}) || killed.contains({Scope::firm, facility.terms.firm}) ||
         (!group.empty() && killed.contains({Scope::group, group})) ||
         killed.contains({Scope::province, std::string{text(facility.terms.province)}}) ||
         killed.contains({Scope::basin, facility.terms.basin}) ||
         killed.contains({Scope::basin, book.terms.basin}) ||
         killed.contains({Scope::instrument, book.terms.symbol});
}

bool State::is_basin(const std::string& name) const {
  if (name.empty()) return false;  // that of carbon is none
  const auto lies_in = [&](const auto& row) { return row.terms.basin == name; };
  return std::ranges::any_of(facilities, lies_in) || std::ranges::any_of(books, lies_in);
}

// A second's tokens at most; an order or a replace takes one.
Refusal ReferenceMarket::rate_refusal(const std::string& firm) {
  const std::int64_t rate = state_.limit(LimitKind::order_rate, Scope::firm, firm);
  if (rate == -1) return Code::none;
  Bucket& bucket = state_.buckets[firm];
  const std::int64_t full = rate * 1'000;
  const std::int64_t gained = (state_.now_ms - bucket.at_ms) * rate;
  bucket.thousandths = bucket.used ? std::min(full, bucket.thousandths + gained) : full;
  bucket.at_ms = state_.now_ms;
  bucket.used = true;
  if (bucket.thousandths < 1'000) {
    // Nanoseconds to the next token; at a rate of 0 a second.
    const std::int64_t lack = (1'000 - bucket.thousandths) * 1'000'000;
    return {Code::o04_rate, rate, rate == 0 ? 1'000'000'000 : (lack + rate - 1) / rate};
  }
  bucket.thousandths -= 1'000;
  return Code::none;
}

Refusal ReferenceMarket::limit_refusal(LimitKind kind, Code code, const Order& order,
                                       Wide value) const {
  for (const auto& [scope, name] : names_of(state_, order)) {
    const std::int64_t limit = state_.limit(kind, scope, name);
    if (limit != -1 && value > limit) return {code, limit, value};
  }
  return Code::none;
}

Refusal ReferenceMarket::open_orders_refusal(const Order& order) const {
  for (const auto& name : names_of(state_, order)) {
    const std::int64_t limit = state_.limit(LimitKind::open_orders, name.first, name.second);
    const auto open =
        std::count_if(state_.orders.begin(), state_.orders.end(),
                      [&](const Order& other) { return other.open && is_of(state_, other, name); });
    if (limit != -1 && open + 1 > limit) return {Code::o03_open_orders, limit, open + 1};
  }
  return Code::none;
}

// H01: `more` t of open bids, of the whole group or of the firm that has none.
Refusal ReferenceMarket::carbon_refusal(const Order& order, std::int64_t more) const {
  if (!order.is_buy() || !state_.books[order.book].is_carbon() || more <= 0) return Code::none;
  const Facility& buyer = state_.facilities[order.facility];
  const std::string& group = state_.group_of(buyer);
  const auto is_theirs = [&](const std::string& firm, const std::string& its_group) {
    return group.empty() ? firm == buyer.terms.firm : its_group == group;
  };
  Wide allocated = 0;
  for (const Firm& firm : state_.firms) {
    const auto found = state_.allocated.find(firm.name);
    if (is_theirs(firm.name, firm.group) && found != state_.allocated.end()) {
      allocated += found->second;
    }
  }
  Wide held = 0;
  for (const Facility& facility : state_.facilities) {
    if (!is_theirs(facility.terms.firm, state_.group_of(facility))) continue;
    for (const Book& book : state_.books) {
      const auto rights = facility.rights.find(book.terms.symbol);
      if (book.is_carbon() && rights != facility.rights.end()) held += rights->second;
    }
  }
  Wide bids = 0;
  for (const Order& other : state_.orders) {
    const Facility& facility = state_.facilities[other.facility];
    const bool is_bid = other.open && other.is_buy() && state_.books[other.book].is_carbon();
    if (is_bid && is_theirs(facility.terms.firm, state_.group_of(facility)))
      bids += other.remaining;
  }
  for (const Order* side : state_.block_orders()) {
    const Facility& facility = state_.facilities[side->facility];
    const bool is_bid = side->is_buy() && state_.books[side->book].is_carbon();
    if (is_bid && is_theirs(facility.terms.firm, state_.group_of(facility))) {
      bids += side->remaining;
    }
  }
  const Wide most = allocated + state_.parameters.figures.carbon_extra_t_max;
  const Wide wanted = held + bids + more;
  if (wanted <= most) return {};
  return {Code::h01_holding, most, wanted};
}

Refusal ReferenceMarket::scope_refusal(const SetLimit& command) {
  const std::string& name = command.name;
  const bool known = name.empty() ||
                     (command.scope == Scope::firm && state_.find_firm(name) != nullptr) ||
                     (command.scope == Scope::group && state_.groups.contains(name)) ||
                     (command.scope == Scope::facility && state_.find_facility(name) != nullptr) ||
                     (command.scope == Scope::instrument && state_.find_book(name) != nullptr);
  if (known) return Code::none;
  return command.scope == Scope::instrument ? Code::p03_unknown_symbol : Code::p04_unknown_account;
}

void ReferenceMarket::run(const SetLimit& command) {
  const bool lasts = command.until_ms == 0;
  if (lasts && must_be_signed(command)) return refuse(unsigned_rule(command));
  constexpr std::int64_t ninety_days_ms = 90LL * 24 * 60 * 60 * 1'000;
  const std::int64_t last_ms = state_.now_ms + ninety_days_ms;
  if (!lasts && command.until_ms <= state_.now_ms) {
    return refuse({Code::o01_quantity, clock_ns(state_.now_ms), clock_ns(command.until_ms)});
  }
  if (command.until_ms > last_ms) {
    return refuse({Code::o01_quantity, clock_ns(last_ms), clock_ns(command.until_ms)});
  }
  if (!lasts && !command.approved) return refuse(Code::p06_four_eyes);
  const Refusal wrong = scope_refusal(command);
  if (wrong != Code::none) return refuse(wrong);
  set(command);
}

void ReferenceMarket::set(const SetLimit& command) {
  Limit& limit = state_.limits[{command.kind, command.scope, command.name}];
  if (command.until_ms == 0) {
    limit.lasting = command.value;
  } else {
    limit.temporary = command.value;
    limit.until_ms = command.until_ms;
  }
}

void ReferenceMarket::run(const KillSwitch& command) {
  if (!command.killed && !command.approved) return refuse(Code::p06_four_eyes);
  const std::string& name = command.name;
  if (command.scope == Scope::instrument && state_.find_book(name) == nullptr) {
    return refuse(Code::p03_unknown_symbol);
  }
  const bool unknown = (command.scope == Scope::firm && state_.find_firm(name) == nullptr) ||
                       (command.scope == Scope::group && !state_.groups.contains(name)) ||
                       (command.scope == Scope::basin && !state_.is_basin(name));
  if (unknown) return refuse(Code::p04_unknown_account);
  if (!command.killed) {
    state_.killed.erase({command.scope, name});
    return;
  }
  state_.killed.insert({command.scope, name});
  retest_all();
}

}  // namespace emx::model

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/model/market_audit.hpp"

// The rules of market-rules 5 to 8 that the audit needs, told once more.

namespace emx::model {

bool MarketAudit::executable(const Order& bid, const Order& ask) const {
  const SetFacility& buyer = facility_of(bid);
  const SetFacility& seller = facility_of(ask);
  const std::string& group = group_of_firm_.at(buyer.firm);
  if (buyer.firm == seller.firm) return false;
  if (!group.empty() && group == group_of_firm_.at(seller.firm)) return false;
  const MaxRatio& most = bid.terms.max_ratio;
  const Replacement ratio = ratio_between(bid, ask);
  if (most.d != 0 && ratio.n * most.d > ratio.d * most.n) return false;
  const Pollutant pollutant = book_of(bid).pollutant;
  if (pollutant == Pollutant::co2e) return true;
  if ((bid.terms.local_only || ask.terms.local_only) && across(bid, ask)) return false;
  if (is_reserve(bid)) return !across(bid, ask);
  const bool same_zone = buyer.province == seller.province && buyer.zone == seller.zone;
  if (misses(buyer, pollutant) && !same_zone) return false;
  const auto approval = approvals_.find({bid.facility, pollutant});
  if (approval == approvals_.end()) return false;
  if (approval->second.approved <= approval->second.credited) return false;
  return !across(bid, ask) || room_across(bid, ask);
}

Replacement MarketAudit::ratio_between(const Order& bid, const Order& ask) const {
  const SetInstrument& book = book_of(bid);
  const SetFacility& buyer = facility_of(bid);
  if (book.pollutant == Pollutant::co2e) return parameters_.carbon;
  Replacement most{1, 1};
  if (is_reserve(bid)) return most;
  const auto raise_to = [&most](const Replacement& ratio) {
    if (ratio.n * most.d > most.n * ratio.d) most = ratio;
  };
  if (misses(buyer, book.pollutant)) raise_to(parameters_.non_attaining);
  if (zone_of(buyer).key_zone) raise_to(parameters_.key_zone);
  const bool upstream =
      book.medium == Medium::water && !is_reserve(ask) && buyer.reach < facility_of(ask).reach;
  if (upstream) raise_to(parameters_.upstream);
  return most;
}

bool MarketAudit::may_hold_orders(const Order& order) const {
  return !is_killed(order) && may_hold_orders_of(order);
}

// E01, E02, E10: what may change while an order rests.
bool MarketAudit::may_hold_orders_of(const Order& order) const {
  const SetFacility& facility = facility_of(order);
  const SetInstrument& book = book_of(order);
  const bool permit_needed =
      facility.source_class != SourceClass::reserve && facility.source_class != SourceClass::fin;
  if (permit_needed && facility.permit_valid_to < today_) return false;
  if (permit_needed && !facility.pollutants.contains(book.pollutant)) return false;
  const bool cures = order.side == Side::buy && book.pollutant == Pollutant::co2e;
  if (facility.credit == Credit::negative && !cures) return false;
  return book.scheme != Scheme::shea || facility.ets != Ets::national;
}

bool MarketAudit::is_killed(const Order& order) const {
  const SetFacility& facility = facility_of(order);
  const std::string& group = group_of_firm_.at(facility.firm);
  const std::vector<std::pair<Scope, std::string>> switches = {
      {Scope::all, ""},
      {Scope::firm, facility.firm},
      {Scope::group, group.empty() ? "none" : group},
      {Scope::province, std::string{text(facility.province)}},
      {Scope::basin, facility.basin},
      {Scope::basin, book_of(order).basin},
      {Scope::instrument, order.symbol}};
  return std::any_of(switches.begin(), switches.end(),
                     [this](const auto& at) { return killed_.contains(at); });
}

bool MarketAudit::room_across(const Order& bid, const Order& ask) const {
  const Pollutant pollutant = book_of(bid).pollutant;
  const Where buying{facility_of(bid).province, pollutant};
  const Where selling{facility_of(ask).province, pollutant};
  if (links_off_.contains({pollutant, {selling.first, buying.first}})) return false;
  const SetQuota caps_in = open_caps(buying);
  const SetQuota caps_out = open_caps(selling);
  const auto counters_of = [this](const Where& where) {
    const auto row = counters_.find(where);
    return row == counters_.end() ? Counters{} : row->second;
  };
  const Counters in = counters_of(buying);
  const Counters out = counters_of(selling);
  return in.net < caps_in.inflow_cap && in.gross < caps_in.gross_cap &&
         in.today < caps_in.daily_pace && held(buying.first, pollutant) < caps_in.holding_cap &&
         -out.net < caps_out.outflow_cap && out.gross < caps_out.gross_cap;
}

bool MarketAudit::crosses(const Order& a, const Order& b) const {
  return a.side == Side::buy ? a.price >= b.price : b.price >= a.price;
}

bool MarketAudit::ahead(const Order& a, const Order& b) {
  const std::int64_t better = a.side == Side::buy ? a.price - b.price : b.price - a.price;
  return better != 0 ? better > 0 : a.priority < b.priority;
}

bool MarketAudit::across(const Order& bid, const Order& ask) const {
  return book_of(bid).pollutant != Pollutant::co2e &&
         facility_of(bid).province != facility_of(ask).province;
}

const SetZone& MarketAudit::zone_of(const SetFacility& facility) const {
  return zones_.at({facility.province, facility.zone});
}

bool MarketAudit::misses(const SetFacility& facility, Pollutant pollutant) const {
  return zone_of(facility).missed.contains(pollutant);
}

std::string MarketAudit::class_of(const Order& order) const {
  const Pollutant pollutant = book_of(order).pollutant;
  if (pollutant == Pollutant::co2e) return "-/-/0";
  const SetFacility& facility = facility_of(order);
  const std::string province{text(facility.province)};
  if (is_reserve(order) && order.side == Side::buy) return province + "/-/1";
  return province + '/' + (misses(facility, pollutant) ? facility.zone : "-") +
         (order.terms.local_only ? "/1" : "/0");
}

std::int64_t MarketAudit::held(Province province, Pollutant pollutant) const {
  std::int64_t sum = 0;
  for (const auto& [account, amount] : expected_) {
    const auto book = books_.find(account.first);
    const auto facility = facilities_.find(account.second);
    if (book == books_.end() || facility == facilities_.end()) continue;
    if (book->second.pollutant == pollutant && facility->second.province == province) sum += amount;
  }
  return sum;
}

const SetInstrument& MarketAudit::book_of(const Order& order) const {
  return books_.at(order.symbol);
}

const SetFacility& MarketAudit::facility_of(const Order& order) const {
  return facilities_.at(order.facility);
}

bool MarketAudit::is_reserve(const Order& order) const {
  return facility_of(order).source_class == SourceClass::reserve;
}

}  // namespace emx::model

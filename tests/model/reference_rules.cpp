#include "tests/model/reference_rules.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <vector>

namespace emx::model {

namespace {

struct Cap {
  Wide lots;
  Code code;
};

// In(h) of section 7. `fraction` is the order's, or 0 where the ratio is new to it.
Wide inward(Wide room, const Ratio& ratio, std::int64_t fraction) {
  if (room <= 0) return 0;
  const Wide needed = room * ratio.n - fraction;
  return (needed + ratio.d - 1) / ratio.d;
}

// Rows 1 to 6 of section 7, for a fill across provinces.
std::vector<Cap> province_caps(const State& state, const Order& bid, const Order& ask) {
  const Pollutant pollutant = state.books[bid.book].terms.pollutant;
  const Province buying = state.facilities[bid.facility].terms.province;
  const Province selling = state.facilities[ask.facility].terms.province;
  const Caps caps_b = state.open_caps_of(buying, pollutant);
  const Caps caps_s = state.open_caps_of(selling, pollutant);
  const Used used_b = state.used_of(buying, pollutant);
  const Used used_s = state.used_of(selling, pollutant);
  const Wide held_b = state.held(buying, pollutant);
  const Ratio ratio = ratio_of(state, bid, ask);
  const std::int64_t fraction = ratio == bid.previous_ratio ? bid.fraction : 0;
  return {
      {inward(Wide{caps_b.inflow} - used_b.net, ratio, fraction), Code::q01_net_inflow},
      {std::max<Wide>(0, Wide{caps_s.outflow} + used_s.net), Code::q02_net_outflow},
      {inward(Wide{caps_b.gross} - used_b.gross, ratio, fraction), Code::q03_gross},
      {std::max<Wide>(0, Wide{caps_s.gross} - used_s.gross), Code::q03_gross},
      {inward(Wide{caps_b.holding} - held_b, ratio, fraction), Code::q04_holding},
      {inward(Wide{caps_b.pace} - used_b.today, ratio, fraction), Code::q05_pace},
  };
}

// Row 7 of section 7.
Cap demand_cap(const State& state, const Order& bid, const Order& ask) {
  const Ratio ratio = ratio_of(state, bid, ask);
  const std::int64_t fraction = ratio == bid.previous_ratio ? bid.fraction : 0;
  const Wide room =
      demand_room(state.facilities[bid.facility], state.books[bid.book].terms.pollutant);
  return {inward(room, ratio, fraction), Code::d01_demand};
}

bool misses_target(const State& state, const Facility& facility, Pollutant pollutant) {
  return state.zone_of(facility).missed.contains(pollutant);
}

bool same_zone(const Facility& a, const Facility& b) {
  return a.terms.province == b.terms.province && a.terms.zone == b.terms.zone;
}

bool related(const State& state, const Facility& a, const Facility& b) {
  if (a.terms.firm == b.terms.firm) return true;
  return !state.group_of(a).empty() && state.group_of(a) == state.group_of(b);
}

// A reserve repurchases in its own province only.
bool is_local(const State& state, const Order& order) {
  return order.local_only || (order.is_buy() && state.facilities[order.facility].is_reserve());
}

// What the classes decide (8.2): E07, E08, X01, then the first cap of rows 1 to 6 at 0.
Code blocked_by_class(const State& state, const Order& bid, const Order& ask) {
  const Book& book = state.books[bid.book];
  if (book.is_carbon()) return Code::none;
  const Facility& buyer = state.facilities[bid.facility];
  const Facility& seller = state.facilities[ask.facility];
  const Pollutant pollutant = book.terms.pollutant;
  const bool cross = is_cross_province(state, bid, ask);
  if (cross && state.links_off.contains({pollutant, seller.terms.province, buyer.terms.province})) {
    return Code::e07_link;
  }
  if (!buyer.is_reserve() && misses_target(state, buyer, pollutant) && !same_zone(buyer, seller)) {
    return Code::e08_attain;
  }
  if ((is_local(state, bid) || is_local(state, ask)) && cross) return Code::x01_local_only;
  if (!cross) return Code::none;
  for (const Cap& cap : province_caps(state, bid, ask)) {
    if (cap.lots == 0) return cap.code;
  }
  return Code::none;
}

bool beyond_max_ratio(const State& state, const Order& bid, const Order& ask) {
  if (bid.max_ratio.d == 0) return false;
  const Ratio ratio = ratio_of(state, bid, ask);
  return ratio.n * bid.max_ratio.d > ratio.d * bid.max_ratio.n;
}

// What the orders decide (8.2): E03, X02, then row 7 at 0.
Code blocked_by_orders(const State& state, const Order& bid, const Order& ask) {
  const Facility& buyer = state.facilities[bid.facility];
  if (related(state, buyer, state.facilities[ask.facility])) return Code::e03_related;
  if (beyond_max_ratio(state, bid, ask)) return Code::x02_max_ratio;
  if (needs_demand(buyer, state.books[bid.book]) && demand_cap(state, bid, ask).lots == 0) {
    return Code::d01_demand;
  }
  return Code::none;
}

// What the caps leave of a quantity.
Trial within_caps(const State& state, const Order& bid, const Order& ask, std::int64_t quantity) {
  std::vector<Cap> caps;
  if (is_cross_province(state, bid, ask)) caps = province_caps(state, bid, ask);
  if (needs_demand(state.facilities[bid.facility], state.books[bid.book])) {
    caps.push_back(demand_cap(state, bid, ask));
  }
  Cap smallest{quantity, Code::none};
  for (const Cap& cap : caps) {
    if (cap.lots < smallest.lots) smallest = cap;
  }
  return {static_cast<std::int64_t>(smallest.lots), smallest.code};
}

std::int64_t place_of(auto value) { return static_cast<std::int64_t>(value); }

std::int64_t bit_of(Pollutant pollutant) { return std::int64_t{1} << place_of(pollutant); }

}  // namespace

Code entry_code(const State& state, const Facility& facility, const Book& book, Side side) {
  const SetFacility& f = facility.terms;
  const SetInstrument& i = book.terms;
  const bool permit_needed =
      f.source_class != SourceClass::reserve && f.source_class != SourceClass::fin;
  if (permit_needed && (f.permit_valid_to < state.today || !f.pollutants.contains(i.pollutant))) {
    return Code::e01_permit;
  }
  if (f.credit == Credit::negative && (side == Side::sell || !book.is_carbon())) {
    return Code::e02_credit;
  }
  if (i.scheme == Scheme::shea && f.ets == Ets::national) return Code::e10_double_ets;
  if (book.is_carbon()) return Code::none;
  if (f.source_class == SourceClass::fin) return Code::e11_not_emitter;
  if (facility.is_reserve()) return Code::none;
  if (i.medium == Medium::water && f.basin != i.basin) return Code::e04_basin;
  if (i.medium == Medium::air &&
      (f.source_class == SourceClass::power) != (i.book_class == BookClass::pwr)) {
    return Code::e05_power;
  }
  if ((f.source_class == SourceClass::agri) != (i.book_class == BookClass::agr)) {
    return Code::e06_agri;
  }
  return Code::none;
}

Refusal entry_refusal(const State& state, const Facility& facility, const Book& book, Side side) {
  const Code code = entry_code(state, facility, book, side);
  const SetFacility& f = facility.terms;
  const std::int64_t book_class = place_of(book.terms.book_class) + 1;
  const std::int64_t source_class = place_of(f.source_class) + 1;
  switch (code) {
    case Code::e01_permit: {
      if (f.permit_valid_to < state.today) {
        return {code, number_of(f.permit_valid_to), number_of(state.today)};
      }
      std::int64_t permitted = 0;
      for (const Pollutant pollutant : f.pollutants) permitted += bit_of(pollutant);
      return {code, permitted, bit_of(book.terms.pollutant)};
    }
    case Code::e02_credit:
      return {code, 1, 2};  // WATCH may, NEGATIVE may not
    case Code::e10_double_ets:
      return {code, 1, 1};  // SHEA, NATIONAL
    case Code::e05_power:
    case Code::e06_agri:
    case Code::e11_not_emitter:
      return {code, book_class, source_class};
    default:
      return code;
  }
}

Refusal kill_refusal(const State& state, const Facility& facility, const Book& book) {
  if (!state.is_killed(facility, book)) return {};
  const auto on = [&](Scope scope, const std::string& name) {
    return state.killed.contains({scope, name});
  };
  const auto by = [](std::int64_t scope, std::int64_t named) {
    return Refusal{Code::k01_killed, scope, named};
  };
  const std::string& firm = facility.terms.firm;
  const std::string& group = state.group_of(facility);
  if (on(Scope::all, "")) return by(0, 0);
  if (on(Scope::firm, firm)) return by(1, state.number_of_firm(firm));
  if (!group.empty() && on(Scope::group, group)) return by(2, state.number_of_firm(firm));
  if (on(Scope::instrument, book.terms.symbol)) return by(4, place_of(state.index_of(book)));
  if (on(Scope::province, std::string{text(facility.terms.province)})) {
    return by(5, place_of(facility.terms.province));
  }
  return by(6, on(Scope::basin, facility.terms.basin) ? 0 : 1);
}

std::int64_t number_of(Phase phase) {
  switch (phase) {
    case Phase::closed:
      return 1;
    case Phase::pre_open:
      return 2;
    case Phase::continuous:
      return 3;
    case Phase::pause:
      return 4;
    case Phase::halt:
      return 5;
    case Phase::opening_call:
      return 6;
    case Phase::closing_call:
      return 7;
    case Phase::volatility:
      return 8;
  }
  return 0;
}

bool is_cross_province(const State& state, const Order& bid, const Order& ask) {
  if (state.books[bid.book].is_carbon()) return false;
  return state.facilities[bid.facility].terms.province !=
         state.facilities[ask.facility].terms.province;
}

Ratio ratio_of(const State& state, const Order& bid, const Order& ask) {
  const Book& book = state.books[bid.book];
  const Facility& buyer = state.facilities[bid.facility];
  const Facility& seller = state.facilities[ask.facility];
  const SetParameters& set = state.parameters;
  if (book.is_carbon()) return Ratio{set.carbon};
  if (buyer.is_reserve()) return {1, 1};
  std::vector<Ratio> apply = {{1, 1}};
  if (misses_target(state, buyer, book.terms.pollutant)) apply.emplace_back(set.non_attaining);
  if (state.zone_of(buyer).key_zone) apply.emplace_back(set.key_zone);
  const bool upstream = book.terms.medium == Medium::water &&
                        buyer.terms.reach < seller.terms.reach && !seller.is_reserve();
  if (upstream) apply.emplace_back(set.upstream);
  return *std::max_element(apply.begin(), apply.end(),
                           [](const Ratio& a, const Ratio& b) { return a.n * b.d < b.n * a.d; });
}

Refusal parameters_refusal(const SetParameters& set) {
  constexpr std::int64_t extra_most = std::int64_t{1} << 60;
  const Genesis& figures = set.figures;
  struct Range {
    std::int64_t value;
    std::int64_t least;
    std::int64_t most;
  };
  for (const Range& range :
       {Range{figures.fee_rate_bp, 0, 1'000}, Range{figures.gtc_days, 1, 3'660},
        Range{figures.listed_kg_max, 1, order_lots_max},
        Range{figures.listed_carbon_t_max, 1, order_lots_max},
        Range{figures.carbon_extra_t_max, 0, extra_most}, Range{set.ticket_room_pct, 0, 100}}) {
    const std::int64_t bound = range.value < range.least ? range.least : range.most;
    if (range.value < range.least || range.value > range.most) {
      return {Code::o01_quantity, bound, range.value};
    }
  }
  for (const Replacement& r : {set.key_zone, set.upstream, set.non_attaining, set.carbon}) {
    if (r.d == 0) return {Code::o01_quantity, 1, 0};
    if (r.n < r.d) return {Code::o01_quantity, r.d, r.n};
    const int common = std::gcd(r.n, r.d);
    if (common != 1) return {Code::o01_quantity, r.n / common, r.n};
  }
  return {};
}

bool needs_demand(const Facility& facility, const Book& book) {
  return !book.is_carbon() && !facility.is_reserve();
}

Wide demand_room(const Facility& facility, Pollutant pollutant) {
  const auto row = facility.demand.find(pollutant);
  if (row == facility.demand.end()) return 0;
  return std::max<Wide>(0, Wide{row->second.approved} - row->second.credited);
}

Code blocked_by(const State& state, const Order& bid, const Order& ask) {
  const Code code = blocked_by_class(state, bid, ask);
  return code != Code::none ? code : blocked_by_orders(state, bid, ask);
}

Trial try_pair(const State& state, const Order& bid, const Order& ask, Sees sees) {
  const Code blocked = blocked_by(state, bid, ask);
  if (blocked != Code::none) return {0, blocked};
  const auto offered = [sees](const Order& order) {
    return sees == Sees::whole ? order.remaining : order.displayed();
  };
  return within_caps(state, bid, ask, std::min(offered(bid), offered(ask)));
}

Trial try_deal(const State& state, const Order& bid, const Order& ask, Related kin) {
  const Book& book = state.books[bid.book];
  const Code codes[] = {entry_code(state, state.facilities[ask.facility], book, Side::sell),
                        entry_code(state, state.facilities[bid.facility], book, Side::buy)};
  for (const Code rule :
       {Code::e01_permit, Code::e02_credit, Code::e10_double_ets, Code::e11_not_emitter,
        Code::e04_basin, Code::e05_power, Code::e06_agri}) {
    if (codes[0] == rule || codes[1] == rule) return {0, rule};
  }
  const Facility& buyer = state.facilities[bid.facility];
  if (kin == Related::barred && related(state, buyer, state.facilities[ask.facility])) {
    return {0, Code::e03_related};
  }
  const Code blocked = blocked_by_class(state, bid, ask);
  if (blocked != Code::none) return {0, blocked};
  return within_caps(state, bid, ask, ask.remaining);
}

Code headroom_warning(const State& state, const Order& order) {
  const Book& book = state.books[order.book];
  const Facility& facility = state.facilities[order.facility];
  if (book.is_carbon() || is_local(state, order)) return Code::none;
  const Province province = facility.terms.province;
  const Pollutant pollutant = book.terms.pollutant;
  const Caps caps = state.open_caps_of(province, pollutant);
  const Used used = state.used_of(province, pollutant);
  if (!order.is_buy()) {
    if (Wide{caps.outflow} + used.net <= 0) return Code::q02_net_outflow;
    if (caps.gross <= used.gross) return Code::q03_gross;
    return Code::none;
  }
  if (caps.inflow <= used.net) return Code::q01_net_inflow;
  if (caps.gross <= used.gross) return Code::q03_gross;
  if (caps.holding <= state.held(province, pollutant)) return Code::q04_holding;
  if (caps.pace <= used.today) return Code::q05_pace;
  return Code::none;
}

ClassKey class_of(const State& state, const Order& order) {
  const Book& book = state.books[order.book];
  if (book.is_carbon()) return {-1, -1, false};
  const Facility& facility = state.facilities[order.facility];
  const int province = static_cast<int>(facility.terms.province);
  const bool local = is_local(state, order);
  const SetZone& zone = state.zone_of(facility);
  const bool zone_counts =
      zone.missed.contains(book.terms.pollutant) && !(facility.is_reserve() && order.is_buy());
  return {province, zone_counts ? static_cast<int>(&zone - state.zones.data()) : -1, local};
}

}  // namespace emx::model

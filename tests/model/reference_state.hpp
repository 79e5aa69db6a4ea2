#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/model/market_commands.hpp"

// Everything the reference market knows, as lists that are searched from end to end. What can be
// computed is not kept: reservations and province holdings are summed up anew at each question.

namespace emx::model {

__extension__ using Wide = __int128;

// Market-rules 16: those the reference market can answer with.
enum class Code {
  none = 0,
  e01_permit = 101,
  e02_credit = 102,
  e03_related = 103,
  e04_basin = 104,
  e05_power = 105,
  e06_agri = 106,
  e07_link = 107,
  e08_attain = 108,
  e10_double_ets = 110,
  e11_not_emitter = 111,
  q01_net_inflow = 201,
  q02_net_outflow = 202,
  q03_gross = 203,
  q04_holding = 204,
  q05_pace = 205,
  d01_demand = 210,
  o01_quantity = 301,
  o02_value = 302,
  o05_price = 305,
  o06_tick_or_lot = 306,
  o07_use_block = 307,
  l01_cash = 401,
  l02_rights = 402,
  p01_phase = 501,
  p02_venue = 502,
  p03_unknown_symbol = 503,
  p04_unknown_account = 504,
  p05_not_your_account = 505,
  x01_local_only = 701,
  c01_expired = 801,
  c03_requested = 803,
  d02_duplicate_cl_ord_id = 951,
  d03_unknown_order = 952,
  d04_too_late = 953,
};

[[nodiscard]] std::string text(Code code);

// Market-rules 2: no amount or balance goes beyond.
inline constexpr std::int64_t amount_max = std::int64_t{1} << 62;

// Market-rules 17: of one instrument, all issues together.
inline constexpr std::int64_t issued_max = 1'000'000'000'000'000;

struct Firm {
  std::string name;
  std::string group;
};

struct Demand {
  std::int64_t approved = 0;
  std::int64_t credited = 0;
};

struct Facility {
  SetFacility terms;
  std::int64_t cash = 0;
  std::map<std::string, std::int64_t> rights;  // by symbol; reserved ones included
  std::map<Pollutant, Demand> demand;

  [[nodiscard]] bool is_reserve() const { return terms.source_class == SourceClass::reserve; }
};

struct Book {
  SetInstrument terms;
  Phase phase = Phase::closed;
  bool has_reference = false;
  std::int64_t lower = 0;  // ticks
  std::int64_t upper = 0;

  [[nodiscard]] bool is_carbon() const { return terms.pollutant == Pollutant::co2e; }
};

struct Ratio {
  std::int64_t n = 1;
  std::int64_t d = 1;
  friend bool operator==(const Ratio&, const Ratio&) = default;
};

struct Order {
  int number = 0;
  std::size_t book = 0;
  std::size_t facility = 0;
  Side side = Side::buy;
  bool ioc = false;
  bool open = true;
  std::int64_t arrival = 0;  // also its priority: only icebergs tell the two apart
  std::int64_t price = 0;    // ticks
  std::int64_t quantity = 0;
  std::int64_t remaining = 0;
  std::int64_t spent = 0;    // amount of its fills, of either side
  std::int64_t charged = 0;  // fees of its fills
  std::int64_t fraction = 0;
  Ratio previous_ratio{0, 0};  // of the fill before; 0/0: none yet
};

struct Caps {
  std::int64_t inflow = 0;
  std::int64_t outflow = 0;
  std::int64_t gross = 0;
  std::int64_t holding = 0;
  std::int64_t pace = 0;
};

struct Used {
  std::int64_t net = 0;
  std::int64_t today = 0;
  std::int64_t gross = 0;
};

struct State {
  Genesis genesis;
  bool has_day = false;
  Day today;
  std::vector<SetZone> zones;  // in order of definition
  std::vector<Firm> firms;
  std::vector<Facility> facilities;
  std::vector<Book> books;  // in load order
  std::deque<Order> orders;
  std::set<std::tuple<Pollutant, Province, Province>> links_off;  // seller's, buyer's province
  std::map<std::tuple<int, Province, Pollutant>, Caps> caps;      // by year
  std::map<std::pair<Province, Pollutant>, Used> used;            // in the present year
  std::int64_t next_arrival = 1;
  std::int64_t next_trade = 1;
  std::int64_t deposited = 0;
  std::int64_t venue_fees = 0;
  std::map<std::string, std::int64_t> issued;
  std::map<std::string, std::int64_t> retired;

  [[nodiscard]] SetZone* find_zone(Province province, std::string_view name);
  [[nodiscard]] Firm* find_firm(std::string_view name);
  [[nodiscard]] Facility* find_facility(std::string_view name);
  [[nodiscard]] Book* find_book(std::string_view symbol);
  [[nodiscard]] Order* find_order(int number);

  [[nodiscard]] const SetZone& zone_of(const Facility& facility) const;
  [[nodiscard]] const std::string& group_of(const Facility& facility) const;
  [[nodiscard]] Caps caps_of(Province province, Pollutant pollutant) const;
  [[nodiscard]] Used used_of(Province province, Pollutant pollutant) const;

  // All rights of the pollutant in the province's accounts (market-rules 7).
  [[nodiscard]] std::int64_t held(Province province, Pollutant pollutant) const;

  // Market-rules 2, before any limit.
  [[nodiscard]] Wide amount(const Book& book, std::int64_t price, std::int64_t quantity) const;
  [[nodiscard]] std::int64_t years(const Book& book) const;

  // Market-rules 11: what the order holds back now, in fen for a buy, in lots for a sell.
  [[nodiscard]] Wide reservation(const Order& order) const;
  [[nodiscard]] Wide available_cash(const Facility& facility) const;
  [[nodiscard]] Wide available_rights(const Facility& facility, const std::string& symbol) const;

  // half_up(rate x amount)
  [[nodiscard]] Wide fee(Wide amount) const;

  // Open orders of one side, best first: price, then arrival.
  [[nodiscard]] std::vector<Order*> ranked(std::size_t book, Side side);
};

// Whether `a` comes before `b`, an order of the same side.
[[nodiscard]] bool ranks_ahead(const Order& a, const Order& b);

[[nodiscard]] bool crosses(const Order& bid, const Order& ask);

}  // namespace emx::model

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/model/market_commands.hpp"
#include "tests/model/reference_codes.hpp"
#include "tests/model/reference_refusal.hpp"

// Everything the reference market knows, as lists that are searched from end to end. What can be
// computed is not kept: reservations and province holdings are summed up anew at each question.

namespace emx::model {

// Market-rules 2: no amount or balance goes beyond.
inline constexpr std::int64_t amount_max = std::int64_t{1} << 62;

// Market-rules 2: of one order.
inline constexpr std::int64_t order_lots_max = 2'147'483'647;

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

// Market-rules 11: what authorities hold back of a balance.
struct HeldBack {
  std::int64_t pledged = 0;
  std::int64_t frozen = 0;
};

// Market-rules 12: rights that wait for their day.
struct PendingTransfer {
  std::int64_t number = 0;
  std::string from;
  std::string to;
  std::string symbol;
  std::int64_t quantity = 0;
  Day due;
};

struct Facility {
  SetFacility terms;
  std::int64_t cash = 0;
  std::map<std::string, std::int64_t> rights;  // by symbol; reserved ones included
  std::map<std::string, HeldBack> held_back;   // by symbol; "": of the cash
  std::map<Pollutant, Demand> demand;

  // Pledged and frozen.
  [[nodiscard]] Wide held_back_of(const std::string& symbol) const;

  [[nodiscard]] bool is_reserve() const { return terms.source_class == SourceClass::reserve; }
};

struct Book {
  SetInstrument terms;
  Phase phase = Phase::closed;
  bool has_reference = false;
  bool band_due = false;       // its price limits are to be set anew
  std::int64_t reference = 0;  // ticks
  std::int64_t lower = 0;
  std::int64_t upper = 0;
  std::int64_t last_trade = 0;  // ticks; of the trade date, under a collar; 0: none
  std::optional<std::int64_t> indicative_at_ms;  // when it last gave indicative values

  // Market-rules 9: the collar, and whether a fill at the price would be outside of it.
  [[nodiscard]] std::int64_t collar_anchor() const {
    return last_trade != 0 ? last_trade : reference;
  }
  [[nodiscard]] std::int64_t collar_lower() const {
    return (collar_anchor() * (100 - terms.collar_pct) + 99) / 100;
  }
  [[nodiscard]] std::int64_t collar_upper() const {
    return collar_anchor() * (100 + terms.collar_pct) / 100;
  }
  [[nodiscard]] bool is_beyond_collar(std::int64_t price) const {
    return terms.collar_pct != 0 && (price < collar_lower() || price > collar_upper());
  }

  [[nodiscard]] bool is_carbon() const { return terms.pollutant == Pollutant::co2e; }
};

struct Ratio {
  std::int64_t n = 1;
  std::int64_t d = 1;
  Ratio() = default;
  Ratio(std::int64_t sold, std::int64_t credited) : n{sold}, d{credited} {}
  explicit Ratio(const Replacement& set) : n{set.n}, d{set.d} {}
  friend bool operator==(const Ratio&, const Ratio&) = default;
};

struct Order {
  int number = 0;
  int session = 0;
  std::size_t book = 0;
  std::size_t facility = 0;
  Side side = Side::buy;
  TimeInForce time_in_force = TimeInForce::day;
  std::optional<Day> expires;  // of GTC and GTD
  std::int64_t min_quantity = 0;
  std::int64_t display_quantity = 0;  // 0: all is displayed
  MaxRatio max_ratio;
  bool post_only = false;
  bool local_only = false;
  bool open = true;
  std::int64_t arrival = 0;   // who arrived first gives the price
  std::int64_t priority = 0;  // ranks at one price; a refresh renews it alone
  std::int64_t price = 0;     // ticks
  std::int64_t quantity = 0;
  std::int64_t remaining = 0;
  std::int64_t hidden = 0;       // part of `remaining`; nothing of an order in its own pass
  std::int64_t fee_rate_bp = 0;  // that of its acceptance
  std::int64_t spent = 0;        // amount of its fills, of either side
  std::int64_t charged = 0;      // fees of its fills
  std::int64_t fraction = 0;
  Ratio previous_ratio{0, 0};  // of the fill before; 0/0: none yet

  [[nodiscard]] std::int64_t displayed() const { return remaining - hidden; }
  [[nodiscard]] bool is_buy() const { return side == Side::buy; }
  [[nodiscard]] bool is_immediate() const {
    return time_in_force == TimeInForce::ioc || time_in_force == TimeInForce::fok;
  }

  // Shows min(display quantity, what is left); the rest is hidden.
  void show_anew();
};

// Market-rules 7 and 9: a deal that waits for the other side, or with a ticket for its session.
struct Block {
  std::int64_t number = 0;
  Order offer;  // the submitter's side
  std::size_t counterparty = 0;
  std::int64_t expires_ms = 0;
  std::optional<Order> other;  // the counterparty's side, once it has accepted
  bool holds_room = false;     // its ticket, of both provinces
  std::int64_t credited = 0;   // what it holds of the buyer's; of the seller's its quantity

  [[nodiscard]] const Order& bid() const { return offer.is_buy() ? offer : *other; }
  [[nodiscard]] const Order& ask() const { return offer.is_buy() ? *other : offer; }
};

struct Caps {
  std::int64_t inflow = 0;
  std::int64_t outflow = 0;
  std::int64_t gross = 0;
  std::int64_t holding = 0;
  std::int64_t pace = 0;
};

// Market-rules 10: a limit on orders; -1: none.
struct Limit {
  std::int64_t lasting = -1;
  std::int64_t temporary = -1;
  std::int64_t until_ms = 0;  // up to then the temporary one counts
};

// Market-rules 10, O04: a bucket of tokens, counted in thousandths.
struct Bucket {
  std::int64_t thousandths = 0;
  std::int64_t at_ms = 0;
  bool used = false;  // else it is full
};

struct Used {
  std::int64_t net = 0;
  std::int64_t today = 0;
  std::int64_t gross = 0;
};

struct Document {
  std::vector<Rule> rules;
  Day effective;
  int number = 0;  // among all that were closed
};

struct State {
  std::set<std::int64_t> cut_behind;  // trade numbers: a pass that gets there goes on as a new one
  SetParameters parameters;           // in force
  std::map<int, std::set<Day>> calendar;  // trading days of the years that are known
  bool has_day = false;
  Day today;
  std::vector<SetZone> zones;  // in order of definition
  std::vector<Firm> firms;
  std::vector<Facility> facilities;
  std::vector<Book> books;  // in load order
  std::deque<Order> orders;
  std::set<std::tuple<Pollutant, Province, Province>> links_off;      // seller's, buyer's province
  std::map<std::tuple<int, Province, Pollutant>, Caps> caps;          // by year
  std::map<std::pair<Province, Pollutant>, Used> used;                // in the present year
  std::map<std::tuple<LimitKind, Scope, std::string>, Limit> limits;  // by name; "": all others
  std::map<std::string, Bucket> buckets;                              // by firm
  std::set<std::pair<Scope, std::string>> killed;
  std::set<std::pair<std::string, std::string>> trusted;  // from, to
  std::vector<PendingTransfer> transfers;                 // in the order of their requests
  std::int64_t next_transfer = 1;
  std::vector<Block> blocks;  // that are open, by number
  std::int64_t next_block = 1;
  std::set<std::set<std::string>> day_tickets;  // pairs of firms that had one on this trade date
  bool block_session = false;
  std::map<Authority, int> keys;  // the number of the present one
  std::map<Authority, std::vector<Rule>> drafts;
  std::map<Authority, Document> documents;  // closed, of the next rule set or the one that waits
  int documents_closed = 0;
  int rule_sets = 0;  // activated so far
  bool rules_wait = false;
  std::set<std::string> groups;                   // every name a firm ever had as its group
  std::map<std::string, std::int64_t> allocated;  // carbon that was issued, by firm
  std::int64_t now_ms = 0;
  std::int64_t next_arrival = 1;
  std::int64_t next_priority = 1;
  std::int64_t next_trade = 1;
  std::int64_t deposited = 0;  // less what was withdrawn
  std::int64_t venue_fees = 0;
  std::map<std::string, std::int64_t> issued;
  std::map<std::string, std::int64_t> retired;

  // Whether the calendar leaves it open that the day is a trading day.
  [[nodiscard]] bool may_trade_on(const Day& day) const;

  [[nodiscard]] SetZone* find_zone(Province province, std::string_view name);
  [[nodiscard]] Firm* find_firm(std::string_view name);
  [[nodiscard]] Facility* find_facility(std::string_view name);
  [[nodiscard]] Book* find_book(std::string_view symbol);
  [[nodiscard]] Order* find_order(int number);
  // The firm's place, from 0 in order of definition; 2^32-1: there is none of that name.
  [[nodiscard]] std::int64_t number_of_firm(std::string_view name) const;
  [[nodiscard]] std::size_t index_of(const Book& book) const;
  [[nodiscard]] std::size_t index_of(const Facility& facility) const;

  [[nodiscard]] const SetZone& zone_of(const Facility& facility) const;
  [[nodiscard]] const std::string& group_of(const Facility& facility) const;
  [[nodiscard]] Caps caps_of(Province province, Pollutant pollutant) const;
  // Less what tickets hold of them.
  [[nodiscard]] Caps open_caps_of(Province province, Pollutant pollutant) const;
  [[nodiscard]] Used used_of(Province province, Pollutant pollutant) const;
  // Sides of blocks that are bound, each as the order it would be.
  [[nodiscard]] std::vector<const Order*> block_orders() const;

  // All rights of the pollutant in the province's accounts (market-rules 7).
  [[nodiscard]] std::int64_t held(Province province, Pollutant pollutant) const;

  // Market-rules 2, before any limit.
  [[nodiscard]] Wide amount(const Book& book, std::int64_t price, std::int64_t quantity) const;
  [[nodiscard]] std::int64_t years(const Book& book) const;

  // Market-rules 11: what the order holds back now, in fen for a buy, in lots for a sell.
  [[nodiscard]] Wide reservation(const Order& order) const;
  [[nodiscard]] Wide available_cash(const Facility& facility) const;
  [[nodiscard]] Wide available_rights(const Facility& facility, const std::string& symbol) const;

  // Market-rules 10: the limit that holds for one of the scope now; -1: none.
  [[nodiscard]] std::int64_t limit(LimitKind kind, Scope scope, const std::string& name) const;
  // Whether orders of the facility in the book are stopped.
  [[nodiscard]] bool is_killed(const Facility& facility, const Book& book) const;
  // Whether any facility or book lies in it.
  [[nodiscard]] bool is_basin(const std::string& name) const;

  [[nodiscard]] std::int64_t listed_max(const Book& book) const;  // market-rules 9: of one order

  // half_up(rate x amount)
  [[nodiscard]] Wide fee(const Order& order, Wide amount) const;

  // Open orders of one side, best first: price, then priority.
  [[nodiscard]] std::vector<Order*> ranked(std::size_t book, Side side);

  // The facility's open orders, in order of arrival number.
  [[nodiscard]] std::vector<Order*> open_orders(const Facility& facility);
};

// Whether `a` comes before `b`, an order of the same side.
[[nodiscard]] bool ranks_ahead(const Order& a, const Order& b);

[[nodiscard]] bool crosses(const Order& bid, const Order& ask);

}  // namespace emx::model

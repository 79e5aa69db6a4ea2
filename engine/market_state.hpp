#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/book/order_book.hpp"
#include "engine/trading_classes.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/digest.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "engine/vocabulary/large_pages.hpp"
#include "risk/accounts.hpp"
#include "risk/blocks.hpp"
#include "risk/charges.hpp"
#include "risk/demand.hpp"
#include "risk/eligibility.hpp"
#include "risk/exposure.hpp"
#include "risk/kill_switch.hpp"
#include "risk/order_limits.hpp"
#include "risk/quotas.hpp"
#include "risk/ratio.hpp"
#include "risk/reference_data.hpp"
#include "risk/rule_sets.hpp"
#include "risk/trading_calendar.hpp"
#include "risk/transfers.hpp"

namespace emx::engine {

using book::no_slot;
using book::Slot;

// What an open order is beside its place in the book (book::RestingOrder).
struct OrderState {
  FacilityId facility{};
  std::uint32_t session = 0;  // that entered it
  std::uint64_t arrival = 0;
  PriceTicks price{};
  Lots total{};  // filled part included
  risk::Charges charges{};
  Fen reserved{};          // of a buy; a sell reserves what remains of it
  Slot earlier = no_slot;  // of the same facility, by arrival
  Slot later = no_slot;
  std::uint32_t hidden = 0;   // lots of a resting order that do not show
  std::uint32_t display = 0;  // lots that show when it rests; 0: all
  Date expires{};             // last day of a GTD or GTC order; 0: none
  risk::Fraction fraction{};
  risk::Ratio max_ratio{};  // of a buy; 0/0: any
  TimeInForce time_in_force{};
  bool post_only = false;
  bool local_only = false;
  std::uint64_t cell =
      0;  // its part of the digest, so that it is not hashed once more to take it out
};

// One instrument's book with what the day says of it.
struct BookState {
  InstrumentId instrument{};
  Phase phase = Phase::closed;
  bool has_band = false;  // has had a reference price
  bool band_due = false;  // its price limits are to be set anew, by the command at hand
  PriceTicks reference{};
  risk::Band band{};
  PriceTicks last_trade{};  // of the trade date, where there is a collar; 0: none
  Lots issued{};
  std::int64_t indicated_at_ns = 0;  // time of the last Indicative; 0: none
  book::OrderBook book;
  TradingClasses classes;
};

// The whole state of the exchange but the work an entry's bound cut off (PendingWork), and the
// steps every command shares. Capacity is fixed at construction, and nothing is allocated after.
// Not thread-safe.
class MarketState {
 public:
  explicit MarketState(const GenesisCommand& genesis);

  const GenesisCommand limits;
  risk::ReferenceData data;
  risk::Links links;
  risk::Accounts accounts;
  risk::ProvinceQuotas quotas;
  risk::Demand demand;
  risk::KillSwitch kill_switch;
  risk::OrderLimits order_limits;
  risk::OrderRates order_rates;
  risk::Exposure exposure;
  risk::Transfers transfers;
  risk::Blocks blocks;
  book::BookMemory memory;
  book::OrderPool pool;
  book::LadderArena arena;

  Date date{};  // 0 before the first DayOpen
  std::int32_t year = 0;
  std::uint64_t arrivals = 0;    // last arrival number given
  std::uint64_t priorities = 0;  // last priority number given
  std::uint64_t trades = 0;      // last trade number given
  std::uint64_t rule_set = 0;    // sequence of the last command that changed a rule
  Fen deposited{};               // less what was withdrawn
  bool unsigned_rules = false;   // no P09: of a course that never was; no ledger has it
  bool rule_set_came = false;    // with the command that is being applied
  risk::RuleSets rule_sets;
  risk::TradingCalendar calendar;
  std::uint32_t bands_due = 0;  // books whose price limits are to be set anew

  [[nodiscard]] std::uint32_t books_count() const {
    return static_cast<std::uint32_t>(books_.size());
  }
  // In load order. Requires: the instrument exists.
  [[nodiscard]] BookState& book(InstrumentId id) { return books_[id.value]; }
  [[nodiscard]] const BookState& book(InstrumentId id) const { return books_[id.value]; }
  [[nodiscard]] BookState& book_of(Slot slot) { return books_[pool[slot].instrument]; }
  [[nodiscard]] const risk::Instrument& instrument_of(Slot slot) const {
    return data.instruments[InstrumentId{pool[slot].instrument}];
  }
  void add_book(InstrumentId id);

  [[nodiscard]] OrderState& order(Slot slot) { return orders_[slot]; }
  [[nodiscard]] const OrderState& order(Slot slot) const { return orders_[slot]; }
  [[nodiscard]] FacilityId facility_of(Slot slot) const { return orders_[slot].facility; }
  // A facility's open orders, from the earliest arrival.
  [[nodiscard]] Slot first_order(FacilityId facility) const { return lists_[facility.value].first; }
  [[nodiscard]] Slot last_order(FacilityId facility) const { return lists_[facility.value].last; }

  // What is open of an order, hidden part included.
  [[nodiscard]] std::uint32_t open_lots(Slot slot) const {
    return pool[slot].remaining + orders_[slot].hidden;
  }
  // A slot for a new order, or an ended order's slot given back. Requires: pool is not full().
  [[nodiscard]] Slot allocate();
  void release(Slot slot);

  // The trading class of an order.
  [[nodiscard]] risk::TradingClass class_of(const BookState& book, FacilityId facility, Side side,
                                            bool local_only) const;
  // Its slot, opening the class where it is new; TradingClasses::no_class when there is no room
  // for it (O11).
  [[nodiscard]] std::uint32_t class_slot(BookState& book, const risk::TradingClass& wanted);
  // Forgets a book's classes; its orders must get new ones. Requires: none rests in the book.
  void clear_classes(BookState& book);

  // Enters an order that the caller has filled in (pool and order()) into the facility's list and
  // the digest, or takes it out; a change of an entered order stands between leave and enter.
  void enter(Slot slot);
  void leave(Slot slot);
  // Around a change that keeps the arrival number: for the digest, and for what carbon bids ask.
  void before_change(Slot slot) {
    orders_digest_.remove(orders_[slot].cell);
    if (is_carbon_bid(slot)) count_carbon_bid(slot, -1);
  }
  void after_change(Slot slot) {
    orders_[slot].cell = order_cell(slot);
    orders_digest_.add(orders_[slot].cell);
    if (is_carbon_bid(slot)) count_carbon_bid(slot, 1);
  }

  // Counts open orders from here on (exposure): while no limit asks for them, nobody pays for it.
  void count_orders();

  [[nodiscard]] risk::Exposure::Owner owner_of(FacilityId facility) const {
    const FirmId firm = data.facilities[facility].firm;
    return {facility, firm, data.firms[firm].group};
  }

  // Price limits of a book as they would be now. Requires: it has a reference price.
  [[nodiscard]] risk::Band band_of(const BookState& book) const {
    return risk::band_around(book.reference, data.instruments[book.instrument].band_pct);
  }

  // To be called after every change of reference data, links, phases, price limits, kill switches
  // or carbon allocations, which are few: their part of the digest is computed anew.
  void rules_changed() { rules_digest_ = rules_from_scratch(); }

  // amount(price, lots) in the trade year. Requires: it was found to fit at admission.
  [[nodiscard]] Fen amount(const risk::Instrument& instrument, PriceTicks price, Lots lots) const;
  // What an open buy must reserve now.
  [[nodiscard]] Fen reservation(Slot slot) const;

  // Market-rules 9: whether a fill at the price would be outside the collar around `anchor`.
  [[nodiscard]] bool is_beyond_collar(const BookState& book, PriceTicks anchor,
                                      PriceTicks price) const;
  // The last trade's price, or else the reference.
  [[nodiscard]] static PriceTicks collar_anchor(const BookState& book) {
    return book.last_trade.value != 0 ? book.last_trade : book.reference;
  }
  // To be called with each trade.
  void traded(BookState& book, PriceTicks price);
  void forget_last_trades();
  void forget_last_trade(BookState& book);
  // Its price limits follow from the reference and the band in the steps of this command.
  void renew_band(BookState& book);
  // Sends the book to volatility for a fill that is not made.
  void hit_collar(BookState& book, PriceTicks price, EventBatch& events);

  // Queues an order that does not rest yet: shows what it wants to show.
  void rest(Slot slot);
  // Shows the next part of an order whose shown part is used up, behind its level, with a new
  // priority. Requires: it has a hidden part, and is not in the book.
  void show_next(Slot slot);

  // Ends an open order that rests, or a taker that does not: releases its reservation, writes
  // OrderCancelled, frees its slot.
  void cancel(Slot slot, Code code, bool rests, EventBatch& events);

  [[nodiscard]] std::uint64_t digest() const;
  [[nodiscard]] std::uint64_t digest_from_scratch() const;

  // Its part of a snapshot, both ways: engine/saved_state.cpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

 private:
  struct OrderList {
    Slot first = no_slot;
    Slot last = no_slot;
  };

  template <class Self, class Archive>
  static void persist_books(Self& self, Archive& archive);
  template <class Self, class Archive>
  static void persist_orders(Self& self, Archive& archive);
  template <class Self, class Archive>
  static void persist_order(Self& self, Archive& archive, Slot slot);
  template <class Archive>
  void load_orders_of(FacilityId facility, Archive& archive);
  template <class Archive>
  void queue_orders(Archive& archive);
  [[nodiscard]] bool fits_its_book(Slot slot) const;
  void renew_digests();
  void renew_book_digests();

  [[nodiscard]] bool is_carbon_bid(Slot slot) const {
    return pool[slot].side == Side::buy && is_carbon(instrument_of(slot).pollutant);
  }
  void count_carbon_bid(Slot slot, std::int64_t times);
  void count_order(Slot slot, std::int32_t by);
  [[nodiscard]] std::uint64_t order_cell(Slot slot) const;
  [[nodiscard]] std::uint64_t free_cell(Slot slot) const;
  [[nodiscard]] std::uint64_t rules_from_scratch() const;
  [[nodiscard]] std::uint64_t digest_with(std::uint64_t parts) const;

  LargeVector<BookState> books_;
  LargeVector<OrderState> orders_;
  std::unique_ptr<OrderList[]> lists_;
  Digest orders_digest_;
  Digest free_digest_;
  Digest classes_digest_;
  Digest last_trades_digest_;
  std::uint64_t rules_digest_ = 0;
  bool counts_orders_ = false;
};

}  // namespace emx::engine

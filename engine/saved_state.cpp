#include "engine/saved_state.hpp"

#include <algorithm>
#include <vector>

#include "engine/book/saved_state.hpp"
#include "engine/vocabulary/check.hpp"
#include "risk/saved_state.hpp"

namespace emx::engine {

template <class Self, class Archive>
void TradingClasses::persist(Self& self, Archive& archive, Pollutant pollutant,
                             const risk::Links& links) {
  auto& [size, classes, keys, codes, eligible_asks, eligible_bids, of_province] = self;
  std::uint32_t count = size;
  archive.plain(count);
  if (!archive.require(count <= book::classes_max, "more trading classes than a book has")) return;
  for (std::uint32_t c = 0; c < count; ++c) {
    risk::TradingClass row = classes[c];
    auto& [province, local_only, zone] = row;
    archive.plain(province, local_only, zone);
    if constexpr (Archive::loads) {
      const bool exists = is_carbon(pollutant) ? province == risk::TradingClass::carbon_province
                                               : province < provinces_count;
      if (!archive.require(exists, "a trading class of no province")) return;
      self.add(row, pollutant, links);
    }
  }
}

// All but unsigned_rules, which is no state of a market that is.
template <class Self, class Archive>
void MarketState::persist(Self& self, Archive& archive) {
  auto& [limits, data, links, accounts, quotas, demand, kill_switch, order_limits, order_rates,
         exposure, transfers, blocks, memory, pool, arena, date, year, arrivals, priorities, trades,
         rule_set, deposited, unsigned_rules, rule_set_came, rule_sets, calendar, bands_due, books,
         orders, lists, orders_digest, free_digest, classes_digest, last_trades_digest,
         rules_digest, counts_orders] = self;
  risk::ReferenceData::persist(data, archive);
  risk::Links::persist(links, archive);
  const risk::RowsUsed used = data.used();
  archive.plain(date, year, arrivals, priorities, trades, rule_set, deposited, rule_set_came,
                counts_orders);
  risk::Accounts::persist(accounts, archive);
  risk::ProvinceQuotas::persist(quotas, archive);
  risk::Demand::persist(demand, archive);
  risk::KillSwitch::persist(kill_switch, archive, used);
  risk::OrderLimits::persist(order_limits, archive);
  risk::OrderRates::persist(order_rates, archive);
  risk::Exposure::persist(exposure, archive, used);
  risk::Transfers::persist(transfers, archive);
  risk::Blocks::persist(blocks, archive);
  risk::RuleSets::persist(rule_sets, archive);
  risk::TradingCalendar::persist(calendar, archive);
  persist_books(self, archive);
  book::OrderPool::persist(pool, archive);
  persist_orders(self, archive);
}

template <class Self, class Archive>
void MarketState::persist_books(Self& self, Archive& archive) {
  for (std::uint32_t i = 0; i < self.data.instruments.size(); ++i) {
    const risk::Instrument& listed = self.data.instruments[InstrumentId{i}];
    if constexpr (Archive::loads) {
      const bool fits =
          listed.levels_max >= 1 && listed.levels_max <= book::LevelBitmap::levels_most;
      if (!archive.require(fits, "a book of too many price levels")) return;
      self.add_book(InstrumentId{i});
    }
    auto& [instrument, phase, has_band, band_due, reference, band, last_trade, issued,
           indicated_at_ns, orders, classes] = self.books_[i];
    archive.plain(phase, has_band, reference, band, last_trade, issued, indicated_at_ns);
    book::OrderBook::persist(orders, archive);
    TradingClasses::persist(classes, archive, listed.pollutant, self.links);
    archive.require(classes.size() <= orders.classes_open(), "a trading class without levels");
  }
}

// The open orders of each facility, in the order in which they stand there.
template <class Self, class Archive>
void MarketState::persist_orders(Self& self, Archive& archive) {
  for (std::uint32_t f = 0; f < self.data.facilities.size(); ++f) {
    if constexpr (Archive::loads) {
      self.load_orders_of(FacilityId{f}, archive);
    } else {
      for (Slot slot = self.lists_[f].first; slot != no_slot; slot = self.orders_[slot].later) {
        archive.plain(slot);
        persist_order(self, archive, slot);
      }
      const Slot end = no_slot;
      archive.plain(end);
    }
  }
  if constexpr (Archive::loads) {
    if (archive.ok()) self.queue_orders(archive);
    if (archive.ok()) self.renew_digests();
  }
}

// Its place among its facility's, and in its book, follow from where it stands here.
template <class Self, class Archive>
void MarketState::persist_order(Self& self, Archive& archive, Slot slot) {
  auto& [links, remaining, key, priority, generation, instrument, class_slot, side] =
      self.pool[slot];
  archive.plain(remaining, priority, instrument, class_slot, side);
  auto& [facility, session, arrival, price, total, charges, reserved, earlier, later, hidden,
         display, expires, fraction, max_ratio, time_in_force, post_only, local_only, cell] =
      self.orders_[slot];
  auto& [spent_fen, charged, rate_bp] = charges;
  archive.plain(session, arrival, price, total, spent_fen, charged, rate_bp, reserved, hidden,
                display, expires, fraction, max_ratio, time_in_force, post_only, local_only);
}

template <class Archive>
void MarketState::load_orders_of(FacilityId facility, Archive& archive) {
  OrderList& list = lists_[facility.value];
  while (archive.ok()) {
    Slot slot = no_slot;
    archive.plain(slot);
    if (slot == no_slot) return;
    const bool fits = slot < pool.capacity() && pool.is_live(slot) && pool[slot].remaining == 0;
    if (!archive.require(fits, "an order without a place, or twice")) return;
    persist_order(*this, archive, slot);
    orders_[slot].facility = facility;
    if (!archive.require(fits_its_book(slot), "an order that its book cannot hold")) return;
    pool[slot].key =
        books_[pool[slot].instrument].book.key_of(pool[slot].side, orders_[slot].price);
    orders_[slot].earlier = list.last;
    (list.last == no_slot ? list.first : orders_[list.last].later) = slot;
    list.last = slot;
  }
}

bool MarketState::fits_its_book(Slot slot) const {
  const book::RestingOrder& order = pool[slot];
  if (order.remaining == 0 || order.instrument >= books_count()) return false;
  if (order.side != Side::buy && order.side != Side::sell) return false;
  const BookState& book = books_[order.instrument];
  if (order.class_slot >= book.classes.size()) return false;
  // Without overflow, whatever the bytes say.
  const std::uint64_t above = static_cast<std::uint64_t>(orders_[slot].price.value) -
                              static_cast<std::uint64_t>(book.book.price_of(Side::buy, 0).value);
  return above < book.book.levels();
}

// Between commands every open order rests. Its level's queue is the order of priorities.
template <class Archive>
void MarketState::queue_orders(Archive& archive) {
  std::vector<Slot> resting;
  resting.reserve(pool.used());
  for (std::uint32_t f = 0; f < data.facilities.size(); ++f) {
    for (Slot slot = lists_[f].first; slot != no_slot; slot = orders_[slot].later) {
      resting.push_back(slot);
    }
  }
  if (!archive.require(resting.size() == pool.used(), "an order of nobody")) return;
  const auto priority = [this](Slot slot) { return pool[slot].priority; };
  std::ranges::sort(resting, {}, priority);
  const bool distinct = std::ranges::adjacent_find(resting, {}, priority) == resting.end();
  if (!archive.require(distinct, "two orders of one priority")) return;
  for (const Slot slot : resting) book_of(slot).book.append(slot);
}

// Those that this keeps itself. They are hashed from the values, so that they prove them.
void MarketState::renew_digests() {
  orders_digest_ = {};
  free_digest_ = {};
  for (std::uint32_t f = 0; f < data.facilities.size(); ++f) {
    for (Slot slot = lists_[f].first; slot != no_slot; slot = orders_[slot].later) {
      orders_[slot].cell = order_cell(slot);
      orders_digest_.add(orders_[slot].cell);
    }
  }
  for (Slot slot = 0; slot < pool.capacity(); ++slot) {
    if (!pool.is_live(slot)) free_digest_.add(free_cell(slot));
  }
  renew_book_digests();
  rules_changed();
}

void save(const MarketState& state, StateWriter& writer) {
  check(state.books_count() == state.data.instruments.size() && state.bands_due == 0);
  MarketState::persist(state, writer);
}

void load(MarketState& state, StateReader& reader) {
  check(state.books_count() == 0 && state.pool.used() == 0);
  MarketState::persist(state, reader);
}

}  // namespace emx::engine

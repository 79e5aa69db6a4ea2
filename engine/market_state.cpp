#include "engine/market_state.hpp"

#include <algorithm>
#include <cstring>

#include "engine/vocabulary/check.hpp"

namespace emx::engine {

namespace {

template <std::size_t Size>
void add_text(CellHash& hash, const Text<Size>& text) {
  for (std::size_t i = 0; i < Size; i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.bytes.data() + i, 8);
    hash.word(word);
  }
}

template <class Enum>
std::uint64_t number(Enum value) {
  return static_cast<std::uint64_t>(value);
}

std::uint64_t cell_of(std::uint32_t index, const risk::Zone& zone) {
  CellHash hash = cell_hash(Cell::zone).word(std::uint64_t{index});
  add_text(hash, zone.code);
  add_text(hash, zone.basin);
  return hash
      .word(number(zone.province) | std::uint64_t{zone.attaining_mask} << 8 |
            std::uint64_t{zone.key_zone} << 16)
      .value();
}

std::uint64_t cell_of(std::uint32_t index, const risk::Firm& firm) {
  CellHash hash = cell_hash(Cell::firm).word(std::uint64_t{index});
  add_text(hash, firm.code);
  return hash.word(std::uint64_t{firm.group.value}).value();
}

std::uint64_t cell_of(std::uint32_t index, const risk::Facility& facility) {
  CellHash hash = cell_hash(Cell::facility).word(std::uint64_t{index});
  add_text(hash, facility.code);
  add_text(hash, facility.basin);
  return hash.word(std::uint64_t{facility.firm.value} << 32 | facility.zone.value)
      .word(std::int64_t{facility.permit_valid_to.value})
      .word(number(facility.province) | number(facility.source_class) << 8 |
            number(facility.ets) << 16 | number(facility.credit) << 24 |
            std::uint64_t{facility.pollutants_mask} << 32 | std::uint64_t{facility.reach} << 40)
      .value();
}

std::uint64_t cell_of(std::uint32_t index, const risk::Instrument& instrument) {
  CellHash hash = cell_hash(Cell::instrument).word(std::uint64_t{index});
  add_text(hash, instrument.symbol);
  add_text(hash, instrument.basin);
  return hash
      .word(number(instrument.pollutant) | number(instrument.scheme) << 8 |
            number(instrument.medium) << 16 | number(instrument.book_class) << 24 |
            std::uint64_t{instrument.reference_only} << 32)
      .word(std::uint64_t{instrument.first_year} | std::uint64_t{instrument.last_year} << 16 |
            std::uint64_t{instrument.band_pct} << 32 | std::uint64_t{instrument.collar_pct} << 48)
      .word(instrument.tick_fen)
      .word(instrument.fen_per_tick)
      .word(std::uint64_t{instrument.levels_max} | std::uint64_t{instrument.block_band_pct} << 32)
      .value();
}

std::uint64_t cell_of(std::uint32_t index, const Text<16>& group) {
  CellHash hash = cell_hash(Cell::group).word(std::uint64_t{index});
  add_text(hash, group);
  return hash.value();
}

std::uint64_t cell_of(const BookState& book) {
  return cell_hash(Cell::book)
      .word(std::uint64_t{book.instrument.value})
      .word(number(book.phase) | std::uint64_t{book.has_band} << 8 |
            std::uint64_t{book.band_due} << 16)
      .word(book.reference.value)
      .word(book.band.lower.value)
      .word(book.band.upper.value)
      .word(book.issued.value)
      .word(book.indicated_at_ns)
      .value();
}

// What the core was built for; its header says only how the command came.
std::uint64_t cell_of(const GenesisCommand& genesis) {
  CellHash hash = cell_hash(Cell::genesis);
  add_text(hash, genesis.venue);
  return hash.word(std::uint64_t{genesis.semantics_version} << 32 | genesis.firms_max)
      .word(std::uint64_t{genesis.facilities_max} << 32 | genesis.instruments_max)
      .word(std::uint64_t{genesis.zones_max} << 32 | genesis.orders_max)
      .word(std::uint64_t{genesis.level_cells_max} << 32 | genesis.fee_rate_bp)
      .word(genesis.listed_kg_max)
      .word(genesis.listed_carbon_t_max)
      .word(genesis.carbon_extra_t_max)
      .word(std::uint64_t{genesis.gtc_days})
      .value();
}

std::uint64_t cell_of(const risk::Parameters& set) {
  std::uint64_t ratios = 0;
  for (const risk::Ratio ratio : {set.key_zone, set.upstream, set.non_attaining, set.carbon}) {
    ratios = ratios << 16 | std::uint64_t{ratio.n} << 8 | ratio.d;
  }
  return cell_hash(Cell::parameters)
      .word(std::uint64_t{set.fee_rate_bp} << 32 | set.gtc_days)
      .word(set.listed_kg_max)
      .word(set.listed_carbon_t_max)
      .word(set.carbon_extra_t_max)
      .word(set.ticket_room_pct)
      .word(ratios)
      .value();
}

std::uint64_t last_trade_cell(const BookState& book) {
  return cell_hash(Cell::last_trade)
      .word(std::uint64_t{book.instrument.value})
      .word(book.last_trade.value)
      .value();
}

std::uint64_t class_cell(const BookState& book, std::uint32_t class_slot) {
  const risk::TradingClass& c = book.classes[class_slot];
  return cell_hash(Cell::trading_class)
      .word(std::uint64_t{book.instrument.value} << 32 | class_slot)
      .word(std::uint64_t{c.zone.value} << 32 | std::uint64_t{c.province} << 8 |
            std::uint64_t{c.local_only})
      .value();
}

// How much of the arena a book has: each ladder lasts.
std::uint64_t ladders_cell(const BookState& book) {
  return cell_hash(Cell::ladder)
      .word(std::uint64_t{book.instrument.value} << 32 | book.book.classes_open())
      .value();
}

std::uint64_t classes_cells(const BookState& book) {
  Digest digest;
  for (std::uint32_t c = 0; c < book.classes.size(); ++c) digest.add(class_cell(book, c));
  digest.add(ladders_cell(book));
  return digest.value();
}

}  // namespace

MarketState::MarketState(const GenesisCommand& genesis)
    : limits{genesis},
      data{genesis.zones_max, genesis.firms_max, genesis.facilities_max, genesis.instruments_max},
      accounts{genesis.facilities_max, genesis.instruments_max},
      demand{genesis.facilities_max},
      kill_switch{genesis.firms_max, genesis.instruments_max},
      order_limits{genesis.firms_max, genesis.facilities_max, genesis.instruments_max},
      order_rates{genesis.firms_max},
      exposure{genesis.firms_max, genesis.facilities_max, genesis.instruments_max},
      memory{genesis.orders_max, genesis.level_cells_max},
      pool{memory},
      arena{memory},
      orders_(std::size_t{genesis.orders_max} + 1),
      lists_{std::make_unique<OrderList[]>(genesis.facilities_max)} {
  data.parameters.fee_rate_bp = genesis.fee_rate_bp;
  data.parameters.gtc_days = genesis.gtc_days;
  data.parameters.listed_kg_max = genesis.listed_kg_max;
  data.parameters.listed_carbon_t_max = genesis.listed_carbon_t_max;
  data.parameters.carbon_extra_t_max = genesis.carbon_extra_t_max;
  books_.reserve(genesis.instruments_max);
  for (Slot slot = 0; slot < pool.capacity(); ++slot) free_digest_.add(free_cell(slot));
  rules_changed();
}

void MarketState::add_book(InstrumentId id) {
  check(id.value == books_.size());
  BookState& book = books_.emplace_back();
  book.instrument = id;
  book.book = book::OrderBook{pool, arena, data.instruments[id].levels_max};
  classes_digest_.add(classes_cells(book));
}

Slot MarketState::allocate() {
  free_digest_.remove(free_cell(pool.next_free()));
  return pool.allocate();
}

void MarketState::release(Slot slot) {
  orders_[slot] = OrderState{};
  pool.release(slot);
  free_digest_.add(free_cell(slot));
}

// After books were filled by other ways than those below.
void MarketState::renew_book_digests() {
  classes_digest_ = {};
  last_trades_digest_ = {};
  for (const BookState& book : books_) {
    classes_digest_.add(classes_cells(book));
    if (book.last_trade.value != 0) last_trades_digest_.add(last_trade_cell(book));
  }
}

bool MarketState::is_beyond_collar(const BookState& book, PriceTicks anchor,
                                   PriceTicks price) const {
  const std::uint16_t pct = data.instruments[book.instrument].collar_pct;
  if (pct == 0) return false;
  const risk::Band collar = risk::band_around(anchor, pct);
  return price < collar.lower || price > collar.upper;
}

void MarketState::traded(BookState& book, PriceTicks price) {
  if (data.instruments[book.instrument].collar_pct == 0 || price == book.last_trade) return;
  if (book.last_trade.value != 0) last_trades_digest_.remove(last_trade_cell(book));
  book.last_trade = price;
  last_trades_digest_.add(last_trade_cell(book));
}

void MarketState::forget_last_trades() {
  for (BookState& book : books_) book.last_trade = {};
  last_trades_digest_ = {};
}

void MarketState::forget_last_trade(BookState& book) {
  if (book.last_trade.value != 0) last_trades_digest_.remove(last_trade_cell(book));
  book.last_trade = {};
}

void MarketState::renew_band(BookState& book) {
  if (book.band_due) return;
  book.band_due = true;
  ++bands_due;
}

void MarketState::hit_collar(BookState& book, PriceTicks price, EventBatch& events) {
  const risk::Band collar =
      risk::band_around(collar_anchor(book), data.instruments[book.instrument].collar_pct);
  CollarHitEvent& event = events.add<CollarHitEvent>(EventKind::collar_hit);
  event.instrument = book.instrument.value;
  event.price_ticks = price.value;
  event.lower_ticks = collar.lower.value;
  event.upper_ticks = collar.upper.value;
  book.phase = Phase::volatility;
  rules_changed();
}

void MarketState::rest(Slot slot) {
  book::RestingOrder& resting = pool[slot];
  OrderState& order = orders_[slot];
  check(order.hidden == 0);
  if (order.display != 0 && order.display < resting.remaining) {
    before_change(slot);
    order.hidden = resting.remaining - order.display;
    resting.remaining = order.display;
    after_change(slot);
  }
  book_of(slot).book.append(slot);
}

void MarketState::show_next(Slot slot) {
  book::RestingOrder& resting = pool[slot];
  OrderState& order = orders_[slot];
  check(resting.remaining == 0 && order.hidden > 0);
  resting.remaining = std::min(order.display, order.hidden);
  order.hidden -= resting.remaining;
  resting.priority = ++priorities;
  book_of(slot).book.append(slot);
}

risk::TradingClass MarketState::class_of(const BookState& book, FacilityId facility, Side side,
                                         bool local_only) const {
  const Pollutant pollutant = data.instruments[book.instrument].pollutant;
  return risk::trading_class(data, facility, pollutant, side, local_only);
}

std::uint32_t MarketState::class_slot(BookState& book, const risk::TradingClass& wanted) {
  const Pollutant pollutant = data.instruments[book.instrument].pollutant;
  const std::uint32_t known = book.classes.find(wanted);
  if (known != TradingClasses::no_class) return known;
  if (book.classes.full()) return TradingClasses::no_class;
  classes_digest_.remove(classes_cells(book));
  std::uint32_t added = TradingClasses::no_class;
  if (book.book.open_class(book.classes.size())) {
    added = book.classes.add(wanted, pollutant, links);
  }
  classes_digest_.add(classes_cells(book));
  return added;
}

void MarketState::clear_classes(BookState& book) {
  classes_digest_.remove(classes_cells(book));
  book.classes.clear();
  classes_digest_.add(classes_cells(book));
}

void MarketState::enter(Slot slot) {
  OrderList& list = lists_[orders_[slot].facility.value];
  orders_[slot].earlier = list.last;
  orders_[slot].later = no_slot;
  (list.last == no_slot ? list.first : orders_[list.last].later) = slot;
  list.last = slot;
  after_change(slot);
  if (counts_orders_) count_order(slot, 1);
}

void MarketState::leave(Slot slot) {
  before_change(slot);
  if (counts_orders_) count_order(slot, -1);
  OrderList& list = lists_[orders_[slot].facility.value];
  OrderState& order = orders_[slot];
  (order.earlier == no_slot ? list.first : orders_[order.earlier].later) = order.later;
  (order.later == no_slot ? list.last : orders_[order.later].earlier) = order.earlier;
}

void MarketState::count_order(Slot slot, std::int32_t by) {
  exposure.count_order(owner_of(facility_of(slot)), InstrumentId{pool[slot].instrument}, by);
}

void MarketState::count_orders() {
  if (counts_orders_) return;
  counts_orders_ = true;
  for (std::uint32_t f = 0; f < data.facilities.size(); ++f) {
    for (Slot slot = lists_[f].first; slot != no_slot; slot = orders_[slot].later) {
      count_order(slot, 1);
    }
  }
}

void MarketState::count_carbon_bid(Slot slot, std::int64_t times) {
  exposure.change_carbon(owner_of(facility_of(slot)),
                         {.open_bids = std::int64_t{open_lots(slot)} * times});
}

Fen MarketState::amount(const risk::Instrument& instrument, PriceTicks price, Lots lots) const {
  const auto result =
      risk::amount_of(lots, price, instrument.fen_per_tick, instrument.years_from(year));
  check(result.has_value());
  return *result;
}

Fen MarketState::reservation(Slot slot) const {
  const OrderState& order = orders_[slot];
  if (open_lots(slot) == 0) return Fen{0};
  return order.charges.reservation(amount(instrument_of(slot), order.price, Lots{open_lots(slot)}));
}

void MarketState::cancel(Slot slot, Code code, bool rests, EventBatch& events) {
  leave(slot);
  const book::RestingOrder& resting = pool[slot];
  const FacilityId facility = facility_of(slot);
  OrderCancelledEvent& event = events.add<OrderCancelledEvent>(EventKind::order_cancelled);
  event.order_id = pool.id_of(slot).value;
  event.remaining_lots = open_lots(slot);
  event.code = static_cast<std::uint16_t>(code);
  if (resting.side == Side::buy) {
    event.released_amount = orders_[slot].reserved.value;
    accounts.change_cash(facility, Fen{0}, -orders_[slot].reserved);
  } else {
    event.released_amount = event.remaining_lots;
    accounts.change_rights(facility, InstrumentId{resting.instrument}, Lots{0},
                           -Lots{event.remaining_lots});
  }
  if (rests) book_of(slot).book.unlink(slot);
  release(slot);
}

std::uint64_t MarketState::order_cell(Slot slot) const {
  const book::RestingOrder& resting = pool[slot];
  const OrderState& order = orders_[slot];
  return cell_hash(Cell::order)
      .word(pool.id_of(slot).value)
      .word(std::uint64_t{resting.remaining} << 32 | order.facility.value)
      .word(resting.priority)
      .word(order.arrival)
      .word(order.price.value)
      .word(order.total.value)
      .word(static_cast<std::uint64_t>(order.charges.spent_fen))
      .word(static_cast<std::uint64_t>(order.charges.spent_fen >> 64))
      .word(order.charges.charged.value)
      .word(order.reserved.value)
      .word(std::uint64_t{resting.instrument} | number(resting.side) << 16 |
            number(order.time_in_force) << 24 | std::uint64_t{order.fraction.f} << 32 |
            std::uint64_t{order.fraction.ratio.n} << 40 |
            std::uint64_t{order.fraction.ratio.d} << 48)
      .word(std::uint64_t{static_cast<std::uint32_t>(order.charges.rate_bp)} << 32 | order.hidden)
      .word(std::uint64_t{order.display} << 32 | order.session)
      .word(std::uint64_t{static_cast<std::uint32_t>(order.expires.value)} << 32 |
            std::uint64_t{order.max_ratio.n} << 24 | std::uint64_t{order.max_ratio.d} << 16 |
            std::uint64_t{order.post_only} << 8 | std::uint64_t{order.local_only})
      .value();
}

// A free slot: which order comes next, and with which id. A live one has an order's cell.
std::uint64_t MarketState::free_cell(Slot slot) const {
  return cell_hash(Cell::slot)
      .word(std::uint64_t{slot} << 32 | pool.generation(slot))
      .word(std::uint64_t{pool.free_after(slot)})
      .value();
}

std::uint64_t MarketState::rules_from_scratch() const {
  Digest digest;
  digest.add(cell_of(limits));
  digest.add(cell_of(data.parameters));
  for (std::uint32_t i = 0; i < data.zones.size(); ++i) {
    digest.add(cell_of(i, data.zones[ZoneId{i}]));
  }
  for (std::uint32_t i = 0; i < data.groups.size(); ++i) {
    digest.add(cell_of(i, data.groups[GroupId{i}]));
  }
  for (std::uint32_t i = 0; i < data.firms.size(); ++i) {
    digest.add(cell_of(i, data.firms[FirmId{i}]));
    if (const std::int64_t allocated = exposure.allocated(FirmId{i}); allocated != 0) {
      digest.add(cell_hash(Cell::allocation).word(std::uint64_t{i}).word(allocated).value());
    }
  }
  digest.add(kill_switch.digest());
  for (std::uint32_t i = 0; i < data.facilities.size(); ++i) {
    digest.add(cell_of(i, data.facilities[FacilityId{i}]));
  }
  for (std::uint32_t i = 0; i < books_count(); ++i) {
    digest.add(cell_of(i, data.instruments[InstrumentId{i}]));
    digest.add(cell_of(book(InstrumentId{i})));
  }
  CellHash open_links = cell_hash(Cell::link);
  for (std::uint8_t k = 0; k < pollutants_count; ++k) {
    std::uint64_t bits = 0;
    for (std::uint8_t s = 0; s < provinces_count; ++s) {
      for (std::uint8_t b = 0; b < provinces_count; ++b) {
        bits = bits << 1 | (links.open(static_cast<Pollutant>(k), s, b) ? 1U : 0U);
      }
    }
    open_links.word(bits);
  }
  digest.add(open_links.value());
  return digest.value();
}

std::uint64_t MarketState::digest_with(std::uint64_t parts) const {
  return parts + cell_hash(Cell::counters)
                     .word(std::int64_t{date.value})
                     .word(arrivals)
                     .word(priorities)
                     .word(trades)
                     .word(rule_set)
                     .word(deposited.value)
                     .value();
}

std::uint64_t MarketState::digest() const {
  return digest_with(rules_digest_ + classes_digest_.value() + last_trades_digest_.value() +
                     orders_digest_.value() + accounts.digest() + quotas.digest() +
                     demand.digest() + order_limits.digest() + order_rates.digest() +
                     transfers.digest() + blocks.digest() + rule_sets.digest() + calendar.digest() +
                     free_digest_.value());
}

std::uint64_t MarketState::digest_from_scratch() const {
  Digest orders;
  for (std::uint32_t f = 0; f < data.facilities.size(); ++f) {
    for (Slot slot = lists_[f].first; slot != no_slot; slot = orders_[slot].later) {
      orders.add(order_cell(slot));
    }
  }
  Digest free_slots;
  for (Slot slot = 0; slot < pool.capacity(); ++slot) {
    if (!pool.is_live(slot)) free_slots.add(free_cell(slot));
  }
  Digest classes;
  Digest last_trades;
  for (const BookState& book : books_) {
    classes.add(classes_cells(book));
    if (book.last_trade.value != 0) last_trades.add(last_trade_cell(book));
  }
  return digest_with(rules_from_scratch() + classes.value() + last_trades.value() + orders.value() +
                     accounts.digest_from_scratch() + quotas.digest_from_scratch() +
                     demand.digest_from_scratch() + order_limits.digest_from_scratch() +
                     order_rates.digest_from_scratch() + transfers.digest_from_scratch() +
                     blocks.digest_from_scratch() + rule_sets.digest_from_scratch() +
                     calendar.digest_from_scratch() + free_slots.value());
}

}  // namespace emx::engine

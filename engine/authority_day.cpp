#include "engine/authority.hpp"
#include "engine/rule_changes.hpp"
#include "engine/vocabulary/bounds.hpp"

namespace emx::engine {

namespace {

// A band that was changed since the book's price limits were set counts from this day.
void renew_bands(MarketState& state) {
  for (std::uint32_t i = 0; i < state.books_count(); ++i) {
    BookState& book = state.book(InstrumentId{i});
    if (book.has_band && state.band_of(book) != book.band) state.renew_band(book);
  }
  if (state.bands_due != 0) state.rules_changed();
}

}  // namespace

Refusal day_open(MarketState& state, PendingWork& work, const DayOpenCommand& command,
                 EventBatch& events) {
  const Date date{command.date};
  if (date < date_first || date > date_last) {
    return {Code::o01_quantity, date_last.value, command.date};
  }
  if (date <= state.date) return {Code::p01_phase, state.date.value, command.date};
  if (state.calendar.is_closed(date)) {
    return {Code::p01_phase, state.calendar.next(date).value, command.date};
  }
  for (std::uint32_t i = 0; i < state.books_count(); ++i) {
    const Phase phase = state.book(InstrumentId{i}).phase;
    if (phase != Phase::closed) {
      return {Code::p01_phase, static_cast<std::int64_t>(Phase::closed),
              static_cast<std::int64_t>(phase)};
    }
  }
  const bool new_year = state.year != civil_of(date).year;
  state.date = date;
  state.year = civil_of(date).year;
  state.quotas.open_day(state.year);
  if (new_year) state.calendar.forget_before(state.year);
  state.forget_last_trades();
  state.blocks.set_session(false);
  state.blocks.forget_tickets();
  if (state.rule_sets.waits()) bring_into_force(state, work, events);
  renew_bands(state);
  work.expire_books(new_year ? Expiry::new_year : Expiry::day_open, 0, state.books_count());
  work.retest_all();
  work.carry_out_transfers();
  return {};
}

Refusal set_phase(MarketState& state, PendingWork& work, const PhaseCommand& command) {
  const auto phase = static_cast<Phase>(command.phase);
  if (!is_known(phase)) {
    return {Code::o01_quantity, static_cast<std::int64_t>(Phase::volatility), command.phase};
  }
  if (state.date.value == 0) return {Code::p01_phase, 0, 0};  // no DayOpen yet
  std::uint32_t from = 0;
  std::uint32_t to = state.books_count();
  InstrumentId own{no_id};
  if (!command.symbol.empty()) {
    own = state.data.instruments.find(
        [&](const risk::Instrument& row) { return row.symbol == command.symbol; });
    if (own.value == no_id) return {Code::p03_unknown_symbol, 0, 0};
    from = own.value;
    to = own.value + 1;
  }
  std::uint8_t started = 0;
  for (std::uint32_t i = from; i < to; ++i) {
    BookState& book = state.book(InstrumentId{i});
    if (phase == Phase::continuous && book.phase != Phase::continuous) {
      started |= mask_of(state.data.instruments[book.instrument].pollutant);
    }
    // A halt ends a call without a price.
    if (is_call(book.phase) && !is_call(phase) && phase != Phase::halt) {
      work.end_call(book.instrument);
    }
    book.phase = phase;
  }
  if (phase == Phase::closed) work.expire_books(Expiry::close, from, to);
  if (started != 0) work.start_fixpoint(started, own);
  return {};
}

Refusal indicative(MarketState& state, CallPrice& call_price, const IndicativeCommand& command,
                   std::int64_t at_ns, EventBatch& events) {
  constexpr std::int64_t interval_ns = 1'000'000'000;
  const InstrumentId id = state.data.instruments.find(
      [&](const risk::Instrument& row) { return row.symbol == command.symbol; });
  if (id.value == no_id) return {Code::p03_unknown_symbol, 0, 0};
  BookState& book = state.book(id);
  if (!is_call(book.phase)) {
    return {Code::p01_phase, static_cast<std::int64_t>(Phase::opening_call),
            static_cast<std::int64_t>(book.phase)};
  }
  if (book.indicated_at_ns != 0 && at_ns - book.indicated_at_ns < interval_ns) {
    return {Code::o04_rate, 1, interval_ns - (at_ns - book.indicated_at_ns)};
  }
  book.indicated_at_ns = at_ns;
  const CallResult result = call_price.find(book);
  IndicativeEvent& event = events.add<IndicativeEvent>(EventKind::indicative);
  event.instrument = id.value;
  event.price_ticks = result.price.value;
  event.quantity_lots = result.volume;
  event.imbalance_lots = result.imbalance;
  return {};
}

}  // namespace emx::engine

#include "engine/authority.hpp"

namespace emx::engine {

Refusal day_open(MarketState& state, const DayOpenCommand& command) {
  constexpr Date first = date_of(2000, 1, 1);
  constexpr Date last = date_of(2999, 12, 31);
  const Date date{command.date};
  if (date < first || date > last) return {Code::o01_quantity, last.value, command.date};
  if (date <= state.date) return {Code::p01_phase, state.date.value, command.date};
  for (std::uint32_t i = 0; i < state.books_count(); ++i) {
    const Phase phase = state.book(InstrumentId{i}).phase;
    if (phase != Phase::closed) {
      return {Code::p01_phase, static_cast<std::int64_t>(Phase::closed),
              static_cast<std::int64_t>(phase)};
    }
  }
  state.date = date;
  state.year = civil_of(date).year;
  state.quotas.open_day(state.year);
  return {};
}

Refusal set_phase(MarketState& state, PendingWork& work, const PhaseCommand& command) {
  const auto phase = static_cast<Phase>(command.phase);
  if (!is_known(phase)) {
    return {Code::o01_quantity, static_cast<std::int64_t>(Phase::halt), command.phase};
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
    book.phase = phase;
  }
  if (phase == Phase::closed) work.expire_books(from, to);
  if (started != 0) work.start_fixpoint(started, own);
  return {};
}

}  // namespace emx::engine

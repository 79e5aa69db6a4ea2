#include <optional>

#include "engine/rule_changes.hpp"
#include "engine/vocabulary/bounds.hpp"
#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/rule_record.hpp"

namespace emx::engine {

namespace {

InstrumentId find_instrument(const MarketState& state, const Symbol& symbol) {
  return state.data.instruments.find(
      [&](const risk::Instrument& row) { return row.symbol == symbol; });
}

// What goes together (market-rules 3): carbon has its own medium, schemes and book class, and
// water no power book.
Refusal check_kind(const SetInstrumentCommand& command) {
  const auto pollutant = static_cast<Pollutant>(command.pollutant);
  const auto medium = static_cast<Medium>(command.medium);
  const auto scheme = static_cast<Scheme>(command.scheme);
  const auto book_class = static_cast<BookClass>(command.book_class);
  if (!is_known(pollutant)) return out_of_range(pollutants_count - 1, command.pollutant);
  if (!is_known(medium) || medium != medium_of(pollutant)) {
    return out_of_range(static_cast<std::int64_t>(medium_of(pollutant)), command.medium);
  }
  const bool carbon = is_carbon(pollutant);
  if (!is_known(scheme) || carbon == (scheme == Scheme::none)) {
    return out_of_range(static_cast<std::int64_t>(carbon ? Scheme::cea : Scheme::none),
                        command.scheme);
  }
  const bool fits = carbon ? book_class == BookClass::any
                           : book_class != BookClass::any &&
                                 (medium == Medium::air || book_class != BookClass::pwr);
  if (!is_known(book_class) || !fits) {
    return out_of_range(static_cast<std::int64_t>(carbon ? BookClass::any : BookClass::agr),
                        command.book_class);
  }
  return {};
}

// A price is of so many lots (market-rules 2).
std::int64_t lots_per(Pollutant pollutant) { return is_carbon(pollutant) ? 1 : 1'000; }

bool is_reference_only(const MarketState& state, const SetInstrumentCommand& command) {
  return command.venue_of_record.view() != state.limits.venue.view() ||
         static_cast<Scheme>(command.scheme) == Scheme::cea;
}

// Market-rules 3: what a listed instrument is for good. All else of it may change.
bool is_same(const MarketState& state, const risk::Instrument& listed,
             const SetInstrumentCommand& command) {
  return listed.basin == command.basin &&
         static_cast<std::uint8_t>(listed.pollutant) == command.pollutant &&
         static_cast<std::uint8_t>(listed.scheme) == command.scheme &&
         static_cast<std::uint8_t>(listed.medium) == command.medium &&
         static_cast<std::uint8_t>(listed.book_class) == command.book_class &&
         listed.reference_only == is_reference_only(state, command) &&
         listed.first_year == command.first_year && listed.last_year == command.last_year &&
         listed.tick_fen == command.tick_fen &&
         (command.levels_max == 0 || listed.levels_max == command.levels_max) && command.lot == 1;
}

Refusal check_levels(PriceTicks reference, std::int64_t band_pct, std::uint32_t levels_max) {
  const risk::Band band = risk::band_around(reference, band_pct);
  const std::int64_t levels = band.upper.value - band.lower.value + 1;
  if (levels > levels_max) return {Code::o11_capacity, levels_max, levels};
  return {};
}

}  // namespace

std::optional<SetInstrumentCommand> said_in(const risk::RuleDocument* document,
                                            const Symbol& symbol) {
  constexpr auto kind = static_cast<std::uint16_t>(CommandKind::set_instrument);
  if (document == nullptr) return std::nullopt;
  for (const RuleRecord& record : document->records) {
    if (record.kind != kind) continue;
    const auto command = rule_command<SetInstrumentCommand>(kind, record.body);
    if (command.symbol == symbol) return command;
  }
  return std::nullopt;
}

Refusal check_rule(const MarketState& state, const SetInstrumentCommand& command,
                   RulesAhead& ahead) {
  if (const Refusal refusal = check_kind(command)) return refusal;
  const auto pollutant = static_cast<Pollutant>(command.pollutant);
  if (command.symbol.empty()) return {Code::p03_unknown_symbol, 0, 0};
  const InstrumentId listed = find_instrument(state, command.symbol);
  const bool is_listed = listed.value != no_id;
  if (is_listed && !is_same(state, state.data.instruments[listed], command)) {
    return {Code::d02_duplicate_cl_ord_id, 0, 0};
  }
  if (command.lot != 1) return out_of_range(1, command.lot);
  if (command.tick_fen < 1 || command.tick_fen > price_fen_max) {
    return out_of_range(price_fen_max, command.tick_fen);
  }
  if (const Refusal refusal = check_year(command.first_year)) return refusal;
  if (const Refusal refusal = check_year(command.last_year)) return refusal;
  if (command.last_year < command.first_year) {
    return out_of_range(command.first_year, command.last_year);
  }
  if (command.band_pct < 1 || command.band_pct > 99) return out_of_range(99, command.band_pct);
  if (command.block_band_pct < 1) return out_of_range(1, command.block_band_pct);
  if (command.block_band_pct > 99) return out_of_range(99, command.block_band_pct);
  if (command.collar_pct > 99) return out_of_range(99, command.collar_pct);
  // A listed one has its levels; nobody need say them again.
  if (command.levels_max < 1 && !is_listed) return out_of_range(1, command.levels_max);
  if (command.levels_max > book::LevelBitmap::levels_most) {
    return out_of_range(book::LevelBitmap::levels_most, command.levels_max);
  }
  // Market-rules 2: 1 lot x 1 tick x 1 year must be a whole number of fen.
  const std::int64_t per = lots_per(pollutant);
  if (command.tick_fen % per != 0) return {Code::o06_tick_or_lot, per, command.tick_fen};
  const std::uint32_t instruments = state.data.instruments.size() + ahead.instruments;
  if (!is_listed && instruments >= state.data.instruments.rows_max()) {
    return {Code::o11_capacity, state.data.instruments.rows_max(), instruments};
  }
  // Market-rules 3 and 8.7: CEA is reference data, and an anonymous book needs an approval.
  if (!is_reference_only(state, command) && command.approval_ref.empty()) {
    return {Code::p02_venue, 0, 0};
  }
  if (!is_listed) {
    ++ahead.instruments;
    return {};
  }
  const BookState& book = state.book(listed);
  if (!book.has_band) return {};
  return check_levels(book.reference, command.band_pct, state.data.instruments[listed].levels_max);
}

std::uint8_t apply_rule(MarketState& state, const SetInstrumentCommand& command) {
  if (const InstrumentId listed = find_instrument(state, command.symbol); listed.value != no_id) {
    risk::Instrument& row = state.data.instruments[listed];
    row.band_pct = command.band_pct;
    row.block_band_pct = command.block_band_pct;
    row.collar_pct = command.collar_pct;
    // A collar that comes back does not know the trades in between.
    if (command.collar_pct == 0) state.forget_last_trade(state.book(listed));
    return 0;
  }
  const auto pollutant = static_cast<Pollutant>(command.pollutant);
  state.add_book(state.data.instruments.add(
      {command.symbol, command.basin, pollutant, static_cast<Scheme>(command.scheme),
       static_cast<Medium>(command.medium), static_cast<BookClass>(command.book_class),
       is_reference_only(state, command), command.first_year, command.last_year, command.band_pct,
       command.block_band_pct, command.collar_pct, command.tick_fen,
       command.tick_fen / lots_per(pollutant), command.levels_max}));
  return 0;
}

// Of an instrument that is listed, or that the same document lists; with the band that the document
// gives it.
Refusal check_rule(const MarketState& state, const SetReferencePriceCommand& command,
                   RulesAhead& ahead) {
  const InstrumentId id = find_instrument(state, command.symbol);
  const std::optional<SetInstrumentCommand> said = said_in(ahead.document, command.symbol);
  if (id.value == no_id && !said) return {Code::p03_unknown_symbol, 0, 0};
  const bool is_listed = id.value != no_id;
  const bool reference_only =
      is_listed ? state.data.instruments[id].reference_only : is_reference_only(state, *said);
  if (reference_only) return {Code::p02_venue, 0, 0};
  if (command.price_fen < 1 || command.price_fen > price_fen_max) {
    return {Code::o05_price, price_fen_max, command.price_fen};
  }
  const std::int64_t tick = is_listed ? state.data.instruments[id].tick_fen : said->tick_fen;
  if (command.price_fen % tick != 0) return {Code::o06_tick_or_lot, tick, command.price_fen};
  return check_levels(PriceTicks{command.price_fen / tick},
                      said ? said->band_pct : state.data.instruments[id].band_pct,
                      is_listed ? state.data.instruments[id].levels_max : said->levels_max);
}

std::uint8_t apply_rule(MarketState& state, const SetReferencePriceCommand& command) {
  const InstrumentId id = find_instrument(state, command.symbol);
  check(id.value != no_id);
  BookState& book = state.book(id);
  book.reference = PriceTicks{command.price_fen / state.data.instruments[id].tick_fen};
  state.renew_band(book);
  return 0;
}

}  // namespace emx::engine

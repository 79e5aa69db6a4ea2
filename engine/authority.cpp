#include "engine/authority.hpp"

#include "engine/rule_changes.hpp"
#include "engine/vocabulary/bounds.hpp"
#include "engine/vocabulary/check.hpp"

namespace emx::engine {

namespace {

InstrumentId find_instrument(const MarketState& state, const Symbol& symbol) {
  return state.data.instruments.find(
      [&](const risk::Instrument& row) { return row.symbol == symbol; });
}

Refusal out_of_range(std::int64_t limit, std::int64_t value) {
  return {Code::o01_quantity, limit, value};
}

Refusal check_province_and_pollutant(std::uint8_t province, std::uint8_t pollutant) {
  if (!is_known(static_cast<Province>(province))) {
    return out_of_range(provinces_count - 1, province);
  }
  // Carbon has no province quota, link or demand.
  if (pollutant >= pollutants_count || is_carbon(static_cast<Pollutant>(pollutant))) {
    return out_of_range(pollutants_count - 2, pollutant);
  }
  return {};
}

Refusal check_year(std::int64_t year) {
  if (year < year_first) return out_of_range(year_first, year);
  if (year > year_last) return out_of_range(year_last, year);
  return {};
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

}  // namespace

Refusal check_rule(const MarketState&, const SetLinkCommand& command, RulesAhead&) {
  for (const std::uint8_t province : {command.seller_province, command.buyer_province}) {
    if (const Refusal refusal = check_province_and_pollutant(province, command.pollutant)) {
      return refusal;
    }
  }
  if (command.enabled > 1) return out_of_range(1, command.enabled);
  if (command.seller_province == command.buyer_province) {  // a province trades with itself
    return out_of_range(command.seller_province, command.buyer_province);
  }
  return {};
}

std::uint8_t apply_rule(MarketState& state, const SetLinkCommand& command) {
  const auto pollutant = static_cast<Pollutant>(command.pollutant);
  state.links.set(pollutant, static_cast<Province>(command.seller_province),
                  static_cast<Province>(command.buyer_province), command.enabled != 0);
  for (std::uint32_t i = 0; i < state.books_count(); ++i) {
    BookState& book = state.book(InstrumentId{i});
    if (state.data.instruments[book.instrument].pollutant == pollutant) {
      book.classes.links_changed(pollutant, state.links);
    }
  }
  return mask_of(pollutant);
}

Refusal check_rule(const MarketState& state, const SetInstrumentCommand& command,
                   RulesAhead& ahead) {
  if (const Refusal refusal = check_kind(command)) return refusal;
  const auto pollutant = static_cast<Pollutant>(command.pollutant);
  if (command.symbol.empty()) return {Code::p03_unknown_symbol, 0, 0};
  if (find_instrument(state, command.symbol).value != no_id) {
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
  if (command.block_band_pct > 99) return out_of_range(99, command.block_band_pct);
  if (command.collar_pct > 99) return out_of_range(99, command.collar_pct);
  if (command.levels_max < 1 || command.levels_max > book::LevelBitmap::levels_most) {
    return out_of_range(book::LevelBitmap::levels_most, command.levels_max);
  }
  // Market-rules 2: 1 lot x 1 tick x 1 year must be a whole number of fen.
  const std::int64_t per = lots_per(pollutant);
  if (command.tick_fen % per != 0) return {Code::o06_tick_or_lot, per, command.tick_fen};
  const std::uint32_t instruments = state.data.instruments.size() + ahead.instruments;
  if (instruments >= state.data.instruments.rows_max()) {
    return {Code::o11_capacity, state.data.instruments.rows_max(), instruments};
  }
  // Market-rules 3 and 8.7: CEA is reference data, and an anonymous book needs an approval.
  if (!is_reference_only(state, command) && command.approval_ref.empty()) {
    return {Code::p02_venue, 0, 0};
  }
  ++ahead.instruments;
  return {};
}

std::uint8_t apply_rule(MarketState& state, const SetInstrumentCommand& command) {
  const auto pollutant = static_cast<Pollutant>(command.pollutant);
  state.add_book(state.data.instruments.add(
      {command.symbol, command.basin, pollutant, static_cast<Scheme>(command.scheme),
       static_cast<Medium>(command.medium), static_cast<BookClass>(command.book_class),
       is_reference_only(state, command), command.first_year, command.last_year, command.band_pct,
       command.block_band_pct, command.collar_pct, command.tick_fen,
       command.tick_fen / lots_per(pollutant), command.levels_max}));
  return 0;
}

Refusal check_rule(const MarketState& state, const SetQuotaCommand& command, RulesAhead& ahead) {
  if (const Refusal refusal = check_province_and_pollutant(command.province, command.pollutant)) {
    return refusal;
  }
  for (const std::int64_t cap :
       {command.inflow_cap_kg, command.outflow_cap_kg, command.gross_cap_kg, command.holding_cap_kg,
        command.daily_pace_kg}) {
    if (cap < 0 || cap > kg_max) return out_of_range(cap < 0 ? 0 : kg_max, cap);
  }
  if (const Refusal refusal = check_year(command.year)) return refusal;
  if (!state.quotas.has_row(command.year, static_cast<Province>(command.province),
                            static_cast<Pollutant>(command.pollutant))) {
    if (ahead.quota_rows >= state.quotas.rows_free()) {
      return {Code::o11_capacity, 0, command.year};
    }
    ++ahead.quota_rows;
  }
  return {};
}

std::uint8_t apply_rule(MarketState& state, const SetQuotaCommand& command) {
  const auto pollutant = static_cast<Pollutant>(command.pollutant);
  const risk::ProvinceCaps caps{command.inflow_cap_kg, command.outflow_cap_kg, command.gross_cap_kg,
                                command.holding_cap_kg, command.daily_pace_kg};
  check(state.quotas.set_caps(command.year, static_cast<Province>(command.province), pollutant,
                              caps));
  return mask_of(pollutant);
}

Refusal set_demand(MarketState& state, PendingWork& work, const SetDemandCommand& command) {
  const FacilityId facility = find_facility(state, command.facility);
  if (facility.value == no_id) return {Code::p04_unknown_account, 0, 0};
  if (const Refusal refusal = check_province_and_pollutant(0, command.pollutant)) return refusal;
  if (command.approved_kg < 0 || command.approved_kg > kg_max) {
    return out_of_range(kg_max, command.approved_kg);
  }
  const auto pollutant = static_cast<Pollutant>(command.pollutant);
  state.demand.approve(facility, pollutant, command.approved_kg);
  if (command.approved_kg == 0 && !state.data.facilities[facility].is_reserve()) {
    work.demand_used_up(facility, pollutant);
  }
  work.start_fixpoint(mask_of(pollutant), no_book);
  return {};
}

Refusal set_reference_price(MarketState& state, PendingWork& work,
                            const SetReferencePriceCommand& command, EventBatch& events) {
  const InstrumentId id = find_instrument(state, command.symbol);
  if (id.value == no_id) return {Code::p03_unknown_symbol, 0, 0};
  const risk::Instrument& instrument = state.data.instruments[id];
  if (instrument.reference_only) return {Code::p02_venue, 0, 0};
  if (command.price_fen < 1 || command.price_fen > price_fen_max) {
    return {Code::o05_price, price_fen_max, command.price_fen};
  }
  if (command.price_fen % instrument.tick_fen != 0) {
    return {Code::o06_tick_or_lot, instrument.tick_fen, command.price_fen};
  }
  const PriceTicks reference{command.price_fen / instrument.tick_fen};
  const risk::Band band = risk::band_around(reference, instrument.band_pct);
  const std::int64_t levels = band.upper.value - band.lower.value + 1;
  if (levels > instrument.levels_max) return {Code::o11_capacity, instrument.levels_max, levels};
  state.book(id).reference = reference;
  BandSetEvent& event = events.add<BandSetEvent>(EventKind::band_set);
  event.instrument = id.value;
  event.reference_ticks = reference.value;
  event.lower_ticks = band.lower.value;
  event.upper_ticks = band.upper.value;
  work.leave_band(id, band);
  return {};
}

}  // namespace emx::engine

#include "tools/why/entry_rules.hpp"

#include "engine/vocabulary/date.hpp"

namespace emx::why {

namespace {

std::string permit_words(const Context& context, const risk::Facility& facility,
                         Pollutant pollutant) {
  const bool needs_none = facility.is_reserve() || facility.source_class == SourceClass::fin;
  if (needs_none) return text(facility.source_class) + " needs no permit";
  const Date until = facility.permit_valid_to;
  return (until.value == 0 ? "no permit" : "permit to " + text_of(until)) + ", trade date " +
         text_of(context.state.trade_date()) +
         (facility.covers(pollutant) ? "; covers " : "; does not cover ") + text(pollutant);
}

}  // namespace

std::vector<EntryRule> entry_rules(const Context& context, std::uint32_t facility_id,
                                   std::uint32_t instrument_id, Side side) {
  const risk::Facility& who = context.facility(facility_id);
  const risk::Instrument& what = context.instrument(instrument_id);
  const SetBy* by_facility = context.set_facility(facility_id);
  const SetBy* by_instrument = context.rules.instrument(what.symbol.view());
  const bool carbon = is_carbon(what.pollutant);
  const bool permit_free = who.is_reserve() || who.source_class == SourceClass::fin;
  const std::string credit = "credit " + text(who.credit);
  const std::string source = text(who.source_class);
  const std::string book = "book " + text(what.book_class);
  const bool negative = who.credit == Credit::negative;
  const auto number = [](auto value) { return static_cast<std::int64_t>(value); };
  const std::int64_t book_number = number(what.book_class);
  const std::int64_t source_number = number(who.source_class);
  const Date today = context.state.trade_date();
  const bool expired = today > who.permit_valid_to;

  std::vector<EntryRule> rules;
  rules.push_back({Code::e01_permit,
                   "permit",
                   permit_words(context, who, what.pollutant),
                   permit_free || (!expired && who.covers(what.pollutant)),
                   {by_facility, context.rules.trade_date()},
                   expired ? who.permit_valid_to.value : who.pollutants_mask,
                   expired ? today.value : 1 << number(what.pollutant)});
  rules.push_back({Code::e02_credit,
                   "credit",
                   credit + ", " + (side == Side::buy ? "buys " : "sells ") + text(what.pollutant),
                   !negative || (side == Side::buy && carbon),
                   {by_facility},
                   number(Credit::watch),
                   number(who.credit)});
  rules.push_back(
      {Code::e10_double_ets,
       "scheme",
       "ets " + text(who.ets) +
           (what.scheme == Scheme::none ? ", instrument of no scheme"
                                        : ", instrument of scheme " + text(what.scheme)),
       what.scheme != Scheme::shea || who.ets != Ets::national,
       {by_facility, by_instrument},
       number(what.scheme),
       number(who.ets)});
  if (carbon) return rules;
  rules.push_back({Code::e11_not_emitter,
                   "emitter",
                   source + " in a pollutant book",
                   who.source_class != SourceClass::fin,
                   {by_facility},
                   book_number,
                   source_number});
  if (who.is_reserve()) return rules;
  if (what.medium == Medium::water) {
    rules.push_back({Code::e04_basin,
                     "basin",
                     "basin " + std::string{who.basin.view()} + ", instrument's " +
                         std::string{what.basin.view()},
                     who.basin == what.basin,
                     {by_facility, by_instrument}});
  } else {
    rules.push_back(
        {Code::e05_power,
         "power",
         source + ", " + book,
         (who.source_class == SourceClass::power) == (what.book_class == BookClass::pwr),
         {by_facility, by_instrument},
         book_number,
         source_number});
  }
  rules.push_back({Code::e06_agri,
                   "agriculture",
                   source + ", " + book,
                   (who.source_class == SourceClass::agri) == (what.book_class == BookClass::agr),
                   {by_facility, by_instrument},
                   book_number,
                   source_number});
  return rules;
}

}  // namespace emx::why

#include "gateway/market_data/reference.hpp"

#include <algorithm>

#include "gateway/decimal.hpp"
#include "gateway/market_data/phase_codes.hpp"
#include "gateway/raw_message.hpp"

namespace emx::gateway::market_data {

namespace {

constexpr std::string_view unit_of(Pollutant pollutant) {
  return is_carbon(pollutant) ? "t" : "kg";
}

std::string price_text(const Instrument& instrument, PriceTicks price) {
  return text_of(Fen{price.value * instrument.tick_fen});
}

void add_attribute(FieldText& fields, std::string_view type, std::string_view value) {
  fields.add(2305, type).add(2306, value);
}

// What the right is for (FIX 2304): how long it lasts, where it counts and who may hold it.
void add_attributes(FieldText& fields, const Instrument& instrument) {
  const std::string years =
      std::to_string(instrument.first_year) + (instrument.last_year == instrument.first_year
                                                   ? std::string{}
                                                   : "-" + std::to_string(instrument.last_year));
  const bool is_quota = instrument.scheme != Scheme::none;
  fields.add(2304, std::uint64_t{3});
  add_attribute(fields, is_carbon(instrument.pollutant) ? "VINTAGE" : "TENURE", years);
  add_attribute(fields, "BASIN", instrument.basin.view());
  if (is_quota) {
    add_attribute(fields, "SCHEME", name_of(instrument.scheme));
  } else {
    add_attribute(fields, "SOURCE_CLASS", name_of(instrument.book_class));
  }
}

void add_limits(FieldText& fields, const Instrument& instrument, const Book& book) {
  if (!book.has_limits) return;
  fields.add(1148, price_text(instrument, book.lower))
      .add(1149, price_text(instrument, book.upper))
      .add(1150, price_text(instrument, book.reference));
}

// In the order of the standard's group, or its components do not hold together: the Instrument, its
// trading rules, the currency.
void add_instrument(FieldText& fields, const Instrument& instrument, const Book& book) {
  fields.add(55, instrument.symbol.view())
      .add(48, instrument.symbol.view())
      .add(22, '8')
      .add(965, instrument.is_reference_only ? '2' : '1')
      .add(1938, std::uint64_t{18})
      .add(1940, name_of(instrument.pollutant));
  add_attributes(fields, instrument);
  fields.add(969, text_of(Fen{instrument.tick_fen}))
      .add(996, unit_of(instrument.pollutant))
      .add(1147, std::uint64_t{1});
  add_limits(fields, instrument, book);
  fields.add(561, std::uint64_t{1}).add(15, "CNY");
}

}  // namespace

OutMessage security_list(const Market& market, std::string_view request_id,
                         const std::vector<InstrumentId>& ids, std::size_t first) {
  const std::size_t count = std::min(ids.size() - first, instruments_per_page);
  const bool is_last = first + count == ids.size();
  FieldText fields;
  fields.add(320, request_id)
      .add(322, std::string{request_id} + "-" + std::to_string(first / instruments_per_page + 1))
      .add(560, ids.empty() ? '2' : '0')
      .add(393, std::uint64_t{ids.size()})
      .add(893, is_last ? 'Y' : 'N')
      .add(9706, market.last().sequence.value);
  if (count != 0) fields.add(146, std::uint64_t{count});
  for (std::size_t i = first; i < first + count; ++i) {
    add_instrument(fields, market.instrument(ids[i]), market.book(ids[i]));
  }
  return {.type = "y", .body = fields.take()};
}

OutMessage security_status(const Market& market, const Tape& tape, std::string_view request_id,
                           InstrumentId id) {
  const Instrument instrument = market.instrument(id);
  const Book book = market.book(id);
  const DayStatistics& day = tape.statistics(id);
  FieldText fields;
  fields.add(324, request_id).add(55, instrument.symbol.view());
  add_phase_codes(fields, book.phase);
  add_limits(fields, instrument, book);
  if (day.book_lots != 0) {
    fields.add(332, price_text(instrument, day.high)).add(333, price_text(instrument, day.low));
  }
  fields.add(60, utc_timestamp(market.last().at_ns)).add(9706, market.last().sequence.value);
  return {.type = "f", .body = fields.take()};
}

OutMessage unknown_security_status(std::string_view request_id, std::string_view symbol) {
  FieldText fields;
  fields.add(324, request_id)
      .add(55, symbol)
      .add(326, std::uint64_t{20})
      .add(58, "no such symbol; ask for the list with 35=x");
  return {.type = "f", .body = fields.take()};
}

OutMessage trading_session_status(const Market& market, const Tape& tape,
                                  std::string_view request_id) {
  const Phase phase = tape.phase();
  const std::string date = text_of(market.trade_date());
  FieldText fields;
  fields.add(335, request_id)
      .add(336, '1')
      .add(625, codes_of(phase).session_part)
      .add(340, codes_of(phase).market_status)
      .add(58, name_of(phase));
  if (market.trade_date().value != 0) {
    fields.add(75, date.substr(0, 4) + date.substr(5, 2) + date.substr(8));
  }
  fields.add(60, utc_timestamp(market.last().at_ns)).add(9706, market.last().sequence.value);
  return {.type = "h", .body = fields.take()};
}

}  // namespace emx::gateway::market_data

#include <algorithm>
#include <array>

#include "engine/book/level_bitmap.hpp"
#include "engine/vocabulary/bounds.hpp"
#include "tools/market/market_draft.hpp"
#include "tools/market/rows.hpp"

namespace emx::market {

namespace {

constexpr std::array<std::string_view, 18> columns{
    "symbol",       "pollutant",           "scheme",    "medium",         "basin",
    "source_class", "first_year",          "last_year", "quantity_unit",  "tick_fen",
    "lot",          "reference_price_fen", "band_pct",  "block_band_pct", "mode",
    "approval_ref", "venue_of_record",     "collar_pct"};
constexpr std::array<std::string_view, 1> defaults{"0"};  // of a folder without collars

constexpr std::int64_t room_for_moves = 4;  // times the width of the first band

void expect(TableRow& row, bool holds, std::string_view column, const std::string& expected) {
  if (holds) return;
  row.fault(column, in_quotes(row.raw(column)) + " does not fit; expected " + expected);
}

// What the columns must be to one another (market-rules 2, 3 and 8.7).
void check_kind(TableRow& row, const SetInstrumentCommand& command, bool trades_here) {
  const bool carbon = is_carbon(static_cast<Pollutant>(command.pollutant));
  const auto scheme = static_cast<Scheme>(command.scheme);
  const auto medium = static_cast<Medium>(command.medium);
  const auto book_class = static_cast<BookClass>(command.book_class);
  const std::string pollutant{row.raw("pollutant")};
  expect(row, (medium == Medium::carbon) == carbon, "medium",
         carbon ? "CARBON for CO2E" : "AIR or WATER for " + pollutant);
  expect(row, (scheme != Scheme::none) == carbon, "scheme",
         carbon ? "SHEA or CEA for CO2E" : "nothing for " + pollutant);
  expect(row, (book_class == BookClass::any) == carbon, "source_class",
         carbon ? "ANY for CO2E" : "PWR, IND or AGR for " + pollutant);
  expect(row, row.raw("quantity_unit") == (carbon ? "t" : "kg"), "quantity_unit",
         carbon ? "t for CO2E" : "kg for " + pollutant);
  expect(row, carbon || command.tick_fen % 1'000 == 0, "tick_fen",
         "a multiple of 1000, so that 1 kg x 1 tick x 1 year is a whole number of fen");
  expect(row, command.first_year <= command.last_year, "last_year",
         "first_year or later, that is " + std::to_string(command.first_year));
  expect(row, row.raw("mode") == "CLOB", "mode", "CLOB, the one mode that is implemented");
  if (trades_here && command.approval_ref.empty()) {
    row.fault("approval_ref",
              "is empty; expected the approval without which an anonymous book may not be run");
  }
}

void check_price(TableRow& row, std::int64_t price_fen, const SetInstrumentCommand& command) {
  if (!row.ok()) return;
  expect(row, price_fen % command.tick_fen == 0, "reference_price_fen",
         "a multiple of tick_fen, " + std::to_string(command.tick_fen));
  const std::int64_t width = 2 * (price_fen / command.tick_fen * command.band_pct / 100) + 1;
  expect(row, width <= book::LevelBitmap::levels_most, "tick_fen",
         "a tick so large that the band has at most " +
             std::to_string(book::LevelBitmap::levels_most) + " prices");
}

}  // namespace

std::uint32_t levels_for(std::int64_t reference_ticks, std::int64_t band_pct) {
  const std::int64_t width = 2 * (reference_ticks * band_pct / 100) + 1;
  const std::int64_t levels = (room_for_moves * width + 63) / 64 * 64;
  return static_cast<std::uint32_t>(std::min<std::int64_t>(levels, book::LevelBitmap::levels_most));
}

SetInstrumentCommand instrument_of(TableRow& row, std::string_view venue) {
  SetInstrumentCommand command{};
  command.symbol = row.text<32>("symbol");
  command.basin = row.text<16>("basin");
  command.approval_ref = row.text<24>("approval_ref", TableRow::Need::may_be_empty);
  command.venue_of_record = row.text<8>("venue_of_record");
  command.tick_fen = row.integer("tick_fen", 1, price_fen_max);
  command.pollutant = static_cast<std::uint8_t>(row.one_of<Pollutant>("pollutant"));
  command.scheme = static_cast<std::uint8_t>(row.one_of<Scheme>("scheme"));
  command.medium = static_cast<std::uint8_t>(row.one_of<Medium>("medium"));
  command.book_class = static_cast<std::uint8_t>(row.one_of<BookClass>("source_class"));
  command.first_year = static_cast<std::uint16_t>(row.integer("first_year", year_first, year_last));
  command.last_year = static_cast<std::uint16_t>(row.integer("last_year", year_first, year_last));
  command.band_pct = static_cast<std::uint16_t>(row.integer("band_pct", 1, 99));
  command.block_band_pct = static_cast<std::uint16_t>(row.integer("block_band_pct", 1, 99));
  command.collar_pct = static_cast<std::uint16_t>(row.integer("collar_pct", 0, 99));
  command.lot = static_cast<std::uint32_t>(row.integer("lot", 1, 1));
  if (row.ok()) check_kind(row, command, row.raw("venue_of_record") == venue);
  return command;
}

void read_instruments(Draft& draft) {
  CsvTable table{draft.folder, draft.instruments.file, columns, draft.faults, defaults};
  Definitions symbols;
  for (TableRow& row : table.rows()) {
    SetInstrumentCommand command = instrument_of(row, draft.venue);
    const std::int64_t price_fen = row.integer("reference_price_fen", 1, price_fen_max);
    const bool trades_here = row.raw("venue_of_record") == draft.venue;
    check_price(row, price_fen, command);
    symbols.add(row, "symbol", std::string{row.raw("symbol")});
    draft.traded.emplace(row.raw("symbol"), trades_here);
    if (!row.ok()) continue;
    command.levels_max = levels_for(price_fen / command.tick_fen, command.band_pct);
    draft.instruments.add(CommandKind::set_instrument, command, row);
    if (!trades_here) continue;
    SetReferencePriceCommand reference{};
    reference.symbol = command.symbol;
    reference.price_fen = price_fen;
    draft.reference_prices.add(CommandKind::set_reference_price, reference, row);
  }
}

}  // namespace emx::market

#include <gtest/gtest.h>

#include "tests/exchange/floor.hpp"

// What an authority's command may say (market-rules 3 and 17), at the limit and one beyond.

namespace emx::engine::testing {
namespace {

SetInstrumentCommand a_book() {
  return instrument_of({.symbol = "SO2.AIR.YRD.IND.2630", .pollutant = Pollutant::so2});
}

Code answer_to(const SetInstrumentCommand& book) {
  Floor floor;
  return floor.apply(CommandKind::set_instrument, book).refused;
}

TEST(Authority, LoadsABookOnlyWithAnApproval) {
  SetInstrumentCommand book = a_book();
  EXPECT_EQ(answer_to(book), Code::none);
  book.approval_ref = {};
  EXPECT_EQ(answer_to(book), Code::p02_venue);
  book.venue_of_record = Text<8>{"SEEE"};  // elsewhere: reference data
  EXPECT_EQ(answer_to(book), Code::none);
}

TEST(Authority, LoadsWhatGoesTogether) {
  const auto with = [](Pollutant pollutant, Medium medium, Scheme scheme, BookClass book_class) {
    SetInstrumentCommand book = a_book();
    book.pollutant = static_cast<std::uint8_t>(pollutant);
    book.medium = static_cast<std::uint8_t>(medium);
    book.scheme = static_cast<std::uint8_t>(scheme);
    book.book_class = static_cast<std::uint8_t>(book_class);
    return answer_to(book);
  };
  EXPECT_EQ(with(Pollutant::nox, Medium::air, Scheme::none, BookClass::pwr), Code::none);
  EXPECT_EQ(with(Pollutant::tp, Medium::water, Scheme::none, BookClass::agr), Code::none);
  EXPECT_EQ(with(Pollutant::co2e, Medium::carbon, Scheme::shea, BookClass::any), Code::none);
  EXPECT_EQ(with(Pollutant::nox, Medium::water, Scheme::none, BookClass::ind), Code::o01_quantity);
  EXPECT_EQ(with(Pollutant::cod, Medium::air, Scheme::none, BookClass::ind), Code::o01_quantity);
  EXPECT_EQ(with(Pollutant::tp, Medium::water, Scheme::none, BookClass::pwr), Code::o01_quantity);
  EXPECT_EQ(with(Pollutant::nox, Medium::air, Scheme::shea, BookClass::ind), Code::o01_quantity);
  EXPECT_EQ(with(Pollutant::nox, Medium::air, Scheme::none, BookClass::any), Code::o01_quantity);
  EXPECT_EQ(with(Pollutant::co2e, Medium::carbon, Scheme::none, BookClass::any),
            Code::o01_quantity);
  EXPECT_EQ(with(Pollutant::co2e, Medium::carbon, Scheme::shea, BookClass::ind),
            Code::o01_quantity);
}

// Market-rules 3: the national allowance trades nowhere here, whatever its record says.
TEST(Authority, NeverLetsTheNationalAllowanceTrade) {
  Floor floor;
  floor.zone(Province::sh, "plain");
  floor.facility({.name = "A"});
  const auto load = [&](std::string_view symbol, Scheme scheme) {
    floor.book({.symbol = symbol,
                .pollutant = Pollutant::co2e,
                .medium = Medium::carbon,
                .book_class = BookClass::any,
                .scheme = scheme,
                .tick_fen = 1});
  };
  load("CEA25", Scheme::cea);
  load("SHEA25", Scheme::shea);
  floor.day(date_of(2026, 6, 18));
  floor.phase(Phase::continuous);
  EXPECT_EQ(floor.reference("CEA25", Fen{9'749}).refused, Code::p02_venue);
  EXPECT_EQ(floor.reference("SHEA25", Fen{9'749}).refused, Code::none);
  EXPECT_EQ(floor.buy("A", 1, Fen{9'749}, {.symbol = "CEA25"}).refused, Code::p02_venue);
  EXPECT_EQ(floor.buy("A", 1, Fen{9'749}, {.symbol = "SHEA25"}).refused, Code::l01_cash);
}

TEST(Authority, TakesYearsFrom2000To2999) {
  const auto quota_of = [](std::uint16_t year) {
    Floor floor;
    SetQuotaCommand caps = Floor::caps(Province::sh);
    caps.year = year;
    return floor.quota(caps).refused;
  };
  EXPECT_EQ(quota_of(2000), Code::none);
  EXPECT_EQ(quota_of(2999), Code::none);
  EXPECT_EQ(quota_of(1999), Code::o01_quantity);
  EXPECT_EQ(quota_of(3000), Code::o01_quantity);
  const auto series_of = [](std::uint16_t first, std::uint16_t last) {
    SetInstrumentCommand book = a_book();
    book.first_year = first;
    book.last_year = last;
    return answer_to(book);
  };
  EXPECT_EQ(series_of(2000, 2999), Code::none);
  EXPECT_EQ(series_of(1999, 2030), Code::o01_quantity);
  EXPECT_EQ(series_of(2026, 3000), Code::o01_quantity);
  EXPECT_EQ(series_of(2030, 2029), Code::o01_quantity);
}

TEST(Authority, TakesPermitsOfTheYears2000To2999OrNone) {
  Floor floor;
  floor.zone(Province::sh, "plain");
  const auto told = [&floor](Date until) {
    const Outcome outcome = floor.facility({.name = "F", .permit_valid_to = until});
    EXPECT_TRUE(outcome.refused == Code::none || outcome.refused == Code::o01_quantity);
    return std::pair{outcome.limit, outcome.value};
  };
  constexpr std::int64_t first = date_of(2000, 1, 1).value;
  constexpr std::int64_t last = date_of(2999, 12, 31).value;
  const std::pair<std::int64_t, std::int64_t> taken{0, 0};
  EXPECT_EQ(told(date_of(2000, 1, 1)), taken);
  EXPECT_EQ(told(date_of(2999, 12, 31)), taken);
  EXPECT_EQ(told(Date{0}), taken);
  EXPECT_EQ(told(date_of(1999, 12, 31)), std::pair(first, first - 1));
  EXPECT_EQ(told(date_of(3000, 1, 1)), std::pair(last, last + 1));
  EXPECT_EQ(told(Date{-1}), std::pair(first, std::int64_t{-1}));
}

// A zone that comes to meet its target joins two classes, which needs no ladders.
TEST(Authority, MayImproveAZoneWhenAllLaddersAreTaken) {
  GenesisCommand genesis = Floor::small_genesis();
  genesis.level_cells_max = 2 * 2'048;
  Floor floor{genesis};
  floor.zone(Province::sh, "bad", {.misses_mask = every_pollutant});
  floor.book({});
  floor.reference(voc, 11'980_cny);
  floor.facility({.name = "S", .zone = "bad"});
  floor.issue("S", 10);
  floor.day(date_of(2026, 6, 18));
  floor.phase(Phase::continuous);
  ASSERT_EQ(floor.sell("S", 1, 12'000_cny).refused, Code::none);
  EXPECT_EQ(floor.zone(Province::sh, "bad").refused, Code::none);
  EXPECT_EQ(floor.zone(Province::sh, "bad", {.misses_mask = every_pollutant}).refused,
            Code::o11_capacity);
}

TEST(Authority, MayRenameAGroupForEver) {
  Floor floor;
  const std::uint32_t firms_max = Floor::small_genesis().firms_max;
  for (std::uint32_t i = 0; i + 1 < firms_max; ++i) {
    ASSERT_EQ(floor.firm("F" + std::to_string(i), "G" + std::to_string(i)).refused, Code::none);
  }
  for (std::uint32_t i = 0; i < 2 * firms_max; ++i) {
    ASSERT_EQ(floor.firm("LAST", "L" + std::to_string(i)).refused, Code::none) << i;
  }
}

}  // namespace
}  // namespace emx::engine::testing

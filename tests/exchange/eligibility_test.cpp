#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>

#include "tests/exchange/floor.hpp"

// Market-rules 5: what an order's own facility decides at entry and on a re-test, and what a pair
// decides at match.

namespace emx::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view so2_pwr = "SO2.AIR.YRD.PWR.2630";
constexpr std::string_view cod_taihu = "COD.WAT.TAIHU.IND.2630";
constexpr std::string_view cod_agr = "COD.WAT.TAIHU.AGR.2630";
constexpr std::string_view shea = "SHEA25";

class EntryRules : public ::testing::Test {
 protected:
  EntryRules() {
    floor.open_market();
    open({.symbol = so2_pwr, .pollutant = Pollutant::so2, .book_class = BookClass::pwr});
    open({.symbol = cod_taihu,
          .pollutant = Pollutant::cod,
          .medium = Medium::water,
          .basin = "TAIHU"});
    open({.symbol = cod_agr,
          .pollutant = Pollutant::cod,
          .medium = Medium::water,
          .book_class = BookClass::agr,
          .basin = "TAIHU"});
    open({.symbol = shea,
          .pollutant = Pollutant::co2e,
          .medium = Medium::carbon,
          .book_class = BookClass::any,
          .scheme = Scheme::shea,
          .tick_fen = 1'000});
  }

  void open(const BookTerms& terms) {
    floor.book(terms);
    floor.reference(terms.symbol, 11'980_cny);
    floor.phase(Phase::continuous, terms.symbol);
  }

  // Code of a small order that nothing but the facility could refuse.
  Code buys(FacilityTerms terms, std::string_view symbol = voc) {
    enter(terms);
    return floor.buy(name, 1, 11'000_cny, {.symbol = symbol}).refused;
  }
  Code sells(FacilityTerms terms, std::string_view symbol = voc) {
    enter(terms);
    return floor.sell(name, 1, 13'000_cny, {.symbol = symbol}).refused;
  }

  // What the same order is told of the rule that refused it.
  std::array<std::int64_t, 2> figures(FacilityTerms terms, std::string_view symbol = voc) {
    enter(terms);
    const Outcome outcome = floor.buy(name, 1, 11'000_cny, {.symbol = symbol});
    EXPECT_NE(outcome.refused, Code::none);
    return {outcome.limit, outcome.value};
  }

  Floor floor;

 private:
  void enter(FacilityTerms& terms) {
    name = "F" + std::to_string(++number);
    terms.name = name;
    ASSERT_EQ(floor.facility(terms).refused, Code::none);
    floor.deposit(name, Fen{ample});
    for (const std::string_view symbol : {voc, so2_pwr, cod_taihu, cod_agr, shea}) {
      floor.issue(name, 1'000, symbol);
    }
    for (const auto pollutant : {Pollutant::so2, Pollutant::voc, Pollutant::cod}) {
      floor.demand(name, ample, pollutant);
    }
  }

  std::string name;
  int number = 0;
};

TEST_F(EntryRules, E01HoldsThePermitToItsLastDay) {
  EXPECT_EQ(buys({.permit_valid_to = date_of(2026, 6, 18)}), Code::none);  // today
  EXPECT_EQ(buys({.permit_valid_to = date_of(2026, 6, 17)}), Code::e01_permit);
  EXPECT_EQ(sells({.permit_valid_to = date_of(2026, 6, 18)}), Code::none);
  EXPECT_EQ(sells({.permit_valid_to = date_of(2026, 6, 17)}), Code::e01_permit);
  EXPECT_EQ(sells({.permit_valid_to = Date{0}}), Code::e01_permit);
}

TEST_F(EntryRules, E01HoldsThePermitToItsPollutants) {
  EXPECT_EQ(buys({.pollutants_mask = mask(Pollutant::voc)}), Code::none);
  const auto all_but_voc =
      static_cast<std::uint8_t>(every_pollutant & ~unsigned{mask(Pollutant::voc)});
  EXPECT_EQ(buys({.pollutants_mask = all_but_voc}), Code::e01_permit);
}

TEST_F(EntryRules, E01AsksNoPermitOfReservesAndFinancialParticipants) {
  EXPECT_EQ(
      sells(
          {.permit_valid_to = Date{0}, .source_class = SourceClass::reserve, .pollutants_mask = 0}),
      Code::none);
  EXPECT_EQ(
      sells({.permit_valid_to = Date{0}, .source_class = SourceClass::fin, .pollutants_mask = 0},
            shea),
      Code::none);
}

// A buyer with NEGATIVE credit may cure it with carbon, and with nothing else.
TEST_F(EntryRules, E02ShutsOutNegativeCredit) {
  EXPECT_EQ(buys({.credit = Credit::watch}), Code::none);
  EXPECT_EQ(sells({.credit = Credit::watch}), Code::none);
  EXPECT_EQ(buys({.credit = Credit::negative}), Code::e02_credit);
  EXPECT_EQ(sells({.credit = Credit::negative}), Code::e02_credit);
  EXPECT_EQ(buys({.credit = Credit::negative}, shea), Code::none);
  EXPECT_EQ(sells({.credit = Credit::negative}, shea), Code::e02_credit);
}

TEST_F(EntryRules, E10KeepsTheNationalSchemeOutOfTheLocalOne) {
  EXPECT_EQ(buys({.ets = Ets::national}, shea), Code::e10_double_ets);
  EXPECT_EQ(sells({.ets = Ets::national}, shea), Code::e10_double_ets);
  EXPECT_EQ(buys({.ets = Ets::sh}, shea), Code::none);
  EXPECT_EQ(buys({.ets = Ets::national}), Code::none);
}

TEST_F(EntryRules, E11KeepsFinancialParticipantsOutOfPollutants) {
  EXPECT_EQ(buys({.source_class = SourceClass::fin}), Code::e11_not_emitter);
  EXPECT_EQ(sells({.source_class = SourceClass::fin}), Code::e11_not_emitter);
  EXPECT_EQ(buys({.source_class = SourceClass::fin}, shea), Code::none);
}

TEST_F(EntryRules, E04KeepsWaterInItsBasin) {
  EXPECT_EQ(buys({.basin = "TAIHU"}, cod_taihu), Code::none);
  EXPECT_EQ(buys({.basin = "HUAIHE"}, cod_taihu), Code::e04_basin);
  EXPECT_EQ(sells({.basin = "HUAIHE"}, cod_taihu), Code::e04_basin);
  EXPECT_EQ(sells({.basin = "HUAIHE", .source_class = SourceClass::reserve}, cod_taihu),
            Code::none);
  EXPECT_EQ(buys({.basin = "HUAIHE"}), Code::none);  // air has none
}

TEST_F(EntryRules, E05KeepsPowerAmongItself) {
  EXPECT_EQ(buys({.source_class = SourceClass::power}, so2_pwr), Code::none);
  EXPECT_EQ(buys({.source_class = SourceClass::power}), Code::e05_power);
  EXPECT_EQ(buys({.source_class = SourceClass::industry}, so2_pwr), Code::e05_power);
  EXPECT_EQ(buys({.source_class = SourceClass::power}, cod_taihu), Code::none);  // in water it may
  EXPECT_EQ(sells({.source_class = SourceClass::reserve}, so2_pwr), Code::none);
}

TEST_F(EntryRules, E06KeepsFarmsAmongThemselves) {
  EXPECT_EQ(buys({.source_class = SourceClass::agri}, cod_agr), Code::none);
  EXPECT_EQ(buys({.source_class = SourceClass::agri}, cod_taihu), Code::e06_agri);
  EXPECT_EQ(buys({.source_class = SourceClass::industry}, cod_agr), Code::e06_agri);
  EXPECT_EQ(buys({.source_class = SourceClass::wwtp}, cod_taihu), Code::none);
  EXPECT_EQ(sells({.source_class = SourceClass::reserve}, cod_agr), Code::none);
}

// As ledger/FORMAT.md has them: E01's days or bits, E02's credits, E10's scheme and ETS, the
// classes of E05, E06 and E11; basins have no numbers.
TEST_F(EntryRules, TellTheBoundAndWhatHitIt) {
  const std::int64_t today = date_of(2026, 6, 18).value;
  EXPECT_THAT(figures({.permit_valid_to = date_of(2026, 6, 17)}), ElementsAre(today - 1, today));
  EXPECT_THAT(figures({.permit_valid_to = Date{0}, .pollutants_mask = 0}), ElementsAre(0, today));
  EXPECT_THAT(figures({.pollutants_mask = 0b11}), ElementsAre(0b11, 0b100));
  EXPECT_THAT(figures({.pollutants_mask = 0}), ElementsAre(0, 0b100));
  EXPECT_THAT(figures({.credit = Credit::negative}), ElementsAre(1, 2));
  EXPECT_THAT(figures({.ets = Ets::national}, shea), ElementsAre(1, 1));
  EXPECT_THAT(figures({.source_class = SourceClass::fin}), ElementsAre(2, 6));
  EXPECT_THAT(figures({.source_class = SourceClass::power}), ElementsAre(2, 1));
  EXPECT_THAT(figures({.basin = "TAIHU"}, cod_agr), ElementsAre(3, 2));
  EXPECT_THAT(figures({.basin = "HUAIHE"}, cod_taihu), ElementsAre(0, 0));
}

TEST_F(EntryRules, TheFirstRuleThatFailsIsTheCode) {
  FacilityTerms terms{.basin = "HUAIHE",
                      .permit_valid_to = Date{0},
                      .source_class = SourceClass::agri,
                      .credit = Credit::negative};
  EXPECT_EQ(buys(terms, cod_taihu), Code::e01_permit);
  terms.permit_valid_to = date_of(2030, 12, 31);
  EXPECT_EQ(buys(terms, cod_taihu), Code::e02_credit);
  terms.credit = Credit::good;
  EXPECT_EQ(buys(terms, cod_taihu), Code::e04_basin);
  terms.basin = "TAIHU";
  EXPECT_EQ(buys(terms, cod_taihu), Code::e06_agri);
}

// A repurchase: bids of a reserve need no demand and stay in their province.
TEST_F(EntryRules, AReserveBuysWithoutDemand) {
  floor.facility({.name = "RESERVE", .source_class = SourceClass::reserve});
  floor.deposit("RESERVE", Fen{ample});
  EXPECT_EQ(floor.buy("RESERVE", 1, 11'000_cny).refused, Code::none);
}

class PairRules : public ::testing::Test {
 protected:
  PairRules() { floor.open_market(); }
  Floor floor;
};

TEST_F(PairRules, E03PassesOverTheSameFirmAndTheSameGroup) {
  floor.add({.name = "A-1", .firm = "A"});
  floor.add({.name = "A-2", .firm = "A"});
  floor.add({.name = "G-1", .group = "G"});
  floor.add({.name = "G-2", .group = "G"});
  floor.add({.name = "FREE"});
  floor.sell("A-1", 100, 12'000_cny);
  const Outcome same_firm = floor.buy("A-2", 100, 12'000_cny);
  EXPECT_THAT(same_firm.trades, IsEmpty());
  EXPECT_THAT(same_firm.skip_codes(), ElementsAre(Code::e03_related));
  EXPECT_EQ(same_firm.skips[0].price_ticks, 1'200);
  EXPECT_EQ(same_firm.skips[0].quantity_lots, 100);
  EXPECT_EQ(floor.cancel("A-2", same_firm.id()).refused, Code::none);  // neither was cancelled
  floor.sell("G-1", 100, 11'900_cny);
  const Outcome same_group = floor.buy("G-2", 100, 12'000_cny);  // goes on to A-1's
  ASSERT_EQ(same_group.trades.size(), 1U);
  EXPECT_EQ(same_group.trades[0].sell_facility, floor.id_of("A-1"));
  EXPECT_THAT(same_group.skip_codes(), ElementsAre(Code::e03_related));
  EXPECT_EQ(floor.buy("FREE", 100, 12'000_cny).sold(), 100);
}

TEST_F(PairRules, NoGroupIsNoRelation) {
  floor.add({.name = "A"});
  floor.add({.name = "B"});
  floor.sell("A", 100, 12'000_cny);
  EXPECT_EQ(floor.buy("B", 100, 12'000_cny).sold(), 100);
}

TEST_F(PairRules, E07BlocksOneDirectionOfOnePollutant) {
  floor.add("SH", Province::sh);
  floor.add("ZJ", Province::zj);
  floor.link(Province::sh, Province::zj, false);
  floor.sell("SH", 100, 12'000_cny);
  const Outcome blocked = floor.buy("ZJ", 100, 12'000_cny);
  EXPECT_THAT(blocked.trades, IsEmpty());
  EXPECT_THAT(blocked.skip_codes(), ElementsAre(Code::e07_link));
  EXPECT_EQ(blocked.skips[0].province, static_cast<std::uint8_t>(Province::sh));
  EXPECT_EQ(blocked.skips[0].zone, no_id);
  EXPECT_EQ(blocked.skips[0].local_only, 0);
  floor.sell("ZJ", 100, 12'100_cny);  // the other way it is on
  EXPECT_EQ(floor.buy("SH", 100, 12'100_cny).sold(), 100);
}

TEST_F(PairRules, SwitchingALinkOnLetsRestingOrdersTradeAtTheOlderPrice) {
  floor.add("SH", Province::sh);
  floor.add("ZJ", Province::zj);
  floor.link(Province::sh, Province::zj, false);
  floor.sell("SH", 100, 11'900_cny);
  floor.buy("ZJ", 100, 12'000_cny);
  EXPECT_THAT(floor.link(Province::sh, Province::zj, true, Pollutant::nox).trades, IsEmpty());
  const Outcome on = floor.link(Province::sh, Province::zj, true);
  ASSERT_EQ(on.trades.size(), 1U);
  EXPECT_EQ(on.trades[0].price_ticks, 1'190);
  EXPECT_EQ(on.trades[0].aggressor, 0);
}

TEST_F(PairRules, E08KeepsBuyersOfAZoneThatMissesItsTargetInside) {
  floor.add("BAD-1", Province::zj, "bad");
  floor.add("BAD-2", Province::zj, "bad");
  floor.add("PLAIN", Province::zj);
  floor.sell("PLAIN", 100, 11'900_cny);
  floor.sell("BAD-2", 100, 12'000_cny);
  const Outcome inside = floor.buy("BAD-1", 200, 12'000_cny);
  ASSERT_EQ(inside.trades.size(), 1U);
  EXPECT_EQ(inside.trades[0].sell_facility, floor.id_of("BAD-2"));
  EXPECT_THAT(inside.skip_codes(), ElementsAre(Code::e08_attain));
  // The other way round there is no rule: it may sell to a zone that attains.
  floor.cancel("BAD-1", inside.id());
  floor.sell("BAD-2", 50, 11'800_cny);
  EXPECT_EQ(floor.buy("PLAIN", 50, 11'800_cny).trades.size(), 1U);
}

TEST_F(PairRules, X01KeepsARepurchaseInItsProvince) {
  floor.add({.name = "RESERVE", .province = Province::zj, .source_class = SourceClass::reserve});
  floor.add("ZJ-BAD", Province::zj, "bad");
  floor.add("SH", Province::sh);
  floor.sell("SH", 100, 11'900_cny);
  floor.sell("ZJ-BAD", 100, 12'000_cny);
  const Outcome repurchase = floor.buy("RESERVE", 200, 12'000_cny);
  ASSERT_EQ(repurchase.trades.size(), 1U);
  EXPECT_EQ(repurchase.trades[0].sell_facility, floor.id_of("ZJ-BAD"));
  EXPECT_EQ(repurchase.trades[0].ratio_n, repurchase.trades[0].ratio_d);  // r = 1
  EXPECT_THAT(repurchase.skip_codes(), ElementsAre(Code::x01_local_only));
  EXPECT_THAT(repurchase.demands, IsEmpty());
  // Seen from the other side the class passed over is the local one.
  const Outcome taker = floor.sell("SH", 10, 12'000_cny);
  EXPECT_THAT(taker.skip_codes(), ElementsAre(Code::x01_local_only));
  EXPECT_EQ(taker.skips[0].local_only, 1);
}

// --- Re-tests: a change of a participant cancels what may not rest any more. ---

class Retest : public ::testing::Test {
 protected:
  Retest() {
    floor.open_market();
    floor.add("F", Province::sh);
    bid = floor.buy("F", 100, 11'000_cny).id();
    ask = floor.sell("F", 200, 13'000_cny).id();
  }
  Floor floor;
  OrderId bid;
  OrderId ask;
};

TEST_F(Retest, CancelsOrdersWithoutAPermitInTheOrderOfArrival) {
  const Outcome lost = floor.facility({.name = "F", .permit_valid_to = date_of(2026, 6, 17)});
  EXPECT_THAT(lost.cancel_codes(), ElementsAre(Code::e01_permit, Code::e01_permit));
  EXPECT_EQ(lost.cancelled[0].order_id, bid.value);
  EXPECT_EQ(lost.cancelled[0].remaining_lots, 100);
  EXPECT_EQ(lost.cancelled[0].released_amount, 550'550);  // 5,500.00 and 5.50 of fee
  EXPECT_EQ(lost.cancelled[1].order_id, ask.value);
  EXPECT_EQ(lost.cancelled[1].released_amount, 200);
}

TEST_F(Retest, CancelsNothingThatMayRest) {
  EXPECT_THAT(floor.facility({.name = "F", .permit_valid_to = date_of(2026, 6, 18)}).cancelled,
              IsEmpty());
  EXPECT_THAT(floor.facility({.name = "F", .credit = Credit::watch}).cancelled, IsEmpty());
}

TEST_F(Retest, CancelsBothSidesOnNegativeCredit) {
  EXPECT_THAT(floor.facility({.name = "F", .credit = Credit::negative}).cancel_codes(),
              ElementsAre(Code::e02_credit, Code::e02_credit));
}

TEST_F(Retest, KeepsWhereAFacilityIsAndWhoseItIs) {
  EXPECT_EQ(floor.facility({.name = "F", .province = Province::zj}).refused,
            Code::p05_not_your_account);
  EXPECT_EQ(floor.facility({.name = "F", .zone = "key"}).refused, Code::p05_not_your_account);
  EXPECT_EQ(floor.facility({.name = "F", .firm = "G"}).refused, Code::p05_not_your_account);
  EXPECT_EQ(floor.facility({.name = "F", .basin = "HUAIHE"}).refused, Code::p05_not_your_account);
  EXPECT_EQ(floor.facility({.name = "F", .source_class = SourceClass::wwtp}).refused,
            Code::p05_not_your_account);
}

}  // namespace
}  // namespace emx::engine::testing

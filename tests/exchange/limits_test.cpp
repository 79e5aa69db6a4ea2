#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/exchange/floor.hpp"

// Market-rules 10: limits on orders and the kill switch, each at its bound and one beyond.

namespace emx::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t second = 1'000'000'000;

struct LimitTerms {
  std::string_view name = {};
  std::int64_t until_ns = 0;
  std::uint32_t approver = 0;
};

class Limits : public ::testing::Test {
 protected:
  Limits() {
    floor.open_market();
    floor.add({.name = "B", .province = Province::sh, .group = "G"});
    floor.add({.name = "B2", .province = Province::sh, .firm = "B", .group = "G"});
    floor.add({.name = "C", .province = Province::zj, .group = "G"});
    floor.add("S", Province::js);
  }

  Outcome limit(LimitKind kind, Scope scope, std::int64_t value, const LimitTerms& terms = {}) {
    SetLimitCommand command{};
    command.name = Text<32>{terms.name};
    command.value = value;
    command.until_ns = terms.until_ns;
    command.kind = static_cast<std::uint8_t>(kind);
    command.scope = static_cast<std::uint8_t>(scope);
    command.header.approver = terms.approver;
    return floor.apply(CommandKind::set_limit, command);
  }
  Outcome kill(Scope scope, std::string_view name = {}) { return kill_switch(scope, name, 1, 0); }
  Outcome release(Scope scope, std::string_view name = {}) {
    return kill_switch(scope, name, 0, 7);
  }
  Outcome kill_switch(Scope scope, std::string_view name, std::uint8_t killed,
                      std::uint32_t approver) {
    KillSwitchCommand command{};
    command.name = Text<32>{name};
    command.scope = static_cast<std::uint8_t>(scope);
    command.killed = killed;
    command.header.approver = approver;
    return floor.apply(CommandKind::kill_switch, command);
  }
  Code bid(std::string_view facility, std::int64_t lots = 1) {
    return floor.buy(facility, lots, 11'900_cny).refused;
  }

  Floor floor;
};

// --- O03 ---

TEST_F(Limits, OpenOrdersAreCountedByFacilityFirmGroupAndInstrument) {
  struct Case {
    Scope scope;
    std::string_view name;
    std::string_view second_from;  // whose order counts against the same limit
    std::string_view other;        // whose does not
  };
  for (const Case& c : {Case{Scope::facility, "B", "B", "B2"}, Case{Scope::firm, "B", "B2", "C"},
                        Case{Scope::group, "G", "C", "S"}, Case{Scope::instrument, voc, "S", ""}}) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(limit(LimitKind::open_orders, c.scope, 2, {.name = c.name}).refused, Code::none);
    const OrderId first = floor.buy("B", 1, 11'900_cny).id();
    const OrderId other = floor.buy(c.second_from, 1, 11'900_cny).id();
    EXPECT_NE(other.value, 0U);
    const Outcome third = floor.buy(c.second_from, 1, 11'900_cny);
    EXPECT_EQ(third.refused, Code::o03_open_orders);
    EXPECT_EQ(third.limit, 2);
    EXPECT_EQ(third.value, 3);
    if (!c.other.empty()) {
      const OrderId apart = floor.buy(c.other, 1, 11'900_cny).id();
      EXPECT_EQ(floor.cancel(c.other, apart).refused, Code::none);
    }
    EXPECT_EQ(floor.replace("B", first, 2, 11'900_cny).refused, Code::none);  // none more
    EXPECT_EQ(floor.cancel("B", first).refused, Code::none);
    const OrderId again = floor.buy("B", 1, 11'900_cny).id();
    EXPECT_NE(again.value, 0U);
    floor.cancel("B", again);
    floor.cancel(c.second_from, other);
    limit(LimitKind::open_orders, c.scope, -1, {.name = c.name});
  }
}

TEST_F(Limits, OpenOrdersGoWithTheFirmToAnotherGroup) {
  limit(LimitKind::open_orders, Scope::group, 1, {.name = "G"});
  const OrderId resting = floor.buy("B", 1, 11'900_cny).id();
  EXPECT_EQ(bid("C"), Code::o03_open_orders);
  floor.firm("B", "");
  EXPECT_EQ(bid("C"), Code::none);
  floor.firm("B", "G");  // two of them now: a limit leaves what rests
  EXPECT_EQ(floor.cancel("B", resting).refused, Code::none);
  EXPECT_EQ(bid("B"), Code::o03_open_orders);
}

TEST_F(Limits, OfItsOwnStandsAboveThatOfAllOthers) {
  limit(LimitKind::open_orders, Scope::firm, 0);
  EXPECT_EQ(bid("B"), Code::o03_open_orders);
  limit(LimitKind::open_orders, Scope::firm, 1, {.name = "B"});
  EXPECT_EQ(bid("B"), Code::none);
  EXPECT_EQ(bid("B"), Code::o03_open_orders);
  EXPECT_EQ(bid("S"), Code::o03_open_orders);
  limit(LimitKind::open_orders, Scope::firm, -1, {.name = "B"});
  EXPECT_EQ(bid("B2"), Code::o03_open_orders);
}

// --- O01, O02 ---

TEST_F(Limits, QuantityAndValueAreThoseOfTheWholeOrder) {
  limit(LimitKind::order_quantity, Scope::facility, 100, {.name = "B"});
  EXPECT_EQ(bid("B", 100), Code::none);
  const Outcome larger = floor.buy("B", 101, 11'900_cny);
  EXPECT_EQ(larger.refused, Code::o01_quantity);
  EXPECT_EQ(larger.limit, 100);
  EXPECT_EQ(larger.value, 101);
  EXPECT_EQ(bid("B2", 101), Code::none);
  // 11,900 CNY a t and year, five years: 59.50 CNY a kg.
  limit(LimitKind::order_value, Scope::group, 59'500, {.name = "G"});
  const OrderId exact = floor.buy("C", 10, 11'900_cny).id();
  EXPECT_NE(exact.value, 0U);
  const Outcome dearer = floor.buy("C", 10, 11'910_cny);
  EXPECT_EQ(dearer.refused, Code::o02_value);
  EXPECT_EQ(dearer.limit, 59'500);
  EXPECT_EQ(dearer.value, 59'550);
  EXPECT_EQ(floor.replace("C", exact, 11, 11'900_cny).refused, Code::o02_value);
  EXPECT_EQ(floor.replace("C", exact, 9, 11'900_cny).refused, Code::none);
}

// --- O04 ---

// The floor's clock moves a nanosecond with each entry.
TEST_F(Limits, RateIsATokenBucketOfASecond) {
  limit(LimitKind::order_rate, Scope::firm, 2, {.name = "B"});
  const OrderId first = floor.buy("B", 1, 11'900_cny).id();
  EXPECT_EQ(floor.replace("B", first, 2, 11'900_cny).refused, Code::none);
  const Outcome third = floor.buy("B2", 1, 11'900_cny);  // of the same firm
  EXPECT_EQ(third.refused, Code::o04_rate);
  EXPECT_EQ(third.limit, 2);
  EXPECT_GT(third.value, 0);                                // nanoseconds until there is one,
  EXPECT_LE(third.value, second / 2);                       // half a second at most
  EXPECT_EQ(floor.cancel("B", first).refused, Code::none);  // cancels are free
  EXPECT_EQ(bid("C"), Code::none);
  limit(LimitKind::order_rate, Scope::firm, -1, {.name = "B"});
  EXPECT_EQ(bid("B"), Code::none);
}

// --- H01 ---

class CarbonHolding : public Limits {
 protected:
  static GenesisCommand genesis() {
    GenesisCommand genesis = Floor::small_genesis();
    genesis.carbon_extra_t_max = 1'000;
    return genesis;
  }
  CarbonHolding() : market{genesis()} {
    market.open_market();
    market.add({.name = "B", .province = Province::sh, .group = "G"});
    market.add({.name = "C", .province = Province::zj, .group = "G"});
    market.add("S", Province::js);
    market.book({.symbol = "SHEA25",
                 .pollutant = Pollutant::co2e,
                 .medium = Medium::carbon,
                 .book_class = BookClass::any,
                 .scheme = Scheme::shea,
                 .tick_fen = 1});
    market.reference("SHEA25", 7'000_fen);
    market.phase(Phase::continuous, "SHEA25");
    market.issue("B", 500, "SHEA25");
    market.issue("S", 5'000, "SHEA25");
  }
  Outcome carbon_bid(std::string_view facility, std::int64_t lots) {
    return market.buy(facility, lots, 7'000_fen, {.symbol = "SHEA25"});
  }

  Floor market;
};

TEST_F(CarbonHolding, OfAGroupIsItsAllocationsAndAThousandOnce) {
  const OrderId all = carbon_bid("C", 1'000).id();
  EXPECT_NE(all.value, 0U);
  const Outcome more = carbon_bid("B", 1);
  EXPECT_EQ(more.refused, Code::h01_holding);
  EXPECT_EQ(more.limit, 1'500);
  EXPECT_EQ(more.value, 1'501);
  EXPECT_EQ(market.replace("C", all, 1'001, 7'000_fen).refused, Code::h01_holding);
  EXPECT_EQ(market.replace("C", all, 900, 7'000_fen).refused, Code::none);
  EXPECT_EQ(carbon_bid("B", 101).refused, Code::h01_holding);
  EXPECT_EQ(carbon_bid("B", 100).refused, Code::none);
}

TEST_F(CarbonHolding, StaysUsedWhenTheBidFillsAndComesBackWithASale) {
  market.sell("S", 1'000, 7'000_fen, {.symbol = "SHEA25"});
  EXPECT_EQ(carbon_bid("C", 1'000).sold(), 1'000);
  EXPECT_EQ(carbon_bid("B", 1).refused, Code::h01_holding);
  market.sell("B", 200, 7'000_fen, {.symbol = "SHEA25"});
  EXPECT_EQ(market.buy("S", 150, 7'000_fen, {.symbol = "SHEA25"}).sold(), 150);
  EXPECT_EQ(carbon_bid("C", 151).refused, Code::h01_holding);
  EXPECT_EQ(carbon_bid("C", 150).refused, Code::none);
}

TEST_F(CarbonHolding, IsOfTheFirmAloneWithoutAGroup) {
  market.firm("B", "");
  EXPECT_EQ(carbon_bid("C", 1'001).refused, Code::h01_holding);
  EXPECT_EQ(carbon_bid("C", 1'000).refused, Code::none);
  EXPECT_EQ(carbon_bid("B", 1'000).refused, Code::none);
  market.firm("B", "G");  // now too much together: it stays, and nothing is added
  EXPECT_EQ(carbon_bid("B", 1).refused, Code::h01_holding);
}

// --- Temporary limits ---

TEST_F(Limits, OfATimeNeedTwoPersonsAndEnd) {
  limit(LimitKind::order_quantity, Scope::firm, 10, {.name = "B"});
  EXPECT_EQ(
      limit(LimitKind::order_quantity, Scope::firm, 50, {.name = "B", .until_ns = second}).refused,
      Code::p06_four_eyes);
  EXPECT_EQ(bid("B", 11), Code::o01_quantity);
  // The floor's clock is the number of the entry.
  const std::int64_t now = static_cast<std::int64_t>(floor.entries());
  EXPECT_EQ(limit(LimitKind::order_quantity, Scope::firm, 50,
                  {.name = "B", .until_ns = now + 4, .approver = 7})
                .refused,
            Code::none);                        // entry now + 1
  EXPECT_EQ(bid("B", 50), Code::none);          // now + 2
  EXPECT_EQ(bid("B", 51), Code::o01_quantity);  // now + 3
  EXPECT_EQ(bid("B", 11), Code::o01_quantity);  // now + 4: over
  EXPECT_EQ(bid("B", 10), Code::none);
  EXPECT_EQ(limit(LimitKind::order_quantity, Scope::firm, 50,
                  {.name = "B", .until_ns = now, .approver = 7})
                .refused,
            Code::o01_quantity);
}

TEST_F(Limits, OfATimeMayBeTheLowerOnes) {
  limit(LimitKind::order_quantity, Scope::firm, 50);
  const std::int64_t now = static_cast<std::int64_t>(floor.entries());
  const LimitTerms terms{.name = "B", .until_ns = now + 4, .approver = 7};
  EXPECT_EQ(limit(LimitKind::order_quantity, Scope::firm, 10, terms).refused, Code::none);
  EXPECT_EQ(bid("B", 11), Code::o01_quantity);
  EXPECT_EQ(bid("C", 50), Code::none);
  EXPECT_EQ(bid("B", 50), Code::none);  // now + 4: over
}

TEST_F(Limits, OfATimeLastNinetyDaysAtMostAndEndEarlyByAnother) {
  constexpr std::int64_t ninety_days = 90LL * 86'400 * second;
  const auto next = [&] { return static_cast<std::int64_t>(floor.entries()) + 1; };
  const Outcome beyond = limit(LimitKind::order_quantity, Scope::firm, 10,
                               {.name = "B", .until_ns = next() + ninety_days + 1, .approver = 7});
  EXPECT_EQ(beyond.refused, Code::o01_quantity);
  EXPECT_EQ(beyond.limit, beyond.value - 1);
  EXPECT_EQ(bid("B", 11), Code::none);
  EXPECT_EQ(limit(LimitKind::order_quantity, Scope::firm, 10,
                  {.name = "B", .until_ns = next() + ninety_days, .approver = 7})
                .refused,
            Code::none);
  EXPECT_EQ(bid("B", 11), Code::o01_quantity);
  EXPECT_EQ(limit(LimitKind::order_quantity, Scope::firm, 10,
                  {.name = "B", .until_ns = next() + 1, .approver = 7})
                .refused,
            Code::none);
  EXPECT_EQ(bid("B", 11), Code::none);
}

TEST_F(Limits, AreRefusedWholeWhenTheyMeanNothing) {
  EXPECT_EQ(limit(LimitKind{9}, Scope::firm, 1).refused, Code::o01_quantity);
  EXPECT_EQ(limit(LimitKind::open_orders, Scope::province, 1).refused, Code::o01_quantity);
  EXPECT_EQ(limit(LimitKind::order_rate, Scope::group, 1).refused, Code::o01_quantity);
  EXPECT_EQ(limit(LimitKind::order_rate, Scope::firm, 1'000'001).refused, Code::o01_quantity);
  EXPECT_EQ(limit(LimitKind::open_orders, Scope::firm, -2).refused, Code::o01_quantity);
  EXPECT_EQ(limit(LimitKind::open_orders, Scope::firm, 1, {.name = "X"}).refused,
            Code::p04_unknown_account);
  EXPECT_EQ(limit(LimitKind::open_orders, Scope::instrument, 1, {.name = "X"}).refused,
            Code::p03_unknown_symbol);
  EXPECT_EQ(bid("B"), Code::none);
}

// --- Kill switch ---

TEST_F(Limits, KillSwitchCancelsAndRefusesWhatItNames) {
  struct Case {
    Scope scope;
    std::string_view name;
    std::size_t cancelled;  // of the bids of B, B2, C and S
    bool stops_s;
  };
  for (const Case& c : {Case{Scope::firm, "B", 2, false}, Case{Scope::group, "G", 3, false},
                        Case{Scope::province, "JS", 1, true}, Case{Scope::basin, "TAIHU", 4, true},
                        Case{Scope::instrument, voc, 4, true}, Case{Scope::all, "", 4, true}}) {
    SCOPED_TRACE(c.name);
    for (const char* who : {"B", "B2", "C", "S"}) EXPECT_EQ(bid(who), Code::none);
    const Outcome killed = kill(c.scope, c.name);
    EXPECT_EQ(killed.cancelled.size(), c.cancelled);
    for (const Code code : killed.cancel_codes()) EXPECT_EQ(code, Code::k01_killed);
    EXPECT_EQ(bid("S"), c.stops_s ? Code::k01_killed : Code::none);
    EXPECT_EQ(bid("B"), c.scope == Scope::province ? Code::none : Code::k01_killed);
    EXPECT_THAT(kill(c.scope, c.name).cancelled, IsEmpty());  // it is so already
    EXPECT_EQ(kill_switch(c.scope, c.name, 0, 0).refused, Code::p06_four_eyes);
    EXPECT_EQ(bid("S"), c.stops_s ? Code::k01_killed : Code::none);
    EXPECT_EQ(release(c.scope, c.name).refused, Code::none);
    EXPECT_EQ(bid("S"), Code::none);
    EXPECT_EQ(bid("B"), Code::none);
    floor.apply(CommandKind::mass_cancel, MassCancelCommand{});
  }
}

// Of several switches the first is told, from all to basin; of a firm and its group the firm, of a
// basin whether it is the facility's or the instrument's.
TEST_F(Limits, KillSwitchTellsWhatItNames) {
  const auto told = [this] {
    const Outcome outcome = floor.buy("H", 1, 11'900_cny);
    EXPECT_EQ(outcome.refused, Code::k01_killed);
    return std::array{outcome.limit, outcome.value};
  };
  const auto number = [](auto value) { return static_cast<std::int64_t>(value); };
  floor.add({.name = "H", .province = Province::zj, .group = "G", .basin = "HUAIHE"});
  const std::int64_t firm = floor.firm_of("H");
  kill(Scope::basin, "YRD");
  EXPECT_THAT(told(), ElementsAre(number(Scope::basin), 1));
  kill(Scope::basin, "HUAIHE");
  EXPECT_THAT(told(), ElementsAre(number(Scope::basin), 0));
  kill(Scope::province, "ZJ");
  EXPECT_THAT(told(), ElementsAre(number(Scope::province), number(Province::zj)));
  kill(Scope::instrument, voc);
  EXPECT_THAT(told(), ElementsAre(number(Scope::instrument), 0));
  kill(Scope::group, "G");
  EXPECT_THAT(told(), ElementsAre(number(Scope::group), firm));
  kill(Scope::firm, "H");
  EXPECT_THAT(told(), ElementsAre(number(Scope::firm), firm));
  kill(Scope::all);
  EXPECT_THAT(told(), ElementsAre(0, 0));
}

// One person twice, one who approves what nobody asked for, and one who approves a firm's act: all
// are one person.
TEST_F(Limits, ReleaseNeedsTwoPersons) {
  kill(Scope::all);
  const auto release_by = [&](std::uint32_t actor, std::uint32_t approver) {
    KillSwitchCommand command{};
    command.header.approver = approver;
    return floor.apply(CommandKind::kill_switch, command, actor).refused;
  };
  const std::uint32_t firm = 0;
  for (const std::uint32_t one : {operator_actor(7), no_id, firm}) {
    EXPECT_EQ(release_by(one, 7), Code::p06_four_eyes) << one;
  }
  EXPECT_EQ(release_by(operator_actor(8), 0), Code::p06_four_eyes);
  EXPECT_EQ(bid("B"), Code::k01_killed);
  EXPECT_EQ(release_by(operator_actor(8), 7), Code::none);
  EXPECT_EQ(bid("B"), Code::none);
}

TEST_F(Limits, KillSwitchTakesWhoJoinsItsGroup) {
  kill(Scope::group, "G");
  const OrderId resting = floor.sell("S", 5, 12'500_cny).id();
  EXPECT_NE(resting.value, 0U);
  EXPECT_THAT(floor.firm("S", "G").cancel_codes(), ElementsAre(Code::k01_killed));
  EXPECT_EQ(bid("S"), Code::k01_killed);
}

// Else one person would do what a release takes two for.
TEST_F(Limits, KillSwitchKeepsWhoIsInItsGroup) {
  kill(Scope::group, "G");
  for (const char* other : {"", "H"}) {
    const Outcome outcome = floor.firm("B", other);
    EXPECT_EQ(outcome.refused, Code::k01_killed) << other;
    EXPECT_EQ(outcome.limit, static_cast<std::int64_t>(Scope::group));
    EXPECT_EQ(outcome.value, floor.firm_of("B"));
    EXPECT_EQ(bid("B"), Code::k01_killed);
  }
  EXPECT_EQ(kill(Scope::group, "H").refused, Code::p04_unknown_account);  // nor is H known by that
  EXPECT_EQ(floor.firm("B", "G").refused, Code::none);                    // it stays where it is
  EXPECT_EQ(floor.firm("S", "H").refused, Code::none);  // of another group, of none
  kill(Scope::group, "H");
  EXPECT_EQ(floor.firm("B", "H").refused, Code::k01_killed);  // not into another that is stopped
  EXPECT_EQ(release(Scope::group, "G").refused, Code::none);
  EXPECT_EQ(floor.firm("B", "").refused, Code::none);
  EXPECT_EQ(bid("B"), Code::none);
}

TEST_F(Limits, KillSwitchShowsNobodyWhatItStops) {
  floor.sell("S", 5, 12'500_cny);
  std::array<DepthLevel, 4> levels{};
  const Viewer viewer{FacilityId{floor.id_of("B")}};
  const InstrumentId book{0};
  EXPECT_EQ(floor.exchange().executable_depth(book, Side::sell, viewer, levels), 1U);
  kill(Scope::firm, "B");
  EXPECT_EQ(floor.exchange().executable_depth(book, Side::sell, viewer, levels), 0U);
}

TEST_F(Limits, KillSwitchIsRefusedForNamesNotKnown) {
  EXPECT_EQ(kill(Scope::firm, "X").refused, Code::p04_unknown_account);
  EXPECT_EQ(kill(Scope::firm).refused, Code::p04_unknown_account);
  EXPECT_EQ(kill(Scope::province, "X").refused, Code::p04_unknown_account);
  EXPECT_EQ(kill(Scope::instrument, "X").refused, Code::p03_unknown_symbol);
  EXPECT_EQ(kill(Scope::all, "X").refused, Code::p04_unknown_account);
  EXPECT_EQ(kill(Scope::facility, "B").refused, Code::o01_quantity);
  EXPECT_EQ(kill(Scope{9}).refused, Code::o01_quantity);
  EXPECT_EQ(bid("B"), Code::none);
}

// A basin that no facility and no instrument lies in was mistyped: its switch would stop nobody.
TEST_F(Limits, KillSwitchKnowsTheBasinsOfFacilitiesAndInstruments) {
  EXPECT_EQ(kill(Scope::basin, "HUAIHE").refused, Code::p04_unknown_account);
  EXPECT_EQ(kill(Scope::basin, "").refused, Code::p04_unknown_account);
  EXPECT_EQ(kill(Scope::basin, "TAIHU-AND-SOMETHING-LONGER").refused, Code::p04_unknown_account);
  EXPECT_EQ(release(Scope::basin, "HUAIHE").refused, Code::p04_unknown_account);
  EXPECT_EQ(release(Scope::basin, "TAIHU").refused, Code::none) << "not stopped: nothing to do";
  floor.add({.name = "H", .province = Province::zj, .basin = "HUAIHE"});
  EXPECT_EQ(kill(Scope::basin, "HUAIHE").refused, Code::none) << "a facility's";
  EXPECT_EQ(kill(Scope::basin, "YRD").refused, Code::none) << "an instrument's";
}

TEST_F(Limits, KillSwitchHasRoomForSixteenBasins) {
  for (char c = 'A'; c < 'A' + 16; ++c) {
    const std::string basin(1, c);
    floor.add({.name = "IN-" + basin, .province = Province::zj, .basin = basin});
    EXPECT_EQ(kill(Scope::basin, basin).refused, Code::none);
  }
  const Outcome full = kill(Scope::basin, "TAIHU");
  EXPECT_EQ(full.refused, Code::o11_capacity);
  EXPECT_EQ(full.limit, 16);
  EXPECT_EQ(bid("B"), Code::none);
  release(Scope::basin, "C");
  EXPECT_EQ(kill(Scope::basin, "TAIHU").refused, Code::none);
  EXPECT_EQ(bid("B"), Code::k01_killed);
}

}  // namespace
}  // namespace emx::engine::testing

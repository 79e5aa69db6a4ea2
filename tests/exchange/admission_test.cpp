#include <gtest/gtest.h>

#include "tests/exchange/floor.hpp"

// Market-rules 10 and the sizes and prices of 9: each refusal at its limit, which is allowed, and
// one beyond it, which is not.

namespace emx::engine::testing {
namespace {

class Admission : public ::testing::Test {
 protected:
  Admission() {
    floor.open_market();
    floor.add("BUYER", Province::zj);
    floor.add("SELLER", Province::sh);
  }

  // A good bid as a record, for tests that spoil it where the floor's short forms cannot.
  [[nodiscard]] NewOrderCommand good_bid() const {
    NewOrderCommand bid{};
    bid.instrument = floor.names().find_instrument(voc);
    bid.facility = floor.id_of("BUYER");
    bid.price_fen = (12'000_cny).value;
    bid.quantity_lots = 100;
    bid.side = static_cast<std::uint8_t>(Side::buy);
    bid.order_type = static_cast<std::uint8_t>(OrderType::limit);
    bid.time_in_force = static_cast<std::uint8_t>(TimeInForce::day);
    return bid;
  }
  Outcome send(const NewOrderCommand& order) {
    return floor.apply(CommandKind::new_order, order, floor.firm_of("BUYER"));
  }

  Floor floor;
};

TEST_F(Admission, RefusesASymbolThatIsNotThere) {
  NewOrderCommand bid = good_bid();
  EXPECT_EQ(send(bid).refused, Code::none);  // the last one there is
  bid.instrument = 1;
  EXPECT_EQ(send(bid).refused, Code::p03_unknown_symbol);
  bid.instrument = no_id;
  EXPECT_EQ(send(bid).refused, Code::p03_unknown_symbol);
}

TEST_F(Admission, RefusesAnAccountThatIsNotThere) {
  NewOrderCommand bid = good_bid();
  bid.facility = 2;
  EXPECT_EQ(send(bid).refused, Code::p04_unknown_account);
  bid.facility = no_id;
  EXPECT_EQ(send(bid).refused, Code::p04_unknown_account);
}

TEST_F(Admission, RefusesAnotherFirmsAccount) {
  const NewOrderCommand bid = good_bid();
  EXPECT_EQ(floor.apply(CommandKind::new_order, bid, floor.firm_of("BUYER")).refused, Code::none);
  const Outcome foreign = floor.apply(CommandKind::new_order, bid, floor.firm_of("SELLER"));
  EXPECT_EQ(foreign.refused, Code::p05_not_your_account);
  EXPECT_EQ(foreign.limit, floor.firm_of("BUYER"));
  EXPECT_EQ(foreign.value, floor.firm_of("SELLER"));
  EXPECT_EQ(floor.apply(CommandKind::new_order, bid, no_id).refused, Code::p05_not_your_account);
}

TEST_F(Admission, RefusesAClOrdIdThatWasUsed) {
  const OrderTerms again{.flags = order_duplicate_cl_ord_id};
  EXPECT_EQ(floor.buy("BUYER", 100, 12'000_cny, again).refused, Code::d02_duplicate_cl_ord_id);
  const OrderId bid = floor.buy("BUYER", 100, 12'000_cny).id();
  EXPECT_EQ(floor.replace("BUYER", bid, 90, 12'000_cny, order_duplicate_cl_ord_id).refused,
            Code::d02_duplicate_cl_ord_id);
  EXPECT_EQ(floor.cancel("BUYER", bid, order_duplicate_cl_ord_id).refused,
            Code::d02_duplicate_cl_ord_id);
  EXPECT_EQ(floor.cancel("BUYER", bid).refused, Code::none);  // it was untouched
}

TEST_F(Admission, RefusesReferenceData) {
  floor.book({.symbol = "CEA25",
              .pollutant = Pollutant::co2e,
              .medium = Medium::carbon,
              .book_class = BookClass::any,
              .scheme = Scheme::cea,
              .venue_of_record = "SEEE",
              .tick_fen = 1});
  EXPECT_EQ(floor.reference("CEA25", 6'236_fen).refused, Code::p02_venue);
  EXPECT_EQ(floor.buy("BUYER", 1, 6'236_fen, {.symbol = "CEA25"}).refused, Code::p02_venue);
}

// Orders and replaces in pre-open and continuous; IOC in continuous only; cancels in any phase.
TEST_F(Admission, TakesOrdersInTheirPhases) {
  struct Row {
    Phase phase;
    Code day_order;
    Code ioc_order;
  };
  for (const Row& row : {Row{Phase::pre_open, Code::none, Code::p01_phase},
                         Row{Phase::continuous, Code::none, Code::none},
                         Row{Phase::pause, Code::p01_phase, Code::p01_phase},
                         Row{Phase::halt, Code::p01_phase, Code::p01_phase},
                         Row{Phase::closed, Code::p01_phase, Code::p01_phase}}) {
    floor.phase(Phase::continuous);
    const OrderId resting = floor.buy("BUYER", 100, 11'000_cny).id();
    const OrderId other = floor.buy("BUYER", 100, 11'000_cny).id();
    floor.phase(row.phase);
    EXPECT_EQ(floor.buy("BUYER", 1, 12'000_cny).refused, row.day_order) << name_of(row.phase);
    EXPECT_EQ(floor.buy("BUYER", 1, 12'000_cny, ioc).refused, row.ioc_order) << name_of(row.phase);
    if (row.phase == Phase::closed) continue;  // nothing rests any more
    EXPECT_EQ(floor.replace("BUYER", resting, 90, 11'000_cny).refused, row.day_order)
        << name_of(row.phase);
    EXPECT_EQ(floor.cancel("BUYER", other).refused, Code::none) << name_of(row.phase);
  }
}

TEST_F(Admission, RefusesABookWithoutAReferencePrice) {
  floor.book({.symbol = "VOC.NEW"});
  floor.phase(Phase::continuous, "VOC.NEW");
  EXPECT_EQ(floor.buy("BUYER", 1, 12'000_cny, {.symbol = "VOC.NEW"}).refused, Code::p01_phase);
  floor.reference("VOC.NEW", 11'980_cny);
  EXPECT_EQ(floor.buy("BUYER", 1, 12'000_cny, {.symbol = "VOC.NEW"}).refused, Code::none);
}

TEST_F(Admission, RefusesASeriesThatIsOver) {
  for (const auto& [symbol, last_year, expected] :
       {std::tuple{"VOC.2526", 2026, Code::none}, std::tuple{"VOC.2525", 2025, Code::p01_phase}}) {
    floor.book(
        {.symbol = symbol, .first_year = 2025, .last_year = static_cast<std::uint16_t>(last_year)});
    floor.reference(symbol, 11'980_cny);
    floor.phase(Phase::continuous, symbol);
    EXPECT_EQ(floor.buy("BUYER", 1, 12'000_cny, {.symbol = symbol}).refused, expected) << symbol;
  }
}

TEST_F(Admission, RefusesAPriceOffItsTick) {
  EXPECT_EQ(floor.buy("BUYER", 1, 11'990_cny).refused, Code::none);  // tick 10 CNY
  const Outcome off = floor.buy("BUYER", 1, 11'995_cny);
  EXPECT_EQ(off.refused, Code::o06_tick_or_lot);
  EXPECT_EQ(off.limit, 1'000);
  EXPECT_EQ(off.value, 1'199'500);
}

// What the gateway could not write down exactly comes with a flag.
TEST_F(Admission, RefusesWhatWasNotExact) {
  EXPECT_EQ(floor.buy("BUYER", 1, 11'990_cny, {.flags = order_inexact_price}).refused,
            Code::o06_tick_or_lot);
  EXPECT_EQ(floor.buy("BUYER", 1, 11'990_cny, {.flags = order_inexact_quantity}).refused,
            Code::o06_tick_or_lot);
}

// Market-rules 9: reference 11,980, band 10 %: 10,790..13,170.
TEST_F(Admission, RefusesAPriceOutsideTheBand) {
  EXPECT_EQ(floor.buy("BUYER", 1, 10'790_cny).refused, Code::none);
  EXPECT_EQ(floor.buy("BUYER", 1, 13'170_cny).refused, Code::none);
  const Outcome low = floor.buy("BUYER", 1, 10'780_cny);
  EXPECT_EQ(low.refused, Code::o05_price);
  EXPECT_EQ(low.limit, (10'790_cny).value);
  EXPECT_EQ(low.value, (10'780_cny).value);
  const Outcome high = floor.sell("SELLER", 1, 13'180_cny);
  EXPECT_EQ(high.refused, Code::o05_price);
  EXPECT_EQ(high.limit, (13'170_cny).value);
}

TEST_F(Admission, RefusesAQuantityBelowOneLot) {
  EXPECT_EQ(floor.buy("BUYER", 1, 12'000_cny).refused, Code::none);
  EXPECT_EQ(floor.buy("BUYER", 0, 12'000_cny).refused, Code::o01_quantity);
  EXPECT_EQ(floor.buy("BUYER", -1, 12'000_cny).refused, Code::o01_quantity);
}

TEST_F(Admission, RefusesASizeThatIsForBlocks) {
  EXPECT_EQ(floor.sell("SELLER", 30'000, 12'000_cny).refused, Code::none);
  const Outcome large = floor.sell("SELLER", 30'001, 12'000_cny);
  EXPECT_EQ(large.refused, Code::o07_use_block);
  EXPECT_EQ(large.limit, 30'000);
  EXPECT_EQ(large.value, 30'001);
}

TEST_F(Admission, MeasuresCarbonInTonnes) {
  floor.book({.symbol = "SHEA25",
              .pollutant = Pollutant::co2e,
              .medium = Medium::carbon,
              .book_class = BookClass::any,
              .scheme = Scheme::shea,
              .tick_fen = 1});
  floor.reference("SHEA25", 9'749_fen);
  floor.phase(Phase::continuous, "SHEA25");
  floor.issue("SELLER", 1'000'000, "SHEA25");
  EXPECT_EQ(floor.sell("SELLER", 99'999, 9'749_fen, {.symbol = "SHEA25"}).refused, Code::none);
  EXPECT_EQ(floor.sell("SELLER", 100'000, 9'749_fen, {.symbol = "SHEA25"}).refused,
            Code::o07_use_block);
}

TEST_F(Admission, RefusesABidWithoutDemand) {
  floor.demand("BUYER", 1);
  EXPECT_EQ(floor.buy("BUYER", 100, 12'000_cny).refused, Code::none);
  floor.demand("BUYER", 0);
  EXPECT_EQ(floor.buy("BUYER", 100, 12'000_cny).refused, Code::d01_demand);
  EXPECT_EQ(floor.sell("BUYER", 100, 12'000_cny).refused, Code::none);  // a sale needs none
}

// 4,000 kg at 12,000 CNY for 5 years: 240,000.00, and 240.00 of fee.
TEST_F(Admission, RefusesABidOneFenShort) {
  floor.facility({.name = "POOR", .province = Province::zj});
  floor.demand("POOR", 10'000);
  floor.deposit("POOR", 24'023'999_fen);
  const Outcome short_of = floor.buy("POOR", 4'000, 12'000_cny);
  EXPECT_EQ(short_of.refused, Code::l01_cash);
  EXPECT_EQ(short_of.limit, 24'023'999);
  EXPECT_EQ(short_of.value, 24'024'000);
  floor.deposit("POOR", 1_fen);
  EXPECT_EQ(floor.buy("POOR", 4'000, 12'000_cny).refused, Code::none);
  EXPECT_EQ(floor.buy("POOR", 1, 10'790_cny).refused, Code::l01_cash);  // all of it is reserved
}

TEST_F(Admission, RefusesAnAskOneLotShort) {
  floor.facility({.name = "POOR", .province = Province::zj});
  floor.issue("POOR", 99);
  const Outcome short_of = floor.sell("POOR", 100, 12'000_cny);
  EXPECT_EQ(short_of.refused, Code::l02_rights);
  EXPECT_EQ(short_of.limit, 99);
  EXPECT_EQ(short_of.value, 100);
  floor.issue("POOR", 1);
  EXPECT_EQ(floor.sell("POOR", 100, 12'000_cny).refused, Code::none);
  EXPECT_EQ(floor.sell("POOR", 1, 12'000_cny).refused, Code::l02_rights);
}

TEST(AdmissionSizes, RefusesMoreLotsThanAnOrderMayHave) {
  GenesisCommand genesis = Floor::small_genesis();
  genesis.listed_kg_max = std::int64_t{1} << 40;
  Floor floor{genesis};
  floor.open_market();
  floor.add("SELLER", Province::sh);
  floor.issue("SELLER", std::int64_t{1} << 33);
  EXPECT_EQ(floor.sell("SELLER", 2'147'483'647, 12'000_cny).refused, Code::none);
  const Outcome large = floor.sell("SELLER", 2'147'483'648, 12'000_cny);
  EXPECT_EQ(large.refused, Code::o01_quantity);
  EXPECT_EQ(large.limit, 2'147'483'647);
}

// 100 ticks of 2^31 fen each: at 21,474,836 t the amount is just below 2^62 fen.
TEST(AdmissionSizes, RefusesAnAmountBeyondWhatAnAccountMayHold) {
  GenesisCommand genesis = Floor::small_genesis();
  genesis.listed_carbon_t_max = std::int64_t{1} << 40;
  genesis.carbon_extra_t_max = 1'000'000;
  Floor floor{genesis};
  floor.open_market();
  floor.add("SELLER", Province::sh);
  floor.book({.symbol = "DEAR",
              .pollutant = Pollutant::co2e,
              .medium = Medium::carbon,
              .book_class = BookClass::any,
              .scheme = Scheme::shea,
              .tick_fen = std::int64_t{1} << 31});
  const Fen price{100 * (std::int64_t{1} << 31)};
  floor.reference("DEAR", price);
  floor.phase(Phase::continuous, "DEAR");
  floor.issue("SELLER", 1'000'000'000, "DEAR");
  EXPECT_EQ(floor.sell("SELLER", 21'474'836, price, {.symbol = "DEAR"}).refused, Code::none);
  const Outcome large = floor.sell("SELLER", 21'474'837, price, {.symbol = "DEAR"});
  EXPECT_EQ(large.refused, Code::o02_value);
  EXPECT_EQ(large.limit, std::int64_t{1} << 62);
}

TEST(AdmissionCapacity, RefusesTheOrderThatDoesNotFitThePool) {
  GenesisCommand genesis = Floor::small_genesis();
  genesis.orders_max = 3;
  Floor floor{genesis};
  floor.open_market();
  floor.add("BUYER", Province::zj);
  OrderId last{};
  for (int i = 0; i < 3; ++i) last = floor.buy("BUYER", 1, 11'000_cny).id();
  EXPECT_NE(last.value, 0U);
  const std::uint64_t before = floor.exchange().digest();
  const Outcome full = floor.buy("BUYER", 1, 11'000_cny);
  EXPECT_EQ(full.refused, Code::o11_capacity);
  EXPECT_EQ(floor.exchange().digest(), before);
  EXPECT_EQ(full.limit, 3);
  EXPECT_EQ(full.value, 3);
  floor.cancel("BUYER", last);
  EXPECT_NE(floor.exchange().digest(), before);
  EXPECT_EQ(floor.buy("BUYER", 1, 11'000_cny).refused, Code::none);
}

// Each class of a book takes two ladders of 2,048 levels; there is room for two classes.
TEST(AdmissionCapacity, RefusesTheOrderWhoseClassHasNoLadders) {
  GenesisCommand genesis = Floor::small_genesis();
  genesis.level_cells_max = 2 * 2 * 2'048;
  Floor floor{genesis};
  floor.open_market();
  floor.add("SH-1", Province::sh);
  floor.add("JS-1", Province::js);
  floor.add("ZJ-1", Province::zj);
  EXPECT_EQ(floor.buy("SH-1", 1, 11'000_cny).refused, Code::none);
  EXPECT_EQ(floor.sell("JS-1", 1, 13'000_cny).refused, Code::none);
  const std::uint64_t before = floor.exchange().digest();
  EXPECT_EQ(floor.buy("ZJ-1", 1, 11'000_cny).refused, Code::o11_capacity);
  EXPECT_EQ(floor.exchange().digest(), before);
  EXPECT_EQ(floor.sell("SH-1", 1, 13'000_cny).refused, Code::none);  // its class is there
}

TEST(AdmissionCapacity, RefusesDefinitionsBeyondTheGenesis) {
  GenesisCommand genesis = Floor::small_genesis();
  genesis.zones_max = 2;
  genesis.firms_max = 2;
  genesis.facilities_max = 2;
  genesis.instruments_max = 2;
  Floor floor{genesis};
  EXPECT_EQ(floor.zone(Province::sh, "A").refused, Code::none);
  EXPECT_EQ(floor.zone(Province::sh, "B").refused, Code::none);
  EXPECT_EQ(floor.zone(Province::sh, "C").refused, Code::o11_capacity);
  EXPECT_EQ(floor.zone(Province::sh, "A", {.key_zone = true}).refused, Code::none);  // a change
  EXPECT_EQ(floor.facility({.name = "F1", .zone = "A"}).refused, Code::none);
  EXPECT_EQ(floor.facility({.name = "F2", .zone = "A"}).refused, Code::none);
  EXPECT_EQ(floor.book({.symbol = "B1"}).refused, Code::none);
  EXPECT_EQ(floor.book({.symbol = "B2"}).refused, Code::none);
  EXPECT_EQ(floor.facility({.name = "F3", .zone = "A", .firm = "F2"}).refused, Code::o11_capacity);
  const std::uint64_t before = floor.exchange().digest();
  EXPECT_EQ(floor.firm("F3").refused, Code::o11_capacity);
  EXPECT_EQ(floor.book({.symbol = "B3"}).refused, Code::o11_capacity);
  EXPECT_EQ(floor.exchange().digest(), before);
}

// An order that fails everything is refused for the first reason; when that is mended, for the
// next (market-rules 10).
TEST(AdmissionOrder, ReportsTheFirstFailure) {
  GenesisCommand genesis = Floor::small_genesis();
  genesis.orders_max = 1;
  Floor floor{genesis};
  floor.open_market();
  floor.book({.symbol = "CEA25",
              .pollutant = Pollutant::co2e,
              .medium = Medium::carbon,
              .book_class = BookClass::any,
              .scheme = Scheme::cea,
              .venue_of_record = "SEEE",
              .tick_fen = 1});
  floor.add("OTHER", Province::sh);
  const OrderId in_the_way = floor.sell("OTHER", 1, 13'170_cny).id();
  FacilityTerms terms{.name = "F", .province = Province::zj, .credit = Credit::negative};
  floor.facility(terms);
  floor.phase(Phase::pause);

  NewOrderCommand bid{};
  bid.order_type = static_cast<std::uint8_t>(OrderType::limit);
  bid.instrument = no_id;
  bid.facility = no_id;
  bid.price_fen = 1'500'500;
  bid.quantity_lots = 0;
  bid.side = static_cast<std::uint8_t>(Side::buy);
  bid.flags = order_duplicate_cl_ord_id;
  std::uint32_t sender = floor.firm_of("OTHER");
  const auto code = [&] { return floor.apply(CommandKind::new_order, bid, sender).refused; };

  EXPECT_EQ(code(), Code::p03_unknown_symbol);
  bid.instrument = floor.names().find_instrument("CEA25");
  EXPECT_EQ(code(), Code::p04_unknown_account);
  bid.facility = floor.id_of("F");
  EXPECT_EQ(code(), Code::p05_not_your_account);
  sender = floor.firm_of("F");
  EXPECT_EQ(code(), Code::d02_duplicate_cl_ord_id);
  bid.flags = 0;
  EXPECT_EQ(code(), Code::p02_venue);
  bid.instrument = floor.names().find_instrument(voc);
  EXPECT_EQ(code(), Code::p01_phase);
  floor.phase(Phase::continuous);
  EXPECT_EQ(code(), Code::o06_tick_or_lot);
  bid.price_fen = 1'500'000;
  EXPECT_EQ(code(), Code::o05_price);
  bid.price_fen = 1'200'000;
  EXPECT_EQ(code(), Code::o01_quantity);
  bid.quantity_lots = 30'001;
  EXPECT_EQ(code(), Code::o07_use_block);
  bid.quantity_lots = 30'000;
  EXPECT_EQ(code(), Code::e02_credit);
  terms.credit = Credit::good;
  floor.facility(terms);
  EXPECT_EQ(code(), Code::d01_demand);
  floor.demand("F", 1);
  EXPECT_EQ(code(), Code::l01_cash);
  floor.deposit("F", Fen{ample});
  EXPECT_EQ(code(), Code::o11_capacity);
  floor.cancel("OTHER", in_the_way);
  EXPECT_EQ(code(), Code::none);
}

}  // namespace
}  // namespace emx::engine::testing

#include <gtest/gtest.h>

#include <random>

#include "risk/accounts.hpp"
#include "risk/charges.hpp"
#include "risk/demand.hpp"
#include "risk/eligibility.hpp"
#include "risk/quotas.hpp"
#include "risk/ratio.hpp"

namespace emx::risk {
namespace {

constexpr Ratio three_halves{3, 2};

// Market-rules 6: sold 1,000 in any slicing credits 666 and retires 334.
TEST(Ratio, CreditsTheSameHoweverTheOrderIsSliced) {
  std::mt19937 random{3};
  for (int round = 0; round < 200; ++round) {
    Fraction fraction;
    std::int64_t left = 1'000;
    std::int64_t credited = 0;
    std::int64_t retired = 0;
    while (left > 0) {
      const auto most = static_cast<std::uint64_t>(left);
      const auto slice = static_cast<std::int64_t>(1 + random() % most);
      const Credited result = credit(Lots{slice}, three_halves, fraction);
      fraction = result.after;
      credited += result.credited.value;
      retired += result.retired.value;
      left -= slice;
    }
    ASSERT_EQ(credited, 666);
    ASSERT_EQ(retired, 334);
  }
}

TEST(Ratio, StartsItsFractionAnewWhenTheRatioDiffers) {
  const Credited first = credit(Lots{1}, three_halves, {});
  EXPECT_EQ(first.credited, Lots{0});
  EXPECT_EQ(first.after.under(three_halves), 2);
  EXPECT_EQ(first.after.under(Ratio{2, 1}), 0);
  const Credited other = credit(Lots{1}, Ratio{1, 1}, first.after);
  EXPECT_EQ(other.credited, Lots{1});
}

// In(h) is the least that can be sold so that h is credited; it never credits more.
TEST(Ratio, FillsARoomExactly) {
  constexpr std::int64_t largest_room = 1'000'000'000'000'000;
  for (const Ratio ratio :
       {Ratio{1, 1}, Ratio{3, 2}, Ratio{2, 1}, Ratio{5, 3}, Ratio{255, 254}, Ratio{255, 1}}) {
    ASSERT_EQ(credit(Lots{sold_for_room(largest_room, ratio, 0)}, ratio, {}).credited,
              Lots{largest_room});
    for (std::uint8_t f = 0; f < ratio.n; ++f) {
      for (std::int64_t room = 1; room < 200; ++room) {
        const std::int64_t sold = sold_for_room(room, ratio, f);
        ASSERT_EQ(credit(Lots{sold}, ratio, {ratio, f}).credited, Lots{room});
        ASSERT_LT(credit(Lots{sold - 1}, ratio, {ratio, f}).credited, Lots{room});
      }
    }
  }
  EXPECT_EQ(sold_for_room(0, three_halves, 0), 0);
  EXPECT_EQ(sold_for_room(-5, three_halves, 0), 0);
  EXPECT_EQ(sold_for_room(100, three_halves, 0), 150);
}

// Market-rules 9's worked bands.
TEST(Band, GoesInwardToWholeTicks) {
  const Band listed = band_around(PriceTicks{9'749}, 10);
  EXPECT_EQ(listed.lower, PriceTicks{8'775});
  EXPECT_EQ(listed.upper, PriceTicks{10'723});
  const Band block = band_around(PriceTicks{9'749}, 30);
  EXPECT_EQ(block.lower, PriceTicks{6'825});
  EXPECT_EQ(block.upper, PriceTicks{12'673});
  const Band voc = band_around(PriceTicks{1'198}, 10);
  EXPECT_EQ(voc.lower, PriceTicks{1'079});
  EXPECT_EQ(voc.upper, PriceTicks{1'317});
}

// Market-rules 11: 4,000 kg at 11,900 for five years, limit 12,000.
TEST(Charges, ReserveAndChargeTheWorkedTrade) {
  Charges buy{.rate_bp = 10};
  const Fen reserved = buy.reservation(*amount_of(Lots{4'000}, PriceTicks{1'200}, 1, 5));
  EXPECT_EQ(reserved, Fen{24'024'000});
  const Fen amount = *amount_of(Lots{4'000}, PriceTicks{1'190}, 1, 5);
  EXPECT_EQ(amount, Fen{23'800'000});
  const Fen fee = buy.fee_for(amount);
  EXPECT_EQ(amount + fee, Fen{23'823'800});
  EXPECT_EQ(amount - fee, Fen{23'776'200});
  EXPECT_EQ(reserved - amount - fee, Fen{200'200});
}

TEST(Charges, FeesDoNotDependOnSlicing) {
  std::mt19937 random{5};
  for (int round = 0; round < 200; ++round) {
    Charges charges{.rate_bp = 10};
    std::int64_t left = 123'457;
    while (left > 0) {
      const auto most = static_cast<std::uint64_t>(left);
      const Fen amount{static_cast<std::int64_t>(1 + random() % most)};
      charges.add(amount, charges.fee_for(amount));
      left -= amount.value;
    }
    ASSERT_EQ(charges.charged, fee_of(123'457, 10));
  }
}

// Two provinces with caps that differ in every row.
class Quotas : public ::testing::Test {
 protected:
  Quotas() {
    quotas.open_day(2026);
    EXPECT_TRUE(quotas.set_caps(2026, Province::sh, Pollutant::voc, {100, 50, 200, 1'000, 80}));
    EXPECT_TRUE(quotas.set_caps(2026, Province::zj, Pollutant::voc, {90, 60, 300, 1'000, 70}));
    quotas.change_held(Province::sh, Pollutant::voc, 500);
  }
  Code blocked() { return quotas.blocked(Province::zj, Province::sh, Pollutant::voc); }

  ProvinceQuotas quotas;
};

TEST_F(Quotas, BlockAtTheFirstRowWithoutRoom) {
  EXPECT_EQ(blocked(), Code::none);
  quotas.take(Province::zj, Province::sh, Pollutant::voc, Lots{50}, Lots{50});
  EXPECT_EQ(blocked(), Code::q02_net_outflow);
  quotas.take(Province::zj, Province::sh, Pollutant::voc, Lots{20}, Lots{20});
  EXPECT_EQ(blocked(), Code::q02_net_outflow);
  EXPECT_TRUE(quotas.set_caps(2026, Province::sh, Pollutant::voc, {100, 500, 200, 1'000, 80}));
  EXPECT_EQ(blocked(), Code::q05_pace);
  quotas.take(Province::zj, Province::sh, Pollutant::voc, Lots{20}, Lots{20});
  EXPECT_EQ(blocked(), Code::q01_net_inflow);
}

TEST_F(Quotas, NetOutAndRestartWithDayAndYear) {
  quotas.take(Province::zj, Province::sh, Pollutant::voc, Lots{30}, Lots{20});
  EXPECT_EQ(quotas.use(Province::zj, Pollutant::voc).net, 20);
  EXPECT_EQ(quotas.use(Province::zj, Pollutant::voc).gross, 20);
  EXPECT_EQ(quotas.use(Province::sh, Pollutant::voc).net, -30);
  EXPECT_EQ(quotas.use(Province::sh, Pollutant::voc).gross, 30);
  quotas.take(Province::sh, Province::zj, Pollutant::voc, Lots{20}, Lots{20});
  EXPECT_EQ(quotas.use(Province::zj, Pollutant::voc).net, 0);
  EXPECT_EQ(quotas.use(Province::zj, Pollutant::voc).gross, 40);
  quotas.open_day(2026);
  EXPECT_EQ(quotas.use(Province::sh, Pollutant::voc).net_today, 0);
  EXPECT_EQ(quotas.use(Province::sh, Pollutant::voc).net, -10);
  quotas.open_day(2027);
  EXPECT_EQ(quotas.use(Province::sh, Pollutant::voc).net, 0);
  EXPECT_EQ(quotas.use(Province::sh, Pollutant::voc).held, 500);
  EXPECT_EQ(blocked(), Code::q01_net_inflow);  // no row for 2027: every cap is 0
  EXPECT_EQ(quotas.digest(), quotas.digest_from_scratch());
}

TEST_F(Quotas, WarnASideAboutItsOwnRowsOnly) {
  quotas.take(Province::zj, Province::sh, Pollutant::voc, Lots{50}, Lots{50});
  EXPECT_EQ(quotas.own_side_blocked(Province::sh, Pollutant::voc, Side::sell),
            Code::q02_net_outflow);
  EXPECT_EQ(quotas.own_side_blocked(Province::sh, Pollutant::voc, Side::buy), Code::none);
  EXPECT_EQ(quotas.own_side_blocked(Province::zj, Pollutant::voc, Side::sell), Code::none);
}

TEST(Demand, StartsAnewWithAnApproval) {
  Demand demand{3};
  demand.approve(FacilityId{1}, Pollutant::voc, 100);
  demand.credit(FacilityId{1}, Pollutant::voc, Lots{60});
  EXPECT_EQ(demand.of(FacilityId{1}, Pollutant::voc).room(), 40);
  EXPECT_EQ(demand.of(FacilityId{1}, Pollutant::nox).room(), 0);
  demand.approve(FacilityId{1}, Pollutant::voc, 50);
  EXPECT_EQ(demand.of(FacilityId{1}, Pollutant::voc).room(), 50);
  EXPECT_EQ(demand.digest(), demand.digest_from_scratch());
}

TEST(AccountsDeathTest, NeverGoBelowZero) {
  Accounts accounts{2, 2};
  accounts.change_cash(FacilityId{0}, Fen{100}, Fen{0});
  accounts.change_cash(FacilityId{0}, Fen{0}, Fen{100});
  EXPECT_EQ(accounts.cash(FacilityId{0}).available(), 0);
  EXPECT_EQ(accounts.digest(), accounts.digest_from_scratch());
  EXPECT_DEATH(accounts.change_cash(FacilityId{0}, Fen{-1}, Fen{0}), "internal check failed");
  EXPECT_DEATH(accounts.change_cash(FacilityId{0}, Fen{0}, Fen{-101}), "internal check failed");
}

// Facilities in two zones of one province and one zone of another.
class Eligibility : public ::testing::Test {
 protected:
  Eligibility() : data{8, 8, 8, 8} {
    attaining = data.zones.add({ZoneCode{"A"}, BasinCode{"TAIHU"}, Province::js, 0x7f, false});
    missing = data.zones.add({ZoneCode{"B"}, BasinCode{"TAIHU"}, Province::js, 0x00, false});
    abroad = data.zones.add({ZoneCode{"C"}, BasinCode{"TAIHU"}, Province::zj, 0x7f, true});
    firm = data.firms.add({FirmCode{"F"}, GroupId{no_id}});
  }
  FacilityId facility(ZoneId zone, SourceClass source_class = SourceClass::industry) {
    return data.facilities.add({AccountCode{"X"}, BasinCode{"TAIHU"}, firm, zone,
                                date_of(2026, 12, 31), data.zones[zone].province, source_class,
                                Ets::none, Credit::good, 0x7f, 2});
  }
  static Instrument air(BookClass book_class) {
    Instrument instrument{};
    instrument.pollutant = Pollutant::voc;
    instrument.medium = Medium::air;
    instrument.book_class = book_class;
    return instrument;
  }
  Code pair(FacilityId buyer, FacilityId seller) {
    return pair_code(trading_class(data, buyer, Pollutant::voc, Side::buy, false),
                     trading_class(data, seller, Pollutant::voc, Side::sell, false), Pollutant::voc,
                     links);
  }

  ReferenceData data;
  Links links;
  ZoneId attaining;
  ZoneId missing;
  ZoneId abroad;
  FirmId firm;
};

TEST_F(Eligibility, LetsAPermitLastThroughItsLastDay) {
  const Facility& row = data.facilities[facility(attaining)];
  const Instrument book = air(BookClass::ind);
  EXPECT_EQ(entry_code(row, book, Side::buy, date_of(2026, 12, 31)), Code::none);
  EXPECT_EQ(entry_code(row, book, Side::buy, date_of(2027, 1, 1)), Code::e01_permit);
}

TEST_F(Eligibility, KeepsPowerAmongItself) {
  const FacilityId power_id = facility(attaining, SourceClass::power);
  const FacilityId industry_id = facility(attaining);
  const Facility& power = data.facilities[power_id];
  const Facility& industry = data.facilities[industry_id];
  const Date day = date_of(2026, 6, 18);
  EXPECT_EQ(entry_code(power, air(BookClass::pwr), Side::sell, day), Code::none);
  EXPECT_EQ(entry_code(power, air(BookClass::ind), Side::sell, day), Code::e05_power);
  EXPECT_EQ(entry_code(industry, air(BookClass::pwr), Side::sell, day), Code::e05_power);
}

TEST_F(Eligibility, LetsANonAttainingZoneBuyInsideItselfOnly) {
  const FacilityId inside = facility(missing);
  const FacilityId neighbour = facility(missing);
  const FacilityId outside = facility(attaining);
  EXPECT_EQ(pair(inside, neighbour), Code::none);
  EXPECT_EQ(pair(inside, outside), Code::e08_attain);
  EXPECT_EQ(pair(outside, inside), Code::none);
}

TEST_F(Eligibility, KeepsAReservesRepurchaseInItsProvince) {
  const FacilityId reserve = facility(missing, SourceClass::reserve);
  EXPECT_EQ(pair(reserve, facility(attaining)), Code::none);  // without E08
  EXPECT_EQ(pair(reserve, facility(abroad)), Code::x01_local_only);
  EXPECT_EQ(pair(facility(abroad), reserve), Code::none);  // as a seller it goes anywhere
}

TEST_F(Eligibility, FollowsLinksInTheirDirection) {
  const FacilityId js = facility(attaining);
  const FacilityId zj = facility(abroad);
  links.set(Pollutant::voc, Province::js, Province::zj, false);
  EXPECT_EQ(pair(zj, js), Code::e07_link);
  EXPECT_EQ(pair(js, zj), Code::none);
}

TEST_F(Eligibility, TakesTheLargestRatioNotTheProduct) {
  const FacilityId key_buyer = facility(abroad);
  const FacilityId missing_buyer = facility(missing);
  const FacilityId seller = facility(attaining);
  const Instrument book = air(BookClass::ind);
  EXPECT_EQ(ratio_of(data, key_buyer, seller, book), (Ratio{3, 2}));
  EXPECT_EQ(ratio_of(data, missing_buyer, seller, book), (Ratio{2, 1}));
  EXPECT_EQ(ratio_of(data, seller, key_buyer, book), (Ratio{1, 1}));
}

// Market-rules 6: Taihu COD, buyer reach 3 / seller reach 1: 1; the reverse: 3/2.
TEST_F(Eligibility, ChargesBuyersUpstream) {
  const FacilityId upper = facility(attaining);
  const FacilityId lower = facility(attaining);
  data.facilities[upper].reach = 1;
  data.facilities[lower].reach = 3;
  Instrument water = air(BookClass::ind);
  water.medium = Medium::water;
  EXPECT_EQ(ratio_of(data, lower, upper, water), (Ratio{1, 1}));
  EXPECT_EQ(ratio_of(data, upper, lower, water), (Ratio{3, 2}));
  data.facilities[lower].source_class = SourceClass::reserve;
  EXPECT_EQ(ratio_of(data, upper, lower, water), (Ratio{1, 1}));
}

}  // namespace
}  // namespace emx::risk

#include "tools/market/names.hpp"

#include <gtest/gtest.h>

#include "tests/market/folder.hpp"
#include "tools/market/loader.hpp"

namespace emx::market {
namespace {

class NamesOfDelta : public ::testing::Test {
 protected:
  NamesOfDelta() {
    for (const auto command : load_market(testing::delta).commands) names.apply(command);
  }
  Names names;
};

TEST_F(NamesOfDelta, GivesIdsInTheOrderOfDefinition) {
  EXPECT_EQ(names.find_instrument("SO2.AIR.YRD.IND.2630"), 0U);
  EXPECT_EQ(names.find_instrument("SHEA25"), 26U);
  EXPECT_EQ(names.find_facility("SH001-1"), 0U);
  EXPECT_EQ(names.find_zone(Province::ah, "HUAINAN"), 20U);
  EXPECT_EQ(names.symbol(26), "SHEA25");
  EXPECT_EQ(names.facility(62)->firm.view(), names.firm(62)->firm.view());
}

TEST_F(NamesOfDelta, KnowsAccountsAssetsAndUnits) {
  EXPECT_EQ(names.account(0), "SH001-1");
  EXPECT_EQ(names.account(account_env_retired.value), "ENV-RETIRED");
  EXPECT_EQ(names.account(account_bank.value), "BANK");
  EXPECT_EQ(names.asset(asset_cash), "CNY");
  EXPECT_EQ(names.asset(asset_of_instrument(26)), "SHEA25");
  EXPECT_EQ(names.unit(26), "t");
  EXPECT_EQ(names.unit(0), "kg");
}

TEST_F(NamesOfDelta, SaysOfAnUnknownIdThatItIsUnknown) {
  EXPECT_EQ(names.facility(146), nullptr);
  EXPECT_EQ(names.account(146), "?146");
  EXPECT_EQ(names.symbol(no_id), "?4294967295");
  EXPECT_EQ(names.find_facility("XX001-1"), no_id);
  EXPECT_EQ(names.find_zone(Province::sh, "HUAINAN"), no_id);
}

TEST_F(NamesOfDelta, KnowsNoNameWithBytesBehindItsEnd) {
  Symbol symbol{"SHEA25"};
  AccountCode facility{"SH001-1"};
  FirmCode firm = names.firm(0)->firm;
  EXPECT_EQ(names.instrument_named(symbol), 26U);
  EXPECT_EQ(names.facility_named(facility), 0U);
  EXPECT_EQ(names.firm_named(firm), 0U);
  symbol.bytes.back() = facility.bytes.back() = firm.bytes.back() = 'x';
  EXPECT_EQ(symbol.view(), "SHEA25");
  EXPECT_EQ(names.instrument_named(symbol), no_id);
  EXPECT_EQ(names.facility_named(facility), no_id);
  EXPECT_EQ(names.firm_named(firm), no_id);
}

TEST_F(NamesOfDelta, KeepsTheIdOfWhatIsDefinedAnew) {
  SetFacilityCommand changed = *names.facility(5);
  changed.header.kind = static_cast<std::uint16_t>(CommandKind::set_facility);
  changed.reach = 9;
  names.apply(std::as_bytes(std::span{&changed, 1}));
  EXPECT_EQ(names.facilities_count(), 146U);
  EXPECT_EQ(names.facility(5)->reach, 9);
}

TEST_F(NamesOfDelta, KeepsTheLevelsThatAreNotSaidAgain) {
  SetInstrumentCommand changed = *names.instrument(3);
  const std::uint32_t levels = changed.levels_max;
  ASSERT_NE(levels, 0U);
  changed.band_pct = 7;
  changed.levels_max = 0;
  names.apply(std::as_bytes(std::span{&changed, 1}));
  EXPECT_EQ(names.instrument(3)->band_pct, 7);
  EXPECT_EQ(names.instrument(3)->levels_max, levels);
}

}  // namespace
}  // namespace emx::market

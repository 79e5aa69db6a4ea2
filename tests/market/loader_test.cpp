#include "tools/market/loader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "tests/market/folder.hpp"

namespace emx::market {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::Folder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::map<CommandKind, int> kinds_of(const CommandList& commands) {
  std::map<CommandKind, int> counts;
  for (const auto command : commands) {
    ++counts[static_cast<CommandKind>(read_record<CommandHeader>(command).kind)];
  }
  return counts;
}

template <class Command>
std::vector<Command> all(const CommandList& commands, CommandKind kind) {
  std::vector<Command> found;
  for (const auto command : commands) {
    if (read_record<CommandHeader>(command).kind != static_cast<std::uint16_t>(kind)) continue;
    found.push_back(read_record<Command>(command));
  }
  return found;
}

std::vector<std::string> texts_of(const Faults& faults) {
  std::vector<std::string> texts;
  for (const Fault& fault : faults) texts.push_back(text_of(fault));
  return texts;
}

std::vector<std::string> faults_in(const Folder& folder) {
  const LoadedMarket market = load_market(folder.path());
  EXPECT_EQ(market.commands.empty(), !market.faults.empty());
  return texts_of(market.faults);
}

TEST(MarketLoader, LoadsTheSampleWhole) {
  const LoadedMarket market = load_market(testing::delta);
  EXPECT_THAT(texts_of(market.faults), IsEmpty());
  const auto kinds = kinds_of(market.commands);
  EXPECT_EQ(kinds.at(CommandKind::genesis), 1);
  EXPECT_EQ(kinds.at(CommandKind::set_zone), 21);
  EXPECT_EQ(kinds.at(CommandKind::set_instrument), 27);
  EXPECT_EQ(kinds.at(CommandKind::set_reference_price), 24);  // not CEA24, CEA25, CEA26
  EXPECT_EQ(kinds.at(CommandKind::set_firm), 146);
  EXPECT_EQ(kinds.at(CommandKind::set_facility), 146);
  EXPECT_EQ(kinds.at(CommandKind::set_quota), 48);
  EXPECT_EQ(kinds.at(CommandKind::set_demand), 262);
  EXPECT_EQ(kinds.at(CommandKind::deposit), 142);  // the four reserves open without cash
  EXPECT_EQ(kinds.at(CommandKind::issue), 346);
  EXPECT_EQ(market.commands.size(), 1163U);
}

TEST(MarketLoader, CoversFourProvinces) {
  std::map<std::uint8_t, int> zones;
  const LoadedMarket market = load_market(testing::delta);
  for (const auto& zone : all<SetZoneCommand>(market.commands, CommandKind::set_zone)) {
    ++zones[zone.province];
  }
  EXPECT_EQ(zones, (std::map<std::uint8_t, int>{{0, 4}, {1, 6}, {2, 5}, {3, 6}}));
}

TEST(MarketLoader, ReadsEachFieldIntoItsPlace) {
  const LoadedMarket market = load_market(testing::delta);
  const auto genesis = read_record<GenesisCommand>(*market.commands.begin());
  EXPECT_EQ(genesis.venue.view(), "EMX");
  EXPECT_EQ(genesis.header.actor, no_id);
  const auto zone = all<SetZoneCommand>(market.commands, CommandKind::set_zone)[8];
  EXPECT_EQ(zone.zone.view(), "XUZHOU");
  EXPECT_EQ(zone.name_zh.view(), "徐州");
  EXPECT_EQ(zone.basin.view(), "HUAIHE");
  EXPECT_EQ(zone.attaining_mask, 0b1111000);  // misses SO2, NOX, VOC
  EXPECT_EQ(zone.key_zone, 0);
  const auto book = all<SetInstrumentCommand>(market.commands, CommandKind::set_instrument)[4];
  EXPECT_EQ(book.symbol.view(), "VOC.AIR.YRD.IND.2630");
  EXPECT_EQ(static_cast<Pollutant>(book.pollutant), Pollutant::voc);
  EXPECT_EQ(static_cast<Medium>(book.medium), Medium::air);
  EXPECT_EQ(static_cast<BookClass>(book.book_class), BookClass::ind);
  EXPECT_EQ(book.tick_fen, 1'000);
  EXPECT_EQ(book.first_year, 2026);
  EXPECT_EQ(book.last_year, 2030);
  EXPECT_EQ(book.approval_ref.view(), "DEMO-2026-01");
  const auto price =
      all<SetReferencePriceCommand>(market.commands, CommandKind::set_reference_price)[4];
  EXPECT_EQ(price.price_fen, 1'198'000);
  const auto facility = all<SetFacilityCommand>(market.commands, CommandKind::set_facility)[0];
  EXPECT_EQ(facility.facility.view(), "SH001-1");
  EXPECT_EQ(facility.firm.view(), "SH001");
  EXPECT_EQ(facility.zone.view(), "QINGPU");
  EXPECT_EQ(facility.permit_valid_to, date_of(2030, 12, 31).value);
  EXPECT_EQ(static_cast<Ets>(facility.ets), Ets::national);
  EXPECT_EQ(facility.pollutants_mask, 0b1000011);
  EXPECT_EQ(facility.reach, 4);
  EXPECT_EQ(all<SetFirmCommand>(market.commands, CommandKind::set_firm)[0].group.view(), "GRP00");
  const auto quota = all<SetQuotaCommand>(market.commands, CommandKind::set_quota)[1];
  EXPECT_EQ(quota.year, 2026);
  EXPECT_EQ(static_cast<Province>(quota.province), Province::js);
  EXPECT_EQ(quota.inflow_cap_kg, 600'000);
  EXPECT_EQ(quota.outflow_cap_kg, 800'000);
  EXPECT_EQ(quota.gross_cap_kg, 2'800'000);
  EXPECT_EQ(quota.holding_cap_kg, 30'000'000);
  EXPECT_EQ(quota.daily_pace_kg, 60'000);
  const auto demand = all<SetDemandCommand>(market.commands, CommandKind::set_demand)[0];
  EXPECT_EQ(demand.facility.view(), "SH001-1");
  EXPECT_EQ(demand.approved_kg, 80'000);
  const auto deposit = all<DepositCommand>(market.commands, CommandKind::deposit)[0];
  EXPECT_EQ(deposit.amount_fen, 5'000'000'000);
  const auto issue = all<IssueCommand>(market.commands, CommandKind::issue)[0];
  EXPECT_EQ(issue.symbol.view(), "SO2.AIR.YRD.PWR.2630");
  EXPECT_EQ(issue.quantity_lots, 20'000);
  EXPECT_EQ(issue.batch.view(), "ISSUE-2026-SH");
}

// The reference moves from day to day; the ladder has room for four times the first band's width.
TEST(MarketLoader, LeavesRoomForTheReferenceToMove) {
  const LoadedMarket market = load_market(testing::delta);
  for (const auto& book : all<SetInstrumentCommand>(market.commands, CommandKind::set_instrument)) {
    EXPECT_EQ(book.levels_max % 64, 0U);
    if (book.symbol.view() == "VOC.AIR.YRD.IND.2630") {
      EXPECT_EQ(book.levels_max, 960U);  // 239 prices
    }
  }
}

TEST(MarketLoader, TakesWhatSpreadsheetsWrite) {
  const Folder folder;
  std::string text = "\xEF\xBB\xBF";
  for (const char c : folder.read("demand.csv")) text += c == '\n' ? "\r\n" : std::string(1, c);
  folder.write("demand.csv", text);
  folder.replace("firms.csv", "thermal power (coal)", "\"power, \"\"coal\"\"\"");
  const LoadedMarket market = load_market(folder.path());
  EXPECT_THAT(texts_of(market.faults), IsEmpty());
  EXPECT_EQ(all<SetFirmCommand>(market.commands, CommandKind::set_firm)[0].name.view(),
            "power, \"coal\"");
}

TEST(MarketLoader, TakesAFolderWithoutCollars) {
  const auto collar_of = [](const Folder& folder) {
    const LoadedMarket market = load_market(folder.path());
    EXPECT_TRUE(market.faults.empty());
    std::uint16_t collar = 99;
    for (const auto command : market.commands) {
      const auto kind = read_record<CommandHeader>(command).kind;
      if (kind != static_cast<std::uint16_t>(CommandKind::set_instrument)) continue;
      collar = read_record<SetInstrumentCommand>(command).collar_pct;
      break;
    }
    return collar;
  };
  Folder folder;
  EXPECT_EQ(collar_of(folder), 3);
  std::istringstream lines{folder.read("instruments.csv")};
  std::string without_collars;
  for (std::string line; std::getline(lines, line);) {
    without_collars += line.substr(0, line.rfind(',')) + '\n';
  }
  folder.write("instruments.csv", without_collars);
  EXPECT_EQ(collar_of(folder), 0);
}

TEST(MarketLoader, TakesColumnsInAnyOrder) {
  const Folder folder;
  folder.write("demand.csv", "approved_kg,firm_id,pollutant\n7,SH001,SO2\n");
  const auto demands =
      all<SetDemandCommand>(load_market(folder.path()).commands, CommandKind::set_demand);
  ASSERT_EQ(demands.size(), 1U);
  EXPECT_EQ(demands[0].approved_kg, 7);
}

TEST(MarketLoader, NamesAFileThatIsMissing) {
  const Folder folder;
  std::filesystem::remove(folder.path() / "quotas.csv");
  EXPECT_THAT(faults_in(folder), ElementsAre(AllOf(HasSubstr("quotas.csv: cannot be read in"),
                                                   HasSubstr(folder.path().string()))));
}

TEST(MarketLoader, NamesAnEmptyFile) {
  const Folder folder;
  folder.write("quotas.csv", "");
  EXPECT_THAT(faults_in(folder),
              ElementsAre(HasSubstr("quotas.csv: is empty; expected the header year,province")));
}

TEST(MarketLoader, NamesMissingAndUnknownColumns) {
  const Folder folder;
  folder.replace("demand.csv", "approved_kg", "approved");
  EXPECT_THAT(
      faults_in(folder),
      ElementsAre(
          HasSubstr("demand.csv:1: approved_kg: the column is missing; expected the header"),
          HasSubstr("demand.csv:1: approved: the column is not known")));
}

TEST(MarketLoader, NamesALineThatIsCutOff) {
  const Folder folder;
  folder.append("demand.csv", "SH001,VOC");
  EXPECT_THAT(faults_in(folder),
              ElementsAre("demand.csv:264: the line has 2 fields; expected 3 fields: "
                          "firm_id,pollutant,approved_kg"));
}

TEST(MarketLoader, NamesAQuoteThatIsNotClosed) {
  const Folder folder;
  folder.append("demand.csv", "\"SH001,VOC,7");
  EXPECT_THAT(faults_in(folder),
              ElementsAre(HasSubstr("demand.csv:264: the line has a quote that is not closed")));
}

struct Spoiled {
  const char* name;  // of the test
  const char* file;
  const char* before;
  const char* after;
  const char* fault;
};

class MarketLoaderFault : public ::testing::TestWithParam<Spoiled> {};

TEST_P(MarketLoaderFault, IsNamedWithFileLineColumnAndReason) {
  const Folder folder;
  folder.replace(GetParam().file, GetParam().before, GetParam().after);
  const auto faults = faults_in(folder);  // others may follow from the first
  ASSERT_FALSE(faults.empty());
  EXPECT_THAT(faults.front(), HasSubstr(GetParam().fault));
}

constexpr const char* so2_ind =
    "SO2.AIR.YRD.IND.2630,SO2,,AIR,YRD,IND,2026,2030,kg,1000,1,980000,10,30,CLOB,DEMO-2026-01,EMX";

INSTANTIATE_TEST_SUITE_P(
    Zones, MarketLoaderFault,
    ::testing::Values(
        Spoiled{"Province", "zones.csv", "SH,QINGPU", "BJ,QINGPU",
                "zones.csv:2: province: \"BJ\" is not known; expected one of SH, JS, ZJ, AH"},
        Spoiled{"NoName", "zones.csv", "SH,PUDONG", "SH,", "zones.csv:5: zone: is empty"},
        Spoiled{"LongName", "zones.csv", "JS,XUZHOU", "JS,XUZHOU-ON-THE-CANAL",
                "zones.csv:10: zone: \"XUZHOU-ON-THE-CANAL\" has 19 bytes; expected at most 16"},
        Spoiled{"Attainment", "zones.csv", "淮南,0,0,1", "淮南,0,2,1",
                "zones.csv:22: att_NOX: \"2\" is not a whole number from 0 to 1"},
        Spoiled{"Twice", "zones.csv", "AH,HUAINAN,淮南", "AH,HUAIBEI,淮北",
                "zones.csv:22: zone: \"AH/HUAIBEI\" is on line 21 already"}),
    [](const auto& test) { return std::string{test.param.name}; });

INSTANTIATE_TEST_SUITE_P(
    Instruments, MarketLoaderFault,
    ::testing::Values(
        Spoiled{"Pollutant", "instruments.csv", "2630,SO2,,AIR", "2630,SO3,,AIR",
                "instruments.csv:2: pollutant: \"SO3\" is not known; expected one of SO2, NOX"},
        Spoiled{
            "Medium", "instruments.csv", "2630,VOC,,AIR", "2630,VOC,,CARBON",
            "instruments.csv:6: medium: \"CARBON\" does not fit; expected AIR or WATER for VOC"},
        Spoiled{"Scheme", "instruments.csv", "2630,VOC,,AIR", "2630,VOC,CEA,AIR",
                "instruments.csv:6: scheme: \"CEA\" does not fit; expected nothing for VOC"},
        Spoiled{"Unit", "instruments.csv", "2024,2024,t", "2024,2024,kg",
                "instruments.csv:25: quantity_unit: \"kg\" does not fit; expected t for CO2E"},
        Spoiled{"Lot", "instruments.csv", "kg,1000,1,980000", "kg,1000,10,980000",
                "instruments.csv:2: lot: \"10\" is not a whole number from 1 to 1"},
        Spoiled{"Tick", "instruments.csv", "kg,1000,1,980000", "kg,500,1,980000",
                "instruments.csv:2: tick_fen: \"500\" does not fit; expected a multiple of 1000"},
        Spoiled{"Price", "instruments.csv", "1198000", "1198500",
                "instruments.csv:6: reference_price_fen: \"1198500\" does not fit; expected a "
                "multiple of tick_fen, 1000"},
        Spoiled{"NoPrice", "instruments.csv", "1198000", "",
                "instruments.csv:6: reference_price_fen: \"\" is not a whole number from 1"},
        Spoiled{"TooManyPrices", "instruments.csv", "t,1,1,7000", "t,1,1,1400000000",
                "instruments.csv:28: tick_fen: \"1\" does not fit; expected a tick so large"},
        Spoiled{
            "Years", "instruments.csv", "IND,2026,2030,kg,1000,1,980000",
            "IND,2031,2030,kg,1000,1,980000",
            "instruments.csv:2: last_year: \"2030\" does not fit; expected first_year or later"},
        Spoiled{"Band", "instruments.csv", "980000,10,30", "980000,100,30",
                "instruments.csv:2: band_pct: \"100\" is not a whole number from 1 to 99"},
        Spoiled{"Mode", "instruments.csv", "10,30,CLOB", "10,30,LISTED",
                "instruments.csv:2: mode: \"LISTED\" does not fit; expected CLOB"},
        Spoiled{"Approval", "instruments.csv", "CLOB,DEMO-2026-01,EMX", "CLOB,,EMX",
                "instruments.csv:2: approval_ref: is empty; expected the approval"},
        Spoiled{"Twice", "instruments.csv", "SO2.AIR.YRD.PWR.2630", "SO2.AIR.YRD.IND.2630",
                "instruments.csv:3: symbol: \"SO2.AIR.YRD.IND.2630\" is on line 2 already"}),
    [](const auto& test) { return std::string{test.param.name}; });

INSTANTIATE_TEST_SUITE_P(
    Firms, MarketLoaderFault,
    ::testing::Values(
        Spoiled{"ZoneOfAnotherProvince", "firms.csv", "SH,QINGPU,TAIHU,4,NATIONAL,GRP00",
                "SH,WUXI,TAIHU,4,NATIONAL,GRP00",
                "firms.csv:2: zone: \"WUXI\" is no zone of province SH in zones.csv; expected one "
                "of BAOSHAN, JINSHAN, PUDONG, QINGPU"},
        Spoiled{"BasinOfAnotherZone", "firms.csv", "QINGPU,TAIHU", "QINGPU,YANGTZE",
                "firms.csv:2: basin: \"YANGTZE\" is not the basin of zone SH/QINGPU; expected "
                "TAIHU"},
        Spoiled{"SourceClass", "firms.csv", "POWER", "WIND",
                "firms.csv:2: source_class: \"WIND\" is not known; expected one of POWER"},
        Spoiled{"Reach", "firms.csv", "QINGPU,TAIHU,4", "QINGPU,TAIHU,x",
                "firms.csv:2: reach: \"x\" is not a whole number from 1 to 255"},
        Spoiled{"Ets", "firms.csv", "NATIONAL", "EU",
                "firms.csv:2: ets: \"EU\" is not known; expected one of NONE, NATIONAL, SH"},
        Spoiled{
            "Credit", "firms.csv", "GOOD", "FINE",
            "firms.csv:2: credit: \"FINE\" is not known; expected one of GOOD, WATCH, NEGATIVE"},
        Spoiled{"Pollutants", "firms.csv", "SO2;NOX;CO2E", "SO2;NOXX;CO2E",
                "firms.csv:2: pollutants: \"NOXX\" is not known"},
        Spoiled{"PollutantTwice", "firms.csv", "SO2;NOX;CO2E", "SO2;SO2;CO2E",
                "firms.csv:2: pollutants: \"SO2\" stands there twice"},
        Spoiled{"PermitDate", "firms.csv", "2030-12-31", "2030-02-30",
                "firms.csv:2: permit_valid_to: \"2030-02-30\" is not a date"},
        Spoiled{"PermitMissing", "firms.csv", "2030-12-31", "",
                "firms.csv:2: permit_valid_to: is empty; expected a date, except for RESERVE"},
        Spoiled{"Cash", "firms.csv", "0,5000000000", "0,-5",
                "firms.csv:2: opening_cash_fen: \"-5\" is not a whole number from 0"},
        Spoiled{"AllCash", "firms.csv", "0,5000000000", "0,4611686018427387904",
                "firms.csv:3: opening_cash_fen: from here on all deposits together come to "
                "more than"},
        Spoiled{"Allocation", "firms.csv", "2030-12-31,0", "2030-12-31,many",
                "firms.csv:2: allocation_t: \"many\" is not a whole number"}),
    [](const auto& test) { return std::string{test.param.name}; });

INSTANTIATE_TEST_SUITE_P(
    Rules, MarketLoaderFault,
    ::testing::Values(
        Spoiled{"QuotaYear", "quotas.csv", "2026,SH,VOC", "26,SH,VOC",
                "quotas.csv:2: year: \"26\" is not a whole number from 2000 to 2999"},
        Spoiled{"QuotaOfCarbon", "quotas.csv", "2026,SH,VOC", "2026,SH,CO2E",
                "quotas.csv:2: pollutant: carbon has no quota and no demand"},
        Spoiled{"QuotaCap", "quotas.csv", "VOC,300000", "VOC,3e5",
                "quotas.csv:2: net_inflow_kg: \"3e5\" is not a whole number from 0"},
        Spoiled{"QuotaTwice", "quotas.csv", "2026,JS,VOC", "2026,SH,VOC",
                "quotas.csv:3: pollutant: \"2026 SH VOC\" is on line 2 already"},
        Spoiled{"DemandOfNobody", "demand.csv", "SH001,SO2", "XX001,SO2",
                "demand.csv:2: firm_id: \"XX001\" is no firm of firms.csv"},
        Spoiled{"DemandOfCarbon", "demand.csv", "SH001,SO2", "SH001,CO2E",
                "demand.csv:2: pollutant: carbon has no quota and no demand"},
        Spoiled{"DemandNegative", "demand.csv", "SO2,80000", "SO2,-1",
                "demand.csv:2: approved_kg: \"-1\" is not a whole number from 0"},
        Spoiled{"DemandTwice", "demand.csv", "SH001,NOX", "SH001,SO2",
                "demand.csv:3: pollutant: \"SH001 SO2\" is on line 2 already"},
        Spoiled{"RightsOfNobody", "opening_rights.csv", "SH001-1,SO2", "SH001-2,SO2",
                "opening_rights.csv:2: facility_id: \"SH001-2\" is no facility of firms.csv"},
        Spoiled{"RightsOfNothing", "opening_rights.csv", "SO2.AIR.YRD.PWR.2630", "SO2.AIR",
                "opening_rights.csv:2: symbol: \"SO2.AIR\" is no instrument of instruments.csv"},
        Spoiled{"RightsElsewhere", "opening_rights.csv", "SO2.AIR.YRD.PWR.2630", "CEA25",
                "opening_rights.csv:2: symbol: \"CEA25\" is reference data only"},
        Spoiled{"RightsZero", "opening_rights.csv", ",20000,", ",0,",
                "opening_rights.csv:2: quantity: \"0\" is not a whole number from 1"},
        Spoiled{"RightsWithoutBatch", "opening_rights.csv", ",20000,ISSUE-2026-SH", ",20000,",
                "opening_rights.csv:2: batch: is empty"}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST(MarketLoader, FindsAllFaultsInOneRun) {
  const Folder folder;
  folder.replace("zones.csv", "SH,PUDONG", "SH,");
  folder.replace("firms.csv", "POWER", "WIND");
  folder.replace("firms.csv", "GOOD", "FINE");
  folder.replace("instruments.csv", so2_ind, std::string{so2_ind} + "X");
  folder.replace("demand.csv", "SH001,NOX,80000", "SH001,NOX,much");
  const auto faults = faults_in(folder);
  EXPECT_THAT(faults, ::testing::Contains(HasSubstr("zones.csv:5: zone")));
  EXPECT_THAT(faults, ::testing::Contains(HasSubstr("firms.csv:2: source_class")));
  EXPECT_THAT(faults, ::testing::Contains(HasSubstr("firms.csv:2: credit")));
  EXPECT_THAT(faults, ::testing::Contains(HasSubstr("demand.csv:3: approved_kg")));
  EXPECT_THAT(faults, ::testing::Contains(HasSubstr(
                          "opening_rights.csv:22: symbol: \"SO2.AIR.YRD.IND.2630\" is reference")));
}

// What no single field shows, the exchange itself says: here that it is built too small.
TEST(MarketLoader, TellsWhatTheExchangeRefuses) {
  GenesisCommand genesis = default_genesis();
  genesis.facilities_max = 145;
  const LoadedMarket market = load_market(testing::delta, genesis);
  ASSERT_FALSE(market.faults.empty());
  EXPECT_TRUE(market.commands.empty());
  EXPECT_THAT(text_of(market.faults[0]),
              AllOf(HasSubstr("firms.csv:147: the exchange refuses it: O11_CAPACITY"),
                    HasSubstr("(limit 145, value 145)")));
}

TEST(MarketLoader, RefusesAGenesisItCannotRun) {
  GenesisCommand genesis = default_genesis();
  ++genesis.semantics_version;
  const LoadedMarket market = load_market(testing::delta, genesis);
  ASSERT_EQ(market.faults.size(), 1U);
  EXPECT_THAT(market.faults[0].reason, HasSubstr("semantics version"));
}

}  // namespace
}  // namespace emx::market

#include "tools/audit/describer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/audit/played.hpp"

namespace emx::audit {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace testing;

TEST(TimeText, IsMarketTime) {
  EXPECT_EQ(text_of_time(0), "1970-01-01 08:00:00.000");
  EXPECT_EQ(text_of_time(1'781'744'400'004'999'999), "2026-06-18 09:00:00.004");
  EXPECT_EQ(text_of_time(-1), "1970-01-01 07:59:59.999");
}

// The golden stream has every command a script can give and every event but one.
class Describing : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    words = new std::vector<EntryWords>;
    const TempFolder folder;
    play_file("tests/exchange/golden.emx", folder.path());
    Describer describer;
    for (const Entry& entry : read_ledger(folder.path())) {
      words->push_back(describer.describe(entry.view()));
    }
  }
  static void TearDownTestSuite() {
    delete words;
    words = nullptr;
  }
  static std::vector<std::string> all() {
    std::vector<std::string> list;
    for (const EntryWords& entry : *words) {
      list.push_back(entry.command);
      list.insert(list.end(), entry.events.begin(), entry.events.end());
    }
    return list;
  }
  static std::vector<EntryWords>* words;
};

std::vector<EntryWords>* Describing::words = nullptr;

// Nobody has the order's instrument any more, and so not the unit of its rights.
TEST(DescribingALateReplace, SaysWhatItsQuantityIsIn) {
  const TempFolder folder;
  play(
      "day 2026-06-18\nphase continuous\n"
      "sell SH049-1 VOC.AIR.YRD.IND.2630 3000@11900 as offer\n"
      "buy ZJ063-1 VOC.AIR.YRD.IND.2630 3000@12000\nreplace offer 3500@11950\n",
      folder.path());
  Describer describer;
  std::string last;
  for (const Entry& entry : read_ledger(folder.path())) {
    last = describer.describe(entry.view()).command;
  }
  EXPECT_THAT(last, HasSubstr("by 3,500 lots at 11,950.00 CNY"));
}

TEST_F(Describing, KnowsEveryNameOfAGoodLedger) {
  for (const std::string& line : all()) {
    EXPECT_FALSE(line.empty());
    EXPECT_EQ(line.find('?'), std::string::npos) << line;
    EXPECT_EQ(line.find("ticks"), std::string::npos) << line;
    EXPECT_EQ(line.find("no known kind"), std::string::npos) << line;
  }
}

TEST_F(Describing, TellsCommands) {
  for (const char* line :
       {"genesis of EMX: semantics 1, fee 10 bp a side, listed sizes up to 30,000 kg and 99,999 t, "
        "carbon beyond allocations up to 1,000,000 t, room for 4,096 orders",
        "zone SH/QINGPU, basin TAIHU, key zone, meets all targets",
        "zone JS/XUZHOU, basin HUAIHE, misses its targets for SO2, NOX, VOC",
        "instrument VOC.AIR.YRD.IND.2630: VOC AIR, basin YRD, book IND, years 2026 to 2030, tick "
        "10.00 CNY, 960 price levels, band 10 %, of blocks 30 %, collar 3 %, approval "
        "DEMO-2026-01, venue EMX",
        "reference price of SHEA25: 70.00 CNY",
        "asks of the ledger, for ZJ: orders firm=ZJ063 from=2026-06-18",
        "asks of the ledger, for the venue: verify",
        "firm SH001 (thermal power (coal), 91DEMOSH0000000001), group GRP00",
        "facility SH001-1 of SH001: POWER in SH/QINGPU, basin TAIHU reach 4, permit to 2030-12-31 "
        "for SO2, NOX, CO2E, ets NATIONAL, credit GOOD",
        "quota 2026 SH VOC: net inflow 300,000, net outflow 200,000, gross 1,000,000, holding "
        "8,000,000, daily inflow 30,000 kg",
        "demand of SH001-1 for SO2: 80,000 kg approved",
        "deposit of 50,000,000.00 CNY for SH001-1",
        "issue of 20,000 kg SO2.AIR.YRD.PWR.2630 to SH001-1, batch ISSUE-2026-SH",
        "trade date 2026-06-18",
        "phase continuous for all books",
        "phase halt for SHEA25",
        "link for VOC from SH to ZJ off",
        "withdrawal of 100.00 CNY by ZJ063-1",
        "transfers from SH049-1 to JS050-1 are not trusted",
        "transfer of 100 kg VOC.AIR.YRD.IND.2630 from SH049-1 to SH065-1",
        "block: SH049-1 wants to sell 30,001 kg VOC.AIR.YRD.IND.2630 at 12,000.00 CNY, with "
        "SH065-1, for 30 minutes (TradeReportID sale)",
        "accept block 1 (TradeReportID yes)",
        "the block session is open",
        "freeze 1,000.00 CNY of ZJ063-1",
        "signing key of the joint office",
        "rule set 1, record 0 of SH: quota 2027 SH VOC: net inflow 900, net outflow 800, gross "
        "5,000,000, holding 700,000,000, daily inflow 60 kg",
        "rule set 1: document of the joint office with 1 record, effective 2027-01-19, signed",
        "parameters: fee 7 bp a side, GTC orders 90 days, listed sizes up to 800 kg and 99,999 t, "
        "carbon beyond allocations up to 2,000,000 t; replacement ratios: key zone 3/2, upstream "
        "3/2, non-attaining 2/1, carbon 1/1; tickets hold up to 20 % of a room",
        "rule set 3, record 0 of the joint office: parameters: fee 5 bp a side, GTC orders 30 "
        "days, "
        "listed sizes up to 600 kg and 99,999 t, carbon beyond allocations up to 1,000,000 t; "
        "replacement ratios: key zone 5/4, upstream 3/2, non-attaining 2/1, carbon 1/1; tickets "
        "hold up to 20 % of a room",
        "calendar of 2027: 260 trading days, Monday to Friday but 2027-01-21, 2027-01-22; and "
        "2027-01-24",
        "rule set 4, record 0 of the joint office: calendar of 2028: 259 trading days, Monday to "
        "Friday but 2028-01-03",
        "instrument VOC.AIR.YRD.IND.2630: VOC AIR, basin YRD, book IND, years 2026 to 2030, tick "
        "10.00 CNY, 960 price levels, band 5 %, of blocks 20 %, collar 2 %, approval DEMO-2026-01, "
        "venue EMX",
        "rule set 5, record 1 of the joint office: reference price of VOC.AIR.YRD.IND.2630: "
        "12,600.00 CNY",
        "freeze -400.00 CNY of ZJ063-1",
        "pledge -5 kg of the VOC.AIR.YRD.IND.2630 of SH049-1"}) {
    EXPECT_THAT(all(), Contains(line));
  }
  EXPECT_THAT(
      all(), Contains(AllOf(StartsWith("rule set 1: activation, with the documents of SH (entry 1"),
                            HasSubstr("), the joint office (entry 1"))));
  EXPECT_THAT(all(), Contains("rule set 6: withdrawal, before its date"));
  EXPECT_THAT(all(), Contains(HasSubstr("firm SH013: SH013-1 sells 99,999 t SHEA25 at 70.00 CNY, "
                                        "day (ClOrdID carbon)")));
  EXPECT_THAT(all(), Contains(HasSubstr("by 99,000 t at 69.99 CNY (ClOrdID carbon/1 for carbon)")));
  EXPECT_THAT(all(), Contains(HasSubstr("(ClOrdID carbon/c1 for carbon/2)")));
}

TEST_F(Describing, TellsEvents) {
  EXPECT_THAT(all(), Contains(HasSubstr("refused P01_PHASE: not allowed in the market's present "
                                        "phase")));
  EXPECT_THAT(all(), Contains(HasSubstr("refused E02_CREDIT: ")));
  EXPECT_THAT(all(), Contains(HasSubstr(" (credit NEGATIVE, at worst WATCH)")));
  EXPECT_THAT(all(), Contains(HasSubstr("; warning Q01_NET_INFLOW")));
  EXPECT_THAT(all(), Contains(HasSubstr("; cut by Q02_NET_OUTFLOW")));
  EXPECT_THAT(all(), Contains(HasSubstr("; between resting orders")));
  EXPECT_THAT(all(), Contains(HasSubstr("C03_REQUESTED: 200 kg open; releases 12,012.00 CNY")));
  EXPECT_THAT(all(), Contains(HasSubstr("at 12,000.00 CNY: E08_ATTAIN")));
  EXPECT_THAT(all(), Contains("transfer 2 of 101 kg VOC.AIR.YRD.IND.2630 from SH049-1 to ZJ051-1: "
                              "ended by Q01_NET_INFLOW"));
  EXPECT_THAT(all(), Contains("rule set 1 is in force"));
  EXPECT_THAT(all(), Contains("rule set 2 waits for 2027-01-20"));
  EXPECT_THAT(all(), Contains("rule set 2, record 0 of the joint office applies: link for VOC from "
                              "SH to AH on"));
  EXPECT_THAT(all(), Contains(HasSubstr(": requested, due on 2027-01-16")));
  EXPECT_THAT(all(), Contains(HasSubstr(": carried out; credited 103, retired 0 at ratio 1/1")));
  const std::string block =
      "block 1: SH049-1 sells 30,001 kg VOC.AIR.YRD.IND.2630 at 12,000.00 "
      "CNY, with SH065-1: ";
  EXPECT_THAT(all(), Contains(block + "alleged; reserves 30,001 kg"));
  EXPECT_THAT(all(), Contains(block + "trades"));
  EXPECT_THAT(all(), Contains(HasSubstr(": ended by C03_REQUESTED; releases 1,441,488.05 CNY")));
  EXPECT_THAT(all(), Contains(HasSubstr("at ratio 3/2; a block")));
  EXPECT_THAT(all(), Contains("of the cash of ZJ063-1 0.00 CNY are pledged and 1,000.00 CNY "
                              "frozen"));
  EXPECT_THAT(all(), Contains("price limits of VOC.AIR.YRD.IND.2630: 11,250.00 CNY to 13,750.00 "
                              "CNY around 12,500.00 CNY"));
}

// Who activates is offered what lies closed, and nothing that a key has ended.
TEST(DescribingDocuments, ForgetsOneThatEndedWithItsKey) {
  const TempFolder folder;
  const std::string first = "authority-key SH iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w= ";
  const std::string other = "authority-key SH bnoc3Smwt4/ROvTFWY/v9O8qlxZuPKby5Pv8zYBQW/E= ";
  play("day 2026-06-18\nphase continuous\n" + first + "approved-by=2\n" +
           "rule-record SH 1 0 quota 2026 SH VOC inflow=900\n"
           "block ZJ043-1 buy VOC.AIR.YRD.IND.2630 40000@12000 with SH049-1 minutes=1\n"
           "rule-document SH 1 1 2026-06-18\n" +
           first + "approved-by=2 at=09:30\n" + other + "\n" + other + "approved-by=2\n",
       folder.path());
  const std::vector<Entry> entries = read_ledger(folder.path());
  const std::size_t count = entries.size();
  Describer describer;
  std::vector<std::uint64_t> known;
  for (const Entry& entry : entries) {
    describer.take(entry.view());
    known.push_back(describer.names().document(Authority::sh));
  }
  const std::uint64_t closed = entries[count - 4].stamp.sequence.value;
  EXPECT_EQ(known[count - 4], closed);
  EXPECT_EQ(known[count - 3], closed);  // the same key; a block ends with its time just then
  EXPECT_EQ(entries[count - 3].view().events_count, 1U);
  EXPECT_EQ(known[count - 2], closed);  // another, which is refused
  EXPECT_EQ(known[count - 1], 0U);
}

TEST(DescribingSenders, TellsPersonsFromTheVenue) {
  const Describer describer;
  CommandHeader header{};
  header.actor = no_id;
  EXPECT_EQ(describer.sender(header), "the venue");
  header.actor = operator_actor(12);
  EXPECT_EQ(describer.sender(header), "person 12");
}

TEST(DescribingTheUnknown, SaysTheNumber) {
  const Describer describer;
  TradeEvent trade{};
  trade.header.kind = static_cast<std::uint16_t>(EventKind::trade);
  trade.header.size = sizeof trade;
  trade.buy_facility = 7;
  trade.price_ticks = 1'200;
  EXPECT_THAT(describer.event(std::as_bytes(std::span{&trade, 1})),
              HasSubstr("trade 0: ?7 buys 0 kg ?0 from ?0 at 1,200 ticks"));
  NewOrderCommand order{};
  order.order_type = static_cast<std::uint8_t>(OrderType::limit);
  order.header.kind = static_cast<std::uint16_t>(CommandKind::new_order);
  order.header.size = sizeof order;
  order.header.actor = no_id;
  order.instrument = no_id;
  order.facility = no_id;
  order.side = 1;
  order.unresolved = Text<32>{"SO3.AIR"};
  EXPECT_THAT(describer.command(std::as_bytes(std::span{&order, 1})),
              HasSubstr("unknown account buys 0 kg of unknown symbol \"SO3.AIR\""));
}

}  // namespace
}  // namespace emx::audit

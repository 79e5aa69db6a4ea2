#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/audit/played.hpp"
#include "tools/audit/questions.hpp"

// The position of a province on tests/audit/day.emx, computed by hand: ZJ buys 4,000 kg of VOC in
// entry 1,167 and is credited 666 of the 1,000 that SH sells in entry 1,169.

namespace emx::audit {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace testing;

class Position : public PlayedDay {
 protected:
  static auto report(Province province) {
    const PositionQuestion question{province, Pollutant::voc};
    return [question](const std::filesystem::path& data_dir, const Output& output) {
      return report_position(data_dir, question, output);
    };
  }
  static json answer(Province province, const std::string& at = "") {
    const Answer given = ask(report(province), folder->path(), true, at);
    EXPECT_EQ(given.exit_code, ledger_is_valid);
    EXPECT_EQ(given.err, "");
    return json::parse(given.out);
  }
  static json row(const json& answer, const std::string& measure) {
    for (const json& row : answer["position"]) {
      if (row["year"] == 2026 && row["measure"] == measure) return row;
    }
    return {};
  }
};

TEST_F(Position, HasWhatIsUsedTheQuotaAndItsHeadroom) {
  const json zj = answer(Province::zj);
  EXPECT_EQ(zj["province"], "ZJ");
  EXPECT_EQ(zj["as_of"]["sequence"], 1'172);
  const json inflow = row(zj, "net inflow");
  EXPECT_EQ(inflow["use_kg"], 4'666);
  EXPECT_EQ(inflow["cap_kg"], 600'000);
  EXPECT_EQ(inflow["headroom_kg"], 595'334);
  EXPECT_EQ(inflow["tickets_kg"], 0);
  EXPECT_EQ(inflow["peak_at"], 1'169);
  EXPECT_EQ(row(zj, "inflow today")["headroom_kg"], 60'000 - 4'666);
  const json sh = answer(Province::sh);
  EXPECT_EQ(row(sh, "net outflow")["use_kg"], 5'000);
  EXPECT_EQ(row(sh, "net inflow")["use_kg"], -5'000);
  EXPECT_EQ(row(sh, "gross")["use_kg"], 5'000);
  EXPECT_EQ(row(sh, "holding")["use_kg"], 1'547'980 - 5'000);
}

TEST_F(Position, IsAsItStoodThen) {
  const json then = answer(Province::zj, "1168");
  EXPECT_EQ(then["as_of"]["sequence"], 1'168);
  EXPECT_EQ(row(then, "net inflow")["use_kg"], 4'000);
  EXPECT_EQ(row(then, "net inflow")["headroom_kg"], 596'000);
  // The millisecond of entry 1,169, which is whole in it, and the one before.
  EXPECT_EQ(answer(Province::zj, "2026-06-18 09:00:00.005")["as_of"]["sequence"], 1'169);
  EXPECT_EQ(answer(Province::zj, "2026-06-18T01:00:00.004Z")["as_of"]["sequence"], 1'168);
  EXPECT_EQ(answer(Province::zj, "2026-06-18")["as_of"]["sequence"], 1'172);
}

TEST_F(Position, IsMadeByEntriesWhoseSumsItIs) {
  const json moves = answer(Province::zj)["moves"];
  ASSERT_GT(moves.size(), 2U);
  const json& first = moves[moves.size() - 2];
  EXPECT_EQ(first["sequence"], 1'167);
  EXPECT_EQ(first["cause"], "trade");
  EXPECT_EQ(first["number"], 1);
  EXPECT_EQ(first["from"], "SH049-1");
  EXPECT_EQ(first["to"], "ZJ063-1");
  EXPECT_EQ(first["net_kg"], 4'000);
  const json& last = moves.back();
  EXPECT_EQ(last["sequence"], 1'169);
  EXPECT_EQ(last["sold_kg"], 1'000);
  EXPECT_EQ(last["credited_kg"], 666);
  EXPECT_EQ(last["net_change_kg"], 666);
  EXPECT_EQ(last["net_kg"], 4'666);
  EXPECT_EQ(last["gross_kg"], 4'666);
  std::int64_t issued = 0;
  for (const json& move : moves) {
    if (move["cause"] == "issue") issued += move["held_change_kg"].get<std::int64_t>();
  }
  EXPECT_EQ(last["held_kg"], issued + 4'666);
  const json sold = answer(Province::sh)["moves"].back();
  EXPECT_EQ(sold["net_kg"], -5'000);
  EXPECT_EQ(sold["gross_kg"], 5'000);
  EXPECT_EQ(sold["held_kg"], 1'547'980 - 5'000);
}

TEST_F(Position, StandsInColumnsAndAsCsv) {
  EXPECT_THAT(ask(report(Province::zj), folder->path()).out,
              StartsWith("position of ZJ after entry 1172, 2026-06-18 09:00:00.008\n"));
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(report(Province::zj)(folder->path(), Output{out, err, false, false, true}), 0);
  EXPECT_THAT(out.str(), StartsWith("sequence,at_ns,at,year,pollutant,cause,number,from,to,"));
  EXPECT_THAT(out.str(), HasSubstr("\n1169,1781744400005000000,2026-06-18 09:00:00.005,2026,VOC,"
                                   "trade,2,SH065-1,ZJ051-1,1000,666,666,4666,666,4666,666,"));
}

// Use starts at 0 with the year, what is held goes on, and the year before is told as it ended.
TEST(PositionOverTheYear, StartsAnewAndKeepsTheYearBefore) {
  const TempFolder folder;
  play(
      "day 2026-12-30\nphase continuous\n"
      "sell SH049-1 VOC.AIR.YRD.IND.2630 4000@11900\n"
      "buy  ZJ063-1 VOC.AIR.YRD.IND.2630 4000@12000\n"
      "phase closed\nquota 2027 ZJ VOC inflow=10000\n"
      "day 2027-01-04\nphase continuous\n"
      "sell SH049-1 VOC.AIR.YRD.IND.2630 1500@11900\n"
      "buy  ZJ063-1 VOC.AIR.YRD.IND.2630 1500@12000\n",
      folder.path());
  const auto answer = [&](const std::string& at) {
    const auto report = [](const std::filesystem::path& data_dir, const Output& output) {
      return report_position(data_dir, {Province::zj, Pollutant::voc}, output);
    };
    return json::parse(ask(report, folder.path(), true, at).out);
  };
  const auto inflow = [](const json& answer, int year) {
    for (const json& row : answer["position"]) {
      if (row["year"] == year && row["measure"] == "net inflow") return row;
    }
    return json{};
  };
  const json before = answer("2027-01-03");
  EXPECT_EQ(inflow(before, 2026)["headroom_kg"], 596'000);
  EXPECT_EQ(inflow(before, 2027), json{}) << "it has no caps in force yet, and no use";
  const json opened = answer("2027-01-04 09:00");
  EXPECT_EQ(inflow(opened, 2026)["use_kg"], 4'000);
  EXPECT_EQ(inflow(opened, 2026)["headroom_kg"], nullptr);
  EXPECT_EQ(inflow(opened, 2027)["use_kg"], 0);
  EXPECT_EQ(inflow(opened, 2027)["headroom_kg"], 10'000);
  const json& roll = opened["moves"].back();
  EXPECT_EQ(roll["cause"], "new_year");
  EXPECT_EQ(roll["net_change_kg"], -4'000);
  EXPECT_EQ(roll["net_kg"], 0);
  EXPECT_EQ(roll["gross_kg"], 0);
  EXPECT_EQ(roll["held_change_kg"], 0);
  const json now = answer("");
  EXPECT_EQ(inflow(now, 2026)["peak_kg"], 4'000);
  EXPECT_EQ(inflow(now, 2027)["use_kg"], 1'500);
  EXPECT_EQ(inflow(now, 2027)["headroom_kg"], 8'500);
  EXPECT_EQ(now["moves"].back()["net_kg"], 1'500);
  EXPECT_EQ(now["moves"].back()["held_kg"], roll["held_kg"].get<int>() + 1'500);
}

// A block that waits for its session holds 15,000 kg of the seller's rooms, and of the buyer's what
// it would be credited: 10,000, at 3/2.
TEST(PositionWithATicket, LeavesItsRoomOut) {
  const TempFolder folder;
  play(
      "day 2026-06-18\nphase continuous\nparameters listed=10000\n"
      "block SH065-1 sell VOC.AIR.YRD.IND.2630 15000@12000 with ZJ051-1\n"
      "accept-block ZJ051-1 1\n",
      folder.path());
  const auto headroom = [&](Province province, const std::string& measure) {
    const auto report = [&](const std::filesystem::path& data_dir, const Output& output) {
      return report_position(data_dir, {province, Pollutant::voc}, output);
    };
    const json rows = json::parse(ask(report, folder.path(), true).out)["position"];
    for (const json& row : rows) {
      if (row["measure"] == measure) {
        return std::pair{row["tickets_kg"].get<int>(), row["headroom_kg"].get<int>()};
      }
    }
    return std::pair{-1, -1};
  };
  EXPECT_EQ(headroom(Province::zj, "net inflow"), (std::pair{10'000, 590'000}));
  EXPECT_EQ(headroom(Province::zj, "net outflow").first, 0);
  EXPECT_EQ(headroom(Province::zj, "holding").first, 10'000);
  EXPECT_EQ(headroom(Province::sh, "net inflow").first, 0);
  EXPECT_EQ(headroom(Province::sh, "net outflow"), (std::pair{15'000, 200'000 - 15'000}));
  EXPECT_EQ(headroom(Province::sh, "gross").first, 15'000);
}

TEST(AMoment, IsAnEntryADayOrAMillisecond) {
  EXPECT_EQ(moment_from_text("1172")->sequence, 1'172U);
  const auto day = moment_from_text("1970-01-02");
  EXPECT_EQ(day->first_ns, 57'600'000'000'000);  // 16:00 UTC of the day before
  EXPECT_EQ(day->last_ns, 144'000'000'000'000 - 1);
  EXPECT_EQ(moment_from_text("1970-01-01 08:00:00.002")->last_ns, 2'999'999);
  EXPECT_EQ(moment_from_text("1970-01-01T00:01Z")->first_ns, 60'000'000'000);
  for (const char* text : {"", "0", "-1", "x", "2026-06-31", "2026-06-18 9:30", "2026-06-18 24:00",
                           "2026-06-18 09:30:00.1", "2026-06-18 09:30:00.0001", "2026-06-18x"}) {
    EXPECT_FALSE(moment_from_text(text)) << text;
  }
}

}  // namespace
}  // namespace emx::audit

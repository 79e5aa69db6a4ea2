#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/audit/played.hpp"
#include "tests/rehearsal/rehearsing.hpp"
#include "tools/admin/operators.hpp"
#include "tools/audit/describer.hpp"
#include "tools/rehearsal/report.hpp"

// What an act would do, held to what it then does.

namespace emx::rehearsal {
namespace {

using audit::testing::Answer;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::locked_scene;
using ::testing::StartsWith;

// The same act as `emx admin` sends it and as a script says it.
struct Act {
  json request;
  std::string statement;
};

json hold(const char* command, const char* asset, const char* amount) {
  return {{"command", command}, {"facility", "SH049-1"}, {"asset", asset}, {"amount", amount}};
}

const std::vector<Act>& acts() {
  constexpr const char* voc = "VOC.AIR.YRD.IND.2630";
  static const std::vector<Act> all = {
      {{{"command", "zone"}, {"province", "SH"}, {"zone", "QINGPU"}, {"misses", "VOC,NOX"}},
       "zone SH QINGPU misses=VOC;NOX"},
      {{{"command", "demand"}, {"facility", "ZJ063-1"}, {"pollutant", "VOC"}, {"approved", 0}},
       "demand ZJ063-1 VOC 0"},
      {{{"command", "facility"}, {"facility", "SH049-1"}, {"credit", "NEGATIVE"}},
       "facility SH049-1 credit=NEGATIVE"},
      {{{"command", "firm"}, {"firm", "SH049"}, {"group", "none"}}, "firm SH049 group=none"},
      {{{"command", "kill-switch"}, {"scope", "province"}, {"name", "SH"}, {"killed", true}},
       "kill province SH"},
      {{{"command", "limit"},
        {"limit", "order-value"},
        {"scope", "firm"},
        {"name", "SH049"},
        {"value", "12.50"}},
       "limit order-value firm=SH049 12.50"},
      {{{"command", "mass-cancel"}, {"firm", "JS066"}}, "mass-cancel firm=JS066"},
      {{{"command", "phase"}, {"phase", "closed"}}, "phase closed"},
      {{{"command", "phase"}, {"phase", "halt"}, {"symbol", voc}},
       "phase halt VOC.AIR.YRD.IND.2630"},
      {{{"command", "reference-price"}, {"symbol", voc}, {"price", "10000.00"}},
       "reference VOC.AIR.YRD.IND.2630 10000"},
      {{{"command", "deposit"}, {"facility", "SH049-1"}, {"amount", "0.01"}},
       "deposit SH049-1 0.01"},
      {{{"command", "withdraw"}, {"facility", "SH049-1"}, {"amount", "0.01"}},
       "withdraw SH049-1 0.01 approved-by=2"},
      {{{"command", "issue"},
        {"facility", "SH049-1"},
        {"symbol", voc},
        {"quantity", 3},
        {"batch", "B9"}},
       "issue SH049-1 VOC.AIR.YRD.IND.2630 3 B9"},
      {hold("freeze", "cash", "1.00"), "freeze SH049-1 cash 1.00"},
      {hold("freeze", voc, "1"), "freeze SH049-1 VOC.AIR.YRD.IND.2630 1"},
      {hold("pledge", voc, "1"), "pledge SH049-1 VOC.AIR.YRD.IND.2630 1"},
      {hold("unfreeze", "cash", "1.00"), "unfreeze SH049-1 cash 1.00 approved-by=2"},  // refused
      {hold("unpledge", voc, "1"), "unpledge SH049-1 VOC.AIR.YRD.IND.2630 1 approved-by=2"},
      {{{"command", "trust"}, {"from", "SH049-1"}, {"to", "SH045-1"}},
       "trust SH049-1 SH045-1 approved-by=2"},
      {{{"command", "distrust"}, {"from", "SH049-1"}, {"to", "SH045-1"}},
       "distrust SH049-1 SH045-1"},
      {{{"command", "transfer"},
        {"from", "SH049-1"},
        {"to", "SH045-1"},
        {"symbol", voc},
        {"quantity", 1}},
       "transfer SH049-1 SH045-1 VOC.AIR.YRD.IND.2630 1 approved-by=2"},
      {{{"command", "link"},
        {"pollutant", "VOC"},
        {"seller", "SH"},
        {"buyer", "ZJ"},
        {"enabled", false}},
       "link VOC SH ZJ off"},
      {{{"command", "quota"},
        {"year", 2026},
        {"province", "ZJ"},
        {"pollutant", "VOC"},
        {"inflow", 5000},
        {"outflow", 50000},
        {"gross", 1000000},
        {"holding", 1000000000},
        {"pace", 100000}},
       "quota 2026 ZJ VOC inflow=5000 outflow=50000 gross=1000000 holding=1000000000 pace=100000"},
      {{{"command", "indicative"}, {"symbol", voc}}, "indicative VOC.AIR.YRD.IND.2630"},  // refused
      {{{"command", "day"}, {"date", "2026-06-19"}}, "day 2026-06-19"},                   // refused
  };
  return all;
}

class RehearsingActs : public testing::Rehearsing {
 protected:
  RehearsingActs() { play(locked_scene); }

  // Events of the entries after these, in words.
  [[nodiscard]] static std::vector<std::string> events_after(const std::filesystem::path& from,
                                                             std::uint64_t sequence) {
    audit::Describer describer;
    std::vector<std::string> events;
    for (const auto& entry : audit::testing::read_ledger(from)) {
      const audit::EntryWords words = describer.describe(entry.view());
      if (entry.stamp.sequence.value <= sequence) continue;
      events.insert(events.end(), words.events.begin(), words.events.end());
    }
    return events;
  }

  // Person 1 of the venue and 3 of Shanghai.
  void name_persons() {
    persons = admin::Operators{
        {{1, "Li Wei", admin::Office::venue, {}}, {3, "Shen Yi", admin::Office::sh, {}}}};
  }
};

TEST_F(RehearsingActs, SaysWhatTheRealCommandThenDoes) {
  int happened = 0;
  for (const Act& act : acts()) {
    SCOPED_TRACE(act.statement);
    const Answer answer = ask(act.request);
    ASSERT_NE(answer.exit_code, no_answer) << answer.err;
    const json said = json::parse(answer.out);
    const auto real = folder.path() / ("real-" + std::to_string(++happened));
    audit::testing::play(std::string{locked_scene} + act.statement + '\n', real);
    const auto did = events_after(real, said["after_sequence"].get<std::uint64_t>());
    EXPECT_EQ(said["events"].get<std::vector<std::string>>(), did);
    EXPECT_EQ(answer.exit_code == would_be_refused, said["refused"].is_object());
  }
}

// A higher inflow cap lets the rest of the bid trade. What the rooms were and would be is told of
// both provinces.
TEST_F(RehearsingActs, TellsTradesAndRooms) {
  const Answer answer = ask(acts()[acts().size() - 3].request);
  EXPECT_EQ(answer.exit_code, would_be_applied);
  const json said = json::parse(answer.out);
  EXPECT_EQ(said["trades"], json::parse(R"([{"symbol":"VOC.AIR.YRD.IND.2630","seller":"SH",
      "buyer":"ZJ","trades":1,"sold":600,"credited":600,"unit":"kg"}])"));
  EXPECT_THAT(said["cancelled"], IsEmpty());
  EXPECT_EQ(said["needs_second"], false);
  const auto room = [&](const char* province, const char* name) {
    for (const json& row : said["rooms"]) {
      if (row["province"] == province && row["room"] == name) {
        EXPECT_EQ(row["pollutant"], "VOC");
        return std::to_string(row["before_kg"].get<int>()) + " -> " +
               std::to_string(row["after_kg"].get<int>());
      }
    }
    return std::string{"unchanged"};
  };
  EXPECT_EQ(room("ZJ", "net inflow"), "0 -> 4000");
  EXPECT_EQ(room("SH", "net outflow"), "199600 -> 199000");
  EXPECT_EQ(room("JS", "net inflow"), "unchanged");
}

TEST_F(RehearsingActs, TellsWhoseOrdersItWouldCancel) {
  const json said = json::parse(
      ask({{"command", "facility"}, {"facility", "SH049-1"}, {"credit", "NEGATIVE"}}).out);
  ASSERT_EQ(said["cancelled"].size(), 1U);
  const json& order = said["cancelled"][0];
  EXPECT_EQ(order["firm"], "SH049");
  EXPECT_EQ(order["facility"], "SH049-1");
  EXPECT_EQ(order["side"], "sell");
  EXPECT_EQ(order["lots"], 600);
  EXPECT_EQ(order["code"], "E02_CREDIT");
  EXPECT_THAT(said["trades"], IsEmpty());
  const Answer text =
      ask({{"command", "facility"}, {"facility", "SH049-1"}, {"credit", "NEGATIVE"}}, false);
  EXPECT_THAT(text.out, HasSubstr("Orders that it would cancel"));
  EXPECT_THAT(text.out, HasSubstr("E02_CREDIT"));
}

TEST_F(RehearsingActs, TellsARefusalWithItsFigures) {
  const Answer answer =
      ask({{"command", "withdraw"}, {"facility", "SH049-1"}, {"amount", "99999999999.00"}});
  EXPECT_EQ(answer.exit_code, would_be_refused);
  const json said = json::parse(answer.out);
  EXPECT_EQ(said["refused"]["name"], "L01_CASH");
  EXPECT_EQ(said["refused"]["value"], 9'999'999'999'900);
  EXPECT_THAT(said["refused"]["reason"].get<std::string>(),
              HasSubstr("value 99,999,999,999.00 CNY)"));
  EXPECT_EQ(said["needs_second"], true);
}

// As the desk says it to her, whatever the exchange would make of it.
TEST_F(RehearsingActs, TellsWhoseActItIsNot) {
  const json freeze = hold("freeze", "cash", "1.00");
  const std::string refusal =
      "Li Wei (venue, person 1) may not ask for it: this is a matter of the office SH; the office "
      "venue acts on days";
  EXPECT_EQ(ask(freeze).exit_code, would_be_applied);  // of nobody in particular
  name_persons();
  const Answer answer = ask(freeze);
  EXPECT_EQ(answer.exit_code, would_be_refused);
  const json said = json::parse(answer.out);
  EXPECT_THAT(said["refused"]["reason"].get<std::string>(), StartsWith(refusal));
  EXPECT_TRUE(said["refused"]["code"].is_null());
  EXPECT_THAT(ask(freeze, false).out, StartsWith("it would be refused: " + refusal));
  EXPECT_EQ(json::parse(ask(freeze, true, 2).out)["refused"]["reason"], "nobody has the number 2");
  const Answer hers = ask(freeze, true, 3);
  EXPECT_EQ(hers.exit_code, would_be_applied);
  EXPECT_TRUE(json::parse(hers.out)["refused"].is_null());
}

TEST_F(RehearsingActs, TellsWhoMayBeTheSecondPerson) {
  EXPECT_THAT(ask(hold("unfreeze", "cash", "1.00"), false).out, HasSubstr("would be refused: O01"));
  EXPECT_THAT(
      ask({{"command", "trust"}, {"from", "SH049-1"}, {"to", "SH045-1"}}, false).out,
      HasSubstr("it would wait for a second person, of the offices venue, joint and SH; then it "
                "would be applied; nothing else would happen\n"));
  EXPECT_THAT(
      ask({{"command", "withdraw"}, {"facility", "SH049-1"}, {"amount", "0.01"}}, false).out,
      HasSubstr("a second person, of the offices venue and joint; then it would be applied\n"));
  EXPECT_THAT(ask(hold("freeze", "cash", "1.00"), false).out, HasSubstr("\nit would be applied\n"));
}

TEST_F(RehearsingActs, HasNoAnswerToWhatIsNoRequestOrNoLedger) {
  const Answer unknown = ask({{"command", "deposit"}, {"facility", "X-1"}, {"amount", "1.00"}});
  EXPECT_EQ(unknown.exit_code, no_answer);
  EXPECT_THAT(unknown.err, HasSubstr("'X-1' is no facility of this venue"));
  data_dir = folder.path() / "nothing";
  EXPECT_EQ(ask(acts()[0].request).exit_code, no_answer);
}

// The ledger ends within the bid's fills, which an entry's bound has cut: the rest of them comes
// with the act or without.
TEST_F(RehearsingActs, TellsNothingOfWhatTheLedgerLeftHalfDone) {
  std::string many = "day 2026-06-18\nphase continuous\n";
  for (int i = 0; i < 600; ++i) many += "sell SH049-1 VOC.AIR.YRD.IND.2630 1@12000\n";
  play(many + "buy ZJ063-1 VOC.AIR.YRD.IND.2630 600@12000\n");
  auto entries = audit::testing::read_ledger(data_dir);
  ASSERT_EQ(read_record<CommandHeader>(entries.back().command).kind,
            static_cast<std::uint16_t>(CommandKind::proceed));
  entries.pop_back();
  data_dir = folder.path() / "half-done";
  audit::testing::write_ledger(entries, data_dir);
  const json link{{"command", "link"},
                  {"pollutant", "VOC"},
                  {"seller", "SH"},
                  {"buyer", "ZJ"},
                  {"enabled", false}};
  const json said = said_of(link);
  for (const char* list : {"events", "trades", "rooms", "headroom", "counterparties", "later"}) {
    EXPECT_THAT(said[list], IsEmpty()) << list;
  }
  EXPECT_THAT(ask(link, false).out, HasSubstr("it would be applied; nothing else would happen\n"));
}

// A ticket's time is over when the act is asked for, though no command said so yet: what it held of
// the rooms is free with the act or without.
TEST_F(RehearsingActs, TellsNothingOfWhatTimeEnded) {
  play(
      "quota 2026 SH VOC outflow=900000 inflow=900000 gross=900000 holding=90000000 pace=900000\n"
      "quota 2026 ZJ VOC outflow=900000 inflow=900000 gross=9000000 holding=90000000 pace=900000\n"
      "demand ZJ043-1 VOC 900000\n"
      "day 2026-06-18\n"
      "phase continuous\n"
      "block ZJ043-1 buy VOC.AIR.YRD.IND.2630 40000@12000 with SH049-1 minutes=1\n"
      "accept-block SH049-1 1\n");
  const auto entries = audit::testing::read_ledger(data_dir);
  const auto block = entries.back().event<BlockEvent>(EventKind::block);
  ASSERT_EQ(block.stage, static_cast<std::uint8_t>(BlockStage::confirmed));
  now_ns = block.expires_ns + 1;
  const json said = said_of({{"command", "deposit"}, {"facility", "ZJ063-1"}, {"amount", "1.00"}});
  EXPECT_THAT(said["rooms"], IsEmpty());
  EXPECT_THAT(said["events"], ::testing::SizeIs(1)) << said["events"];
}

// What was altered is not rehearsed on.
TEST_F(RehearsingActs, HasNoAnswerWhereTheLedgerDoesNotReplay) {
  auto entries = audit::testing::read_ledger(data_dir);
  audit::testing::first_with(entries, EventKind::trade).drop_last_event();
  data_dir = folder.path() / "altered";
  audit::testing::write_ledger(entries, data_dir);
  const Answer answer = ask(acts()[0].request);
  EXPECT_EQ(answer.exit_code, no_answer);
  EXPECT_THAT(answer.err, HasSubstr("its commands give something else than it says"));
}

}  // namespace
}  // namespace emx::rehearsal

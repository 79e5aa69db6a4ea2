#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/rehearsal/rehearsing.hpp"
#include "tools/admin/ed25519.hpp"
#include "tools/rehearsal/report.hpp"
#include "tools/rules/document.hpp"
#include "tools/rules/rule_text.hpp"

// What a document of rules would do: handed in, activated with what lies there, and on its date.

namespace emx::rehearsal {
namespace {

using admin::PrivateKey;
using audit::testing::Answer;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::locked_scene;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::string_view quota_text =
    "[[quota]]\nyear = 2026\npollutant = \"VOC\"\ninflow = 5000\noutflow = 50000\n"
    "gross = 1000000\nholding = 1000000000\npace = 100000\n";
constexpr std::string_view price_text =
    "[[reference]]\nsymbol = \"VOC.AIR.YRD.IND.2630\"\nprice_fen = 1000000\n";

class RehearsingDocuments : public testing::Rehearsing {
 protected:
  RehearsingDocuments() { play(std::string{locked_scene} + keys()); }

  // Behind the scene: its rules are set by commands alone, which no key lets.
  [[nodiscard]] std::string keys() const { return key("ZJ", zj) + key("joint", joint); }
  [[nodiscard]] static std::string key(const std::string& authority, const PrivateKey& of) {
    return "authority-key " + authority + ' ' + admin::base64_of(of.public_key()) +
           " approved-by=2\n";
  }
  static rules::Document document(const std::string& authority, const std::string& effective,
                                  std::string_view rules) {
    const rules::Compiled compiled =
        rules::compile("authority = \"" + authority + "\"\nversion = 1\neffective = \"" +
                           effective + "\"\n" + std::string{rules},
                       "text");
    EXPECT_THAT(compiled.faults, IsEmpty());
    return compiled.document;
  }
  static json hand_in(const rules::Document& of, const PrivateKey& key) {
    return {{"command", "rule-document"},
            {"document", admin::base64_of(rules::bytes_of(of))},
            {"signature", admin::base64_of(rules::sign(of, key))}};
  }
  [[nodiscard]] json zj_quota(const std::string& effective) const {
    return hand_in(document("ZJ", effective, quota_text), zj);
  }

  const PrivateKey zj = PrivateKey::make();
  const PrivateKey joint = PrivateKey::make();
};

// The set is due, so this is what its activation does.
TEST_F(RehearsingDocuments, TellsWhatOneThatIsDueWouldDo) {
  const json said = said_of(zj_quota("2026-06-18"));
  EXPECT_TRUE(said["refused"].is_null());
  EXPECT_THAT(said["events"], IsEmpty());
  EXPECT_EQ(said["activation"], json::parse(R"({"version":1,"refused":null,"waits":false,
      "parts":[{"authority":"ZJ","records":1,"effective":"2026-06-18"}]})"));
  ASSERT_THAT(said["if_now"]["trades"], SizeIs(1));
  EXPECT_EQ(said["if_now"]["trades"][0]["sold"], 600);
  EXPECT_THAT(said["if_now"]["rooms"], Not(IsEmpty()));
  const std::string text = ask(zj_quota("2026-06-18"), false).out;
  EXPECT_THAT(text, HasSubstr("it would be applied; nothing else would happen\n\nActivated with"));
  EXPECT_THAT(text, HasSubstr("rule set 1 would come into force at once\n"
                              "    ZJ: 1 record, for 2026-06-18\n\nThen: \n"));
}

// Its date is to come; told is what it would make of today's orders.
TEST_F(RehearsingDocuments, TellsWhatALaterOneWouldMakeOfTodaysOrders) {
  const json said = said_of(zj_quota("2026-07-01"));
  EXPECT_EQ(said["activation"]["waits"], true);
  ASSERT_THAT(said["if_now"]["trades"], SizeIs(1));
  EXPECT_EQ(said["if_now"]["trades"][0]["sold"], 600);
  EXPECT_THAT(ask(zj_quota("2026-07-01"), false).out,
              HasSubstr("rule set 1 would wait for 2026-07-01\n"
                        "    ZJ: 1 record, for 2026-07-01\n\n"
                        "On today's orders, were it for today: \n"));
}

TEST_F(RehearsingDocuments, TellsWhoseOrdersFallOutsideThePriceLimits) {
  const json said = said_of(hand_in(document("joint", "2026-07-01", price_text), joint));
  ASSERT_THAT(said["if_now"]["cancelled"], SizeIs(3));
  EXPECT_EQ(said["if_now"]["cancelled"][0]["code"], "O05_PRICE");
  EXPECT_THAT(said["if_now"]["trades"], IsEmpty());
}

// What another authority has closed for the same version counts, and its date must be the same.
TEST_F(RehearsingDocuments, TellsOfItTogetherWithWhatIsClosed) {
  const std::string closed =
      "rule-record ZJ 1 0 quota 2026 ZJ VOC inflow=5000 outflow=50000 gross=1000000 "
      "holding=1000000000 pace=100000\n"
      "rule-document ZJ 1 1 2026-07-01\n";
  play(std::string{locked_scene} + keys() + closed);
  const std::string link =
      "[[link]]\npollutant = \"VOC\"\nseller = \"SH\"\nbuyer = \"ZJ\"\nenabled = false\n";
  const json said = said_of(hand_in(document("joint", "2026-07-01", link), joint));
  EXPECT_THAT(said["activation"]["parts"], SizeIs(2));
  EXPECT_THAT(said["if_now"]["trades"], IsEmpty());  // the link is off by then
  EXPECT_EQ(said["if_now"]["rooms"][0]["room"], "net inflow");
  EXPECT_EQ(said["if_now"]["rooms"][0]["after_kg"], 4600);
  EXPECT_EQ(said["if_now"]["counterparties"][0]["code"], "E07_LINK");
  EXPECT_THAT(said["counterparties"], IsEmpty());

  const Answer other_date = ask(hand_in(document("joint", "2026-07-02", link), joint));
  EXPECT_EQ(other_date.exit_code, would_be_applied);
  const json other = json::parse(other_date.out);
  EXPECT_EQ(other["activation"]["refused"]["name"], "O01_QUANTITY");
  EXPECT_EQ(other["activation"]["refused"]["reason"],
            "its documents are for different dates, 2026-07-01 and 2026-07-02");
  EXPECT_TRUE(other["if_now"].is_null());
}

TEST_F(RehearsingDocuments, TellsWhatAnotherKeyWouldEnd) {
  const std::string closed =
      "rule-record ZJ 1 0 quota 2026 ZJ VOC inflow=5000 outflow=50000 gross=1000000 "
      "holding=1000000000 pace=100000\n"
      "rule-document ZJ 1 1 2026-07-01\n";
  play(std::string{locked_scene} + keys() + closed);
  const auto key_of = [](const PrivateKey& key) {
    return json{{"command", "authority-key"},
                {"authority", "ZJ"},
                {"public_key", admin::base64_of(key.public_key())}};
  };
  const json said = said_of(key_of(joint));
  EXPECT_EQ(said["events"],
            json::parse(R"(["rule set 1 leaves out the document of ZJ, which is over"])"));
  EXPECT_EQ(said["needs_second"], true);
  EXPECT_THAT(ask(key_of(joint), false).out, HasSubstr("leaves out the document of ZJ"));
  EXPECT_THAT(said_of(key_of(zj))["events"], IsEmpty());  // the same key ends nothing
}

TEST_F(RehearsingDocuments, TellsWhatAnActivationWouldDo) {
  const std::string closed =
      "rule-record ZJ 1 0 quota 2026 ZJ VOC inflow=5000 outflow=50000 gross=1000000 "
      "holding=1000000000 pace=100000\n";
  const json request{{"command", "activate-rules"}, {"version", 1}, {"parts", {"ZJ"}}};
  play(std::string{locked_scene} + keys() + closed + "rule-document ZJ 1 1 2026-07-01\n");
  json said = said_of(request);
  EXPECT_EQ(said["needs_second"], true);
  EXPECT_THAT(said["events"], SizeIs(1));  // it waits
  EXPECT_THAT(said["trades"], IsEmpty());
  EXPECT_EQ(said["if_now"]["trades"][0]["sold"], 600);
  EXPECT_TRUE(said["activation"].is_null());

  play(std::string{locked_scene} + keys() + closed + "rule-document ZJ 1 1 2026-06-18\n");
  said = said_of(request);
  EXPECT_EQ(said["trades"][0]["sold"], 600);  // at once, so the act says it
  EXPECT_TRUE(said["if_now"].is_null());
}

// An act that says nothing of the set, such as a price that its band no longer fits, may end it.
TEST_F(RehearsingDocuments, TellsWhatOtherActsDoToASetThatWaits) {
  play(std::string{locked_scene} + keys() +
       "rule-record joint 1 0 instrument VOC.AIR.YRD.IND.2630 band=40\n"
       "rule-document joint 1 1 2026-06-22\n"
       "activate-rules 1 joint approved-by=2\n");
  const auto price = [](const char* cny) {
    return json{{"command", "reference-price"}, {"symbol", "VOC.AIR.YRD.IND.2630"}, {"price", cny}};
  };
  const json later = said_of(price("15000.00"))["later"];
  ASSERT_THAT(later, SizeIs(1));
  EXPECT_EQ(later[0]["when"], "2026-06-22");
  EXPECT_EQ(later[0]["what"], "rule set 1 comes to its date");
  EXPECT_THAT(later[0]["rule_sets"]["before"][0].get<std::string>(), HasSubstr("in force"));
  EXPECT_THAT(later[0]["rule_sets"]["after"][0].get<std::string>(),
              HasSubstr("lapses, nothing of it applies: O11_CAPACITY at record 0 of the joint"));
  EXPECT_THAT(ask(price("15000.00"), false).out,
              HasSubstr("\nRule set of that day\n    without: "));
  const json fits = said_of(price("11990.00"))["later"];  // the limits of that day are others
  ASSERT_THAT(fits, SizeIs(1));
  EXPECT_THAT(fits[0]["rule_sets"]["after"], IsEmpty());
  EXPECT_THAT(
      said_of({{"command", "deposit"}, {"facility", "ZJ063-1"}, {"amount", "1.00"}})["later"],
      IsEmpty());
  const json taken = said_of({{"command", "withdraw-rules"}, {"version", 1}})["later"];
  ASSERT_THAT(taken, SizeIs(1));
  EXPECT_THAT(taken[0]["rule_sets"]["after"], IsEmpty());
  EXPECT_THAT(taken[0]["rule_sets"]["before"], SizeIs(1));
}

// On its date the orders for the day are gone, and what stays trades, or ends.
TEST_F(RehearsingDocuments, TellsWhatALaterOneWouldDoOnItsDate) {
  play(std::string{"quota 2026 ZJ VOC inflow=400\n"
                   "day 2026-06-18\n"
                   "phase continuous\n"
                   "sell SH049-1 VOC.AIR.YRD.IND.2630 1000@12000 gtc\n"
                   "sell JS066-1 VOC.AIR.YRD.IND.2630 500@12100\n"
                   "buy ZJ063-1 VOC.AIR.YRD.IND.2630 1000@12000 gtc\n"} +
       keys());
  json later = said_of(zj_quota("2026-07-01"))["later"];
  ASSERT_THAT(later, SizeIs(1));
  EXPECT_EQ(later[0]["when"], "2026-07-01");
  EXPECT_EQ(later[0]["what"], "the rule set comes into force");
  ASSERT_THAT(later[0]["trades"], SizeIs(1));
  EXPECT_EQ(later[0]["trades"][0]["sold_before"], 0);
  EXPECT_EQ(later[0]["trades"][0]["sold_after"], 600);
  EXPECT_EQ(later[0]["rooms"][0]["after_kg"], 4600);

  const json prices = hand_in(document("joint", "2026-07-04", price_text), joint);
  EXPECT_THAT(said_of(prices)["if_now"]["cancelled"], SizeIs(3));
  later = said_of(prices)["later"];
  ASSERT_THAT(later, SizeIs(1));
  EXPECT_EQ(later[0]["when"], "2026-07-06");  // the 4th is a Saturday
  ASSERT_THAT(later[0]["cancelled"], SizeIs(2));
  EXPECT_EQ(later[0]["cancelled"][0]["code"], "O05_PRICE");
}

// New Year's Day is a trading day by the set's calendar, and none without it.
TEST_F(RehearsingDocuments, ComparesDaysThatItsCalendarMoves) {
  play("calendar 2027 closed=2027-01-01\n" + std::string{locked_scene} + keys() +
       "rule-record ZJ 1 0 quota 2027 ZJ VOC inflow=5000 outflow=50000 gross=1000000 "
       "holding=1000000000 pace=100000\n"
       "rule-document ZJ 1 1 2026-06-18\n");
  const std::string calendar = "[[calendar]]\nyear = 2027\n";
  const json later = said_of(hand_in(document("joint", "2026-06-18", calendar), joint))["later"];
  ASSERT_THAT(later, SizeIs(1));
  EXPECT_EQ(later[0]["when"], "2027-01-01");
  EXPECT_EQ(later[0]["rooms"][0]["after_kg"], 5000);
}

// A record that the exchange refuses is named; nothing is told of what it would do.
TEST_F(RehearsingDocuments, NamesTheRecordThatIsRefused) {
  const std::string unknown = std::string{price_text}.replace(price_text.find("2630"), 4, "3135");
  const Answer answer = ask(hand_in(document("joint", "2026-07-01", unknown), joint));
  EXPECT_EQ(answer.exit_code, would_be_refused);
  const json said = json::parse(answer.out);
  EXPECT_EQ(said["refused"]["name"], "P03_UNKNOWN_SYMBOL");
  EXPECT_THAT(said["command"].get<std::string>(), HasSubstr("record 0 of the joint office"));
  EXPECT_TRUE(said["activation"].is_null());
}

// As the desk says it, before the log; a draft has no signature to look at.
TEST_F(RehearsingDocuments, LooksAtTheSignature) {
  const json forged = hand_in(document("ZJ", "2026-07-01", quota_text), joint);
  const Answer answer = ask(forged);
  EXPECT_EQ(answer.exit_code, would_be_refused);
  EXPECT_EQ(json::parse(answer.out)["refused"]["reason"], "the signature is not by the key of ZJ");
  is_draft = true;
  EXPECT_EQ(said_of(forged)["if_now"]["trades"][0]["sold"], 600);
}

// Rules that are as they were.
TEST_F(RehearsingDocuments, SaysWhereNothingWouldHappen) {
  const std::string same =
      "[[link]]\npollutant = \"VOC\"\nseller = \"SH\"\nbuyer = \"ZJ\"\nenabled = true\n";
  const Answer answer = ask(hand_in(document("joint", "2026-07-01", same), joint), false);
  EXPECT_EQ(answer.exit_code, would_be_applied);
  EXPECT_THAT(answer.out, HasSubstr("were it for today: no order would be cancelled, nothing would "
                                    "trade, and no room would be another\n"));
  EXPECT_THAT(answer.out,
              HasSubstr("Later, 2026-07-01: the rule set comes into force\n"
                        "    nothing of what is open now would end or trade otherwise"));
}

}  // namespace
}  // namespace emx::rehearsal

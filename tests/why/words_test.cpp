#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/vocabulary/rule_record.hpp"
#include "tests/audit/played.hpp"
#include "tools/why/report.hpp"

// What a person reads: a handful of answers word for word, and how a question finds its entry.

namespace emx::why {
namespace {

using audit::testing::Answer;
using audit::testing::Entry;
using ::testing::HasSubstr;
using ::testing::Not;

// The last entry before `before` whose command is of a kind: who must have set what was used.
template <class Command>
std::string last_of(const std::vector<Entry>& entries, CommandKind kind, auto&& fits) {
  std::uint64_t found = 0;
  for (const Entry& entry : entries) {
    if (read_record<CommandHeader>(entry.command).kind != static_cast<std::uint16_t>(kind)) {
      continue;
    }
    if (fits(read_record<Command>(entry.command))) found = entry.stamp.sequence.value;
  }
  return std::to_string(found);
}

class WhyWords : public ::testing::Test {
 protected:
  void play(std::string_view script) {
    audit::testing::play(script, data_dir);
    entries = audit::testing::read_ledger(data_dir);
  }
  [[nodiscard]] Answer why(const Question& question, bool json = false) const {
    return audit::testing::ask(
        [&](const std::filesystem::path& from, const audit::Output& output) {
          return report_why(from, question, output);
        },
        data_dir, json);
  }
  // Of the message of a line: "line-3".
  [[nodiscard]] Answer why(const std::string& firm, const std::string& id,
                           bool json = false) const {
    Question question;
    question.firm = firm;
    question.cl_ord_id = id;
    return why(question, json);
  }

  audit::testing::TempFolder folder;
  std::filesystem::path data_dir = folder.path() / "played";
  std::vector<Entry> entries;
};

TEST_F(WhyWords, TellWhyAFirmMayNotLeaveAStoppedGroup) {
  play(
      "firm SH049 group=SHOP\n"
      "kill group SHOP\n"
      "firm SH049 group=none\n");
  Question question;
  question.sequence = entries.back().stamp.sequence.value;
  const Answer answer = why(question);
  EXPECT_EQ(answer.exit_code, explained);
  EXPECT_THAT(answer.out, HasSubstr("K01_KILLED"));
  EXPECT_THAT(
      answer.out,
      HasSubstr("  because   SH049 is of group SHOP, which is stopped; it may leave once two "
                "persons have released that\n"));
  const std::string switched = last_of<KillSwitchCommand>(entries, CommandKind::kill_switch,
                                                          [](const auto&) { return true; });
  EXPECT_THAT(answer.out, HasSubstr("  set by    entry " + switched + ", "));
}

TEST_F(WhyWords, TellTheTestsOfARefusedOrder) {
  play(
      "day 2026-06-18\n"
      "phase continuous\n"
      "buy ZJ063-1 VOC.AIR.YRD.IND.2630 1@13180\n");
  const std::string reference = last_of<SetReferencePriceCommand>(
      entries, CommandKind::set_reference_price,
      [](const auto& c) { return c.symbol.view() == "VOC.AIR.YRD.IND.2630"; });
  const std::string rule_set = std::to_string(entries.back().rule_set);
  const Answer answer = why("ZJ063", "line-3");
  EXPECT_EQ(answer.exit_code, explained);
  EXPECT_THAT(
      answer.out,
      HasSubstr(
          "  code      O05_PRICE: the price is outside the day's price limits\n"
          "  rule      market-rules 9, a price stands within the price limits around the reference "
          "price\n"
          "  because   13,180.00 CNY, limits 10,790.00 to 13,170.00 CNY\n"
          "  recorded  limit 13,170.00 CNY, value 13,180.00 CNY\n"
          "  rule set  " +
          rule_set + "\n  set by    entry " + reference + ", "));
  EXPECT_THAT(answer.out, HasSubstr("reference price of VOC.AIR.YRD.IND.2630: 11,980.00 CNY\n"));
  EXPECT_THAT(
      answer.out,
      HasSubstr("  K01_KILLED             kill switch  passed  none is on\n"
                "  P01_PHASE              phase        passed  phase continuous\n"
                "  O06_TICK_OR_LOT        tick         passed  13,180.00 CNY, tick 10.00 CNY\n"
                "  O05_PRICE              price        FAILED  13,180.00 CNY, limits 10,790.00 to "
                "13,170.00 CNY\n"));
  EXPECT_THAT(answer.out, Not(HasSubstr("O01_QUANTITY")));  // no test after the one that failed
}

// Market-rules 14: outflow cap SH 5,000; SH asks 8,000; AH buys 4,000, then ZJ 4,000.
TEST_F(WhyWords, TellTheCapsOfACutFillAndOfASkip) {
  play(
      "day 2026-06-18\n"
      "phase continuous\n"
      "quota 2026 SH VOC outflow=5000\n"
      "sell SH045-1 VOC.AIR.YRD.IND.2630 8000@12000\n"
      "buy AH024-1 VOC.AIR.YRD.IND.2630 4000@12000\n"
      "buy ZJ083-1 VOC.AIR.YRD.IND.2630 4000@12000\n");
  const std::string quota =
      last_of<SetQuotaCommand>(entries, CommandKind::set_quota, [](const auto&) { return true; });
  const Answer answer = why("ZJ083", "line-6");
  EXPECT_EQ(answer.exit_code, explained);
  EXPECT_THAT(answer.out,
              HasSubstr("  because   net outflow of SH: cap 5,000 kg, use 4,000 kg, room "
                        "1,000 kg; at ratio 1/1 that is 1,000 kg to sell\n"));
  EXPECT_THAT(answer.out,
              HasSubstr("  because   net outflow of SH: cap 5,000 kg, use 5,000 kg, room "
                        "0 kg, after trade 2\n"));
  EXPECT_THAT(answer.out, HasSubstr("  set by    entry " + quota + ", "));
  const auto json = nlohmann::json::parse(why("ZJ083", "line-6", true).out);
  const auto& findings = json["entries"][0]["findings"];
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0]["kind"], "cut_fill");
  EXPECT_EQ(findings[0]["caps"][1]["room_kg"], 1'000);
  EXPECT_EQ(findings[0]["caps"][1]["decides"], true);
  EXPECT_EQ(findings[1]["kind"], "skip");
  EXPECT_EQ(findings[1]["code"], "Q02_NET_OUTFLOW");
}

// A key zone buys at 3/2: to be credited the 100 kg approved, 150 are sold; the rest is cancelled.
TEST_F(WhyWords, TellTheDemandThatCutAndCancelled) {
  play(
      "day 2026-06-18\n"
      "phase continuous\n"
      "demand ZJ051-1 VOC 100\n"
      "sell SH049-1 VOC.AIR.YRD.IND.2630 500@12000\n"
      "buy ZJ051-1 VOC.AIR.YRD.IND.2630 400@12000 as bid\n");
  const Answer answer = why("ZJ051", "bid");
  EXPECT_EQ(answer.exit_code, explained);
  EXPECT_THAT(answer.out, HasSubstr("  because   demand of ZJ051-1: cap 100 kg, use 0 kg, room 100 "
                                    "kg; at ratio 3/2 that is 150 kg to sell\n"));
  EXPECT_THAT(answer.out,
              HasSubstr("  because   100 of 100 kg of VOC approved for ZJ051-1 are used, "
                        "by the fill before\n"));
}

// The DAY order went; the GTC order has nothing to explain.
TEST_F(WhyWords, TellThatTheSessionOfAnOrderEnded) {
  play(
      "day 2026-06-18\n"
      "phase continuous\n"
      "buy ZJ063-1 VOC.AIR.YRD.IND.2630 10@12000 session=3\n"
      "buy ZJ063-1 VOC.AIR.YRD.IND.2630 10@12000 session=3 gtc\n"
      "mass-cancel firm=ZJ063 session=3 on-disconnect\n");
  const Answer answer = why("ZJ063", "line-3");
  EXPECT_EQ(answer.exit_code, explained);
  EXPECT_THAT(
      answer.out,
      HasSubstr("C02_DISCONNECT: cancelled on disconnect\n"
                "  rule      market-rules 17, a session's DAY orders are cancelled when it "
                "ends, unless its client chose to keep them\n"
                "  because   the venue: the session has ended, cancel of all DAY orders, of "
                "firm ZJ063, entered by session 3\n"));
  EXPECT_THAT(why("ZJ063", "line-4").out, Not(HasSubstr("C02_DISCONNECT")));
}

TEST_F(WhyWords, TellOfRelationsLinksZonesAndRatios) {
  play(
      "day 2026-06-18\n"
      "phase continuous\n"
      "firm ZJ063 group=GRP99\n"
      "firm SH049 group=GRP99\n"
      "link VOC JS ZJ off\n"
      "sell SH049-1 VOC.AIR.YRD.IND.2630 10@12000\n"
      "sell JS074-1 VOC.AIR.YRD.IND.2630 10@12000\n"
      "buy ZJ063-1 VOC.AIR.YRD.IND.2630 5@12000\n"
      "buy ZJ051-1 VOC.AIR.YRD.IND.2630 5@12000 ratio=1/1\n"
      "buy JS042-1 VOC.AIR.YRD.IND.2630 5@12000\n");
  const Answer group = why("ZJ063", "line-8");
  EXPECT_THAT(group.out,
              HasSubstr("because   both sides are of control group GRP99: SH049-1 of firm "
                        "SH049\n"));
  EXPECT_THAT(group.out, HasSubstr("because   the link for VOC from JS to ZJ is off\n"));
  const Answer ratio = why("ZJ051", "line-9");
  EXPECT_THAT(ratio.out,
              HasSubstr("because   the replacement ratio of ZJ051-1 with SH049-1 is 3/2, "
                        "the bid's maximum 1/1\n"));
  const Answer zone = why("JS042", "line-10");
  EXPECT_THAT(zone.out, HasSubstr("misses its target for VOC; the seller is outside of it\n"));
}

// The values in force, and the entry that set them.
TEST_F(WhyWords, TellWhoSetTheParameters) {
  play(
      "day 2026-06-18\n"
      "phase continuous\n"
      "parameters listed=500 key-zone=5/4\n"
      "sell SH049-1 VOC.AIR.YRD.IND.2630 501@12000\n"
      "sell SH049-1 VOC.AIR.YRD.IND.2630 500@12000\n"
      "buy ZJ051-1 VOC.AIR.YRD.IND.2630 5@12000 ratio=1/1\n");
  const std::string set = last_of<SetParametersCommand>(entries, CommandKind::set_parameters,
                                                        [](const auto&) { return true; });
  const Answer size = why("SH049", "line-4");
  EXPECT_THAT(size.out, HasSubstr("501 kg, listed sizes up to 500 kg"));
  EXPECT_THAT(size.out, HasSubstr("  set by    entry " + set + ", "));
  EXPECT_THAT(size.out, HasSubstr("key zone 5/4"));
  const Answer ratio = why("ZJ051", "line-6");
  EXPECT_THAT(ratio.out, HasSubstr("with SH049-1 is 5/4, the bid's maximum 1/1\n"));
  EXPECT_THAT(ratio.out, HasSubstr("entry " + set + ", "));
}

TEST_F(WhyWords, TellOfTheCalendar) {
  play(
      "day 2026-06-18\n"
      "phase continuous\n"
      "calendar 2026 closed=2026-06-19;2026-06-22\n"
      "sell SH049-1 VOC.AIR.YRD.IND.2630 10@12000 gtd=2026-06-22\n"
      "phase closed\n"
      "day 2026-06-19\n");
  const std::string set = last_of<SetCalendarCommand>(entries, CommandKind::set_calendar,
                                                      [](const auto&) { return true; });
  Question day;
  day.sequence = entries.back().stamp.sequence.value;
  const Answer refused = why(day);
  EXPECT_THAT(refused.out, HasSubstr("2026-06-19 is no trading day by the calendar; none comes "
                                     "before 2026-06-23\n"));
  EXPECT_THAT(refused.out, HasSubstr("  set by    entry " + set + ", "));
  Question close;
  close.sequence = day.sequence - 1;
  const Answer over = why(close);
  EXPECT_EQ(over.exit_code, explained);
  EXPECT_THAT(over.out, HasSubstr("last day 2026-06-22; trade date 2026-06-18, phase closed; by "
                                  "the calendar no trading day comes before 2026-06-23\n"));
  EXPECT_THAT(over.out, HasSubstr("entry " + set + ", "));
}

// Of a signed rule the one record is told, not all that came into force with it, nor what was
// handed in beside it and never closed.
TEST_F(WhyWords, TellWhichRuleOfASignedDocumentSetAValue) {
  play(
      "day 2026-06-18\n"
      "authority-key SH iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w= approved-by=2\n"
      "rule-record SH 1 0 quota 2026 SH NOX outflow=4\n"
      "rule-record SH 1 1 quota 2026 SH VOC outflow=5\n"
      "rule-document SH 1 2 2026-06-19\n"
      "rule-record SH 1 0 quota 2026 SH NOX outflow=6\n"
      "rule-record SH 1 1 quota 2026 SH VOC outflow=7\n"
      "activate-rules 1 SH approved-by=2\n"
      "day 2026-06-19\n"
      "phase continuous\n"
      "sell SH049-1 VOC.AIR.YRD.IND.2630 10@12000\n"
      "buy ZJ083-1 VOC.AIR.YRD.IND.2630 8@12000\n");
  const auto fits = [](const auto&) { return true; };
  const std::string recorded = last_of<RuleRecordCommand>(
      entries, CommandKind::rule_record, [](const auto& c) {  // not the draft beside it
        return rule_command<SetQuotaCommand>(c.record_kind, c.body).outflow_cap_kg == 5;
      });
  const std::string activated =
      last_of<ActivateRulesCommand>(entries, CommandKind::activate_rules, fits);
  const std::string day = last_of<DayOpenCommand>(entries, CommandKind::day_open, fits);
  const Answer answer = why("ZJ083", "line-12");
  EXPECT_THAT(answer.out, HasSubstr("  set by    rule set 1, record 1 of SH: quota 2026 SH VOC: "));
  EXPECT_THAT(answer.out,
              HasSubstr("\n            recorded by entry " + recorded + ", activated by entry " +
                        activated + ", in force since entry " + day + ", "));
  EXPECT_THAT(answer.out, HasSubstr("room kg  to sell kg  set by"));
  EXPECT_THAT(answer.out, HasSubstr("rule set 1, record 1 of SH  decides\n"));
  EXPECT_THAT(answer.out, Not(HasSubstr("record 0 of SH")));
  const auto json = nlohmann::json::parse(why("ZJ083", "line-12", true).out);
  const auto& finding = json["entries"][0]["findings"][0];
  ASSERT_EQ(finding["set_by"].size(), 1U);
  const auto& by = finding["set_by"][0];
  EXPECT_EQ(std::to_string(by["sequence"].get<std::uint64_t>()), day);
  EXPECT_EQ(by["rule"]["authority"], "SH");
  EXPECT_EQ(by["rule"]["version"], 1);
  EXPECT_EQ(by["rule"]["record"], 1);
  EXPECT_EQ(std::to_string(by["rule"]["recorded_by"].get<std::uint64_t>()), recorded);
  EXPECT_EQ(std::to_string(by["rule"]["activated_by"].get<std::uint64_t>()), activated);
  EXPECT_THAT(by["rule"]["text"].get<std::string>(), HasSubstr("quota 2026 SH VOC: "));
  EXPECT_EQ(finding["caps"][1]["set_by"], by);
}

// Of an outflow cap of 5 kg 3 are used by the transfer before it, so 10 more stay where they are;
// and what is not trusted any longer ends at once.
TEST_F(WhyWords, TellWhatEndedATransfer) {
  play(
      "day 2026-06-18\n"
      "quota 2026 SH VOC outflow=5\n"
      "trust SH049-1 ZJ083-1 approved-by=2\n"
      "transfer SH049-1 ZJ083-1 VOC.AIR.YRD.IND.2630 3 approved-by=2\n"
      "transfer SH049-1 ZJ083-1 VOC.AIR.YRD.IND.2630 10 approved-by=2\n"
      "day 2026-06-22\n"
      "transfer SH049-1 ZJ083-1 VOC.AIR.YRD.IND.2630 1 approved-by=2\n"
      "distrust SH049-1 ZJ083-1\n"
      "transfer SH049-1 ZJ083-1 VOC.AIR.YRD.IND.2630 1 approved-by=2\n");
  const std::string quota =
      last_of<SetQuotaCommand>(entries, CommandKind::set_quota, [](const auto&) { return true; });
  Question question;
  question.sequence = entries[entries.size() - 4].stamp.sequence.value;
  const Answer capped = why(question);
  EXPECT_EQ(capped.exit_code, explained);
  EXPECT_THAT(capped.out, HasSubstr("  because   net outflow of SH: cap 5 kg, use 3 kg, room 2 kg; "
                                    "at ratio 1/1 that is 2 kg, and 10 kg go whole or not "
                                    "at all\n"));
  EXPECT_THAT(capped.out, HasSubstr("  set by    entry " + quota + ", "));
  EXPECT_THAT(capped.out,
              HasSubstr("  E07_LINK         link         passed  the link for VOC from SH "
                        "to ZJ is on\n"));
  const auto json = nlohmann::json::parse(why(question, true).out);
  const auto& finding = json["entries"][0]["findings"][0];
  EXPECT_EQ(finding["kind"], "transfer_end");
  EXPECT_EQ(finding["transfer_no"], 2);
  EXPECT_EQ(finding["agrees"], true);
  // The end, and then the refusal of another, for the same reason.
  const std::string trust =
      last_of<TrustCommand>(entries, CommandKind::trust, [](const auto&) { return true; });
  for (const std::size_t back : {2U, 1U}) {
    question.sequence = entries[entries.size() - back].stamp.sequence.value;
    const Answer distrusted = why(question);
    EXPECT_THAT(distrusted.out, HasSubstr("  code      P05_NOT_YOUR_ACCOUNT"));
    EXPECT_THAT(distrusted.out,
                HasSubstr("  because   transfers from SH049-1 to ZJ083-1 are not trusted\n"));
    EXPECT_THAT(distrusted.out, HasSubstr("  set by    entry " + trust + ", "));
  }
}

// The ticket was taken, and then the link went off: so the session's opening ends it. What it held
// stands beside what was used, as long as it held it.
TEST_F(WhyWords, TellWhatATicketHeldAndWhatEndedIt) {
  play(
      "day 2026-06-18\n"
      "phase continuous\n"
      "demand ZJ063-1 VOC 100000\n"
      "deposit ZJ063-1 9000000\n"
      "issue SH049-1 VOC.AIR.YRD.IND.2630 50000 batch-1\n"
      "quota 2026 ZJ VOC inflow=200000 outflow=200000 gross=200000 holding=9000000 pace=200000\n"
      "quota 2026 SH VOC inflow=200000 outflow=200000 gross=200000 holding=9000000 pace=200000\n"
      "block SH049-1 sell VOC.AIR.YRD.IND.2630 30001@12000 with ZJ063-1\n"
      "accept-block ZJ063-1 1\n"
      "quota 2026 ZJ VOC inflow=30002 outflow=200000 gross=200000 holding=9000000 pace=200000\n"
      "sell SH049-1 VOC.AIR.YRD.IND.2630 9@12000\n"
      "buy ZJ063-1 VOC.AIR.YRD.IND.2630 9@12000\n"
      "link VOC SH ZJ off\n"
      "block-session open\n");
  Question question;
  question.sequence = entries[entries.size() - 3].stamp.sequence.value;
  EXPECT_THAT(why(question).out,
              HasSubstr("net inflow of ZJ: cap 30,002 kg, use 0 kg, tickets 30,001 kg, room 1 kg"));
  question.sequence = entries.back().stamp.sequence.value;
  const Answer ended = why(question);
  EXPECT_EQ(ended.exit_code, explained);
  EXPECT_THAT(ended.out, HasSubstr("  code      E07_LINK"));
  EXPECT_THAT(ended.out, HasSubstr("  because   the link for VOC from SH to ZJ is off\n"));
  const auto json = nlohmann::json::parse(why(question, true).out);
  EXPECT_EQ(json["entries"][0]["findings"][0]["kind"], "block_end");
  EXPECT_EQ(json["entries"][0]["findings"][0]["agrees"], true);
}

// Each side's tests, then those of the pair and of the ticket.
TEST_F(WhyWords, TellOfABlockThatIsRefused) {
  play(
      "day 2026-06-18\n"
      "phase continuous\n"
      "demand ZJ063-1 VOC 100000\n"
      "deposit ZJ063-1 9000000\n"
      "issue SH049-1 VOC.AIR.YRD.IND.2630 90000 batch-1\n"
      "quota 2026 ZJ VOC inflow=200000 outflow=200000 gross=200000 holding=9000000 pace=40000\n"
      "block SH049-1 sell VOC.AIR.YRD.IND.2630 30000@12000 with ZJ063-1\n"
      "block SH049-1 sell VOC.AIR.YRD.IND.2630 30001@12000 with ZJ063-1\n"
      "accept-block ZJ063-1 1\n"
      "quota 2026 ZJ VOC inflow=200000 outflow=200000 gross=200000 holding=9000000 pace=30000\n"
      "accept-block ZJ063-1 1\n");
  const auto of = [&](std::size_t from_the_end) {
    Question question;
    question.sequence = entries[entries.size() - from_the_end].stamp.sequence.value;
    return why(question).out;
  };
  EXPECT_THAT(of(5), HasSubstr("30,000 kg, blocks are of more than 30,000 kg"));
  const std::string ticket = of(3);
  EXPECT_THAT(ticket, HasSubstr("  code      Q05_PACE"));
  EXPECT_THAT(ticket, HasSubstr("all tickets together hold at most 20 % of each room: 8,000 kg are "
                                "left, this one asks for 30,001 kg"));
  const std::string pair = of(1);
  EXPECT_THAT(pair, HasSubstr("  code      Q05_PACE"));
  EXPECT_THAT(pair, HasSubstr("that is 30,000 kg, and 30,001 kg go whole or not at all"));
}

// An order's id tells of all that befell it, in whatever entry.
TEST_F(WhyWords, FollowAnOrder) {
  play(
      "day 2026-06-18\n"
      "phase continuous\n"
      "link VOC SH ZJ off\n"
      "sell SH049-1 VOC.AIR.YRD.IND.2630 10@12000\n"
      "buy ZJ063-1 VOC.AIR.YRD.IND.2630 5@12000 as bid\n"
      "replace bid 0@12000\n"
      "phase closed\n");
  Entry& entered = entries[entries.size() - 3];
  const auto id = entered.event<OrderAcceptedEvent>(EventKind::order_accepted).order_id;
  Question question;
  question.order_id = id;
  const auto json = nlohmann::json::parse(why(question, true).out);
  std::vector<std::string> codes;
  for (const auto& entry : json["entries"]) {
    for (const auto& finding : entry["findings"]) codes.push_back(finding["code"]);
  }
  EXPECT_THAT(codes, ::testing::ElementsAre("E07_LINK", "O01_QUANTITY", "C01_EXPIRED"));
}

TEST_F(WhyWords, SayWhatThereIsWhereNothingIsToExplain) {
  play("day 2026-06-18\n");
  Question question;
  question.sequence = entries.back().stamp.sequence.value;
  const Answer answer = why(question);
  EXPECT_EQ(answer.exit_code, nothing_to_explain);
  EXPECT_THAT(answer.out, HasSubstr("trade date 2026-06-18"));
  EXPECT_THAT(answer.err, HasSubstr("nothing was refused, passed over, cut or cancelled there"));
  ++question.sequence;
  EXPECT_EQ(why(question).exit_code, nothing_to_explain);
  EXPECT_THAT(why(question).err, HasSubstr("the ledger has none"));
  EXPECT_EQ(why("ZJ063", "nobody").exit_code, nothing_to_explain);
}

TEST_F(WhyWords, AreNotGivenWithoutALedger) {
  Question question;
  question.sequence = 1;
  const Answer answer = why(question, true);
  EXPECT_EQ(answer.exit_code, unreadable);
  EXPECT_EQ(nlohmann::json::parse(answer.out)["verdict"], "unreadable");
}

// An altered ledger that was hashed again: its reasons would be those of another course.
TEST_F(WhyWords, AreNotGivenOfALedgerThatIsNotWhatItsCommandsGive) {
  play(
      "day 2026-06-18\n"
      "phase continuous\n"
      "buy ZJ063-1 VOC.AIR.YRD.IND.2630 1@13180\n");
  auto refused = entries.back().event<RefusedEvent>(EventKind::refused);
  refused.limit += 1;
  entries.back().set_event(EventKind::refused, refused);
  data_dir = folder.path() / "altered";
  audit::testing::write_ledger(entries, data_dir);
  const Answer answer = why("ZJ063", "line-3");
  EXPECT_EQ(answer.exit_code, unreadable);
  EXPECT_THAT(answer.err, HasSubstr("its events are not what its commands give"));
}

}  // namespace
}  // namespace emx::why

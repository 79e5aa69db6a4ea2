#include "tools/audit/refused_act.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/audit/played.hpp"

// What the exchange itself refuses, in words; each line is the outcome of a statement.

namespace emx::audit {
namespace {

using ::testing::ElementsAre;
using namespace testing;

// In order.
std::vector<std::string> refusals_in(std::string_view script) {
  const TempFolder folder;
  play(script, folder.path());
  std::vector<std::string> reasons;
  for (const Entry& entry : read_ledger(folder.path())) {
    const EntryView view = entry.view();
    if (!is_refused(view)) continue;
    reasons.push_back(
        reason_of_refusal(view.command, entry.event<RefusedEvent>(EventKind::refused)));
  }
  return reasons;
}

constexpr std::string_view key = "iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w= approved-by=9\n";

TEST(RefusedAct, OfRuleSetsSaysWhatDoesNotFit) {
  const std::string script = "day 2026-06-18\nauthority-key joint " + std::string{key} +
                             "authority-key ZJ " + std::string{key} +
                             "rule-record joint 2 0 link VOC SH AH off\n"
                             "rule-record joint 1 0 link VOC SH AH off\n"
                             "rule-record joint 1 5 link VOC SH AH off\n"
                             "rule-document joint 1 3 2026-06-18\n"
                             "rule-document joint 1 1 2027-12-31\n"
                             "rule-document joint 1 1 2026-06-19\n"
                             "activate-rules 2 joint approved-by=9\n"
                             "activate-rules 1 approved-by=9\n"
                             "activate-rules 1 joint ZJ approved-by=9\n"
                             "activate-rules 1 joint:7 approved-by=9\n"
                             "rule-record ZJ 1 0 quota 2026 ZJ VOC inflow=1\n"
                             "rule-document ZJ 1 1 2026-06-22\n"
                             "activate-rules 1 joint ZJ approved-by=9\n"
                             "withdraw-rules 1 approved-by=9\n"
                             "activate-rules 1 joint approved-by=9\n"
                             "rule-record joint 2 0 link VOC SH AH off\n"
                             "withdraw-rules 7 approved-by=9\n"
                             "activate-rules 2 joint approved-by=9\n";
  EXPECT_THAT(
      refusals_in(script),
      ElementsAre(
          "the next version is 1, not 2", "record 5 came where record 1 of the document follows",
          "it closes a document of 3 records, and 1 of them are there",
          "it is for 2027-12-31; its date must be one from 2000-01-01 to 2027-07-23",
          "the next version is 1, not 2", "it names no authority, or one that is none",
          "no document of ZJ lies closed",
          "the document of the joint office that lies closed is that of entry 1172, not 7",
          "its documents are for different dates, 2026-06-22 and 2026-06-19",
          "no activated version waits for its date",
          "an activated version waits for its date; another one can come after that, or after the "
          "withdrawal of this one",
          "the version that waits for its date is 1, not 7",
          "an activated version waits for its date; another one can come after that, or after the "
          "withdrawal of this one"));
}

// A record's number, or how many there are, may be the version's.
TEST(RefusedAct, OfRuleSetsTellsVersionAndNumberApartWhereTheyAreEqual) {
  EXPECT_THAT(refusals_in("day 2026-06-18\nauthority-key ZJ " + std::string{key} +
                          "rule-record ZJ 1 0 quota 2026 SH VOC inflow=1\n"
                          "rule-record ZJ 1 1 quota 2026 ZJ VOC inflow=1\n"
                          "rule-document ZJ 1 1 2026-06-18\n"
                          "rule-record joint 1 0 link VOC SH AH off\n"),
              ElementsAre("the rule belongs to another authority, which alone can sign it (a rule "
                          "of SH, in a document of ZJ)",
                          "record 1 came where record 0 of the document follows",
                          "it closes a document of 1 records, and 0 of them are there",
                          "the joint office has no key in the ledger; two persons give it one"));
}

TEST(RefusedAct, OfAccountsIsInTheUnitsOfTheAccount) {
  EXPECT_THAT(
      refusals_in("day 2026-06-18\n"
                  "freeze SH049-1 cash 10.50\n"
                  "unfreeze SH049-1 cash 12 approved-by=9\n"
                  "pledge SH049-1 VOC.AIR.YRD.IND.2630 7\n"
                  "unpledge SH049-1 VOC.AIR.YRD.IND.2630 8 approved-by=9\n"
                  "transfer SH049-1 ZJ063-1 VOC.AIR.YRD.IND.2630 8 approved-by=9\n"
                  "withdraw ZJ063-1 4000000000 approved-by=9\n"
                  "issue ZJ063-1 VOC.AIR.YRD.IND.2630 4000000000000000000 B1\n"),
      ElementsAre("10.50 CNY of it are frozen, so 12.00 CNY cannot be released",
                  "7 lots of it are pledged, so 8 lots cannot be released",
                  "transfers from SH049-1 to ZJ063-1 are not trusted",
                  "the available cash is too small (limit 94,000,000.00 CNY, value "
                  "4,000,000,000.00 CNY)",
                  "of an instrument at most 999,999,989,034,490 lots more can be issued; this is "
                  "4,000,000,000,000,000,000"));
}

TEST(RefusedAct, OfTheDayAndOfStopsNamesWhatThereIs) {
  EXPECT_THAT(refusals_in("day 2026-06-18\n"
                          "day 2026-06-17\n"
                          "limit order-quantity firm 5 until=08:30 approved-by=9\n"
                          "kill basin MEKONG\n"
                          "day 1999-12-31\n"),
              ElementsAre("not allowed in the market's present phase (limit 2026-06-18, value "
                          "2026-06-17)",
                          "it would end at 2026-06-17 08:30:00.000 (UTC+8); the time must be after "
                          "2026-06-18 09:00:00.002 (UTC+8)",
                          "no such account, firm, group or basin",
                          "a trade date is one from 2000-01-01 to 2999-12-31, and this is "
                          "1999-12-31"));
}

}  // namespace
}  // namespace emx::audit

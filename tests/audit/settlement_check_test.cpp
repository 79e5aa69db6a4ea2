#include "tools/audit/settlement_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "engine/vocabulary/enums.hpp"
#include "tests/audit/played.hpp"

// Postings against trades and bills; no replay stands behind it here.

namespace emx::audit {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace testing;

class Settling : public PlayedDay {
 protected:
  Settling() : entries{read_ledger(folder->path())} {}

  // The first words there are.
  [[nodiscard]] std::string check() const {
    SettlementCheck settlement;
    for (const Entry& entry : entries) {
      const std::string words = settlement.apply(entry.view());
      if (!words.empty()) return std::to_string(entry.stamp.sequence.value) + ": " + words;
    }
    return {};
  }
  Entry& trade_entry() { return first_with(entries, EventKind::trade); }
  template <class Event>
  void change(Entry& entry, EventKind kind, const std::function<void(Event&)>& by) {
    auto event = entry.event<Event>(kind);
    by(event);
    entry.set_event(kind, event);
  }

  std::vector<Entry> entries;
};

TEST_F(Settling, AgreesWithTheLedger) { EXPECT_THAT(check(), IsEmpty()); }

TEST_F(Settling, FindsABillThatIsNotWhatWasPaid) {
  change<BillEvent>(trade_entry(), EventKind::bill, [](BillEvent& bill) { bill.amount_fen -= 1; });
  EXPECT_THAT(check(), HasSubstr("1167: a posting of "));
}

TEST_F(Settling, FindsAFeeThatIsNotWhatWasPaid) {
  change<BillEvent>(trade_entry(), EventKind::bill,
                    [](BillEvent& bill) { bill.seller_fee_fen += 1; });
  EXPECT_THAT(check(), HasSubstr("1167: a posting of "));
}

TEST_F(Settling, FindsRightsThatWereNotCredited) {
  change<TradeEvent>(trade_entry(), EventKind::trade, [](TradeEvent& trade) {
    trade.credited_lots -= 1;
    trade.quantity_lots -= 1;
  });
  EXPECT_THAT(check(), HasSubstr("1167: a posting of "));
}

TEST_F(Settling, FindsLotsThatWentNowhere) {
  change<TradeEvent>(trade_entry(), EventKind::trade,
                     [](TradeEvent& trade) { trade.quantity_lots += 1; });
  EXPECT_THAT(check(), HasSubstr("what was credited and retired is not what was sold"));
}

TEST_F(Settling, FindsAPostingToSomeoneElse) {
  change<PostingEvent>(trade_entry(), EventKind::posting,
                       [](PostingEvent& posting) { posting.credit_account = 3; });
  EXPECT_THAT(check(), HasSubstr("between other accounts"));
}

TEST_F(Settling, FindsADepositThatIsNotWhatTheCommandSays) {
  Entry& deposit = first_with(entries, EventKind::posting);
  change<PostingEvent>(deposit, EventKind::posting,
                       [](PostingEvent& posting) { posting.amount += 1; });
  EXPECT_THAT(check(), HasSubstr("a posting of "));
}

TEST_F(Settling, FindsAPostingThatIsMissing) {
  Entry& deposit = first_with(entries, EventKind::posting);
  deposit.drop_last_event();
  EXPECT_THAT(check(), HasSubstr("a posting is missing"));
}

TEST(SettlingAWithdrawal, FindsOneThatIsNotWhatWasSaid) {
  const TempFolder folder;
  play("withdraw SH049-1 10 approved-by=2\n", folder.path());
  std::vector<Entry> played = read_ledger(folder.path());
  SettlementCheck settlement;
  EXPECT_EQ(settlement.apply(played.back().view()), "");
  auto posting = played.back().event<PostingEvent>(EventKind::posting);
  posting.amount += 1;
  played.back().set_event(EventKind::posting, posting);
  EXPECT_THAT(settlement.apply(played.back().view()), HasSubstr("a posting of 1001 settles 1000"));
  posting.amount -= 1;
  posting.credit_account = account_venue_fees.value;
  played.back().set_event(EventKind::posting, posting);
  EXPECT_THAT(settlement.apply(played.back().view()), HasSubstr("between other accounts"));
}

// A key zone's: of 300 kg 200 are credited and 100 retired, and both are held to the event.
TEST(SettlingATransfer, FindsOneThatIsNotWhatWasSaid) {
  const TempFolder folder;
  play(
      "day 2026-06-18\ntrust SH065-1 ZJ051-1 approved-by=2\n"
      "transfer SH065-1 ZJ051-1 VOC.AIR.YRD.IND.2630 300 approved-by=2\nday 2026-06-22\n",
      folder.path());
  Entry entry = read_ledger(folder.path()).back();
  SettlementCheck settlement;
  EXPECT_EQ(settlement.apply(entry.view()), "");
  const auto told = entry.event<TransferEvent>(EventKind::transfer);
  EXPECT_EQ(told.credited_lots, 200);
  TransferEvent other = told;
  other.credited_lots = 199;
  entry.set_event(EventKind::transfer, other);
  EXPECT_THAT(settlement.apply(entry.view()), HasSubstr("is not what left"));
  other.retired_lots = 101;
  entry.set_event(EventKind::transfer, other);
  EXPECT_THAT(settlement.apply(entry.view()), HasSubstr("a posting of 200 settles 199"));
  other.stage = static_cast<std::uint8_t>(TransferStage::ended);
  entry.set_event(EventKind::transfer, other);
  EXPECT_THAT(settlement.apply(entry.view()), HasSubstr("a posting settles nothing"));
}

}  // namespace
}  // namespace emx::audit

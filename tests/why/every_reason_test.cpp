#include "tests/why/every_reason.hpp"

#include <gtest/gtest.h>

#include "tests/audit/played.hpp"
#include "tools/why/cancels.hpp"
#include "tools/why/explainer.hpp"
#include "tools/why/pairs.hpp"
#include "tools/why/transfers.hpp"

// Whatever an exchange refused, passed over, cut or cancelled has a reason that its values give,
// and the entry that set the rule's value is named.

namespace emx::why {
namespace {

using audit::testing::Entry;

TEST(EveryReason, OfTheGoldenStreamIsFound) {
  const audit::testing::TempFolder folder;
  audit::testing::play_file("tests/exchange/golden.emx", folder.path() / "played");
  auto kinds = testing::expect_every_reason(folder.path() / "played");
  EXPECT_GE(kinds[Finding::Kind::refusal], 50);
  EXPECT_GE(kinds[Finding::Kind::skip], 50);
  EXPECT_GE(kinds[Finding::Kind::cut_fill], 5);
  EXPECT_GE(kinds[Finding::Kind::cancel], 50);
  EXPECT_GE(kinds[Finding::Kind::block_end], 2);
  EXPECT_GE(kinds[Finding::Kind::transfer_end], 2);
}

// The control: a code that the values do not give is no reason.
TEST(EveryReason, IsDoubtedWhenTheValuesDoNotGiveTheCode) {
  const audit::testing::TempFolder folder;
  audit::testing::play(
      "day 2026-06-18\n"
      "phase continuous\n"
      "buy ZJ083-1 VOC.AIR.YRD.IND.2630 60@12000\n",
      folder.path() / "played");
  const std::vector<Entry> entries = audit::testing::read_ledger(folder.path() / "played");
  engine::Exchange exchange{read_record<GenesisCommand>(entries.front().command)};
  EventBatch events;
  audit::Describer words;
  OrderHistory orders;
  for (const Entry& entry : entries) {
    exchange.apply(entry.stamp, entry.command, events);
    words.take(entry.view());
    orders.take(entry.view());
  }
  const EntryView last = entries.back().view();
  const engine::Inspection state = exchange.inspection();
  const RuleHistory rules;
  const Context context{last, state, rules, orders, words, "", CommandKind::new_order};
  Counters counters;
  counters.start(state);
  SkipEvent skip{};
  skip.order_id = orders.open().begin()->first;
  skip.zone = no_id;
  skip.province = static_cast<std::uint8_t>(Province::js);
  for (const Code code :
       {Code::e07_link, Code::e08_attain, Code::x01_local_only, Code::q01_net_inflow,
        Code::q02_net_outflow, Code::q03_gross, Code::q04_holding, Code::q05_pace,
        Code::e03_related, Code::x02_max_ratio}) {
    skip.code = static_cast<std::uint16_t>(code);
    EXPECT_FALSE(explain_skip(context, skip, counters).agrees) << name_of(code);
  }
  OrderCancelledEvent cancel{};
  cancel.order_id = skip.order_id;
  for (const Code code : {Code::d01_demand, Code::o05_price, Code::k01_killed, Code::e01_permit,
                          Code::o09_not_fillable}) {
    cancel.code = static_cast<std::uint16_t>(code);
    EXPECT_FALSE(explain_cancel(context, cancel, {}, {}).agrees) << name_of(code);
  }
  TransferEvent transfer{};
  transfer.quantity_lots = 1;
  transfer.instrument = orders.open().begin()->second.instrument;
  transfer.from_facility = words.names().find_facility("SH049-1");
  transfer.to_facility = orders.open().begin()->second.facility;
  for (const Code code : {Code::e01_permit, Code::e07_link, Code::e08_attain, Code::x01_local_only,
                          Code::q02_net_outflow, Code::d01_demand}) {
    transfer.code = static_cast<std::uint16_t>(code);
    EXPECT_FALSE(explain_transfer_end(context, transfer, counters, 0).agrees) << name_of(code);
  }
}

// What was not asked for leaves the same state behind.
TEST(EveryReason, IsTheSameWhenOnlyOneEntryIsAskedFor) {
  const audit::testing::TempFolder folder;
  audit::testing::play_file("tests/exchange/golden.emx", folder.path() / "played");
  Explainer all;
  Explainer some;
  std::uint64_t compared = 0;
  for (const Entry& entry : audit::testing::read_ledger(folder.path() / "played")) {
    const bool wanted = entry.stamp.sequence.value % 7 == 0;
    const std::vector<Finding> one = all.take(entry.view(), true);
    const std::vector<Finding> other = some.take(entry.view(), wanted);
    if (!wanted) {
      EXPECT_TRUE(other.empty());
      continue;
    }
    ASSERT_EQ(one.size(), other.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
      EXPECT_EQ(one[i].because, other[i].because);
      EXPECT_EQ(one[i].set_by.size(), other[i].set_by.size());
      ++compared;
    }
  }
  EXPECT_GE(compared, 20U);
}

// A ledger whose events are not what its commands give has no reasons.
TEST(EveryReason, IsNotGivenForAnAlteredLedger) {
  const audit::testing::TempFolder folder;
  audit::testing::play_file("tests/audit/day.emx", folder.path() / "played");
  std::vector<Entry> entries = audit::testing::read_ledger(folder.path() / "played");
  Entry& entry = audit::testing::first_with(entries, EventKind::trade);
  auto trade = entry.event<TradeEvent>(EventKind::trade);
  ++trade.price_ticks;
  entry.set_event(EventKind::trade, trade);
  Explainer explainer;
  for (const Entry& e : entries) {
    static_cast<void>(explainer.take(e.view(), true));
    if (!explainer.fault().empty()) break;
  }
  EXPECT_EQ(explainer.fault(), "its events are not what its commands give");
}

}  // namespace
}  // namespace emx::why

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <span>
#include <string>

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "tests/scenario/market.hpp"
#include "tools/scenario/accounts_from_events.hpp"
#include "tools/scenario/comparison.hpp"

// The audit that goes with each step finds what no exchange of ours does: entries that are false.

namespace emx::scenario {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class FalseEntries : public ::testing::Test {
 protected:
  // What is said of an entry with these events.
  std::string apply() {
    MassCancelCommand command{};
    command.header.kind = static_cast<std::uint16_t>(CommandKind::mass_cancel);
    command.header.size = sizeof command;
    const EntryView entry{
        {SeqNo{1}, 0}, std::as_bytes(std::span{&command, 1}), events.bytes(), events.count(), 0, 0};
    std::string words = accounts.apply(entry, names);
    events.clear();
    return words;
  }

  void accept(std::uint64_t id, std::int64_t reserved, std::int64_t lots) {
    OrderAcceptedEvent event{};
    event.order_id = id;
    event.side = static_cast<std::uint8_t>(Side::buy);
    event.reserved_amount = reserved;
    event.quantity_lots = lots;
    events.add(EventKind::order_accepted, event);
  }
  void cancel(std::uint64_t id, std::int64_t released, std::int64_t lots) {
    OrderCancelledEvent event{};
    event.order_id = id;
    event.released_amount = released;
    event.remaining_lots = lots;
    events.add(EventKind::order_cancelled, event);
  }

  EventBatch events;
  AccountsFromEvents accounts;
  market::Names names;
};

TEST_F(FalseEntries, AreNotThoseOfAnOrderThatComesAndGoes) {
  accept(1, 100, 10);
  EXPECT_THAT(apply(), IsEmpty());
  cancel(1, 100, 10);
  EXPECT_THAT(apply(), IsEmpty());
}

TEST_F(FalseEntries, LeaveAReservationWithoutAnOrder) {
  accept(1, 100, 10);
  cancel(1, 99, 10);
  EXPECT_THAT(apply(), HasSubstr("order 1 has 0 lots open and reserves 0.01"));
}

TEST_F(FalseEntries, CancelMoreThanIsOpen) {
  accept(1, 100, 10);
  cancel(1, 100, 11);
  EXPECT_THAT(apply(), HasSubstr("order 1 has -1 lots open"));
}

TEST_F(FalseEntries, MoveWhatNothingSettles) {
  PostingEvent posting{};
  posting.debit_account = account_bank.value;
  posting.amount = 1;
  events.add(EventKind::posting, posting);
  EXPECT_THAT(apply(), Not(IsEmpty()));
}

TEST_F(FalseEntries, TakeWhatIsNotThere) {
  PostingEvent posting{};
  posting.debit_account = 0;
  posting.credit_account = 1;
  posting.amount = 1;
  events.add(EventKind::posting, posting);
  EXPECT_THAT(apply(), HasSubstr("below zero"));
}

TEST_F(FalseEntries, AreADifferenceOfTheirStep) {
  const Scenario scenario = parse_scenario(testing::with(""), "s");
  Outcome outcome = run(scenario);
  EXPECT_THAT(compare(scenario, outcome).differences, IsEmpty());
  outcome.steps[1].audit = "an account is below zero";
  const Comparison comparison = compare(scenario, outcome);
  ASSERT_EQ(comparison.differences.size(), 1U);
  EXPECT_THAT(comparison.differences[0].lines,
              ElementsAre(Field(&DiffLine::text, "audit: an account is below zero")));
}

}  // namespace
}  // namespace emx::scenario

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "tests/exchange/floor.hpp"

// Market-rules 10 to 12: what leaves an account, and what is frozen and pledged in it, each at its
// bound and one beyond.

namespace emx::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Accounts : public ::testing::Test {
 protected:
  Accounts() {
    floor.open_market();
    floor.facility({.name = "A", .province = Province::sh});
    floor.issue("A", 100);
    floor.deposit("A", 1'000'000_fen);
    floor.demand("A", ample);
    floor.add("B", Province::zj);
  }

  Outcome withdraw(std::int64_t fen, std::uint32_t approver = second_person,
                   std::string_view facility = "A") {
    WithdrawCommand command{};
    command.header.approver = approver;
    command.facility = AccountCode{facility};
    command.amount_fen = fen;
    return floor.apply(CommandKind::withdraw, command);
  }

  template <class Command>
  Outcome hold(CommandKind kind, std::string_view symbol, std::int64_t amount,
               std::uint32_t approver, std::string_view facility) {
    Command command{};
    command.header.approver = approver;
    command.facility = AccountCode{facility};
    command.symbol = Symbol{symbol};
    command.amount = amount;
    return floor.apply(kind, command);
  }
  Outcome freeze(std::string_view symbol, std::int64_t amount, std::uint32_t approver = 0,
                 std::string_view facility = "A") {
    return hold<FreezeCommand>(CommandKind::freeze, symbol, amount, approver, facility);
  }
  Outcome pledge(std::string_view symbol, std::int64_t amount, std::uint32_t approver = 0,
                 std::string_view facility = "A") {
    return hold<PledgeCommand>(CommandKind::pledge, symbol, amount, approver, facility);
  }

  OrderId offer(std::int64_t lots, std::string_view symbol = voc) {
    return floor.sell("A", lots, 12'500_cny, {.symbol = symbol}).id();
  }
  static std::vector<std::uint64_t> ids(const Outcome& outcome) {
    std::vector<std::uint64_t> list;
    for (const OrderCancelledEvent& event : outcome.cancelled) list.push_back(event.order_id);
    return list;
  }
  static void expect_refused(const Outcome& outcome, Code code, std::int64_t limit,
                             std::int64_t value) {
    EXPECT_EQ(outcome.refused, code);
    EXPECT_EQ(outcome.limit, limit);
    EXPECT_EQ(outcome.value, value);
  }
  void expect_held(const Outcome& outcome, std::uint32_t asset, std::int64_t pledged,
                   std::int64_t frozen) const {
    EXPECT_EQ(outcome.refused, Code::none);
    ASSERT_EQ(outcome.held_back.size(), 1U);
    EXPECT_EQ(outcome.held_back[0].asset, asset);
    EXPECT_EQ(outcome.held_back[0].account, floor.id_of("A"));
    EXPECT_EQ(outcome.held_back[0].pledged_amount, pledged);
    EXPECT_EQ(outcome.held_back[0].frozen_amount, frozen);
  }

  Floor floor;
  const std::uint32_t rights = asset_of_instrument(0);
};

// --- Withdraw ---

TEST_F(Accounts, WithdrawTakesWhatIsAvailableAndNotAFenMore) {
  expect_refused(withdraw(1'000'001), Code::l01_cash, 1'000'000, 1'000'001);
  const Outcome all = withdraw(1'000'000);
  ASSERT_EQ(all.postings.size(), 1U);
  EXPECT_EQ(all.postings[0].asset, asset_cash);
  EXPECT_EQ(all.postings[0].debit_account, floor.id_of("A"));
  EXPECT_EQ(all.postings[0].credit_account, account_bank.value);
  EXPECT_EQ(floor.cash("A"), 0_fen);
  expect_refused(withdraw(1), Code::l01_cash, 0, 1);
}

// 10 kg at 11,900 CNY for five years: 595.00 CNY, and 0.60 CNY of fee.
TEST_F(Accounts, WithdrawLeavesWhatOrdersReserve) {
  const OrderId bid = floor.buy("A", 10, 11'900_cny).id();
  expect_refused(withdraw(940'441), Code::l01_cash, 940'440, 940'441);
  EXPECT_EQ(withdraw(940'440).refused, Code::none);
  floor.cancel("A", bid);
  EXPECT_EQ(withdraw(59'560).refused, Code::none);
}

TEST_F(Accounts, WithdrawNeedsTwoPersons) {
  EXPECT_EQ(withdraw(1, 0).refused, Code::p06_four_eyes);
  WithdrawCommand command{};
  command.header.approver = second_person;
  command.facility = AccountCode{"A"};
  command.amount_fen = 1;
  const auto by = [&](std::uint32_t person) {
    return floor.apply(CommandKind::withdraw, command, operator_actor(person)).refused;
  };
  EXPECT_EQ(by(second_person), Code::p06_four_eyes);
  EXPECT_EQ(by(second_person + 1), Code::none);
  EXPECT_EQ(floor.cash("A"), 999'999_fen);
}

TEST_F(Accounts, WithdrawOfNothingOrByNobodyIsRefused) {
  expect_refused(withdraw(0), Code::o01_quantity, 1, 0);
  expect_refused(withdraw(-1), Code::o01_quantity, 1, -1);
  EXPECT_EQ(withdraw(1, second_person, "X").refused, Code::p04_unknown_account);
}

TEST_F(Accounts, WithdrawMakesRoomForDeposits) {
  const std::int64_t room = amount_max.value - 1'000'000 - ample;
  EXPECT_EQ(floor.deposit("A", Fen{room}).refused, Code::none);
  expect_refused(floor.deposit("A", 1_fen), Code::o02_value, 0, 1);
  EXPECT_EQ(withdraw(1).refused, Code::none);
  EXPECT_EQ(floor.deposit("A", 1_fen).refused, Code::none);
}

// --- Freeze and pledge ---

TEST_F(Accounts, WhatIsFrozenOrPledgedIsNotAvailable) {
  expect_held(freeze(voc, 60), rights, 0, 60);
  expect_held(pledge(voc, 30), rights, 30, 60);
  expect_refused(floor.sell("A", 11, 12'500_cny), Code::l02_rights, 10, 11);
  EXPECT_NE(offer(10).value, 0U);
  expect_held(freeze("", 400'000), asset_cash, 0, 400'000);
  expect_held(pledge("", 500'000), asset_cash, 500'000, 400'000);
  expect_refused(withdraw(100'001), Code::l01_cash, 100'000, 100'001);
  EXPECT_EQ(floor.buy("A", 17, 11'900_cny).refused, Code::l01_cash);  // 1,012.51 CNY
  EXPECT_EQ(floor.buy("A", 16, 11'900_cny).refused, Code::none);
  EXPECT_EQ(floor.rights("A"), Lots{100});  // it is there as before
  EXPECT_EQ(floor.cash("A"), 1'000'000_fen);
}

TEST_F(Accounts, FreezeTakesUpToAllThatNobodyHoldsBack) {
  pledge(voc, 30);
  expect_refused(freeze(voc, 71), Code::l02_rights, 70, 71);
  expect_held(freeze(voc, 70), rights, 30, 70);
  pledge("", 300'000);
  expect_refused(freeze("", 700'001), Code::l01_cash, 700'000, 700'001);
  expect_held(freeze("", 700'000), asset_cash, 300'000, 700'000);
  expect_refused(pledge(voc, 1), Code::l02_rights, 0, 1);
  expect_refused(pledge("", 1), Code::l01_cash, 0, 1);
}

TEST_F(Accounts, LessNeedsTwoPersonsAndMoreDoesNot) {
  freeze(voc, 60);
  pledge("", 500);
  EXPECT_EQ(freeze(voc, -1).refused, Code::p06_four_eyes);
  EXPECT_EQ(pledge("", -1).refused, Code::p06_four_eyes);
  expect_refused(freeze(voc, -61, second_person), Code::o01_quantity, -60, -61);
  expect_refused(pledge("", -501, second_person), Code::o01_quantity, -500, -501);
  expect_refused(pledge(voc, -1, second_person), Code::o01_quantity, 0, -1);
  expect_held(freeze(voc, -60, second_person), rights, 0, 0);
  expect_held(pledge("", -500, second_person), asset_cash, 0, 0);
  EXPECT_NE(offer(100).value, 0U);
  EXPECT_EQ(withdraw(1'000'000).refused, Code::none);
}

TEST_F(Accounts, HoldsMeanSomething) {
  expect_refused(freeze(voc, 0), Code::o01_quantity, 1, 0);
  expect_refused(pledge("", 0), Code::o01_quantity, 1, 0);
  EXPECT_EQ(freeze("X", 1).refused, Code::p03_unknown_symbol);
  EXPECT_EQ(freeze(voc, 1, 0, "X").refused, Code::p04_unknown_account);
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  expect_refused(freeze(voc, least, second_person), Code::o01_quantity, 0, least);
  expect_refused(pledge("", most), Code::l01_cash, 1'000'000, most);
}

TEST_F(Accounts, FreezeOfRightsCancelsTheNewestSellsUntilTheRestFits) {
  floor.book({.symbol = "VOC.OTHER"});
  floor.reference("VOC.OTHER", 11'980_cny);
  floor.phase(Phase::continuous, "VOC.OTHER");
  floor.issue("A", 50, "VOC.OTHER");
  const OrderId first = offer(20);
  const OrderId second = offer(30);
  const OrderId third = offer(25);
  const OrderId other = offer(50, "VOC.OTHER");
  const OrderId bid = floor.buy("A", 1, 11'900_cny).id();
  EXPECT_THAT(freeze(voc, 25).cancelled, IsEmpty());  // just what is available
  const Outcome one = freeze(voc, 1);
  EXPECT_THAT(ids(one), ElementsAre(third.value));
  EXPECT_THAT(one.cancel_codes(), ElementsAre(Code::l02_rights));
  expect_held(one, rights, 0, 26);
  // 24 are available: 54 with the second order, 74 with the first.
  const Outcome both = pledge(voc, 55);
  EXPECT_THAT(ids(both), ElementsAre(second.value, first.value));
  expect_held(both, rights, 55, 26);
  EXPECT_EQ(floor.cancel("A", other).refused, Code::none);
  EXPECT_EQ(floor.cancel("A", bid).refused, Code::none);
}

// A replace that loses priority makes an order the newest; an iceberg goes with what it hides.
TEST_F(Accounts, NewestIsByArrivalNumber) {
  const OrderId first = offer(20);
  const OrderId second = floor.sell("A", 30, 12'500_cny, {.display = 5}).id();
  floor.replace("A", first, 20, 12'510_cny);
  EXPECT_THAT(ids(freeze(voc, 51)), ElementsAre(first.value));
  const Outcome next = freeze(voc, 20);
  ASSERT_THAT(ids(next), ElementsAre(second.value));
  EXPECT_EQ(next.cancelled[0].remaining_lots, 30);
}

// Each reserves 59.56 CNY.
TEST_F(Accounts, FreezeOfCashCancelsTheNewestBuys) {
  const OrderId first = floor.buy("A", 1, 11'900_cny).id();
  const OrderId second = floor.buy("A", 1, 11'900_cny).id();
  const OrderId ask = offer(1);
  EXPECT_THAT(freeze("", 1'000'000 - 2 * 5'956).cancelled, IsEmpty());
  const Outcome one = freeze("", 5'956);
  EXPECT_THAT(ids(one), ElementsAre(second.value));
  EXPECT_THAT(one.cancel_codes(), ElementsAre(Code::l01_cash));
  EXPECT_THAT(ids(pledge("", 1)), ElementsAre(first.value));
  EXPECT_EQ(floor.cancel("A", ask).refused, Code::none);
}

// What is held back counts as held, and so does not let anyone buy more (market-rules 7).
TEST_F(Accounts, WhatIsHeldBackCountsForTheProvince) {
  SetQuotaCommand caps = Floor::caps(Province::sh);
  caps.holding_cap_kg = 100;
  floor.quota(caps);
  freeze(voc, 40);
  pledge(voc, 60);
  const Outcome bid = floor.buy("A", 1, 11'900_cny);
  EXPECT_EQ(bid.warning(), Code::q04_holding);
}

TEST_F(Accounts, AFrozenAccountTradesWithTheRest) {
  freeze(voc, 60);
  floor.sell("A", 40, 11'980_cny);
  EXPECT_EQ(floor.buy("B", 40, 11'980_cny).sold(), 40);
  expect_refused(floor.sell("A", 1, 11'980_cny), Code::l02_rights, 0, 1);
  EXPECT_EQ(floor.rights("A"), Lots{60});
  floor.sell("B", 10, 11'980_cny);
  EXPECT_EQ(floor.buy("A", 10, 11'980_cny).sold(), 10);
  expect_refused(freeze(voc, 11), Code::l02_rights, 10, 11);
}

TEST(AccountsDigest, TellsWhoHoldsBackWhat) {
  const auto after = [](CommandKind kind, std::string_view symbol, std::int64_t amount) {
    Floor floor;
    floor.open_market();
    floor.add("A", Province::sh);
    FreezeCommand command{};
    command.facility = AccountCode{"A"};
    command.symbol = Symbol{symbol};
    command.amount = amount;
    floor.apply(kind, command);
    return floor.exchange().digest();
  };
  const std::uint64_t frozen = after(CommandKind::freeze, voc, 5);
  EXPECT_EQ(after(CommandKind::freeze, voc, 5), frozen);
  EXPECT_NE(after(CommandKind::pledge, voc, 5), frozen);
  EXPECT_NE(after(CommandKind::freeze, "", 5), frozen);
  EXPECT_NE(after(CommandKind::freeze, voc, 6), frozen);
}

}  // namespace
}  // namespace emx::engine::testing

#include "tools/audit/rights_lots.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "ledger/balances.hpp"
#include "tests/audit/played.hpp"

// Which batch each lot of an account comes from: by hand on entries of postings alone, and over
// the golden stream held against the balances.

namespace emx::audit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using namespace testing;

constexpr std::uint32_t shea = asset_of_instrument(0);
constexpr std::uint32_t voc = asset_of_instrument(1);
constexpr AccountId anna{0};
constexpr AccountId bert{1};

class Lots : public ::testing::Test {
 protected:
  struct Move {
    std::uint32_t asset;
    AccountId from;
    AccountId to;
    std::int64_t amount;
  };

  std::string issue(const char* batch, std::uint32_t asset, AccountId to, std::int64_t amount) {
    IssueCommand command{};
    command.header.kind = static_cast<std::uint16_t>(CommandKind::issue);
    command.header.size = sizeof command;
    command.batch = Text<24>{batch};
    return apply(command, {{asset, account_registry, to, amount}});
  }
  std::string move(const std::vector<Move>& moves) {
    PhaseCommand command{};
    command.header.kind = static_cast<std::uint16_t>(CommandKind::phase);
    command.header.size = sizeof command;
    return apply(command, moves);
  }

  // What an account has, oldest first.
  std::vector<std::pair<std::string, std::int64_t>> of(AccountId account,
                                                       std::uint32_t asset = voc) const {
    std::vector<std::pair<std::string, std::int64_t>> list;
    for (const RightsLots::Row& row : lots.rows()) {
      if (row.account != account || row.asset != asset) continue;
      list.emplace_back(std::string{lots.issue(row.issue).batch.view()}, row.lots);
    }
    return list;
  }

  RightsLots lots;

 private:
  template <class Command>
  std::string apply(const Command& command, const std::vector<Move>& moves) {
    std::vector<std::byte> events;
    std::uint32_t index = 0;
    for (const Move& m : moves) {
      PostingEvent posting{};
      posting.header = {static_cast<std::uint16_t>(EventKind::posting), sizeof posting, index++};
      posting.asset = m.asset;
      posting.debit_account = m.from.value;
      posting.credit_account = m.to.value;
      posting.amount = m.amount;
      const auto bytes = std::as_bytes(std::span{&posting, 1});
      events.insert(events.end(), bytes.begin(), bytes.end());
    }
    const auto bytes = std::as_bytes(std::span{&command, 1});
    return lots.apply({{SeqNo{++sequence}, 0}, bytes, events, index, 0, 0});
  }

  std::uint64_t sequence = 0;
};

TEST_F(Lots, LeaveFirstInFirstOut) {
  issue("ONE", voc, anna, 100);
  issue("TWO", voc, anna, 50);
  EXPECT_THAT(of(anna), ElementsAre(Pair("ONE", 100), Pair("TWO", 50)));
  move({{voc, anna, bert, 60}});
  EXPECT_THAT(of(anna), ElementsAre(Pair("ONE", 40), Pair("TWO", 50)));
  EXPECT_THAT(of(bert), ElementsAre(Pair("ONE", 60)));
  move({{voc, anna, bert, 41}});
  EXPECT_THAT(of(anna), ElementsAre(Pair("TWO", 49)));
  EXPECT_THAT(of(bert), ElementsAre(Pair("ONE", 100), Pair("TWO", 1)));
}

TEST_F(Lots, ThatComeInStandBehindThoseThatAreThere) {
  issue("ONE", voc, anna, 10);
  issue("TWO", voc, bert, 10);
  move({{voc, bert, anna, 10}});
  move({{voc, anna, bert, 15}});
  EXPECT_THAT(of(anna), ElementsAre(Pair("TWO", 5)));
  EXPECT_THAT(of(bert), ElementsAre(Pair("ONE", 10), Pair("TWO", 5)));
}

// The buyer gets the oldest, ENV-RETIRED the next.
TEST_F(Lots, OfAFillGoInTheOrderOfItsPostings) {
  issue("ONE", voc, anna, 70);
  issue("TWO", voc, anna, 30);
  move({{voc, anna, bert, 66},
        {asset_cash, bert, anna, 1'000},
        {voc, anna, account_env_retired, 34}});
  EXPECT_THAT(of(bert), ElementsAre(Pair("ONE", 66)));
  EXPECT_THAT(of(account_env_retired), ElementsAre(Pair("ONE", 4), Pair("TWO", 30)));
  EXPECT_THAT(of(anna), IsEmpty());
}

TEST_F(Lots, AreApartByInstrument) {
  issue("CARBON", shea, anna, 5);
  issue("AIR", voc, anna, 5);
  move({{voc, anna, bert, 5}});
  EXPECT_THAT(of(anna, shea), ElementsAre(Pair("CARBON", 5)));
  EXPECT_THAT(of(bert), ElementsAre(Pair("AIR", 5)));
}

TEST_F(Lots, OfOneNameAreToldApartByTheirIssue) {
  issue("SAME", voc, anna, 5);
  issue("SAME", voc, anna, 7);
  EXPECT_THAT(of(anna), ElementsAre(Pair("SAME", 5), Pair("SAME", 7)));
  EXPECT_EQ(lots.issue(0).sequence, 1U);
  EXPECT_EQ(lots.issue(1).sequence, 2U);
  EXPECT_EQ(lots.issue(1).to, anna);
}

TEST_F(Lots, ThatNobodyIssuedAreFound) {
  issue("ONE", voc, anna, 5);
  EXPECT_THAT(move({{voc, anna, bert, 6}}), HasSubstr("more rights leave an account"));
  EXPECT_THAT(move({{voc, account_registry, bert, 6}}), HasSubstr("that nobody issued"));
}

// A busy year: of every account they add up to its balance.
TEST(LotsOfALedger, AddUpToTheBalances) {
  const TempFolder folder;
  play_file("tests/exchange/golden.emx", folder.path());
  RightsLots lots;
  ledger::Balances balances;
  std::uint64_t moved = 0;
  for (const Entry& entry : read_ledger(folder.path())) {
    EXPECT_EQ(lots.apply(entry.view()), "");
    EXPECT_EQ(balances.apply(entry.events), "");
  }
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::int64_t> sums;
  for (const RightsLots::Row& row : lots.rows()) {
    EXPECT_GT(row.lots, 0);
    sums[{row.asset, row.account.value}] += row.lots;
    if (lots.issue(row.issue).to != row.account) ++moved;
  }
  for (const ledger::Balances::Row& row : balances.rows()) {
    if (row.asset == asset_cash || row.account == account_registry) continue;
    EXPECT_EQ((sums[{row.asset, row.account.value}]), row.amount);
    sums.erase({row.asset, row.account.value});
  }
  EXPECT_THAT(sums, IsEmpty());
  EXPECT_GT(moved, 20U);
}

TEST(LotsOfALedger, AreReportedOfAllOrOfOne) {
  const TempFolder folder;
  play_file("tests/audit/day.emx", folder.path());
  const auto of = [](const std::optional<std::string>& facility) {
    return [facility](const std::filesystem::path& data_dir, const Output& output) {
      return report_lots(data_dir, facility, output);
    };
  };
  const Answer answer = ask(of("ZJ063-1"), folder.path(), true);
  EXPECT_EQ(answer.exit_code, ledger_is_valid);
  const auto lots = nlohmann::json::parse(answer.out)["lots"];
  const auto bought = std::find_if(lots.begin(), lots.end(),
                                   [](const auto& row) { return row["issued_to"] == "SH049-1"; });
  ASSERT_NE(bought, lots.end());
  EXPECT_EQ((*bought)["account"], "ZJ063-1");
  EXPECT_EQ((*bought)["asset"], "VOC.AIR.YRD.IND.2630");
  EXPECT_EQ((*bought)["amount_lots"], 4'000);
  EXPECT_EQ((*bought)["batch"], "ISSUE-2026-SH");
  const std::string all = ask(of(std::nullopt), folder.path()).out;
  EXPECT_THAT(
      all, HasSubstr("VOC.AIR.YRD.IND.2630           ENV-RETIRED        334  kg    ISSUE-2026-SH"));
  const Answer unknown = ask(of("NOBODY"), folder.path());
  EXPECT_EQ(unknown.exit_code, could_not_run);
  EXPECT_THAT(unknown.err, HasSubstr("there is no facility NOBODY"));
}

}  // namespace
}  // namespace emx::audit

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <set>
#include <string>

#include "tests/exchange/floor.hpp"

// What the joint office sets for the whole market (market-rules 17, Parameters): each value at its
// bound and one beyond, and what it means for orders that rest and for those that come.

namespace emx::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Parameters : public ::testing::Test {
 protected:
  Parameters() {
    floor.open_market();
    floor.add("SH", Province::sh);
    floor.add("ZJ", Province::zj);
    floor.add("KEY", Province::zj, "key");
  }

  // What holds at the start, said again.
  static SetParametersCommand as_at_first() {
    SetParametersCommand command{};
    command.fee_rate_bp = 10;
    command.gtc_days = 90;
    command.listed_kg_max = 30'000;
    command.listed_carbon_t_max = 99'999;
    command.carbon_extra_t_max = 1'000'000;
    command.ticket_room_pct = 20;
    command.key_zone_n = command.upstream_n = 3;
    command.key_zone_d = command.upstream_d = 2;
    command.non_attaining_n = 2;
    command.non_attaining_d = command.carbon_n = command.carbon_d = 1;
    return command;
  }
  Outcome set(const SetParametersCommand& command) {
    return floor.apply(CommandKind::set_parameters, command);
  }
  Outcome set(const std::function<void(SetParametersCommand&)>& change) {
    SetParametersCommand command = as_at_first();
    change(command);
    return set(command);
  }
  static std::string ratio(const TradeEvent& trade) {
    return std::to_string(trade.ratio_n) + '/' + std::to_string(trade.ratio_d);
  }

  Floor floor;
};

TEST_F(Parameters, SaidAgainChangeOnlyTheRuleSet) {
  const std::uint64_t before = floor.exchange().rule_set();
  EXPECT_EQ(set(as_at_first()).refused, Code::none);
  EXPECT_GT(floor.exchange().rule_set(), before);
  floor.sell("SH", 1'000, 12'000_cny);
  const Outcome outcome = floor.buy("KEY", 1'000, 12'000_cny);
  ASSERT_THAT(outcome.trades, SizeIs(1));
  EXPECT_EQ(ratio(outcome.trades[0]), "3/2");
  EXPECT_EQ(outcome.trades[0].credited_lots, 666);
  EXPECT_EQ(outcome.bills.at(0).buyer_fee_fen, 6'000);
}

TEST_F(Parameters, StayWithinTheirBounds) {
  struct Bound {
    std::string name;
    std::function<void(SetParametersCommand&)> change;
    std::int64_t limit;  // 0: it is taken
    std::int64_t value;
  };
  const auto ratio_of_key_zones = [](std::uint8_t n, std::uint8_t d) {
    return [=](SetParametersCommand& c) {
      c.key_zone_n = n;
      c.key_zone_d = d;
    };
  };
  constexpr std::int64_t extra_most = std::int64_t{1} << 60;
  const Bound bounds[] = {
      {"no fee", [](auto& c) { c.fee_rate_bp = 0; }, 0, 0},
      {"highest fee", [](auto& c) { c.fee_rate_bp = 1'000; }, 0, 0},
      {"fee beyond", [](auto& c) { c.fee_rate_bp = 1'001; }, 1'000, 1'001},
      {"one day", [](auto& c) { c.gtc_days = 1; }, 0, 0},
      {"no day", [](auto& c) { c.gtc_days = 0; }, 1, 0},
      {"most days", [](auto& c) { c.gtc_days = 3'660; }, 0, 0},
      {"days beyond", [](auto& c) { c.gtc_days = 3'661; }, 3'660, 3'661},
      {"least size", [](auto& c) { c.listed_kg_max = 1; }, 0, 0},
      {"most of a size", [](auto& c) { c.listed_kg_max = 2'147'483'647; }, 0, 0},
      {"size beyond", [](auto& c) { c.listed_kg_max = 2'147'483'648; }, 2'147'483'647,
       2'147'483'648},
      {"most of a size of carbon", [](auto& c) { c.listed_carbon_t_max = 2'147'483'647; }, 0, 0},
      {"size of carbon beyond", [](auto& c) { c.listed_carbon_t_max = 2'147'483'648; },
       2'147'483'647, 2'147'483'648},
      {"no size", [](auto& c) { c.listed_kg_max = 0; }, 1, 0},
      {"least size of carbon", [](auto& c) { c.listed_carbon_t_max = 1; }, 0, 0},
      {"no size of carbon", [](auto& c) { c.listed_carbon_t_max = 0; }, 1, 0},
      {"no room for tickets", [](auto& c) { c.ticket_room_pct = 0; }, 0, 0},
      {"all room for tickets", [](auto& c) { c.ticket_room_pct = 100; }, 0, 0},
      {"more than all room", [](auto& c) { c.ticket_room_pct = 101; }, 100, 101},
      {"nothing beyond allocations", [](auto& c) { c.carbon_extra_t_max = 0; }, 0, 0},
      {"less than nothing", [](auto& c) { c.carbon_extra_t_max = -1; }, 0, -1},
      {"most beyond allocations", [=](auto& c) { c.carbon_extra_t_max = extra_most; }, 0, 0},
      {"one t more", [=](auto& c) { c.carbon_extra_t_max = extra_most + 1; }, extra_most,
       extra_most + 1},
      {"1/1", ratio_of_key_zones(1, 1), 0, 0},
      {"255/1", ratio_of_key_zones(255, 1), 0, 0},
      {"255/254", ratio_of_key_zones(255, 254), 0, 0},
      {"3/0", ratio_of_key_zones(3, 0), 1, 0},
      {"0/1", ratio_of_key_zones(0, 1), 1, 0},
      {"254/255", ratio_of_key_zones(254, 255), 255, 254},
      {"6/4", ratio_of_key_zones(6, 4), 3, 6},
      {"2/2", ratio_of_key_zones(2, 2), 1, 2},
      {"upstream below 1", [](auto& c) { c.upstream_n = 1; }, 2, 1},
      {"non-attaining without a part", [](auto& c) { c.non_attaining_d = 0; }, 1, 0},
      {"carbon below 1", [](auto& c) { c.carbon_d = 2; }, 2, 1},
  };
  for (const Bound& bound : bounds) {
    const Outcome outcome = set(bound.change);
    const bool taken = bound.limit == 0 && bound.value == 0;
    EXPECT_EQ(outcome.refused, taken ? Code::none : Code::o01_quantity) << bound.name;
    if (taken) continue;
    EXPECT_EQ(outcome.limit, bound.limit) << bound.name;
    EXPECT_EQ(outcome.value, bound.value) << bound.name;
  }
}

TEST_F(Parameters, LeaveOrdersTheFeeTheyWereAcceptedWith) {
  const OrderId ask = floor.sell("SH", 2'000, 12'000_cny).id();
  const OrderId bid = floor.buy("ZJ", 1'000, 11'000_cny).id();
  set([](auto& c) { c.fee_rate_bp = 100; });
  const Outcome taken = floor.buy("ZJ", 1'000, 12'000_cny);
  EXPECT_EQ(taken.bills.at(0).seller_fee_fen, 6'000);  // 10 bp of 60,000.00 CNY
  EXPECT_EQ(taken.bills.at(0).buyer_fee_fen, 60'000);  // 100 bp
  const Outcome replaced = floor.replace("ZJ", bid, 1'000, 12'000_cny);
  EXPECT_EQ(replaced.bills.at(0).buyer_fee_fen, 6'000);
  EXPECT_EQ(floor.cancel("SH", ask).refused, Code::d04_too_late);
}

TEST_F(Parameters, TestTheSizeOfWhatComes) {
  const OrderId resting = floor.sell("SH", 600, 12'000_cny).id();
  set([](auto& c) { c.listed_kg_max = 500; });
  const Outcome outcome = floor.sell("SH", 501, 12'000_cny);
  EXPECT_EQ(outcome.refused, Code::o07_use_block);
  EXPECT_EQ(outcome.limit, 500);
  EXPECT_EQ(outcome.value, 501);
  EXPECT_EQ(floor.sell("SH", 500, 12'000_cny).refused, Code::none);
  EXPECT_EQ(floor.replace("SH", resting, 550, 12'000_cny).refused, Code::o07_use_block);
  EXPECT_EQ(floor.buy("ZJ", 500, 12'000_cny).sold(), 500);  // the 600 rest as they did
}

TEST_F(Parameters, CountTheDaysOfNewOrdersOnly) {
  constexpr OrderTerms gtc{.time_in_force = TimeInForce::gtc};
  floor.sell("SH", 10, 12'000_cny, gtc);
  set([](auto& c) { c.gtc_days = 1; });
  floor.sell("SH", 20, 12'000_cny, gtc);
  EXPECT_THAT(floor.phase(Phase::closed).cancelled, IsEmpty());
  floor.day(date_of(2026, 6, 19));
  const Outcome closed = floor.phase(Phase::closed);
  ASSERT_THAT(closed.cancelled, SizeIs(1));
  EXPECT_EQ(closed.cancelled[0].remaining_lots, 20);
}

TEST_F(Parameters, ChangeTheRatioFromTheNextFillOn) {
  floor.buy("KEY", 1'334, 12'000_cny);
  const Outcome before = floor.sell("SH", 1'000, 12'000_cny);
  EXPECT_EQ(before.trades.at(0).credited_lots, 666);  // f is 2 of 3 now
  set([](auto& c) {
    c.key_zone_n = 5;
    c.key_zone_d = 4;
  });
  const Outcome after = floor.sell("SH", 334, 12'000_cny);
  EXPECT_EQ(ratio(after.trades.at(0)), "5/4");
  EXPECT_EQ(after.trades.at(0).credited_lots, 267);  // f begins at 0
}

// To be credited 100 by 5/4, 125 are sold.
TEST_F(Parameters, MoveTheCaps) {
  floor.demand("KEY", 100);
  set([](auto& c) {
    c.key_zone_n = 5;
    c.key_zone_d = 4;
  });
  floor.sell("SH", 1'000, 12'000_cny);
  const Outcome outcome = floor.buy("KEY", 1'000, 12'000_cny);
  ASSERT_THAT(outcome.trades, SizeIs(1));
  EXPECT_EQ(outcome.trades[0].quantity_lots, 125);
  EXPECT_EQ(outcome.trades[0].credited_lots, 100);
}

TEST_F(Parameters, MatchAnewWhatAMaximumRatioKeptApart) {
  constexpr OrderTerms at_par{.max_ratio_n = 1, .max_ratio_d = 1};
  floor.sell("SH", 100, 12'000_cny);
  EXPECT_THAT(floor.buy("KEY", 60, 12'000_cny, at_par).skip_codes(),
              ElementsAre(Code::x02_max_ratio));
  const Outcome outcome = set([](auto& c) { c.key_zone_n = c.key_zone_d = 1; });
  ASSERT_THAT(outcome.trades, SizeIs(1));
  EXPECT_EQ(outcome.trades[0].quantity_lots, 60);
  EXPECT_EQ(outcome.trades[0].aggressor, 0);
}

TEST_F(Parameters, TakeTheMaximumWhicheverItIs) {
  floor.zone(Province::zj, "worst", {.misses_mask = mask(Pollutant::voc), .key_zone = true});
  floor.add("BUYER", Province::zj, "worst");
  floor.add("INSIDE", Province::zj, "worst");
  set([](auto& c) {
    c.key_zone_n = 4;
    c.key_zone_d = 1;
  });
  floor.sell("INSIDE", 100, 12'000_cny);
  const Outcome outcome = floor.buy("BUYER", 100, 12'000_cny);
  EXPECT_EQ(ratio(outcome.trades.at(0)), "4/1");
  EXPECT_EQ(outcome.trades.at(0).credited_lots, 25);
}

TEST_F(Parameters, ReplaceCarbonOnceTheySaySo) {
  floor.book({.symbol = "SHEA26",
              .pollutant = Pollutant::co2e,
              .medium = Medium::carbon,
              .book_class = BookClass::any,
              .scheme = Scheme::shea,
              .tick_fen = 1});
  floor.reference("SHEA26", 7'000_fen);
  floor.issue("SH", 1'000, "SHEA26");
  floor.phase(Phase::continuous);
  set([](auto& c) { c.carbon_n = 2; });
  floor.sell("SH", 100, 7'000_fen, {.symbol = "SHEA26"});
  const Outcome outcome = floor.buy("ZJ", 100, 7'000_fen, {.symbol = "SHEA26"});
  EXPECT_EQ(ratio(outcome.trades.at(0)), "2/1");
  EXPECT_EQ(floor.rights("ZJ", "SHEA26"), Lots{50});
  EXPECT_EQ(floor.rights("SH", "SHEA26"), Lots{900});
}

TEST_F(Parameters, OfCarbonBoundWhatAGroupMayHold) {
  floor.book({.symbol = "SHEA26",
              .pollutant = Pollutant::co2e,
              .medium = Medium::carbon,
              .book_class = BookClass::any,
              .scheme = Scheme::shea,
              .tick_fen = 1});
  floor.reference("SHEA26", 7'000_fen);
  floor.phase(Phase::continuous);
  const OrderTerms carbon{.symbol = "SHEA26"};
  floor.buy("ZJ", 60, 7'000_fen, carbon);
  set([](auto& c) {
    c.carbon_extra_t_max = 100;
    c.listed_carbon_t_max = 41;
  });
  const Outcome outcome = floor.buy("ZJ", 41, 7'000_fen, carbon);
  EXPECT_EQ(outcome.refused, Code::h01_holding);
  EXPECT_EQ(outcome.limit, 100);
  EXPECT_EQ(outcome.value, 101);
  EXPECT_EQ(floor.buy("ZJ", 40, 7'000_fen, carbon).refused, Code::none);
  EXPECT_EQ(floor.buy("ZJ", 42, 7'000_fen, carbon).refused, Code::o07_use_block);
}

TEST_F(Parameters, AreEachInTheDigest) {
  std::set<std::uint64_t> seen;
  const std::function<void(SetParametersCommand&)> changes[] = {
      [](auto&) {},
      [](auto& c) { c.fee_rate_bp = 11; },
      [](auto& c) { c.gtc_days = 91; },
      [](auto& c) { ++c.listed_kg_max; },
      [](auto& c) { ++c.listed_carbon_t_max; },
      [](auto& c) { ++c.carbon_extra_t_max; },
      [](auto& c) { ++c.ticket_room_pct; },
      [](auto& c) { c.key_zone_n = 5; },
      [](auto& c) { c.upstream_n = 5; },
      [](auto& c) { c.non_attaining_n = 3; },
      [](auto& c) { c.carbon_n = 3; },
  };
  for (const auto& change : changes) {
    Floor other;
    SetParametersCommand command = as_at_first();
    change(command);
    other.apply(CommandKind::set_parameters, command);
    EXPECT_TRUE(seen.insert(other.exchange().digest()).second);
  }
}

// A record of the joint office's document, and of nobody else's.
TEST_F(Parameters, AreTheJointOfficesToSign) {
  SetParametersCommand rule = as_at_first();
  rule.fee_rate_bp = 0;
  const auto hand_in = [&](Authority authority) {
    SetAuthorityKeyCommand key{};
    key.header.approver = second_person;
    key.authority = static_cast<std::uint8_t>(authority);
    floor.apply(CommandKind::set_authority_key, key);
    RuleRecordCommand command{};
    command.version = 1;
    command.record_kind = static_cast<std::uint16_t>(CommandKind::set_parameters);
    command.authority = static_cast<std::uint8_t>(authority);
    std::memcpy(command.body.data(), reinterpret_cast<const char*>(&rule) + sizeof(CommandHeader),
                sizeof rule - sizeof(CommandHeader));
    return floor.apply(CommandKind::rule_record, command);
  };
  EXPECT_EQ(hand_in(Authority::zj).refused, Code::p08_not_its_rule);
  rule.fee_rate_bp = 1'001;
  EXPECT_EQ(hand_in(Authority::joint).refused, Code::o01_quantity);
  rule.fee_rate_bp = 0;
  EXPECT_EQ(hand_in(Authority::joint).refused, Code::none);
  RuleDocumentCommand document{};
  document.version = document.records = 1;
  document.effective_date = date_of(2026, 6, 18).value;
  document.authority = static_cast<std::uint8_t>(Authority::joint);
  EXPECT_EQ(floor.apply(CommandKind::rule_document, document).refused, Code::none);
  ActivateRulesCommand activation{};
  activation.header.approver = second_person;
  activation.version = 1;
  activation.parts_mask = 1U << 4;
  activation.documents[4] = floor.entries();  // which closed it
  EXPECT_THAT(floor.apply(CommandKind::activate_rules, activation).rules, SizeIs(1));
  floor.sell("SH", 100, 12'000_cny);
  EXPECT_EQ(floor.buy("ZJ", 100, 12'000_cny).bills.at(0).buyer_fee_fen, 0);
}

}  // namespace
}  // namespace emx::engine::testing

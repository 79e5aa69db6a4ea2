#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>

#include "tests/exchange/floor.hpp"

// The digest covers the whole state: two markets that may answer the next command differently have
// different ones. Each test here changes one thing, and nothing else.

namespace emx::engine::testing {
namespace {

using Change = std::function<void(Floor&)>;

// A market with two of most things, and orders on both sides.
void fill(Floor& floor) {
  floor.open_market();
  floor.book({.symbol = "VOC.AIR.YRD.IND.3135", .first_year = 2031, .last_year = 2035});
  floor.add({.name = "B", .province = Province::zj, .group = "G"});
  floor.add("S", Province::sh);
  floor.buy("B", 100, 11'900_cny);
  floor.sell("S", 100, 12'000_cny);
}

std::uint64_t digest_after(const Change& change) {
  Floor floor;
  fill(floor);
  change(floor);
  return floor.exchange().digest();
}

TEST(Digest, IsTheSameForTheSameState) {
  const Change nothing = [](Floor&) {};
  EXPECT_EQ(digest_after(nothing), digest_after(nothing));
}

// One command more each: the states differ by what it changed, and by no more than that and the
// number of the rule set, which all of these take.
TEST(Digest, TellsEveryChangeOfARuleFromEveryOther) {
  const SetQuotaCommand ample_caps = Floor::caps(Province::sh);
  const auto quota = [&](std::int64_t SetQuotaCommand::*cap) {
    return [=](Floor& floor) {
      SetQuotaCommand caps = ample_caps;
      caps.*cap -= 1;
      floor.quota(caps);
    };
  };
  const FacilityTerms plain{.name = "S", .province = Province::sh};
  const auto facility = [&](const std::function<void(FacilityTerms&)>& change) {
    return [=](Floor& floor) {
      FacilityTerms terms = plain;
      change(terms);
      floor.facility(terms);
    };
  };
  const std::map<std::string, Change> changes{
      {"no change", [&](Floor& floor) { floor.quota(ample_caps); }},
      {"inflow cap", quota(&SetQuotaCommand::inflow_cap_kg)},
      {"outflow cap", quota(&SetQuotaCommand::outflow_cap_kg)},
      {"gross cap", quota(&SetQuotaCommand::gross_cap_kg)},
      {"holding cap", quota(&SetQuotaCommand::holding_cap_kg)},
      {"daily pace", quota(&SetQuotaCommand::daily_pace_kg)},
      {"quota of another year",
       [&](Floor& floor) {
         SetQuotaCommand caps = ample_caps;
         caps.year = 2027;
         floor.quota(caps);
       }},
      {"link", [](Floor& floor) { floor.link(Province::sh, Province::zj, false); }},
      {"the reverse link", [](Floor& floor) { floor.link(Province::zj, Province::sh, false); }},
      {"attainment", [](Floor& floor) { floor.zone(Province::ah, "plain", {.misses_mask = 1}); }},
      {"key zone", [](Floor& floor) { floor.zone(Province::ah, "plain", {.key_zone = true}); }},
      {"another zone", [](Floor& floor) { floor.zone(Province::ah, "new"); }},
      {"demand", [](Floor& floor) { floor.demand("B", 5); }},
      {"reference price", [](Floor& floor) { floor.reference(voc, 11'990_cny); }},
      {"group name", [](Floor& floor) { floor.firm("B", "H"); }},
      {"group of another", [](Floor& floor) { floor.firm("S", "G"); }},
      {"another firm", [](Floor& floor) { floor.firm("NEW"); }},
      {"permit", facility([](FacilityTerms& f) { f.permit_valid_to = date_of(2031, 1, 1); })},
      {"pollutants", facility([](FacilityTerms& f) { f.pollutants_mask ^= 1; })},
      {"reach", facility([](FacilityTerms& f) { f.reach = 2; })},
      {"scheme", facility([](FacilityTerms& f) { f.ets = Ets::national; })},
      {"credit", facility([](FacilityTerms& f) { f.credit = Credit::watch; })},
  };
  std::map<std::uint64_t, std::string> seen;
  for (const auto& [name, change] : changes) {
    const auto [other, added] = seen.emplace(digest_after(change), name);
    EXPECT_TRUE(added) << name << " gives the digest of " << other->second;
  }
}

TEST(Digest, TellsWhatTheCoreWasBuiltFor) {
  const auto built = [](std::uint32_t GenesisCommand::*field) {
    GenesisCommand genesis = Floor::small_genesis();
    genesis.*field += 1;
    return Floor{genesis}.exchange().digest();
  };
  const std::uint64_t plain = Floor{}.exchange().digest();
  EXPECT_EQ(plain, Floor{}.exchange().digest());
  for (const auto field :
       {&GenesisCommand::firms_max, &GenesisCommand::facilities_max,
        &GenesisCommand::instruments_max, &GenesisCommand::zones_max, &GenesisCommand::orders_max,
        &GenesisCommand::level_cells_max, &GenesisCommand::fee_rate_bp}) {
    EXPECT_NE(built(field), plain);
  }
}

TEST(Digest, TellsTheOrderInWhichThingsWereLoaded) {
  const auto loaded = [](std::string_view first, std::string_view second) {
    Floor floor;
    floor.zone(Province::sh, first);
    floor.zone(Province::sh, second);
    return floor.exchange().digest();
  };
  EXPECT_NE(loaded("a", "b"), loaded("b", "a"));
  const auto books = [](std::string_view first, std::string_view second) {
    Floor floor;
    floor.book({.symbol = first});
    floor.book({.symbol = second});
    return floor.exchange().digest();
  };
  EXPECT_NE(books("A", "B"), books("B", "A"));
}

// Ladders are given for good, so which book has them decides what is refused later (O11).
TEST(Digest, TellsWhichBookTookItsLadders) {
  GenesisCommand genesis = Floor::small_genesis();
  genesis.level_cells_max = 2 * 2 * 2'048;  // two classes
  const auto answer = [&](std::string_view taker) {
    Floor floor{genesis};
    floor.zone(Province::sh, "plain");
    for (const std::string_view symbol : {"A", "B", "C"}) {
      floor.book({.symbol = symbol});
      floor.reference(symbol, 11'980_cny);
    }
    floor.facility({.name = "S"});
    for (const std::string_view symbol : {"A", "B", "C"}) floor.issue("S", 10, symbol);
    floor.day(date_of(2026, 6, 18));
    floor.phase(Phase::continuous);
    for (const std::string_view symbol : {taker, std::string_view{"C"}}) {
      floor.cancel("S", floor.sell("S", 1, 12'000_cny, {.symbol = symbol}).id());
    }
    const std::uint64_t digest = floor.exchange().digest();
    return std::pair{digest, floor.sell("S", 1, 12'000_cny, {.symbol = "A"}).refused};
  };
  const auto [digest_a, refused_a] = answer("A");
  const auto [digest_b, refused_b] = answer("B");
  EXPECT_EQ(refused_a, Code::none);
  EXPECT_EQ(refused_b, Code::o11_capacity);
  EXPECT_NE(digest_a, digest_b);
}

}  // namespace
}  // namespace emx::engine::testing

#include <gtest/gtest.h>

#include "tests/exchange/relay.hpp"
#include "tests/model/engine_harness.hpp"
#include "tests/model/random_market.hpp"
#include "tests/model/seeds.hpp"

// Random markets, saved and loaded now and then: the rest of each is played from what was loaded.

namespace emx::model {
namespace {

using engine::testing::Recorded;
using engine::testing::Relay;

#ifdef NDEBUG
constexpr std::uint64_t relayed_seeds = 30;
#else
constexpr std::uint64_t relayed_seeds = 6;
#endif
constexpr std::uint64_t loads_apart = 23;

Recorded random_stream(std::uint64_t seed) {
  Recorded recorded;
  EngineHarness engine{random_genesis(), [&](const EntryView& entry) { recorded.add(entry); }};
  RandomMarket random{seed};
  for (int number = 1; number <= commands_per_seed; ++number) {
    const Command command = random.next();
    random.observe(command, engine.apply(command));
  }
  recorded.genesis = read_record<GenesisCommand>(recorded.entries.front().command);
  recorded.genesis.orders_max = 1'024;  // so that building one takes little time
  recorded.genesis.level_cells_max = 1U << 18;
  return recorded;
}

TEST(SavedState, IsTheWholeStateOfRandomMarkets) {
  const Seeds seeds = seeds_of_this_run(relayed_seeds);
  for (std::uint64_t seed = seeds.first; seed < seeds.first + seeds.count; ++seed) {
    const Recorded recorded = random_stream(seed);
    Relay relay{recorded, loads_apart};
    ASSERT_EQ(relay.play(), "") << "seed " << seed;
    ASSERT_GE(relay.loads(), 10U);
  }
}

}  // namespace
}  // namespace emx::model

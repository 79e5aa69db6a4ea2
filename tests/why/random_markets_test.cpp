#include <gtest/gtest.h>

#include <map>

#include "tests/model/engine_harness.hpp"
#include "tests/model/random_market.hpp"
#include "tests/model/seeds.hpp"
#include "tools/why/explainer.hpp"

// Random markets, with caps and approvals close to what is used: whatever befalls an order, the
// values of the moment give the code.

namespace emx::why {
namespace {

constexpr std::uint64_t explained_seeds = model::audited_seeds / 5;

// What one market's answers were explained by; the first that was not is named in `wrong`.
struct Explained {
  std::map<Code, int> codes;
  std::string wrong;
};

void explain(const EntryView& entry, Explainer& explainer, Explained& into) {
  for (const Finding& finding : explainer.take(entry, true)) {
    ++into.codes[finding.code];
    if ((finding.agrees && !finding.because.empty()) || !into.wrong.empty()) continue;
    into.wrong = "entry " + std::to_string(finding.sequence) + ": " + finding.event + "; because " +
                 finding.because;
  }
  if (into.wrong.empty()) into.wrong = explainer.fault();
}

TEST(RandomMarkets, HaveAReasonForEveryAnswer) {
  const model::Seeds seeds = model::seeds_of_this_run(explained_seeds);
  std::map<Code, int> codes;
  for (std::uint64_t seed = seeds.first; seed < seeds.first + seeds.count; ++seed) {
    Explainer explainer;
    Explained explained;
    model::EngineHarness engine{model::random_genesis(), [&](const EntryView& entry) {
                                  if (explained.wrong.empty()) explain(entry, explainer, explained);
                                }};
    model::RandomMarket market{seed};
    for (int i = 0; i < model::commands_per_seed; ++i) {
      const model::Command command = market.next();
      market.observe(command, engine.apply(command));
    }
    ASSERT_EQ(explained.wrong, "") << "seed " << seed;
    for (const auto& [code, count] : explained.codes) codes[code] += count;
  }
  EXPECT_GE(codes.size(), 30U);
}

}  // namespace
}  // namespace emx::why

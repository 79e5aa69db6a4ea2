#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "tests/model/engine_harness.hpp"
#include "tests/model/random_market.hpp"
#include "tests/model/seeds.hpp"
#include "tools/why/explainer.hpp"

// Random markets, with caps and approvals close to what is used: whatever befalls an order, the
// values of the moment give the code.

namespace emx::why {
namespace {

constexpr std::uint64_t explained_seeds = model::audited_seeds / 5;

// The codes an entry gave that must be explained, in the order of its events.
std::vector<Code> codes_of(const EntryView& entry) {
  std::vector<Code> codes;
  const auto add = [&](const auto& event) {
    if (event.code != 0) codes.push_back(static_cast<Code>(event.code));
  };
  static_cast<void>(for_each_event(
      entry.events, [&](const EventHeader& header, std::span<const std::byte> event) {
        switch (static_cast<EventKind>(header.kind)) {
          case EventKind::refused:
            return add(read_record<RefusedEvent>(event));
          case EventKind::order_cancelled:
            return add(read_record<OrderCancelledEvent>(event));
          case EventKind::skip:
            return add(read_record<SkipEvent>(event));
          case EventKind::trade:
            return add(read_record<TradeEvent>(event));
          case EventKind::transfer:
            return add(read_record<TransferEvent>(event));
          case EventKind::block:
            return add(read_record<BlockEvent>(event));
          default:
            return;
        }
      }));
  return codes;
}

// What one market's answers were explained by; the first that was not is named in `wrong`.
struct Explained {
  std::map<Code, int> codes;
  std::map<Finding::Kind, int> kinds;
  std::string wrong;
};

void explain(const EntryView& entry, Explainer& explainer, Explained& into) {
  std::vector<Code> told;
  for (const Finding& finding : explainer.take(entry, true)) {
    told.push_back(finding.code);
    ++into.codes[finding.code];
    ++into.kinds[finding.kind];
    if ((finding.agrees && !finding.because.empty()) || !into.wrong.empty()) continue;
    into.wrong = "entry " + std::to_string(finding.sequence) + ": " + finding.event + "; because " +
                 finding.because;
  }
  if (into.wrong.empty()) into.wrong = explainer.fault();
  if (into.wrong.empty() && told != codes_of(entry)) {
    into.wrong = "entry " + std::to_string(entry.stamp.sequence.value) + ": not all is explained";
  }
}

TEST(RandomMarkets, HaveAReasonForEveryAnswer) {
  const model::Seeds seeds = model::seeds_of_this_run(explained_seeds);
  std::map<Code, int> codes;
  std::map<Finding::Kind, int> kinds;
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
    for (const auto& [kind, count] : explained.kinds) kinds[kind] += count;
  }
  EXPECT_GE(codes.size(), 30U);
  EXPECT_GE(kinds[Finding::Kind::transfer_end], 5);
}

}  // namespace
}  // namespace emx::why

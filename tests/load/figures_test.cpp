#include <gtest/gtest.h>

#include "tools/load/progress.hpp"
#include "tools/load/seconds.hpp"

// What is told while a run goes on.
namespace emx::load {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Seconds, TellWhatHappenedInEachAlsoInThoseWhereNothingDid) {
  const Time begin = Time{} + std::chrono::hours{1};
  Seconds told{begin};
  told.sent(begin);
  told.sent(begin + milliseconds{999});
  told.answered(begin + milliseconds{999}, milliseconds{999}, false);
  told.answered(begin + milliseconds{2'000}, milliseconds{1'001}, true);
  told.finish(begin + milliseconds{2'500});
  ASSERT_EQ(told.closed().size(), 3U);
  EXPECT_EQ(told.closed()[0].sent, 2U);
  EXPECT_EQ(told.closed()[0].answered, 1U);
  EXPECT_EQ(told.closed()[0].unanswered, 1U);
  EXPECT_EQ(told.closed()[0].p50_ns, 999'000'000);
  EXPECT_EQ(told.closed()[1].answered, 0U);
  EXPECT_EQ(told.closed()[1].unanswered, 1U);
  EXPECT_EQ(told.closed()[1].p99_ns, 0) << "of this second alone";
  EXPECT_EQ(told.closed()[2].refused, 1U);
  EXPECT_EQ(told.closed()[2].unanswered, 0U);
}

TEST(Seconds, HaveNoLastOneInWhichNothingHappened) {
  Seconds told{Time{}};
  told.sent(Time{});
  told.answered(Time{}, milliseconds{0}, false);
  told.finish(Time{} + milliseconds{1'100});
  EXPECT_EQ(told.closed().size(), 1U);
}

TEST(Progress, TellsTheLastSecondInALine) {
  const Second last{.sent = 10'000,
                    .answered = 9'998,
                    .refused = 2,
                    .unanswered = 3,
                    .p50_ns = 412'345,
                    .p99_ns = 1'203'000};
  EXPECT_EQ(progress_line(12, last, 10'000),
            "  12 s   9,998 of 10,000/s   3 unanswered   p50 0.412 ms   p99 1.203 ms   2 refused");
  EXPECT_EQ(progress_line(3, {}, std::nullopt),
            "   3 s   0/s   0 unanswered   p50 0.000 ms   p99 0.000 ms   0 refused");
}

}  // namespace

}  // namespace emx::load

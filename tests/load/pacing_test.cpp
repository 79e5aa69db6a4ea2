#include "tools/load/pacing.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <vector>

#include "tools/load/measurement.hpp"

// When requests are sent, and what their times come to, by a clock of our own.
namespace emx::load {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

const Time begin = Time{} + std::chrono::hours{1};

TEST(ClosedLoop, KeepsTheWindowOfEachSessionFull) {
  Pacing pacing{{.window = 2, .requests = 100}, 3, 1, begin};
  std::vector<std::size_t> sessions;
  while (const auto turn = pacing.next(begin)) sessions.push_back(turn->session);
  EXPECT_EQ(sessions, (std::vector<std::size_t>{0, 1, 2, 0, 1, 2}));
  EXPECT_EQ(pacing.next_at(begin), std::nullopt) << "an answer comes first";
  const Time later = begin + milliseconds{5};
  pacing.answered(1, later);
  const auto turn = pacing.next(later);
  ASSERT_TRUE(turn.has_value());
  EXPECT_EQ(turn->session, 1U);
  EXPECT_EQ(turn->intended, later) << "it is meant to be sent when it can be";
  EXPECT_EQ(turn->lag, nanoseconds{0});
  EXPECT_FALSE(pacing.next(later));
}

TEST(ClosedLoop, SendsAsManyAsAskedForAfterTheWarmup) {
  Pacing pacing{{.window = 1, .warmup = seconds{1}, .requests = 2}, 1, 1, begin};
  std::vector<bool> counts;
  for (Time now = begin; const auto turn = pacing.next(now); now += milliseconds{400}) {
    counts.push_back(turn->counts);
    pacing.answered(0, now);
  }
  EXPECT_EQ(counts, (std::vector<bool>{false, false, false, true, true}));
}

TEST(OpenLoop, SendsWhenItsTimeHasComeAndNotBefore) {
  Pacing pacing{{.rate = 1'000, .requests = 3}, 2, 1, begin};
  EXPECT_TRUE(pacing.next(begin));
  EXPECT_EQ(pacing.next_at(begin), begin + milliseconds{1});
  EXPECT_FALSE(pacing.next(begin + milliseconds{1} - nanoseconds{1}));
  const auto turn = pacing.next(begin + milliseconds{1});
  ASSERT_TRUE(turn.has_value());
  EXPECT_EQ(turn->session, 1U) << "sessions take turns";
  EXPECT_TRUE(pacing.next(begin + milliseconds{2}));
  EXPECT_TRUE(pacing.is_over(begin + milliseconds{2}));
  EXPECT_FALSE(pacing.next(begin + milliseconds{9}));
}

// Late by its own fault: what was to be sent meanwhile is sent at once, with the times it had.
TEST(OpenLoop, SkipsNothingWhenTheGeneratorIsLate) {
  Pacing pacing{{.rate = 1'000, .duration = seconds{1}}, 1, 1, begin};
  const Time late = begin + seconds{60};
  for (int i = 0; i < 1'000; ++i) {
    const auto turn = pacing.next(late);
    ASSERT_TRUE(turn.has_value());
    EXPECT_EQ(turn->intended, begin + milliseconds{i});
    EXPECT_EQ(turn->lag, late - turn->intended);
  }
  EXPECT_TRUE(pacing.is_over(late));
}

// The venue's fault is in the latency, and not in the generator's own delay.
TEST(OpenLoop, TellsItsOwnDelayFromThatOfAFullWindow) {
  Pacing pacing{{.rate = 1'000, .window = 1, .requests = 2}, 1, 1, begin};
  EXPECT_TRUE(pacing.next(begin));
  EXPECT_FALSE(pacing.next(begin + milliseconds{40})) << "there is no room";
  pacing.answered(0, begin + milliseconds{50});
  const auto turn = pacing.next(begin + milliseconds{52});
  ASSERT_TRUE(turn.has_value());
  EXPECT_EQ(turn->intended, begin + milliseconds{1});
  EXPECT_EQ(turn->lag, milliseconds{2});
}

TEST(OpenLoop, LeavesOutTheSessionThatHasNoRoom) {
  Pacing pacing{{.rate = 1'000, .window = 1, .requests = 9}, 2, 1, begin};
  const Time late = begin + seconds{1};
  EXPECT_EQ(pacing.next(late)->session, 0U);
  EXPECT_EQ(pacing.next(late)->session, 1U);
  pacing.answered(1, late);
  EXPECT_EQ(pacing.next(late)->session, 1U) << "it was the turn of 0";
}

TEST(OpenLoop, SendsRateTimesDurationAfterTheWarmup) {
  Pacing pacing{{.rate = 500, .warmup = seconds{2}, .duration = seconds{3}}, 1, 1, begin};
  std::size_t warmup = 0;
  std::size_t counted = 0;
  while (const auto turn = pacing.next(begin + seconds{100})) ++(turn->counts ? counted : warmup);
  EXPECT_EQ(warmup, 1'000U);
  EXPECT_EQ(counted, 1'500U);
}

// A venue that answers each request after a tenth of a millisecond, but stands still for a while.
// Time passes in steps of that tenth.
Measurement measured(const Plan& plan, nanoseconds stall_at, nanoseconds stall) {
  constexpr nanoseconds step{100'000};
  struct UnderWay {
    Sent request;
    std::size_t session;
  };
  Pacing pacing{plan, 1, 1, begin};
  Measurement measurement;
  std::deque<UnderWay> under_way;
  for (Time now = begin; !pacing.is_over(now) || !under_way.empty(); now += step) {
    const bool stalls = now >= begin + stall_at && now < begin + stall_at + stall;
    while (!stalls && !under_way.empty() && under_way.front().request.at < now) {
      measurement.answered(under_way.front().request, now);
      pacing.answered(under_way.front().session, now);
      under_way.pop_front();
    }
    while (const auto turn = pacing.next(now)) {
      measurement.sent(turn->lag);
      under_way.push_back({{.intended = turn->intended, .at = now}, turn->session});
    }
  }
  return measurement;
}

// At 1,000 a second one second of ten stands still, so a tenth of the requests would have waited,
// half a second at the median of these. A generator that waits for answers sends one request into
// the stall, and by the times from the actual sending it was one in ten thousand that took long.
TEST(CoordinatedOmission, HidesAStallFromServiceTimeAndNotFromLatency) {
  const Measurement measurement = measured({.rate = 1'000, .window = 1, .duration = seconds{10}},
                                           /*stall_at=*/seconds{5}, seconds{1});
  ASSERT_EQ(measurement.answers(), 10'000U) << "what came due in the stall is sent after it";
  const Histogram latency = measurement.latency();
  const Histogram service = measurement.service_time();
  EXPECT_LE(service.at(9'999), 101'000) << "ns: all but one were answered at once";
  EXPECT_GE(service.max_ns(), 1'000'000'000);
  EXPECT_GE(latency.at(9'500), 500'000'000) << "ns: a tenth waited, half of them that long";
  EXPECT_GE(latency.at(9'900), 900'000'000);
  EXPECT_LE(latency.at(8'800), 101'000) << "ns: those outside of the stall were answered at once";
  EXPECT_EQ(measurement.lag().max_ns(), 0) << "none of it was the generator's fault";
}

// Without a window requests go out into the stall, so that both see it.
TEST(CoordinatedOmission, NeedsAGeneratorThatWaitsForAnswers) {
  const Measurement measurement =
      measured({.rate = 1'000, .duration = seconds{10}}, /*stall_at=*/seconds{5}, seconds{1});
  EXPECT_EQ(measurement.latency().at(9'500), measurement.service_time().at(9'500));
  EXPECT_GE(measurement.service_time().at(9'500), 500'000'000);
}

}  // namespace

}  // namespace emx::load

#include "tools/load/schedule.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace emx::load {

namespace {

using std::chrono::nanoseconds;

std::vector<nanoseconds> first_of(Schedule schedule, std::size_t count) {
  std::vector<nanoseconds> times;
  for (std::size_t i = 0; i < count; ++i) {
    times.push_back(schedule.at());
    schedule.advance();
  }
  return times;
}

TEST(Schedule, SpacesEvenlyFromTheBeginning) {
  using std::chrono::milliseconds;
  const auto times = first_of(Schedule{Arrivals::even, 1'000, 1}, 4);
  EXPECT_EQ(times, (std::vector<nanoseconds>{milliseconds{0}, milliseconds{1}, milliseconds{2},
                                             milliseconds{3}}));
}

// 333 and a third milliseconds are no whole nanoseconds.
TEST(Schedule, DoesNotDriftWhereAGapIsNoWholeNumber) {
  Schedule schedule{Arrivals::even, 3, 1};
  for (int i = 0; i < 3 * 86'400; ++i) schedule.advance();
  EXPECT_EQ(schedule.at(), std::chrono::hours{24});
  schedule.advance();
  EXPECT_EQ(schedule.at(), std::chrono::hours{24} + nanoseconds{333'333'333});
}

TEST(Schedule, IsTheSameOfTheSameSeed) {
  const auto times = first_of(Schedule{Arrivals::poisson, 1'000, 5}, 100);
  EXPECT_EQ(times, first_of(Schedule{Arrivals::poisson, 1'000, 5}, 100));
  EXPECT_NE(times, first_of(Schedule{Arrivals::poisson, 1'000, 6}, 100));
}

// Of exponential gaps the mean is the deviation, too, and one in e^3 is longer than three of it.
TEST(Schedule, HasExponentialGapsOfItsRate) {
  const auto times = first_of(Schedule{Arrivals::poisson, 1'000, 1}, 100'001);
  double squares = 0;
  std::size_t long_gaps = 0;
  for (std::size_t i = 1; i < times.size(); ++i) {
    const auto gap_ms = static_cast<double>((times[i] - times[i - 1]).count()) / 1e6;
    ASSERT_GE(gap_ms, 0);
    squares += gap_ms * gap_ms;
    if (gap_ms > 3) ++long_gaps;
  }
  EXPECT_NEAR(static_cast<double>(times.back().count()) / 1e9, 100, 1) << "seconds";
  EXPECT_NEAR(squares / 100'000, 2, 0.1) << "mean square of a gap, in square milliseconds";
  EXPECT_NEAR(static_cast<double>(long_gaps) / 100'000, 0.0498, 0.003);
}

}  // namespace

}  // namespace emx::load

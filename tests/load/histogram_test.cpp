#include "tools/load/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace emx::load {

namespace {

constexpr std::uint64_t all_parts = 10'000;

// What at() is to give: by nearest rank, from the values themselves.
std::int64_t true_at(const std::vector<std::int64_t>& sorted, std::uint64_t parts) {
  const std::uint64_t rank = (sorted.size() * parts + all_parts - 1) / all_parts;
  return sorted[std::max<std::uint64_t>(1, rank) - 1];
}

TEST(Histogram, HasNothingToSayOfNothing) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.at(5'000), 0);
  EXPECT_EQ(histogram.at(all_parts), 0);
  EXPECT_EQ(histogram.max_ns(), 0);
}

TEST(Histogram, IsExactForSmallValues) {
  for (std::int64_t ns = 0; ns < 2'048; ++ns) {
    Histogram histogram;
    histogram.add(ns);
    histogram.add(1'000'000);
    EXPECT_EQ(histogram.at(5'000), ns);
  }
}

TEST(Histogram, IsNeverBelowTheTrueValueAndAtMostAThousandthAbove) {
  // Each doubling's first and last value, and those beside them, up to the longest.
  for (std::int64_t power = 1'024; power <= Histogram::longest_ns / 2; power *= 2) {
    for (const std::int64_t ns : {power - 1, power, power + 1, power * 3 / 2, 2 * power - 1}) {
      Histogram histogram;
      histogram.add(ns);
      histogram.add(Histogram::longest_ns);
      EXPECT_GE(histogram.at(5'000), ns);
      EXPECT_LE(histogram.at(5'000) - ns, ns / 1'024) << ns;
    }
  }
}

TEST(Histogram, AgreesWithSortedValuesAtAllPercentiles) {
  std::mt19937_64 random{7};
  Histogram histogram;
  std::vector<std::int64_t> values;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(static_cast<std::int64_t>(random() >> (20 + random() % 40)));
    histogram.add(values.back());
  }
  std::sort(values.begin(), values.end());
  for (std::uint64_t parts = 0; parts <= all_parts; ++parts) {
    const std::int64_t expected = true_at(values, parts);
    const std::int64_t told = histogram.at(parts);
    ASSERT_GE(told, std::min(expected, Histogram::longest_ns)) << parts;
    ASSERT_LE(told - expected, expected / 1'024) << parts;
  }
}

// Of 1,000 values p99.9 is the last but one, and p99.99 the last.
TEST(Histogram, TakesTheNearestRankAtTheEdges) {
  Histogram histogram;
  for (std::int64_t ns = 1'000; ns >= 1; --ns) histogram.add(ns);
  EXPECT_EQ(histogram.at(0), 1);
  EXPECT_EQ(histogram.at(1), 1);
  EXPECT_EQ(histogram.at(5'000), 500);
  EXPECT_EQ(histogram.at(5'001), 501);
  EXPECT_EQ(histogram.at(9'900), 990);
  EXPECT_EQ(histogram.at(9'990), 999);
  EXPECT_EQ(histogram.at(9'999), 1'000);
  EXPECT_EQ(histogram.at(all_parts), 1'000);
}

TEST(Histogram, KeepsTheHighestValueAsItWas) {
  Histogram histogram;
  histogram.add(-5);
  EXPECT_EQ(histogram.at(5'000), 0) << "no time is below none";
  histogram.add(1'000'001);
  EXPECT_EQ(histogram.max_ns(), 1'000'001);
  EXPECT_EQ(histogram.at(all_parts), 1'000'001) << "not the end of its slot";
  histogram.add(Histogram::longest_ns + 12'345);
  histogram.add(Histogram::longest_ns + 12'346);
  EXPECT_EQ(histogram.max_ns(), Histogram::longest_ns + 12'346);
  EXPECT_EQ(histogram.at(7'500), Histogram::longest_ns) << "too long for a slot of its own";
}

TEST(Histogram, MergesAsIfAllHadBeenAddedToOne) {
  Histogram one;
  Histogram other;
  Histogram both;
  for (std::int64_t ns = 1; ns < 5'000'000; ns = ns * 3 / 2 + 1) {
    (ns % 2 == 0 ? one : other).add(ns);
    both.add(ns);
  }
  one.add(other);
  EXPECT_EQ(one.count(), both.count());
  EXPECT_EQ(one.max_ns(), both.max_ns());
  for (std::uint64_t parts = 0; parts <= all_parts; parts += 100) {
    EXPECT_EQ(one.at(parts), both.at(parts));
  }
  one.clear();
  EXPECT_EQ(one.count(), 0U);
  EXPECT_EQ(one.at(9'900), 0);
}

}  // namespace

}  // namespace emx::load

#include "tools/load/schedule.hpp"

#include <cmath>

#include "engine/vocabulary/check.hpp"

namespace emx::load {

namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;

}  // namespace

Schedule::Schedule(Arrivals arrivals, std::uint64_t rate, std::uint64_t seed)
    : arrivals_{arrivals}, rate_{rate}, random_{seed} {
  check(rate >= 1 && rate <= second_ns);
}

// By hand, since the standard leaves to each library what its distributions draw.
double Schedule::exponential_gap_ns() {
  const double uniform = static_cast<double>(random_() >> 11) * 0x1p-53;  // from 0, below 1
  return -std::log1p(-uniform) * static_cast<double>(second_ns) / static_cast<double>(rate_);
}

void Schedule::advance() {
  ++number_;
  if (arrivals_ == Arrivals::poisson) {
    exact_ns_ += exponential_gap_ns();
    at_ = std::chrono::nanoseconds{static_cast<std::int64_t>(exact_ns_)};
    return;
  }
  const std::uint64_t rest_ns = number_ % rate_ * second_ns / rate_;
  at_ = std::chrono::nanoseconds{static_cast<std::int64_t>(number_ / rate_ * second_ns + rest_ns)};
}

}  // namespace emx::load

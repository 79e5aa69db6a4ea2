#include "tools/load/seconds.hpp"

#include <utility>

namespace emx::load {

void Seconds::sent(Time now) {
  advance(now);
  ++under_way_.sent;
  ++under_way_.unanswered;
}

void Seconds::answered(Time now, std::chrono::nanoseconds latency, bool is_refusal) {
  advance(now);
  ++under_way_.answered;
  --under_way_.unanswered;
  if (is_refusal) ++under_way_.refused;
  latency_.add(latency.count());
}

void Seconds::advance(Time now) {
  while (now >= end_) close();
}

void Seconds::finish(Time now) {
  advance(now);
  if (under_way_.sent > 0 || under_way_.answered > 0) close();
}

void Seconds::close() {
  under_way_.p50_ns = latency_.at(5'000);
  under_way_.p99_ns = latency_.at(9'900);
  latency_.clear();
  const Second next{.unanswered = under_way_.unanswered};
  closed_.push_back(std::exchange(under_way_, next));
  end_ += std::chrono::seconds{1};
}

}  // namespace emx::load

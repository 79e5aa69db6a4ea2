#include "tools/load/measurement.hpp"

#include "engine/vocabulary/check.hpp"

namespace emx::load {

namespace {

Histogram merged(const std::array<Histogram, all_kinds.size()>& parts) {
  Histogram all;
  for (const Histogram& part : parts) all.add(part);
  return all;
}

}  // namespace

void Measurement::answered(const Sent& request, Time now) {
  check(request.counts);
  const std::size_t kind = index_of(request.kind);
  latency_[kind].add(std::chrono::nanoseconds{now - request.intended}.count());
  service_[kind].add(std::chrono::nanoseconds{now - request.at}.count());
  ++answers_;
  last_answer_ = now;
}

Histogram Measurement::latency() const { return merged(latency_); }

Histogram Measurement::service_time() const { return merged(service_); }

}  // namespace emx::load

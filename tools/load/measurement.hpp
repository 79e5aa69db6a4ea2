#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include "tools/load/histogram.hpp"
#include "tools/load/kind.hpp"
#include "tools/load/sent.hpp"

namespace emx::load {

// How long the requests of a run took, by kind, those of the warm-up left out.
class Measurement {
 public:
  // `lag`: how much later than it could have been sent.
  void sent(std::chrono::nanoseconds lag) { lag_.add(lag.count()); }
  // Requires: the request counts.
  void answered(const Sent& request, Time now);

  // From the intended time to the first answer.
  [[nodiscard]] const Histogram& latency(Kind kind) const { return latency_[index_of(kind)]; }
  // From the actual sending to the first answer.
  [[nodiscard]] const Histogram& service_time(Kind kind) const { return service_[index_of(kind)]; }
  // The same of all kinds together.
  [[nodiscard]] Histogram latency() const;
  [[nodiscard]] Histogram service_time() const;
  // How late the generator was by its own fault.
  [[nodiscard]] const Histogram& lag() const { return lag_; }

  [[nodiscard]] std::uint64_t answers() const { return answers_; }
  [[nodiscard]] Time last_answer() const { return last_answer_; }

 private:
  using OfEachKind = std::array<Histogram, all_kinds.size()>;

  OfEachKind latency_;
  OfEachKind service_;
  Histogram lag_;
  std::uint64_t answers_ = 0;
  Time last_answer_;
};

}  // namespace emx::load

#pragma once

#include <chrono>

#include "tools/load/kind.hpp"

namespace emx::load {

using Time = std::chrono::steady_clock::time_point;

// A request that was sent.
struct Sent {
  Kind kind = Kind::passive;
  Time intended{};     // when it was meant to be sent
  Time at{};           // when it was
  bool counts = true;  // not of the warm-up
};

}  // namespace emx::load

#pragma once

#include <cstddef>
#include <cstdint>

#include "tests/model/reference_state.hpp"

namespace emx::model {

// What a call on the book would give now (market-rules 9). Volume 0: no price, all is 0.
struct CallResult {
  std::int64_t price = 0;  // ticks
  std::int64_t volume = 0;
  std::int64_t imbalance = 0;  // bid quantity less ask quantity at the price
};

[[nodiscard]] CallResult call_result(const State& state, std::size_t book);

}  // namespace emx::model

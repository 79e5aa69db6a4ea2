#pragma once

#include <cstdint>

#include "engine/vocabulary/code.hpp"

namespace emx::engine {

// "The world said no": a code of market-rules 16, the bound that decided and what hit it.
struct Refusal {
  Code code = Code::none;
  std::int64_t limit = 0;
  std::int64_t value = 0;

  [[nodiscard]] explicit operator bool() const { return code != Code::none; }
};

}  // namespace emx::engine

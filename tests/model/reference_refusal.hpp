#pragma once

#include <cstdint>
#include <limits>

#include "tests/model/reference_codes.hpp"

namespace emx::model {

__extension__ using Wide = __int128;

// Of an amount that is beyond all bounds.
inline constexpr std::int64_t largest_figure = std::numeric_limits<std::int64_t>::max();

// Why something is refused: the code, the bound that decided, and what hit it, in the numbers of
// ledger/FORMAT.md. Where there is nothing to compare both are 0.
struct Refusal {
  Code code = Code::none;
  std::int64_t limit = 0;
  std::int64_t value = 0;

  Refusal() = default;
  Refusal(Code why) : code{why} {}  // NOLINT(google-explicit-constructor): most have no figures
  Refusal(Code why, Wide bound, Wide hit)
      : code{why}, limit{static_cast<std::int64_t>(bound)}, value{static_cast<std::int64_t>(hit)} {}

  friend bool operator==(const Refusal& refusal, Code why) { return refusal.code == why; }
};

}  // namespace emx::model

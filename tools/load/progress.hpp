#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "tools/load/seconds.hpp"

namespace emx::load {

// "  12 s   9,998 of 10,000/s   3 unanswered   p50 0.412 ms   p99 1.203 ms   0 refused": of the
// last second, at its end. `wanted`: requests a second; none in a closed loop.
[[nodiscard]] std::string progress_line(std::size_t elapsed_s, const Second& last,
                                        std::optional<std::uint64_t> wanted);

// On standard error: one line that is written over and over on a terminal, lines one after the
// other elsewhere.
void show_progress(std::size_t elapsed_s, const Second& last, std::optional<std::uint64_t> wanted);
void clear_progress();

}  // namespace emx::load

#pragma once

#include <chrono>
#include <cstdint>

namespace emx::load {

// One line on standard error that is written over and over. For terminals only.
void show_progress(std::uint64_t done, std::uint64_t all, std::chrono::nanoseconds elapsed);
void clear_progress();

}  // namespace emx::load

#include "tools/load/progress.hpp"

#include <cstdio>
#include <string>

#include "tools/market/amount_text.hpp"

namespace emx::load {

void show_progress(std::uint64_t done, std::uint64_t all, std::chrono::nanoseconds elapsed) {
  const double seconds = std::chrono::duration<double>{elapsed}.count();
  const auto rate = static_cast<std::int64_t>(static_cast<double>(done) / seconds);
  const std::string line = market::grouped(static_cast<std::int64_t>(done)) + " of " +
                           market::grouped(static_cast<std::int64_t>(all)) + " answered, " +
                           market::grouped(rate) + " a second";
  std::fprintf(stderr, "\r\033[K%s", line.c_str());
  std::fflush(stderr);
}

void clear_progress() {
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
}

}  // namespace emx::load

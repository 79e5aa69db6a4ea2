#include "tools/load/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "tools/load/figures.hpp"

namespace emx::load {

namespace {

bool is_terminal() { return ::isatty(STDERR_FILENO) == 1; }

}  // namespace

std::string progress_line(std::size_t elapsed_s, const Second& last,
                          std::optional<std::uint64_t> wanted) {
  return fmt::format(
      "{:>4} s   {}{}/s   {} unanswered   p50 {:.3f} ms   p99 {:.3f} ms   {} refused", elapsed_s,
      grouped(last.answered), wanted ? " of " + grouped(*wanted) : "", grouped(last.unanswered),
      ms_of(last.p50_ns), ms_of(last.p99_ns), grouped(last.refused));
}

void show_progress(std::size_t elapsed_s, const Second& last, std::optional<std::uint64_t> wanted) {
  const std::string line = progress_line(elapsed_s, last, wanted);
  if (is_terminal()) {
    std::fprintf(stderr, "\r\033[K%s", line.c_str());
  } else {
    std::fprintf(stderr, "%s\n", line.c_str());
  }
  std::fflush(stderr);
}

void clear_progress() {
  if (!is_terminal()) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
}

}  // namespace emx::load

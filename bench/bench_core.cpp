// bench_core FLOW [PAIRS]: an order flow through the whole deterministic core, with and without
// constraints, interleaved; prints one JSON line. README.md says what is measured and how.

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <exception>
#include <string_view>
#include <vector>

#include "bench/core_replay.hpp"
#include "bench/cycle_clock.hpp"

namespace emx::bench {
namespace {

constexpr int pairs_default = 10;

// One side of the comparison: its commands, and the digest every run must end with.
struct Prepared {
  explicit Prepared(const Flow& flow, Constraints kind) : constraints{kind} {
    CoreMarket market = market_of(kind);
    commands = commands_of(flow, kind, market);
    digest = market.digest();
  }

  Constraints constraints;
  LargeVector<CoreCommand> commands;
  std::uint64_t digest = 0;
};

// Nanoseconds a command, of one run on a fresh market; below 0: it ended in another state.
double time_run(const Prepared& prepared, double ns_per_tick) {
  CoreMarket market = market_of(prepared.constraints);
  const std::uint64_t start = clock_ticks();
  for (const CoreCommand& command : prepared.commands) market.apply({command.bytes, command.size});
  const std::uint64_t ticks = clock_ticks() - start;
  if (market.digest() != prepared.digest) return -1;
  return static_cast<double>(ticks) * ns_per_tick / static_cast<double>(prepared.commands.size());
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int run(const char* path, int pairs) {
  const Flow flow = read_flow(path);
  if (flow.instruments != 1) {
    std::fprintf(stderr, "bench_core: %s has %u instruments; give a flow of one\n", path,
                 flow.instruments);
    return 2;
  }
  const Prepared free{flow, Constraints::none};
  const Prepared twelve{flow, Constraints::twelve};
  const double ns_per_tick = measure_ns_per_tick();
  std::vector<double> free_ns;
  std::vector<double> twelve_ns;
  std::vector<double> ratios;
  for (int i = 0; i < pairs; ++i) {
    free_ns.push_back(time_run(free, ns_per_tick));
    twelve_ns.push_back(time_run(twelve, ns_per_tick));
    if (free_ns.back() < 0 || twelve_ns.back() < 0) {
      std::fprintf(stderr, "bench_core: two runs of the same commands ended in other states\n");
      return 1;
    }
    ratios.push_back(twelve_ns.back() / free_ns.back());
  }
  std::printf(
      "{\"commands\":%zu,\"unconstrained_median_ns\":%.1f,\"unconstrained_quiet_ns\":%.1f,"
      "\"twelve_classes_median_ns\":%.1f,\"twelve_classes_quiet_ns\":%.1f,\"ratio_median\":%.3f}\n",
      free.commands.size(), median(free_ns), *std::min_element(free_ns.begin(), free_ns.end()),
      median(twelve_ns), *std::min_element(twelve_ns.begin(), twelve_ns.end()), median(ratios));
  return 0;
}

}  // namespace
}  // namespace emx::bench

int main(int argc, char** argv) {
  int pairs = emx::bench::pairs_default;
  const std::string_view number = argc == 3 ? argv[2] : "";
  const bool number_ok =
      argc != 3 || (std::from_chars(number.begin(), number.end(), pairs).ptr == number.end() &&
                    pairs >= 1 && pairs <= 1'000);
  if (argc < 2 || argc > 3 || !number_ok || std::string_view{argv[1]}.starts_with("-")) {
    std::fprintf(stderr,
                 "usage: bench_core FLOW [PAIRS]\n"
                 "An order flow of one instrument through risk, book, settlement and events, with\n"
                 "one class and with twelve, PAIRS times (10) each in turn. One JSON line.\n");
    return 2;
  }
  try {
    return emx::bench::run(argv[1], pairs);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_core: %s\n", error.what());
    return 2;
  }
}

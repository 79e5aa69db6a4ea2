// bench_book FLOW [RUNS]: replays an order flow through the order book and prints one JSON line.
// README.md says what is measured and how.

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <string_view>
#include <vector>

#include "bench/cycle_clock.hpp"
#include "bench/replay.hpp"
#include "engine/vocabulary/large_pages.hpp"

namespace emx::bench {
namespace {

constexpr std::size_t chunks = 64;
constexpr int runs_default = 9;
constexpr int latency_runs = 3;

// A flow as its exchange ids were in a first, untimed run; and that run's trades.
struct Prepared {
  LargeVector<ReplayOperation> operations;
  std::vector<FlowTrade> trades;  // by exchange ids
  FlowResult result;              // by the flow's ids
};

Prepared prepare(const Flow& flow) {
  Prepared prepared;
  prepared.operations.reserve(flow.records.size());
  std::vector<std::uint64_t> exchange_ids(flow.order_id_max + 1);  // by flow id
  Replay replay{flow};
  // Exchange ids repeat nothing, but flow ids are wanted by slot and generation: the last order
  // that had the slot is the one that trades.
  std::vector<FlowTrade> trades;        // by flow ids
  std::vector<std::uint64_t> flow_ids;  // by slot
  std::size_t seen = 0;
  for (const FlowRecord& record : flow.records) {
    ReplayOperation operation{};
    operation.operation = static_cast<FlowOperation>(record.operation);
    operation.side = record.side == 0 ? Side::buy : Side::sell;
    operation.instrument = static_cast<std::uint16_t>(record.instrument);
    operation.quantity = record.quantity;
    if (operation.operation != FlowOperation::cancel) {
      operation.key = Replay::key_of(operation.side, record.price);
    }
    const bool enters = operation.operation == FlowOperation::add ||
                        operation.operation == FlowOperation::immediate;
    if (!enters) operation.target = exchange_ids[record.target_id];
    // An order's slot is known only when it is entered, and it may trade at once.
    replay.apply(operation);
    if (enters) {
      exchange_ids[record.order_id] = replay.last_id().value;
      const auto slot = static_cast<std::uint32_t>(replay.last_id().value);
      if (slot >= flow_ids.size()) flow_ids.resize(slot + std::size_t{1});
    }
    const std::uint64_t taker = enters ? record.order_id : record.target_id;
    for (; seen < replay.trades().size(); ++seen) {
      FlowTrade trade = replay.trades()[seen];
      trade.maker = flow_ids[static_cast<std::uint32_t>(trade.maker)];
      trade.taker = taker;
      prepared.result.quantity += trade.quantity;
      trades.push_back(trade);
    }
    if (enters) flow_ids[static_cast<std::uint32_t>(replay.last_id().value)] = record.order_id;
    prepared.operations.push_back(operation);
  }
  prepared.trades.assign(replay.trades().begin(), replay.trades().end());
  prepared.result.trades = trades.size();
  prepared.result.hash = hash_of(trades);
  prepared.result.resting_orders = replay.resting_orders();
  prepared.result.resting_quantity = replay.resting_quantity();
  return prepared;
}

bool same_trades(const Replay& replay, const Prepared& prepared) {
  const auto trades = replay.trades();
  return trades.size() == prepared.trades.size() &&
         std::memcmp(trades.data(), prepared.trades.data(), trades.size_bytes()) == 0;
}

std::size_t chunk_start(std::size_t chunk, std::size_t operations) {
  return operations * chunk / chunks;
}

struct Timing {
  double quiet_ns = 0;
  double median_ns = 0;
  double p50_ns = 0;
  double p99_ns = 0;
  double p999_ns = 0;
  double max_ns = 0;
};

// Whole runs, timed at the borders of 64 chunks.
bool time_runs(const Flow& flow, const Prepared& prepared, int runs, double ns_per_tick,
               Timing& timing) {
  const std::size_t count = prepared.operations.size();
  std::vector<double> fastest(chunks, 1e300);
  std::vector<double> totals;
  for (int run = 0; run < runs; ++run) {
    Replay replay{flow};
    double total = 0;
    for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
      const std::size_t end = chunk_start(chunk + 1, count);
      const std::uint64_t start = clock_ticks();
      for (std::size_t i = chunk_start(chunk, count); i < end; ++i) {
        replay.apply(prepared.operations[i]);
      }
      const double ticks = static_cast<double>(clock_ticks() - start);
      fastest[chunk] = std::min(fastest[chunk], ticks);
      total += ticks;
    }
    if (!same_trades(replay, prepared)) return false;
    totals.push_back(total);
  }
  std::sort(totals.begin(), totals.end());
  double quiet = 0;
  for (const double ticks : fastest) quiet += ticks;
  timing.quiet_ns = quiet * ns_per_tick / static_cast<double>(count);
  timing.median_ns = totals[totals.size() / 2] * ns_per_tick / static_cast<double>(count);
  return true;
}

// Each operation by itself; of the run with the lowest median.
bool time_operations(const Flow& flow, const Prepared& prepared, double ns_per_tick,
                     Timing& timing) {
  LargeVector<std::uint32_t> ticks(prepared.operations.size());
  for (int run = 0; run < latency_runs; ++run) {
    Replay replay{flow};
    std::uint64_t before = clock_ticks();
    for (std::size_t i = 0; i < prepared.operations.size(); ++i) {
      replay.apply(prepared.operations[i]);
      const std::uint64_t after = clock_ticks();
      ticks[i] = static_cast<std::uint32_t>(std::min<std::uint64_t>(after - before, 0xFFFFFFFFU));
      before = after;
    }
    if (!same_trades(replay, prepared)) return false;
    std::sort(ticks.begin(), ticks.end());
    const auto at = [&](double share) {
      const auto index = static_cast<std::size_t>(share * static_cast<double>(ticks.size() - 1));
      return static_cast<double>(ticks[index]) * ns_per_tick;
    };
    if (run > 0 && at(0.5) >= timing.p50_ns) continue;
    timing.p50_ns = at(0.5);
    timing.p99_ns = at(0.99);
    timing.p999_ns = at(0.999);
    timing.max_ns = at(1.0);
  }
  return true;
}

void print(const FlowResult& result, const Timing& timing) {
  std::printf(
      "{\"trades\":%llu,\"quantity\":%llu,\"hash\":%llu,\"resting_orders\":%llu,"
      "\"resting_quantity\":%llu,\"quiet_ns\":%.2f,\"median_ns\":%.2f,\"p50_ns\":%.0f,"
      "\"p99_ns\":%.0f,\"p999_ns\":%.0f,\"max_ns\":%.0f}\n",
      static_cast<unsigned long long>(result.trades),
      static_cast<unsigned long long>(result.quantity),
      static_cast<unsigned long long>(result.hash),
      static_cast<unsigned long long>(result.resting_orders),
      static_cast<unsigned long long>(result.resting_quantity), timing.quiet_ns, timing.median_ns,
      timing.p50_ns, timing.p99_ns, timing.p999_ns, timing.max_ns);
}

int run(const char* path, int runs) {
  const Flow flow = read_flow(path);
  const Prepared prepared = prepare(flow);
  const double ns_per_tick = measure_ns_per_tick();
  Timing timing;
  const bool same = time_runs(flow, prepared, runs, ns_per_tick, timing) &&
                    time_operations(flow, prepared, ns_per_tick, timing);
  print(prepared.result, timing);
  if (!same) {
    std::fprintf(stderr, "bench_book: two runs gave different trades\n");
    return 1;
  }
  if (!(prepared.result == flow.expected)) {
    std::fprintf(stderr, "bench_book: the result differs from the reference %s.ref\n", path);
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace emx::bench

int main(int argc, char** argv) {
  int runs = emx::bench::runs_default;
  const std::string_view number = argc == 3 ? argv[2] : "";
  const bool number_ok =
      argc != 3 || (std::from_chars(number.begin(), number.end(), runs).ptr == number.end() &&
                    runs >= 1 && runs <= 1'000);
  if (argc < 2 || argc > 3 || !number_ok || std::string_view{argv[1]}.starts_with("-")) {
    std::fprintf(stderr,
                 "usage: bench_book FLOW [RUNS]\n"
                 "Replays the order flow of a file through the order book, RUNS times (9), and\n"
                 "prints one JSON line. Exit code 1 when the result is not that of FLOW.ref.\n");
    return 2;
  }
  try {
    return emx::bench::run(argv[1], runs);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_book: %s\n", error.what());
    return 2;
  }
}

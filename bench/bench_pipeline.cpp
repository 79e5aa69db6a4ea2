// bench_pipeline FLOW DIR [PAIRS]: an order flow through the durable pipeline, beside a bare LMDB
// loop of the same records in the same commits; prints one JSON line. README.md says what is
// measured and how.

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <numeric>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/bare_log.hpp"
#include "bench/core_replay.hpp"
#include "bench/venue.hpp"

namespace emx::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int pairs_default = 10;
constexpr double paced_per_s = 200'000;
constexpr double paced_seconds = 3;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Prepared {
  explicit Prepared(const Flow& flow) : market{market_of(Constraints::none)} {
    CoreMarket first = market_of(Constraints::none);
    commands = commands_of(flow, Constraints::none, first);
    digest = first.digest();
  }

  CoreMarket market;
  LargeVector<CoreCommand> commands;
  std::uint64_t digest = 0;
};

struct Throughput {
  double per_s = 0;
  CommitPlan plan;
};

// As fast as the ring takes them, from the first to the last that is durable and taken.
Throughput run_through(const Prepared& prepared, const std::filesystem::path& folder) {
  Venue venue{folder, prepared.market};
  const auto started = Clock::now();
  venue.run(prepared.commands);
  const double seconds = seconds_since(started);
  Throughput throughput;
  throughput.per_s = static_cast<double>(prepared.commands.size()) / seconds;
  throughput.plan = venue.stop();
  if (venue.digest() != prepared.digest) {
    throw std::runtime_error{"two runs of the same commands ended in other states"};
  }
  return throughput;
}

// From the moment a command was due to the moment its durable entry was taken, in microseconds,
// sorted. Commands are due evenly; none is left out because others are late.
std::vector<double> run_paced(const Prepared& prepared, const std::filesystem::path& folder) {
  Venue venue{folder, prepared.market};
  pipeline::Pipeline& pipeline = venue.pipeline();
  const auto count = std::min<std::size_t>(prepared.commands.size(),
                                           static_cast<std::size_t>(paced_per_s * paced_seconds));
  const auto started = Clock::now();
  const auto due = [&](std::size_t i) {
    return started + std::chrono::duration_cast<Clock::duration>(
                         std::chrono::duration<double>(static_cast<double>(i) / paced_per_s));
  };
  std::vector<double> latencies;
  latencies.reserve(count);
  for (std::size_t next = 0; latencies.size() < count;) {
    if (pipeline.failed()) throw std::runtime_error{"the pipeline failed"};
    while (next < count && due(next) <= Clock::now() &&
           pipeline.submit({prepared.commands[next].bytes, prepared.commands[next].size}, false)) {
      ++next;
    }
    pipeline.take_durable(Venue::entries_per_take, [&](const EntryView& entry) {
      const std::size_t i = entry.stamp.sequence.value - venue.founded() - 1;
      const std::chrono::duration<double, std::micro> latency = Clock::now() - due(i);
      latencies.push_back(latency.count());
    });
    if (next == count || due(next) > Clock::now()) std::this_thread::sleep_for(Venue::nap);
  }
  venue.stop();
  std::sort(latencies.begin(), latencies.end());
  return latencies;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double at(const std::vector<double>& sorted, double part) {
  return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
}

int run(const char* path, const std::filesystem::path& folder, int pairs) {
  const Flow flow = read_flow(path);
  if (flow.instruments != 1) {
    std::fprintf(stderr, "bench_pipeline: %s has %u instruments; give a flow of one\n", path,
                 flow.instruments);
    return 2;
  }
  const Prepared prepared{flow};
  std::vector<double> ours;
  std::vector<double> bare;
  std::vector<double> ratios;
  std::vector<double> p50;
  std::vector<double> p99;
  CommitPlan plan;
  for (int i = 0; i < pairs; ++i) {
    Throughput throughput = run_through(prepared, folder / "pipeline");
    plan = std::move(throughput.plan);
    ours.push_back(throughput.per_s);
    bare.push_back(static_cast<double>(plan.entry_bytes.size()) /
                   time_bare_log(plan, folder / "bare"));
    ratios.push_back(ours.back() / bare.back());
    const std::vector<double> latencies = run_paced(prepared, folder / "paced");
    p50.push_back(at(latencies, 0.5));
    p99.push_back(at(latencies, 0.99));
    std::filesystem::remove_all(folder / "pipeline");
    std::filesystem::remove_all(folder / "paced");
    std::fprintf(stderr, "pair %d: %.0f/s, bare %.0f/s, paced p50 %.0f us, p99 %.0f us\n", i + 1,
                 ours.back(), bare.back(), p50.back(), p99.back());
  }
  const auto entries = static_cast<double>(plan.entry_bytes.size());
  const double bytes = std::accumulate(plan.entry_bytes.begin(), plan.entry_bytes.end(), 0.0);
  std::printf(
      "{\"commands\":%zu,\"entry_bytes_mean\":%.0f,\"batch_entries_mean\":%.0f,"
      "\"pipeline_per_s_median\":%.0f,\"bare_per_s_median\":%.0f,\"ratio_median\":%.3f,"
      "\"paced_per_s\":%.0f,\"paced_p50_us\":%.0f,\"paced_p99_us\":%.0f}\n",
      prepared.commands.size(), bytes / entries,
      entries / static_cast<double>(plan.batch_entries.size()), median(ours), median(bare),
      median(ratios), paced_per_s, median(p50), median(p99));
  return 0;
}

}  // namespace
}  // namespace emx::bench

int main(int argc, char** argv) {
  int pairs = emx::bench::pairs_default;
  const std::string_view number = argc == 4 ? argv[3] : "";
  const bool number_ok =
      argc != 4 || (std::from_chars(number.begin(), number.end(), pairs).ptr == number.end() &&
                    pairs >= 1 && pairs <= 1'000);
  if (argc < 3 || argc > 4 || !number_ok || std::string_view{argv[1]}.starts_with("-")) {
    std::fprintf(
        stderr,
        "usage: bench_pipeline FLOW DIR [PAIRS]\n"
        "An order flow of one instrument through ring, core, ring and ledger, and the same\n"
        "records in the same commits through LMDB alone, PAIRS times (10) each in turn, in\n"
        "the folder DIR of the disk to be measured. Progress on standard error, then one\n"
        "JSON line.\n");
    return 2;
  }
  try {
    return emx::bench::run(argv[1], argv[2], pairs);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_pipeline: %s\n", error.what());
    return 2;
  }
}

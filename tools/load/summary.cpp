#include "tools/load/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "tools/market/amount_text.hpp"

namespace emx::load {

namespace {

double seconds_of(const LoadRun& run) {
  return std::chrono::duration<double>{run.elapsed()}.count();
}

double rate_of(const LoadRun& run) {
  return static_cast<double>(run.tally().answered()) / seconds_of(run);
}

std::string grouped(std::uint64_t count) {
  return market::grouped(static_cast<std::int64_t>(count));
}

std::string microseconds(std::int64_t ns) {
  return fmt::format("{}.{} us", market::grouped(ns / 1'000), ns % 1'000 / 100);
}

}  // namespace

Latencies latencies_of(std::vector<std::int64_t> samples_ns) {
  if (samples_ns.empty()) return {};
  std::sort(samples_ns.begin(), samples_ns.end());
  const std::size_t count = samples_ns.size();
  const auto at = [&](std::size_t per_mille) {
    return samples_ns[(count * per_mille + 999) / 1'000 - 1];
  };
  return {at(500), at(900), at(990), at(999), samples_ns.back()};
}

std::string table_of(const LoadRun& run) {
  const Tally& tally = run.tally();
  std::string out;
  const auto row = [&](std::string_view name, std::string_view value, std::string_view note = "") {
    out += fmt::format("  {:<22}{:>16}{}{}\n", name, value, note.empty() ? "" : "  ", note);
  };
  const std::size_t sessions = run.options().comp_ids.size();
  out += fmt::format("{} session{}, {} unanswered at most in each, seed {}\n", sessions,
                     sessions == 1 ? "" : "s", run.options().window, run.options().seed);
  row("requests sent", grouped(tally.started()));
  row("answered", grouped(tally.answered()));
  row("lost", grouped(tally.lost()));
  row("doubled", grouped(tally.doubled()));
  if (tally.unexpected() > 0) row("unexpected messages", grouped(tally.unexpected()));
  row("orders accepted", grouped(tally.accepted()));
  row("orders cancelled", grouped(tally.cancelled()));
  row("fills", grouped(tally.fills()), "counted on each side");
  for (const auto& [code, count] : tally.refused()) row("refused " + code, grouped(count));
  out += "\n";
  row("answers a second", grouped(static_cast<std::uint64_t>(rate_of(run))),
      fmt::format("in {:.2f} s", seconds_of(run)));
  const Latencies latencies = latencies_of(tally.latencies_ns());
  row("latency p50", microseconds(latencies.p50), "order to acknowledgement");
  row("p90", microseconds(latencies.p90));
  row("p99", microseconds(latencies.p99));
  row("p99.9", microseconds(latencies.p999));
  row("max", microseconds(latencies.max));
  for (const std::string& complaint : tally.complaints()) out += "wrong: " + complaint + "\n";
  if (!run.trouble().empty()) out += "ended early: " + run.trouble() + "\n";
  return out;
}

std::string json_of(const LoadRun& run) {
  const Tally& tally = run.tally();
  const Latencies latencies = latencies_of(tally.latencies_ns());
  nlohmann::ordered_json json;
  json["sessions"] = run.options().comp_ids.size();
  json["window"] = run.options().window;
  json["seed"] = run.options().seed;
  json["sent"] = tally.started();
  json["answered"] = tally.answered();
  json["lost"] = tally.lost();
  json["doubled"] = tally.doubled();
  json["unexpected"] = tally.unexpected();
  json["accepted"] = tally.accepted();
  json["cancelled"] = tally.cancelled();
  json["fills"] = tally.fills();
  json["refused"] = tally.refused();
  json["seconds"] = seconds_of(run);
  json["answers_per_second"] = rate_of(run);
  json["latency_ns"] = {{"p50", latencies.p50},
                        {"p90", latencies.p90},
                        {"p99", latencies.p99},
                        {"p999", latencies.p999},
                        {"max", latencies.max}};
  json["complaints"] = tally.complaints();
  json["trouble"] = run.trouble();
  return json.dump() + "\n";
}

}  // namespace emx::load

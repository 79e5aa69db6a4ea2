#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "tools/load/figures.hpp"
#include "tools/load/report.hpp"

namespace emx::load {

namespace {

std::string heading_of(const Options& options) {
  const Plan& plan = options.plan;
  std::string text = "closed loop";
  if (plan.rate) {
    text = "open loop, " + grouped(*plan.rate) + " requests a second" +
           (plan.arrivals == Arrivals::poisson ? " with Poisson arrivals" : "");
  }
  const std::size_t sessions = options.comp_ids.size();
  text += fmt::format(", {} session{}", sessions, sessions == 1 ? "" : "s");
  if (options.version == fix_client::Version::fix44) text += " in FIX.4.4";
  if (options.tls) text += " by TLS";
  if (plan.window) text += fmt::format(", {} unanswered at most in each", grouped(*plan.window));
  return text + fmt::format(", mix {}, seed {}\n", text_of(options.mix), options.seed);
}

void add_count(std::string& out, std::string_view name, std::uint64_t count,
               std::string_view note = "") {
  fmt::format_to(std::back_inserter(out), "  {:<22}{:>14}{}{}\n", name, grouped(count),
                 note.empty() ? "" : "  ", note);
}

void add_counts(std::string& out, const LoadRun& run) {
  const Tally& tally = run.tally();
  add_count(out, "requests sent", tally.sent());
  add_count(out, "answered", tally.answered());
  add_count(out, "lost", tally.lost());
  add_count(out, "told twice", tally.told_twice());
  if (tally.unexpected() > 0) add_count(out, "unexpected messages", tally.unexpected());
  add_count(out, "orders accepted", tally.accepted());
  add_count(out, "orders cancelled", tally.cancelled());
  add_count(out, "orders replaced", tally.replaced());
  add_count(out, "fills", tally.fills(), "counted on each side");
  for (const auto& refused : tally.refused()) {
    add_count(out, "refused " + refused.first, refused.second);
  }
  add_count(
      out, "answers a second", static_cast<std::uint64_t>(answers_per_second(run)),
      fmt::format("{} in {:.2f} s, after {} s of warm-up", grouped(run.measurement().answers()),
                  std::chrono::duration<double>{run.measured_time()}.count(),
                  run.options().plan.warmup.count()));
}

void add_times(std::string& out, std::string_view name, const Histogram& times) {
  if (times.count() == 0) return;
  fmt::format_to(std::back_inserter(out), "  {:<22}", name);
  for (const std::uint64_t parts : {5'000U, 9'000U, 9'900U, 9'990U, 9'999U, 10'000U}) {
    fmt::format_to(std::back_inserter(out), "{:>11.3f}", ms_of(times.at(parts)));
  }
  fmt::format_to(std::back_inserter(out), "{:>14}\n", grouped(times.count()));
}

void add_latencies(std::string& out, const LoadRun& run) {
  const Measurement& measurement = run.measurement();
  fmt::format_to(std::back_inserter(out), "\n  {:<22}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}{:>14}\n",
                 "milliseconds", "p50", "p90", "p99", "p99.9", "p99.99", "max", "requests");
  add_times(out, "latency, all", measurement.latency());
  for (const Kind kind : all_kinds) {
    add_times(out, "  " + std::string{name_of(kind)}, measurement.latency(kind));
  }
  if (!run.options().plan.rate) return;
  add_times(out, "service time, all", measurement.service_time());
  for (const Kind kind : all_kinds) {
    add_times(out, "  " + std::string{name_of(kind)}, measurement.service_time(kind));
  }
  add_times(out, "generator's own delay", measurement.lag());
  out +=
      "\n  Latency is from the intended time, service time from the actual sending. Where the\n"
      "  generator's own delay is not small beside the latency, it was the bottleneck.\n";
}

}  // namespace

double answers_per_second(const LoadRun& run) {
  const double seconds = std::chrono::duration<double>{run.measured_time()}.count();
  return seconds > 0 ? static_cast<double>(run.measurement().answers()) / seconds : 0;
}

std::string table_of(const LoadRun& run) {
  std::string out = heading_of(run.options());
  add_counts(out, run);
  add_latencies(out, run);
  for (const std::string& complaint : run.tally().complaints()) {
    out += "wrong: " + complaint + "\n";
  }
  if (!run.trouble().empty()) out += "ended early: " + run.trouble() + "\n";
  return out;
}

}  // namespace emx::load

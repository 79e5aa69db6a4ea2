#include <nlohmann/json.hpp>
#include <optional>

#include "tools/load/figures.hpp"
#include "tools/load/report.hpp"

namespace emx::load {

namespace {

using Json = nlohmann::ordered_json;

template <class Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json or_null(const std::optional<std::chrono::seconds>& time) {
  return time ? Json(time->count()) : Json(nullptr);
}

Json mix_of(const Mix& mix) {
  Json json;
  for (const Kind kind : all_kinds) json[std::string{name_of(kind)}] = mix.share(kind);
  return json;
}

Json options_of(const Options& options) {
  const Plan& plan = options.plan;
  return {{"sessions", options.comp_ids},
          {"fix", options.version == fix_client::Version::fix44 ? "4.4" : "5.0"},
          {"tls", options.tls.has_value()},
          {"loop", plan.rate ? "open" : "closed"},
          {"rate", or_null(plan.rate)},
          {"arrivals", plan.arrivals == Arrivals::poisson ? "poisson" : "even"},
          {"window", or_null(plan.window)},
          {"orders", or_null(plan.requests)},
          {"duration_s", or_null(plan.duration)},
          {"warmup_s", plan.warmup.count()},
          {"mix", mix_of(options.mix)},
          {"depth", options.depth},
          {"seed", options.seed},
          {"symbol", options.symbol},
          {"account_suffix", options.account_suffix},
          {"middle_fen", options.middle.value},
          {"tick_fen", options.tick.value},
          {"width_ticks", options.width_ticks},
          {"patience_s", options.patience.count()}};
}

Json counts_of(const Tally& tally) {
  Json by_kind;
  for (const Kind kind : all_kinds) by_kind[std::string{name_of(kind)}] = tally.sent(kind);
  return {{"sent", tally.sent()},
          {"sent_by_kind", by_kind},
          {"answered", tally.answered()},
          {"lost", tally.lost()},
          {"told_twice", tally.told_twice()},
          {"unexpected", tally.unexpected()},
          {"accepted", tally.accepted()},
          {"cancelled", tally.cancelled()},
          {"replaced", tally.replaced()},
          {"fills", tally.fills()},
          {"refused", tally.refusals()},
          {"refused_by_code", tally.refused()}};
}

Json times_of(const Histogram& times) {
  return {{"count", times.count()},          {"p50", us_of(times.at(5'000))},
          {"p90", us_of(times.at(9'000))},   {"p99", us_of(times.at(9'900))},
          {"p99_9", us_of(times.at(9'990))}, {"p99_99", us_of(times.at(9'999))},
          {"max", us_of(times.max_ns())}};
}

// `of_kind`: the histogram of a kind.
template <class OfKind>
Json times_by_kind(const Histogram& all, OfKind of_kind) {
  Json json{{"all", times_of(all)}};
  for (const Kind kind : all_kinds) json[std::string{name_of(kind)}] = times_of(of_kind(kind));
  return json;
}

Json seconds_of(const std::vector<Second>& seconds) {
  Json rows = Json::array();
  for (const Second& second : seconds) {
    rows.push_back({{"sent", second.sent},
                    {"answered", second.answered},
                    {"refused", second.refused},
                    {"unanswered", second.unanswered},
                    {"p50_us", us_of(second.p50_ns)},
                    {"p99_us", us_of(second.p99_ns)}});
  }
  return rows;
}

}  // namespace

std::string json_of(const LoadRun& run) {
  const Measurement& measurement = run.measurement();
  Json json;
  json["options"] = options_of(run.options());
  json["counts"] = counts_of(run.tally());
  json["measured"] = {{"answers", measurement.answers()},
                      {"seconds", std::chrono::duration<double>{run.measured_time()}.count()},
                      {"answers_per_second", answers_per_second(run)}};
  json["latency_us"] =
      times_by_kind(measurement.latency(), [&](Kind kind) { return measurement.latency(kind); });
  json["service_time_us"] = times_by_kind(
      measurement.service_time(), [&](Kind kind) { return measurement.service_time(kind); });
  json["schedule_lag_us"] = {{"p50", us_of(measurement.lag().at(5'000))},
                             {"p99", us_of(measurement.lag().at(9'900))},
                             {"max", us_of(measurement.lag().max_ns())}};
  json["per_second"] = seconds_of(run.seconds());
  json["complaints"] = run.tally().complaints();
  json["trouble"] = run.trouble();
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace emx::load

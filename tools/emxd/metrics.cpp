#include "tools/emxd/metrics.hpp"

#include <prometheus/text_serializer.h>

#include <utility>

namespace emx::daemon {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

class Families {
 public:
  void counter(const std::string& name, const std::string& help, std::uint64_t value) {
    ClientMetric metric;
    metric.counter.value = static_cast<double>(value);
    add(name, help, MetricType::Counter, std::move(metric));
  }
  void gauge(const std::string& name, const std::string& help, double value) {
    ClientMetric metric;
    metric.gauge.value = value;
    add(name, help, MetricType::Gauge, std::move(metric));
  }
  void info(const std::string& name, const std::string& help,
            std::vector<ClientMetric::Label> labels) {
    ClientMetric metric;
    metric.label = std::move(labels);
    metric.gauge.value = 1;
    add(name, help, MetricType::Gauge, std::move(metric));
  }
  void times(const std::string& name, const std::string& help, const pipeline::TimeCells& cells) {
    ClientMetric metric;
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < pipeline::TimeCells::buckets; ++i) {
      below += cells.count(i);
      ClientMetric::Bucket bucket;
      bucket.cumulative_count = below;
      bucket.upper_bound = static_cast<double>(std::uint64_t{1} << i) / 1e6;
      // The last bucket also counts what is longer, so it has no upper bound.
      if (i + 1 < pipeline::TimeCells::buckets) metric.histogram.bucket.push_back(bucket);
    }
    metric.histogram.sample_count = below;
    metric.histogram.sample_sum = static_cast<double>(cells.sum_ns()) / 1e9;
    add(name, help, MetricType::Histogram, std::move(metric));
  }

  [[nodiscard]] std::vector<MetricFamily> take() { return std::move(families_); }

 private:
  void add(const std::string& name, const std::string& help, MetricType type, ClientMetric metric) {
    MetricFamily family;
    family.name = "emx_" + name;
    family.help = help;
    family.type = type;
    family.metric.push_back(std::move(metric));
    families_.push_back(std::move(family));
  }

  std::vector<MetricFamily> families_;
};

void add_pipeline(Families& families, const pipeline::Pipeline& pipeline) {
  const pipeline::PipelineCells& cells = pipeline.cells();
  families.counter("commands_total", "Commands the core applied", cells.commands.value());
  families.counter("events_total", "Events the core wrote", cells.events.value());
  families.counter("trades_total", "Trades", cells.trades.value());
  families.counter("refusals_total", "Commands refused with a code", cells.refusals.value());
  families.counter("skips_total", "SKIP events: orders passed over", cells.skips.value());
  families.counter("commands_refused_busy_total",
                   "Commands not taken because the input ring was full (S01)",
                   cells.refused_busy.value());
  families.counter("core_waits_total", "Times the core waited for room in the output ring",
                   cells.core_waits.value());
  families.counter("commits_total", "Ledger commits", cells.commits.value());
  families.counter("committed_bytes_total", "Bytes of entries committed",
                   cells.committed_bytes.value());
  families.times("core_queue_seconds", "From submission to the core; 1 command in 64",
                 cells.queue_time);
  families.times("core_apply_seconds", "In the core; 1 command in 64", cells.core_time);
  families.times("commit_seconds", "Ledger commits, flush included", cells.commit_time);
  families.gauge("durable_sequence", "Sequence of the last durable ledger entry",
                 static_cast<double>(pipeline.durable().value));
  families.gauge("commands_waiting", "Commands in the input ring",
                 static_cast<double>(pipeline.commands_waiting()));
  using pipeline::EntryRing;
  families.gauge("ledger_waiting_bytes", "Entries waiting for the ledger",
                 static_cast<double>(pipeline.bytes_waiting(EntryRing::Consumer::ledger)));
  families.gauge("reports_waiting_bytes", "Entries waiting for the gateway",
                 static_cast<double>(pipeline.bytes_waiting(EntryRing::Consumer::reports)));
}

void add_checkpoints(Families& families, const follower::Checkpointer& checkpointer,
                     const follower::Follower& follower, std::uint64_t durable) {
  const follower::Checkpointer::Figures figures = checkpointer.figures();
  families.gauge("checkpoint_size", "Entries in the last signed checkpoint; 0: there is none",
                 static_cast<double>(figures.size));
  families.gauge(
      "checkpoint_age_seconds",
      "Since the last checkpoint, or the start; grows while nothing new is in the ledger",
      figures.age_seconds);
  families.counter("checkpoints_total", "Checkpoints signed", figures.made);
  families.counter("checkpoint_failures_total", "Checkpoints that could not be signed or written",
                   figures.failed);
  families.gauge("checkpoints_stopped",
                 "1: none are signed until a person has looked; the log says why",
                 figures.stopped ? 1 : 0);
  const std::uint64_t followed = follower.followed().value;
  families.gauge("followed_sequence", "Last entry that was read behind the ledger's writer",
                 static_cast<double>(followed));
  families.gauge("follower_lag_entries", "Durable entries that were not read yet",
                 static_cast<double>(durable > followed ? durable - followed : 0));
}

void add_index(Families& families, const IndexProcess& index, std::uint64_t durable) {
  const std::uint64_t sequence = index.sequence();
  families.gauge("index_sequence", "Last entry that is in the index for look-ups",
                 static_cast<double>(sequence));
  families.gauge("index_lag_entries", "Durable entries that are not in the index yet",
                 static_cast<double>(durable > sequence ? durable - sequence : 0));
  families.gauge("index_stopped",
                 "1: the index is not written, and it is tried again; the log says why",
                 index.is_stopped() ? 1 : 0);
}

void add_market_data(Families& families, const publisher::Publisher& publisher,
                     std::uint64_t durable) {
  const publisher::Publisher::Figures figures = publisher.figures();
  const gateway::Counters& fix = figures.gateway.fix;
  families.gauge("market_data_stopped", "1: none is published any more; the log says why",
                 figures.stopped ? 1 : 0);
  families.gauge("market_data_lag_entries", "Durable entries that market data does not show yet",
                 static_cast<double>(durable > figures.followed ? durable - figures.followed : 0));
  families.gauge("market_data_sessions_open", "Readers logged on now",
                 static_cast<double>(fix.sessions_open));
  families.gauge("market_data_streams", "Different streams that are read now",
                 static_cast<double>(figures.gateway.streams));
  families.counter("market_data_conflations_total",
                   "Times a reader that did not take more was left out, until it did",
                   figures.gateway.conflations);
  families.counter("market_data_logons_refused_total", "Logons refused", fix.logons_refused);
  families.counter("market_data_messages_received_total", "Messages received", fix.messages_in);
  families.counter("market_data_messages_sent_total", "Messages sent", fix.messages_out);
  families.counter("market_data_sent_bytes_total", "Bytes sent", fix.bytes_out);
  families.counter("market_data_slow_consumers_total",
                   "Readers disconnected for taking nothing at all", fix.slow_consumers);
}

void add_fix(Families& families, const gateway::Counters& fix) {
  families.counter("fix_connections_total", "Connections accepted", fix.connections);
  families.gauge("fix_connections_open", "Connections open now",
                 static_cast<double>(fix.connections_open));
  families.counter("fix_connections_refused_total", "Connections above the bound",
                   fix.connections_refused);
  families.counter("fix_connections_pushed_out_total",
                   "Connections that had not logged on and made room for others",
                   fix.connections_pushed_out);
  families.counter("fix_handshakes_failed_total", "Connections that came to no agreement by TLS",
                   fix.handshakes_failed);
  families.counter("fix_logons_total", "Logons", fix.logons);
  families.gauge("fix_sessions_open", "Sessions logged on now",
                 static_cast<double>(fix.sessions_open));
  families.counter("fix_logons_refused_total", "Logons refused", fix.logons_refused);
  families.counter("fix_logon_deadlines_total", "Connections that never logged on",
                   fix.logon_deadlines);
  families.counter("fix_received_bytes_total", "Bytes received", fix.bytes_in);
  families.counter("fix_sent_bytes_total", "Bytes sent", fix.bytes_out);
  families.counter("fix_messages_received_total", "Messages received", fix.messages_in);
  families.counter("fix_messages_sent_total", "Messages sent", fix.messages_out);
  families.counter("fix_messages_quick_total", "Requests read by the quick way, past QuickFIX",
                   fix.messages_quick);
  families.counter("fix_messages_garbled_total", "Garbled messages passed over",
                   fix.messages_garbled);
  families.counter("fix_session_rejects_total", "Reject (35=3) sent", fix.session_rejects);
  families.counter("fix_business_rejects_total", "BusinessMessageReject (35=j) sent",
                   fix.business_rejects);
  families.counter("fix_messages_throttled_total", "Requests refused for their session's rate",
                   fix.commands_throttled);
  families.counter("fix_disconnect_cancels_total",
                   "Sessions that ended with DAY orders open, which were cancelled (C02)",
                   fix.disconnect_cancels);
  families.counter("fix_reports_total", "ExecutionReport and OrderCancelReject sent", fix.reports);
  families.counter("fix_reports_possible_resend_total", "Of these, with PossResend",
                   fix.reports_possible_resend);
  families.counter("fix_reports_dropped_total", "Reports a full backlog dropped",
                   fix.reports_dropped);
  families.counter("fix_messages_resent_total", "Messages sent again on request",
                   fix.messages_resent);
  families.counter("fix_reports_sent_again_total", "Reports sent again on request by ApplSeqNum",
                   fix.reports_sent_again);
  families.counter("fix_slow_consumers_total", "Sessions disconnected for not reading",
                   fix.slow_consumers);
}

}  // namespace

void Metrics::set(const IoFigures& figures) {
  const std::lock_guard lock{mutex_};
  io_ = figures;
}

IoFigures Metrics::io() const {
  const std::lock_guard lock{mutex_};
  return io_;
}

std::vector<MetricFamily> Metrics::Collect() const {
  const IoFigures io_now = io();
  Families families;
  add_pipeline(families, pipeline_);
  add_fix(families, io_now.fix);
  const bool signs = io_now.ledger_verified != 0 && followers_.checkpointer != nullptr &&
                     !followers_.checkpointer->figures().stopped;
  families.gauge(
      "checkpoint_signing",
      "1: checkpoints are signed when there is something new and the disk takes them; "
      "0: no key was given, the ledger is not verified yet, or none are signed until a person has "
      "looked",
      signs ? 1 : 0);
  const std::uint64_t durable = pipeline_.durable().value;
  if (followers_.checkpointer != nullptr && followers_.follower != nullptr) {
    add_checkpoints(families, *followers_.checkpointer, *followers_.follower, durable);
  }
  if (followers_.index != nullptr) add_index(families, *followers_.index, durable);
  if (followers_.publisher != nullptr) add_market_data(families, *followers_.publisher, durable);
  families.counter("admin_requests_turned_away_total",
                   "Admin requests that were unsigned, not by whom they said, or not of her office",
                   io_now.admin_turned_away);
  families.gauge("admin_acts_waiting", "Acts that wait for a second person",
                 static_cast<double>(io_now.admin_acts_waiting));
  families.gauge("rule_set_in_force", "Version of the rule set in force; 0: none was yet",
                 static_cast<double>(io_now.rule_set_in_force));
  families.counter("rule_sets_lapsed_total",
                   "Rule sets that could not come into force on their date, in the whole ledger",
                   io_now.rule_sets_lapsed);
  families.gauge("disk_free_bytes", "Free on the ledger's file system",
                 static_cast<double>(io_now.disk_free_bytes));
  families.gauge("ledger_verified_entries",
                 "Of those that were there at the start, verified by this process or its child; "
                 "0: not yet",
                 static_cast<double>(io_now.ledger_verified));
  families.gauge("ledger_damaged",
                 "1: the verification of the ledger found damage; the log says where",
                 io_now.ledger_damaged ? 1 : 0);
  families.gauge("day_snapshot_missing",
                 "1: the snapshot of the day could not be made so far, and it is tried again; the "
                 "log says why",
                 io_now.day_snapshot_missing ? 1 : 0);
  families.counter("day_snapshot_failures_total", "Snapshots of the day that could not be made",
                   io_now.day_snapshot_failures);
  families.gauge("replayed_entries", "Ledger entries replayed at start",
                 static_cast<double>(io_now.replayed_entries));
  families.gauge("replay_seconds", "Time the replay at start took", io_now.replay_seconds);
  families.gauge("ready", "1 while orders are taken", io_now.ready ? 1 : 0);
  families.info("market_info", "Trade date and phase of the market",
                {{"date", io_now.trade_date}, {"phase", io_now.phase}});
  return families.take();
}

std::string Metrics::text() const { return prometheus::TextSerializer{}.Serialize(Collect()); }

}  // namespace emx::daemon

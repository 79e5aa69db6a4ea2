#pragma once

#include <spdlog/logger.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "gateway/command_sink.hpp"
#include "gateway/gateway.hpp"
#include "ledger/command_log.hpp"
#include "ledger/store.hpp"
#include "tools/admin/server.hpp"
#include "tools/emxd/block_times.hpp"
#include "tools/emxd/config.hpp"
#include "tools/emxd/day_snapshots.hpp"
#include "tools/emxd/index_process.hpp"
#include "tools/emxd/interruptions.hpp"
#include "tools/emxd/ledger_check.hpp"
#include "tools/emxd/metrics.hpp"
#include "tools/emxd/metrics_server.hpp"
#include "tools/emxd/recovery.hpp"
#include "tools/emxd/rule_set_watch.hpp"
#include "tools/emxd/schedule.hpp"
#include "tools/emxd/session_memory.hpp"
#include "tools/follower/checkpointer.hpp"
#include "tools/follower/follower.hpp"
#include "tools/pipeline/pipeline.hpp"
#include "tools/publisher/publisher.hpp"

namespace emx::daemon {

class Past;

// The composition root: ledger, exchange, pipeline, gateway, admin socket, scheduler and metrics,
// and the order in which they start and stop. The I/O thread is the one that calls run().
class Daemon {
 public:
  // `store` is open. Replays the ledger, then starts all but the FIX port. Throws
  // std::runtime_error with words for a person.
  Daemon(const Config& config, ledger::LedgerStore& store, std::shared_ptr<spdlog::logger> log);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // Serves until SIGTERM or SIGINT, or until the machine fails. Returns the process's exit code:
  // 0 after a graceful stop, 3 when a commit or the sessions' records failed.
  [[nodiscard]] int run();

  // Why run() returned another code than 0.
  [[nodiscard]] const std::string& failure() const { return failure_; }

 private:
  class Sink;

  void recover_from_ledger();
  [[nodiscard]] std::string resume(Past& past);
  void see(const EntryView& entry);
  void see_lasting(const EntryView& entry);
  void take_durable();
  void on_durable();
  void tick();
  void schedule_tick();
  void run_schedule();
  [[nodiscard]] bool issue(const DueStep& step);
  void end_interruption();
  void end_blocks();
  void ask_indicative(const Symbol& symbol);
  [[nodiscard]] bool submit(std::span<const std::byte> command);
  [[nodiscard]] std::string submit_act(std::span<const std::byte> command);
  void follow_day(const EntryView& entry);
  [[nodiscard]] bool start_phase(Phase phase, const Symbol& symbol);
  void wait_for_signal();
  void drain();
  void close_when_drained();
  void close();
  void finish_when_drained();
  void finish();
  void fail(const std::string& message);
  void prepare_follower();
  void take_damage(const std::string& why);
  void prepare_index();
  void prepare_publisher();
  [[nodiscard]] std::string venue_name() const;
  void tell_of_rule_sets(const EntryView& entry);
  void set_figures(bool ready);
  void require_firms() const;
  void write_ready_file() const;
  void remove_ready_file() const;
  [[nodiscard]] std::string status() const;
  [[nodiscard]] nlohmann::json rules_status() const;
  [[nodiscard]] HttpAnswer answer_http(const std::string& path) const;

  const Config config_;
  ledger::LedgerStore& store_;
  ledger::EmbeddedCommandLog command_log_;
  std::shared_ptr<spdlog::logger> log_;
  boost::asio::io_context io_{1};
  boost::asio::signal_set signals_{io_};
  boost::asio::steady_timer timer_{io_};
  boost::asio::steady_timer drain_timer_{io_};
  std::unique_ptr<Sink> sink_;
  SessionMemory session_memory_;
  std::unique_ptr<gateway::Gateway> gateway_;
  std::unique_ptr<admin::AdminServer> admin_;
  Recovered recovered_;
  std::unique_ptr<pipeline::Pipeline> pipeline_;
  std::unique_ptr<follower::Checkpointer> checkpointer_;  // nothing: no key was given
  std::unique_ptr<follower::Follower> follower_;
  std::unique_ptr<IndexProcess> index_;              // nothing: none is to be kept
  std::unique_ptr<publisher::Publisher> publisher_;  // nothing: no market data
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<MetricsServer> metrics_server_;
  std::atomic<bool> take_posted_ = false;
  Schedule schedule_;
  Interruptions interruptions_;
  BlockTimes block_times_;
  RuleSetWatch rule_sets_;
  DaySnapshots day_snapshots_;
  LedgerCheck ledger_check_;
  bool behind_ = false;             // the calendar; never, where days and phases come by hand
  std::uint64_t disk_reserve_ = 0;  // below it new orders are refused
  bool low_disk_ = false;
  bool draining_ = false;
  bool intake_closed_ = false;  // cancels are refused as well
  std::chrono::steady_clock::time_point drain_until_{};
  std::uint64_t drain_bytes_in_ = ~std::uint64_t{0};  // at the last look; none yet
  std::string failure_;
  int exit_code_ = 0;
};

}  // namespace emx::daemon

#include "tools/emxd/daemon.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "engine/vocabulary/commands.hpp"
#include "tools/emxd/clock.hpp"

namespace emx::daemon {

namespace {

constexpr auto tick_every = std::chrono::seconds{1};
constexpr auto drain_interval = std::chrono::milliseconds{10};
constexpr auto drain_time_max = std::chrono::seconds{1};  // for clients that go on sending
constexpr std::uint32_t entries_per_turn_max = 512;       // then other handlers get their turn
constexpr auto last_checkpoint_time_max = std::chrono::seconds{5};    // to catch up at the end
constexpr auto last_of_the_index_time_max = std::chrono::seconds{5};  // to catch up, and flush
constexpr int exit_machine_failed = 3;

template <class Command>
Command operator_command(CommandKind kind) {
  Command command{};
  command.header.kind = static_cast<std::uint16_t>(kind);
  command.header.size = sizeof(Command);
  command.header.actor = no_id;
  return command;
}

template <class Command>
std::span<const std::byte> bytes_of(const Command& command) {
  return std::as_bytes(std::span{&command, 1});
}

}  // namespace

// The gateway's orders on their way into the pipeline.
class Daemon::Sink final : public gateway::CommandSink {
 public:
  explicit Sink(Daemon& daemon) : daemon_{daemon} {}

  Outcome submit(std::span<const std::byte> command, Urgency urgency) override {
    const bool urgent = urgency != Urgency::order;
    const bool closed = daemon_.intake_closed_ && urgency != Urgency::disconnect;
    if (closed || (daemon_.draining_ && !urgent)) return Outcome::draining;
    if (daemon_.low_disk_ && !urgent) return Outcome::no_space;
    if (daemon_.behind_ && !urgent) return Outcome::busy;
    return daemon_.pipeline_->submit(command, urgent) ? Outcome::queued : Outcome::busy;
  }

 private:
  Daemon& daemon_;
};

Daemon::Daemon(const Config& config, ledger::LedgerStore& store,
               std::shared_ptr<spdlog::logger> log)
    : config_{config},
      store_{store},
      command_log_{store},
      log_{std::move(log)},
      sink_{std::make_unique<Sink>(*this)},
      session_memory_{config.ledger_directory, config.sessions},
      schedule_{config.phases},
      interruptions_{config.volatility_seconds * second_ns},
      day_snapshots_{io_,
                     config.ledger_directory,
                     {.inform = [this](const std::string& words) { log_->info(words); },
                      .warn = [this](const std::string& words) { log_->warn(words); }}},
      ledger_check_{io_,
                    config.ledger_directory,
                    {.inform = [this](const std::string& words) { log_->info(words); },
                     .warn = [this](const std::string& words) { log_->warn(words); },
                     .good =
                         [this] {
                           if (follower_ != nullptr) follower_->start();
                         },
                     .damaged = [this](const std::string& why) { take_damage(why); }}} {
  remove_ready_file();  // of a process that was killed
  // Before the replay, which may be long: a signal then ends it as soon as it is through, and the
  // ledger stays closed.
  signals_.add(SIGTERM);
  signals_.add(SIGINT);
  wait_for_signal();
  gateway::GatewayConfig gateway_config;
  gateway_config.port = config_.fix_port;
  gateway_config.comp_id = config_.comp_id;
  gateway_config.limits.messages_per_second_max = config_.fix_messages_per_second_max;
  gateway_config.directory = config_.ledger_directory;
  gateway_config.tls = config_.fix_tls;
  gateway_config.reset = config_.fix_reset;
  for (const SessionConfig& session : config_.sessions) {
    gateway::SessionConfig& added = gateway_config.sessions.emplace_back();
    added.comp_id = session.comp_id;
    added.concern = session.concern;
    added.password_hash = session.password_hash;
    added.allow_reset = session.allow_reset;
    added.certificate = session.certificate;
  }
  gateway_ = std::make_unique<gateway::Gateway>(
      std::move(gateway_config),
      gateway::Gateway::Parts{io_, *sink_, log_,
                              [this](std::string_view why) { fail(std::string{why}); }});
  admin_ = std::make_unique<admin::AdminServer>(
      io_, config_.admin_socket, admin::Operators{config_.operators},
      admin::Desk::Callbacks{.submit = [this](std::span<const std::byte> command) -> std::string {
                               return submit_act(command);
                             },
                             .status = [this] { return status(); },
                             .now_ns = utc_ns,
                             .inform = [this](const std::string& words) { log_->info(words); },
                             .warn = [this](const std::string& words) { log_->warn(words); }});

  recover_from_ledger();
  require_firms();
  if (const std::string lost = session_memory_.lost(); !lost.empty()) {
    const std::string words = "the ledger has commands of the FIX session " + lost +
                              ", and the record of its numbers is lost or an old one";
    if (!config_.renumber_sessions)
      throw std::runtime_error{words + ". " + renumber_advice(config_.ledger_directory / "fix")};
    log_->warn("{}: it starts again with 1, and so does every other like it", words);
  }
  pipeline_ = std::make_unique<pipeline::Pipeline>(
      *recovered_.exchange, command_log_, pipeline::PipelineOptions{.spins = config_.spins},
      pipeline::Pipeline::Callbacks{[this] { on_durable(); },
                                    [this](const ledger::Result& result) {
                                      boost::asio::post(
                                          io_, [this, message = result.message] { fail(message); });
                                    }});
  prepare_follower();
  prepare_index();
  prepare_publisher();
  metrics_ = std::make_unique<Metrics>(
      *pipeline_,
      Metrics::Followers{checkpointer_.get(), follower_.get(), index_.get(), publisher_.get()});
  metrics_server_ = std::make_unique<MetricsServer>(
      config_.metrics_port, [this](const std::string& path) { return answer_http(path); });
}

Daemon::~Daemon() { remove_ready_file(); }

int Daemon::run() {
  // What can still fail at start comes before the threads; nothing is handled until io_ runs.
  gateway_->start();
  if (config_.calendar) run_schedule();  // whether orders may come is settled before the first
  // Nothing reads all entries in this process, or signs them, before they are verified.
  ledger_check_.begin(store_.size().value, store_.was_verified_whole());
  set_figures(true);
  write_ready_file();
  if (publisher_ != nullptr) publisher_->start();
  pipeline_->start();
  if (index_ != nullptr) index_->start();
  log_->info("serving: FIX on 127.0.0.1:{}, metrics on http://127.0.0.1:{}/metrics, admin on {}",
             gateway_->port(), metrics_server_->port(), config_.admin_socket.string());
  schedule_tick();
  try {
    io_.run();
  } catch (const std::exception& error) {
    fail(std::string{"an error that nothing was prepared for: "} + error.what());
  }
  if (exit_code_ != 0) pipeline_->abandon();
  pipeline_->stop();
  if (follower_ != nullptr) follower_->stop({});
  return exit_code_;
}

// Every durable entry, at the start and later, in order.
void Daemon::see(const EntryView& entry) {
  gateway_->on_entry(entry);
  block_times_.follow(entry);
  see_lasting(entry);
}

// Who needs no more of the past than is_lasting().
void Daemon::see_lasting(const EntryView& entry) {
  admin_->desk().on_entry(entry);
  follow_day(entry);
  interruptions_.follow(entry);
  tell_of_rule_sets(entry);
}

// At the start it is history.
void Daemon::tell_of_rule_sets(const EntryView& entry) {
  for (const RuleSetWatch::News& news : rule_sets_.follow(entry)) {
    if (pipeline_ == nullptr) continue;
    if (news.warns) {
      log_->warn(news.words);
    } else {
      log_->info(news.words);
    }
  }
}

void Daemon::follow_day(const EntryView& entry) {
  const Phase before = schedule_.day().phase;
  if (schedule_.follow(entry, utc_ns())) {
    log_->warn(
        "entry {}: a scheduled day or phase was refused, and is tried again in a minute or when "
        "the market has changed; see `emx audit entries`",
        entry.stamp.sequence.value);
  }
  const bool closes = before != Phase::closed && schedule_.day().phase == Phase::closed;
  const bool is_news = pipeline_ != nullptr;
  if (closes && is_news && config_.snapshot_at_close) day_snapshots_.want();
}

// On the ledger thread: one posted turn at a time is enough.
void Daemon::on_durable() {
  if (publisher_ != nullptr) publisher_->wake();
  if (take_posted_.exchange(true, std::memory_order_acq_rel)) return;
  boost::asio::post(io_, [this] { take_durable(); });
}

void Daemon::take_durable() {
  take_posted_.store(false, std::memory_order_release);
  const bool more =
      pipeline_->take_durable(entries_per_turn_max, [this](const EntryView& entry) { see(entry); });
  if (more && !take_posted_.exchange(true, std::memory_order_acq_rel)) {
    boost::asio::post(io_, [this] { take_durable(); });
  }
  // Missed steps come one right after the other.
  if (config_.calendar && behind_ && !draining_) run_schedule();
}

bool Daemon::submit(std::span<const std::byte> command) {
  const bool taken = pipeline_->submit(command, true);
  if (taken) interruptions_.expect(command);
  return taken;
}

// Of a person. A question is less urgent than an act, and no reason to fill the disk.
std::string Daemon::submit_act(std::span<const std::byte> command) {
  if (draining_) return "emxd is stopping; try again when it is back";
  const std::string busy = "emxd is busy; try again";
  const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(command).kind);
  if (kind != CommandKind::query) return submit(command) ? "" : busy;
  if (low_disk_) return "the ledger's disk is nearly full: no questions are put on record";
  return pipeline_->submit(command, false) ? "" : busy;
}

bool Daemon::start_phase(Phase phase, const Symbol& symbol) {
  auto command = operator_command<PhaseCommand>(CommandKind::phase);
  command.phase = static_cast<std::uint8_t>(phase);
  command.symbol = symbol;
  return submit(bytes_of(command));
}

void Daemon::schedule_tick() {
  timer_.expires_after(tick_every);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    tick();
    schedule_tick();
  });
}

void Daemon::tick() {
  if (config_.calendar && !draining_) run_schedule();
  if (!draining_) {
    ledger_check_.tick();
    // What the close sets off may take more entries than its own, and a snapshot comes after them.
    day_snapshots_.tick(pipeline_->drained(), disk_reserve_);
    end_interruption();
    end_blocks();
  }
  set_figures(!draining_);
}

// One step at a time: the next when this one is in the log. While the market is behind the clock,
// new orders are refused: they would trade in a phase, or on a date, that is over.
void Daemon::run_schedule() {
  const std::int64_t now_ns = utc_ns();
  if (std::exchange(behind_, schedule_.is_behind(now_ns)) != behind_) {
    log_->warn(behind_ ? "the market is behind its calendar: steps that were missed are issued, "
                         "and new orders refused until then"
                       : "the market is where its calendar says: orders are taken");
    set_figures(true);
  }
  const auto due = schedule_.next(now_ns);
  if (!due) return;
  if (issue(*due)) schedule_.issued();
}

bool Daemon::issue(const DueStep& step) {
  switch (step.step) {
    case Step::day_open: {
      auto command = operator_command<DayOpenCommand>(CommandKind::day_open);
      command.date = step.date.value;
      return submit(bytes_of(command));
    }
    case Step::phase:
      return start_phase(step.phase, {});
    case Step::blocks_open:
    case Step::blocks_closed: {
      auto command = operator_command<BlockSessionCommand>(CommandKind::block_session);
      command.open = step.step == Step::blocks_open ? 1 : 0;
      return submit(bytes_of(command));
    }
  }
  return false;
}

// A command of its own for what time alone ends, when none has come since.
void Daemon::end_blocks() {
  if (!block_times_.over(utc_ns())) return;
  auto command = operator_command<TickCommand>(CommandKind::tick);
  if (submit(bytes_of(command))) block_times_.ticked();
}

// For those who read market data: no reason to fill the disk, or to come before an order.
void Daemon::ask_indicative(const Symbol& symbol) {
  if (draining_ || low_disk_ || behind_) return;
  auto command = operator_command<IndicativeCommand>(CommandKind::indicative);
  command.symbol = symbol;
  static_cast<void>(pipeline_->submit(bytes_of(command), false));
}

// Steps of the calendar come first: they end interruptions as well, and a book must not trade in a
// pause.
void Daemon::end_interruption() {
  const std::int64_t now_ns = utc_ns();
  if (config_.calendar && (behind_ || schedule_.next(now_ns))) return;
  const auto symbol = interruptions_.due(now_ns);
  if (!symbol || !start_phase(Phase::continuous, *symbol)) return;
  log_->info("the volatility interruption of {} is over: it goes back to continuous trading",
             symbol->view());
}

void Daemon::set_figures(bool ready) {
  IoFigures figures;
  figures.fix = gateway_->counters();
  figures.admin_turned_away = admin_->desk().turned_away();
  figures.admin_acts_waiting = admin_->desk().acts_waiting();
  figures.rule_set_in_force = rule_sets_.in_force();
  figures.rule_sets_lapsed = rule_sets_.lapsed();
  // A start after a crash copies the ledger: it must not be the one that finds the disk too small.
  std::uint64_t ledger_bytes = 0;
  ledger::Result result = store_.free_bytes(figures.disk_free_bytes);
  if (result.ok()) result = store_.file_bytes(ledger_bytes);
  disk_reserve_ = std::max(config_.disk_reserve_bytes, ledger_bytes);
  const bool low = result.ok() && figures.disk_free_bytes < disk_reserve_;
  if (low != low_disk_) {
    low_disk_ = low;
    if (low) {
      log_->error(
          "only {} bytes are free on the ledger's disk, below the {} that are kept for the "
          "ledger's growth, or its copy after a crash: new orders are refused; make room there",
          figures.disk_free_bytes, disk_reserve_);
    } else {
      log_->info("the ledger's disk has room again: orders are taken");
    }
  }
  figures.ledger_verified = ledger_check_.verified();
  figures.ledger_damaged = ledger_check_.is_damaged();
  figures.day_snapshot_missing = day_snapshots_.is_missing();
  figures.day_snapshot_failures = day_snapshots_.failures();
  figures.replayed_entries = recovered_.entries;
  figures.replay_seconds = recovered_.seconds;
  figures.trade_date = schedule_.day().date.value == 0 ? "" : text_of(schedule_.day().date);
  figures.phase = std::string{name_of(schedule_.day().phase)};
  figures.ready = ready && !low && !behind_;
  figures.draining = draining_;
  metrics_->set(figures);
}

void Daemon::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int) {
    if (error) return;
    drain();
    wait_for_signal();
  });
}

// Graceful stop: refuse new orders, finish what is queued, say goodbye, close the ledger. What
// clients had sent before is answered first: after a goodbye they listen no more. A second signal
// waits for them no longer.
void Daemon::drain() {
  drain_until_ = std::chrono::steady_clock::now();
  if (draining_) return;
  log_->info("stopping: new orders are refused, what is queued is finished");
  draining_ = true;
  day_snapshots_.stop();
  ledger_check_.stop();
  gateway_->begin_drain();
  set_figures(false);
  drain_until_ += drain_time_max;
  close_when_drained();
}

// When nothing has come in for one interval, and all that came is answered. A client may go on
// sending for ever, so at last cancels are refused as well, and only what was taken is awaited.
void Daemon::close_when_drained() {
  const std::uint64_t bytes_in = gateway_->counters().bytes_in;
  const bool quiet = std::exchange(drain_bytes_in_, bytes_in) == bytes_in && !gateway_->has_input();
  if (std::chrono::steady_clock::now() >= drain_until_) intake_closed_ = true;
  if (pipeline_->drained() && (quiet || intake_closed_)) return close();
  drain_timer_.expires_after(drain_interval);
  drain_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) close_when_drained();
  });
}

void Daemon::close() {
  intake_closed_ = true;  // clients that say goodbye may still send
  if (publisher_ != nullptr) publisher_->begin_stop();
  gateway_->logout_all_and_close([this] { finish_when_drained(); });
}

// The end of the sessions may have cancelled orders.
void Daemon::finish_when_drained() {
  if (pipeline_->drained()) return finish();
  drain_timer_.expires_after(drain_interval);
  drain_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) finish_when_drained();
  });
}

void Daemon::finish() {
  admin_->close();
  pipeline_->stop();
  if (publisher_ != nullptr) publisher_->stop();
  if (follower_ != nullptr && !follower_->stop(last_checkpoint_time_max)) {
    const char* why = "there was no time to read them";
    if (ledger_check_.verified() == 0) why = "the ledger was not verified yet";
    if (ledger_check_.is_damaged()) why = "the ledger is damaged";
    log_->warn("the last checkpoint does not have the last entries: {}", why);
  }
  // Before the index, whose disk may hang.
  const ledger::Result closed = store_.close();
  if (index_ != nullptr) index_->stop(last_of_the_index_time_max);
  if (!closed.ok()) {
    fail(closed.message);
    return;
  }
  log_->info("stopped; the ledger is closed at entry {}", pipeline_->durable().value);
  io_.stop();
}

// What is in memory and not durable was told to nobody; the next start begins from the disk.
void Daemon::fail(const std::string& message) {
  if (exit_code_ != 0) return;
  exit_code_ = exit_machine_failed;
  failure_ = message;
  log_->critical("stopped at once, nothing after entry {} was acknowledged: {}",
                 pipeline_ == nullptr ? 0 : pipeline_->durable().value, message);
  io_.stop();
}

void Daemon::write_ready_file() const {
  if (config_.ready_file.empty()) return;
  nlohmann::json ready{{"pid", ::getpid()},
                       {"fix_port", gateway_->port()},
                       {"metrics_port", metrics_server_->port()},
                       {"admin_socket", std::filesystem::absolute(config_.admin_socket)}};
  if (publisher_ != nullptr) ready["market_data_port"] = publisher_->port();
  const std::filesystem::path part = config_.ready_file.string() + ".part";
  std::ofstream out{part};
  out << ready.dump() << '\n';
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(part, config_.ready_file, error);
  if (!out || error) {
    throw std::runtime_error{"run.ready_file: cannot write " + config_.ready_file.string() + ": " +
                             (error ? error.message() : "see whether the disk is full")};
  }
}

void Daemon::remove_ready_file() const {
  if (config_.ready_file.empty()) return;
  std::error_code ignored;
  std::filesystem::remove(config_.ready_file, ignored);
}

nlohmann::json Daemon::rules_status() const {
  nlohmann::json waits;
  if (const auto& waiting = rule_sets_.waiting()) {
    waits = {{"version", waiting->version}, {"effective", text_of(waiting->effective)}};
  }
  nlohmann::json documents = nlohmann::json::array();
  for (std::uint8_t a = 0; a < authorities_count; ++a) {
    const auto authority = static_cast<Authority>(a);
    const std::uint64_t entry = admin_->desk().names().document(authority);
    if (entry != 0) documents.push_back({{"authority", name_of(authority)}, {"entry", entry}});
  }
  nlohmann::json without_key = nlohmann::json::array();
  for (std::uint8_t a = 0; a < authorities_count; ++a) {
    const auto authority = static_cast<Authority>(a);
    if (!admin_->desk().has_key(authority)) without_key.push_back(name_of(authority));
  }
  return {{"in_force", rule_sets_.in_force()},
          {"without_key", std::move(without_key)},
          {"waits", std::move(waits)},
          {"documents", std::move(documents)}};
}

std::string Daemon::status() const {
  const gateway::Counters& fix = gateway_->counters();
  return nlohmann::json{
      {"ok", true},
      {"date", schedule_.day().date.value == 0 ? "" : text_of(schedule_.day().date)},
      {"phase", name_of(schedule_.day().phase)},
      {"durable_sequence", pipeline_->durable().value},
      {"sessions_open", fix.sessions_open},
      {"commands_waiting", pipeline_->commands_waiting()},
      {"low_disk", low_disk_},
      {"behind_calendar", behind_},
      {"rules", rules_status()},
      {"draining", draining_}}
      .dump();
}

// On the metrics server's thread.
HttpAnswer Daemon::answer_http(const std::string& path) const {
  if (path == "/metrics") {
    return {200, "text/plain; version=0.0.4; charset=utf-8", metrics_->text()};
  }
  if (path == "/livez") {
    if (pipeline_->failed()) return {503, "text/plain", "the ledger failed\n"};
    return {200, "text/plain", "alive\n"};
  }
  if (path == "/readyz") {
    const IoFigures io = metrics_->io();
    if (io.draining) return {503, "text/plain", "stopping\n"};
    if (!io.ready) return {503, "text/plain", "no orders are taken\n"};
    return {200, "text/plain", "ready\n"};
  }
  return {404, "text/plain", "only /metrics, /livez and /readyz\n"};
}

}  // namespace emx::daemon

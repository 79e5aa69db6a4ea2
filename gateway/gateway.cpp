#include "gateway/gateway.hpp"

#include <spdlog/logger.h>

#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "gateway/acceptor.hpp"
#include "gateway/audience.hpp"
#include "gateway/client_session.hpp"
#include "gateway/dictionaries.hpp"
#include "gateway/history.hpp"
#include "gateway/logon_gate.hpp"
#include "gateway/market_view.hpp"
#include "gateway/order_entry.hpp"
#include "gateway/password.hpp"
#include "gateway/raw_message.hpp"
#include "gateway/reception.hpp"
#include "gateway/reporter.hpp"
#include "gateway/session_log.hpp"
#include "gateway/session_records.hpp"
#include "gateway/stranger_log.hpp"

namespace emx::gateway {

namespace {

constexpr std::chrono::milliseconds closing_interval{20};

void require(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error("FIX gateway: " + what);
}

void require_valid(const SessionConfig& session) {
  const std::string name = "session '" + session.comp_id + "': ";
  require(is_comp_id(session.comp_id),
          name + "a CompID has 1 to 64 printable characters and no space");
  const bool is_of_all = session.concern.role == Role::copies_of_all;
  require(is_of_all || !session.concern.of.empty(), name + "it names no firm or province");
  require(is_password_hash(session.password_hash),
          name + "its password hash is not of the form pbkdf2-sha256$iterations$salt$hash");
}

ConnectionLimits connection_limits(const GatewayLimits& limits) {
  ConnectionLimits result;
  result.out_bytes_max = limits.out_bytes_max;
  result.logon_deadline = limits.logon_deadline;
  result.write_deadline = limits.write_deadline;
  return result;
}

ClientLimits client_limits(const GatewayLimits& limits) {
  ClientLimits result;
  result.layer.store = {limits.numbers_per_block, limits.resend_window};
  result.waiting_max = limits.reports_waiting_max;
  result.reports_kept_max = limits.reports_kept_max;
  result.messages_per_second_max = limits.messages_per_second_max;
  result.answer_deadline = limits.answer_deadline;
  result.logout_deadline = limits.logout_deadline;
  return result;
}

ThrottleLimits throttle_limits(const GatewayLimits& limits) {
  ThrottleLimits result;
  result.failures_max = limits.logon_failures_max;
  result.window = limits.logon_failures_window;
  return result;
}

}  // namespace

std::uint32_t session_id_of(std::string_view comp_id) {
  std::uint32_t hash = 2'166'136'261U;  // FNV-1a
  for (const char c : comp_id) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 16'777'619U;
  }
  return hash == 0 ? 1 : hash;
}

class Gateway::Impl final : public ReportSink, public std::enable_shared_from_this<Impl> {
 public:
  Impl(GatewayConfig config, Parts parts)
      : config_{std::move(config)},
        io_{parts.io},
        logger_{or_silence(std::move(parts.logger))},
        failed_{std::move(parts.failed)},
        logs_{logger_},
        strangers_{"fix", [this](const std::string& words) { logger_->warn(words); }},
        records_{config_.directory},
        dictionaries_{load_dictionaries()},
        market_{config_.limits.cl_ord_ids_per_firm_max},
        order_entry_{parts.sink, market_, counters_},
        reporter_{market_, *this},
        gate_{config_.comp_id,
              throttle_limits(config_.limits),
              {.certificates = config_.tls.has_value()}},
        reception_{reception_parts(),
                   {.connection = connection_limits(config_.limits),
                    .connections_max = config_.limits.connections_max,
                    .logons_at_once_max = config_.limits.logons_at_once_max}},
        timer_{io_} {
    if (config_.tls) tls_.emplace(*config_.tls);
    require(is_comp_id(config_.comp_id), "our own CompID must be printable and without a space");
    for (const SessionConfig& session : config_.sessions) add_client(session);
  }

  // --- The ledger ---

  std::string resume(History& history) {
    check(!started_ && entries_done_ == 0);
    if (history.ids_per_firm_max() != config_.limits.cl_ord_ids_per_firm_max) {
      return "it has another bound of ClOrdIDs";
    }
    for (const SessionConfig& session : config_.sessions) {
      const auto record = records_.find(session.comp_id);
      std::string why =
          history.refusal_of(session.comp_id, session.concern, record ? &*record : nullptr);
      if (!why.empty()) return why;
    }
    for (const auto& [id, client] : clients_) {
      const auto numbers = history.numbers().find(id);
      if (numbers != history.numbers().end()) {
        client->note_command(numbers->second.epoch, numbers->second.msg_seq_num);
      }
      for (const OutMessage& message : history.reports(id)) {
        if (client->wants(message.entry)) report(id, message);
      }
    }
    market_ = history.release_market();
    entries_done_ = history.entry();
    return "";
  }

  void on_entry(const EntryView& entry) {
    const auto header = read_record<CommandHeader>(entry.command);
    const auto client = clients_.find(header.session);
    const bool ours = client != clients_.end();
    if (!started_ && ours) client->second->note_command(header.epoch, header.msg_seq_num);
    reporter_.on_entry(entry);
    entries_done_ = entry.stamp.sequence.value;
    if (!started_) return;
    if (ours) client->second->command_done();
    if (sessions_waiting_ == 0) return;
    for (const auto& [id, waiting] : clients_) waiting->go_on();
  }

  bool wants(std::uint32_t session, SeqNo entry) const override {
    const auto client = clients_.find(session);
    return client != clients_.end() && (started_ || client->second->wants(entry.value));
  }

  const Audience& audience() const override { return audience_; }

  void report(std::uint32_t session, OutMessage message) override {
    // Past the watermark: the client may or may not have had it in the life before.
    message.possible_resend = !started_;
    ClientSession& client = *clients_.at(session);
    // One that is new is told of the blocks that wait for its firm: what is older makes room.
    if (!started_ && client.is_new() && client.is_full()) begin(client);
    if (client.report(std::move(message))) return;
    logger_->warn("fix {}: too many reports wait; further ones come after the next start only",
                  client.identity().comp_id);
  }

  // --- Life ---

  void start() {
    check(!started_);
    for (const auto& [id, client] : clients_) {
      require(client->watermark() <= entries_done_,
              "the record of session '" + client->identity().comp_id + "' knows of ledger entry " +
                  std::to_string(client->watermark()) + ", and the ledger ends at " +
                  std::to_string(entries_done_) +
                  ": it is of another ledger, or entries are lost. Put the ledger back as the last "
                  "run left it; if it is lost, move fix/ away too, tell the clients that all their "
                  "numbers start again, and start once with --renumber-sessions");
    }
    acceptor_.emplace(io_, config_.address, config_.port,
                      [this](Acceptor::Socket socket) { reception_.welcome(std::move(socket)); });
    std::vector<NamedRecord> records;
    for (const auto& [id, client] : clients_) {
      if (client->is_new()) begin(*client);
      records.push_back(client->start(outdated_s()));
    }
    records_.save_now(records);
    for (const NamedRecord& named : records) saved_[named.comp_id] = named.record;
    started_ = true;
    // Nobody is logged on: what sessions left open, whose end nobody could see, is cancelled first.
    for (const auto& [id, client] : clients_) client->cancel_day_orders();
    acceptor_->start();
    tick_later();
    logger_->info("fix gateway listens on {}:{} ({}), {} sessions, ledger at {}", config_.address,
                  acceptor_->port(), tls_ ? "TLS" : "TCP", clients_.size(), entries_done_);
  }

  std::uint16_t port() const { return acceptor_.value().port(); }
  void begin_drain() { order_entry_.begin_drain(); }
  bool has_input() const { return reception_.has_input(); }
  const Counters& counters() const { return counters_; }

  void logout_all_and_close(std::function<void()> done) {
    check(started_ && !closed_);
    closed_ = std::move(done);
    acceptor_->close();
    reception_.close();
    for (const auto& [id, client] : clients_) {
      client->log_out("the venue is closing down");
    }
    close_by(std::chrono::steady_clock::now() + config_.limits.logout_deadline);
  }

 private:
  Reception::Parts reception_parts() {
    return {.io = io_,
            .gate = gate_,
            .counters = counters_,
            .transport =
                [this](Transport::Socket socket) {
                  return tls_ ? tls_->transport(std::move(socket))
                              : plain_transport(std::move(socket));
                },
            .host_of = [this](const std::string& comp_id) -> Host* {
              const auto found = clients_.find(session_id_of(comp_id));
              if (found == clients_.end()) return nullptr;
              // At the moment itself: the next tick may be a second away.
              found->second->end_numbers_before(outdated_s());
              return found->second.get();
            },
            .refused = [this](const LogonAttempt& attempt,
                              const std::string& peer) { strangers_.refused(attempt, peer); }};
  }

  // One that is new is told of the blocks that wait for its firm, not of all there ever were.
  std::uint64_t first_for(const Concern& concern) const {
    const std::uint64_t next = entries_done_ + 1;
    if (!concern.is_trader()) return next;
    return market_.blocks.first_open_entry(market_.directory.firm(concern.of.view()), next);
  }

  void begin(ClientSession& client) const {
    client.begin_behind(first_for(client.identity().concern) - 1);
  }

  // Numbers that began before it are over.
  std::int64_t outdated_s() const { return config_.reset.last_before(utc_now_s()); }

  void add_client(const SessionConfig& session) {
    require_valid(session);
    const std::uint32_t id = session_id_of(session.comp_id);
    if (const auto other = clients_.find(id); other != clients_.end()) {
      const std::string& name = other->second->identity().comp_id;
      require(name != session.comp_id, "session '" + name + "' is configured twice");
      require(false, "the CompIDs '" + name + "' and '" + session.comp_id +
                         "' have the same session id; change one of them");
    }
    const auto client = std::make_shared<ClientSession>(
        ClientSession::Identity{.id = id,
                                .our_comp_id = config_.comp_id,
                                .comp_id = session.comp_id,
                                .concern = session.concern,
                                .may_reset = session.allow_reset},
        client_limits(config_.limits),
        ClientSurroundings{
            .order_entry = order_entry_,
            .counters = counters_,
            .dictionaries = dictionaries_,
            .logs = &logs_,
            .sessions_waiting = sessions_waiting_,
            .save = [this](
                        NamedRecord record,
                        const std::function<void()>& saved) { save({std::move(record)}, saved); },
            .save_password =
                [this, session](const std::string& hash, const std::function<void()>& saved) {
                  save_password({session.comp_id, session.password_hash, hash}, saved);
                }});
    if (const auto record = records_.find(session.comp_id)) client->restore(*record);
    clients_.emplace(id, client);
    audience_.add(id, session.concern);
    gate_.add(session.comp_id,
              {.username = session.username.empty() ? session.comp_id : session.username,
               .password_hash = records_.password_of(session.comp_id, session.password_hash),
               .allow_reset = session.allow_reset,
               .certificate = session.certificate.empty() ? session.comp_id : session.certificate});
  }

  void save(std::vector<NamedRecord> records, const std::function<void()>& saved) {
    records_.save(std::move(records), io_, or_fail(saved));
  }

  std::function<void(bool ok)> or_fail(std::function<void()> saved) {
    return [weak = weak_from_this(), saved = std::move(saved)](bool ok) {
      const auto self = weak.lock();
      if (!self) return;
      if (ok) return saved();
      self->logger_->critical("the FIX sessions' records cannot be written");
      if (self->failed_) self->failed_("the FIX sessions' records cannot be written");
    };
  }

  void save_password(PasswordRecord password, const std::function<void()>& saved) {
    const auto take = [this, saved, comp_id = password.comp_id, hash = password.chosen] {
      gate_.set_password(comp_id, hash);
      saved();
    };
    records_.save_password(std::move(password), io_, or_fail(take));
  }

  void tick_later() {
    timer_.expires_after(config_.limits.tick);
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
      const auto self = weak.lock();
      if (!self || error) return;
      self->tick();
      self->tick_later();
    });
  }

  void tick() {
    for (const auto& [id, client] : clients_) {
      client->tick(entries_done_);
      client->end_numbers_before(outdated_s());
    }
    strangers_.tick(counters_.connections_pushed_out);
    save_changes();
  }

  // One commit for all sessions, and the next one only after it.
  void save_changes() {
    if (saving_) return;
    std::vector<NamedRecord> changed;
    for (const auto& [id, client] : clients_) {
      NamedRecord named = client->record();
      SessionRecord& saved = saved_[named.comp_id];
      if (std::exchange(saved, named.record) != named.record) changed.push_back(std::move(named));
    }
    if (changed.empty()) return;
    saving_ = true;
    save(std::move(changed), [this] { saving_ = false; });
  }

  void close_by(std::chrono::steady_clock::time_point deadline) {
    for (const auto& [id, client] : clients_) client->tick(entries_done_);
    if (reception_.connections() == 0 || std::chrono::steady_clock::now() >= deadline) {
      return finish();
    }
    // The one timer: housekeeping goes on at this pace, for the sessions' own time limits.
    timer_.expires_after(closing_interval);
    timer_.async_wait([weak = weak_from_this(), deadline](boost::system::error_code error) {
      const auto self = weak.lock();
      if (self && !error) self->close_by(deadline);
    });
  }

  void finish() {
    timer_.cancel();
    strangers_.tick(counters_.connections_pushed_out);
    std::vector<NamedRecord> records;
    for (const auto& [id, client] : clients_) records.push_back(client->final_record());
    save(std::move(records), [this] {
      logger_->info("fix gateway closed at ledger {}", entries_done_);
      if (const auto done = std::exchange(closed_, nullptr)) done();
    });
  }

  GatewayConfig config_;
  boost::asio::io_context& io_;
  std::shared_ptr<spdlog::logger> logger_;
  std::function<void(std::string_view)> failed_;
  Counters counters_;
  SessionLogs logs_;
  StrangerLog strangers_;
  SessionRecords records_;
  FIX::DataDictionaryProvider dictionaries_;
  MarketView market_;
  OrderEntry order_entry_;
  std::size_t sessions_waiting_ = 0;
  std::unordered_map<std::uint32_t, std::shared_ptr<ClientSession>> clients_;
  Audience audience_;
  std::unordered_map<std::string, SessionRecord> saved_;
  Reporter reporter_;
  std::optional<Tls> tls_;
  LogonGate gate_;
  Reception reception_;
  std::optional<Acceptor> acceptor_;
  boost::asio::steady_timer timer_;
  std::function<void()> closed_;
  std::uint64_t entries_done_ = 0;
  bool started_ = false;
  bool saving_ = false;
};

Gateway::Gateway(GatewayConfig config, Parts parts)
    : impl_{std::make_shared<Impl>(std::move(config), std::move(parts))} {}

Gateway::~Gateway() = default;

std::string Gateway::resume(History& history) { return impl_->resume(history); }
void Gateway::on_entry(const EntryView& entry) { impl_->on_entry(entry); }
void Gateway::start() { impl_->start(); }
std::uint16_t Gateway::port() const { return impl_->port(); }
void Gateway::begin_drain() { impl_->begin_drain(); }
bool Gateway::has_input() const { return impl_->has_input(); }
void Gateway::logout_all_and_close(std::function<void()> done) {
  impl_->logout_all_and_close(std::move(done));
}
const Counters& Gateway::counters() const { return impl_->counters(); }

}  // namespace emx::gateway

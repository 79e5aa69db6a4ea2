#include "gateway/market_data/gateway.hpp"

#include <spdlog/logger.h>

#include <boost/asio/steady_timer.hpp>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "gateway/acceptor.hpp"
#include "gateway/dictionaries.hpp"
#include "gateway/logon_gate.hpp"
#include "gateway/market_data/session.hpp"
#include "gateway/market_data/streams.hpp"
#include "gateway/market_data/tape.hpp"
#include "gateway/password.hpp"
#include "gateway/reception.hpp"
#include "gateway/session_log.hpp"
#include "gateway/stranger_log.hpp"

namespace emx::gateway::market_data {

namespace {

constexpr std::chrono::milliseconds closing_interval{20};

// What the system may keep of what a reader has not taken yet: all of it is old news by then.
constexpr int kernel_bytes_max = 128 * 1024;

void require(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error("market data: " + what);
}

}  // namespace

class Gateway::Impl final : public std::enable_shared_from_this<Impl> {
 public:
  Impl(Config config, boost::asio::io_context& io, const Market& market,
       std::shared_ptr<spdlog::logger> logger)
      : config_{std::move(config)},
        logger_{or_silence(std::move(logger))},
        logs_{logger_},
        strangers_{"market data", [this](const std::string& words) { logger_->warn(words); }},
        dictionaries_{load_dictionaries()},
        market_{market},
        streams_{market_, tape_},
        gate_{config_.comp_id,
              {config_.limits.logon_failures_max, config_.limits.logon_failures_window},
              {.certificates = config_.tls.has_value(),
               .must_reset = true,
               .changes_passwords = false}},
        reception_{reception_parts(io),
                   {.connection = {.logon_deadline = config_.limits.logon_deadline,
                                   .write_deadline = config_.limits.write_deadline},
                    .connections_max = config_.limits.connections_max,
                    .logons_at_once_max = config_.limits.logons_at_once_max}},
        acceptor_{io, config_.address, config_.port,
                  [this](Acceptor::Socket socket) { reception_.welcome(std::move(socket)); }},
        timer_{io} {
    if (config_.tls) tls_.emplace(*config_.tls);
    for (const ReaderConfig& reader : config_.readers) add(reader);
  }

  void see(const EntryView& entry) {
    tape_.on_entry(entry);
    streams_.touch_market();
  }

  void touch(InstrumentId instrument) { streams_.touch(instrument); }

  void start() {
    acceptor_.start();
    tick_later(config_.limits.tick);
    logger_->info("market data on {}:{} ({}), {} readers", config_.address, acceptor_.port(),
                  tls_ ? "TLS" : "TCP", sessions_.size());
  }

  std::uint16_t port() const { return acceptor_.port(); }

  void publish() {
    streams_.publish(std::chrono::steady_clock::now());
    for (const auto& [comp_id, session] : sessions_) session->tell_news();
  }

  void close(std::function<void()> done) {
    closed_ = std::move(done);
    close_by_ = std::chrono::steady_clock::now() + config_.limits.logout_deadline;
    acceptor_.close();
    reception_.close();
    for (const auto& [comp_id, session] : sessions_) session->log_out("the venue is closing down");
    tick_later({});
  }

  Figures figures() const {
    return {.fix = counters_, .streams = streams_.streams(), .conflations = streams_.conflations()};
  }

 private:
  Reception::Parts reception_parts(boost::asio::io_context& io) {
    return {.io = io,
            .gate = gate_,
            .counters = counters_,
            .transport =
                [this](Transport::Socket socket) {
                  boost::system::error_code ignored;  // else the system's own bound holds
                  socket.set_option(boost::asio::socket_base::send_buffer_size{kernel_bytes_max},
                                    ignored);
                  return tls_ ? tls_->transport(std::move(socket))
                              : plain_transport(std::move(socket));
                },
            .host_of = [this](const std::string& comp_id) -> Host* {
              const auto found = sessions_.find(comp_id);
              return found == sessions_.end() ? nullptr : found->second.get();
            },
            .refused = [this](const LogonAttempt& attempt,
                              const std::string& peer) { strangers_.refused(attempt, peer); }};
  }

  void add(const ReaderConfig& reader) {
    const std::string name = "session '" + reader.comp_id + "': ";
    require(is_comp_id(reader.comp_id),
            name + "a CompID has 1 to 64 printable characters and no space");
    require(is_password_hash(reader.password_hash),
            name + "its password hash is not of the form pbkdf2-sha256$iterations$salt$hash");
    const Session::Surroundings around{.market = market_,
                                       .tape = tape_,
                                       .streams = streams_,
                                       .counters = counters_,
                                       .dictionaries = dictionaries_,
                                       .logs = &logs_};
    const bool is_new =
        sessions_
            .emplace(reader.comp_id,
                     std::make_unique<Session>(Session::Identity{.our_comp_id = config_.comp_id,
                                                                 .comp_id = reader.comp_id,
                                                                 .firm = reader.firm},
                                               around))
            .second;
    require(is_new, name + "is configured twice");
    gate_.add(reader.comp_id,
              {.username = reader.comp_id,
               .password_hash = reader.password_hash,
               .allow_reset = true,
               .certificate = reader.certificate.empty() ? reader.comp_id : reader.certificate});
  }

  void tick_later(std::chrono::milliseconds interval) {
    timer_.expires_after(interval);
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
      const auto self = weak.lock();
      if (self && !error) self->tick();
    });
  }

  void tick() {
    for (const auto& [comp_id, session] : sessions_) session->tick();
    strangers_.tick(counters_.connections_pushed_out);
    if (!closed_) return tick_later(config_.limits.tick);
    const bool is_over = std::chrono::steady_clock::now() >= close_by_;
    if (reception_.connections() != 0 && !is_over) return tick_later(closing_interval);
    std::exchange(closed_, nullptr)();
  }

  Config config_;
  std::shared_ptr<spdlog::logger> logger_;
  Counters counters_;
  SessionLogs logs_;
  StrangerLog strangers_;
  const FIX::DataDictionaryProvider dictionaries_;
  const Market& market_;
  Tape tape_;
  Streams streams_;
  std::unordered_map<std::string, std::unique_ptr<Session>> sessions_;
  std::optional<Tls> tls_;
  LogonGate gate_;
  Reception reception_;
  Acceptor acceptor_;
  boost::asio::steady_timer timer_;
  std::function<void()> closed_;
  std::chrono::steady_clock::time_point close_by_;
};

Gateway::Gateway(Config config, boost::asio::io_context& io, const Market& market,
                 std::shared_ptr<spdlog::logger> logger)
    : impl_{std::make_shared<Impl>(std::move(config), io, market, std::move(logger))} {}

Gateway::~Gateway() = default;

void Gateway::see(const EntryView& entry) { impl_->see(entry); }
void Gateway::touch(InstrumentId instrument) { impl_->touch(instrument); }
void Gateway::start() { impl_->start(); }
std::uint16_t Gateway::port() const { return impl_->port(); }
void Gateway::publish() { impl_->publish(); }
void Gateway::close(std::function<void()> done) { impl_->close(std::move(done)); }
Figures Gateway::figures() const { return impl_->figures(); }

}  // namespace emx::gateway::market_data

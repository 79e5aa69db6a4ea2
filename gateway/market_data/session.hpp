#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/connection.hpp"
#include "gateway/counters.hpp"
#include "gateway/host.hpp"
#include "gateway/market_data/market.hpp"
#include "gateway/market_data/reference_subscriptions.hpp"
#include "gateway/market_data/request.hpp"
#include "gateway/market_data/streams.hpp"
#include "gateway/market_data/tape.hpp"
#include "gateway/message_rate.hpp"
#include "gateway/out_message.hpp"
#include "gateway/quickfix.hpp"
#include "gateway/session_layer.hpp"

namespace emx::gateway::market_data {

// One client that reads market and reference data: the application behind its session layer.
//
// Each logon starts its numbers again, and nothing that was sent is kept: who missed something asks
// for how things are. It enters nothing. Not thread-safe.
class Session final : public Host, public Reader, private SessionApplication {
 public:
  static constexpr std::size_t subscriptions_max = 1'000;  // each book of a request counts
  static constexpr std::size_t executable_views_max =
      20;  // of these: they cost by the orders there
  static constexpr std::uint32_t requests_per_second_max = 100;
  static constexpr std::uint32_t books_per_second_max = 1'000;           // of all requests
  static constexpr std::uint32_t executable_views_per_second_max = 100;  // likewise
  // Unsent bytes at which it has no room.
  static constexpr std::size_t queued_bytes_max = std::size_t{64} * 1024;

  struct Identity {
    std::string our_comp_id;
    std::string comp_id;
    std::string firm;  // whose facilities it may look for; empty: nobody's
  };
  struct Surroundings {
    const Market& market;
    const Tape& tape;
    Streams& streams;
    Counters& counters;
    const FIX::DataDictionaryProvider& dictionaries;
    FIX::LogFactory* logs;  // may be null
  };

  Session(Identity identity, const Surroundings& around);

  // Host
  [[nodiscard]] bool is_taken() const override { return layer_.has_connection(); }
  [[nodiscard]] std::uint32_t next_in() const override { return layer_.store().next_in(); }
  void reset_numbers(std::function<void()> done) override;
  void attach(const std::shared_ptr<Connection>& connection, std::string_view logon,
              const LogonAttempt& attempt) override;

  // Reader
  [[nodiscard]] bool has_room() const override;
  void tell(const OutMessage& message) override { layer_.send(message); }

  // After each turn of the publisher, and once a second or so.
  void tell_news() { reference_.tell_news(*this, around_.market, around_.tape); }
  void tick() { layer_.tick(); }
  void log_out(const std::string& words);

 private:
  void on_message(const FIX::Message& message) override;
  void on_heartbeat(std::string_view) override {}
  void on_sending(FIX::Message& message) override;
  void on_gap() override {}
  void on_frame_done() override { on_written(); }
  void on_written() override;
  void on_logged_out() override {}
  void on_disconnected() override;
  void reserve(std::uint32_t to) override { layer_.reserved(to); }
  [[nodiscard]] bool may_reset() const override { return true; }

  void turn_away(const FIX::Message& message, const std::string& words);
  void on_request(const MarketDataRequest& request);
  void refuse(const std::string& request_id, char reason, const std::string& words);
  [[nodiscard]] bool make_keys(const MarketDataRequest& request, std::vector<StreamKey>& keys);
  void on_list_request(const ReferenceRequest& request);
  void on_status_request(const ReferenceRequest& request);
  void on_session_request(const ReferenceRequest& request);
  [[nodiscard]] bool has_too_many(std::size_t more) const;
  [[nodiscard]] bool takes_too_many_books(const MarketDataRequest& request);
  void end_subscriptions();

  Identity identity_;
  Surroundings around_;
  SessionLayer layer_;
  ReferenceSubscriptions reference_;
  MessageRate rate_{requests_per_second_max};
  MessageRate rate_of_books_{books_per_second_max};
  MessageRate rate_of_views_{executable_views_per_second_max};
  bool logging_out_ = false;
};

}  // namespace emx::gateway::market_data

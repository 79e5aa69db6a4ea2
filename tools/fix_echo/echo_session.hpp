#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "gateway/counters.hpp"
#include "gateway/host.hpp"
#include "gateway/session_layer.hpp"

namespace emx::fix_echo {

// One client's session: what it sends comes back. Not thread-safe.
class EchoSession final : public gateway::Host, private gateway::SessionApplication {
 public:
  struct Parts {
    gateway::Counters& counters;
    const FIX::DataDictionaryProvider& dictionaries;
    std::string sender;  // our CompID
    std::string target;
  };

  explicit EchoSession(const Parts& parts);

  [[nodiscard]] bool is_taken() const override { return layer_.has_connection(); }
  [[nodiscard]] std::uint32_t next_in() const override { return layer_.store().next_in(); }
  void reset_numbers(std::function<void()> done) override;
  void attach(const std::shared_ptr<gateway::Connection>& connection, std::string_view logon,
              const gateway::LogonAttempt& attempt) override;
  void tick() {
    layer_.tick();
    send_old();
  }

 private:
  void on_message(const FIX::Message& message) override;
  void on_heartbeat(std::string_view) override {}
  void on_sending(FIX::Message&) override {}
  void on_gap() override {}
  void on_frame_done() override { send_old(); }
  void on_written() override { send_old(); }
  void on_logged_out() override { cl_ord_ids_.clear(); }
  void on_disconnected() override {}
  // Nothing outlives the process: a number is as durable as it will be.
  void reserve(std::uint32_t to) override { layer_.reserved(to); }
  [[nodiscard]] bool may_reset() const override { return true; }

  void send_old();
  [[nodiscard]] bool is_repetition(const FIX::Message& order);

  gateway::SessionLayer layer_;
  std::set<std::string> cl_ord_ids_;  // since the logon
};

}  // namespace emx::fix_echo

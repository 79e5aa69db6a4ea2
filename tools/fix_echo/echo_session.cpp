#include "tools/fix_echo/echo_session.hpp"

#include <utility>

namespace emx::fix_echo {

namespace {

constexpr gateway::StoreLimits store_limits{};

}  // namespace

EchoSession::EchoSession(const Parts& parts)
    : layer_{{.application = *this,
              .counters = parts.counters,
              .dictionaries = parts.dictionaries,
              .logs = nullptr,
              .our_comp_id = parts.sender,
              .comp_id = parts.target,
              .knows_foreign_types = false},
             {.store = store_limits}} {
  layer_.start(1, 1, 1 + store_limits.block);
}

void EchoSession::reset_numbers(std::function<void()> done) {
  layer_.renumber(1 + store_limits.block);
  done();
}

void EchoSession::attach(const std::shared_ptr<gateway::Connection>& connection,
                         std::string_view logon, const gateway::LogonAttempt& attempt) {
  if (layer_.attach(connection, logon, attempt.version)) send_old();
}

void EchoSession::on_message(const FIX::Message& message) {
  const std::string& type = message.getHeader().getField(35);
  if (type != "D" && type != "d" && type != "C") throw FIX::UnsupportedMessageType();
  if (type == "D" && is_repetition(message)) return;
  FIX::Message echo = message;
  layer_.send(echo);
}

bool EchoSession::is_repetition(const FIX::Message& order) {
  const bool is_new = cl_ord_ids_.insert(order.getField(11)).second;
  const FIX::Header& header = order.getHeader();
  return !is_new && header.isSetField(97) && header.getField(97) == "Y";
}

// The end of each write brings the next slice.
void EchoSession::send_old() { static_cast<void>(layer_.send_old()); }

}  // namespace emx::fix_echo

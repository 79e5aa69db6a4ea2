#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <filesystem>
#include <string>

#include "gateway/acceptor.hpp"
#include "gateway/counters.hpp"
#include "gateway/logon_gate.hpp"
#include "gateway/quickfix.hpp"
#include "gateway/reception.hpp"
#include "tools/fix_echo/echo_session.hpp"

namespace emx::fix_echo {

struct Options {
  std::uint16_t port = 0;  // 0: a free one
  std::string sender;      // our CompID
  std::string target;      // the client's
  std::filesystem::path dictionaries;
};

// Listens on loopback and echoes, while `io` runs. Throws std::runtime_error in words for a person.
class EchoServer {
 public:
  EchoServer(boost::asio::io_context& io, const Options& options);

  [[nodiscard]] std::uint16_t port() const { return acceptor_.port(); }

 private:
  void tick_later();

  gateway::Counters counters_;
  const FIX::DataDictionaryProvider dictionaries_;
  EchoSession session_;
  gateway::LogonGate gate_;
  gateway::Reception reception_;
  gateway::Acceptor acceptor_;
  boost::asio::steady_timer timer_;
};

}  // namespace emx::fix_echo

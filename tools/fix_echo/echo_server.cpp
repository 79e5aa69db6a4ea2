#include "tools/fix_echo/echo_server.hpp"

#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "gateway/dictionaries.hpp"

namespace emx::fix_echo {

namespace {

// Heartbeats are told in seconds, and are due by the tick after.
constexpr std::chrono::milliseconds tick_interval{200};

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in{file};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (!in.is_open() || text.empty()) {
    throw std::runtime_error{file.string() +
                             " cannot be read: --dictionaries wants a folder with "
                             "FIX44.xml, FIXT11.xml and FIX50SP2.xml"};
  }
  return text;
}

FIX::DataDictionaryProvider dictionaries_in(const std::filesystem::path& folder) {
  const std::string fixt11 = text_of(folder / "FIXT11.xml");
  const std::string fix50sp2 = text_of(folder / "FIX50SP2.xml");
  const std::string fix44 = text_of(folder / "FIX44.xml");
  try {
    return gateway::dictionaries_from({fixt11, fix50sp2, fix44});
  } catch (const FIX::ConfigError& error) {
    throw std::runtime_error{"a dictionary in " + folder.string() + " is none: " + error.what()};
  }
}

}  // namespace

EchoServer::EchoServer(boost::asio::io_context& io, const Options& options)
    : dictionaries_{dictionaries_in(options.dictionaries)},
      session_{{.counters = counters_,
                .dictionaries = dictionaries_,
                .sender = options.sender,
                .target = options.target}},
      gate_{options.sender, {}, {.passwords = false, .says_why = false, .always_resets = true}},
      reception_{{.io = io,
                  .gate = gate_,
                  .counters = counters_,
                  .transport = gateway::plain_transport,
                  .host_of = [this, target = options.target](const std::string& comp_id)
                      -> gateway::Host* { return comp_id == target ? &session_ : nullptr; },
                  .refused = {}},
                 {.connection = {}, .connections_max = 512, .logons_at_once_max = 32}},
      acceptor_{
          io, "127.0.0.1", options.port,
          [this](gateway::Acceptor::Socket socket) { reception_.welcome(std::move(socket)); }},
      timer_{io} {
  gate_.add(options.target, {});
  acceptor_.start();
  tick_later();
}

void EchoServer::tick_later() {
  timer_.expires_after(tick_interval);
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    session_.tick();
    tick_later();
  });
}

}  // namespace emx::fix_echo

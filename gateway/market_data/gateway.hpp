#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/ids.hpp"
#include "gateway/counters.hpp"
#include "gateway/gateway.hpp"
#include "gateway/market_data/market.hpp"
#include "gateway/tls.hpp"

namespace spdlog {
class logger;
}

namespace emx::gateway::market_data {

// One reader: a CompID, and how it proves itself.
struct ReaderConfig {
  std::string comp_id;
  std::string firm{};  // whose facilities it may ask for executable views of; empty: nobody's
  std::string password_hash;
  std::string certificate{};  // common name in its certificate (TLS); empty: the CompID
};

struct Config {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: the system chooses
  std::string comp_id = "EMX";
  std::optional<TlsFiles> tls;  // without: TCP alone
  std::vector<ReaderConfig> readers;
  GatewayLimits limits;  // those of connections and logons
};

// For other threads to have a copy of.
struct Figures {
  Counters fix;
  std::uint64_t streams = 0;      // different ones that are read
  std::uint64_t conflations = 0;  // how often a reader was left out until it had room again
};

// The gateway of market and reference data: FIXT.1.1 / FIX.5.0SP2 and FIX.4.4, on a port of its
// own. It tells what is public, and each firm what it could trade.
//
//   Gateway gateway{...};
//   for each entry since the day was opened: gateway.see(entry);
//   gateway.start();
//   for each entry as it becomes durable: show it to the market, then
//     gateway.see(entry), and gateway.touch(instrument) of each book that it may have changed;
//   every now and then: gateway.publish();
//
// All calls on the thread that runs `io`, which is not that of order entry. Exceptions
// (std::runtime_error in words for a person) come from the constructor only, which opens the port;
// nobody is answered before start().
class Gateway {
 public:
  // `market` outlives it. `logger` null: silence; should not block: use an async one.
  Gateway(Config config, boost::asio::io_context& io, const Market& market,
          std::shared_ptr<spdlog::logger> logger);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  void see(const EntryView& entry);
  void touch(InstrumentId instrument);
  void start();
  [[nodiscard]] std::uint16_t port() const;
  void publish();
  // Says goodbye to all readers and closes the port; done() is called once they have gone, or have
  // had the logout deadline.
  void close(std::function<void()> done);

  [[nodiscard]] Figures figures() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace emx::gateway::market_data

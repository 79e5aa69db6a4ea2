#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tools/fix_client/client.hpp"
#include "tools/load/options.hpp"
#include "tools/load/order_flow.hpp"
#include "tools/load/tally.hpp"

namespace emx::load {

// One run: all sessions log on, then each keeps `window` requests unanswered until as many as were
// asked for have been sent and answered. One thread.
class LoadRun {
 public:
  explicit LoadRun(Options options);
  ~LoadRun();
  LoadRun(const LoadRun&) = delete;
  LoadRun& operator=(const LoadRun&) = delete;

  // Why a session could not log on; empty: all did.
  [[nodiscard]] std::string log_on();

  // Runs to the end, or until a session is lost or the venue is silent for `patience`.
  void run();
  // Says goodbye; after run().
  void log_out();

  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] const Tally& tally() const { return tally_; }
  [[nodiscard]] std::chrono::nanoseconds elapsed() const { return elapsed_; }
  // Why the run ended early; empty: it did not.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  struct Party {
    Party(boost::asio::io_context& io, fix_client::Identity identity, OrderFlow order_flow)
        : client{io, std::move(identity)}, flow{std::move(order_flow)} {}

    fix_client::Client client;
    OrderFlow flow;
    std::size_t unanswered = 0;
  };

  void send_more(Party& party);
  void on_message(Party& party, const fix_client::Message& message);
  void watch();
  [[nodiscard]] bool is_done() const;

  Options options_;
  boost::asio::io_context io_;
  boost::asio::steady_timer watch_;
  Tally tally_;
  std::vector<std::unique_ptr<Party>> parties_;
  std::chrono::steady_clock::time_point begin_;
  std::chrono::steady_clock::time_point last_answer_;
  std::chrono::nanoseconds elapsed_{0};
  std::string trouble_;
};

}  // namespace emx::load

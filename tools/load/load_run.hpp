#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/fix_client/client.hpp"
#include "tools/load/measurement.hpp"
#include "tools/load/options.hpp"
#include "tools/load/order_flow.hpp"
#include "tools/load/pacing.hpp"
#include "tools/load/seconds.hpp"
#include "tools/load/tally.hpp"

namespace emx::load {

// One run: all sessions log on, then send what the plan says, when it says so, until all that was
// sent is answered. One thread, which sleeps when there is nothing to do: the venue may need its
// processor.
class LoadRun {
 public:
  // Throws std::runtime_error, in words for a person: TLS is wanted, and a file of it is no good.
  explicit LoadRun(Options options);
  ~LoadRun();
  LoadRun(const LoadRun&) = delete;
  LoadRun& operator=(const LoadRun&) = delete;

  // Why a session could not log on; empty: all did.
  [[nodiscard]] std::string log_on();

  // Runs to the end, or until a session is lost, the venue is silent for `patience`, or somebody
  // presses Ctrl-C.
  void run();
  // Says goodbye; after run().
  void log_out();

  // What came of it; after run().
  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] const Tally& tally() const { return tally_; }
  [[nodiscard]] const Measurement& measurement() const { return measurement_; }
  [[nodiscard]] const std::vector<Second>& seconds() const { return seconds_->closed(); }
  // From the end of the warm-up to the last answer.
  [[nodiscard]] std::chrono::nanoseconds measured_time() const;
  // Why the run ended early; empty: it did not.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  struct Party {
    Party(boost::asio::io_context& io, fix_client::Identity identity, fix_client::Tls* tls,
          OrderFlow order_flow)
        : client{io, std::move(identity), tls}, flow{std::move(order_flow)} {}

    fix_client::Client client;
    OrderFlow flow;
  };

  void send_due();
  void send(const Pacing::Turn& turn, Time now);
  void wait_for_the_next();
  void on_message(std::size_t session, const fix_client::Message& message);
  void on_closed(const Party& party);
  void watch();
  void end_early(std::string why);
  [[nodiscard]] bool is_done() const;

  Options options_;
  std::unique_ptr<fix_client::Tls> tls_;  // null: TCP alone
  boost::asio::io_context io_;
  boost::asio::steady_timer watch_;
  boost::asio::steady_timer next_;
  boost::asio::signal_set interruptions_;
  bool waits_for_next_ = false;
  Tally tally_;
  Measurement measurement_;
  std::optional<Pacing> pacing_;    // once it runs
  std::optional<Seconds> seconds_;  // once it runs
  std::size_t seconds_shown_ = 0;
  std::vector<std::unique_ptr<Party>> parties_;
  Time heard_;  // the last answer, or the first request that has none
  std::string trouble_;
};

}  // namespace emx::load

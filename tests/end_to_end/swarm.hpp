#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/end_to_end/occurrences.hpp"
#include "tools/fix_client/client.hpp"
#include "tools/load/options.hpp"
#include "tools/load/order_flow.hpp"

namespace emx::end_to_end {

// Clients that send without a pause, each with a window of unanswered requests, and keep a log of
// what they sent and were told: over all connections, as far as the venue lets them go on.
class Swarm {
 public:
  Swarm(const std::vector<std::string>& firms, std::uint64_t seed, std::size_t window);

  // All log on, going on with their numbers. What is wrong, in words; empty: nothing.
  [[nodiscard]] std::string log_on(std::uint16_t port);
  // Sends for that long; ends early when a connection ends.
  void run_for(std::chrono::milliseconds time);
  // Sends nothing more and waits until all is answered; false: not in time.
  bool settle(std::chrono::milliseconds timeout);
  // Reads what is still on its way from a venue that is gone.
  void wait_for_the_end();
  void log_out();

  [[nodiscard]] std::size_t unanswered() const;
  [[nodiscard]] std::size_t sent() const;
  [[nodiscard]] std::uint64_t messages_resent() const;
  [[nodiscard]] std::vector<std::string> check(const LedgerLog& ledger) const;

  struct Member {
    Member(boost::asio::io_context& io, const std::string& firm, const load::Options& options,
           std::uint64_t seed);

    std::string firm;
    fix_client::Client client;
    load::OrderFlow flow;
    ClientLog log;
    int ids = 0;
  };
  [[nodiscard]] Member& member(std::size_t i) { return *members_[i]; }

 private:
  void send_more(Member& member);
  [[nodiscard]] bool all_online() const;

  load::Options options_;
  std::size_t window_;
  boost::asio::io_context io_;
  std::vector<std::unique_ptr<Member>> members_;
  bool sending_ = false;
};

}  // namespace emx::end_to_end

#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "engine/exchange.hpp"
#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/text.hpp"
#include "gateway/market_data/gateway.hpp"
#include "ledger/store.hpp"
#include "tools/publisher/replica.hpp"

namespace spdlog {
class logger;
}

namespace emx::publisher {

// Publishes market data from the durable ledger, on a thread of its own: a replica of the exchange
// follows the entries, and a gateway tells what it shows.
//
// It shares nothing with the way of an order: it reads the ledger as an auditor does, at a lower
// priority, in turns. A turn takes what has become durable since the last one and tells all of it;
// the next one begins an interval later at the earliest, and not before it has rested for as long
// as it took. So the more there is to tell, the more of it is told at once, and its load has a
// bound. A replica that does not come to what the ledger says, or a ledger that cannot be read,
// ends it, with an alarm; trading goes on.
//
// Threads: wake() may be called from any, figures() too; the others belong to one.
class Publisher {
 public:
  struct Options {
    gateway::market_data::Config gateway;
    std::chrono::milliseconds interval{5};
  };
  struct Words {
    std::function<void(const std::string&)> warn;
    std::function<void(const std::string&)> alarm;  // no more is published
  };
  struct Surroundings {
    const ledger::LedgerStore& store;     // open until stop()
    std::shared_ptr<spdlog::logger> log;  // of the sessions; null: silence
    Words words;                          // called on the publisher's thread
    // Has the venue ask what the call of this book would give (market-rules 9), which is told when
    // it stands in the ledger. Called on the publisher's thread.
    std::function<void(const Symbol&)> ask_indicative;
  };
  // For other threads.
  struct Figures {
    gateway::market_data::Figures gateway;
    std::uint64_t followed = 0;  // the last entry that was taken
    bool stopped = false;        // by what went wrong
  };

  // Opens the port. `exchange`: what the ledger has come to so far, or up to some entry of it;
  // nullptr: all is replayed. Throws std::runtime_error in words for a person.
  Publisher(Options options, Surroundings around, std::unique_ptr<engine::Exchange> exchange);
  ~Publisher();  // as stop(), without goodbyes
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  void start();
  // Something has become durable. Cheap, and never waits.
  void wake();
  // Says goodbye to the readers; stop() then waits until they have gone, or for the logout
  // deadline.
  void begin_stop();
  void stop();

  [[nodiscard]] std::uint16_t port() const { return gateway_.port(); }
  [[nodiscard]] Figures figures() const;

 private:
  using Clock = std::chrono::steady_clock;

  void run();
  void see_the_past();
  void see_the_day(SeqNo last);
  void turn_soon();
  void turn();
  [[nodiscard]] bool take_entries();
  void take(const EntryView& entry);
  void note_call(const EntryView& entry);
  [[nodiscard]] bool wants_to_be_asked(InstrumentId instrument) const;
  void beat_later();
  void beat();
  void ask_for_calls();
  void set_figures();
  void fail(const std::string& why) noexcept;
  void say_goodbyes();

  const Options options_;
  const Surroundings around_;
  boost::asio::io_context io_{1};
  boost::asio::steady_timer turn_timer_{io_};
  boost::asio::steady_timer beat_timer_{io_};
  Replica replica_;
  gateway::market_data::Gateway gateway_;
  std::vector<InstrumentId> touched_;
  std::set<std::uint32_t> to_ask_;  // books that have changed since their call was asked for
  std::set<std::uint32_t> priced_;  // whose call had a price when it was
  std::uint32_t asked_last_ = 0;
  std::uint64_t next_ = 1;
  Clock::time_point turn_at_;  // not before
  unsigned beats_ = 0;
  bool is_failing_ = false;  // reading did not work when it was tried last
  bool has_failed_ = false;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> turn_posted_ = false;
  mutable std::mutex mutex_;  // of figures_
  Figures figures_;
  std::thread thread_;
};

}  // namespace emx::publisher

#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include "gateway/message_rate.hpp"

namespace emx::gateway {

// Work that takes long for an I/O thread, done one piece at a time and not too often: between two
// of them all else that is ready has its turn, and most of the time is left to others. The newest
// is done first: of more than can be done, who has waited long is no longer waited for. Not
// thread-safe: all on the I/O thread.
class Turns : public std::enable_shared_from_this<Turns> {
 public:
  using Executor = boost::asio::any_io_executor;

  struct Limits {
    std::uint32_t per_second_max;  // 0: as often as there are turns
    std::size_t waiting_max;       // of more the oldest is forgotten
  };

  explicit Turns(const Limits& limits) : limits_{limits}, rate_{limits.per_second_max} {}

  // Nothing is done any more once nobody holds this.
  void add(const Executor& executor, std::function<void()> work);

 private:
  void wait_for_turn();
  void take_turn();

  Limits limits_;
  MessageRate rate_;
  std::deque<std::function<void()>> waiting_;
  std::unique_ptr<boost::asio::steady_timer> timer_;  // null: nobody waits
};

}  // namespace emx::gateway

#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "gateway/session_store.hpp"

namespace emx::gateway {

// Answers ResendRequests a slice at a time, so that a long one holds nobody up: messages of the
// window with 43=Y, gap fills for the rest. Sends under old numbers, hence beside the FIX::Session.
// Not thread-safe.
class Resend {
 public:
  Resend(std::string our_comp_id, std::string client_comp_id)
      : our_comp_id_{std::move(our_comp_id)}, client_comp_id_{std::move(client_comp_id)} {}

  // False when too many requests wait already.
  [[nodiscard]] bool add(SessionStore::Range range);
  void clear() { ranges_.clear(); }
  [[nodiscard]] bool is_done() const { return ranges_.empty(); }

  // Sends up to `messages_max` messages; returns how many were messages sent again.
  std::uint32_t send_slice(const SessionStore& store, std::string_view begin_string,
                           std::uint32_t messages_max,
                           const std::function<void(std::string_view)>& send);

 private:
  static constexpr std::size_t ranges_max = 16;

  std::string our_comp_id_;
  std::string client_comp_id_;
  std::deque<SessionStore::Range> ranges_;
};

}  // namespace emx::gateway

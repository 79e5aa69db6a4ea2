#include "gateway/resend.hpp"

#include "gateway/raw_message.hpp"

namespace emx::gateway {

bool Resend::add(SessionStore::Range range) {
  if (range.begin > range.end) return true;  // asks for what was not sent yet
  if (ranges_.size() == ranges_max) return false;
  ranges_.push_back(range);
  return true;
}

std::uint32_t Resend::send_slice(const SessionStore& store, std::string_view begin_string,
                                 std::uint32_t messages_max,
                                 const std::function<void(std::string_view)>& send) {
  std::uint32_t resent = 0;
  for (std::uint32_t sent = 0; sent < messages_max && !ranges_.empty(); ++sent) {
    SessionStore::Range& range = ranges_.front();
    const std::string now = utc_timestamp_now();
    if (const std::string_view message = store.message(range.begin); !message.empty()) {
      send(possible_duplicate(message, now));
      ++resent;
      ++range.begin;
    } else {
      const std::uint32_t gap_begin = range.begin;
      range.begin = store.next_message(gap_begin, range.end);
      send(gap_fill({begin_string, our_comp_id_, client_comp_id_, gap_begin, range.begin}, now));
    }
    if (range.begin > range.end) ranges_.pop_front();
  }
  return resent;
}

}  // namespace emx::gateway

#include "gateway/logon_throttle.hpp"

#include <algorithm>

namespace emx::gateway {

std::string LogonThrottle::key(std::string_view comp_id, std::string_view peer) {
  return std::string{comp_id} + '\x01' + std::string{peer};
}

bool LogonThrottle::blocks(std::string_view comp_id, std::string_view peer, Time now) const {
  const auto found = entries_.find(key(comp_id, peer));
  return found != entries_.end() && found->second.failures >= limits_.failures_max &&
         now - found->second.first_failure < limits_.window;
}

void LogonThrottle::failed(std::string_view comp_id, std::string_view peer, Time now) {
  const std::string name = key(comp_id, peer);
  if (!entries_.contains(name)) make_room(now);
  Entry& entry = entries_.try_emplace(name, Entry{now, 0}).first->second;
  if (now - entry.first_failure >= limits_.window) entry = {now, 0};
  ++entry.failures;
}

void LogonThrottle::succeeded(std::string_view comp_id, std::string_view peer) {
  entries_.erase(key(comp_id, peer));
}

void LogonThrottle::make_room(Time now) {
  if (entries_.size() < limits_.entries_max) return;
  std::erase_if(entries_, [&](const auto& entry) {
    return now - entry.second.first_failure >= limits_.window;
  });
  if (entries_.size() < limits_.entries_max) return;
  entries_.erase(
      std::min_element(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
        return a.second.first_failure < b.second.first_failure;
      }));
}

}  // namespace emx::gateway

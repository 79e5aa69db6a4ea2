#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <numeric>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "tools/fix_client/message.hpp"

namespace emx::fix_client {

// Which executions a client was told of. An ExecID is unique for ever: that it comes a second time
// is lawful only if the message says so, by 43=Y or 97=Y.
class ExecIds {
 public:
  enum class Seen : std::uint8_t {
    first,
    repeated,  // again, and marked as such: to be passed over
    doubled,   // again, unmarked: the venue is wrong
    none,      // no execution
  };

  [[nodiscard]] Seen see(const Message& report) {
    if (!report.has(17) || report.says(17, "0")) return Seen::none;
    std::string id{report.text(17)};
    auto& part = seen_[std::hash<std::string>{}(id) >> 58];
    if (part.insert(std::move(id)).second) return Seen::first;
    return report.possible_duplicate() || report.possible_resend() ? Seen::repeated : Seen::doubled;
  }

  [[nodiscard]] std::size_t size() const {
    return std::accumulate(seen_.begin(), seen_.end(), std::size_t{0},
                           [](std::size_t sum, const auto& part) { return sum + part.size(); });
  }

 private:
  // In parts by the top six bits of the hash: a set stands still while it grows, which of a million
  // ids takes tens of milliseconds, and a client that stands still measures itself.
  std::array<std::unordered_set<std::string>, 64> seen_;
};

}  // namespace emx::fix_client

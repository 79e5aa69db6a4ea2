#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

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
    if (seen_.emplace(report.text(17)).second) return Seen::first;
    return report.possible_duplicate() || report.possible_resend() ? Seen::repeated : Seen::doubled;
  }

  [[nodiscard]] std::size_t size() const { return seen_.size(); }

 private:
  std::unordered_set<std::string> seen_;
};

}  // namespace emx::fix_client

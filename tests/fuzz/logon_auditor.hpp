#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/logon_gate.hpp"

namespace emx::fuzz {

// First messages at a gate that knows one client, ALPHA1, whose password is "a long secret".
class LogonAuditor {
 public:
  LogonAuditor();

  // Has the frame examined and, if it is let in, its password checked. What is let in is a proper
  // Logon by a list of its own; what is refused is told so in a message that is one.
  void hear(std::string_view frame);

 private:
  void check_refusal(const gateway::LogonAttempt& attempt) const;

  gateway::LogonGate gate_;
};

// The venue's CompID, and the moment at which all inputs arrive.
inline constexpr std::string_view our_comp_id = "EMX";
inline constexpr std::int64_t now_ns = 1'781'764'200'000'000'000;  // 2026-06-18 06:30:00

// Words of each refusal of a Logon.
[[nodiscard]] std::vector<std::string> refusals_of_logons();

}  // namespace emx::fuzz

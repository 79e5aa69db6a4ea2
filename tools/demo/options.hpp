#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace emx::demo {

// Who acts by `emx admin`.
struct Person {
  std::filesystem::path key;  // private
  std::uint32_t number = 0;
};

struct Options {
  std::uint16_t fix_port = 0;
  std::filesystem::path admin_socket;
  Person venue;                  // leads the day
  Person joint;                  // of the joint office: sets quotas and demand
  std::filesystem::path ledger;  // the folder that emxd writes, for the audit
  std::string password;          // of all sessions of the cast
  std::string date;              // trade date to open; empty: 2026-06-18, or the next weekday
};

// The firms that act in the demo: emxd needs a session for each, named as the firm.
[[nodiscard]] const std::vector<std::string>& cast();

}  // namespace emx::demo

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace emx::demo {

struct Options {
  std::uint16_t fix_port = 0;
  std::filesystem::path admin_socket;
  std::filesystem::path operator_key;  // of the person who acts for the authorities
  std::uint32_t person = 0;            // her number
  std::filesystem::path ledger;        // the folder that emxd writes, for the audit
  std::string password;                // of all sessions of the cast
  std::string date;                    // trade date to open; empty: 2026-06-18, or the next weekday
};

// The firms that act in the demo: emxd needs a session for each, named as the firm.
[[nodiscard]] const std::vector<std::string>& cast();

}  // namespace emx::demo

#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace emx::tools {

// A request of a person to a running emxd: whose it is, and how it gets there.
struct AdminLine {
  std::string socket;
  std::string key;  // file
  std::uint32_t person = 0;
  std::uint64_t id = 0;  // 0: one that nobody used before
  std::uint32_t timeout_ms = 10'000;
};

// --operator, --as, --id and --timeout-ms.
void add_sender_options(CLI::App& command, AdminLine& line);

// UTC since 1970.
[[nodiscard]] std::int64_t utc_ns();

// What is below throws std::runtime_error with words for a person.

// Arguments are whatever bytes the shell gives.
[[nodiscard]] std::string text_of(const nlohmann::json& request);
// The request as its sender's, now.
[[nodiscard]] std::string signed_by(const AdminLine& line, nlohmann::json request);
// Sends a line and waits for the answer.
[[nodiscard]] nlohmann::json ask(const AdminLine& line, const std::string& text);
// "P03_UNKNOWN_SYMBOL: ..." of an answer that is a refusal.
[[nodiscard]] std::string words_of_refusal(const nlohmann::json& answer);

// Idempotency needs an id that nobody used before.
[[nodiscard]] std::uint64_t id_of(const AdminLine& line);

}  // namespace emx::tools

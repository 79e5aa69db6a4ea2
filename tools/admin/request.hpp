#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// The administrative channel: one JSON object a line over a local Unix socket, one answer a line.
//
//   {"command":"reference-price","id":7,"symbol":"SHEA25","price":"70.00"}
//   {"ok":true,"sequence":1234}            durable, and applied
//   {"ok":false,"sequence":1235,"code":503,"name":"P03_UNKNOWN_SYMBOL","reason":"..."}  in the log,
//                                          but refused
//   {"ok":false,"reason":"..."}            not understood, or not taken: nothing in the log
//
// `id` makes a request idempotent: one that was applied before gets its first answer again. Another
// command with the same id is not taken.

namespace emx::admin {

// A request for the log, as a command record.
struct CommandRequest {
  std::uint64_t id = 0;
  std::vector<std::byte> command;
};
struct StatusRequest {};
// Words for the sender: what is wrong with the line.
struct BadRequest {
  std::string reason;
};
using Request = std::variant<CommandRequest, StatusRequest, BadRequest>;

// Reads one line. Never throws; whatever it is, there is an answer.
[[nodiscard]] Request read_request(std::string_view line);

// What the venue made of a command.
struct Outcome {
  std::uint64_t sequence = 0;
  std::uint16_t code = 0;  // Code; 0: applied
  std::int64_t limit = 0;
  std::int64_t value = 0;
};
[[nodiscard]] std::string answer_text(const Outcome& outcome);
[[nodiscard]] std::string refusal_text(std::string_view reason);

}  // namespace emx::admin

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/events.hpp"
#include "tools/admin/ed25519.hpp"
#include "tools/market/names.hpp"
#include "tools/rules/document.hpp"

// The administrative channel: one JSON object a line over a local Unix socket, one answer a line.
//
//   {"command":"reference-price","id":7,"person":1,"time":"2026-06-18T02:03:04Z",
//    "symbol":"SHEA25","price":"70.00"}
//   {"ok":true,"sequence":1234}            durable, and applied; of rule sets with more
//                                          (rule_set_answer.hpp)
//   {"ok":false,"sequence":1235,"code":503,"name":"P03_UNKNOWN_SYMBOL","reason":"..."}  in the log,
//                                          but refused
//   {"ok":false,"waiting":true,"approval":481532,"reason":"..."}  not in the log: a second person
//                                          must approve it
//   {"ok":false,"reason":"..."}            not understood, or not taken: nothing in the log
//
// What acts is signed (signed_line.hpp) by the person of that number, at that time. `id` makes a
// request idempotent: one that was applied before gets its first answer again. Another command with
// the same id is not taken. No object may say a key twice.
//
// An authority's document of rules, signed by its key (which two persons put into the log), and
// what puts a version of them into force (two persons again):
//
//   {"command":"authority-key",...,"authority":"ZJ","public_key":"<base64>"}
//   {"command":"rule-document",...,"document":"<base64>","signature":"<base64>"}
//   {"command":"activate-rules",...,"version":3,"parts":["ZJ:123","joint"]}
//                                          the document that entry 123 closed, and the joint
//                                          office's that lies closed
//   {"command":"withdraw-rules",...,"version":3}
//
// A question of the ledger, which stands there before it is answered, with what it is asked with
// (question_arguments.hpp):
//
//   {"command":"query",...,"question":"orders","firm":"SH049","from":"2026-06-18"}
//
// Two requests ask only, and need no signature, number and time:
//
//   {"command":"status"}
//   {"command":"pending"}                  what waits for a second person
//
// The second person names what she saw, whole: `request` is what the first one signed.
//
//   {"command":"approve","person":2,"time":"...","approval":481532,"request":"{...}"}
//   {"command":"reject","person":2,"time":"...","approval":481532,"request":"{...}"}

namespace emx::admin {

// Who says that the request is hers, and when she made it.
struct Sender {
  std::uint32_t person = 0;
  std::int64_t at_ns = 0;  // UTC since 1970
};

// A request for the log, as a command record.
struct CommandRequest {
  std::uint64_t id = 0;
  Sender sender;
  rules::Sha256 asked{};      // of all that it says but the time, which a repeat has anew
  bool needs_second = false;  // person
  std::vector<std::byte> command;
  std::optional<rules::Document> document;  // whose records go before the command that closes it
};
// Of an act that waits.
struct DecisionRequest {
  Sender sender;
  bool approves = false;  // or rejects
  std::uint64_t approval = 0;
  std::string request;
};
struct StatusRequest {};
struct PendingRequest {};
// Words for the sender: what is wrong with the line.
struct BadRequest {
  std::string reason;
};
using Request =
    std::variant<CommandRequest, DecisionRequest, StatusRequest, PendingRequest, BadRequest>;

// Reads a request, signed or not; `names` is what the venue has. Never throws; whatever it is,
// there is an answer.
[[nodiscard]] Request read_request(std::string_view text, const market::Names& names);

// What a request for the log says of itself, before anybody asks what it would do.
struct Heading {
  std::uint64_t id = 0;
  Sender sender;
  rules::Sha256 asked{};  // as of a CommandRequest
};
// nullopt: it is none.
[[nodiscard]] std::optional<Heading> heading_of(std::string_view text);

// All that a person may ask the log for: the names of the commands of CommandRequests.
[[nodiscard]] std::vector<std::string_view> names_of_acts();

// Why a document of rules is not taken before the log: its authority has no key there (nullptr), or
// did not sign it; empty: it is. Requires: a request with a document.
[[nodiscard]] std::string refusal_of_signature(const CommandRequest& request, const PublicKey* key);

// What the venue made of a command.
struct Outcome {
  std::uint64_t sequence = 0;
  std::uint16_t code = 0;  // Code; 0: applied
  std::int64_t limit = 0;
  std::int64_t value = 0;
  std::string reason{};                   // of a refusal, for a person
  std::vector<RuleSetEvent> rule_sets{};  // what became of these
};
[[nodiscard]] std::string answer_text(const Outcome& outcome);
[[nodiscard]] std::string refusal_text(std::string_view reason);

}  // namespace emx::admin

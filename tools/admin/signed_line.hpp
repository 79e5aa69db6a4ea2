#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "tools/admin/ed25519.hpp"
#include "tools/admin/request.hpp"

// A line of the channel: a request, or a request with its sender's signature.
//
//   {"signed":"{\"command\":\"phase\", ...}","signature":"<base64>"}
//
// The request is signed as the text that stands between the quotes, byte for byte, so nothing has
// to be written in one canonical way. Before it come the bytes "emx-admin-1\n", so that a signature
// for this channel is none for anything else that a person may sign with the same key.

namespace emx::admin {

struct Line {
  std::string text;                    // the request
  std::optional<Signature> signature;  // none: it came without
};

// Whether a reader of JSON takes it to its end: it would stop at a zero byte, and leave what stands
// behind unread.
[[nodiscard]] bool is_whole(std::string_view text);

// Never throws; whatever it is, there is an answer.
[[nodiscard]] std::variant<Line, BadRequest> read_line(std::string_view line);

// Requires: a request in JSON.
[[nodiscard]] std::string signed_line(std::string_view request, const PrivateKey& key);

[[nodiscard]] bool is_signed_by(const Line& line, const PublicKey& key);

}  // namespace emx::admin

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "gateway/request.hpp"

namespace emx::gateway {

// Whose frames these are, as each of them has to say.
struct FrameNames {
  std::string_view begin_string;
  std::string_view sender;
  std::string_view target;
};

// The way of most messages: a limit order, a cancel or a replacement (35=D, F, G) in which a
// FIX::Session would find nothing to say. Reads such a frame at once, in some hundred nanoseconds
// where parsing, validating and reading by QuickFIX take several thousand.
//
// nullopt: it is not so plain, and QuickFIX is to have it. What is read here is valid by the
// dictionaries, sent within two minutes of `utc_ns`, and the same request as read_request() makes
// of it; the other way round there is much that only QuickFIX takes: other types of orders,
// possible duplicates, fields that are rare. Whether its number is the one due is the caller's to
// see. The frame must come from a Framer. Thread-safe.
[[nodiscard]] std::optional<Request> read_quickly(std::string_view frame, const FrameNames& names,
                                                  std::int64_t utc_ns);

}  // namespace emx::gateway

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace emx::fuzz {

// FIX messages by the words of the standard, slowly: what the gateway's readers are held to.

// A field as it is written: before its `=`, but for leading zeros, and behind it.
using WrittenField = std::pair<std::string, std::string>;

// What stands before each SOH; the tag of one without `=` is empty.
[[nodiscard]] std::vector<WrittenField> written_fields(std::string_view bytes);

// Value of the first field with this tag.
[[nodiscard]] std::optional<std::string> first_value(const std::vector<WrittenField>& fields,
                                                     std::string_view tag);

// Nothing but digits, if anything.
[[nodiscard]] bool is_digits(std::string_view text);

// Whether `bytes` are one message: BeginString, BodyLength and MsgType come first, CheckSum last,
// and length and sum are true.
[[nodiscard]] bool is_message(std::string_view bytes);

}  // namespace emx::fuzz

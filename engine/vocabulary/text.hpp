#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <string_view>

namespace emx {

// A short text of fixed size in a record: zero-padded bytes, so equal texts are equal bytes.
template <std::size_t Size>
struct Text {
  std::array<char, Size> bytes{};

  constexpr Text() = default;
  // Requires: `fits(text)`. What does not fit is cut; callers that take foreign input ask first.
  constexpr explicit Text(std::string_view text) {
    for (std::size_t i = 0; i < text.size() && i < Size; ++i) bytes[i] = text[i];
  }

  [[nodiscard]] static constexpr bool fits(std::string_view text) {
    return text.size() <= Size && text.find('\0') == std::string_view::npos;
  }

  [[nodiscard]] constexpr std::string_view view() const {
    std::size_t length = 0;
    while (length < Size && bytes[length] != '\0') ++length;
    return {bytes.data(), length};
  }

  [[nodiscard]] constexpr bool empty() const { return bytes[0] == '\0'; }

  friend constexpr auto operator<=>(const Text&, const Text&) = default;
};

using Symbol = Text<32>;       // FIX 55
using AccountCode = Text<16>;  // FIX 1: a facility
using FirmCode = Text<16>;     // FIX 448 with 452=1
using ClOrdId = Text<40>;      // FIX 11
using BasinCode = Text<16>;
using ZoneCode = Text<16>;

}  // namespace emx

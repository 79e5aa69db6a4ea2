#include "ledger/anchor.hpp"

#include <charconv>

namespace emx::ledger {

std::string text_of(const Anchor& anchor) {
  return std::to_string(anchor.size) + ' ' + text_of(anchor.head) + '\n';
}

std::optional<Anchor> anchor_from_text(std::string_view text) {
  Anchor anchor;
  const char* end = text.data() + text.size();
  const auto size = std::from_chars(text.data(), end, anchor.size);
  if (size.ec != std::errc{} || size.ptr == end) return std::nullopt;
  const std::string_view digits{size.ptr + 1, end};
  if (digits.size() < 2 * anchor.head.size()) return std::nullopt;
  for (std::size_t i = 0; i < anchor.head.size(); ++i) {
    unsigned char byte = 0;
    const char* at = digits.data() + 2 * i;
    if (std::from_chars(at, at + 2, byte, 16).ptr != at + 2) return std::nullopt;
    anchor.head[i] = std::byte{byte};
  }
  // One way to write it, so that a damaged line is not taken for another.
  return text_of(anchor) == text ? std::optional{anchor} : std::nullopt;
}

}  // namespace emx::ledger

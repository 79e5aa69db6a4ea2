#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace emx::gateway {

struct TagAndValue {
  std::uint32_t tag;
  std::string_view value;
};

// Reads a frame field by field, without QuickFIX and without allocating. The frame must come from a
// Framer; no field of type DATA is spoken here, so SOH always ends a field.
class TagScan {
 public:
  explicit TagScan(std::string_view frame) : rest_{frame} {}

  // The next field; nullopt at the end, and at a field that is none (see malformed()).
  [[nodiscard]] std::optional<TagAndValue> next() {
    if (rest_.empty()) return std::nullopt;
    const std::size_t end = rest_.find('\x01');
    std::uint32_t tag = 0;
    const char* const last = rest_.data() + (end == std::string_view::npos ? 0 : end);
    const auto [after, error] = std::from_chars(rest_.data(), last, tag);
    if (error != std::errc{} || after == last || *after != '=' || tag == 0 || tag > tag_max) {
      malformed_ = true;
      rest_ = {};
      return std::nullopt;
    }
    const auto head = static_cast<std::size_t>(after - rest_.data()) + 1;
    const TagAndValue field{tag, rest_.substr(head, end - head)};
    rest_.remove_prefix(end + 1);
    return field;
  }

  [[nodiscard]] bool malformed() const { return malformed_; }

 private:
  static constexpr std::uint32_t tag_max = 99'999;

  std::string_view rest_;
  bool malformed_ = false;
};

// Value of the first field with this tag.
[[nodiscard]] inline std::optional<std::string_view> find_tag(std::string_view frame,
                                                              std::uint32_t tag) {
  TagScan scan{frame};
  while (const auto field = scan.next()) {
    if (field->tag == tag) return field->value;
  }
  return std::nullopt;
}

// A FIX number that fits 31 bits: up to nine digits and nothing else.
[[nodiscard]] inline std::optional<std::uint32_t> number_of(std::string_view text) {
  if (text.empty() || text.size() > 9) return std::nullopt;
  std::uint32_t value = 0;
  const auto [after, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || after != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace emx::gateway

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
// Framer; no field of type DATA is spoken here, so SOH always ends a field. What has no tag from 1
// to 99999 is a field none the less, with the tag 0.
class TagScan {
 public:
  explicit TagScan(std::string_view frame) : rest_{frame} {}

  // The next field; nullopt at the end.
  [[nodiscard]] std::optional<TagAndValue> next() {
    if (rest_.empty()) return std::nullopt;
    const std::string_view field = rest_.substr(0, rest_.find('\x01'));
    rest_.remove_prefix(field.size() == rest_.size() ? field.size() : field.size() + 1);
    std::uint32_t tag = 0;
    const char* const last = field.data() + field.size();
    const auto [after, error] = std::from_chars(field.data(), last, tag);
    if (error != std::errc{} || after == last || *after != '=' || tag > tag_max) tag = 0;
    if (tag == 0) return TagAndValue{0, field};
    return TagAndValue{tag, field.substr(static_cast<std::size_t>(after - field.data()) + 1)};
  }

 private:
  static constexpr std::uint32_t tag_max = 99'999;

  std::string_view rest_;
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

// A FIX number of up to nine digits and nothing else: one that QuickFIX can count on from, too.
[[nodiscard]] inline std::optional<std::uint32_t> number_of(std::string_view text) {
  if (text.empty() || text.size() > 9) return std::nullopt;
  std::uint32_t value = 0;
  const auto [after, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || after != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace emx::gateway

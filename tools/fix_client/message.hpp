#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace emx::fix_client {

// A FIX message as it came: its fields in their order. A value type that can be filled again
// without allocating.
class Message {
 public:
  Message() = default;
  // Requires: `frame` is one that FrameReader gave, or that framed() made.
  explicit Message(std::string_view frame) { assign(frame); }
  void assign(std::string_view frame);

  // The first field with this tag.
  [[nodiscard]] std::optional<std::string_view> find(std::uint32_t tag) const;
  [[nodiscard]] bool has(std::uint32_t tag) const { return find(tag).has_value(); }
  [[nodiscard]] std::string_view text(std::uint32_t tag) const { return find(tag).value_or(""); }
  // The field's one character; ' ' if it is missing or longer.
  [[nodiscard]] char letter(std::uint32_t tag) const {
    const std::string_view value = text(tag);
    return value.size() == 1 ? value[0] : ' ';
  }
  // Whether the field is there and says `value`.
  [[nodiscard]] bool says(std::uint32_t tag, std::string_view value) const {
    return find(tag) == value;
  }
  // The field as a whole number; nullopt if it is missing or none.
  [[nodiscard]] std::optional<std::int64_t> number(std::uint32_t tag) const;

  [[nodiscard]] std::string_view type() const { return text(35); }
  [[nodiscard]] std::uint32_t seq_num() const;                             // 34; 0: none
  [[nodiscard]] bool possible_duplicate() const { return says(43, "Y"); }  // the same number again
  [[nodiscard]] bool possible_resend() const { return says(97, "Y"); }     // under a new number

  [[nodiscard]] const std::string& frame() const { return frame_; }
  // For people: the fields with `|` for SOH.
  [[nodiscard]] std::string readable() const;

 private:
  struct Field {
    std::uint32_t tag;
    std::uint32_t begin;  // of the value in frame_
    std::uint32_t size;
  };

  std::string frame_;
  std::vector<Field> fields_;
};

}  // namespace emx::fix_client

#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/vocabulary/units.hpp"
#include "tools/fix_client/version.hpp"

namespace emx::fix_client {

// Fields in wire form, `tag=value|` one after the other. Says nothing about what is proper FIX: a
// test builds improper messages with it, too.
class Fields {
 public:
  Fields& add(std::uint32_t tag, std::string_view value) {
    append(tag);
    text_ += '=';
    text_ += value;
    text_ += '\x01';
    return *this;
  }
  Fields& add(std::uint32_t tag, char value) { return add(tag, std::string_view{&value, 1}); }
  Fields& add(std::uint32_t tag, std::integral auto number) {
    append(tag);
    text_ += '=';
    append(number);
    text_ += '\x01';
    return *this;
  }
  Fields& add(std::uint32_t tag, Lots quantity) { return add(tag, quantity.value); }
  Fields& add(std::uint32_t tag, Fen price);  // in CNY: "97.49"

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  void clear() { text_.clear(); }

 private:
  void append(std::integral auto number) {
    char digits[24];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number);
    static_cast<void>(error);  // 24 characters hold any 64-bit number
    text_.append(digits, end);
  }

  std::string text_;
};

// `8=...|9=...|` + `fields` (from 35 on) + `10=...|`.
[[nodiscard]] std::string framed(std::string_view fields, Version version = Version::fix50);
void append_framed(std::string& out, Version version, std::string_view head, std::string_view body);

// FIX's checksum: the sum of the bytes, modulo 256.
[[nodiscard]] unsigned checksum_of(std::string_view bytes);

}  // namespace emx::fix_client

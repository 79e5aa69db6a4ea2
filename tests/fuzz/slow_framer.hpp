#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace emx::fuzz {

// What a stream was cut into: messages, and an empty part for what was thrown away between two.
struct Parts {
  std::vector<std::string> parts;
  bool is_lost = false;  // a message above the bound was announced: nothing behind it is read

  void add_garbage() {
    if (parts.empty() || !parts.back().empty()) parts.emplace_back();
  }
  friend bool operator==(const Parts&, const Parts&) = default;
};

// Cuts the stream as framer.hpp promises, with all of it at hand. What it came by is reached().
[[nodiscard]] Parts cut_slowly(std::string_view stream);

}  // namespace emx::fuzz

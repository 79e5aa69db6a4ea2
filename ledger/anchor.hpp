#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/hash.hpp"

namespace emx::ledger {

// A point that a ledger is known to have reached, from outside of its file: its first `size`
// entries end with one whose leaf hash is `head`, and so are all known. What it holds against a
// ledger is what the ledger cannot see itself: that it is an older one, whole, or another one.
struct Anchor {
  std::uint64_t size = 0;
  Hash head{};

  friend bool operator==(const Anchor&, const Anchor&) = default;
};

// One line: "12 6e34...a01d\n".
[[nodiscard]] std::string text_of(const Anchor& anchor);
[[nodiscard]] std::optional<Anchor> anchor_from_text(std::string_view text);

}  // namespace emx::ledger

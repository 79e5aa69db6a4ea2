#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace emx::load {

// What a request asks for. The figures of a run are kept for each kind.
enum class Kind : std::uint8_t {
  passive,   // a new order that rests
  cancel,    // of a resting order
  replace,   // of a resting order
  crossing,  // a new order, immediate-or-cancel, that meets what rests
};

inline constexpr std::array all_kinds{Kind::passive, Kind::cancel, Kind::replace, Kind::crossing};

[[nodiscard]] constexpr std::size_t index_of(Kind kind) { return static_cast<std::size_t>(kind); }

// As a mix is written and a report names it.
[[nodiscard]] constexpr std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::passive:
      return "new";
    case Kind::cancel:
      return "cancel";
    case Kind::replace:
      return "replace";
    case Kind::crossing:
      return "crossing";
  }
  return "?";
}

}  // namespace emx::load

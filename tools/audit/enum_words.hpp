#pragma once

#include <cstdint>
#include <string>

#include "engine/vocabulary/enums.hpp"

namespace emx::audit {

// An enumerator that a record holds as its number, as it is named to people.
template <class Enum>
[[nodiscard]] std::string name(std::uint8_t number) {
  return std::string{name_of(static_cast<Enum>(number))};
}

}  // namespace emx::audit

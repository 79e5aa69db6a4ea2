#pragma once

#include <cstdint>
#include <string_view>

namespace emx::fix_client {

// What a session speaks. The application messages are the same in both.
enum class Version : std::uint8_t {
  fix50,  // FIX.5.0SP2 over FIXT.1.1
  fix44,  // FIX.4.4
};

// FIX 8.
[[nodiscard]] constexpr std::string_view begin_string_of(Version version) {
  return version == Version::fix44 ? "FIX.4.4" : "FIXT.1.1";
}

}  // namespace emx::fix_client

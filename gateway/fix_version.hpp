#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace emx::gateway {

// What is spoken here. A client chooses with the BeginString (8) of its Logon; the application
// messages are the same in both.
enum class FixVersion : std::uint8_t {
  fix50sp2,  // over FIXT.1.1, with DefaultApplVerID (1137) 9
  fix44,
};

constexpr std::string_view begin_string_of(FixVersion version) {
  return version == FixVersion::fix44 ? "FIX.4.4" : "FIXT.1.1";
}

constexpr std::optional<FixVersion> version_of(std::string_view begin_string) {
  for (const FixVersion version : {FixVersion::fix50sp2, FixVersion::fix44}) {
    if (begin_string_of(version) == begin_string) return version;
  }
  return std::nullopt;
}

}  // namespace emx::gateway

#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>

#include "engine/vocabulary/text.hpp"

namespace emx::gateway {

// What a session is for. The numbers stand on disk.
enum class Role : std::uint32_t {
  trader = 0,              // enters orders and blocks for a firm, and is told what becomes of them
  copies_of_firm = 1,      // has copies of what is told to a firm
  copies_of_province = 2,  // of what is told of the facilities in a province
  copies_of_all = 3,
};

// What a session is for, and for whom.
struct Concern {
  Role role = Role::trader;
  std::uint32_t reserved = 0;
  FirmCode of{};  // the firm's code, or the province's (SH, JS, ZJ, AH)

  [[nodiscard]] bool is_trader() const { return role == Role::trader; }

  friend bool operator==(const Concern&, const Concern&) = default;
};
static_assert(std::has_unique_object_representations_v<Concern>);

[[nodiscard]] inline Concern trader_of(std::string_view firm) {
  return {.role = Role::trader, .of = FirmCode{firm}};
}

}  // namespace emx::gateway

#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/out_message.hpp"

namespace emx::gateway {

// FIX 380, as far as it is said here. (3, not supported, is QuickFIX's to say.)
enum class BusinessRejectReason : std::uint8_t {
  other = 0,
  not_available = 4,
  not_authorized = 6,
  throttle = 8
};

// What is not taken.
struct RefusedMessage {
  std::uint64_t msg_seq_num;  // FIX 34
  std::string_view msg_type;  // FIX 35
  std::string_view id;        // its own, for FIX 379
};

// 35=j, with why in words.
[[nodiscard]] OutMessage business_reject(const RefusedMessage& of, BusinessRejectReason reason,
                                         std::string_view words);

}  // namespace emx::gateway

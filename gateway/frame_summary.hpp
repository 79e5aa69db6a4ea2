#pragma once

#include <cstdint>
#include <string_view>

namespace emx::gateway {

// What must be known of a frame before QuickFIX may have it.
struct FrameSummary {
  std::string_view type;          // FIX 35
  std::uint32_t msg_seq_num = 0;  // FIX 34
  // False for what QuickFIX 1.15.1 would not survive with its wits: fields without a tag number,
  // and numbers of the session layer beyond 31 bits, which it lets overflow. FIX calls such a
  // message garbled, and has it ignored.
  bool readable = false;
};

[[nodiscard]] FrameSummary summary_of(std::string_view frame);

// An application message of FIX 5.0 SP2 that is not spoken here: proper, but not supported.
[[nodiscard]] bool is_foreign_application_type(std::string_view type);

}  // namespace emx::gateway

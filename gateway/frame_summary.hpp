#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace emx::gateway {

// What must be known of a frame before QuickFIX may have it.
struct FrameSummary {
  std::string_view type;  // FIX 35
  // FIX 34. Without one that can be read a message is garbled: nobody can say what it would be the
  // answer to.
  std::optional<std::uint32_t> msg_seq_num;
  // Whether QuickFIX 1.15.1 may have it as it is. It ignores a message with a field that has no
  // tag, and lets numbers overflow; and a ResendRequest from 0 costs it a number of its own.
  bool is_sound = true;
};

[[nodiscard]] FrameSummary summary_of(std::string_view frame);

// The same message with nothing in it that is not sound: QuickFIX rejects it (35=3) by the field
// that was wrong, in its turn, or obeys what was meant. "From 0" means from the first, and an
// EndSeqNo of many digits means to the last.
[[nodiscard]] std::string made_sound(std::string_view frame);

// An application message of FIX 5.0 SP2 that is not spoken here: proper, but not supported.
[[nodiscard]] bool is_foreign_application_type(std::string_view type);

// Its header: all there is to know of such a message to refuse it in its turn.
[[nodiscard]] std::string header_of(std::string_view frame);

}  // namespace emx::gateway

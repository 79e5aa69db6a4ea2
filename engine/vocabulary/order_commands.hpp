#pragma once

#include "engine/vocabulary/commands.hpp"

namespace emx {

// Whether it enters, changes or ends an order or a block and sets nothing else: all it does to the
// market stands in its events.
constexpr bool is_of_orders(CommandKind kind) {
  switch (kind) {
    case CommandKind::new_order:
    case CommandKind::cancel_order:
    case CommandKind::replace_order:
    case CommandKind::mass_cancel:
    case CommandKind::submit_block:
    case CommandKind::answer_block:
      return true;
    default:
      return false;
  }
}

}  // namespace emx

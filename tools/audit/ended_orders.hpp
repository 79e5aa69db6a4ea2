#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/vocabulary/entry_view.hpp"

namespace emx::audit {

// Calls `visit` with the id of each order that an entry's events end: cancelled, expired or filled.
// Whoever follows open orders forgets these only after the whole entry, for a SKIP may name an
// order that a trade before it has filled.
template <class Visit>
void for_each_ended_order(std::span<const std::byte> events, Visit&& visit) {
  static_cast<void>(
      for_each_event(events, [&](const EventHeader& header, std::span<const std::byte> event) {
        if (static_cast<EventKind>(header.kind) == EventKind::order_cancelled) {
          visit(read_record<OrderCancelledEvent>(event).order_id);
        }
        if (static_cast<EventKind>(header.kind) != EventKind::trade) return;
        const auto trade = read_record<TradeEvent>(event);
        if (trade.buy_remaining_lots == 0) visit(trade.buy_order_id);
        if (trade.sell_remaining_lots == 0) visit(trade.sell_order_id);
      }));
}

}  // namespace emx::audit

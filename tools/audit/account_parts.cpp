#include "tools/audit/account_parts.hpp"

#include "engine/vocabulary/enums.hpp"

namespace emx::audit {

void AccountParts::apply(const EntryView& entry) {
  static_cast<void>(for_each_event(
      entry.events, [&](const EventHeader& header, std::span<const std::byte> event) {
        take(static_cast<EventKind>(header.kind), event);
      }));
}

void AccountParts::take(EventKind kind, std::span<const std::byte> event) {
  switch (kind) {
    case EventKind::order_accepted: {
      const auto e = read_record<OrderAcceptedEvent>(event);
      const bool buy = static_cast<Side>(e.side) == Side::buy;
      const std::uint32_t asset = buy ? asset_cash : asset_of_instrument(e.instrument);
      orders_[e.order_id] = {e.facility, asset, e.reserved_amount};
      parts(e.facility, asset).reserved += e.reserved_amount;
      break;
    }
    case EventKind::order_replaced: {
      const auto e = read_record<OrderReplacedEvent>(event);
      const auto found = orders_.find(e.order_id);
      if (found == orders_.end()) break;
      release(e.order_id, found->second.reserved - e.reserved_amount, e.remaining_lots);
      break;
    }
    case EventKind::order_cancelled: {
      const auto e = read_record<OrderCancelledEvent>(event);
      release(e.order_id, e.released_amount, 0);
      break;
    }
    case EventKind::block: {
      const auto e = read_record<BlockEvent>(event);
      const bool buy = static_cast<Side>(e.side) == Side::buy;
      const auto reserve = [&](std::uint32_t facility, bool cash, std::int64_t amount) {
        parts(facility, cash ? asset_cash : asset_of_instrument(e.instrument)).reserved += amount;
      };
      switch (static_cast<BlockStage>(e.stage)) {
        case BlockStage::alleged:
          reserve(e.facility, buy, e.reserved_amount);
          break;
        case BlockStage::confirmed:
          reserve(e.counterparty, !buy, e.other_reserved_amount);
          break;
        case BlockStage::traded:
        case BlockStage::ended:
          reserve(e.facility, buy, -e.reserved_amount);
          reserve(e.counterparty, !buy, -e.other_reserved_amount);
          break;
      }
      break;
    }
    case EventKind::trade:
      trade_ = read_record<TradeEvent>(event);
      release(trade_.sell_order_id, trade_.quantity_lots, trade_.sell_remaining_lots);
      break;
    case EventKind::bill: {
      const auto e = read_record<BillEvent>(event);
      release(trade_.buy_order_id, e.amount_fen + e.buyer_fee_fen + e.buyer_released_fen,
              trade_.buy_remaining_lots);
      break;
    }
    case EventKind::held_back: {
      const auto e = read_record<HeldBackEvent>(event);
      Parts& held = parts(e.account, e.asset);
      held.pledged = e.pledged_amount;
      held.frozen = e.frozen_amount;
      break;
    }
    default:
      break;
  }
}

void AccountParts::release(std::uint64_t order_id, std::int64_t amount, std::int64_t open_lots) {
  const auto found = orders_.find(order_id);
  if (found == orders_.end()) return;
  found->second.reserved -= amount;
  parts(found->second.account, found->second.asset).reserved -= amount;
  if (open_lots == 0) orders_.erase(found);
}

AccountParts::Parts AccountParts::of(AccountId account, std::uint32_t asset) const {
  const auto found = parts_.find({account.value, asset});
  return found == parts_.end() ? Parts{} : found->second;
}

}  // namespace emx::audit

#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <utility>

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/events.hpp"
#include "engine/vocabulary/ids.hpp"

namespace emx::audit {

// What of each balance is not available (market-rules 11), from the events of a ledger: open orders
// reserve from their acceptance to their last fill or cancel, blocks from when they are alleged to
// their trade or end, and authorities hold back what the last HeldBack says. Not thread-safe.
class AccountParts {
 public:
  struct Parts {
    std::int64_t reserved = 0;
    std::int64_t pledged = 0;
    std::int64_t frozen = 0;
  };

  // Requires: entries in order, with records as ledger/records.hpp has them.
  void apply(const EntryView& entry);

  // In fen or lots.
  [[nodiscard]] Parts of(AccountId account, std::uint32_t asset) const;

 private:
  struct Order {
    std::uint32_t account;
    std::uint32_t asset;
    std::int64_t reserved;
  };

  void take(EventKind kind, std::span<const std::byte> event);
  // Of an order: no longer there when `open_lots` is 0.
  void release(std::uint64_t order_id, std::int64_t amount, std::int64_t open_lots);
  [[nodiscard]] Parts& parts(std::uint32_t account, std::uint32_t asset) {
    return parts_[{account, asset}];
  }

  std::map<std::pair<std::uint32_t, std::uint32_t>, Parts> parts_;  // by account, asset
  std::unordered_map<std::uint64_t, Order> orders_;
  TradeEvent trade_{};  // the one before its bill
};

}  // namespace emx::audit

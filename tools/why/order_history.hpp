#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <unordered_map>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "risk/ratio.hpp"

namespace emx::why {

// An order as it stands after the events so far.
struct OrderFacts {
  std::uint64_t id = 0;
  std::uint64_t entered = 0;  // sequence of its new order
  std::uint32_t firm = 0;
  std::uint32_t facility = 0;
  std::uint32_t instrument = 0;
  Side side{};
  TimeInForce time_in_force{};
  Date expires{};
  bool local_only = false;
  bool market = false;  // its price is the edge of the price limits
  std::int64_t price_ticks = 0;
  std::int64_t total_lots = 0;
  std::int64_t open_lots = 0;
  std::int64_t min_lots = 0;
  risk::Ratio max_ratio{};    // of a buy; 0/0: any
  risk::Fraction fraction{};  // of a buy, before its next fill
};

// The open orders, and where those that are not ended, from the ledger's events alone: event by
// event, because what an entry did to one order may be the reason of what it did to the next.
// Not thread-safe.
class OrderHistory {
 public:
  // Before the entry's events: forgets what the last entry ended.
  void start(const EntryView& entry);
  void take(std::span<const std::byte> event);
  void take(const EntryView& entry);  // all of them

  // An open order, or one that ended in this entry; nullptr: neither.
  [[nodiscard]] const OrderFacts* find(std::uint64_t id) const;
  [[nodiscard]] const std::map<std::uint64_t, OrderFacts>& open() const { return open_; }

  [[nodiscard]] const std::map<std::uint64_t, OrderFacts>& ended_here() const {
    return ended_here_;
  }

  struct End {
    std::uint64_t sequence = 0;  // of the entry; 0: it has not ended, or never was
    Code code = Code::none;      // none: filled
  };
  [[nodiscard]] End end_of(std::uint64_t id) const;

  // The entry in which a firm first used a ClOrdID; 0: none.
  [[nodiscard]] std::uint64_t first_use(std::uint32_t firm, const ClOrdId& id) const;

 private:
  void note_cl_ord_id(const CommandHeader& header, const ClOrdId& id);
  void fill(std::uint64_t id, std::int64_t remaining);
  void end(std::uint64_t id, Code code);

  std::uint64_t sequence_ = 0;  // of the entry
  NewOrderCommand command_{};   // its command, if that is a new order
  std::map<std::uint64_t, OrderFacts> open_;
  std::map<std::uint64_t, OrderFacts> ended_here_;
  std::unordered_map<std::uint64_t, End> ended_;
  std::unordered_map<std::string, std::uint64_t> cl_ord_ids_;
};

}  // namespace emx::why

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "tools/audit/describer.hpp"
#include "tools/audit/moment.hpp"

namespace emx::audit {

// Every order and block of some firms, and all that became of each, from the ledger's commands and
// events. Not thread-safe.
class OrderLog {
 public:
  // What an order is; of one that was refused as its command has it.
  struct Order {
    std::uint64_t order_id = 0;  // 0: refused, or a block
    std::uint64_t block_no = 0;
    std::string cl_ord_id;  // the last it has
    std::string firm;
    std::string facility;
    std::string symbol;
    std::string side;  // "buy"; empty: a cancel of no order of the firm
    std::uint32_t instrument = no_id;
    std::size_t told = 0;  // which of those that have a change that is kept; 0: it has none
  };
  struct Change {
    std::size_t order = 0;  // of orders()
    std::uint64_t sequence = 0;
    std::int64_t at_ns = 0;
    std::uint64_t rule_set = 0;
    std::string what;
    Code code = Code::none;
    std::int64_t price_fen = 0;
    std::int64_t quantity_lots = 0;
    std::int64_t open_lots = 0;
    std::uint64_t trade_no = 0;
    std::string counterparty;  // class of a fill's other side: "SH", "ZJ/JIASHAN"
    std::string words;
  };
  // Whether a firm is one of those asked for, by its code and the group that it has then.
  using IsAsked = std::function<bool(const SetFirmCommand&)>;

  // What is kept: changes from a moment on, and no more than so many. An order that has ended
  // without one of them is forgotten; of a later command for it only its number is told.
  struct Bounds {
    std::optional<Moment> from{};
    std::size_t changes_max = std::numeric_limits<std::size_t>::max();
  };

  OrderLog(IsAsked is_asked, const Bounds& bounds)
      : is_asked_{std::move(is_asked)}, bounds_{bounds} {}

  // Requires: entries in order, with records as ledger/records.hpp has them.
  void apply(const EntryView& entry);

  [[nodiscard]] const std::vector<Order>& orders() const { return orders_; }
  // There were more changes than are kept.
  [[nodiscard]] bool is_full() const { return is_full_; }
  // In the order of the ledger.
  [[nodiscard]] const std::vector<Change>& changes() const { return changes_; }
  [[nodiscard]] const market::Names& names() const { return describer_.names(); }

 private:
  [[nodiscard]] bool is_asked_firm(std::uint32_t firm) const;
  [[nodiscard]] bool is_asked_facility(std::uint32_t facility) const;
  [[nodiscard]] bool touches(const EntryView& entry) const;
  [[nodiscard]] bool touches(const EventHeader& header, std::span<const std::byte> event) const;
  void take_event(const EntryView& entry, EventKind kind, std::span<const std::byte> event,
                  const std::string& words);
  void take_refusal(const EntryView& entry, const RefusedEvent& refused, const std::string& words);
  void take_accepted(const EntryView& entry, const OrderAcceptedEvent& accepted,
                     const std::string& words);
  void take_fill(const EntryView& entry, const TradeEvent& trade, bool buys,
                 const std::string& words);
  void take_block(const EntryView& entry, const BlockEvent& block, const std::string& words);
  [[nodiscard]] std::size_t new_order(Order order);
  void keep(Change change);
  void end_order(std::uint64_t order_id);
  void free_if_untold(std::size_t order);
  [[nodiscard]] std::size_t order_of_refusal(const EntryView& entry, Change& change,
                                             std::uint32_t actor);
  [[nodiscard]] std::int64_t fen_of(std::int64_t ticks, std::uint32_t instrument) const;
  [[nodiscard]] std::string class_of(std::uint32_t facility, std::uint32_t instrument) const;
  [[nodiscard]] std::string firm_of(std::uint32_t facility) const;
  [[nodiscard]] static Change change_of(const EntryView& entry, std::size_t order, std::string what,
                                        const std::string& words);
  [[nodiscard]] const std::size_t* find(std::uint64_t order_id) const;

  IsAsked is_asked_;
  const Bounds bounds_;
  bool is_full_ = false;
  std::size_t told_ = 0;
  Describer describer_;
  std::vector<Order> orders_;
  std::vector<Change> changes_;
  std::vector<std::size_t> free_;  // places among the orders, of those that are forgotten
  std::unordered_map<std::uint64_t, std::size_t> by_id_;
  std::unordered_map<std::uint64_t, std::size_t> by_block_;
};

}  // namespace emx::audit

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "tools/audit/describer.hpp"

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

  explicit OrderLog(IsAsked is_asked) : is_asked_{std::move(is_asked)} {}

  // Requires: entries in order, with records as ledger/records.hpp has them.
  void apply(const EntryView& entry);

  [[nodiscard]] const std::vector<Order>& orders() const { return orders_; }
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
  [[nodiscard]] std::size_t order_of_refusal(const EntryView& entry, Change& change,
                                             std::uint32_t actor);
  [[nodiscard]] std::int64_t fen_of(std::int64_t ticks, std::uint32_t instrument) const;
  [[nodiscard]] std::string class_of(std::uint32_t facility, std::uint32_t instrument) const;
  [[nodiscard]] std::string firm_of(std::uint32_t facility) const;
  [[nodiscard]] static Change change_of(const EntryView& entry, std::size_t order, std::string what,
                                        const std::string& words);
  [[nodiscard]] const std::size_t* find(std::uint64_t order_id) const;

  IsAsked is_asked_;
  Describer describer_;
  std::vector<Order> orders_;
  std::vector<Change> changes_;
  std::unordered_map<std::uint64_t, std::size_t> by_id_;
  std::unordered_map<std::uint64_t, std::size_t> by_block_;
};

}  // namespace emx::audit

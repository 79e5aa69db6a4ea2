#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "tools/market/names.hpp"
#include "tools/scenario/event_line.hpp"

namespace emx::scenario {

// Tells the exchange's events in the language's words. Names come from the entries it was given,
// orders' names from whoever played them. Not thread-safe.
class EventWriter {
 public:
  // What the entry did, but for what only concerns its size. `order`: the name of the order that
  // it enters, if it does. Requires: entries in order, each once.
  [[nodiscard]] std::vector<EventLine> write(const EntryView& entry, std::string_view order);

  [[nodiscard]] const market::Names& names() const { return names_; }
  // "" for an order that was never entered.
  [[nodiscard]] std::string name_of_order(std::uint64_t order_id) const;

 private:
  struct Order {
    std::string name;
    std::uint32_t instrument;
    Side side;
    std::uint64_t arrival;
  };

  void write(std::span<const std::byte> event, std::vector<EventLine>& lines);
  [[nodiscard]] EventLine line(const OrderAcceptedEvent& e) const;
  [[nodiscard]] EventLine line(const OrderReplacedEvent& e);
  [[nodiscard]] EventLine line(const OrderCancelledEvent& e) const;
  [[nodiscard]] EventLine line(const TradeEvent& e) const;
  [[nodiscard]] EventLine line(const SkipEvent& e) const;
  [[nodiscard]] EventLine line(const UncrossedEvent& e) const;
  [[nodiscard]] EventLine line(const IndicativeEvent& e) const;
  [[nodiscard]] EventLine line(const BandSetEvent& e) const;
  [[nodiscard]] EventLine line(const CollarHitEvent& e) const;
  [[nodiscard]] EventLine line(const HeldBackEvent& e) const;
  [[nodiscard]] EventLine line(const TransferEvent& e) const;
  [[nodiscard]] EventLine line(const BlockEvent& e) const;
  [[nodiscard]] EventLine line(const PostingEvent& e) const;
  [[nodiscard]] EventLine line(const DemandUsedEvent& e) const;

  [[nodiscard]] std::string terms(std::int64_t lots, std::int64_t ticks,
                                  std::uint32_t instrument) const;
  [[nodiscard]] std::string price(std::int64_t ticks, std::uint32_t instrument) const;
  // CNY of a bid, lots of an ask.
  [[nodiscard]] static std::string reserved(std::int64_t amount, Side side);

  market::Names names_;
  std::map<std::uint64_t, Order> orders_;  // by id; those that are gone, too
};

}  // namespace emx::scenario

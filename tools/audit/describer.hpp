#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/rule_record.hpp"
#include "tools/market/names.hpp"

namespace emx::audit {

// Market time, UTC+8: "2026-06-18 09:30:00.001".
[[nodiscard]] std::string text_of_time(std::int64_t at_ns);

// "person 1", who acts for the venue or an authority.
[[nodiscard]] std::string person_words(std::uint32_t person);

// "new_order", "trade"; "?" for a number that is none.
[[nodiscard]] std::string_view name_of_command(std::uint16_t kind);
[[nodiscard]] std::string_view name_of_event(std::uint16_t kind);

// "SH", "the joint office".
[[nodiscard]] std::string authority_words(std::uint8_t authority);
// "rule set 3, record 0 of SH".
[[nodiscard]] std::string place_words(std::uint32_t version, std::uint8_t authority,
                                      std::uint16_t record);

struct EntryWords {
  std::string command;
  std::vector<std::string> events;
};

// Records in words a person can read, one line each. Names and open orders come from the entries
// it was given before; what it was not told of it calls by its number. Not thread-safe.
class Describer {
 public:
  // An entry's command and events. Entries come in order, each once: described, or taken.
  [[nodiscard]] EntryWords describe(const EntryView& entry);
  void take(const EntryView& entry);

  // The same as take() without the open orders, for whoever describes seldom and takes millions:
  // amounts of events that name nothing but an order are then told in ticks and without a unit.
  void take_names(const EntryView& entry);

  // Only the orders that the entry accepted, which stay open: for whoever describes a few entries
  // out of many, and knows where their orders came in.
  void take_orders(const EntryView& entry) { open_orders(entry.events); }

  // Whose command it is: "firm SH049", "person 1", "the venue".
  [[nodiscard]] std::string sender(const CommandHeader& header) const;

  // Requires: records as ledger/records.hpp has them.
  [[nodiscard]] std::string command(std::span<const std::byte> command) const;
  [[nodiscard]] std::string event(std::span<const std::byte> event) const;

  // A rule of a rule set.
  [[nodiscard]] std::string rule(std::uint16_t kind, const RuleBody& body) const;

  [[nodiscard]] const market::Names& names() const { return names_; }

  // Of one that only took names (take_names()).
  template <class Self, class Archive>
  static void persist_names(Self& self, Archive& archive) {
    market::Names::persist(self.names_, archive);
  }

 private:
  struct OpenOrder {
    std::uint32_t instrument;
    Side side;
  };

  void take_left_out(std::span<const std::byte> events);
  void open_orders(std::span<const std::byte> events);
  [[nodiscard]] const OpenOrder* find_order(std::uint64_t order_id) const;
  [[nodiscard]] std::string quantity(std::int64_t lots, std::uint32_t instrument) const;
  [[nodiscard]] std::string price(std::int64_t ticks, std::uint32_t instrument) const;
  // Of an order: fen of a buy, lots of a sell.
  [[nodiscard]] std::string amount(std::int64_t amount, const OpenOrder* order) const;
  [[nodiscard]] std::string price_of(std::int64_t ticks, const OpenOrder* order) const;
  [[nodiscard]] std::string lots_of(std::int64_t lots, const OpenOrder* order) const;

  [[nodiscard]] std::string words(const NewOrderCommand& command) const;
  [[nodiscard]] std::string words(const CancelOrderCommand& command) const;
  [[nodiscard]] std::string words(const MassCancelCommand& c) const;
  [[nodiscard]] std::string words(const ReplaceOrderCommand& command) const;
  [[nodiscard]] std::string words(const IssueCommand& command) const;

  [[nodiscard]] std::string words(const OrderAcceptedEvent& event) const;
  [[nodiscard]] std::string words(const OrderReplacedEvent& event) const;
  [[nodiscard]] std::string words(const OrderCancelledEvent& event) const;
  [[nodiscard]] std::string words(const TradeEvent& event) const;
  [[nodiscard]] std::string words(const PostingEvent& event) const;
  [[nodiscard]] std::string words(const HeldBackEvent& event) const;
  [[nodiscard]] std::string words(const TransferEvent& event) const;
  [[nodiscard]] std::string words(const BlockEvent& event) const;
  [[nodiscard]] std::string words(const DemandUsedEvent& event) const;
  [[nodiscard]] std::string words(const SkipEvent& event) const;
  [[nodiscard]] std::string words(const UncrossedEvent& e) const;
  [[nodiscard]] std::string words(const IndicativeEvent& e) const;
  [[nodiscard]] std::string words(const CollarHitEvent& e) const;
  [[nodiscard]] std::string words(const BandSetEvent& event) const;

  market::Names names_;
  std::unordered_map<std::uint64_t, OpenOrder> orders_;
};

}  // namespace emx::audit

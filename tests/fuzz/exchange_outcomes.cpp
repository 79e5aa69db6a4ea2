#include "tests/fuzz/exchange_outcomes.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/events.hpp"
#include "tests/fuzz/reached.hpp"

namespace emx::fuzz {
namespace {

// In order of their numbers, from 1.
constexpr std::array block_stages{"block opened", "block with a ticket", "block traded",
                                  "block ended"};
constexpr std::array transfer_stages{"transfer requested", "transfer carried out",
                                     "transfer ended"};
constexpr std::array rule_set_stages{"rule set waits", "rule set in force", "rule set lapsed",
                                     "rule set withdrawn", "document left out"};

template <std::size_t Count>
std::string_view stage_name(const std::array<const char*, Count>& names, std::uint8_t stage) {
  return names.at(stage - std::size_t{1});
}

class Entry {
 public:
  Entry(bool small_market, std::span<const std::byte> command)
      : prefix_{small_market ? "small market: " : ""} {
    if (command.size() >= sizeof(CommandHeader)) {
      kind_ = static_cast<CommandKind>(read_record<CommandHeader>(command).kind);
    }
  }

  void take(EventKind kind, std::span<const std::byte> event) {
    switch (kind) {
      case EventKind::refused:
        return refused(read_record<RefusedEvent>(event).code);
      case EventKind::order_accepted:
        note("order accepted");
        return code(read_record<OrderAcceptedEvent>(event).warning);
      case EventKind::order_replaced:
        return note("replace");
      case EventKind::order_cancelled:
        return code(read_record<OrderCancelledEvent>(event).code);
      case EventKind::trade:
        return trade(read_record<TradeEvent>(event));
      case EventKind::skip:
        return code(read_record<SkipEvent>(event).code);
      case EventKind::uncrossed:
        uncrossed_ = true;
        return note("call uncrossed");
      case EventKind::indicative:
        return note("indicative price");
      case EventKind::collar_hit:
        return note("collar hit");
      case EventKind::held_back:
        return note("held back");
      case EventKind::block:
        return block(read_record<BlockEvent>(event));
      case EventKind::transfer: {
        const auto transfer = read_record<TransferEvent>(event);
        code(transfer.code);
        return note(stage_name(transfer_stages, transfer.stage));
      }
      case EventKind::rule_set: {
        const auto set = read_record<RuleSetEvent>(event);
        code(set.code);
        return note(stage_name(rule_set_stages, set.stage));
      }
      case EventKind::rule_applied:
        return note("rule applied");
      case EventKind::more_to_do:
        return note(has_fixpoint_ ? "fixpoint that an entry's bound cuts"
                                  : "work that an entry's bound cuts");
      default:
        return;
    }
  }

 private:
  void note(std::string_view name) { reached(prefix_ + std::string{name}); }
  void code(std::uint16_t number) {
    if (number != 0) note(name_of(static_cast<Code>(number)));
  }
  void refused(std::uint16_t number) {
    code(number);
    const bool of_order = kind_ == CommandKind::new_order || kind_ == CommandKind::replace_order;
    if (of_order && number == static_cast<std::uint16_t>(Code::o04_rate)) note("rate refusal");
  }
  void trade(const TradeEvent& trade) {
    const bool by_none = trade.is_block == 0 && trade.aggressor == 0;
    has_fixpoint_ = has_fixpoint_ || (by_none && !uncrossed_);
    note(trade.is_block != 0 ? "block's trade"
         : !by_none          ? "trade"
         : uncrossed_        ? "call's trade"
                             : "fixpoint's trade");
    if (trade.cross_province != 0) note("trade across provinces");
    if (trade.retired_lots > 0) note("trade that retires");
    code(trade.code);
  }
  void block(const BlockEvent& block) {
    note(stage_name(block_stages, block.stage));
    code(block.code);
    if (block.code == static_cast<std::uint16_t>(Code::c01_expired)) note("block's time over");
  }

  std::string prefix_;
  std::optional<CommandKind> kind_;
  bool uncrossed_ = false;
  bool has_fixpoint_ = false;
};

}  // namespace

void note_outcomes(bool small_market, std::span<const std::byte> command,
                   std::span<const std::byte> events) {
  Entry entry{small_market, command};
  const bool whole =
      for_each_event(events, [&](const EventHeader& header, std::span<const std::byte> event) {
        entry.take(static_cast<EventKind>(header.kind), event);
      });
  check(whole);
}

std::vector<std::string> wanted_outcomes() {
  std::vector<std::string> names{
      "order accepted",     "replace",          "trade",          "trade across provinces",
      "trade that retires", "fixpoint's trade", "call uncrossed", "call's trade",
      "indicative price",   "collar hit",       "held back",      "block's trade",
      "rule applied",       "rate refusal"};
  for (const char* name : block_stages) names.emplace_back(name);
  for (const char* name : transfer_stages) names.emplace_back(name);
  for (const char* name : rule_set_stages) names.emplace_back(name);
  // All codes but those of what does not exist yet, and of the gateway.
  constexpr std::array elsewhere{Code::o13_not_in_view, Code::o14_group_cap, Code::s05_interval,
                                 Code::x03_chosen,      Code::s01_busy,      Code::s02_draining};
  for (std::uint16_t number = 1; number < 1'000; ++number) {
    const auto code = static_cast<Code>(number);
    if (is_known(code) && std::ranges::find(elsewhere, code) == elsewhere.end()) {
      names.emplace_back(name_of(code));
    }
  }
  for (const char* name : {"order accepted", "replace", "trade", "trade across provinces",
                           "block opened", "block traded", "held back", "C03_REQUESTED"}) {
    names.push_back("small market: " + std::string{name});
  }
  return names;
}

}  // namespace emx::fuzz

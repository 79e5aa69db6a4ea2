#include "tools/audit/describer.hpp"

#include <algorithm>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/rules_in_force.hpp"
#include "tools/audit/ended_orders.hpp"
#include "tools/audit/refused_act.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::audit {

using market::cny;
using market::grouped;

namespace {

constexpr std::int64_t ms_ns = 1'000'000;
constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t utc_plus_8_ms = 28'800'000;

std::string digits(std::int64_t value, std::size_t width) {
  std::string text = std::to_string(value);
  return text.insert(0, width - std::min(width, text.size()), '0');
}

}  // namespace

std::string text_of_time(std::int64_t at_ns) {
  const std::int64_t at_ms = (at_ns - (at_ns % ms_ns + ms_ns) % ms_ns) / ms_ns + utc_plus_8_ms;
  const std::int64_t of_day_ms = (at_ms % day_ms + day_ms) % day_ms;
  const Date date{static_cast<std::int32_t>((at_ms - of_day_ms) / day_ms)};
  return text_of(date) + ' ' + digits(of_day_ms / 3'600'000, 2) + ':' +
         digits(of_day_ms / 60'000 % 60, 2) + ':' + digits(of_day_ms / 1'000 % 60, 2) + '.' +
         digits(of_day_ms % 1'000, 3);
}

void Describer::take_names(const EntryView& entry) {
  for_each_setting(entry, [this](std::span<const std::byte> setting) { names_.apply(setting); });
  if (is_refused(entry)) return;
  const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind);
  if (kind == CommandKind::activate_rules) names_.drop_documents();
  if (kind == CommandKind::set_authority_key) take_left_out(entry.events);
  if (kind == CommandKind::rule_document) {
    names_.close_document(read_record<RuleDocumentCommand>(entry.command).authority,
                          entry.stamp.sequence.value);
  }
}

// What was handed in under another key than the new one.
void Describer::take_left_out(std::span<const std::byte> events) {
  static_cast<void>(
      for_each_event(events, [this](const EventHeader& header, std::span<const std::byte> bytes) {
        if (static_cast<EventKind>(header.kind) != EventKind::rule_set) return;
        const auto set = read_record<RuleSetEvent>(bytes);
        const bool left_out = static_cast<RuleSetStage>(set.stage) == RuleSetStage::left_out;
        if (left_out) names_.drop_document(set.authority);
      }));
}

EntryWords Describer::describe(const EntryView& entry) {
  EntryWords words;
  words.command = command(entry.command);
  take_names(entry);
  open_orders(entry.events);
  static_cast<void>(for_each_event(entry.events, [&](const EventHeader& header,
                                                     std::span<const std::byte> bytes) {
    words.events.push_back(static_cast<EventKind>(header.kind) == EventKind::refused
                               ? words_of_refusal(entry.command, read_record<RefusedEvent>(bytes))
                               : event(bytes));
  }));
  for_each_ended_order(entry.events, [this](std::uint64_t order) { orders_.erase(order); });
  return words;
}

void Describer::take(const EntryView& entry) {
  take_names(entry);
  open_orders(entry.events);
  for_each_ended_order(entry.events, [this](std::uint64_t order) { orders_.erase(order); });
}

void Describer::open_orders(std::span<const std::byte> events) {
  static_cast<void>(
      for_each_event(events, [this](const EventHeader& header, std::span<const std::byte> bytes) {
        if (static_cast<EventKind>(header.kind) != EventKind::order_accepted) return;
        const auto accepted = read_record<OrderAcceptedEvent>(bytes);
        orders_[accepted.order_id] = {accepted.instrument, static_cast<Side>(accepted.side)};
      }));
}

const Describer::OpenOrder* Describer::find_order(std::uint64_t order_id) const {
  const auto found = orders_.find(order_id);
  return found == orders_.end() ? nullptr : &found->second;
}

std::string Describer::quantity(std::int64_t lots, std::uint32_t instrument) const {
  return grouped(lots) + ' ' + std::string{names_.unit(instrument)};
}

std::string Describer::price(std::int64_t ticks, std::uint32_t instrument) const {
  const SetInstrumentCommand* known = names_.instrument(instrument);
  return known == nullptr ? grouped(ticks) + " ticks" : cny(ticks * known->tick_fen) + " CNY";
}

std::string Describer::amount(std::int64_t amount, const OpenOrder* order) const {
  if (order == nullptr) return grouped(amount);
  return order->side == Side::buy ? cny(amount) + " CNY" : quantity(amount, order->instrument);
}

std::string Describer::price_of(std::int64_t ticks, const OpenOrder* order) const {
  return price(ticks, order == nullptr ? no_id : order->instrument);
}

std::string Describer::lots_of(std::int64_t lots, const OpenOrder* order) const {
  return order == nullptr ? grouped(lots) + " lots" : quantity(lots, order->instrument);
}

}  // namespace emx::audit

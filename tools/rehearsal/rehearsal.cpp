#include "tools/rehearsal/rehearsal.hpp"

#include <algorithm>

#include "engine/inspection.hpp"
#include "engine/vocabulary/check.hpp"
#include "tools/admin/request.hpp"
#include "tools/audit/refused_act.hpp"

namespace emx::rehearsal {

namespace {

using Bytes = std::span<const std::byte>;

constexpr std::array all_rooms{Room::inflow, Room::outflow, Room::gross, Room::holding, Room::pace};

std::int64_t room_of(Room room, const risk::ProvinceUse& use, const risk::ProvinceCaps& caps) {
  switch (room) {
    case Room::inflow:
      return caps.inflow - use.net;
    case Room::outflow:
      return caps.outflow + use.net;
    case Room::gross:
      return caps.gross - use.gross;
    case Room::holding:
      return caps.holding - use.held;
    case Room::pace:
      break;
  }
  return caps.daily_pace - use.net_today;
}

template <class See>
void for_each_room(See&& see) {
  std::size_t at = 0;
  for (std::uint8_t p = 0; p < provinces_count; ++p) {
    for (std::uint8_t k = 0; k < pollutants_count; ++k) {
      for (const Room room : all_rooms) {
        see(at++, static_cast<Province>(p), static_cast<Pollutant>(k), room);
      }
    }
  }
}

}  // namespace

std::string_view name_of(Room room) {
  switch (room) {
    case Room::inflow:
      return "net inflow";
    case Room::outflow:
      return "net outflow";
    case Room::gross:
      return "gross";
    case Room::holding:
      return "holding";
    case Room::pace:
      return "inflow today";
  }
  return "?";
}

std::vector<Effect::RoomChange> changes(const Rooms& before, const Rooms& after) {
  std::vector<Effect::RoomChange> rows;
  for_each_room([&](std::size_t at, Province province, Pollutant pollutant, Room room) {
    if (before[at] == after[at]) return;
    rows.push_back({province, pollutant, room, before[at], after[at]});
  });
  return rows;
}

std::string Rehearsal::take(const EntryView& entry) {
  if (!exchange_) {
    const auto header = read_record<CommandHeader>(entry.command);
    if (header.kind != static_cast<std::uint16_t>(CommandKind::genesis) ||
        entry.command.size() != sizeof(GenesisCommand) ||
        !engine::Exchange::may_start(read_record<GenesisCommand>(entry.command))) {
      return "this program cannot replay it: it was made under other semantics";
    }
    exchange_ = std::make_unique<engine::Exchange>(read_record<GenesisCommand>(entry.command));
  }
  exchange_->apply(entry.stamp, entry.command, events_);
  if (exchange_->digest() != entry.digest || !std::ranges::equal(events_.bytes(), entry.events)) {
    return "its commands give something else than it says; see `emx audit verify`";
  }
  sequence_ = entry.stamp.sequence.value;
  at_ns_ = entry.stamp.at_ns;
  describer_.take(entry);
  orders_.take(entry);
  return "";
}

void Rehearsal::settle(std::int64_t now_ns) {
  check(has_begun());
  const ProceedCommand proceed = engine::proceed_command();
  Effect rest;
  while (exchange_->more_to_do()) note(step(std::as_bytes(std::span{&proceed, 1})), rest);
  at_ns_ = std::max(at_ns_, now_ns);
  // What time alone has ended by now.
  TickCommand tick{};
  tick.header.kind = static_cast<std::uint16_t>(CommandKind::tick);
  tick.header.size = sizeof tick;
  tick.header.actor = no_id;
  carry_out(std::as_bytes(std::span{&tick, 1}), rest);
}

Effect Rehearsal::apply(const Commands& commands) {
  check(has_begun() && !exchange_->more_to_do());
  const Rooms before = rooms();
  Effect effect;
  effect.at_ns = at_ns_;
  for (const auto& command : commands) {
    effect.command = describer_.command(command);
    carry_out(command, effect);
    if (effect.refusal) break;
  }
  effect.year = state().trade_year();
  effect.rooms = changes(before, rooms());
  return effect;
}

void Rehearsal::carry_out(Bytes command, Effect& effect) {
  const ProceedCommand proceed = engine::proceed_command();
  note(step(command), effect);
  while (exchange_->more_to_do()) note(step(std::as_bytes(std::span{&proceed, 1})), effect);
}

EntryView Rehearsal::step(Bytes command) {
  const Stamp stamp{SeqNo{++sequence_}, at_ns_};
  exchange_->apply(stamp, command, events_);
  return {
      stamp, command, events_.bytes(), events_.count(), exchange_->digest(), exchange_->rule_set()};
}

void Rehearsal::note(const EntryView& entry, Effect& effect) {
  const audit::EntryWords words = describer_.describe(entry);
  effect.events.insert(effect.events.end(), words.events.begin(), words.events.end());
  orders_.start(entry);
  const bool whole = for_each_event(entry.events, [&](const EventHeader& header, Bytes event) {
    switch (static_cast<EventKind>(header.kind)) {
      case EventKind::refused: {
        const auto refused = read_record<RefusedEvent>(event);
        effect.refusal = {static_cast<Code>(refused.code), refused.limit, refused.value,
                          audit::reason_of_refusal(entry.command, refused)};
        break;
      }
      case EventKind::order_cancelled: {
        const auto cancel = read_record<OrderCancelledEvent>(event);
        const why::OrderFacts* order = orders_.find(cancel.order_id);
        check(order != nullptr);
        effect.cancelled.push_back({*order, static_cast<Code>(cancel.code), cancel.remaining_lots});
        break;
      }
      case EventKind::trade:
        count(read_record<TradeEvent>(event), effect);
        break;
      case EventKind::transfer:
        effect.transfers.emplace_back(read_record<TransferEvent>(event), describer_.event(event));
        break;
      case EventKind::rule_set:
        effect.rule_sets.push_back(describer_.event(event));
        break;
      default:
        break;
    }
    orders_.take(event);
  });
  check(whole);
}

void Rehearsal::count(const TradeEvent& trade, Effect& effect) const {
  const auto province_of = [&](std::uint32_t facility) {
    return static_cast<Province>(names().facility(facility)->province);
  };
  Effect::Turnover& turnover = effect.trades[{trade.instrument, province_of(trade.sell_facility),
                                              province_of(trade.buy_facility)}];
  ++turnover.trades;
  turnover.sold_lots += trade.quantity_lots;
  turnover.credited_lots += trade.credited_lots;
}

Rooms Rehearsal::rooms() const {
  const risk::ProvinceQuotas& quotas = exchange_->inspection().quotas();
  Rooms found{};
  for_each_room([&](std::size_t at, Province province, Pollutant pollutant, Room room) {
    found[at] =
        room_of(room, quotas.use(province, pollutant), quotas.open_caps(province, pollutant));
  });
  return found;
}

}  // namespace emx::rehearsal

#include "bench/core_replay.hpp"

#include <cstring>
#include <string>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/events.hpp"

namespace emx::bench {

namespace {

constexpr std::uint32_t firms = 100;
constexpr std::uint32_t buyers = 50;

// Firms of the constrained market go round twelve homes, each a trading class: of each province an
// attaining zone, a key zone whose firms trade LOCAL_ONLY, and one that misses its target.
constexpr std::uint32_t homes = 12;

bool is_local_only(std::uint32_t firm) { return firm % homes / provinces_count == 1; }

template <class Command>
CoreCommand core_command(CommandKind kind, Command command, std::uint32_t firm) {
  command.header.kind = static_cast<std::uint16_t>(kind);
  command.header.size = sizeof command;
  command.header.actor = firm;
  CoreCommand core{};
  core.size = sizeof command;
  std::memcpy(core.bytes, &command, sizeof command);
  return core;
}

// What became of a flow's order: its id, and how much of it has traded.
struct Known {
  std::uint64_t exchange_id = 0;
  std::uint32_t firm = 0;
  std::int64_t filled = 0;
};

// The books close, and open on the next day.
void append_night(LargeVector<CoreCommand>& commands, std::int32_t date) {
  PhaseCommand phase{};
  phase.phase = static_cast<std::uint8_t>(Phase::closed);
  commands.push_back(core_command(CommandKind::phase, phase, no_id));
  commands.push_back(
      core_command(CommandKind::set_reference_price, CoreMarket::reference_price(0), no_id));
  DayOpenCommand day{};
  day.date = date;
  commands.push_back(core_command(CommandKind::day_open, day, no_id));
  phase.phase = static_cast<std::uint8_t>(Phase::continuous);
  commands.push_back(core_command(CommandKind::phase, phase, no_id));
}

CoreCommand command_of(const FlowRecord& record, const std::vector<Known>& known,
                       Constraints constraints) {
  const auto operation = static_cast<FlowOperation>(record.operation);
  if (operation == FlowOperation::cancel) {
    CancelOrderCommand command{};
    command.order_id = known[record.target_id].exchange_id;
    return core_command(CommandKind::cancel_order, command, known[record.target_id].firm);
  }
  if (operation == FlowOperation::replace) {
    ReplaceOrderCommand command{};
    const Known& order = known[record.target_id];
    command.order_id = order.exchange_id;
    command.price_fen = record.price * CoreMarket::tick_fen;
    command.quantity_lots = order.filled + record.quantity;
    return core_command(CommandKind::replace_order, command, order.firm);
  }
  const bool buy = record.side == 0;
  const auto firm = static_cast<std::uint32_t>(record.order_id % buyers) + (buy ? 0 : buyers);
  OrderPlan order{.firm = firm,
                  .side = buy ? Side::buy : Side::sell,
                  .lots = record.quantity,
                  .price_ticks = record.price};
  if (operation == FlowOperation::immediate) order.time_in_force = TimeInForce::ioc;
  if (constraints == Constraints::twelve && is_local_only(firm)) {
    order.instructions = order_local_only;
  }
  return core_command(CommandKind::new_order, new_order_command(order), firm);
}

}  // namespace

CoreMarket market_of(Constraints constraints) {
  constexpr std::string_view zones[] = {"plain", "key", "bad"};
  std::vector<FirmPlan> plans(firms);
  if (constraints == Constraints::none) return CoreMarket{plans};
  std::vector<std::string> groups(firms, "G");
  for (std::uint32_t i = 0; i < firms; ++i) {
    const std::uint32_t home = i % homes;
    groups[i] += std::to_string(i);
    plans[i].province = static_cast<std::uint8_t>(home % provinces_count);
    plans[i].zone = zones[home / provinces_count];
    plans[i].group = groups[i];
  }
  CoreMarket market{plans};
  market.limit_orders();
  return market;
}

LargeVector<CoreCommand> commands_of(const Flow& flow, Constraints constraints, CoreMarket& market,
                                     std::uint32_t days) {
  LargeVector<CoreCommand> commands;
  commands.reserve(flow.records.size() + std::size_t{4} * days);
  const std::size_t operations_of_day = flow.records.size() / days;
  std::size_t operations = 0;
  std::int32_t date = CoreMarket::first_day().value;
  std::vector<Known> known(flow.order_id_max + 1);
  std::vector<std::uint64_t> flow_id_of_slot(std::size_t{1} << 15);
  for (const FlowRecord& record : flow.records) {
    if (operations++ == operations_of_day) {
      const std::size_t night = commands.size();
      append_night(commands, ++date);
      for (std::size_t i = night; i < commands.size(); ++i) {
        market.apply({commands[i].bytes, commands[i].size});
        market.check_not_refused();
      }
      operations = 1;
    }
    commands.push_back(command_of(record, known, constraints));
    const CoreCommand& command = commands.back();
    market.apply({command.bytes, command.size});
    const bool whole = for_each_event(
        market.events().bytes(), [&](const EventHeader& header, std::span<const std::byte> bytes) {
          const auto kind = static_cast<EventKind>(header.kind);
          if (kind == EventKind::order_accepted) {
            const auto event = read_record<OrderAcceptedEvent>(bytes);
            known[record.order_id] = {event.order_id, event.facility, 0};
            flow_id_of_slot[static_cast<std::uint32_t>(event.order_id)] = record.order_id;
          } else if (kind == EventKind::trade) {
            const auto event = read_record<TradeEvent>(bytes);
            for (const std::uint64_t id : {event.buy_order_id, event.sell_order_id}) {
              known[flow_id_of_slot[static_cast<std::uint32_t>(id)]].filled += event.quantity_lots;
            }
          }
        });
    check(whole);
  }
  return commands;
}

}  // namespace emx::bench

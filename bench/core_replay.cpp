#include "bench/core_replay.hpp"

#include <cstring>
#include <string>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/events.hpp"

namespace emx::bench {

namespace {

constexpr std::uint32_t firms = 100;
constexpr std::uint32_t buyers = 50;
constexpr std::int64_t tick_fen = 1'000;
constexpr std::int64_t ample = 1'000'000'000'000'000;

// Firms of the constrained market go round twelve homes, each a trading class: of each province an
// attaining zone, a key zone (ratio 3/2) whose firms trade LOCAL_ONLY, and one that misses its
// target (ratio 2, and it buys from itself only).
constexpr std::uint32_t homes = 12;

bool is_local_only(std::uint32_t firm) { return firm % homes / provinces_count == 1; }

std::string name_of_firm(std::uint32_t firm) {
  std::string name{"F"};
  name += std::to_string(firm);
  return name;
}

}  // namespace

template <class Command>
void CoreMarket::set_up(CommandKind kind, Command command) {
  command.header.kind = static_cast<std::uint16_t>(kind);
  command.header.size = sizeof command;
  command.header.actor = no_id;
  apply(std::as_bytes(std::span{&command, 1}));
  check(events_.count() == 0 || read_record<EventHeader>(events_.bytes()).kind !=
                                    static_cast<std::uint16_t>(EventKind::refused));
}

CoreMarket::CoreMarket(Constraints constraints) {
  GenesisCommand genesis{};
  genesis.venue = Text<32>{"EMX"};
  genesis.semantics_version = engine::semantics_version;
  genesis.firms_max = firms;
  genesis.facilities_max = firms;
  genesis.instruments_max = 1;
  genesis.zones_max = 16;
  genesis.orders_max = 1U << 15;
  genesis.level_cells_max = 1U << 20;
  genesis.fee_rate_bp = 10;
  genesis.listed_kg_max = 30'000;
  genesis.listed_carbon_t_max = 99'999;
  genesis.gtc_days = 90;
  exchange_ = std::make_unique<engine::Exchange>(genesis);
  set_up(CommandKind::genesis, genesis);
  add_firms(constraints);

  SetInstrumentCommand book{};
  book.symbol = Symbol{"VOC"};
  book.approval_ref = Text<24>{"BENCH"};
  book.venue_of_record = Text<8>{"EMX"};
  book.tick_fen = tick_fen;
  book.pollutant = static_cast<std::uint8_t>(Pollutant::voc);
  book.medium = static_cast<std::uint8_t>(Medium::air);
  book.book_class = static_cast<std::uint8_t>(BookClass::ind);
  book.first_year = 2026;
  book.last_year = 2030;
  book.band_pct = 99;
  book.lot = 1;
  book.levels_max = 1U << 14;
  set_up(CommandKind::set_instrument, book);
  SetReferencePriceCommand reference{};
  reference.symbol = Symbol{"VOC"};
  reference.price_fen = 8'192 * tick_fen;  // limits 82 and 16,302
  set_up(CommandKind::set_reference_price, reference);
  for (std::uint32_t i = 0; i < firms; ++i) {
    IssueCommand issue{};
    issue.facility = AccountCode{name_of_firm(i)};
    issue.symbol = Symbol{"VOC"};
    issue.quantity_lots = ample / firms / 10;
    set_up(CommandKind::issue, issue);
  }
  DayOpenCommand day{};
  day.date = date_of(2026, 6, 18).value;
  set_up(CommandKind::day_open, day);
  PhaseCommand phase{};
  phase.phase = static_cast<std::uint8_t>(Phase::continuous);
  set_up(CommandKind::phase, phase);
}

void CoreMarket::add_firms(Constraints constraints) {
  const bool constrained = constraints == Constraints::twelve;
  for (std::uint8_t p = 0; p < provinces_count; ++p) {
    for (const char* name : {"plain", "key", "bad"}) {
      SetZoneCommand zone{};
      zone.zone = ZoneCode{name};
      zone.province = p;
      zone.attaining_mask = static_cast<std::uint8_t>(std::string_view{name} == "bad" ? 0 : 127);
      zone.key_zone = std::string_view{name} == "key" ? 1 : 0;
      set_up(CommandKind::set_zone, zone);
    }
    SetQuotaCommand quota{};
    quota.year = 2026;
    quota.province = p;
    quota.pollutant = static_cast<std::uint8_t>(Pollutant::voc);
    quota.inflow_cap_kg = quota.outflow_cap_kg = quota.gross_cap_kg = ample;
    quota.holding_cap_kg = quota.daily_pace_kg = ample;
    set_up(CommandKind::set_quota, quota);
  }
  for (std::uint32_t i = 0; i < firms; ++i) {
    SetFirmCommand firm{};
    firm.firm = FirmCode{name_of_firm(i)};
    set_up(CommandKind::set_firm, firm);
    const std::uint32_t home = i % homes;
    SetFacilityCommand facility{};
    facility.facility = AccountCode{name_of_firm(i)};
    facility.firm = FirmCode{name_of_firm(i)};
    const char* const zones[] = {"plain", "key", "bad"};
    facility.zone = ZoneCode{constrained ? zones[home / provinces_count] : "plain"};
    facility.permit_valid_to = date_of(2030, 12, 31).value;
    facility.province = constrained ? static_cast<std::uint8_t>(home % provinces_count) : 0;
    facility.source_class = static_cast<std::uint8_t>(SourceClass::industry);
    facility.pollutants_mask = 127;
    set_up(CommandKind::set_facility, facility);
    DepositCommand deposit{};
    deposit.facility = facility.facility;
    deposit.amount_fen = ample;
    set_up(CommandKind::deposit, deposit);
    SetDemandCommand demand{};
    demand.facility = facility.facility;
    demand.pollutant = static_cast<std::uint8_t>(Pollutant::voc);
    demand.approved_kg = ample;
    set_up(CommandKind::set_demand, demand);
  }
}

void CoreMarket::apply(std::span<const std::byte> command) {
  ++sequence_;
  exchange_->apply({SeqNo{sequence_}, static_cast<std::int64_t>(sequence_)}, command, events_);
  while (exchange_->more_to_do()) {
    const ProceedCommand proceed = engine::proceed_command();
    ++sequence_;
    exchange_->apply({SeqNo{sequence_}, static_cast<std::int64_t>(sequence_)},
                     std::as_bytes(std::span{&proceed, 1}), events_);
  }
}

namespace {

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
    command.price_fen = record.price * tick_fen;
    command.quantity_lots = order.filled + record.quantity;
    return core_command(CommandKind::replace_order, command, order.firm);
  }
  const bool buy = record.side == 0;
  const auto firm = static_cast<std::uint32_t>(record.order_id % buyers) + (buy ? 0 : buyers);
  NewOrderCommand command{};
  command.facility = firm;
  command.price_fen = record.price * tick_fen;
  command.quantity_lots = record.quantity;
  command.side = static_cast<std::uint8_t>(buy ? Side::buy : Side::sell);
  if (constraints == Constraints::twelve && is_local_only(firm)) {
    command.instructions = order_local_only;
  }
  command.order_type = static_cast<std::uint8_t>(OrderType::limit);
  command.time_in_force = static_cast<std::uint8_t>(
      operation == FlowOperation::immediate ? TimeInForce::ioc : TimeInForce::gtc);
  return core_command(CommandKind::new_order, command, firm);
}

}  // namespace

LargeVector<CoreCommand> commands_of(const Flow& flow, Constraints constraints,
                                     CoreMarket& market) {
  LargeVector<CoreCommand> commands;
  commands.reserve(flow.records.size());
  std::vector<Known> known(flow.order_id_max + 1);
  std::vector<std::uint64_t> flow_id_of_slot(std::size_t{1} << 15);
  for (const FlowRecord& record : flow.records) {
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

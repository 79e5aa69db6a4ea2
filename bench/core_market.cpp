#include "bench/core_market.hpp"

#include <string>

#include "engine/vocabulary/bounds.hpp"
#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/events.hpp"

namespace emx::bench {

namespace {

constexpr std::int64_t ample = 1'000'000'000'000'000;  // kg, fen; of lots all firms together

std::string named(std::string_view prefix, std::uint32_t number) {
  std::string name{prefix};
  name += std::to_string(number);
  return name;
}

}  // namespace

CoreMarket::CoreMarket(std::span<const FirmPlan> firms, std::uint32_t instruments) {
  const auto firms_count = static_cast<std::uint32_t>(firms.size());
  GenesisCommand genesis{};
  genesis.venue = Text<32>{"EMX"};
  genesis.semantics_version = engine::semantics_version;
  genesis.firms_max = firms_count;
  genesis.facilities_max = firms_count;
  genesis.instruments_max = instruments;
  genesis.zones_max = 16;
  genesis.orders_max = 1U << 15;
  genesis.level_cells_max = 1U << 20;
  genesis.fee_rate_bp = 10;
  genesis.listed_kg_max = 30'000;
  genesis.listed_carbon_t_max = 99'999;
  genesis.carbon_extra_t_max = 1'000'000;
  genesis.gtc_days = 90;
  exchange_ = std::make_unique<engine::Exchange>(genesis);
  command(CommandKind::genesis, genesis);
  add_provinces();
  for (std::uint32_t i = 0; i < firms_count; ++i) add_firm(i, firms[i]);
  for (std::uint32_t i = 0; i < instruments; ++i) {
    add_book(i);
    for (std::uint32_t firm = 0; firm < firms_count; ++firm) {
      IssueCommand issue{};
      issue.facility = AccountCode{named("F", firm)};
      issue.symbol = Symbol{named("VOC", i)};
      issue.quantity_lots = ample / 10 / firms_count / instruments;
      command(CommandKind::issue, issue);
    }
  }
  DayOpenCommand day{};
  day.date = first_day().value;
  command(CommandKind::day_open, day);
  phase(Phase::continuous);
}

void CoreMarket::phase(Phase phase) {
  PhaseCommand record{};
  record.phase = static_cast<std::uint8_t>(phase);
  command(CommandKind::phase, record);
}

void CoreMarket::limit_orders() {
  struct Limit {
    LimitKind kind;
    std::int64_t most;
  };
  for (const auto [kind, most] :
       {Limit{LimitKind::open_orders, 1 << 20}, Limit{LimitKind::order_rate, order_rate_max},
        Limit{LimitKind::order_quantity, order_lots_max.value},
        Limit{LimitKind::order_value, ample}}) {
    for (const Scope scope : {Scope::instrument, Scope::facility, Scope::firm, Scope::group}) {
      if (kind == LimitKind::order_rate && scope != Scope::firm) continue;
      SetLimitCommand limit{};
      limit.kind = static_cast<std::uint8_t>(kind);
      limit.scope = static_cast<std::uint8_t>(scope);
      limit.value = most;
      command(CommandKind::set_limit, limit);
    }
  }
}

void CoreMarket::add_provinces() {
  for (std::uint8_t p = 0; p < provinces_count; ++p) {
    for (const std::string_view name : {"plain", "key", "bad"}) {
      SetZoneCommand zone{};
      zone.zone = ZoneCode{name};
      zone.province = p;
      zone.attaining_mask = static_cast<std::uint8_t>(name == "bad" ? 0 : 127);
      zone.key_zone = name == "key" ? 1 : 0;
      command(CommandKind::set_zone, zone);
    }
    SetQuotaCommand quota{};
    quota.year = 2026;
    quota.province = p;
    quota.pollutant = static_cast<std::uint8_t>(Pollutant::voc);
    quota.inflow_cap_kg = quota.outflow_cap_kg = quota.gross_cap_kg = ample;
    quota.holding_cap_kg = quota.daily_pace_kg = ample;
    command(CommandKind::set_quota, quota);
  }
}

void CoreMarket::add_firm(std::uint32_t number, const FirmPlan& plan) {
  const std::string name = named("F", number);
  SetFirmCommand firm{};
  firm.firm = FirmCode{name};
  firm.group = Text<16>{plan.group};
  command(CommandKind::set_firm, firm);
  SetFacilityCommand facility{};
  facility.facility = AccountCode{name};
  facility.firm = FirmCode{name};
  facility.zone = ZoneCode{plan.zone};
  facility.permit_valid_to = date_of(2030, 12, 31).value;
  facility.province = plan.province;
  facility.source_class = static_cast<std::uint8_t>(SourceClass::industry);
  facility.pollutants_mask = 127;
  command(CommandKind::set_facility, facility);
  DepositCommand deposit{};
  deposit.facility = facility.facility;
  deposit.amount_fen = ample;
  command(CommandKind::deposit, deposit);
  SetDemandCommand demand{};
  demand.facility = facility.facility;
  demand.pollutant = static_cast<std::uint8_t>(Pollutant::voc);
  demand.approved_kg = ample;
  command(CommandKind::set_demand, demand);
}

void CoreMarket::add_book(std::uint32_t number) {
  SetInstrumentCommand book{};
  book.symbol = Symbol{named("VOC", number)};
  book.approval_ref = Text<24>{"BENCH"};
  book.venue_of_record = Text<8>{"EMX"};
  book.tick_fen = tick_fen;
  book.pollutant = static_cast<std::uint8_t>(Pollutant::voc);
  book.medium = static_cast<std::uint8_t>(Medium::air);
  book.book_class = static_cast<std::uint8_t>(BookClass::ind);
  book.first_year = 2026;
  book.last_year = 2030;
  book.band_pct = 99;
  book.block_band_pct = 30;
  book.lot = 1;
  book.levels_max = 1U << 14;
  command(CommandKind::set_instrument, book);
  command(CommandKind::set_reference_price, reference_price(number));
}

SetReferencePriceCommand CoreMarket::reference_price(std::uint32_t instrument) {
  SetReferencePriceCommand reference{};
  reference.symbol = Symbol{named("VOC", instrument)};
  reference.price_fen = 8'192 * tick_fen;
  return reference;
}

void CoreMarket::apply(std::span<const std::byte> command) {
  exchange_->apply({SeqNo{++sequence_}, ++at_ns_}, command, events_);
  while (exchange_->more_to_do()) {
    const ProceedCommand proceed = engine::proceed_command();
    exchange_->apply({SeqNo{++sequence_}, ++at_ns_}, std::as_bytes(std::span{&proceed, 1}),
                     events_);
  }
}

void CoreMarket::check_not_refused() const {
  check(events_.count() == 0 || read_record<EventHeader>(events_.bytes()).kind !=
                                    static_cast<std::uint16_t>(EventKind::refused));
}

void CoreMarket::enter(const OrderPlan& order) {
  const NewOrderCommand command = new_order_command(order);
  apply(std::as_bytes(std::span{&command, 1}));
  check_not_refused();
}

NewOrderCommand new_order_command(const OrderPlan& order) {
  NewOrderCommand command{};
  command.header.kind = static_cast<std::uint16_t>(CommandKind::new_order);
  command.header.size = sizeof command;
  command.header.actor = order.firm;
  command.instrument = order.instrument;
  command.facility = order.firm;
  command.price_fen = order.price_ticks * CoreMarket::tick_fen;
  command.quantity_lots = order.lots;
  command.side = static_cast<std::uint8_t>(order.side);
  command.order_type = static_cast<std::uint8_t>(OrderType::limit);
  command.time_in_force = static_cast<std::uint8_t>(order.time_in_force);
  command.instructions = order.instructions;
  command.min_quantity_lots = order.minimum;
  command.display_quantity_lots = order.display;
  command.max_ratio_n = order.max_ratio_n;
  command.max_ratio_d = order.max_ratio_d;
  return command;
}

}  // namespace emx::bench

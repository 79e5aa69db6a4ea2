#include "tests/exchange/floor.hpp"

#include <span>
#include <stdexcept>

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/rules_in_force.hpp"

namespace emx::engine::testing {

namespace {

constexpr std::array all_provinces{Province::sh, Province::js, Province::zj, Province::ah};

void demand_that(bool condition, const char* what) {
  if (!condition) throw std::logic_error{what};
}

template <class Event>
void read_into(std::vector<Event>& list, std::span<const std::byte> event) {
  list.push_back(read_record<Event>(event));
}

void read_event(Outcome& outcome, EventKind kind, std::span<const std::byte> event) {
  switch (kind) {
    case EventKind::refused: {
      const auto refused = read_record<RefusedEvent>(event);
      outcome.refused = static_cast<Code>(refused.code);
      outcome.limit = refused.limit;
      outcome.value = refused.value;
      break;
    }
    case EventKind::order_accepted:
      outcome.accepted = read_record<OrderAcceptedEvent>(event);
      break;
    case EventKind::order_replaced:
      outcome.replaced = read_record<OrderReplacedEvent>(event);
      break;
    case EventKind::order_cancelled:
      read_into(outcome.cancelled, event);
      break;
    case EventKind::trade:
      read_into(outcome.trades, event);
      break;
    case EventKind::bill:
      read_into(outcome.bills, event);
      break;
    case EventKind::posting:
      read_into(outcome.postings, event);
      break;
    case EventKind::quota_used:
      read_into(outcome.quotas, event);
      break;
    case EventKind::demand_used:
      read_into(outcome.demands, event);
      break;
    case EventKind::skip:
      read_into(outcome.skips, event);
      break;
    case EventKind::band_set:
      read_into(outcome.bands, event);
      break;
    case EventKind::uncrossed:
      read_into(outcome.uncrossed, event);
      break;
    case EventKind::indicative:
      read_into(outcome.indicative, event);
      break;
    case EventKind::collar_hit:
      read_into(outcome.collars, event);
      break;
    case EventKind::held_back:
      read_into(outcome.held_back, event);
      break;
    case EventKind::transfer:
      read_into(outcome.transfers, event);
      break;
    case EventKind::block:
      read_into(outcome.blocks, event);
      break;
    case EventKind::rule_set:
      read_into(outcome.rule_sets, event);
      break;
    case EventKind::rule_applied:
      read_into(outcome.rules, event);
      break;
    case EventKind::more_to_do:
      outcome.entries.back().more_to_do = true;
      break;
  }
}

}  // namespace

std::int64_t Outcome::sold() const {
  std::int64_t lots = 0;
  for (const TradeEvent& trade : trades) lots += trade.quantity_lots;
  return lots;
}

std::vector<Code> Outcome::cancel_codes() const {
  std::vector<Code> codes;
  for (const OrderCancelledEvent& event : cancelled) codes.push_back(static_cast<Code>(event.code));
  return codes;
}

std::vector<Code> Outcome::skip_codes() const {
  std::vector<Code> codes;
  for (const SkipEvent& event : skips) codes.push_back(static_cast<Code>(event.code));
  return codes;
}

Code Outcome::warning() const {
  if (accepted) return static_cast<Code>(accepted->warning);
  return replaced ? static_cast<Code>(replaced->warning) : Code::none;
}

GenesisCommand Floor::small_genesis() {
  GenesisCommand genesis{};
  genesis.venue = Text<32>{"EMX"};
  genesis.semantics_version = semantics_version;
  genesis.firms_max = 64;
  genesis.facilities_max = 64;
  genesis.instruments_max = 16;
  genesis.zones_max = 32;
  genesis.orders_max = 256;
  genesis.level_cells_max = 1U << 16;
  genesis.fee_rate_bp = 10;
  genesis.listed_kg_max = 30'000;
  genesis.listed_carbon_t_max = 99'999;
  genesis.carbon_extra_t_max = 1'000'000;
  genesis.gtc_days = 90;
  return genesis;
}

Floor::Floor(const GenesisCommand& genesis) : exchange_{genesis} {
  apply(CommandKind::genesis, genesis);
}

Outcome Floor::apply_once(std::span<const std::byte> command) {
  Outcome outcome;
  ++sequence_;
  exchange_.apply({SeqNo{sequence_}, static_cast<std::int64_t>(sequence_) + later_ns}, command,
                  events_);
  outcome.entries.push_back({events_.count(), events_.bytes().size(), false});
  const bool whole = for_each_event(
      events_.bytes(), [&](const EventHeader& header, std::span<const std::byte> event) {
        read_event(outcome, static_cast<EventKind>(header.kind), event);
      });
  demand_that(whole, "the events do not fill their entry");
  demand_that(outcome.entries.back().more_to_do == exchange_.more_to_do(),
              "MoreToDo and more_to_do() disagree");
  demand_that(balances_.apply(events_.bytes()).empty(), "a balance fell below zero");
  if (verifies) {
    demand_that(exchange_.digest() == exchange_.digest_from_scratch(), "the digest went astray");
  }
  const EntryView entry{exchange_.last_stamp(), command, events_.bytes(), events_.count(),
                        exchange_.digest(),     0};
  if (on_entry) on_entry(entry);
  for_each_setting(entry, [this](std::span<const std::byte> setting) { names_.apply(setting); });
  return outcome;
}

Outcome Floor::apply(std::span<const std::byte> command) {
  Outcome all = apply_once(command);
  const ProceedCommand proceed = proceed_command();
  while (exchange_.more_to_do()) {
    const Outcome next = apply_once(std::as_bytes(std::span{&proceed, 1}));
    const auto join = [](auto& list, const auto& more) {
      list.insert(list.end(), more.begin(), more.end());
    };
    join(all.cancelled, next.cancelled);
    join(all.trades, next.trades);
    join(all.bills, next.bills);
    join(all.postings, next.postings);
    join(all.quotas, next.quotas);
    join(all.demands, next.demands);
    join(all.skips, next.skips);
    join(all.bands, next.bands);
    join(all.uncrossed, next.uncrossed);
    join(all.indicative, next.indicative);
    join(all.held_back, next.held_back);
    join(all.transfers, next.transfers);
    join(all.rule_sets, next.rule_sets);
    join(all.rules, next.rules);
    join(all.entries, next.entries);
  }
  return all;
}

Outcome Floor::zone(Province province, std::string_view name, const ZoneTerms& terms) {
  SetZoneCommand command{};
  command.zone = ZoneCode{name};
  command.basin = BasinCode{terms.basin};
  command.province = static_cast<std::uint8_t>(province);
  command.attaining_mask =
      static_cast<std::uint8_t>(every_pollutant & ~unsigned{terms.misses_mask});
  command.key_zone = terms.key_zone ? 1 : 0;
  return apply(CommandKind::set_zone, command);
}

SetInstrumentCommand instrument_of(const BookTerms& terms) {
  SetInstrumentCommand command{};
  command.symbol = Symbol{terms.symbol};
  command.basin = BasinCode{terms.basin};
  command.approval_ref = Text<24>{"TEST"};
  command.venue_of_record = Text<8>{terms.venue_of_record};
  command.tick_fen = terms.tick_fen;
  command.pollutant = static_cast<std::uint8_t>(terms.pollutant);
  command.scheme = static_cast<std::uint8_t>(terms.scheme);
  command.medium = static_cast<std::uint8_t>(terms.medium);
  command.book_class = static_cast<std::uint8_t>(terms.book_class);
  command.first_year = terms.first_year;
  command.last_year = terms.last_year;
  command.band_pct = terms.band_pct;
  command.collar_pct = terms.collar_pct;
  command.block_band_pct = 30;
  command.lot = 1;
  command.levels_max = terms.levels_max;
  return command;
}

Outcome Floor::book(const BookTerms& terms) {
  return apply(CommandKind::set_instrument, instrument_of(terms));
}

Outcome Floor::reference(std::string_view symbol, Fen price) {
  SetReferencePriceCommand command{};
  command.symbol = Symbol{symbol};
  command.price_fen = price.value;
  return apply(CommandKind::set_reference_price, command);
}

Outcome Floor::firm(std::string_view name, std::string_view group) {
  SetFirmCommand command{};
  command.firm = FirmCode{name};
  command.group = Text<16>{group};
  return apply(CommandKind::set_firm, command);
}

Outcome Floor::facility(const FacilityTerms& terms) {
  const std::string_view owner = terms.firm.empty() ? terms.name : terms.firm;
  firm(owner, terms.group);
  SetFacilityCommand command{};
  command.facility = AccountCode{terms.name};
  command.firm = FirmCode{owner};
  command.zone = ZoneCode{terms.zone};
  command.basin = BasinCode{terms.basin};
  command.permit_valid_to = terms.permit_valid_to.value;
  command.province = static_cast<std::uint8_t>(terms.province);
  command.source_class = static_cast<std::uint8_t>(terms.source_class);
  command.ets = static_cast<std::uint8_t>(terms.ets);
  command.credit = static_cast<std::uint8_t>(terms.credit);
  command.pollutants_mask = terms.pollutants_mask;
  command.reach = terms.reach;
  return apply(CommandKind::set_facility, command);
}

SetQuotaCommand Floor::caps(Province province, Pollutant pollutant) {
  SetQuotaCommand command{};
  command.year = 2026;
  command.province = static_cast<std::uint8_t>(province);
  command.pollutant = static_cast<std::uint8_t>(pollutant);
  command.inflow_cap_kg = ample;
  command.outflow_cap_kg = ample;
  command.gross_cap_kg = ample;
  command.holding_cap_kg = ample;
  command.daily_pace_kg = ample;
  return command;
}

Outcome Floor::quota(const SetQuotaCommand& caps) { return apply(CommandKind::set_quota, caps); }

Outcome Floor::demand(std::string_view facility, std::int64_t kg, Pollutant pollutant) {
  SetDemandCommand command{};
  command.facility = AccountCode{facility};
  command.approved_kg = kg;
  command.pollutant = static_cast<std::uint8_t>(pollutant);
  return apply(CommandKind::set_demand, command);
}

Outcome Floor::link(Province seller, Province buyer, bool enabled, Pollutant pollutant) {
  SetLinkCommand command{};
  command.pollutant = static_cast<std::uint8_t>(pollutant);
  command.seller_province = static_cast<std::uint8_t>(seller);
  command.buyer_province = static_cast<std::uint8_t>(buyer);
  command.enabled = enabled ? 1 : 0;
  return apply(CommandKind::set_link, command);
}

Outcome Floor::deposit(std::string_view facility, Fen amount) {
  DepositCommand command{};
  command.facility = AccountCode{facility};
  command.amount_fen = amount.value;
  return apply(CommandKind::deposit, command);
}

Outcome Floor::issue(std::string_view facility, std::int64_t lots, std::string_view symbol) {
  IssueCommand command{};
  command.facility = AccountCode{facility};
  command.symbol = Symbol{symbol};
  command.batch = Text<24>{"TEST"};
  command.quantity_lots = lots;
  return apply(CommandKind::issue, command);
}

Outcome Floor::day(Date date) {
  DayOpenCommand command{};
  command.date = date.value;
  return apply(CommandKind::day_open, command);
}

Outcome Floor::phase(Phase phase, std::string_view symbol) {
  PhaseCommand command{};
  command.symbol = Symbol{symbol};
  command.phase = static_cast<std::uint8_t>(phase);
  return apply(CommandKind::phase, command);
}

Outcome Floor::order(Side side, std::string_view facility, std::int64_t lots, Fen price,
                     const OrderTerms& terms) {
  NewOrderCommand command{};
  command.cl_ord_id = ClOrdId{"order-" + std::to_string(sequence_)};
  command.instrument = names_.find_instrument(terms.symbol);
  command.facility = names_.find_facility(facility);
  command.price_fen = price.value;
  command.quantity_lots = lots;
  command.side = static_cast<std::uint8_t>(side);
  command.time_in_force = static_cast<std::uint8_t>(terms.time_in_force);
  command.flags = terms.flags;
  command.header.session = terms.session;
  command.order_type = static_cast<std::uint8_t>(terms.type);
  command.expire_date = terms.expires.value;
  command.min_quantity_lots = terms.minimum;
  command.display_quantity_lots = terms.display;
  command.instructions = terms.instructions;
  command.max_ratio_n = terms.max_ratio_n;
  command.max_ratio_d = terms.max_ratio_d;
  return apply(CommandKind::new_order, command, firm_of(facility));
}

Outcome Floor::buy(std::string_view facility, std::int64_t lots, Fen price,
                   const OrderTerms& terms) {
  return order(Side::buy, facility, lots, price, terms);
}

Outcome Floor::sell(std::string_view facility, std::int64_t lots, Fen price,
                    const OrderTerms& terms) {
  return order(Side::sell, facility, lots, price, terms);
}

Outcome Floor::cancel(std::string_view facility, OrderId order, std::uint8_t flags) {
  CancelOrderCommand command{};
  command.cl_ord_id = ClOrdId{"cancel-" + std::to_string(sequence_)};
  command.order_id = order.value;
  command.flags = flags;
  return apply(CommandKind::cancel_order, command, firm_of(facility));
}

Outcome Floor::replace(std::string_view facility, OrderId order, std::int64_t lots, Fen price,
                       std::uint8_t flags) {
  ReplaceOrderCommand command{};
  command.cl_ord_id = ClOrdId{"replace-" + std::to_string(sequence_)};
  command.order_id = order.value;
  command.price_fen = price.value;
  command.quantity_lots = lots;
  command.flags = flags;
  return apply(CommandKind::replace_order, command, firm_of(facility));
}

void Floor::open_market() {
  for (const Province province : all_provinces) {
    zone(province, "plain");
    zone(province, "key", {.key_zone = true});
    zone(province, "bad", {.misses_mask = every_pollutant & ~mask(Pollutant::co2e)});
    quota(caps(province));
  }
  day(date_of(2026, 6, 18));
  book({});
  reference(voc, 11'980_cny);
  demand_that(phase(Phase::continuous).refused == Code::none, "the market does not open");
}

void Floor::add(const FacilityTerms& terms) {
  demand_that(facility(terms).refused == Code::none, "the facility is refused");
  demand_that(deposit(terms.name, Fen{ample}).refused == Code::none, "the deposit is refused");
  demand_that(issue(terms.name, 1'000'000).refused == Code::none, "the issue is refused");
  demand_that(demand(terms.name, ample).refused == Code::none, "the demand is refused");
}

void Floor::add(std::string_view name, Province province, std::string_view zone) {
  add({.name = name, .province = province, .zone = zone});
}

Fen Floor::cash(std::string_view facility) const {
  return Fen{balances_.of(AccountId{id_of(facility)}, asset_cash)};
}

Lots Floor::rights(std::string_view facility, std::string_view symbol) const {
  return Lots{balances_.of(AccountId{id_of(facility)},
                           asset_of_instrument(names_.find_instrument(symbol)))};
}

std::uint32_t Floor::id_of(std::string_view facility) const {
  const std::uint32_t id = names_.find_facility(facility);
  demand_that(id != no_id, "no such facility");
  return id;
}

std::uint32_t Floor::firm_of(std::string_view facility) const {
  const SetFacilityCommand* known = names_.facility(names_.find_facility(facility));
  return known == nullptr ? no_id : names_.find_firm(known->firm.view());
}

}  // namespace emx::engine::testing

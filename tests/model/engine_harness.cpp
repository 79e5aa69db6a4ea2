#include "tests/model/engine_harness.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>
#include <utility>
#include <variant>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/rule_record.hpp"
#include "engine/vocabulary/text.hpp"
#include "tests/model/event_lines.hpp"

namespace emx::model {

namespace {

// The engine's enumerations by the model's, in the model's order.
constexpr emx::Province provinces[] = {emx::Province::sh, emx::Province::js, emx::Province::zj,
                                       emx::Province::ah};
constexpr emx::Pollutant pollutants[] = {
    emx::Pollutant::so2,  emx::Pollutant::nox, emx::Pollutant::voc, emx::Pollutant::cod,
    emx::Pollutant::nh3n, emx::Pollutant::tp,  emx::Pollutant::co2e};
constexpr emx::Medium media[] = {emx::Medium::air, emx::Medium::water, emx::Medium::carbon};
constexpr emx::Scheme schemes[] = {emx::Scheme::none, emx::Scheme::shea, emx::Scheme::cea};
constexpr emx::SourceClass source_classes[] = {
    emx::SourceClass::power, emx::SourceClass::industry, emx::SourceClass::wwtp,
    emx::SourceClass::agri,  emx::SourceClass::reserve,  emx::SourceClass::fin};
constexpr emx::BookClass book_classes[] = {emx::BookClass::pwr, emx::BookClass::ind,
                                           emx::BookClass::agr, emx::BookClass::any};
constexpr emx::Ets ets_names[] = {emx::Ets::none, emx::Ets::national, emx::Ets::sh};
constexpr emx::Credit credits[] = {emx::Credit::good, emx::Credit::watch, emx::Credit::negative};
constexpr emx::Phase phases[] = {emx::Phase::closed,       emx::Phase::pre_open,
                                 emx::Phase::opening_call, emx::Phase::continuous,
                                 emx::Phase::closing_call, emx::Phase::volatility,
                                 emx::Phase::pause,        emx::Phase::halt};
constexpr emx::OrderType order_types[] = {emx::OrderType::limit, emx::OrderType::market};
constexpr emx::TimeInForce times_in_force[] = {emx::TimeInForce::day, emx::TimeInForce::gtc,
                                               emx::TimeInForce::gtd, emx::TimeInForce::ioc,
                                               emx::TimeInForce::fok};
constexpr emx::Scope scopes[] = {emx::Scope::all,      emx::Scope::firm,       emx::Scope::group,
                                 emx::Scope::facility, emx::Scope::instrument, emx::Scope::province,
                                 emx::Scope::basin};
constexpr emx::LimitKind limit_kinds[] = {emx::LimitKind::open_orders, emx::LimitKind::order_rate,
                                          emx::LimitKind::order_quantity,
                                          emx::LimitKind::order_value};
constexpr emx::BlockAnswer block_answers[] = {emx::BlockAnswer::accept, emx::BlockAnswer::decline,
                                              emx::BlockAnswer::cancel};
constexpr emx::Side sides[] = {emx::Side::buy, emx::Side::sell};

template <class Theirs, std::size_t Size, class Ours>
std::uint8_t theirs(const Theirs (&values)[Size], Ours ours) {
  return static_cast<std::uint8_t>(values[static_cast<std::size_t>(ours)]);
}

std::uint8_t mask_of(const std::set<Pollutant>& set) {
  unsigned mask = 0;
  for (const Pollutant pollutant : set) mask |= 1U << theirs(pollutants, pollutant);
  return static_cast<std::uint8_t>(mask);
}

std::int32_t days_of(const Day& day) { return date_of(day.year, day.month, day.day).value; }

std::string code_name(std::uint16_t code) {
  return std::string{name_of(static_cast<emx::Code>(code))};
}

// The dense index of a name, or no_id.
std::uint32_t index_of(const std::vector<std::string>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? no_id : static_cast<std::uint32_t>(found - names.begin());
}

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (index_of(names, name) == no_id) names.push_back(name);
}

template <class Order>
std::uint8_t flags_of(const Order& order) {
  unsigned flags = 0;
  if (order.duplicate) flags |= order_duplicate_cl_ord_id;
  if constexpr (requires { order.inexact_price; }) {
    if (order.inexact_price) flags |= order_inexact_price;
    if (order.inexact_quantity) flags |= order_inexact_quantity;
  }
  return static_cast<std::uint8_t>(flags);
}

template <class Record>
Record record_of(CommandKind kind, Record record, std::uint32_t actor) {
  record.header.kind = static_cast<std::uint16_t>(kind);
  record.header.size = static_cast<std::uint16_t>(sizeof(Record));
  record.header.actor = actor;
  return record;
}

GenesisCommand genesis_of(const Genesis& genesis) {
  GenesisCommand record{};
  record.venue = Text<32>{"EMX"};
  record.semantics_version = engine::semantics_version;
  record.firms_max = 32;
  record.facilities_max = 64;
  record.instruments_max = static_cast<std::uint32_t>(genesis.capacities.instruments);
  record.zones_max = static_cast<std::uint32_t>(genesis.capacities.zones);
  record.orders_max = 8'192;
  record.level_cells_max = 1 << 18;
  record.fee_rate_bp = static_cast<std::uint32_t>(genesis.fee_rate_bp);
  record.listed_kg_max = genesis.listed_kg_max;
  record.listed_carbon_t_max = genesis.listed_carbon_t_max;
  record.carbon_extra_t_max = genesis.carbon_extra_t_max;
  record.gtc_days = static_cast<std::uint32_t>(genesis.gtc_days);
  return record_of(CommandKind::genesis, record, no_id);
}

}  // namespace

EngineHarness::EngineHarness(const Genesis& genesis, Watcher watcher)
    : watcher_{std::move(watcher)} {
  const GenesisCommand record = genesis_of(genesis);
  if (!engine::Exchange::may_start(record)) throw std::runtime_error("genesis: cannot start");
  exchange_ = std::make_unique<engine::Exchange>(record);
  send(CommandKind::genesis, record);
  if (!lines_.empty()) throw std::runtime_error("genesis: " + lines_.front());
}

std::vector<std::string> EngineHarness::apply(const Command& command) {
  std::visit([this](const auto& c) { run(c); }, command);
  return lines_;
}

template <class Record>
void EngineHarness::send(CommandKind kind, Record record, const std::string& firm) {
  send_as(kind, record, firm.empty() ? no_id : index_of(firms_, firm));
}

template <class Record>
void EngineHarness::send_for_two(CommandKind kind, Record record, bool approved) {
  struct Persons {
    std::uint32_t actor;
    std::uint32_t approver;
  };
  constexpr std::array<Persons, 3> too_few{
      {{operator_actor(6), 0}, {operator_actor(7), 7}, {no_id, 7}}};
  const Persons persons =
      approved ? Persons{operator_actor(6), 7} : too_few[++unapproved_ % too_few.size()];
  record.header.approver = persons.approver;
  send_as(kind, record, persons.actor);
}

template <class Record>
void EngineHarness::send_as(CommandKind kind, Record record, std::uint32_t actor) {
  lines_.clear();
  bytes_.clear();
  cut_behind_.clear();
  last_kind_ = kind;
  const Record command = record_of(kind, record, actor);
  apply_bytes(std::as_bytes(std::span{&command, 1}));
  while (exchange_->more_to_do()) {
    const ProceedCommand proceed = engine::proceed_command();
    ++continues_;
    cut_behind_.insert(last_trade_);
    apply_bytes(std::as_bytes(std::span{&proceed, 1}));
  }
}

void EngineHarness::apply_bytes(std::span<const std::byte> command) {
  const Stamp stamp{SeqNo{++sequence_}, at_ns_};
  exchange_->apply(stamp, command, events_);
  if (watcher_) {
    watcher_({stamp, command, events_.bytes(), events_.count(), exchange_->digest(),
              exchange_->rule_set()});
  }
  take_events();
}

// --- Commands --------------------------------------------------------------------------------

namespace {

SetZoneCommand rule_of(const SetZone& c) {
  SetZoneCommand record{};
  record.zone = ZoneCode{c.zone};
  record.basin = BasinCode{c.basin};
  record.province = theirs(provinces, c.province);
  record.attaining_mask = static_cast<std::uint8_t>(0x7F & ~mask_of(c.missed));
  record.key_zone = c.key_zone ? 1 : 0;
  return record;
}

SetLinkCommand rule_of(const SetLink& c) {
  SetLinkCommand record{};
  record.pollutant = theirs(pollutants, c.pollutant);
  record.seller_province = theirs(provinces, c.seller);
  record.buyer_province = theirs(provinces, c.buyer);
  record.enabled = c.enabled ? 1 : 0;
  return record;
}

SetQuotaCommand rule_of(const SetQuota& c) {
  SetQuotaCommand record{};
  record.year = static_cast<std::uint16_t>(c.year);
  record.province = theirs(provinces, c.province);
  record.pollutant = theirs(pollutants, c.pollutant);
  record.inflow_cap_kg = c.inflow_cap;
  record.outflow_cap_kg = c.outflow_cap;
  record.gross_cap_kg = c.gross_cap;
  record.holding_cap_kg = c.holding_cap;
  record.daily_pace_kg = c.daily_pace;
  return record;
}

SetParametersCommand rule_of(const SetParameters& c) {
  SetParametersCommand record{};
  record.fee_rate_bp = static_cast<std::uint32_t>(c.figures.fee_rate_bp);
  record.gtc_days = static_cast<std::uint32_t>(c.figures.gtc_days);
  record.listed_kg_max = c.figures.listed_kg_max;
  record.listed_carbon_t_max = c.figures.listed_carbon_t_max;
  record.carbon_extra_t_max = c.figures.carbon_extra_t_max;
  record.ticket_room_pct = static_cast<std::uint8_t>(c.ticket_room_pct);
  const auto set = [](const Replacement& ratio, std::uint8_t& n, std::uint8_t& d) {
    n = static_cast<std::uint8_t>(ratio.n);
    d = static_cast<std::uint8_t>(ratio.d);
  };
  set(c.key_zone, record.key_zone_n, record.key_zone_d);
  set(c.upstream, record.upstream_n, record.upstream_d);
  set(c.non_attaining, record.non_attaining_n, record.non_attaining_d);
  set(c.carbon, record.carbon_n, record.carbon_d);
  return record;
}

SetCalendarCommand rule_of(const SetCalendar& c) {
  SetCalendarCommand record{};
  record.year = static_cast<std::uint16_t>(c.year);
  for (const Day& day : c.days) {
    const auto at = static_cast<std::size_t>(days_of(day) - days_of({c.year, 1, 1}));
    record.days.at(at / 8) = static_cast<std::uint8_t>(record.days.at(at / 8) | 1U << at % 8);
  }
  return record;
}

SetLimitCommand rule_of(const SetLimit& c) {
  SetLimitCommand record{};
  record.name = Text<32>{c.name};
  record.value = c.value;
  if (c.until_ms != 0) record.until_ns = clock_ns(c.until_ms);
  record.kind = theirs(limit_kinds, c.kind);
  record.scope = theirs(scopes, c.scope);
  return record;
}

SetInstrumentCommand rule_of(const SetInstrument& c) {
  SetInstrumentCommand record{};
  record.symbol = Symbol{c.symbol};
  record.basin = BasinCode{c.basin};
  record.approval_ref = Text<24>{"APPROVED"};
  record.venue_of_record = Text<8>{c.venue_of_record};
  record.tick_fen = c.tick_fen;
  record.pollutant = theirs(pollutants, c.pollutant);
  record.scheme = theirs(schemes, c.scheme);
  record.medium = theirs(media, c.medium);
  record.book_class = theirs(book_classes, c.book_class);
  record.first_year = static_cast<std::uint16_t>(c.first_year);
  record.last_year = static_cast<std::uint16_t>(c.last_year);
  record.band_pct = static_cast<std::uint16_t>(c.band_pct);
  record.block_band_pct = static_cast<std::uint16_t>(c.block_band_pct);
  record.collar_pct = static_cast<std::uint16_t>(c.collar_pct);
  record.lot = 1;
  record.levels_max = static_cast<std::uint32_t>(c.levels_max);
  return record;
}

SetReferencePriceCommand rule_of(const SetReferencePrice& c) {
  SetReferencePriceCommand record{};
  record.symbol = Symbol{c.symbol};
  record.price_fen = c.price_fen;
  return record;
}

std::string zone_name(const SetZoneCommand& c) {
  return std::string{name_of(static_cast<emx::Province>(c.province))} + '/' +
         std::string{c.zone.view()};
}

CommandKind kind_of(const SetZoneCommand&) { return CommandKind::set_zone; }
CommandKind kind_of(const SetLinkCommand&) { return CommandKind::set_link; }
CommandKind kind_of(const SetQuotaCommand&) { return CommandKind::set_quota; }
CommandKind kind_of(const SetParametersCommand&) { return CommandKind::set_parameters; }
CommandKind kind_of(const SetCalendarCommand&) { return CommandKind::set_calendar; }
CommandKind kind_of(const SetInstrumentCommand&) { return CommandKind::set_instrument; }
CommandKind kind_of(const SetReferencePriceCommand&) { return CommandKind::set_reference_price; }
CommandKind kind_of(const SetLimitCommand&) { return CommandKind::set_limit; }

}  // namespace

void EngineHarness::run(const SetZone& c) {
  send(CommandKind::set_zone, rule_of(c));
  if (!is_refused()) add_once(zones_, zone_name(rule_of(c)));
}

void EngineHarness::run(const SetLink& c) { send(CommandKind::set_link, rule_of(c)); }

void EngineHarness::run(const SetQuota& c) { send(CommandKind::set_quota, rule_of(c)); }

void EngineHarness::run(const SetParameters& c) { send(CommandKind::set_parameters, rule_of(c)); }

void EngineHarness::run(const SetCalendar& c) { send(CommandKind::set_calendar, rule_of(c)); }

void EngineHarness::run(const SetAuthorityKey& c) {
  SetAuthorityKeyCommand record{};
  record.authority = static_cast<std::uint8_t>(c.authority);
  record.public_key.fill(static_cast<std::uint8_t>(c.key));
  send_for_two(CommandKind::set_authority_key, record, c.approved);
}

void EngineHarness::run(const RuleRecord& c) {
  RuleRecordCommand record{};
  record.version = static_cast<std::uint32_t>(c.version);
  record.record = static_cast<std::uint16_t>(c.record);
  record.authority = static_cast<std::uint8_t>(c.authority);
  std::visit(
      [&record](const auto& rule) {
        const auto command = rule_of(rule);
        record.record_kind = static_cast<std::uint16_t>(kind_of(command));
        std::memcpy(record.body.data(),
                    reinterpret_cast<const std::byte*>(&command) + sizeof(CommandHeader),
                    sizeof command - sizeof(CommandHeader));
      },
      c.rule);
  send(CommandKind::rule_record, record);
}

void EngineHarness::run(const RuleDocument& c) {
  RuleDocumentCommand record{};
  record.version = static_cast<std::uint32_t>(c.version);
  record.effective_date = days_of(c.effective);
  record.records = static_cast<std::uint16_t>(c.records);
  record.authority = static_cast<std::uint8_t>(c.authority);
  const std::uint64_t sequence = sequence_ + 1;
  send(CommandKind::rule_document, record);
  if (lines_.empty()) closings_.push_back(sequence);
}

void EngineHarness::run(const ActivateRules& c) {
  ActivateRulesCommand record{};
  record.version = static_cast<std::uint32_t>(c.version);
  for (const auto& [authority, number] : c.parts) {
    const unsigned bit = 1U << static_cast<unsigned>(authority);
    record.parts_mask = static_cast<std::uint8_t>(record.parts_mask | bit);
    if (number == 0) continue;
    record.documents.at(static_cast<std::size_t>(authority)) =
        closings_.at(static_cast<std::size_t>(number) - 1);
  }
  send_for_two(CommandKind::activate_rules, record, c.approved);
}

void EngineHarness::run(const WithdrawRules& c) {
  WithdrawRulesCommand record{};
  record.version = static_cast<std::uint32_t>(c.version);
  send_for_two(CommandKind::withdraw_rules, record, c.approved);
}

void EngineHarness::run(const Query& c) {
  QueryCommand record{};
  record.question = static_cast<std::uint8_t>(c.question);
  record.office = static_cast<std::uint8_t>(c.office);
  record.arguments = Text<120>{"firm=SH049"};
  if (c.hides) record.arguments.bytes.back() = '!';
  send(CommandKind::query, record);
}

void EngineHarness::run(const SetInstrument& c) {
  send(CommandKind::set_instrument, rule_of(c));
  if (!is_refused()) add_once(symbols_, c.symbol);
}

void EngineHarness::run(const SetFirm& c) {
  SetFirmCommand record{};
  record.firm = FirmCode{c.firm};
  record.group = Text<16>{c.group};
  record.name = Text<64>{c.firm};
  add_once(firms_, c.firm);
  send(CommandKind::set_firm, record);
}

void EngineHarness::run(const SetFacility& c) {
  SetFacilityCommand record{};
  record.facility = AccountCode{c.facility};
  record.firm = FirmCode{c.firm};
  record.zone = ZoneCode{c.zone};
  record.basin = BasinCode{c.basin};
  record.permit_valid_to = days_of(c.permit_valid_to);
  record.province = theirs(provinces, c.province);
  record.source_class = theirs(source_classes, c.source_class);
  record.ets = theirs(ets_names, c.ets);
  record.credit = theirs(credits, c.credit);
  record.pollutants_mask = mask_of(c.pollutants);
  record.reach = static_cast<std::uint8_t>(c.reach);
  add_once(facilities_, c.facility);
  send(CommandKind::set_facility, record);
}

void EngineHarness::run(const SetDemand& c) {
  SetDemandCommand record{};
  record.facility = AccountCode{c.facility};
  record.approved_kg = c.approved;
  record.pollutant = theirs(pollutants, c.pollutant);
  send(CommandKind::set_demand, record);
}

void EngineHarness::run(const SetReferencePrice& c) {
  send(CommandKind::set_reference_price, rule_of(c));
}

void EngineHarness::run(const Deposit& c) {
  DepositCommand record{};
  record.facility = AccountCode{c.facility};
  record.amount_fen = c.amount_fen;
  send(CommandKind::deposit, record);
}

void EngineHarness::run(const Issue& c) {
  IssueCommand record{};
  record.facility = AccountCode{c.facility};
  record.symbol = Symbol{c.symbol};
  record.batch = Text<24>{"BATCH"};
  record.quantity_lots = c.quantity;
  send(CommandKind::issue, record);
}

void EngineHarness::run(const DayOpen& c) {
  DayOpenCommand record{};
  record.date = days_of(c.date);
  send(CommandKind::day_open, record);
}

void EngineHarness::run(const SetPhase& c) {
  PhaseCommand record{};
  record.symbol = Symbol{c.symbol};
  record.phase = theirs(phases, c.phase);
  send(CommandKind::phase, record);
}

void EngineHarness::wait_until(std::int64_t at_ms) { at_ns_ = std::max(at_ns_, clock_ns(at_ms)); }

void EngineHarness::run(const SetLimit& c) {
  wait_until(c.at_ms);
  send_for_two(CommandKind::set_limit, rule_of(c), c.approved);
}

void EngineHarness::run(const KillSwitch& c) {
  KillSwitchCommand record{};
  record.name = Text<32>{c.name};
  record.scope = theirs(scopes, c.scope);
  record.killed = c.killed ? 1 : 0;
  send_for_two(CommandKind::kill_switch, record, c.approved);
}

void EngineHarness::run(const NewOrder& c) {
  NewOrderCommand record{};
  wait_until(c.at_ms);
  record.cl_ord_id = ClOrdId{"C" + std::to_string(sequence_)};
  record.instrument = index_of(symbols_, c.symbol);
  record.facility = index_of(facilities_, c.facility);
  if (record.instrument == no_id) {
    record.unresolved = Text<32>{c.symbol};
  } else if (record.facility == no_id) {
    record.unresolved = Text<32>{c.facility};
  }
  record.header.session = static_cast<std::uint32_t>(c.session);
  record.price_fen = c.price_fen;
  record.quantity_lots = c.quantity;
  record.min_quantity_lots = c.min_quantity;
  record.display_quantity_lots = c.display_quantity;
  record.expire_date = days_of(c.expire_date);
  record.side = theirs(sides, c.side);
  record.order_type = theirs(order_types, c.type);
  record.time_in_force = theirs(times_in_force, c.time_in_force);
  record.max_ratio_n = static_cast<std::uint8_t>(c.max_ratio.n);
  record.max_ratio_d = static_cast<std::uint8_t>(c.max_ratio.d);
  record.instructions = static_cast<std::uint8_t>(
      (c.post_only ? order_post_only : 0) | (c.local_only ? order_local_only : 0) |
      (c.refuse_if_no_headroom ? order_refuse_if_no_headroom : 0));
  record.flags = flags_of(c);
  send(CommandKind::new_order, record, c.actor);
}

void EngineHarness::run(const MassCancel& c) {
  MassCancelCommand record{};
  record.symbol = Symbol{c.symbol};
  record.firm = FirmCode{c.firm};
  record.order_session = static_cast<std::uint32_t>(c.session);
  record.side = c.side ? theirs(sides, *c.side) : std::uint8_t{0};
  record.on_disconnect = c.on_disconnect ? 1 : 0;
  send(CommandKind::mass_cancel, record, c.actor);
}

void EngineHarness::run(const Indicative& c) {
  IndicativeCommand record{};
  record.symbol = Symbol{c.symbol};
  wait_until(c.at_ms);
  send(CommandKind::indicative, record);
}

void EngineHarness::run(const Withdraw& c) {
  WithdrawCommand record{};
  record.facility = AccountCode{c.facility};
  record.amount_fen = c.amount_fen;
  send_for_two(CommandKind::withdraw, record, c.approved);
}

void EngineHarness::run(const Freeze& c) {
  FreezeCommand record{};
  record.facility = AccountCode{c.facility};
  record.symbol = Symbol{c.symbol};
  record.amount = c.amount;
  send_for_two(CommandKind::freeze, record, c.approved);
}

void EngineHarness::run(const Pledge& c) {
  PledgeCommand record{};
  record.facility = AccountCode{c.facility};
  record.symbol = Symbol{c.symbol};
  record.amount = c.amount;
  send_for_two(CommandKind::pledge, record, c.approved);
}

void EngineHarness::run(const Trust& c) {
  TrustCommand record{};
  record.from = AccountCode{c.from};
  record.to = AccountCode{c.to};
  record.trusted = c.trusted ? 1 : 0;
  send_for_two(CommandKind::trust, record, c.approved);
}

void EngineHarness::run(const Transfer& c) {
  TransferCommand record{};
  record.from = AccountCode{c.from};
  record.to = AccountCode{c.to};
  record.symbol = Symbol{c.symbol};
  record.quantity_lots = c.quantity;
  send_for_two(CommandKind::transfer, record, c.approved);
}

void EngineHarness::run(const SubmitBlock& c) {
  SubmitBlockCommand record{};
  wait_until(c.at_ms);
  record.facility = AccountCode{c.facility};
  record.counterparty = AccountCode{c.counterparty};
  record.symbol = Symbol{c.symbol};
  record.price_fen = c.price_fen;
  record.quantity_lots = c.quantity;
  record.side = theirs(sides, c.side);
  record.minutes = static_cast<std::uint8_t>(c.minutes);
  record.flags = flags_of(c);
  send(CommandKind::submit_block, record, c.actor);
}

void EngineHarness::run(const AnswerBlock& c) {
  AnswerBlockCommand record{};
  wait_until(c.at_ms);
  record.block_no = static_cast<std::uint64_t>(c.block);
  record.answer = theirs(block_answers, c.answer);
  record.flags = flags_of(c);
  send(CommandKind::answer_block, record, c.actor);
}

void EngineHarness::run(const BlockSession& c) {
  BlockSessionCommand record{};
  record.open = c.open ? 1 : 0;
  send(CommandKind::block_session, record);
}

void EngineHarness::run(const Tick& c) {
  wait_until(c.at_ms);
  send(CommandKind::tick, TickCommand{});
}

void EngineHarness::run(const CancelOrder& c) {
  CancelOrderCommand record{};
  record.cl_ord_id = ClOrdId{"C" + std::to_string(sequence_)};
  record.orig_cl_ord_id = ClOrdId{"#" + std::to_string(c.order)};
  record.order_id = order_id(c.order);
  record.flags = flags_of(c);
  send(CommandKind::cancel_order, record, c.actor);
}

void EngineHarness::run(const ReplaceOrder& c) {
  ReplaceOrderCommand record{};
  wait_until(c.at_ms);
  record.cl_ord_id = ClOrdId{"C" + std::to_string(sequence_)};
  record.orig_cl_ord_id = ClOrdId{"#" + std::to_string(c.order)};
  record.order_id = order_id(c.order);
  record.price_fen = c.price_fen;
  record.quantity_lots = c.quantity;
  record.flags = flags_of(c);
  send(CommandKind::replace_order, record, c.actor);
}

// An order that was never given has no id, or by turns one that no order can have yet.
std::uint64_t EngineHarness::order_id(int number) const {
  if (number >= 1 && number <= static_cast<int>(order_ids_.size())) {
    return order_ids_[static_cast<std::size_t>(number) - 1];
  }
  return number % 2 == 0 ? 0 : (std::uint64_t{1} << 62) + 1;
}

// --- Views -----------------------------------------------------------------------------------

namespace {

ListedLevels listed(std::span<const DepthLevel> levels) {
  ListedLevels result;
  for (const auto& level : levels) result.push_back({level.price.value, level.lots});
  return result;
}

}  // namespace

ListedLevels EngineHarness::depth(const std::string& symbol, Side side) const {
  std::array<DepthLevel, 1'024> levels{};
  const InstrumentId instrument{index_of(symbols_, symbol)};
  const emx::Side theirs = sides[static_cast<std::size_t>(side)];
  return listed(std::span{levels}.first(exchange_->depth(instrument, theirs, levels)));
}

ListedLevels EngineHarness::executable_depth(const ViewOf& view) const {
  std::array<DepthLevel, 1'024> levels{};
  const InstrumentId instrument{index_of(symbols_, view.symbol)};
  const Viewer viewer{FacilityId{index_of(facilities_, view.facility)}, view.local_only,
                      static_cast<std::uint8_t>(view.max_ratio.n),
                      static_cast<std::uint8_t>(view.max_ratio.d)};
  const emx::Side theirs = sides[static_cast<std::size_t>(view.side)];
  const std::size_t count = exchange_->executable_depth(instrument, theirs, viewer, levels);
  return listed(std::span{levels}.first(count));
}

// --- Events ----------------------------------------------------------------------------------

void EngineHarness::take_events() {
  const std::span<const std::byte> batch = events_.bytes();
  bytes_.insert(bytes_.end(), batch.begin(), batch.end());
  const bool whole =
      for_each_event(batch, [this](const EventHeader& header, std::span<const std::byte> event) {
        say(static_cast<EventKind>(header.kind), event);
      });
  if (!whole) lines_.push_back("damaged events");
}

std::string EngineHarness::account_name(std::uint32_t account) const {
  if (account == account_bank.value) return "BANK";
  if (account == account_registry.value) return "REGISTRY";
  if (account == account_venue_fees.value) return "VENUE-FEES";
  if (account == account_env_retired.value) return "ENV-RETIRED";
  return account < facilities_.size() ? facilities_[account] : "?";
}

int EngineHarness::number_of(std::uint64_t order_id) const {
  const auto found = numbers_.find(order_id);
  return found == numbers_.end() ? -1 : found->second;
}

// What names a document by the sequence of its closing names it by its number here.
std::int64_t EngineHarness::figure_of(const RefusedEvent& event, std::int64_t figure) const {
  const bool of_documents = event.code == static_cast<std::uint16_t>(emx::Code::p07_rule_set) &&
                            last_kind_ == CommandKind::activate_rules;
  const auto closing = std::ranges::find(closings_, static_cast<std::uint64_t>(figure));
  if (!of_documents || closing == closings_.end()) return figure;
  return closing - closings_.begin() + 1;
}

void EngineHarness::say(EventKind kind, std::span<const std::byte> event) {
  switch (kind) {
    case EventKind::refused: {
      const auto e = read_record<RefusedEvent>(event);
      lines_.push_back(
          line(RefusedLine{code_name(e.code), figure_of(e, e.limit), figure_of(e, e.value)}));
      return;
    }
    case EventKind::more_to_do:
      return;
    case EventKind::order_accepted:
    case EventKind::order_replaced:
    case EventKind::order_cancelled:
    case EventKind::trade:
    case EventKind::skip:
      say_order(kind, event);
      return;
    default:
      say_settlement(kind, event);
      return;
  }
}

void EngineHarness::say_order(EventKind kind, std::span<const std::byte> event) {
  if (kind == EventKind::order_accepted) {
    const auto e = read_record<OrderAcceptedEvent>(event);
    order_ids_.push_back(e.order_id);
    const int number = static_cast<int>(order_ids_.size());
    if (!numbers_.emplace(e.order_id, number).second) lines_.push_back("order id given twice");
    lines_.push_back(line(AcceptedLine{number, static_cast<std::int64_t>(e.arrival), e.price_ticks,
                                       e.quantity_lots, e.reserved_amount, code_name(e.warning),
                                       e.expire_date == 0 ? "-" : text_of(Date{e.expire_date})}));
  } else if (kind == EventKind::order_replaced) {
    const auto e = read_record<OrderReplacedEvent>(event);
    lines_.push_back(line(ReplacedLine{number_of(e.order_id), static_cast<std::int64_t>(e.arrival),
                                       e.price_ticks, e.quantity_lots, e.remaining_lots,
                                       e.reserved_amount, code_name(e.warning)}));
  } else if (kind == EventKind::order_cancelled) {
    const auto e = read_record<OrderCancelledEvent>(event);
    lines_.push_back(line(CancelledLine{number_of(e.order_id), code_name(e.code), e.remaining_lots,
                                        e.released_amount}));
  } else if (kind == EventKind::trade) {
    const auto e = read_record<TradeEvent>(event);
    last_trade_ = static_cast<std::int64_t>(e.trade_no);
    if (e.is_block != 0) return say_block_trade(e);
    const std::string aggressor =
        e.aggressor == 0 ? "none" : std::string{name_of(static_cast<emx::Side>(e.aggressor))};
    lines_.push_back(
        line(TradeLine{static_cast<std::int64_t>(e.trade_no), number_of(e.buy_order_id),
                       number_of(e.sell_order_id), e.price_ticks, e.quantity_lots, e.credited_lots,
                       e.retired_lots, e.ratio_n, e.ratio_d, e.cross_province == 1,
                       code_name(e.code), aggressor, e.buy_remaining_lots, e.sell_remaining_lots}));
  } else {
    const auto e = read_record<SkipEvent>(event);
    SkipLine skip{
        number_of(e.order_id), "-", "-", e.local_only == 1, code_name(e.code), e.price_ticks,
        e.quantity_lots};
    if (e.province != 255) skip.province = name_of(static_cast<emx::Province>(e.province));
    if (e.zone != no_id) {
      const std::string& zone = zones_.at(e.zone);
      skip.zone = zone.substr(zone.find('/') + 1);
      if (zone.substr(0, zone.find('/')) != skip.province) skip.zone += "?";
    }
    lines_.push_back(line(skip));
  }
}

// Of no orders, and so without what orders have.
void EngineHarness::say_block_trade(const TradeEvent& e) {
  const bool of_orders = e.buy_order_id != 0 || e.sell_order_id != 0 || e.aggressor != 0 ||
                         e.buy_remaining_lots != 0 || e.sell_remaining_lots != 0 || e.code != 0;
  if (of_orders) lines_.push_back("a block's trade with an order's fields");
  lines_.push_back(line(BlockTradeLine{
      static_cast<std::int64_t>(e.trade_no), account_name(e.buy_facility),
      account_name(e.sell_facility), symbols_.at(e.instrument), e.price_ticks, e.quantity_lots,
      e.credited_lots, e.retired_lots, e.ratio_n, e.ratio_d, e.cross_province == 1}));
}

void EngineHarness::say_block(const BlockEvent& e) {
  BlockLine said;
  said.number = static_cast<std::int64_t>(e.block_no);
  said.stage = name_of(static_cast<BlockStage>(e.stage));
  said.code = code_name(e.code);
  said.facility = account_name(e.facility);
  said.counterparty = account_name(e.counterparty);
  said.symbol = symbols_.at(e.instrument);
  said.side = name_of(static_cast<emx::Side>(e.side));
  said.price = e.price_ticks;
  said.quantity = e.quantity_lots;
  said.reserved = e.reserved_amount;
  said.other_reserved = e.other_reserved_amount;
  said.room = e.credited_lots;
  said.expires_ms = (e.expires_ns - clock_ns(0)) / 1'000'000;
  lines_.push_back(line(said));
}

void EngineHarness::say_settlement(EventKind kind, std::span<const std::byte> event) {
  if (kind == EventKind::bill) {
    const auto e = read_record<BillEvent>(event);
    lines_.push_back(
        line(BillLine{static_cast<std::int64_t>(e.trade_no), e.amount_fen, e.buyer_fee_fen,
                      e.seller_fee_fen, e.buyer_released_fen, e.years}));
  } else if (kind == EventKind::posting) {
    const auto e = read_record<PostingEvent>(event);
    const std::string asset = e.asset == asset_cash ? "cash" : symbols_.at(e.asset - 1);
    lines_.push_back(line(
        PostLine{asset, account_name(e.debit_account), account_name(e.credit_account), e.amount}));
  } else if (kind == EventKind::quota_used) {
    const auto e = read_record<QuotaUsedEvent>(event);
    lines_.push_back(line(QuotaLine{std::string{name_of(static_cast<emx::Province>(e.province))},
                                    std::string{name_of(static_cast<emx::Pollutant>(e.pollutant))},
                                    e.year, e.net_kg, e.net_today_kg, e.gross_kg}));
  } else if (kind == EventKind::demand_used) {
    const auto e = read_record<DemandUsedEvent>(event);
    lines_.push_back(line(DemandLine{facilities_.at(e.facility),
                                     std::string{name_of(static_cast<emx::Pollutant>(e.pollutant))},
                                     e.approved_kg, e.credited_kg}));
  } else if (kind == EventKind::band_set) {
    const auto e = read_record<BandSetEvent>(event);
    lines_.push_back(
        line(BandLine{symbols_.at(e.instrument), e.reference_ticks, e.lower_ticks, e.upper_ticks}));
  } else if (kind == EventKind::uncrossed) {
    const auto e = read_record<UncrossedEvent>(event);
    lines_.push_back(
        line(UncrossedLine{symbols_.at(e.instrument), e.price_ticks, e.quantity_lots}));
  } else if (kind == EventKind::collar_hit) {
    const auto e = read_record<CollarHitEvent>(event);
    lines_.push_back(
        line(CollarLine{symbols_.at(e.instrument), e.price_ticks, e.lower_ticks, e.upper_ticks}));
  } else if (kind == EventKind::indicative) {
    const auto e = read_record<IndicativeEvent>(event);
    lines_.push_back(line(IndicativeLine{symbols_.at(e.instrument), e.price_ticks, e.quantity_lots,
                                         e.imbalance_lots}));
  } else if (kind == EventKind::transfer) {
    const auto e = read_record<TransferEvent>(event);
    TransferLine said;
    said.number = static_cast<std::int64_t>(e.transfer_no);
    said.stage = name_of(static_cast<TransferStage>(e.stage));
    said.code = code_name(e.code);
    said.from = account_name(e.from_facility);
    said.to = account_name(e.to_facility);
    said.symbol = symbols_.at(e.instrument);
    said.due = text_of(Date{e.due_date});
    said.quantity = e.quantity_lots;
    said.credited = e.credited_lots;
    said.retired = e.retired_lots;
    said.ratio_n = e.ratio_n;
    said.ratio_d = e.ratio_d;
    lines_.push_back(line(said));
  } else if (kind == EventKind::rule_set) {
    const auto e = read_record<RuleSetEvent>(event);
    RuleSetLine said{e.version, std::string{name_of(static_cast<RuleSetStage>(e.stage))},
                     text_of(Date{e.effective_date})};
    const auto stage = static_cast<RuleSetStage>(e.stage);
    if (stage == RuleSetStage::left_out || stage == RuleSetStage::lapsed) {
      said.authority = name_of(static_cast<emx::Authority>(e.authority));
    }
    if (stage == RuleSetStage::lapsed) {
      said.code = code_name(e.code);
      said.record = e.record;
    } else if (e.code != 0 || e.record != 0) {
      lines_.push_back("a rule set that did not lapse with a reason");
    }
    lines_.push_back(line(said));
  } else if (kind == EventKind::rule_applied) {
    const auto e = read_record<RuleAppliedEvent>(event);
    const auto rule = static_cast<CommandKind>(e.record_kind);
    if (rule == CommandKind::set_zone) {
      add_once(zones_, zone_name(rule_command<SetZoneCommand>(e.record_kind, e.body)));
    } else if (rule == CommandKind::set_instrument) {
      const auto listed = rule_command<SetInstrumentCommand>(e.record_kind, e.body);
      add_once(symbols_, std::string{listed.symbol.view()});
    }
    lines_.push_back(line(RuleLine{
        e.version, std::string{name_of(static_cast<emx::Authority>(e.authority))}, e.record}));
  } else if (kind == EventKind::block) {
    say_block(read_record<BlockEvent>(event));
  } else if (kind == EventKind::held_back) {
    const auto e = read_record<HeldBackEvent>(event);
    const std::string asset = e.asset == asset_cash ? "cash" : symbols_.at(e.asset - 1);
    lines_.push_back(
        line(HeldLine{asset, account_name(e.account), e.pledged_amount, e.frozen_amount}));
  } else {
    lines_.push_back("unknown event " + std::to_string(static_cast<int>(kind)));
  }
}

}  // namespace emx::model

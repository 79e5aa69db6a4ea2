#include "engine/exchange.hpp"

#include <cstring>
#include <utility>
#include <vector>

#include "engine/authority.hpp"
#include "engine/block.hpp"
#include "engine/block_entry.hpp"
#include "engine/inspection.hpp"
#include "engine/market_state.hpp"
#include "engine/order_entry.hpp"
#include "engine/pending_work.hpp"
#include "engine/refusal.hpp"
#include "engine/rule_changes.hpp"
#include "engine/saved_state.hpp"
#include "engine/source_id.hpp"
#include "engine/views.hpp"
#include "engine/vocabulary/check.hpp"

namespace emx::engine {

namespace {

constexpr std::uint32_t capacity_most = 1U << 24;
constexpr std::uint32_t instruments_most = 1U << 13;  // sums of all rights stay in 64 bits

bool in_range(std::uint32_t value, std::uint32_t most) { return value >= 1 && value <= most; }

bool changes_rules(CommandKind kind) {
  switch (kind) {
    case CommandKind::genesis:
    case CommandKind::set_zone:
    case CommandKind::set_link:
    case CommandKind::set_instrument:
    case CommandKind::set_firm:
    case CommandKind::set_facility:
    case CommandKind::set_quota:
    case CommandKind::set_demand:
    case CommandKind::set_reference_price:
    case CommandKind::set_limit:
    case CommandKind::kill_switch:
    case CommandKind::set_parameters:
    case CommandKind::set_calendar:
      return true;
    default:
      return false;
  }
}

// No rule, but what the digest counts with them.
bool changes_books(CommandKind kind) {
  return kind == CommandKind::phase || kind == CommandKind::issue ||
         kind == CommandKind::indicative;
}

}  // namespace

struct Exchange::Core {
  explicit Core(const GenesisCommand& genesis)
      : state{genesis}, call_price{state}, work{state, call_price}, dry_run{state} {
    expired.reserve(risk::Blocks::open_max);
  }

  MarketState state;
  CallPrice call_price;
  PendingWork work;
  DryRun dry_run;
  std::vector<risk::Block> expired;  // scratch of one command
  std::uint64_t applied = 0;         // sequence of the last command
  std::int64_t at_ns = 0;            // its time

  Refusal dispatch(CommandKind kind, std::int64_t now_ns, std::span<const std::byte> bytes,
                   EventBatch& events);

  // Reads the record and hands it to `act`; a record of another size is refused.
  template <class Command, class Act>
  Refusal with(std::span<const std::byte> bytes, Act&& act) {
    if (bytes.size() != sizeof(Command)) {
      return {Code::o01_quantity, static_cast<std::int64_t>(sizeof(Command)),
              static_cast<std::int64_t>(bytes.size())};
    }
    return act(read_record<Command>(bytes));
  }
};

Refusal Exchange::Core::dispatch(CommandKind kind, std::int64_t now_ns,
                                 std::span<const std::byte> bytes, EventBatch& events) {
  switch (kind) {
    case CommandKind::genesis:
      return with<GenesisCommand>(bytes, [&](const GenesisCommand&) -> Refusal {
        if (applied == 0) return {};
        return {Code::d02_duplicate_cl_ord_id, 0, 0};
      });
    case CommandKind::set_zone:
      return with<SetZoneCommand>(bytes, [&](const auto& c) { return set_rule(state, work, c); });
    case CommandKind::set_link:
      return with<SetLinkCommand>(bytes, [&](const auto& c) { return set_rule(state, work, c); });
    case CommandKind::set_instrument:
      return with<SetInstrumentCommand>(bytes,
                                        [&](const auto& c) { return set_rule(state, work, c); });
    case CommandKind::set_firm:
      return with<SetFirmCommand>(bytes, [&](const auto& c) { return set_firm(state, work, c); });
    case CommandKind::set_facility:
      return with<SetFacilityCommand>(bytes,
                                      [&](const auto& c) { return set_facility(state, work, c); });
    case CommandKind::set_quota:
      return with<SetQuotaCommand>(bytes, [&](const auto& c) { return set_rule(state, work, c); });
    case CommandKind::set_demand:
      return with<SetDemandCommand>(bytes,
                                    [&](const auto& c) { return set_demand(state, work, c); });
    case CommandKind::set_reference_price:
      return with<SetReferencePriceCommand>(
          bytes, [&](const auto& c) { return set_rule(state, work, c); });
    case CommandKind::deposit:
      return with<DepositCommand>(bytes, [&](const auto& c) { return deposit(state, c, events); });
    case CommandKind::issue:
      return with<IssueCommand>(bytes, [&](const auto& c) { return issue(state, c, events); });
    case CommandKind::withdraw:
      return with<WithdrawCommand>(bytes,
                                   [&](const auto& c) { return withdraw(state, c, events); });
    case CommandKind::freeze:
      return with<FreezeCommand>(bytes, [&](const auto& c) { return freeze(state, work, c); });
    case CommandKind::pledge:
      return with<PledgeCommand>(bytes, [&](const auto& c) { return pledge(state, work, c); });
    case CommandKind::transfer:
      return with<TransferCommand>(bytes,
                                   [&](const auto& c) { return transfer(state, c, events); });
    case CommandKind::trust:
      return with<TrustCommand>(bytes, [&](const auto& c) { return set_trust(state, c, events); });
    case CommandKind::submit_block:
      return with<SubmitBlockCommand>(
          bytes, [&](const auto& c) { return submit_block(state, c, now_ns, events); });
    case CommandKind::answer_block:
      return with<AnswerBlockCommand>(
          bytes, [&](const auto& c) { return answer_block(state, work, c, now_ns, events); });
    case CommandKind::block_session:
      return with<BlockSessionCommand>(
          bytes, [&](const auto& c) { return set_block_session(state, work, c); });
    case CommandKind::day_open:
      return with<DayOpenCommand>(bytes,
                                  [&](const auto& c) { return day_open(state, work, c, events); });
    case CommandKind::set_authority_key:
      return with<SetAuthorityKeyCommand>(
          bytes, [&](const auto& c) { return set_authority_key(state, c, events); });
    case CommandKind::rule_record:
      return with<RuleRecordCommand>(bytes, [&](const auto& c) { return rule_record(state, c); });
    case CommandKind::rule_document:
      return with<RuleDocumentCommand>(
          bytes, [&](const auto& c) { return rule_document(state, c, applied + 1); });
    case CommandKind::activate_rules:
      return with<ActivateRulesCommand>(
          bytes, [&](const auto& c) { return activate_rules(state, work, c, events); });
    case CommandKind::withdraw_rules:
      return with<WithdrawRulesCommand>(
          bytes, [&](const auto& c) { return withdraw_rules(state, c, events); });
    case CommandKind::query:
      return with<QueryCommand>(bytes, [](const QueryCommand& c) { return query(c); });
    case CommandKind::set_parameters:
      return with<SetParametersCommand>(bytes,
                                        [&](const auto& c) { return set_rule(state, work, c); });
    case CommandKind::set_calendar:
      return with<SetCalendarCommand>(bytes,
                                      [&](const auto& c) { return set_rule(state, work, c); });
    case CommandKind::phase:
      return with<PhaseCommand>(bytes, [&](const auto& c) { return set_phase(state, work, c); });
    case CommandKind::proceed:
      return {};
    case CommandKind::tick:
      return with<TickCommand>(bytes, [](const TickCommand&) -> Refusal { return {}; });
    case CommandKind::indicative:
      return with<IndicativeCommand>(
          bytes, [&](const auto& c) { return indicative(state, call_price, c, now_ns, events); });
    case CommandKind::set_limit:
      return with<SetLimitCommand>(
          bytes, [&](const auto& c) { return set_limit(state, work, c, now_ns); });
    case CommandKind::kill_switch:
      return with<KillSwitchCommand>(
          bytes, [&](const auto& c) { return set_kill_switch(state, work, c); });
    case CommandKind::new_order:
      return with<NewOrderCommand>(
          bytes, [&](const auto& c) { return new_order(state, work, dry_run, c, now_ns, events); });
    case CommandKind::cancel_order:
      return with<CancelOrderCommand>(
          bytes, [&](const auto& c) { return cancel_order(state, c, events); });
    case CommandKind::replace_order:
      return with<ReplaceOrderCommand>(bytes, [&](const auto& c) {
        return replace_order(state, work, dry_run, c, now_ns, events);
      });
    case CommandKind::mass_cancel:
      return with<MassCancelCommand>(bytes,
                                     [&](const auto& c) { return mass_cancel(state, work, c); });
  }
  return {Code::o01_quantity, 0, static_cast<std::int64_t>(kind)};
}

Exchange::Exchange(const GenesisCommand& genesis) {
  check(may_start(genesis));
  core_ = std::make_unique<Core>(genesis);
}
Exchange::~Exchange() = default;
Exchange::Exchange(Exchange&&) noexcept = default;
Exchange& Exchange::operator=(Exchange&&) noexcept = default;

bool Exchange::may_start(const GenesisCommand& genesis) {
  return genesis.semantics_version == semantics_version &&
         in_range(genesis.firms_max, capacity_most) &&
         in_range(genesis.facilities_max, capacity_most) &&
         in_range(genesis.instruments_max, instruments_most) &&
         in_range(genesis.zones_max, capacity_most) &&
         in_range(genesis.orders_max, capacity_most) &&
         in_range(genesis.level_cells_max, 1U << 30) &&
         genesis.fee_rate_bp <= risk::fee_rate_bp_most && genesis.listed_kg_max >= 1 &&
         genesis.listed_carbon_t_max >= 1 && genesis.carbon_extra_t_max >= 0 &&
         genesis.carbon_extra_t_max <= risk::carbon_extra_most &&
         in_range(genesis.gtc_days, risk::gtc_days_most);
}

void Exchange::apply(const Stamp& stamp, std::span<const std::byte> command, EventBatch& events) {
  Core& core = *core_;
  check(stamp.sequence.value == core.applied + 1);
  check(stamp.at_ns >= core.at_ns);
  events.clear();
  CommandHeader header{};
  if (command.size() >= sizeof header) header = read_record<CommandHeader>(command);
  const auto kind = static_cast<CommandKind>(header.kind);
  check(core.applied > 0 || kind == CommandKind::genesis);
  check(core.work.idle() || kind == CommandKind::proceed);
  std::uint8_t rooms_freed = 0;
  // Work that was cut off is still of the time of its command.
  if (stamp.at_ns >= core.state.blocks.next_expiry_ns() && core.work.idle()) {
    rooms_freed = expire_blocks(core.state, stamp.at_ns, core.expired);
  }
  const Refusal refusal = core.dispatch(kind, stamp.at_ns, command, events);
  if (refusal) {
    check(events.count() == 0);
    RefusedEvent& event = events.add<RefusedEvent>(EventKind::refused);
    event.code = static_cast<std::uint16_t>(refusal.code);
    event.limit = refusal.limit;
    event.value = refusal.value;
  }
  if (!core.expired.empty()) {
    write_expired(core.expired, events);
    core.expired.clear();
  }
  // Tickets hold no room any longer when their time is over, whatever the command is answered.
  core.work.rooms_freed(rooms_freed);
  if (!refusal) {
    if (changes_rules(kind) || core.state.rule_set_came) {
      core.state.rule_set_came = false;
      core.state.rule_set = stamp.sequence.value;
      core.state.rules_changed();
    } else if (changes_books(kind)) {
      core.state.rules_changed();
    }
    core.work.run(events);
  } else if (!core.work.idle()) {
    events.add<MoreToDoEvent>(EventKind::more_to_do);  // a refusal's entry has no trades
  }
  core.applied = stamp.sequence.value;
  core.at_ns = stamp.at_ns;
}

void Exchange::take_unsigned_rules(bool taken) { core_->state.unsigned_rules = taken; }

void Exchange::save(std::vector<std::byte>& bytes) const {
  check(!more_to_do());
  bytes.clear();
  StateWriter writer{bytes};
  writer.plain(source_id(), core_->state.limits, core_->applied, core_->at_ns);
  engine::save(core_->state, writer);
  writer.plain(digest());
}

std::unique_ptr<Exchange> Exchange::load(const GenesisCommand& genesis,
                                         std::span<const std::byte> bytes, std::string& fault) {
  StateReader reader{bytes};
  std::uint64_t written_by = 0;
  GenesisCommand of_bytes{};
  reader.plain(written_by, of_bytes);
  reader.require(written_by == source_id(),
                 "another program wrote it, whose rules or layout may be others");
  reader.require(std::memcmp(&of_bytes, &genesis, sizeof genesis) == 0, "it is of another genesis");
  std::unique_ptr<Exchange> exchange;
  if (reader.ok()) {
    exchange = std::make_unique<Exchange>(genesis);
    Core& core = *exchange->core_;
    reader.plain(core.applied, core.at_ns);
    reader.require(core.applied >= 1, "it is of no entry");
    engine::load(core.state, reader);
    std::uint64_t digest = 0;
    reader.plain(digest);
    reader.require(reader.at_end(), "it is longer than its state");
    reader.require(digest == exchange->digest(), "its digest is not that of what it holds");
  }
  fault = reader.fault();
  return fault.empty() ? std::move(exchange) : nullptr;
}

Stamp Exchange::last_stamp() const { return {SeqNo{core_->applied}, core_->at_ns}; }

bool Exchange::more_to_do() const { return !core_->work.idle(); }

std::uint64_t Exchange::digest() const { return core_->state.digest() + core_->work.digest(); }

std::uint64_t Exchange::digest_from_scratch() const {
  return core_->state.digest_from_scratch() + core_->work.digest();
}

std::size_t Exchange::depth(InstrumentId instrument, Side side,
                            std::span<DepthLevel> levels) const {
  const MarketState& state = core_->state;
  return engine::depth(state.book(instrument), side, levels);
}

std::size_t Exchange::executable_depth(InstrumentId instrument, Side side, const Viewer& viewer,
                                       std::span<DepthLevel> levels) const {
  const MarketState& state = core_->state;
  return engine::executable_depth(state, state.book(instrument), side, viewer, levels);
}

Inspection Exchange::inspection() const { return Inspection{core_->state}; }

std::uint64_t Exchange::rule_set() const { return core_->state.rule_set; }

ProceedCommand proceed_command() {
  ProceedCommand command{};
  command.header.kind = static_cast<std::uint16_t>(CommandKind::proceed);
  command.header.size = sizeof command;
  command.header.actor = no_id;
  return command;
}

}  // namespace emx::engine

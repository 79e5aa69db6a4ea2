#include "ledger/records.hpp"

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/events.hpp"

namespace emx::ledger {

// No default in the two switches: a kind that is added to the vocabulary must be added here, and
// to FORMAT.md.

std::uint32_t command_bytes_of(std::uint16_t kind) {
  switch (static_cast<CommandKind>(kind)) {
    case CommandKind::genesis:
      return sizeof(GenesisCommand);
    case CommandKind::set_zone:
      return sizeof(SetZoneCommand);
    case CommandKind::set_link:
      return sizeof(SetLinkCommand);
    case CommandKind::set_instrument:
      return sizeof(SetInstrumentCommand);
    case CommandKind::set_firm:
      return sizeof(SetFirmCommand);
    case CommandKind::set_facility:
      return sizeof(SetFacilityCommand);
    case CommandKind::set_quota:
      return sizeof(SetQuotaCommand);
    case CommandKind::set_demand:
      return sizeof(SetDemandCommand);
    case CommandKind::set_reference_price:
      return sizeof(SetReferencePriceCommand);
    case CommandKind::deposit:
      return sizeof(DepositCommand);
    case CommandKind::issue:
      return sizeof(IssueCommand);
    case CommandKind::day_open:
      return sizeof(DayOpenCommand);
    case CommandKind::phase:
      return sizeof(PhaseCommand);
    case CommandKind::proceed:
      return sizeof(ProceedCommand);
    case CommandKind::indicative:
      return sizeof(IndicativeCommand);
    case CommandKind::set_limit:
      return sizeof(SetLimitCommand);
    case CommandKind::kill_switch:
      return sizeof(KillSwitchCommand);
    case CommandKind::new_order:
      return sizeof(NewOrderCommand);
    case CommandKind::cancel_order:
      return sizeof(CancelOrderCommand);
    case CommandKind::replace_order:
      return sizeof(ReplaceOrderCommand);
    case CommandKind::mass_cancel:
      return sizeof(MassCancelCommand);
    case CommandKind::withdraw:
      return sizeof(WithdrawCommand);
    case CommandKind::freeze:
      return sizeof(FreezeCommand);
    case CommandKind::pledge:
      return sizeof(PledgeCommand);
    case CommandKind::transfer:
      return sizeof(TransferCommand);
    case CommandKind::trust:
      return sizeof(TrustCommand);
    case CommandKind::submit_block:
      return sizeof(SubmitBlockCommand);
    case CommandKind::answer_block:
      return sizeof(AnswerBlockCommand);
    case CommandKind::block_session:
      return sizeof(BlockSessionCommand);
    case CommandKind::tick:
      return sizeof(TickCommand);
    case CommandKind::set_authority_key:
      return sizeof(SetAuthorityKeyCommand);
    case CommandKind::rule_record:
      return sizeof(RuleRecordCommand);
    case CommandKind::rule_document:
      return sizeof(RuleDocumentCommand);
    case CommandKind::activate_rules:
      return sizeof(ActivateRulesCommand);
    case CommandKind::withdraw_rules:
      return sizeof(WithdrawRulesCommand);
    case CommandKind::set_parameters:
      return sizeof(SetParametersCommand);
    case CommandKind::set_calendar:
      return sizeof(SetCalendarCommand);
    case CommandKind::query:
      return sizeof(QueryCommand);
  }
  return 0;
}

std::uint32_t event_bytes_of(std::uint16_t kind) {
  switch (static_cast<EventKind>(kind)) {
    case EventKind::refused:
      return sizeof(RefusedEvent);
    case EventKind::order_accepted:
      return sizeof(OrderAcceptedEvent);
    case EventKind::order_replaced:
      return sizeof(OrderReplacedEvent);
    case EventKind::order_cancelled:
      return sizeof(OrderCancelledEvent);
    case EventKind::trade:
      return sizeof(TradeEvent);
    case EventKind::bill:
      return sizeof(BillEvent);
    case EventKind::posting:
      return sizeof(PostingEvent);
    case EventKind::quota_used:
      return sizeof(QuotaUsedEvent);
    case EventKind::demand_used:
      return sizeof(DemandUsedEvent);
    case EventKind::skip:
      return sizeof(SkipEvent);
    case EventKind::band_set:
      return sizeof(BandSetEvent);
    case EventKind::more_to_do:
      return sizeof(MoreToDoEvent);
    case EventKind::uncrossed:
      return sizeof(UncrossedEvent);
    case EventKind::indicative:
      return sizeof(IndicativeEvent);
    case EventKind::collar_hit:
      return sizeof(CollarHitEvent);
    case EventKind::held_back:
      return sizeof(HeldBackEvent);
    case EventKind::transfer:
      return sizeof(TransferEvent);
    case EventKind::block:
      return sizeof(BlockEvent);
    case EventKind::rule_set:
      return sizeof(RuleSetEvent);
    case EventKind::rule_applied:
      return sizeof(RuleAppliedEvent);
  }
  return 0;
}

namespace {

std::string_view fault_of_command(std::span<const std::byte> command) {
  if (command.size() < sizeof(CommandHeader)) return "the command is shorter than its header";
  const auto header = read_record<CommandHeader>(command);
  if (header.size != command.size()) return "the command's size is not that of its bytes";
  const std::uint32_t bytes = command_bytes_of(header.kind);
  if (bytes == 0) return "the command's kind is unknown";
  if (bytes != command.size()) return "the command's size is not that of its kind";
  return {};
}

std::string_view fault_of_event(const EventHeader& header, std::span<const std::byte> event,
                                std::uint32_t index) {
  const std::uint32_t bytes = event_bytes_of(header.kind);
  if (bytes == 0) return "an event's kind is unknown";
  if (bytes != event.size()) return "an event's size is not that of its kind";
  if (header.index != index) return "the events are not numbered in order";
  if (header.kind == static_cast<std::uint16_t>(EventKind::posting)) {
    const auto posting = read_record<PostingEvent>(event);
    if (posting.amount <= 0) return "a posting's amount is not positive";
    if (posting.debit_account == posting.credit_account) {
      return "a posting debits and credits the same account";
    }
  }
  return {};
}

}  // namespace

std::string_view fault_of_records(std::span<const std::byte> command,
                                  std::span<const std::byte> events, std::uint32_t events_count) {
  if (const auto fault = fault_of_command(command); !fault.empty()) return fault;
  if (events_count > entry_events_max) return "there are more events than an entry may hold";
  std::uint32_t index = 0;
  std::string_view fault;
  const bool whole =
      for_each_event(events, [&](const EventHeader& header, std::span<const std::byte> event) {
        if (fault.empty()) fault = fault_of_event(header, event, index);
        ++index;
      });
  if (!fault.empty()) return fault;
  if (!whole) return "the events do not fill their bytes";
  if (index != events_count) return "the number of events is not the one in the header";
  return {};
}

}  // namespace emx::ledger

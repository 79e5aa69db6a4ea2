#include "tools/index/touched.hpp"

#include <algorithm>

#include "engine/vocabulary/rules_in_force.hpp"
#include "tools/audit/ended_orders.hpp"
#include "tools/index/format.hpp"

namespace emx::index {

namespace {

// The orders that an event is about: (none, one or the two of a trade; 0: no order.)
struct Orders {
  std::uint64_t one = 0;
  std::uint64_t other = 0;
};

Orders orders_of(std::uint16_t kind, std::span<const std::byte> event) {
  switch (static_cast<EventKind>(kind)) {
    case EventKind::order_accepted:
      return {read_record<OrderAcceptedEvent>(event).order_id, 0};
    case EventKind::order_replaced:
      return {read_record<OrderReplacedEvent>(event).order_id, 0};
    case EventKind::order_cancelled:
      return {read_record<OrderCancelledEvent>(event).order_id, 0};
    case EventKind::skip:
      return {read_record<SkipEvent>(event).order_id, 0};
    case EventKind::trade: {
      const auto trade = read_record<TradeEvent>(event);
      return {trade.buy_order_id, trade.sell_order_id};
    }
    default:
      return {};
  }
}

std::uint64_t order_of(std::span<const std::byte> command) {
  switch (static_cast<CommandKind>(read_record<CommandHeader>(command).kind)) {
    case CommandKind::cancel_order:
      return read_record<CancelOrderCommand>(command).order_id;
    case CommandKind::replace_order:
      return read_record<ReplaceOrderCommand>(command).order_id;
    default:
      return 0;
  }
}

bool is_definition(const EntryView& entry) {
  switch (static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind)) {
    case CommandKind::genesis:
    case CommandKind::set_zone:
    case CommandKind::set_instrument:
    case CommandKind::set_firm:
    case CommandKind::set_facility:
    case CommandKind::set_parameters:
    case CommandKind::set_authority_key:
    case CommandKind::rule_document:
    case CommandKind::activate_rules:
      return true;
    default:
      break;
  }
  bool found = false;
  for_each_applied_rule(entry, [&](const auto&, std::span<const std::byte>) { found = true; });
  return found;
}

}  // namespace

void for_each_order(const EntryView& entry, const std::function<void(std::uint64_t id)>& visit) {
  if (const std::uint64_t id = order_of(entry.command); id != 0) visit(id);
  static_cast<void>(for_each_event(
      entry.events, [&](const EventHeader& header, std::span<const std::byte> event) {
        const Orders orders = orders_of(header.kind, event);
        if (orders.one != 0) visit(orders.one);
        if (orders.other != 0) visit(orders.other);
      }));
}

const std::vector<ledger::IndexLink>& Touched::of(const EntryView& entry,
                                                  const market::Names& names) {
  entry_ = entry.stamp.sequence.value;
  links_.clear();
  for_each_order(entry, [this](std::uint64_t id) { add(Kind::order, id); });
  add_command(entry.command, names);
  for_each_applied_rule(
      entry, [&](const auto&, std::span<const std::byte> rule) { add_command(rule, names); });
  static_cast<void>(for_each_event(
      entry.events, [this](const EventHeader& header, std::span<const std::byte> event) {
        add_event(header.kind, event);
      }));
  add_day_or_definition(entry);
  audit::for_each_ended_order(entry.events, [this](std::uint64_t order) { owners_.erase(order); });
  std::ranges::sort(links_);
  links_.erase(std::unique(links_.begin(), links_.end()), links_.end());
  return links_;
}

void Touched::add(std::uint8_t kind, std::uint64_t number) {
  links_.push_back({kind, number, entry_});
}

void Touched::add_account(std::uint32_t id) {
  if (id != no_id) add(Kind::account, id);
}

void Touched::add_code(const AccountCode& code, const market::Names& names) {
  add_account(names.facility_named(code));
}

void Touched::add_owner(std::uint64_t order_id) {
  const auto found = owners_.find(order_id);
  if (found != owners_.end()) add_account(found->second);
}

void Touched::add_command(std::span<const std::byte> command, const market::Names& names) {
  switch (static_cast<CommandKind>(read_record<CommandHeader>(command).kind)) {
    case CommandKind::new_order:
      return add_account(read_record<NewOrderCommand>(command).facility);
    case CommandKind::set_facility:
      return add_code(read_record<SetFacilityCommand>(command).facility, names);
    case CommandKind::set_demand:
      return add_code(read_record<SetDemandCommand>(command).facility, names);
    case CommandKind::deposit:
      return add_code(read_record<DepositCommand>(command).facility, names);
    case CommandKind::issue:
      return add_code(read_record<IssueCommand>(command).facility, names);
    case CommandKind::withdraw:
      return add_code(read_record<WithdrawCommand>(command).facility, names);
    case CommandKind::freeze:
      return add_code(read_record<FreezeCommand>(command).facility, names);
    case CommandKind::pledge:
      return add_code(read_record<PledgeCommand>(command).facility, names);
    case CommandKind::transfer: {
      const auto transfer = read_record<TransferCommand>(command);
      add_code(transfer.from, names);
      return add_code(transfer.to, names);
    }
    case CommandKind::trust: {
      const auto trust = read_record<TrustCommand>(command);
      add_code(trust.from, names);
      return add_code(trust.to, names);
    }
    case CommandKind::submit_block: {
      const auto block = read_record<SubmitBlockCommand>(command);
      add_code(block.facility, names);
      return add_code(block.counterparty, names);
    }
    case CommandKind::set_limit: {
      const auto limit = read_record<SetLimitCommand>(command);
      if (static_cast<Scope>(limit.scope) != Scope::facility) return;
      return add_account(names.find_facility(limit.name.view()));
    }
    case CommandKind::kill_switch: {
      const auto kill = read_record<KillSwitchCommand>(command);
      if (static_cast<Scope>(kill.scope) != Scope::facility) return;
      return add_account(names.find_facility(kill.name.view()));
    }
    default:
      return;
  }
}

void Touched::add_event(std::uint16_t kind, std::span<const std::byte> event) {
  switch (static_cast<EventKind>(kind)) {
    case EventKind::order_accepted: {
      const auto accepted = read_record<OrderAcceptedEvent>(event);
      owners_[accepted.order_id] = accepted.facility;
      return add_account(accepted.facility);
    }
    case EventKind::order_replaced:
    case EventKind::order_cancelled:
    case EventKind::skip:
      return add_owner(orders_of(kind, event).one);
    case EventKind::trade: {
      const auto trade = read_record<TradeEvent>(event);
      add(Kind::trade, trade.trade_no);
      add_account(trade.buy_facility);
      return add_account(trade.sell_facility);
    }
    case EventKind::posting: {
      const auto posting = read_record<PostingEvent>(event);
      add_account(posting.debit_account);
      return add_account(posting.credit_account);
    }
    case EventKind::demand_used:
      return add_account(read_record<DemandUsedEvent>(event).facility);
    case EventKind::held_back:
      return add_account(read_record<HeldBackEvent>(event).account);
    case EventKind::transfer: {
      const auto transfer = read_record<TransferEvent>(event);
      add_account(transfer.from_facility);
      return add_account(transfer.to_facility);
    }
    case EventKind::block: {
      const auto block = read_record<BlockEvent>(event);
      add_account(block.facility);
      return add_account(block.counterparty);
    }
    default:
      return;
  }
}

void Touched::add_day_or_definition(const EntryView& entry) {
  if (is_refused(entry)) return;
  if (is_definition(entry)) add(Kind::definition, 0);
  const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind);
  if (kind != CommandKind::day_open) return;
  const std::int32_t date = read_record<DayOpenCommand>(entry.command).date;
  if (date > 0) add(Kind::trade_date, static_cast<std::uint64_t>(date));
}

}  // namespace emx::index

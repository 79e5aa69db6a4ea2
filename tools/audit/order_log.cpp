#include "tools/audit/order_log.hpp"

#include <utility>

#include "tools/audit/enum_words.hpp"

namespace emx::audit {

void OrderLog::apply(const EntryView& entry) {
  // Names first: whose group a firm is in may be what the entry says.
  if (!touches(entry)) {
    describer_.take(entry);
    return;
  }
  const EntryWords words = describer_.describe(entry);
  std::size_t i = 0;
  static_cast<void>(for_each_event(
      entry.events, [&](const EventHeader& header, std::span<const std::byte> event) {
        take_event(entry, static_cast<EventKind>(header.kind), event, words.events[i++]);
      }));
}

bool OrderLog::is_asked_firm(std::uint32_t firm) const {
  const SetFirmCommand* defined = is_firm(firm) ? names().firm(firm) : nullptr;
  return defined != nullptr && is_asked_(*defined);
}

bool OrderLog::is_asked_facility(std::uint32_t facility) const {
  const SetFacilityCommand* defined = names().facility(facility);
  return defined != nullptr && is_asked_firm(names().find_firm(defined->firm.view()));
}

bool OrderLog::touches(const EntryView& entry) const {
  const auto header = read_record<CommandHeader>(entry.command);
  if (is_refused(entry) && is_asked_firm(header.actor)) return true;
  bool touched = false;
  static_cast<void>(
      for_each_event(entry.events, [&](const EventHeader& event, std::span<const std::byte> bytes) {
        touched = touched || touches(event, bytes);
      }));
  return touched;
}

bool OrderLog::touches(const EventHeader& header, std::span<const std::byte> event) const {
  switch (static_cast<EventKind>(header.kind)) {
    case EventKind::order_accepted:
      return is_asked_facility(read_record<OrderAcceptedEvent>(event).facility);
    case EventKind::order_replaced:
      return find(read_record<OrderReplacedEvent>(event).order_id) != nullptr;
    case EventKind::order_cancelled:
      return find(read_record<OrderCancelledEvent>(event).order_id) != nullptr;
    case EventKind::skip:
      return find(read_record<SkipEvent>(event).order_id) != nullptr;
    case EventKind::trade: {
      const auto trade = read_record<TradeEvent>(event);
      return find(trade.buy_order_id) != nullptr || find(trade.sell_order_id) != nullptr;
    }
    case EventKind::block: {
      const auto block = read_record<BlockEvent>(event);
      return by_block_.contains(block.block_no) || is_asked_facility(block.facility) ||
             is_asked_facility(block.counterparty);
    }
    default:
      return false;
  }
}

void OrderLog::take_event(const EntryView& entry, EventKind kind, std::span<const std::byte> event,
                          const std::string& words) {
  switch (kind) {
    case EventKind::refused:
      take_refusal(entry, read_record<RefusedEvent>(event), words);
      break;
    case EventKind::order_accepted:
      take_accepted(entry, read_record<OrderAcceptedEvent>(event), words);
      break;
    case EventKind::order_replaced: {
      const auto e = read_record<OrderReplacedEvent>(event);
      const std::size_t* order = find(e.order_id);
      if (order == nullptr) break;
      orders_[*order].cl_ord_id = read_record<ReplaceOrderCommand>(entry.command).cl_ord_id.view();
      Change change = change_of(entry, *order, "replaced", words);
      change.code = static_cast<Code>(e.warning);
      change.price_fen = fen_of(e.price_ticks, orders_[*order].instrument);
      change.quantity_lots = e.quantity_lots;
      change.open_lots = e.remaining_lots;
      keep(std::move(change));
      break;
    }
    case EventKind::order_cancelled: {
      const auto e = read_record<OrderCancelledEvent>(event);
      const std::size_t* order = find(e.order_id);
      if (order == nullptr) break;
      const bool expired = static_cast<Code>(e.code) == Code::c01_expired;
      Change change = change_of(entry, *order, expired ? "expired" : "cancelled", words);
      change.code = static_cast<Code>(e.code);
      change.quantity_lots = e.remaining_lots;
      keep(std::move(change));
      end_order(e.order_id);
      break;
    }
    case EventKind::skip: {
      const auto e = read_record<SkipEvent>(event);
      const std::size_t* order = find(e.order_id);
      if (order == nullptr) break;
      Change change = change_of(entry, *order, "passes_over", words);
      change.code = static_cast<Code>(e.code);
      change.price_fen = fen_of(e.price_ticks, orders_[*order].instrument);
      change.quantity_lots = e.quantity_lots;
      if (e.province < provinces_count) change.counterparty = name<Province>(e.province);
      if (const SetZoneCommand* zone = names().zone(e.zone); zone != nullptr) {
        change.counterparty += '/' + std::string{zone->zone.view()};
      }
      keep(std::move(change));
      break;
    }
    case EventKind::trade: {
      const auto trade = read_record<TradeEvent>(event);
      take_fill(entry, trade, true, words);
      take_fill(entry, trade, false, words);
      break;
    }
    case EventKind::block:
      take_block(entry, read_record<BlockEvent>(event), words);
      break;
    default:
      break;
  }
}

// Of a command that changed nothing: the order it was for, or one that never came to be.
std::size_t OrderLog::order_of_refusal(const EntryView& entry, Change& change,
                                       std::uint32_t actor) {
  Order order;
  order.firm = names().firm(actor)->firm.view();
  std::uint64_t known = 0;
  switch (static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind)) {
    case CommandKind::new_order: {
      const auto c = read_record<NewOrderCommand>(entry.command);
      change.what = "refused";
      change.price_fen = c.price_fen;
      change.quantity_lots = c.quantity_lots;
      order.cl_ord_id = c.cl_ord_id.view();
      order.instrument = c.instrument;
      order.side = name<Side>(c.side);
      if (c.instrument != no_id) order.symbol = names().symbol(c.instrument);
      if (c.facility != no_id) order.facility = names().account(c.facility);
      break;
    }
    case CommandKind::replace_order: {
      const auto c = read_record<ReplaceOrderCommand>(entry.command);
      change.what = "replace_refused";
      change.price_fen = c.price_fen;
      change.quantity_lots = c.quantity_lots;
      order.cl_ord_id = c.cl_ord_id.view();
      known = c.order_id;
      break;
    }
    case CommandKind::cancel_order: {
      const auto c = read_record<CancelOrderCommand>(entry.command);
      change.what = "cancel_refused";
      order.cl_ord_id = c.cl_ord_id.view();
      known = c.order_id;
      break;
    }
    case CommandKind::mass_cancel:
      change.what = "mass_cancel_refused";
      order.cl_ord_id = read_record<MassCancelCommand>(entry.command).cl_ord_id.view();
      break;
    case CommandKind::submit_block: {
      const auto c = read_record<SubmitBlockCommand>(entry.command);
      change.what = "block_refused";
      change.price_fen = c.price_fen;
      change.quantity_lots = c.quantity_lots;
      order.cl_ord_id = c.cl_ord_id.view();
      order.side = name<Side>(c.side);
      order.symbol = c.symbol.view();
      order.facility = c.facility.view();
      break;
    }
    case CommandKind::answer_block: {
      const auto c = read_record<AnswerBlockCommand>(entry.command);
      change.what = "block_answer_refused";
      order.cl_ord_id = c.cl_ord_id.view();
      order.block_no = c.block_no;
      const auto found = by_block_.find(c.block_no);
      if (found != by_block_.end()) return found->second;
      break;
    }
    default:
      break;
  }
  if (const std::size_t* place = find(known); place != nullptr) return *place;
  order.order_id = known;
  return new_order(std::move(order));
}

void OrderLog::take_refusal(const EntryView& entry, const RefusedEvent& refused,
                            const std::string& words) {
  const std::uint32_t actor = read_record<CommandHeader>(entry.command).actor;
  if (!is_asked_firm(actor)) return;
  Change change = change_of(entry, 0, "", words);
  change.order = order_of_refusal(entry, change, actor);
  change.code = static_cast<Code>(refused.code);
  const std::size_t order = change.order;
  keep(std::move(change));
  // One that never came to be has no other change.
  const bool is_known =
      find(orders_[order].order_id) != nullptr || by_block_.contains(orders_[order].block_no);
  if (!is_known) free_if_untold(order);
}

void OrderLog::take_accepted(const EntryView& entry, const OrderAcceptedEvent& accepted,
                             const std::string& words) {
  if (!is_asked_facility(accepted.facility)) return;
  Order order;
  order.order_id = accepted.order_id;
  order.cl_ord_id = read_record<NewOrderCommand>(entry.command).cl_ord_id.view();
  order.firm = firm_of(accepted.facility);
  order.facility = names().account(accepted.facility);
  order.symbol = names().symbol(accepted.instrument);
  order.side = name<Side>(accepted.side);
  order.instrument = accepted.instrument;
  const std::size_t place = new_order(std::move(order));
  by_id_[accepted.order_id] = place;
  Change change = change_of(entry, place, "accepted", words);
  change.code = static_cast<Code>(accepted.warning);
  change.price_fen = fen_of(accepted.price_ticks, accepted.instrument);
  change.quantity_lots = accepted.quantity_lots;
  change.open_lots = accepted.quantity_lots;
  keep(std::move(change));
}

void OrderLog::take_fill(const EntryView& entry, const TradeEvent& trade, bool buys,
                         const std::string& words) {
  const std::size_t* order = find(buys ? trade.buy_order_id : trade.sell_order_id);
  if (order == nullptr) return;
  const std::int64_t left = buys ? trade.buy_remaining_lots : trade.sell_remaining_lots;
  Change change = change_of(entry, *order, left == 0 ? "filled" : "partly_filled", words);
  change.code = static_cast<Code>(trade.code);
  change.price_fen = fen_of(trade.price_ticks, trade.instrument);
  change.quantity_lots = trade.quantity_lots;
  change.open_lots = left;
  change.trade_no = trade.trade_no;
  change.counterparty = class_of(buys ? trade.sell_facility : trade.buy_facility, trade.instrument);
  keep(std::move(change));
  if (left == 0) end_order(buys ? trade.buy_order_id : trade.sell_order_id);
}

void OrderLog::take_block(const EntryView& entry, const BlockEvent& block,
                          const std::string& words) {
  const bool known = by_block_.contains(block.block_no);
  const bool submits = is_asked_facility(block.facility);
  if (!known && !submits && !is_asked_facility(block.counterparty)) return;
  if (!known) {
    const auto side = static_cast<Side>(block.side);
    Order order;
    order.block_no = block.block_no;
    order.firm = firm_of(submits ? block.facility : block.counterparty);
    order.facility = names().account(submits ? block.facility : block.counterparty);
    order.symbol = names().symbol(block.instrument);
    order.side = emx::name_of(submits ? side : opposite(side));
    order.instrument = block.instrument;
    const auto header = read_record<CommandHeader>(entry.command);
    if (submits && static_cast<CommandKind>(header.kind) == CommandKind::submit_block) {
      order.cl_ord_id = read_record<SubmitBlockCommand>(entry.command).cl_ord_id.view();
    }
    by_block_[block.block_no] = new_order(std::move(order));
  }
  const std::size_t place = by_block_[block.block_no];
  Change change = change_of(entry, place, "block_" + name<BlockStage>(block.stage), words);
  change.code = static_cast<Code>(block.code);
  change.price_fen = fen_of(block.price_ticks, block.instrument);
  change.quantity_lots = block.quantity_lots;
  const bool own = orders_[place].facility == names().account(block.facility);
  change.counterparty = class_of(own ? block.counterparty : block.facility, block.instrument);
  keep(std::move(change));
}

std::size_t OrderLog::new_order(Order order) {
  if (free_.empty()) {
    orders_.push_back(std::move(order));
    return orders_.size() - 1;
  }
  const std::size_t place = free_.back();
  free_.pop_back();
  orders_[place] = std::move(order);
  return place;
}

void OrderLog::keep(Change change) {
  const Stamp stamp{SeqNo{change.sequence}, change.at_ns};
  if (bounds_.from && is_before(stamp, *bounds_.from)) return;
  is_full_ = is_full_ || changes_.size() >= bounds_.changes_max;
  if (is_full_) return;
  if (orders_[change.order].told == 0) orders_[change.order].told = ++told_;
  changes_.push_back(std::move(change));
}

void OrderLog::end_order(std::uint64_t order_id) {
  const auto found = by_id_.find(order_id);
  if (found == by_id_.end() || orders_[found->second].told != 0) return;
  free_if_untold(found->second);
  by_id_.erase(found);
}

void OrderLog::free_if_untold(std::size_t order) {
  if (orders_[order].told == 0) free_.push_back(order);
}

std::int64_t OrderLog::fen_of(std::int64_t ticks, std::uint32_t instrument) const {
  const SetInstrumentCommand* book = names().instrument(instrument);
  return book == nullptr ? 0 : ticks * book->tick_fen;
}

// Market-rules 8.2: the province, and the zone where it misses its target; of a RESERVE none (17,
// Classes). Carbon has none.
std::string OrderLog::class_of(std::uint32_t facility, std::uint32_t instrument) const {
  const SetFacilityCommand* other = names().facility(facility);
  const SetInstrumentCommand* book = names().instrument(instrument);
  if (other == nullptr || book == nullptr || is_carbon(static_cast<Pollutant>(book->pollutant))) {
    return {};
  }
  std::string text = name<Province>(other->province);
  const SetZoneCommand* zone =
      names().zone(names().find_zone(static_cast<Province>(other->province), other->zone.view()));
  const bool attains = zone == nullptr || ((zone->attaining_mask >> book->pollutant) & 1) != 0;
  const bool reserve = static_cast<SourceClass>(other->source_class) == SourceClass::reserve;
  return attains || reserve ? text : text + '/' + std::string{zone->zone.view()};
}

std::string OrderLog::firm_of(std::uint32_t facility) const {
  const SetFacilityCommand* defined = names().facility(facility);
  return defined == nullptr ? std::string{} : std::string{defined->firm.view()};
}

OrderLog::Change OrderLog::change_of(const EntryView& entry, std::size_t order, std::string what,
                                     const std::string& words) {
  Change change;
  change.order = order;
  change.sequence = entry.stamp.sequence.value;
  change.at_ns = entry.stamp.at_ns;
  change.rule_set = entry.rule_set;
  change.what = std::move(what);
  change.words = words;
  return change;
}

const std::size_t* OrderLog::find(std::uint64_t order_id) const {
  const auto found = by_id_.find(order_id);
  return found == by_id_.end() ? nullptr : &found->second;
}

}  // namespace emx::audit

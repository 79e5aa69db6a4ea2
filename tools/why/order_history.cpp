#include "tools/why/order_history.hpp"

#include "engine/vocabulary/events.hpp"

namespace emx::why {

namespace {

std::string key_of(std::uint32_t firm, const ClOrdId& id) {
  return std::to_string(firm) + '/' + std::string{id.view()};
}

}  // namespace

void OrderHistory::start(const EntryView& entry) {
  sequence_ = entry.stamp.sequence.value;
  ended_here_.clear();
  command_ = {};
  switch (static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind)) {
    case CommandKind::new_order:
      command_ = read_record<NewOrderCommand>(entry.command);
      return note_cl_ord_id(command_.header, command_.cl_ord_id);
    case CommandKind::replace_order: {
      const auto c = read_record<ReplaceOrderCommand>(entry.command);
      return note_cl_ord_id(c.header, c.cl_ord_id);
    }
    case CommandKind::cancel_order: {
      const auto c = read_record<CancelOrderCommand>(entry.command);
      return note_cl_ord_id(c.header, c.cl_ord_id);
    }
    case CommandKind::mass_cancel: {
      const auto c = read_record<MassCancelCommand>(entry.command);
      return note_cl_ord_id(c.header, c.cl_ord_id);
    }
    case CommandKind::submit_block: {
      const auto c = read_record<SubmitBlockCommand>(entry.command);
      return note_cl_ord_id(c.header, c.cl_ord_id);
    }
    case CommandKind::answer_block: {
      const auto c = read_record<AnswerBlockCommand>(entry.command);
      return note_cl_ord_id(c.header, c.cl_ord_id);
    }
    default:
      return;
  }
}

void OrderHistory::note_cl_ord_id(const CommandHeader& header, const ClOrdId& id) {
  cl_ord_ids_.try_emplace(key_of(header.actor, id), sequence_);
}

void OrderHistory::take(const EntryView& entry) {
  start(entry);
  static_cast<void>(for_each_event(
      entry.events, [this](const EventHeader&, std::span<const std::byte> event) { take(event); }));
}

void OrderHistory::take(std::span<const std::byte> event) {
  switch (static_cast<EventKind>(read_record<EventHeader>(event).kind)) {
    case EventKind::order_accepted: {
      const auto e = read_record<OrderAcceptedEvent>(event);
      const bool buy = static_cast<Side>(e.side) == Side::buy;
      open_[e.order_id] = {
          .id = e.order_id,
          .entered = sequence_,
          .firm = command_.header.actor,
          .facility = e.facility,
          .instrument = e.instrument,
          .side = static_cast<Side>(e.side),
          .time_in_force = static_cast<TimeInForce>(e.time_in_force),
          .expires = Date{e.expire_date},
          .local_only = (command_.instructions & order_local_only) != 0,
          .market = static_cast<OrderType>(command_.order_type) == OrderType::market,
          .price_ticks = e.price_ticks,
          .total_lots = e.quantity_lots,
          .open_lots = e.quantity_lots,
          .min_lots = command_.min_quantity_lots,
          .max_ratio =
              buy ? risk::Ratio{command_.max_ratio_n, command_.max_ratio_d} : risk::Ratio{}};
      return;
    }
    case EventKind::order_replaced: {
      const auto e = read_record<OrderReplacedEvent>(event);
      const auto found = open_.find(e.order_id);
      if (found == open_.end()) return;
      found->second.price_ticks = e.price_ticks;
      found->second.total_lots = e.quantity_lots;
      found->second.open_lots = e.remaining_lots;
      return;
    }
    case EventKind::order_cancelled: {
      const auto e = read_record<OrderCancelledEvent>(event);
      return end(e.order_id, static_cast<Code>(e.code));
    }
    case EventKind::trade: {
      const auto e = read_record<TradeEvent>(event);
      if (const auto buy = open_.find(e.buy_order_id); buy != open_.end()) {
        risk::Fraction& fraction = buy->second.fraction;
        fraction = risk::credit(Lots{e.quantity_lots}, {e.ratio_n, e.ratio_d}, fraction).after;
      }
      fill(e.buy_order_id, e.buy_remaining_lots);
      fill(e.sell_order_id, e.sell_remaining_lots);
      return;
    }
    default:
      return;
  }
}

void OrderHistory::fill(std::uint64_t id, std::int64_t remaining) {
  const auto found = open_.find(id);
  if (found == open_.end()) return;
  found->second.open_lots = remaining;
  if (remaining == 0) end(id, Code::none);
}

void OrderHistory::end(std::uint64_t id, Code code) {
  const auto found = open_.find(id);
  if (found == open_.end()) return;
  ended_here_.insert(*found);
  open_.erase(found);
  ended_[id] = {sequence_, code};
}

const OrderFacts* OrderHistory::find(std::uint64_t id) const {
  if (const auto found = open_.find(id); found != open_.end()) return &found->second;
  const auto found = ended_here_.find(id);
  return found == ended_here_.end() ? nullptr : &found->second;
}

OrderHistory::End OrderHistory::end_of(std::uint64_t id) const {
  const auto found = ended_.find(id);
  return found == ended_.end() ? End{} : found->second;
}

std::uint64_t OrderHistory::first_use(std::uint32_t firm, const ClOrdId& id) const {
  const auto found = cl_ord_ids_.find(key_of(firm, id));
  return found == cl_ord_ids_.end() ? 0 : found->second;
}

}  // namespace emx::why

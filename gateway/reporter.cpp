#include "gateway/reporter.hpp"

#include <optional>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/rules_in_force.hpp"
#include "gateway/block_reports.hpp"

namespace emx::gateway {

struct Reporter::Context {
  const EntryView& entry;
  CommandHeader header;
  EntryMark mark;
  bool refused = false;
  std::uint64_t traded_block = 0;  // whose trade comes next

  [[nodiscard]] CommandKind kind() const { return static_cast<CommandKind>(header.kind); }
  [[nodiscard]] FirmId firm() const { return FirmId{header.actor}; }
  // Whether a client sent it: not when a session ended, nor an operator.
  [[nodiscard]] bool is_clients() const { return header.session != 0; }
  template <class Command>
  [[nodiscard]] Command command() const {
    return read_record<Command>(entry.command);
  }
};

void Reporter::on_entry(const EntryView& entry) {
  const auto header = read_record<CommandHeader>(entry.command);
  Context context{entry, header, {entry.stamp, entry.rule_set, 0}};
  if (context.kind() == CommandKind::cancel_order) settle_cancel(context);
  if (context.kind() == CommandKind::answer_block) settle_answer(context);
  const bool is_mass_cancel = context.kind() == CommandKind::mass_cancel && context.is_clients();
  const std::size_t named = is_mass_cancel ? orders_named(context.command<MassCancelCommand>()) : 0;
  const bool whole = for_each_event(entry.events, [&](const EventHeader& event, auto bytes) {
    const auto kind = static_cast<EventKind>(event.kind);
    context.mark.event = event.index;
    context.refused = context.refused || kind == EventKind::refused;
    on_event(context, kind, bytes);
  });
  check(whole);  // the ledger has verified it
  if (context.refused) return;
  if (is_mass_cancel) on_mass_cancel(context, named);
  for_each_setting(
      entry, [this](std::span<const std::byte> setting) { market_.directory.apply(setting); });
  if (context.kind() == CommandKind::day_open) {
    market_.cl_ord_ids.start_day([this](OrderId id) {
      const Order* const order = market_.orders.find(id);
      return order != nullptr && order->is_live();
    });
    market_.orders.start_day();
    market_.blocks.start_day();
    market_.day_before_opened_ns = std::exchange(market_.day_opened_ns, entry.stamp.at_ns);
  }
}

void Reporter::on_event(Context& context, EventKind kind, std::span<const std::byte> event) {
  switch (kind) {
    case EventKind::refused:
      return on_refused(context, read_record<RefusedEvent>(event));
    case EventKind::order_accepted:
      return on_accepted(context, read_record<OrderAcceptedEvent>(event));
    case EventKind::order_replaced:
      return on_replaced(context, read_record<OrderReplacedEvent>(event));
    case EventKind::order_cancelled:
      return on_cancelled(context, read_record<OrderCancelledEvent>(event));
    case EventKind::trade:
      return on_trade(context, read_record<TradeEvent>(event));
    case EventKind::block:
      return on_block(context, read_record<BlockEvent>(event));
    default:
      return;  // money, quotas and passed-over orders: not order entry's to tell
  }
}

// --- What the command itself came to ---

void Reporter::on_accepted(const Context& context, const OrderAcceptedEvent& accepted) {
  const auto command = context.command<NewOrderCommand>();
  const InstrumentId instrument{accepted.instrument};
  Order order;
  order.id = OrderId{accepted.order_id};
  order.session = context.header.session;
  order.firm = context.firm();
  order.facility = FacilityId{accepted.facility};
  order.instrument = instrument;
  order.side = static_cast<Side>(accepted.side);
  order.time_in_force = static_cast<TimeInForce>(accepted.time_in_force);
  order.terms = OrderTerms{command};
  order.cl_ord_id = command.cl_ord_id;
  order.price = Fen{accepted.price_ticks * market_.directory.at(instrument).tick_fen};
  order.quantity = order.remaining = Lots{accepted.quantity_lots};
  market_.cl_ord_ids.settle(order.firm, order.cl_ord_id,
                            {ClOrdIds::Use::order, Code::none, order.id});
  const Occurrence what{.type = ExecType::new_order,
                        .cl_ord_id = order.cl_ord_id,
                        .orig_cl_ord_id = {},
                        .code = static_cast<Code>(accepted.warning),
                        .exec_id_suffix = {}};
  tell(context, order.session, market_.orders.add(order), what);
  tell_copies(context, order, what);
}

void Reporter::on_replaced(const Context& context, const OrderReplacedEvent& replaced) {
  const auto command = context.command<ReplaceOrderCommand>();
  Order* const order = market_.orders.find(OrderId{replaced.order_id});
  check(order != nullptr);
  order->price = Fen{replaced.price_ticks * market_.directory.at(order->instrument).tick_fen};
  order->quantity = Lots{replaced.quantity_lots};
  order->remaining = Lots{replaced.remaining_lots};
  order->cl_ord_id = command.cl_ord_id;
  market_.cl_ord_ids.settle(context.firm(), command.cl_ord_id,
                            {ClOrdIds::Use::order, Code::none, order->id});
  const Occurrence what{.type = ExecType::replaced,
                        .cl_ord_id = command.cl_ord_id,
                        .orig_cl_ord_id = command.orig_cl_ord_id,
                        .code = static_cast<Code>(replaced.warning),
                        .exec_id_suffix = {}};
  tell(context, context.header.session, *order, what);
  tell_copies(context, *order, what);
  if (order->session != context.header.session) {
    Occurrence copy = what;
    copy.exec_id_suffix = "-O";
    tell(context, order->session, *order, copy);
  }
}

void Reporter::settle_cancel(const Context& context) {
  const auto command = context.command<CancelOrderCommand>();
  if ((command.flags & order_duplicate_cl_ord_id) != 0) return;
  market_.cl_ord_ids.settle(context.firm(), command.cl_ord_id,
                            {ClOrdIds::Use::request, Code::none, OrderId{command.order_id}});
}

void Reporter::on_refused(const Context& context, const RefusedEvent& refused) {
  switch (context.kind()) {
    case CommandKind::new_order:
      return on_order_refused(context, refused);
    case CommandKind::cancel_order:
    case CommandKind::replace_order:
      return on_request_refused(context, refused);
    case CommandKind::submit_block:
      return on_block_refused(context, refused);
    case CommandKind::answer_block:
      return on_answer_refused(context, refused);
    case CommandKind::mass_cancel:
      return on_mass_cancel_refused(context, refused);
    default:
      return;
  }
}

void Reporter::on_order_refused(const Context& context, const RefusedEvent& refused) {
  const auto command = context.command<NewOrderCommand>();
  if ((command.flags & order_duplicate_cl_ord_id) == 0) {
    market_.cl_ord_ids.settle(context.firm(), command.cl_ord_id,
                              {ClOrdIds::Use::refused, static_cast<Code>(refused.code), {}});
  }
  const auto make = [&] {
    return order_rejected(context.mark, command, refused, market_.directory);
  };
  send_copies(context, context.firm(), FacilityId{command.facility}, make);
  if (!is_told(context, context.header.session, context.firm())) return;
  sink_.report(context.header.session, make());
}

void Reporter::on_request_refused(const Context& context, const RefusedEvent& refused) {
  RefusedRequest request{};
  OrderId named;
  std::uint8_t flags = 0;
  if (context.kind() == CommandKind::cancel_order) {
    const auto command = context.command<CancelOrderCommand>();
    request = {'1', command.cl_ord_id, command.orig_cl_ord_id, nullptr};
    named = OrderId{command.order_id};
    flags = command.flags;
  } else {
    const auto command = context.command<ReplaceOrderCommand>();
    request = {'2', command.cl_ord_id, command.orig_cl_ord_id, nullptr};
    named = OrderId{command.order_id};
    flags = command.flags;
  }
  if ((flags & order_duplicate_cl_ord_id) == 0) {
    market_.cl_ord_ids.settle(context.firm(), request.cl_ord_id,
                              {ClOrdIds::Use::request, static_cast<Code>(refused.code), named});
  }
  if (!is_told(context, context.header.session, context.firm())) return;
  request.order = market_.orders.find(named);
  sink_.report(context.header.session, cancel_rejected(context.mark, request, refused, flags));
}

// Of its firm, before any of them is cancelled: nothing else of theirs is under way then.
std::size_t Reporter::orders_named(const MassCancelCommand& command) const {
  const InstrumentId instrument = market_.directory.instrument(command.symbol.view());
  std::size_t count = 0;
  market_.orders.for_each_live_of(FirmId{command.header.actor}, [&](const Order& order) {
    const bool fits = (command.symbol.empty() || order.instrument == instrument) &&
                      (command.side == 0 || static_cast<Side>(command.side) == order.side);
    if (fits) ++count;
  });
  return count;
}

void Reporter::on_mass_cancel(const Context& context, std::size_t orders) {
  const auto command = context.command<MassCancelCommand>();
  market_.cl_ord_ids.settle(context.firm(), command.cl_ord_id,
                            {ClOrdIds::Use::mass_cancel, Code::none, {}});
  if (!is_told(context, context.header.session, context.firm())) return;
  sink_.report(context.header.session, mass_cancel_done(context.mark, command, orders));
}

void Reporter::on_mass_cancel_refused(const Context& context, const RefusedEvent& refused) {
  if (!context.is_clients()) return;
  const auto command = context.command<MassCancelCommand>();
  if ((command.flags & order_duplicate_cl_ord_id) == 0) {
    market_.cl_ord_ids.settle(context.firm(), command.cl_ord_id,
                              {ClOrdIds::Use::mass_cancel, static_cast<Code>(refused.code), {}});
  }
  if (!is_told(context, context.header.session, context.firm())) return;
  sink_.report(context.header.session, mass_cancel_refused(context.mark, command, refused));
}

// --- What happened to orders, by whatever command ---

void Reporter::on_cancelled(const Context& context, const OrderCancelledEvent& cancelled) {
  Order* const order = market_.orders.find(OrderId{cancelled.order_id});
  check(order != nullptr);
  const auto code = static_cast<Code>(cancelled.code);
  // The time of what rests is over at a close; that of an immediate order at once, which FIX calls
  // a cancel.
  const bool expires = code == Code::c01_expired && !order->is_immediate();
  market_.orders.end(*order, expires ? OrdStatus::expired : OrdStatus::cancelled);
  Occurrence what{.type = expires ? ExecType::expired : ExecType::cancelled,
                  .cl_ord_id = order->cl_ord_id,
                  .orig_cl_ord_id = {},
                  .code = code,
                  .exec_id_suffix = {}};
  const bool asked_for = context.kind() == CommandKind::cancel_order &&
                         context.command<CancelOrderCommand>().order_id == cancelled.order_id;
  if (asked_for && context.header.session != order->session) {
    Occurrence copy = what;
    copy.exec_id_suffix = "-O";
    tell(context, order->session, *order, copy);
  }
  if (asked_for) {
    const auto command = context.command<CancelOrderCommand>();
    what.cl_ord_id = command.cl_ord_id;
    what.orig_cl_ord_id = command.orig_cl_ord_id;
  }
  tell(context, asked_for ? context.header.session : order->session, *order, what);
  tell_copies(context, *order, what);
}

void Reporter::on_trade(const Context& context, const TradeEvent& trade) {
  if (trade.is_block != 0) return on_block_trade(context, trade);
  on_trade_side(context, trade, OrderId{trade.buy_order_id}, Lots{trade.buy_remaining_lots});
  on_trade_side(context, trade, OrderId{trade.sell_order_id}, Lots{trade.sell_remaining_lots});
}

void Reporter::on_trade_side(const Context& context, const TradeEvent& trade, OrderId id,
                             Lots left) {
  Order* const order = market_.orders.find(id);
  check(order != nullptr);
  const Fen price{trade.price_ticks * market_.directory.at(order->instrument).tick_fen};
  market_.orders.fill(*order, Lots{trade.quantity_lots}, price, left);
  const auto make = [&] { return trade_report(context.mark, *order, trade, market_.directory); };
  send_copies(context, order->firm, order->facility, make);
  if (!is_told(context, order->session, order->firm)) return;
  sink_.report(order->session, make());
}

// --- Blocks ---

void Reporter::settle_answer(const Context& context) {
  const auto command = context.command<AnswerBlockCommand>();
  if ((command.flags & order_duplicate_cl_ord_id) != 0) return;
  market_.cl_ord_ids.settle(context.firm(), command.cl_ord_id,
                            {ClOrdIds::Use::answer, Code::none, {}, command.block_no});
}

void Reporter::on_block_refused(const Context& context, const RefusedEvent& refused) {
  const auto command = context.command<SubmitBlockCommand>();
  if ((command.flags & order_duplicate_cl_ord_id) == 0) {
    market_.cl_ord_ids.settle(context.firm(), command.cl_ord_id,
                              {ClOrdIds::Use::refused, static_cast<Code>(refused.code), {}});
  }
  if (!is_told(context, context.header.session, context.firm())) return;
  sink_.report(context.header.session,
               block_refused(context.mark, command, refused, market_.directory));
}

void Reporter::on_answer_refused(const Context& context, const RefusedEvent& refused) {
  const auto command = context.command<AnswerBlockCommand>();
  if ((command.flags & order_duplicate_cl_ord_id) == 0) {
    const auto code = static_cast<Code>(refused.code);
    market_.cl_ord_ids.settle(context.firm(), command.cl_ord_id,
                              {ClOrdIds::Use::answer, code, {}, command.block_no});
  }
  if (!is_told(context, context.header.session, context.firm())) return;
  // Who may not say so of the block, and perhaps guessed at it, is told nothing of it.
  const Block* block = market_.blocks.find(command.block_no);
  const bool cancels = static_cast<BlockAnswer>(command.answer) == BlockAnswer::cancel;
  if (block != nullptr &&
      (cancels ? block->submitter : block->counterparty).firm != context.firm()) {
    block = nullptr;
  }
  sink_.report(context.header.session,
               answer_refused(context.mark, command, refused, block, market_.directory));
}

void Reporter::on_alleged(const Context& context, const BlockEvent& event) {
  const auto command = context.command<SubmitBlockCommand>();
  const Directory& directory = market_.directory;
  const FacilityId other{event.counterparty};
  const auto side = static_cast<Side>(event.side);
  Block asked;
  asked.number = event.block_no;
  asked.submitter = {FacilityId{event.facility}, context.firm()};
  asked.counterparty = {other, directory.firm_of(other)};
  asked.session = context.header.session;
  asked.report_id = command.cl_ord_id;
  asked.instrument = InstrumentId{event.instrument};
  asked.side = side;
  asked.price = Fen{event.price_ticks * directory.at(asked.instrument).tick_fen};
  asked.quantity = Lots{event.quantity_lots};
  asked.expires_ns = event.expires_ns;
  asked.alleged_entry = context.entry.stamp.sequence.value;
  asked.alleged_id = block_report_id(context.mark, opposite(side));
  const Block& block = market_.blocks.add(asked);
  market_.cl_ord_ids.settle(context.firm(), command.cl_ord_id,
                            {ClOrdIds::Use::block, Code::none, {}, block.number});
  if (is_told(context, context.header.session, context.firm())) {
    sink_.report(context.header.session, block_submitted(context.mark, block, directory));
  }
  tell_side(context, block, opposite(side),
            block_report(context.mark, block, opposite(side), TradeReportType::alleged, directory));
}

void Reporter::on_block(Context& context, const BlockEvent& event) {
  const auto stage = static_cast<BlockStage>(event.stage);
  if (stage == BlockStage::alleged) return on_alleged(context, event);
  Block* const block = market_.blocks.find(event.block_no);
  check(block != nullptr);
  block->stage = stage;
  block->code = static_cast<Code>(event.code);
  TradeReportType type =
      stage == BlockStage::ended ? TradeReportType::cancel : TradeReportType::accept;
  // Else the entry does this to it for another reason: its time is over, the session opens.
  const bool answered = context.kind() == CommandKind::answer_block && !context.refused &&
                        context.command<AnswerBlockCommand>().block_no == event.block_no;
  if (answered) {
    const auto command = context.command<AnswerBlockCommand>();
    const auto answer = static_cast<BlockAnswer>(command.answer);
    if (answer == BlockAnswer::decline) type = TradeReportType::decline;
    if (is_told(context, context.header.session, context.firm())) {
      sink_.report(context.header.session,
                   block_answered(context.mark, command, *block, market_.directory));
    }
  }
  if (stage == BlockStage::traded) {
    context.traded_block = block->number;  // the trade says the rest
    return;
  }
  for (const Side side : {Side::buy, Side::sell}) {
    tell_side(context, *block, side,
              block_report(context.mark, *block, side, type, market_.directory));
  }
}

void Reporter::on_block_trade(const Context& context, const TradeEvent& trade) {
  const Block* const block = market_.blocks.find(context.traded_block);
  check(block != nullptr);
  for (const Side side : {Side::buy, Side::sell}) {
    tell_side(context, *block, side,
              block_trade_report(context.mark, *block, side, trade, market_.directory));
  }
}

void Reporter::tell_side(const Context& context, const Block& block, Side side,
                         const OutMessage& message) {
  const auto tell_session = [&](std::uint32_t session) {
    if (is_told(context, session, block.party(side).firm)) sink_.report(session, message);
  };
  const Block::Party& party = block.party(side);
  send_copies(context, party.firm, party.facility, [&] { return message; });
  if (side == block.side && block.session != 0) return tell_session(block.session);
  const FirmCode& firm = market_.directory.code_of(party.firm);
  for (const std::uint32_t session : sink_.audience().traders_of(firm)) tell_session(session);
}

bool Reporter::is_told(const Context& context, std::uint32_t session, FirmId firm) const {
  if (!sink_.wants(session, context.entry.stamp.sequence) || firm.value == no_id) return false;
  return sink_.audience().trades_for(session, market_.directory.code_of(firm));
}

void Reporter::tell(const Context& context, std::uint32_t session, const Order& order,
                    const Occurrence& what) {
  if (!is_told(context, session, order.firm)) return;
  sink_.report(session, execution_report(context.mark, order, what, market_.directory));
}

void Reporter::tell_copies(const Context& context, const Order& order, const Occurrence& what) {
  send_copies(context, order.firm, order.facility,
              [&] { return execution_report(context.mark, order, what, market_.directory); });
}

template <class Make>
void Reporter::send_copies(const Context& context, FirmId firm, FacilityId facility, Make&& make) {
  const Directory& directory = market_.directory;
  if (firm.value == no_id) return;  // a command of the venue's own
  const FirmCode& code = directory.code_of(firm);
  std::optional<Province> province;
  if (facility.value != no_id) province = directory.province_of(facility);
  std::optional<OutMessage> copy;
  sink_.audience().for_each_with_copies(code, province, [&](std::uint32_t session) {
    if (!sink_.wants(session, context.entry.stamp.sequence)) return;
    if (!copy) copy = copy_of(make(), code.view());
    sink_.report(session, *copy);
  });
}

}  // namespace emx::gateway

#include "gateway/reports.hpp"

#include "gateway/raw_message.hpp"
#include "gateway/report_parts.hpp"

namespace emx::gateway {

namespace {

constexpr std::string_view no_order = "NONE";

// What the client said, where it said something.
void add_terms(FieldText& fields, const OrderTerms& terms) {
  fields.add(40, static_cast<std::uint64_t>(terms.type));
  if (terms.expires.value != 0) {
    const std::string date = text_of(terms.expires);
    fields.add(432, date.substr(0, 4) + date.substr(5, 2) + date.substr(8));
  }
  if ((terms.instructions & order_post_only) != 0) fields.add(18, '6');
  if (terms.minimum.value != 0) fields.add(110, terms.minimum.value);
  if (terms.display.value != 0) fields.add(1138, terms.display.value);
  if ((terms.instructions & order_local_only) != 0) fields.add(9708, 'Y');
  if ((terms.instructions & order_refuse_if_no_headroom) != 0) fields.add(9710, 'Y');
  if (terms.max_ratio_n != 0) {
    fields.add(9709, std::to_string(terms.max_ratio_n) + "/" + std::to_string(terms.max_ratio_d));
  }
}

// 38 = 14 + 151 while the order works; 151 = 0 once it does not.
void add_order(FieldText& fields, const Order& order, const Directory& directory) {
  fields.add(37, order.id.value)
      .add(39, static_cast<char>(order.status))
      .add(1, directory.code_of(order.facility))
      .add(55, directory.at(order.instrument).symbol.view())
      .add(54, static_cast<std::uint64_t>(order.side))
      .add(38, order.quantity.value);
  add_terms(fields, order.terms);
  if (order.terms.type == OrderType::limit) fields.add(44, text_of(order.price));
  fields.add(59, static_cast<std::uint64_t>(order.time_in_force))
      .add(151, order.remaining.value)
      .add(14, order.filled.value)
      .add(6, average_price_text(order.value, order.filled));
}

void add_refused_request(FieldText& fields, const RefusedRequest& request, Code code,
                         const std::string& words) {
  const Order* const order = request.order;
  fields.add(37, order != nullptr ? std::to_string(order->id.value) : std::string{no_order})
      .add(11, request.cl_ord_id.view())
      .add(41, request.orig_cl_ord_id.view())
      .add(39, static_cast<char>(order != nullptr ? order->status : OrdStatus::rejected))
      .add(434, request.response_to)
      .add(102, cancel_reject_reason(code))
      .add(58, words)
      .add(9701, static_cast<std::uint64_t>(code));
}

// Nothing has happened: the ExecID is none.
void add_question(FieldText& fields, const ClOrdId& cl_ord_id) {
  fields.add(17, "0").add(150, static_cast<char>(ExecType::order_status));
  if (!cl_ord_id.empty()) fields.add(11, cl_ord_id.view());
  fields.add(60, utc_timestamp_now());
}

// Nothing is known of it but whether it is still under way, and if not, why.
void add_no_order(FieldText& fields, const Request& request, const ClOrdIds::Entry& known) {
  const bool pending = ClOrdIds::is_awaited(known.use);
  const std::int64_t open = pending ? request.quantity.value : 0;
  fields.add(37, no_order)
      .add(39, static_cast<char>(pending ? OrdStatus::pending_new : OrdStatus::rejected))
      .add(55, request.symbol)
      .add(54, static_cast<std::uint64_t>(request.side))
      .add(151, open)
      .add(14, std::uint64_t{0})
      .add(6, "0.0000");
  add_code(fields, known.code);
}

// FIX 530 and 531: of one book, or of all; 531=0 refuses.
constexpr char mass_scope(std::string_view symbol) { return symbol.empty() ? '7' : '1'; }

std::uint64_t mass_reject_reason(Code code) { return code == Code::p03_unknown_symbol ? 1 : 99; }

void add_mass_cancel(FieldText& fields, const std::string& id, const MassCancelCommand& command) {
  const std::string_view symbol = command.symbol.view();
  fields.add(37, id).add(1369, id).add(11, command.cl_ord_id.view()).add(530, mass_scope(symbol));
  if (!symbol.empty()) fields.add(55, symbol);
  if (command.side != 0) fields.add(54, static_cast<std::uint64_t>(command.side));
}

}  // namespace

std::uint64_t order_reject_reason(Code code, std::uint8_t order_flags) {
  switch (code) {
    case Code::p03_unknown_symbol:
      return 1;
    case Code::p01_phase:
      return 2;
    case Code::q01_net_inflow:
    case Code::q02_net_outflow:
    case Code::q03_gross:
    case Code::q04_holding:
    case Code::q05_pace:
    case Code::d01_demand:
    case Code::h01_holding:
    case Code::o02_value:
    case Code::o03_open_orders:
    case Code::o07_use_block:
    case Code::l01_cash:
    case Code::l02_rights:
      return 3;
    case Code::d03_unknown_order:
      return 5;
    case Code::d02_duplicate_cl_ord_id:
      return 6;
    case Code::o01_quantity:
      return 13;
    case Code::o05_price:
      return 16;
    case Code::o06_tick_or_lot:
      return (order_flags & order_inexact_quantity) != 0 ? 13 : 18;
    default:
      return 99;
  }
}

std::uint64_t cancel_reject_reason(Code code) {
  switch (code) {
    case Code::d04_too_late:
      return 0;
    case Code::d03_unknown_order:
      return 1;
    case Code::d02_duplicate_cl_ord_id:
      return 6;
    default:
      return 99;
  }
}

OutMessage execution_report(const EntryMark& mark, const Order& order, const Occurrence& what,
                            const Directory& directory) {
  FieldText fields;
  fields.add(17, exec_id(mark, what.exec_id_suffix)).add(150, static_cast<char>(what.type));
  fields.add(11, what.cl_ord_id.view());
  if (!what.orig_cl_ord_id.empty()) fields.add(41, what.orig_cl_ord_id.view());
  add_order(fields, order, directory);
  add_code(fields, what.code);
  add_mark(fields, mark);
  return report("8", mark, fields);
}

OutMessage trade_report(const EntryMark& mark, const Order& order, const TradeEvent& trade,
                        const Directory& directory) {
  const bool buys = order.side == Side::buy;
  const Fen price{trade.price_ticks * directory.at(order.instrument).tick_fen};
  FieldText fields;
  fields.add(17, exec_id(mark, buys ? "-B" : "-S"))
      .add(150, static_cast<char>(ExecType::trade))
      .add(11, order.cl_ord_id.view())
      .add(31, text_of(price))
      .add(32, trade.quantity_lots)
      .add(1003, trade.trade_no)
      .add(880, trade.trade_no);
  // The fills of a fixpoint have no aggressor.
  if (trade.aggressor != 0) {
    fields.add(1057, static_cast<Side>(trade.aggressor) == order.side ? 'Y' : 'N');
  }
  fields.add(9702, std::to_string(trade.ratio_n) + "/" + std::to_string(trade.ratio_d))
      .add(9703, trade.credited_lots)
      .add(9704, trade.retired_lots);
  add_order(fields, order, directory);
  add_code(fields, static_cast<Code>(trade.code));
  add_mark(fields, mark);
  return report("8", mark, fields);
}

OutMessage order_rejected(const EntryMark& mark, const NewOrderCommand& command,
                          const RefusedEvent& refused, const Directory& directory) {
  const auto code = static_cast<Code>(refused.code);
  FieldText fields;
  fields.add(37, no_order)
      .add(17, exec_id(mark, {}))
      .add(150, static_cast<char>(ExecType::rejected))
      .add(39, static_cast<char>(OrdStatus::rejected))
      .add(11, command.cl_ord_id.view());
  // `unresolved` is the symbol if that is not known, else the account.
  const bool known_symbol = command.instrument != no_id;
  const std::string_view unresolved = command.unresolved.view();
  fields.add(
      55, known_symbol ? directory.at(InstrumentId{command.instrument}).symbol.view() : unresolved);
  if (command.facility != no_id) {
    fields.add(1, directory.code_of(FacilityId{command.facility}));
  } else if (known_symbol) {
    fields.add(1, unresolved);
  }
  // Numbers that were cut are not what the client sent.
  const bool whole_quantity =
      (command.flags & order_inexact_quantity) == 0 && is_whole(command.quantity_lots);
  const bool whole_price =
      (command.flags & order_inexact_price) == 0 && is_whole(command.price_fen);
  const OrderTerms terms{command};
  fields.add(54, static_cast<std::uint64_t>(command.side));
  add_terms(fields, terms);
  if (whole_quantity) fields.add(38, command.quantity_lots);
  if (whole_price && terms.type == OrderType::limit)
    fields.add(44, text_of(Fen{command.price_fen}));
  fields.add(59, static_cast<std::uint64_t>(command.time_in_force))
      .add(151, std::uint64_t{0})
      .add(14, std::uint64_t{0})
      .add(6, "0.0000")
      .add(103, order_reject_reason(code, command.flags))
      .add(58,
           refusal_text(refused, command.flags) +
               (code == Code::e04_basin ? basins_text(FacilityId{command.facility},
                                                      InstrumentId{command.instrument}, directory)
                                        : std::string{}))
      .add(9701, static_cast<std::uint64_t>(code));
  add_mark(fields, mark);
  return report("8", mark, fields);
}

OutMessage cancel_rejected(const EntryMark& mark, const RefusedRequest& request,
                           const RefusedEvent& refused, std::uint8_t flags) {
  const auto code = static_cast<Code>(refused.code);
  FieldText fields;
  add_refused_request(fields, request, code, refusal_text(refused, flags));
  add_mark(fields, mark);
  return report("9", mark, fields);
}

OutMessage present_state(const Request& request, const ClOrdIds::Entry& known,
                         const MarketView& market) {
  const Order* const order = market.orders.find(known.order);
  FieldText fields;
  const bool asks = request.kind != Request::Kind::new_order;
  if (asks && known.use == ClOrdIds::Use::request && known.code != Code::none) {
    const char response_to = request.kind == Request::Kind::cancel ? '1' : '2';
    add_refused_request(fields, {response_to, request.cl_ord_id, request.orig_cl_ord_id, order},
                        known.code, text_of(known.code));
    fields.add(60, utc_timestamp_now());
    return {.type = "9", .body = fields.take()};
  }
  add_question(fields, request.cl_ord_id);
  if (asks) fields.add(41, request.orig_cl_ord_id.view());
  if (order != nullptr) {
    add_order(fields, *order, market.directory);
  } else {
    add_no_order(fields, request, known);
  }
  return {.type = "8", .body = fields.take()};
}

OutMessage order_status(const Request& request, const ClOrdIds::Entry* known,
                        const MarketView& market) {
  const Order* const order = known != nullptr ? market.orders.find(known->order) : nullptr;
  FieldText fields;
  add_question(fields, request.cl_ord_id);
  if (!request.status_id.empty()) fields.add(790, request.status_id.view());
  if (order != nullptr) {
    add_order(fields, *order, market.directory);
  } else if (known != nullptr) {
    add_no_order(fields, request, *known);
  } else {
    add_no_order(fields, request, {ClOrdIds::Use::refused, Code::d03_unknown_order, {}});
    fields.add(103, order_reject_reason(Code::d03_unknown_order, 0));
  }
  return {.type = "8", .body = fields.take()};
}

OutMessage mass_cancel_done(const EntryMark& mark, const MassCancelCommand& command,
                            std::size_t orders) {
  FieldText fields;
  add_mass_cancel(fields, exec_id(mark, "-M"), command);
  fields.add(531, mass_scope(command.symbol.view())).add(533, std::uint64_t{orders});
  add_mark(fields, mark);
  return report("r", mark, fields);
}

OutMessage mass_cancel_refused(const EntryMark& mark, const MassCancelCommand& command,
                               const RefusedEvent& refused) {
  const auto code = static_cast<Code>(refused.code);
  FieldText fields;
  add_mass_cancel(fields, exec_id(mark, "-M"), command);
  fields.add(531, '0')
      .add(532, mass_reject_reason(code))
      .add(58, refusal_text(refused, command.flags))
      .add(9701, static_cast<std::uint64_t>(code));
  add_mark(fields, mark);
  return report("r", mark, fields);
}

OutMessage present_mass_cancel(const Request& request, const ClOrdIds::Entry& known) {
  FieldText fields;
  fields.add(37, no_order).add(1369, "0").add(11, request.cl_ord_id.view());
  fields.add(530, mass_scope(request.symbol));
  if (!request.symbol.empty()) fields.add(55, request.symbol);
  fields.add(531, known.code == Code::none ? mass_scope(request.symbol) : '0')
      .add(60, utc_timestamp_now());
  if (request.says_side) fields.add(54, static_cast<std::uint64_t>(request.side));
  if (known.code != Code::none) fields.add(532, mass_reject_reason(known.code));
  add_code(fields, known.code);
  return {.type = "r", .body = fields.take()};
}

OutMessage mass_status(const ClOrdId& status_id, const MassStatusPart& part,
                       const MarketView& market) {
  FieldText fields;
  add_question(fields, part.order != nullptr ? part.order->cl_ord_id : ClOrdId{});
  fields.add(584, status_id.view())
      .add(911, std::uint64_t{part.total})
      .add(912, part.is_last ? 'Y' : 'N');
  if (part.order != nullptr) {
    add_order(fields, *part.order, market.directory);
  } else {
    fields.add(37, no_order)
        .add(39, static_cast<char>(OrdStatus::rejected))
        .add(54, static_cast<std::uint64_t>(Side::buy))
        .add(151, std::uint64_t{0})
        .add(14, std::uint64_t{0})
        .add(6, "0.0000")
        .add(103, order_reject_reason(Code::d03_unknown_order, 0))
        .add(58, "the firm has no such open order");
  }
  return {.type = "8", .body = fields.take()};
}

}  // namespace emx::gateway

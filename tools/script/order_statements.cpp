#include "tools/script/readers.hpp"

// What participants say. An order's id is not known here: Player fills it in.

namespace emx::script {

using market::in_quotes;

namespace {

Step read_order(Statement& statement, Present& present, Side side) {
  NewOrderCommand command{};
  command.facility = known_facility(statement, present);
  command.instrument = known_symbol(statement, present);
  const Statement::Terms terms = statement.terms();
  command.quantity_lots = terms.quantity_lots;
  command.price_fen = terms.price_fen;
  command.side = static_cast<std::uint8_t>(side);
  command.order_type = static_cast<std::uint8_t>(OrderType::limit);
  command.time_in_force =
      static_cast<std::uint8_t>(statement.take("ioc") ? TimeInForce::ioc : TimeInForce::day);
  Step step;
  const bool has_name = statement.take("as");
  if (has_name) step.order = statement.word("name of the order");
  if (!statement.ok()) return step;

  const std::string id = has_name ? step.order : "line-" + std::to_string(statement.line());
  const std::string firm{present.names.facility(command.facility)->firm.view()};
  if (!ClOrdId::fits(id + "/c999/999")) statement.fault(in_quotes(id) + " is too long a name");
  if (has_name) {
    const auto [known, is_new] =
        present.orders.try_emplace(id, Present::NamedOrder{firm, statement.line(), id});
    if (!is_new) {
      statement.fault("there is an order " + in_quotes(id) + " already, on line " +
                      std::to_string(known->second.line));
    }
  }
  command.cl_ord_id = ClOrdId{id};
  step.command.add(CommandKind::new_order, command, FirmId{present.names.find_firm(firm)});
  return step;
}

Step read_buy(Statement& statement, Present& present) {
  return read_order(statement, present, Side::buy);
}

Step read_sell(Statement& statement, Present& present) {
  return read_order(statement, present, Side::sell);
}

Present::NamedOrder* known_order(Statement& statement, Present& present, Step& step) {
  step.order = statement.word("name of an order");
  const auto found = present.orders.find(step.order);
  if (found != present.orders.end()) return &found->second;
  if (statement.ok()) {
    statement.fault("there is no order " + in_quotes(step.order) +
                    " above; orders get their names by `as NAME`");
  }
  return nullptr;
}

Step read_cancel(Statement& statement, Present& present) {
  Step step;
  Present::NamedOrder* order = known_order(statement, present, step);
  if (order == nullptr) return step;
  CancelOrderCommand command{};
  command.cl_ord_id = ClOrdId{step.order + "/c" + std::to_string(++order->cancels)};
  command.orig_cl_ord_id = ClOrdId{order->cl_ord_id};
  step.command.add(CommandKind::cancel_order, command,
                   FirmId{present.names.find_firm(order->firm)});
  return step;
}

Step read_replace(Statement& statement, Present& present) {
  Step step;
  Present::NamedOrder* order = known_order(statement, present, step);
  const Statement::Terms terms = statement.terms();
  if (order == nullptr || !statement.ok()) return step;
  ReplaceOrderCommand command{};
  command.orig_cl_ord_id = ClOrdId{order->cl_ord_id};
  order->cl_ord_id = step.order + '/' + std::to_string(++order->replaces);
  command.cl_ord_id = ClOrdId{order->cl_ord_id};
  command.price_fen = terms.price_fen;
  command.quantity_lots = terms.quantity_lots;
  step.command.add(CommandKind::replace_order, command,
                   FirmId{present.names.find_firm(order->firm)});
  return step;
}

}  // namespace

Reader find_order_statement(std::string_view verb) {
  if (verb == "buy") return read_buy;
  if (verb == "sell") return read_sell;
  if (verb == "cancel") return read_cancel;
  if (verb == "replace") return read_replace;
  return nullptr;
}

}  // namespace emx::script

#include <utility>

#include "tools/script/readers.hpp"

// What participants say. An order's id is not known here: Player fills it in.

namespace emx::script {

using market::in_quotes;

namespace {

// The next word says when the order ends.
bool take_time_in_force(Statement& statement, NewOrderCommand& command) {
  for (const TimeInForce value :
       {TimeInForce::day, TimeInForce::gtc, TimeInForce::ioc, TimeInForce::fok}) {
    if (!statement.take(name_of(value))) continue;
    command.time_in_force = static_cast<std::uint8_t>(value);
    return true;
  }
  return false;
}

// The next word is an instruction.
bool take_instruction(Statement& statement, NewOrderCommand& command) {
  using Instruction = std::pair<std::string_view, OrderInstructions>;
  for (const auto& [word, bit] :
       {Instruction{"post-only", order_post_only}, Instruction{"local-only", order_local_only},
        Instruction{"if-headroom", order_refuse_if_no_headroom}}) {
    if (!statement.take(word)) continue;
    command.instructions = static_cast<std::uint8_t>(command.instructions | bit);
    return true;
  }
  return false;
}

std::uint32_t session_of(Statement& statement) {
  const auto text = statement.option("session");
  if (!text) return 0;
  const std::int64_t number = statement.count("number of a session", *text);
  if (statement.ok() && (number < 1 || number >= no_id)) {
    statement.fault(in_quotes(*text) + " is no number of a session; they start at 1");
  }
  return static_cast<std::uint32_t>(number);
}

// A name that the exchange may know or not; it must only fit the record.
template <class Name>
Name option_name(Statement& statement, std::string_view option) {
  const auto text = statement.option(option);
  if (!text) return {};
  if (Name::fits(*text)) return Name{*text};
  statement.fault(in_quotes(*text) + " is too long a name");
  return {};
}

// `by=FIRM`: who sends it; else `firm` does, or the venue for `no_id`.
std::uint32_t sender_of(Statement& statement, const Present& present, std::uint32_t firm) {
  const auto by = statement.option("by");
  if (!by) return firm;
  const std::uint32_t sender = present.names.find_firm(*by);
  if (sender == no_id && statement.ok()) statement.fault("there is no firm " + in_quotes(*by));
  return sender;
}

// `unknown-symbol=NAME` and `unknown-account=NAME`: names that an order came with, and a gateway
// did not find. One that the market has is a slip of the pen.
void read_wrong_names(Statement& statement, const Present& present, NewOrderCommand& command) {
  const auto unknown = [&](std::string_view option, std::uint32_t& id, auto find) {
    const auto text = statement.option(option);
    if (!text) return;
    if ((present.names.*find)(*text) != no_id) {
      statement.fault(std::string{option} + ": the market has " + in_quotes(*text));
    } else if (!Text<32>::fits(*text)) {
      statement.fault(in_quotes(*text) + " is too long a name");
    } else {
      id = no_id;
      command.unresolved = Text<32>{*text};
    }
  };
  unknown("unknown-account", command.facility, &market::Names::find_facility);
  unknown("unknown-symbol", command.instrument, &market::Names::find_instrument);
}

// What stands behind quantity and price, in any order.
void read_terms(Statement& statement, NewOrderCommand& command, std::string& name) {
  if (const auto lots = statement.option("min")) {
    command.min_quantity_lots = statement.count("quantity", *lots);
  }
  if (const auto lots = statement.option("show")) {
    command.display_quantity_lots = statement.count("quantity", *lots);
  }
  if (const auto text = statement.option("ratio")) {
    const RatioParts ratio = ratio_from(statement, *text);
    command.max_ratio_n = ratio.n;
    command.max_ratio_d = ratio.d;
  }
  command.header.session = session_of(statement);
  int ends = 0;  // words that say when it ends
  if (const auto date = statement.option("gtd")) {
    command.time_in_force = static_cast<std::uint8_t>(TimeInForce::gtd);
    command.expire_date = statement.date(*date).value;
    ++ends;
  }
  for (;;) {
    if (take_time_in_force(statement, command)) {
      ++ends;
    } else if (statement.take("as")) {
      name = statement.word("name of the order");
    } else if (statement.take("used-id")) {
      command.flags |= order_duplicate_cl_ord_id;
    } else if (!take_instruction(statement, command)) {
      break;
    }
  }
  if (ends == 0) command.time_in_force = static_cast<std::uint8_t>(TimeInForce::day);
  if (ends > 1) statement.fault("an order ends once: say one of day, gtc, gtd=DATE, ioc and fok");
}

Step read_order(Statement& statement, Present& present, Side side) {
  NewOrderCommand command{};
  command.facility = known_facility(statement, present);
  command.instrument = known_symbol(statement, present);
  const Statement::Terms terms = statement.terms();
  command.quantity_lots = terms.quantity_lots;
  command.price_fen = terms.price_fen;
  command.side = static_cast<std::uint8_t>(side);
  command.order_type =
      static_cast<std::uint8_t>(terms.at_market ? OrderType::market : OrderType::limit);
  Step step;
  const std::uint32_t owner = command.facility;
  const std::uint32_t sender = sender_of(statement, present, no_id);
  read_wrong_names(statement, present, command);
  read_terms(statement, command, step.order);
  const bool has_name = !step.order.empty();
  if (!statement.ok()) return step;

  const std::string id = has_name ? step.order : "line-" + std::to_string(statement.line());
  const std::string firm{present.names.facility(owner)->firm.view()};
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
  const bool by_owner = sender == no_id;
  step.command.add(CommandKind::new_order, command,
                   by_owner ? present.names.find_firm(firm) : sender);
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
  const std::uint32_t sender = sender_of(statement, present, present.names.find_firm(order->firm));
  CancelOrderCommand command{};
  command.cl_ord_id = ClOrdId{step.order + "/c" + std::to_string(++order->cancels)};
  command.orig_cl_ord_id = ClOrdId{order->cl_ord_id};
  step.command.add(CommandKind::cancel_order, command, sender);
  return step;
}

Step read_replace(Statement& statement, Present& present) {
  Step step;
  Present::NamedOrder* order = known_order(statement, present, step);
  const Statement::Terms terms = statement.terms();
  if (terms.at_market) statement.fault("a replace names a price");
  if (order == nullptr || !statement.ok()) return step;
  const std::uint32_t sender = sender_of(statement, present, present.names.find_firm(order->firm));
  ReplaceOrderCommand command{};
  command.orig_cl_ord_id = ClOrdId{order->cl_ord_id};
  order->cl_ord_id = step.order + '/' + std::to_string(++order->replaces);
  command.cl_ord_id = ClOrdId{order->cl_ord_id};
  command.price_fen = terms.price_fen;
  command.quantity_lots = terms.quantity_lots;
  step.command.add(CommandKind::replace_order, command, sender);
  return step;
}

Step read_mass_cancel(Statement& statement, Present& present) {
  MassCancelCommand command{};
  command.cl_ord_id = ClOrdId{"line-" + std::to_string(statement.line())};
  if (const auto side = statement.option("side")) {
    command.side = static_cast<std::uint8_t>(statement.named<Side>("side", *side));
  }
  command.order_session = session_of(statement);
  command.symbol = option_name<Symbol>(statement, "symbol");
  command.firm = option_name<FirmCode>(statement, "firm");
  const std::uint32_t sender = sender_of(statement, present, no_id);
  command.on_disconnect = statement.take("on-disconnect") ? 1 : 0;
  Step step;
  step.command.add(CommandKind::mass_cancel, command, sender);
  return step;
}

Step read_indicative(Statement& statement, Present& present) {
  IndicativeCommand command{};
  const auto* book = present.names.instrument(known_symbol(statement, present));
  if (book != nullptr) command.symbol = book->symbol;
  return step_of(CommandKind::indicative, command);
}

}  // namespace

Reader find_order_statement(std::string_view verb) {
  if (verb == "buy") return read_buy;
  if (verb == "sell") return read_sell;
  if (verb == "cancel") return read_cancel;
  if (verb == "replace") return read_replace;
  if (verb == "mass-cancel") return read_mass_cancel;
  if (verb == "indicative") return read_indicative;
  return nullptr;
}

}  // namespace emx::script

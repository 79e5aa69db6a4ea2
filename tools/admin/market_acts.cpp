#include <array>
#include <string>

#include "gateway/decimal.hpp"
#include "tools/admin/acts.hpp"

// What the venue's own operator does: days, phases, prices, limits, and orders that must go.

namespace emx::admin {

namespace {

Act reference_price(Fields& fields) {
  auto command = start<SetReferencePriceCommand>(CommandKind::set_reference_price);
  command.symbol = fields.symbol("symbol");
  const std::string price = fields.text("price");
  const auto fen = gateway::decimal_from_text(price, gateway::price_places);
  if (!fen || fen->inexact) throw Fault{"'" + price + "' is not a price in CNY with two decimals"};
  command.price_fen = fen->value;
  return Act{command};
}

Act phase(Fields& fields) {
  auto command = start<PhaseCommand>(CommandKind::phase);
  command.phase = fields.enumerated<Phase>("phase");
  if (fields.has("symbol")) command.symbol = fields.symbol("symbol");
  return Act{command};
}

Act block_session(Fields& fields) {
  auto command = start<BlockSessionCommand>(CommandKind::block_session);
  command.open = fields.boolean("open") ? 1 : 0;
  return Act{command};
}

Act indicative(Fields& fields) {
  auto command = start<IndicativeCommand>(CommandKind::indicative);
  command.symbol = fields.symbol("symbol");
  return Act{command};
}

Act day(Fields& fields) {
  auto command = start<DayOpenCommand>(CommandKind::day_open);
  command.date = date_from(fields.text("date"));
  return Act{command};
}

// "none", an amount in CNY, or a whole number.
std::int64_t limit_value(Fields& fields, std::uint8_t kind) {
  const std::string text = fields.text("value");
  if (text == "none") return -1;
  return static_cast<LimitKind>(kind) == LimitKind::order_value ? cny_from(text)
                                                                : count_from("limit", text);
}

Act limit(Fields& fields) {
  auto command = start<SetLimitCommand>(CommandKind::set_limit);
  command.kind = fields.enumerated<LimitKind>("limit");
  command.scope = fields.enumerated<Scope>("scope");
  if (fields.has("name")) fields.copy("name", command.name);
  command.value = limit_value(fields, command.kind);
  if (fields.has("until")) {
    command.until_ns = fields.utc_ns("until");
    if (command.until_ns == 0) throw Fault{"'until' must be a time to come"};  // 0: lasting
  }
  return Act{command};
}

Act kill_switch(Fields& fields) {
  auto command = start<KillSwitchCommand>(CommandKind::kill_switch);
  command.scope = fields.enumerated<Scope>("scope");
  if (fields.has("name")) fields.copy("name", command.name);
  command.killed = fields.boolean("killed") ? 1 : 0;
  return Act{command};
}

// Of all orders there are, the kill switch is the tool.
Act mass_cancel(Fields& fields) {
  if (!fields.has("symbol") && !fields.has("firm") && !fields.has("side")) {
    throw Fault{"say which orders: 'symbol', 'firm', 'side'"};
  }
  auto command = start<MassCancelCommand>(CommandKind::mass_cancel);
  if (fields.has("symbol")) command.symbol = fields.symbol("symbol");
  if (fields.has("firm")) {
    const std::string firm = fields.text("firm");
    if (fields.names().find_firm(firm) == no_id) {
      throw Fault{"'" + firm + "' is no firm of this venue"};
    }
    command.firm = FirmCode{firm};
  }
  if (fields.has("side")) command.side = fields.enumerated<Side>("side");
  return Act{command};
}

constexpr std::array market_acts{NamedAct{"reference-price", reference_price},
                                 NamedAct{"phase", phase},
                                 NamedAct{"block-session", block_session},
                                 NamedAct{"indicative", indicative},
                                 NamedAct{"day", day},
                                 NamedAct{"limit", limit},
                                 NamedAct{"kill-switch", kill_switch},
                                 NamedAct{"mass-cancel", mass_cancel}};

}  // namespace

std::span<const NamedAct> acts_on_market() { return market_acts; }

}  // namespace emx::admin

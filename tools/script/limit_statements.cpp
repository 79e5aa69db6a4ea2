#include "tools/script/readers.hpp"

// Limits on orders and the kill switch (market-rules 10).

namespace emx::script {

using market::in_quotes;

namespace {

Text<32> name_from(Statement& statement, std::string_view name) {
  if (!Text<32>::fits(name)) statement.fault(in_quotes(name) + " is longer than 32 bytes");
  return Text<32>{name};
}

// "none", an amount in CNY, or a whole number.
std::int64_t value_of(Statement& statement, LimitKind kind) {
  const std::string_view text = statement.word("limit");
  if (text == "none") return -1;
  return kind == LimitKind::order_value ? statement.price_fen(text)
                                        : statement.count("limit", text);
}

// limit KIND SCOPE[=NAME] VALUE [until=TIME] [approved-by=N]
Step read_limit(Statement& statement, Present& present) {
  SetLimitCommand command{};
  const auto kind = statement.one_of<LimitKind>("limit");
  const std::string_view of = statement.word("scope, such as firm or firm=SH049");
  const std::size_t equals = of.find('=');
  command.kind = static_cast<std::uint8_t>(kind);
  command.scope = static_cast<std::uint8_t>(statement.named<Scope>("scope", of.substr(0, equals)));
  if (equals != std::string_view::npos) {
    command.name = name_from(statement, of.substr(equals + 1));
  }
  command.value = value_of(statement, kind);
  if (const auto until = statement.option("until")) {
    command.until_ns = present.time_ns(statement, *until);
  }
  command.header.approver = approver_of(statement);
  return step_of(CommandKind::set_limit, command);
}

Step read_switch(Statement& statement, bool killed) {
  KillSwitchCommand command{};
  command.header.approver = approver_of(statement);
  command.killed = killed ? 1 : 0;
  const auto scope = statement.one_of<Scope>("scope");
  command.scope = static_cast<std::uint8_t>(scope);
  if (scope != Scope::all) command.name = name_from(statement, statement.word("name"));
  return step_of(CommandKind::kill_switch, command);
}

Step read_kill(Statement& statement, Present&) { return read_switch(statement, true); }
Step read_release(Statement& statement, Present&) { return read_switch(statement, false); }

}  // namespace

Reader find_limit_statement(std::string_view verb) {
  if (verb == "limit") return read_limit;
  if (verb == "kill") return read_kill;
  if (verb == "release") return read_release;
  return nullptr;
}

}  // namespace emx::script

#include <array>

#include "tools/script/readers.hpp"

// Cash and rights: what comes in and goes out, and what is held back (market-rules 11 and 12).

namespace emx::script {

using market::in_quotes;

namespace {

AccountCode account_from(Statement& statement, const Present& present) {
  const auto* facility = present.names.facility(known_facility(statement, present));
  return facility == nullptr ? AccountCode{} : facility->facility;
}

Step read_deposit(Statement& statement, Present& present) {
  DepositCommand command{};
  command.facility = account_from(statement, present);
  command.amount_fen = statement.price_fen(statement.word("amount in CNY"));
  return step_of(CommandKind::deposit, command);
}

Step read_withdraw(Statement& statement, Present& present) {
  WithdrawCommand command{};
  command.header.approver = approver_of(statement);
  command.facility = account_from(statement, present);
  command.amount_fen = statement.price_fen(statement.word("amount in CNY"));
  return step_of(CommandKind::withdraw, command);
}

Step read_issue(Statement& statement, Present& present) {
  IssueCommand command{};
  command.facility = account_from(statement, present);
  const auto* book = present.names.instrument(known_symbol(statement, present));
  if (book != nullptr) command.symbol = book->symbol;
  command.quantity_lots = statement.count("quantity", statement.word("quantity in lots"));
  const std::string_view batch = statement.word("batch");
  if (!Text<24>::fits(batch)) statement.fault(in_quotes(batch) + " is longer than 24 bytes");
  command.batch = Text<24>{batch};
  return step_of(CommandKind::issue, command);
}

// FACILITY cash CNY, or FACILITY SYMBOL LOTS; `sign` -1: so much less.
template <class Command>
Step read_hold(CommandKind kind, std::int64_t sign, Statement& statement, const Present& present) {
  Command command{};
  command.header.approver = approver_of(statement);
  command.facility = account_from(statement, present);
  if (statement.take("cash")) {
    command.amount = sign * statement.price_fen(statement.word("amount in CNY"));
    return step_of(kind, command);
  }
  const auto* book = present.names.instrument(known_symbol(statement, present));
  if (book != nullptr) command.symbol = book->symbol;
  command.amount = sign * statement.count("quantity", statement.word("quantity in lots"));
  return step_of(kind, command);
}

Step read_freeze(Statement& statement, Present& present) {
  return read_hold<FreezeCommand>(CommandKind::freeze, 1, statement, present);
}
Step read_unfreeze(Statement& statement, Present& present) {
  return read_hold<FreezeCommand>(CommandKind::freeze, -1, statement, present);
}
Step read_pledge(Statement& statement, Present& present) {
  return read_hold<PledgeCommand>(CommandKind::pledge, 1, statement, present);
}
Step read_unpledge(Statement& statement, Present& present) {
  return read_hold<PledgeCommand>(CommandKind::pledge, -1, statement, present);
}

Step read_trust(Statement& statement, Present& present, bool trusted) {
  TrustCommand command{};
  command.header.approver = approver_of(statement);
  command.from = account_from(statement, present);
  command.to = account_from(statement, present);
  command.trusted = trusted ? 1 : 0;
  return step_of(CommandKind::trust, command);
}
Step read_trusted(Statement& statement, Present& present) {
  return read_trust(statement, present, true);
}
Step read_distrusted(Statement& statement, Present& present) {
  return read_trust(statement, present, false);
}

Step read_transfer(Statement& statement, Present& present) {
  TransferCommand command{};
  command.header.approver = approver_of(statement);
  command.from = account_from(statement, present);
  command.to = account_from(statement, present);
  const auto* book = present.names.instrument(known_symbol(statement, present));
  if (book != nullptr) command.symbol = book->symbol;
  command.quantity_lots = statement.count("quantity", statement.word("quantity in lots"));
  return step_of(CommandKind::transfer, command);
}

constexpr std::array account_verbs{
    Verb{"deposit", read_deposit},     Verb{"withdraw", read_withdraw},
    Verb{"issue", read_issue},         Verb{"freeze", read_freeze},
    Verb{"unfreeze", read_unfreeze},   Verb{"pledge", read_pledge},
    Verb{"unpledge", read_unpledge},   Verb{"trust", read_trusted},
    Verb{"distrust", read_distrusted}, Verb{"transfer", read_transfer}};

}  // namespace

Reader find_account_statement(std::string_view verb) { return reader_of(verb, account_verbs); }

}  // namespace emx::script

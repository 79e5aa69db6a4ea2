#include <array>

#include "tools/script/readers.hpp"

// Blocks: deals of two facilities outside the book (market-rules 9). They have numbers, from 1.

namespace emx::script {

using market::in_quotes;

namespace {

// by=FIRM that sends it; else the facility's own.
std::uint32_t sender_of(Statement& statement, const Present& present,
                        const SetFacilityCommand* facility) {
  const auto by = statement.option("by");
  if (!by && facility == nullptr) return no_id;
  const std::uint32_t sender = present.names.find_firm(by ? *by : facility->firm.view());
  if (sender == no_id && statement.ok()) {
    statement.fault("there is no firm " + in_quotes(by ? *by : facility->firm.view()));
  }
  return sender;
}

// What stands at the end, in any order: as NAME, the id it comes with; used-id, an id that was
// used before.
template <class Command>
void read_id(Statement& statement, Command& command) {
  std::string id = "line-" + std::to_string(statement.line());
  for (;;) {
    if (statement.take("as")) {
      id = statement.word("name of the report");
    } else if (statement.take("used-id")) {
      command.flags |= order_duplicate_cl_ord_id;
    } else {
      break;
    }
  }
  if (ClOrdId::fits(id)) {
    command.cl_ord_id = ClOrdId{id};
  } else {
    statement.fault(in_quotes(id) + " is too long a name");
  }
}

// FACILITY buy|sell SYMBOL LOTS@PRICE with COUNTERPARTY [minutes=N] [by=FIRM] [as NAME] [used-id]
Step read_block(Statement& statement, Present& present) {
  SubmitBlockCommand command{};
  const auto* facility = present.names.facility(known_facility(statement, present));
  if (facility != nullptr) command.facility = facility->facility;
  command.side = static_cast<std::uint8_t>(statement.one_of<Side>("side"));
  const auto* book = present.names.instrument(known_symbol(statement, present));
  if (book != nullptr) command.symbol = book->symbol;
  const Statement::Terms terms = statement.terms();
  if (terms.at_market) statement.fault("a block names a price");
  command.quantity_lots = terms.quantity_lots;
  command.price_fen = terms.price_fen;
  if (!statement.take("with")) statement.fault("expected with and the other side's facility");
  const auto* other = present.names.facility(known_facility(statement, present));
  if (other != nullptr) command.counterparty = other->facility;
  command.minutes = 30;
  if (const auto minutes = statement.option("minutes")) {
    const std::int64_t count = statement.count("number of minutes", *minutes);
    if (count > 255) statement.fault("a block lives at most 30 minutes");
    command.minutes = static_cast<std::uint8_t>(count);
  }
  const std::uint32_t sender = sender_of(statement, present, facility);
  read_id(statement, command);
  Step step;
  step.command.add(CommandKind::submit_block, command, sender);
  return step;
}

// FACILITY NUMBER [by=FIRM] [as NAME] [used-id]
Step read_block_answer(Statement& statement, Present& present, BlockAnswer answer) {
  AnswerBlockCommand command{};
  const auto* facility = present.names.facility(known_facility(statement, present));
  command.block_no = static_cast<std::uint64_t>(
      statement.count("number of a block", statement.word("number of a block")));
  command.answer = static_cast<std::uint8_t>(answer);
  const std::uint32_t sender = sender_of(statement, present, facility);
  read_id(statement, command);
  Step step;
  step.command.add(CommandKind::answer_block, command, sender);
  return step;
}
Step accept_block(Statement& statement, Present& present) {
  return read_block_answer(statement, present, BlockAnswer::accept);
}
Step decline_block(Statement& statement, Present& present) {
  return read_block_answer(statement, present, BlockAnswer::decline);
}
Step cancel_block(Statement& statement, Present& present) {
  return read_block_answer(statement, present, BlockAnswer::cancel);
}

Step read_block_session(Statement& statement, Present&) {
  BlockSessionCommand command{};
  if (statement.take("open")) {
    command.open = 1;
  } else if (!statement.take("closed")) {
    statement.fault("expected open or closed");
  }
  return step_of(CommandKind::block_session, command);
}

Step read_tick(Statement&, Present&) { return step_of(CommandKind::tick, TickCommand{}); }

constexpr std::array block_verbs{Verb{"block", read_block},
                                 Verb{"accept-block", accept_block},
                                 Verb{"decline-block", decline_block},
                                 Verb{"cancel-block", cancel_block},
                                 Verb{"block-session", read_block_session},
                                 Verb{"tick", read_tick}};

}  // namespace

Reader find_block_statement(std::string_view verb) { return reader_of(verb, block_verbs); }

}  // namespace emx::script

#include <array>
#include <cstring>
#include <limits>

#include "engine/vocabulary/rule_record.hpp"
#include "tools/admin/ed25519.hpp"
#include "tools/script/readers.hpp"

// Rule sets: keys of the authorities, their documents record by record, and the activation. And
// what the authorities ask.

namespace emx::script {

using market::in_quotes;

namespace {

std::uint32_t version_from(Statement& statement) {
  const std::int64_t version = statement.count("version", statement.word("version"));
  constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
  if (version > most) statement.fault("a version is at most " + std::to_string(most));
  return static_cast<std::uint32_t>(version);
}

std::uint16_t small_count(Statement& statement, std::string_view what) {
  const std::int64_t count = statement.count(what, statement.word(what));
  constexpr std::int64_t most = std::numeric_limits<std::uint16_t>::max();
  if (count > most) statement.fault(std::string{what} + " is at most " + std::to_string(most));
  return static_cast<std::uint16_t>(count);
}

std::uint8_t authority_from(Statement& statement) {
  return static_cast<std::uint8_t>(statement.one_of<Authority>("authority"));
}

Step read_key(Statement& statement, Present&) {
  SetAuthorityKeyCommand command{};
  command.header.approver = approver_of(statement);
  command.authority = authority_from(statement);
  const std::string_view text = statement.word("public key");
  const auto key = admin::public_key_from_text(text);
  if (!key && statement.ok()) {
    statement.fault(in_quotes(text) + " is no public key as `emx keygen` prints one");
  }
  if (key) std::memcpy(command.public_key.data(), key->data(), key->size());
  return step_of(CommandKind::set_authority_key, command);
}

// The rest is the statement that sets such a rule.
Step read_rule(Statement& statement, Present& present) {
  RuleRecordCommand command{};
  command.authority = authority_from(statement);
  command.version = version_from(statement);
  command.record = small_count(statement, "record");
  const std::string_view verb = statement.word("rule");
  Reader reader = find_rule_statement(verb);
  if (reader == nullptr) reader = find_limit_statement(verb);
  if (reader == nullptr) {
    if (statement.ok()) statement.fault(in_quotes(verb) + " is no rule of a rule set");
    return step_of(CommandKind::rule_record, command);
  }
  const Step rule = reader(statement, present);
  if (!statement.ok()) return step_of(CommandKind::rule_record, command);
  const std::span<const std::byte> bytes = *rule.command.begin();
  CommandHeader header{};
  std::memcpy(&header, bytes.data(), sizeof header);
  command.record_kind = header.kind;
  if (rule_command_bytes(header.kind) == 0) {
    statement.fault(in_quotes(verb) + " is no rule of a rule set");
    return step_of(CommandKind::rule_record, command);
  }
  std::memcpy(command.body.data(), bytes.data() + sizeof header, bytes.size() - sizeof header);
  return step_of(CommandKind::rule_record, command);
}

Step read_document(Statement& statement, Present&) {
  RuleDocumentCommand command{};
  command.authority = authority_from(statement);
  command.version = version_from(statement);
  command.records = small_count(statement, "records");
  command.effective_date = statement.date(statement.word("effective date")).value;
  if (const auto text = statement.option("signature")) {
    const auto signature = admin::signature_from_text(*text);
    if (!signature) {
      statement.fault(in_quotes(*text) + " is no signature as `emx rules sign` prints one");
    } else {
      std::memcpy(command.signature.data(), signature->data(), signature->size());
    }
  }
  return step_of(CommandKind::rule_document, command);
}

Step read_activation(Statement& statement, Present&) {
  ActivateRulesCommand command{};
  command.header.approver = approver_of(statement);
  command.version = version_from(statement);
  while (!statement.at_end() && statement.ok()) {
    const std::string_view word = statement.word("authority");
    const std::size_t colon = word.find(':');
    const auto authority =
        static_cast<std::uint8_t>(statement.named<Authority>("authority", word.substr(0, colon)));
    if (colon != std::string_view::npos) {
      command.documents.at(authority) =
          static_cast<std::uint64_t>(statement.count("entry", word.substr(colon + 1)));
    }
    command.parts_mask = static_cast<std::uint8_t>(command.parts_mask | 1U << authority);
  }
  return step_of(CommandKind::activate_rules, command);
}

Step read_withdrawal(Statement& statement, Present&) {
  WithdrawRulesCommand command{};
  command.header.approver = approver_of(statement);
  command.version = version_from(statement);
  return step_of(CommandKind::withdraw_rules, command);
}

// QUESTION OFFICE [NAME=VALUE]..., asked by the first person.
Step read_query(Statement& statement, Present&) {
  QueryCommand command{};
  command.question = static_cast<std::uint8_t>(statement.one_of<Question>("question"));
  command.office = static_cast<std::uint8_t>(statement.one_of<Office>("office"));
  std::string arguments;
  while (!statement.at_end()) {
    arguments += (arguments.empty() ? "" : " ") + std::string{statement.word("argument")};
  }
  if (!decltype(command.arguments)::fits(arguments)) {
    statement.fault(in_quotes(arguments) + " is more than a record of a question takes");
  }
  command.arguments = decltype(command.arguments){arguments};
  Step step;
  step.command.add(CommandKind::query, command, operator_actor(first_person));
  return step;
}

constexpr std::array rule_set_verbs{
    Verb{"authority-key", read_key},         Verb{"rule-record", read_rule},
    Verb{"rule-document", read_document},    Verb{"activate-rules", read_activation},
    Verb{"withdraw-rules", read_withdrawal}, Verb{"query", read_query}};

}  // namespace

Reader find_rule_set_statement(std::string_view verb) { return reader_of(verb, rule_set_verbs); }

}  // namespace emx::script

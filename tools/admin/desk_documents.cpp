#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "tools/admin/desk.hpp"
#include "tools/admin/rows.hpp"
#include "tools/rules/document.hpp"

// Documents of rules at the desk, and what may not pass what on the way into the log.

namespace emx::admin {

namespace {

CommandKind kind_of(std::span<const std::byte> command) {
  return static_cast<CommandKind>(read_record<CommandHeader>(command).kind);
}

}  // namespace

// One document of an authority at a time: another's records between would be closed with it.
void Desk::hand_in(const CommandRequest& request, const Answer& answer) {
  const rules::Document& document = *request.document;
  const auto authority = static_cast<std::uint8_t>(document.authority);
  if (key_is_changing(authority)) {
    return answer(refusal_text("the key of " + audit::authority_words(authority) +
                               " is being changed; hand the document in again in a moment"));
  }
  if (const std::string why = signature_fault(request); !why.empty()) {
    return answer(refusal_text(why));
  }
  if (hand_ins_.contains(authority)) {
    return answer(refusal_text("another document of " + audit::authority_words(authority) +
                               " is being handed in; try again"));
  }
  const auto closing = read_record<CommandHeader>(request.command);
  const std::vector<RuleRecordCommand> records = rules::record_commands(document);
  for (RuleRecordCommand record : records) {
    record.header.actor = closing.actor;
    record.header.command_id = request.id;
    if (std::string why = callbacks_.submit(std::as_bytes(std::span{&record, 1})); !why.empty()) {
      return answer(refusal_text(why));
    }
  }
  go_under_way(request, request.command, answer);
  hand_ins_[authority] = {
      request.id, request.command, static_cast<std::uint16_t>(records.size()), {}};
  callbacks_.inform("admin: " + operators_.words_of(request.sender.person) + ": " +
                    describer_.command(request.command));
}

bool Desk::key_is_changing(std::uint8_t authority) const {
  return std::ranges::any_of(under_way_, [&](std::uint64_t id) {
    const std::vector<std::byte>& command = requests_.at(id).command;
    return kind_of(command) == CommandKind::set_authority_key &&
           read_record<SetAuthorityKeyCommand>(command).authority == authority;
  });
}

std::string Desk::conflict_of(std::span<const std::byte> command) const {
  if (kind_of(command) == CommandKind::set_authority_key) {
    // A document that was checked under the key that goes is not in the log yet.
    const std::uint8_t authority = read_record<SetAuthorityKeyCommand>(command).authority;
    if (!hand_ins_.contains(authority)) return {};
    return "a document of " + audit::authority_words(authority) +
           " is being handed in; approve again in a moment";
  }
  const std::string row = row_of(command);
  const auto changes_it = [&](std::uint64_t id) { return row_of(requests_.at(id).command) == row; };
  if (row.empty() || std::ranges::none_of(under_way_, changes_it)) return {};
  return "another change of " + row + " is on its way; try again";
}

// Empty: the document is signed by its authority.
std::string Desk::signature_fault(const CommandRequest& request) {
  const rules::Document& document = *request.document;
  const auto authority = static_cast<std::uint8_t>(document.authority);
  const auto key = authority_keys_.find(authority);
  std::string refusal =
      refusal_of_signature(request, key == authority_keys_.end() ? nullptr : &key->second);
  if (!refusal.empty()) {
    callbacks_.warn("admin: a document of rules of " + audit::authority_words(authority) +
                    " was turned away: " + refusal);
  }
  return refusal;
}

// The last record decides: a request whose records were not all taken began before, and ends there.
void Desk::take_record(const EntryView& entry, Outcome outcome) {
  const auto record = read_record<RuleRecordCommand>(entry.command);
  const auto found = hand_ins_.find(record.authority);
  if (found == hand_ins_.end() || found->second.id != record.header.command_id) return;
  HandIn& document = found->second;
  if (record.record == 0) document.refused.reset();
  if (outcome.code != 0 && !document.refused) {
    outcome.reason = "record " + std::to_string(record.record) + " (" +
                     describer_.rule(record.record_kind, record.body) + "): " + outcome.reason;
    document.refused = outcome;
  }
  if (record.record + 1 < document.records) return;
  const HandIn done = std::move(document);
  hand_ins_.erase(found);
  if (done.refused) return settle(done.id, *done.refused);
  const std::string why = callbacks_.submit(done.closing);
  if (why.empty()) return;
  const Known request = std::move(requests_.at(done.id));
  requests_.erase(done.id);
  std::erase(under_way_, done.id);
  for (const Answer& answer : request.waiting) answer(refusal_text(why));
}

void Desk::take_key(const EntryView& entry) {
  if (is_refused(entry)) return;
  const auto command = read_record<SetAuthorityKeyCommand>(entry.command);
  PublicKey& key = authority_keys_[command.authority];
  std::memcpy(key.data(), command.public_key.data(), key.size());
}

}  // namespace emx::admin

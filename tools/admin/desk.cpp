#include "tools/admin/desk.hpp"

#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/events.hpp"
#include "tools/admin/powers.hpp"
#include "tools/admin/signed_line.hpp"
#include "tools/admin/utc_text.hpp"
#include "tools/rules/document.hpp"

namespace emx::admin {

namespace {

using nlohmann::json;

constexpr const char* id_was_used = "this id was used before, for another command";

std::vector<std::byte> with_approver(std::vector<std::byte> command, std::uint32_t person) {
  auto header = read_record<CommandHeader>(command);
  header.approver = person;
  std::memcpy(command.data(), &header, sizeof header);
  return command;
}

// Whoever stands behind the second person's part.
bool is_same_act(const std::vector<std::byte>& left, const std::vector<std::byte>& right) {
  return with_approver(left, 0) == with_approver(right, 0);
}

std::string_view name_of(Approvals::State state) {
  switch (state) {
    case Approvals::State::waiting:
      return "waiting";
    case Approvals::State::approved:
      return "approved";
    case Approvals::State::rejected:
      return "rejected";
  }
  return "?";
}

std::string waiting_text(std::uint64_t approval) {
  return json{
      {"ok", false},
      {"waiting", true},
      {"approval", approval},
      {"reason", "waits for a second person: emx admin approve " + std::to_string(approval)}}
      .dump();
}

}  // namespace

Desk::Desk(Operators operators, Callbacks callbacks)
    : operators_{std::move(operators)}, callbacks_{std::move(callbacks)} {}

void Desk::take(const std::string& line, const Answer& answer) {
  const auto read = read_line(line);
  if (const auto* bad = std::get_if<BadRequest>(&read)) return answer(refusal_text(bad->reason));
  const Line& request_line = std::get<Line>(read);
  const Request request = read_request(request_line.text, describer_.names());
  if (const auto* bad = std::get_if<BadRequest>(&request)) {
    return answer(refusal_text(bad->reason));
  }
  const std::int64_t now_ns = callbacks_.now_ns();
  approvals_.expire(now_ns);
  if (std::holds_alternative<StatusRequest>(request)) return answer(callbacks_.status());
  if (std::holds_alternative<PendingRequest>(request)) return answer(pending_text());
  const auto* command = std::get_if<CommandRequest>(&request);
  const auto* decision = std::get_if<DecisionRequest>(&request);
  check(command != nullptr || decision != nullptr);
  const Sender& sender = command != nullptr ? command->sender : decision->sender;
  if (!may_act(sender, operators_.refusal_of(request_line, sender, now_ns), answer)) return;
  if (command != nullptr) return act(*command, request_line.text, answer);
  decide(*decision, answer);
}

// Answers where there is a refusal.
bool Desk::may_act(const Sender& sender, const std::string& refusal, const Answer& answer) {
  if (refusal.empty()) return true;
  ++turned_away_;
  callbacks_.warn("admin: a request that names " + operators_.words_of(sender.person) +
                  " as its sender was turned away: " + refusal);
  answer(refusal_text(refusal));
  return false;
}

void Desk::act(const CommandRequest& request, const std::string& text, const Answer& answer) {
  const Operator& person = *operators_.find(request.sender.person);
  if (!may_act(request.sender, refusal_to_ask(person, request.command, describer_.names()),
               answer)) {
    return;
  }
  if (const auto known = requests_.find(request.id); known != requests_.end()) {
    return act_again(request, known->second, answer);
  }
  if (const Approvals::Act* waits = approvals_.find_id(request.id)) {
    if (!is_same_act(waits->request.command, request.command)) {
      return answer(refusal_text(id_was_used));
    }
    if (waits->state == Approvals::State::rejected) {
      return answer(refusal_text("it was rejected by " + operators_.words_of(waits->second)));
    }
    return answer(waiting_text(waits->number));
  }
  if (request.needs_second) return wait_for_second(request, text, answer);
  if (request.document) return hand_in(request, answer);
  if (const std::string why = submit(request.id, request.command, answer); !why.empty()) {
    return answer(refusal_text(why));
  }
  callbacks_.inform("admin: " + operators_.words_of(request.sender.person) + ": " +
                    describer_.command(request.command));
}

void Desk::act_again(const CommandRequest& request, Known& known, const Answer& answer) {
  if (!is_same_act(known.command, request.command)) return answer(refusal_text(id_was_used));
  if (known.outcome) return answer(answer_text(*known.outcome));
  known.waiting.push_back(answer);
}

void Desk::wait_for_second(const CommandRequest& request, const std::string& text,
                           const Answer& answer) {
  if (text.size() > Approvals::text_bytes_max) {
    return answer(refusal_text("a request that waits for a second person has at most " +
                               std::to_string(Approvals::text_bytes_max) + " bytes"));
  }
  const Approvals::Act* waits = approvals_.add(request, text, callbacks_.now_ns());
  if (waits == nullptr) {
    return answer(refusal_text("as many acts as may, " +
                               std::to_string(Approvals::acts_of_person_max) + ", of " +
                               operators_.words_of(request.sender.person) +
                               " wait for a second person; have some of them decided on"));
  }
  callbacks_.inform("admin: approval " + std::to_string(waits->number) +
                    " waits for a second person: " + words_of(*waits));
  answer(waiting_text(waits->number));
}

void Desk::decide(const DecisionRequest& request, const Answer& answer) {
  Approvals::Act* found = approvals_.find_number(request.approval);
  if (found == nullptr || found->text != request.request) {
    return answer(
        refusal_text("no such act waits as approval " + std::to_string(request.approval)));
  }
  const std::uint32_t person = request.sender.person;
  if (request.approves &&
      !may_act(request.sender,
               refusal_to_approve(*operators_.find(person),
                                  *operators_.find(found->request.sender.person),
                                  found->request.command, describer_.names()),
               answer)) {
    return;
  }
  if (found->state == Approvals::State::waiting) {
    if (request.approves) return approve(*found, person, answer);
    found->state = Approvals::State::rejected;
    found->second = person;
    callbacks_.inform("admin: " + operators_.words_of(person) + " rejected approval " +
                      std::to_string(found->number) + ": " + words_of(*found));
    return answer(json{{"ok", true}, {"rejected", found->number}}.dump());
  }
  const bool was_approved = found->state == Approvals::State::approved;
  if (found->second != person || was_approved != request.approves) {
    return answer(refusal_text("it was " + std::string{name_of(found->state)} + " by " +
                               operators_.words_of(found->second)));
  }
  if (was_approved) {
    return act_again(found->request, requests_.at(found->request.id), answer);
  }
  answer(json{{"ok", true}, {"rejected", found->number}}.dump());
}

void Desk::approve(Approvals::Act& act, std::uint32_t person, const Answer& answer) {
  const std::string why =
      submit(act.request.id, with_approver(act.request.command, person), answer);
  if (!why.empty()) return answer(refusal_text(why));
  act.state = Approvals::State::approved;
  act.second = person;
  callbacks_.inform("admin: " + operators_.words_of(person) + " approved approval " +
                    std::to_string(act.number) + ": " + words_of(act));
}

// Why it was not taken; empty: it was, and the answer comes with its entry.
std::string Desk::submit(std::uint64_t id, std::vector<std::byte> command, const Answer& answer) {
  std::string why = callbacks_.submit(command);
  if (why.empty()) requests_[id] = {std::move(command), {}, {answer}};
  return why;
}

// One document of an authority at a time: another's records between would be closed with it.
void Desk::hand_in(const CommandRequest& request, const Answer& answer) {
  const rules::Document& document = *request.document;
  const auto authority = static_cast<std::uint8_t>(document.authority);
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
  requests_[request.id] = {request.command, {}, {answer}};
  hand_ins_[authority] = {request.id,
                          request.command,
                          static_cast<std::uint16_t>(records.size()),
                          authority_keys_.at(authority),
                          {}};
  callbacks_.inform("admin: " + operators_.words_of(request.sender.person) + ": " +
                    describer_.command(request.command));
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
    outcome.place = "record " + std::to_string(record.record) + " (" +
                    describer_.rule(record.record_kind, record.body) + ')';
    document.refused = outcome;
  }
  if (record.record + 1 < document.records) return;
  const HandIn done = std::move(document);
  hand_ins_.erase(found);
  if (done.refused) return settle(done.id, *done.refused);
  // A key that came into the log ahead of the records: the signature is not by that one. One that
  // comes behind them ends the draft, and the core refuses what closes it.
  const bool is_its_key = authority_keys_.at(record.authority) == done.key;
  const std::string why =
      is_its_key ? callbacks_.submit(done.closing)
                 : audit::authority_words(record.authority) +
                       " has another key since; the document is to be signed with that";
  if (why.empty()) return;
  const Known request = std::move(requests_.at(done.id));
  requests_.erase(done.id);
  for (const Answer& answer : request.waiting) answer(refusal_text(why));
}

void Desk::settle(std::uint64_t id, const Outcome& outcome) {
  Known& request = requests_[id];
  request.outcome = outcome;
  for (const Answer& answer : std::exchange(request.waiting, {})) answer(answer_text(outcome));
}

void Desk::take_key(const EntryView& entry) {
  if (is_refused(entry)) return;
  const auto command = read_record<SetAuthorityKeyCommand>(entry.command);
  PublicKey& key = authority_keys_[command.authority];
  std::memcpy(key.data(), command.public_key.data(), key.size());
}

std::string Desk::words_of(const Approvals::Act& act) const {
  return describer_.command(act.request.command) + ", asked for by " +
         operators_.words_of(act.request.sender.person);
}

std::string Desk::pending_text() const {
  json list = json::array();
  for (const Approvals::Act& act : approvals_.acts()) {
    json row{{"approval", act.number},
             {"state", name_of(act.state)},
             {"what", describer_.command(act.request.command)},
             {"by", operators_.words_of(act.request.sender.person)},
             {"since", text_of_utc(act.since_ns)},
             {"until", text_of_utc(act.since_ns + Approvals::lifetime_ns)},
             {"request", act.text}};
    if (act.state != Approvals::State::waiting) row["second"] = operators_.words_of(act.second);
    list.push_back(std::move(row));
  }
  return json{{"ok", true}, {"pending", std::move(list)}}.dump();
}

std::size_t Desk::acts_waiting() {
  approvals_.expire(callbacks_.now_ns());
  return approvals_.waiting();
}

void Desk::on_entry(const EntryView& entry) {
  describer_.take_names(entry);
  const auto header = read_record<CommandHeader>(entry.command);
  if (static_cast<CommandKind>(header.kind) == CommandKind::set_authority_key) take_key(entry);
  if (header.command_id == 0) return;
  Outcome outcome{.sequence = entry.stamp.sequence.value};
  const bool whole =
      for_each_event(entry.events, [&](const EventHeader& event, std::span<const std::byte> bytes) {
        if (static_cast<EventKind>(event.kind) != EventKind::refused) return;
        const auto refused = read_record<RefusedEvent>(bytes);
        outcome.code = refused.code;
        outcome.limit = refused.limit;
        outcome.value = refused.value;
        outcome.of_times =
            tells_times(entry.command, static_cast<Code>(refused.code), refused.value);
      });
  check(whole);
  if (static_cast<CommandKind>(header.kind) == CommandKind::rule_record) {
    return take_record(entry, std::move(outcome));
  }
  Known& request = requests_[header.command_id];
  if (request.outcome) return;  // the first counts
  request.command.assign(entry.command.begin(), entry.command.end());
  settle(header.command_id, outcome);
}

}  // namespace emx::admin

#include "tools/admin/desk.hpp"

#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/events.hpp"
#include "tools/admin/json_text.hpp"
#include "tools/admin/powers.hpp"
#include "tools/admin/signed_line.hpp"
#include "tools/admin/utc_text.hpp"
#include "tools/audit/refused_act.hpp"

namespace emx::admin {

namespace {

using nlohmann::json;

std::vector<std::byte> with_approver(std::vector<std::byte> command, std::uint32_t person) {
  auto header = read_record<CommandHeader>(command);
  header.approver = person;
  std::memcpy(command.data(), &header, sizeof header);
  return command;
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

bool is_question(const CommandRequest& request) {
  return static_cast<CommandKind>(read_record<CommandHeader>(request.command).kind) ==
         CommandKind::query;
}

// A record of a question says for which office it was asked, since persons come and go.
void say_office(CommandRequest& request, const Operator& person) {
  if (!is_question(request)) return;
  auto query = read_record<QueryCommand>(request.command);
  query.office = static_cast<std::uint8_t>(person.office);
  std::memcpy(request.command.data(), &query, sizeof query);
}

}  // namespace

Desk::Desk(Operators operators, Callbacks callbacks)
    : operators_{std::move(operators)}, callbacks_{std::move(callbacks)} {}

void Desk::take(const std::string& line, const Answer& answer) {
  const auto read = read_line(line);
  if (const auto* bad = std::get_if<BadRequest>(&read)) return answer(refusal_text(bad->reason));
  const Line& request_line = std::get<Line>(read);
  const std::int64_t now_ns = callbacks_.now_ns();
  approvals_.expire(now_ns);
  if (answer_again(request_line, answer)) return;
  Request request = read_request(request_line.text, describer_.names());
  if (const auto* bad = std::get_if<BadRequest>(&request)) {
    return answer(refusal_text(words_of_bad(request_line, bad->reason)));
  }
  if (std::holds_alternative<StatusRequest>(request)) return answer(callbacks_.status());
  if (std::holds_alternative<PendingRequest>(request)) return answer(pending_text());
  auto* command = std::get_if<CommandRequest>(&request);
  const auto* decision = std::get_if<DecisionRequest>(&request);
  check(command != nullptr || decision != nullptr);
  const Sender& sender = command != nullptr ? command->sender : decision->sender;
  if (!may_act(sender, operators_.refusal_of(request_line, sender, now_ns), answer)) return;
  if (command != nullptr) {
    say_office(*command, *operators_.find(sender.person));
    return act(*command, request_line.text, answer);
  }
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
  if (answer_of_id(request, answer)) return;
  if (request.needs_second) return wait_for_second(request, text, answer);
  if (request.document) return hand_in(request, answer);
  if (is_question(request)) {
    const std::string why =
        question_rate_.refusal_of_one_more(request.sender.person, callbacks_.now_ns());
    if (!why.empty()) return answer(refusal_text(why));
  }
  if (const std::string why = conflict_of(request.command); !why.empty()) {
    return answer(refusal_text(why));
  }
  if (const std::string why = submit(request, request.command, answer); !why.empty()) {
    return answer(refusal_text(why));
  }
  callbacks_.inform("admin: " + operators_.words_of(request.sender.person) + ": " +
                    describer_.command(request.command));
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
  answer(waiting_text(*waits));
}

void Desk::decide(const DecisionRequest& request, const Answer& answer) {
  Approvals::Act* found = approvals_.find_number(request.approval);
  if (found == nullptr || found->text != request.request) {
    return answer(
        refusal_text("no such act waits as approval " + std::to_string(request.approval)));
  }
  const std::uint32_t person = request.sender.person;
  if (request.approves && !may_act(request.sender, refusal_to_approve(*found, person), answer)) {
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
    return answer_known(requests_.at(found->request.id), answer);
  }
  answer(json{{"ok", true}, {"rejected", found->number}}.dump());
}

std::string Desk::refusal_to_approve(const Approvals::Act& act, std::uint32_t person) const {
  const Operator& second = *operators_.find(person);
  const Operator& asker = *operators_.find(act.request.sender.person);
  std::string why =
      admin::refusal_to_approve(second, asker, act.request.command, describer_.names());
  return why.empty() ? stops_.refusal_to_release(act.request.command, asker, second) : why;
}

void Desk::approve(Approvals::Act& act, std::uint32_t person, const Answer& answer) {
  if (const std::string why = conflict_of(act.request.command); !why.empty()) {
    return answer(refusal_text(why));
  }
  if (!is_made_the_same(act)) {
    callbacks_.inform("admin: approval " + std::to_string(act.number) +
                      " is void, what it would change has changed: " + words_of(act));
    approvals_.remove(act.number);
    return answer(
        refusal_text("what it would change has changed since it was asked for; ask for it again"));
  }
  const std::string why = submit(act.request, with_approver(act.request.command, person), answer);
  if (!why.empty()) return answer(refusal_text(why));
  act.state = Approvals::State::approved;
  act.second = person;
  callbacks_.inform("admin: " + operators_.words_of(person) + " approved approval " +
                    std::to_string(act.number) + ": " + words_of(act));
}

// Why it was not taken; empty: it was, and the answer comes with its entry.
std::string Desk::submit(const CommandRequest& request, std::vector<std::byte> command,
                         const Answer& answer) {
  std::string why = callbacks_.submit(command);
  if (why.empty()) go_under_way(request, std::move(command), answer);
  return why;
}

void Desk::go_under_way(const CommandRequest& request, std::vector<std::byte> command,
                        const Answer& answer) {
  requests_[request.id] = {std::move(command), request.asked, {}, {answer}};
  under_way_.push_back(request.id);
}

bool Desk::is_made_the_same(const Approvals::Act& act) const {
  const Request request = read_request(act.text, describer_.names());
  const auto* made = std::get_if<CommandRequest>(&request);
  return made != nullptr && made->command == act.request.command;
}

void Desk::settle(std::uint64_t id, const Outcome& outcome) {
  Known& request = requests_[id];
  request.outcome = outcome;
  std::erase(under_way_, id);
  for (const Answer& answer : std::exchange(request.waiting, {})) answer(answer_text(outcome));
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
  return line_of({{"ok", true}, {"pending", std::move(list)}});
}

std::size_t Desk::acts_waiting() {
  approvals_.expire(callbacks_.now_ns());
  return approvals_.waiting();
}

void Desk::on_entry(const EntryView& entry) {
  describer_.take_names(entry);
  stops_.take(entry, operators_);
  const auto header = read_record<CommandHeader>(entry.command);
  if (static_cast<CommandKind>(header.kind) == CommandKind::set_authority_key) take_key(entry);
  if (header.command_id == 0) return;
  Outcome outcome{.sequence = entry.stamp.sequence.value};
  const bool whole =
      for_each_event(entry.events, [&](const EventHeader& event, std::span<const std::byte> bytes) {
        if (static_cast<EventKind>(event.kind) == EventKind::rule_set) {
          outcome.rule_sets.push_back(read_record<RuleSetEvent>(bytes));
        }
        if (static_cast<EventKind>(event.kind) != EventKind::refused) return;
        const auto refused = read_record<RefusedEvent>(bytes);
        outcome.code = refused.code;
        outcome.limit = refused.limit;
        outcome.value = refused.value;
        outcome.reason = audit::reason_of_refusal(entry.command, refused);
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

#include <cstring>
#include <nlohmann/json.hpp>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "tools/admin/desk.hpp"

// What an id stands for: who did not hear an answer asks again with the same, and must not be told
// what has become of the market since.

namespace emx::admin {

namespace {

// Whoever stands behind the second person's part.
bool is_same_act(std::vector<std::byte> left, std::vector<std::byte> right) {
  for (std::vector<std::byte>* command : {&left, &right}) {
    auto header = read_record<CommandHeader>(*command);
    header.approver = 0;
    std::memcpy(command->data(), &header, sizeof header);
  }
  return left == right;
}

}  // namespace

std::string Desk::waiting_text(const Approvals::Act& act) const {
  if (act.state == Approvals::State::rejected) {
    return refusal_text("it was rejected by " + operators_.words_of(act.second));
  }
  return nlohmann::json{
      {"ok", false},
      {"waiting", true},
      {"approval", act.number},
      {"reason", "waits for a second person: emx admin approve " + std::to_string(act.number)}}
      .dump();
}

// Whether it was answered: it says the same as a request that was taken in this run. What it would
// mean now is not asked.
bool Desk::answer_again(const Line& line, const Answer& answer) {
  const auto heading = heading_of(line.text);
  if (!heading) return false;
  const auto known = requests_.find(heading->id);
  const Approvals::Act* waits = approvals_.find_id(heading->id);
  const bool is_known = known != requests_.end() && known->second.asked == heading->asked;
  const bool is_waiting = waits != nullptr && waits->request.asked == heading->asked;
  if (!is_known && !is_waiting) return false;
  const std::string refusal = operators_.refusal_of(line, heading->sender, callbacks_.now_ns());
  if (!may_act(heading->sender, refusal, answer)) return true;
  if (is_known) {
    answer_known(known->second, answer);
  } else {
    answer(waiting_text(*waits));
  }
  return true;
}

// Whether it was answered: its id was taken before.
bool Desk::answer_of_id(const CommandRequest& request, const Answer& answer) {
  const auto known = requests_.find(request.id);
  const Approvals::Act* waits = approvals_.find_id(request.id);
  if (known == requests_.end() && waits == nullptr) return false;
  const std::vector<std::byte>& command =
      known != requests_.end() ? known->second.command : waits->request.command;
  if (!is_same_act(command, request.command)) {
    answer(refusal_text(words_of_id(request.id) + "; another request needs another id"));
  } else if (known != requests_.end()) {
    answer_known(known->second, answer);
  } else {
    answer(waiting_text(*waits));
  }
  return true;
}

void Desk::answer_known(Known& known, const Answer& answer) {
  if (known.outcome) return answer(answer_text(*known.outcome));
  known.waiting.push_back(answer);
}

// After a restart only the command is known that an id stands for, and what made it may say
// something else now, or nothing. Whoever signs for herself is told what became of hers.
std::string Desk::words_of_bad(const Line& line, const std::string& reason) const {
  const auto heading = heading_of(line.text);
  if (!heading || !requests_.contains(heading->id)) return reason;
  if (!operators_.refusal_of(line, heading->sender, callbacks_.now_ns()).empty()) return reason;
  return words_of_id(heading->id) + "; as a new request it would be refused: " + reason;
}

// Requires: it is known, or waits.
std::string Desk::words_of_id(std::uint64_t id) const {
  const std::string name = "id " + std::to_string(id);
  const auto found = requests_.find(id);
  if (found == requests_.end()) {
    const Approvals::Act& act = *approvals_.find_id(id);
    return name + " is approval " + std::to_string(act.number) + ": " + words_of(act);
  }
  const Known& known = found->second;
  const std::string what = describer_.command(known.command);
  if (!known.outcome) return name + " is on its way into the ledger: " + what;
  const auto code = static_cast<Code>(known.outcome->code);
  return name + " is entry " + std::to_string(known.outcome->sequence) + ", " +
         (code == Code::none ? "applied" : "refused with " + std::string{emx::name_of(code)}) +
         ": " + what;
}

}  // namespace emx::admin

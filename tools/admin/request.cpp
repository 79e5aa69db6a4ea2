#include "tools/admin/request.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <nlohmann/json.hpp>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "tools/admin/acts.hpp"
#include "tools/admin/fields.hpp"
#include "tools/admin/json_text.hpp"
#include "tools/admin/rule_set_answer.hpp"
#include "tools/admin/utc_text.hpp"
#include "tools/audit/describer.hpp"
#include "tools/market/refusal_text.hpp"

namespace emx::admin {

namespace {

using nlohmann::json;

std::array<std::span<const NamedAct>, 6> acts() {
  return {acts_on_market(),   acts_on_rules(),     acts_on_participants(),
          acts_on_accounts(), acts_on_rule_sets(), acts_of_questions()};
}

// nullptr: it is none of them.
Make find_act(std::string_view name) {
  for (const auto some : acts()) {
    const auto found = std::ranges::find(some, name, &NamedAct::name);
    if (found != some.end()) return found->make;
  }
  return nullptr;
}

CommandRequest read_command(Fields& fields, Make make) {
  CommandRequest request;
  request.id = fields.above_zero("id");
  request.sender = fields.sender();
  Act act = make(fields);
  auto header = read_record<CommandHeader>(act.command);
  header.command_id = request.id;
  header.actor = operator_actor(request.sender.person);
  std::memcpy(act.command.data(), &header, sizeof header);
  request.needs_second = act.needs_second;
  request.command = std::move(act.command);
  request.document = std::move(act.document);
  return request;
}

DecisionRequest read_decision(Fields& fields, bool approves) {
  DecisionRequest request;
  request.sender = fields.sender();
  request.approves = approves;
  request.approval = fields.above_zero("approval");
  request.request = fields.text("request");
  return request;
}

Request read_named(Fields& fields, const std::string& name) {
  if (name == "status") return StatusRequest{};
  if (name == "pending") return PendingRequest{};
  if (name == "approve" || name == "reject") return read_decision(fields, name == "approve");
  if (const Make make = find_act(name)) return read_command(fields, make);
  throw Fault{"'" + name + "' is not a command"};
}

rules::Sha256 asked_of(json object) {
  object.erase("time");
  return rules::sha256_of(object.dump());
}

Request read_object(const json& object, const market::Names& names) {
  if (!object.is_object()) throw Fault{"it is not a JSON object"};
  Fields fields{object, names};
  Request request = read_named(fields, fields.text("command"));
  fields.finish();
  if (auto* command = std::get_if<CommandRequest>(&request)) command->asked = asked_of(object);
  return request;
}

}  // namespace

Request read_request(std::string_view text, const market::Names& names) {
  try {
    return read_object(read_json("the request", text), names);
  } catch (const Fault& fault) {
    return BadRequest{fault.what()};
  }
}

std::optional<Heading> heading_of(std::string_view text) {
  try {
    const json object = read_json("the request", text);
    if (!object.is_object()) return std::nullopt;
    const market::Names nothing{};
    Fields fields{object, nothing};
    return Heading{fields.above_zero("id"), fields.sender(), asked_of(object)};
  } catch (const Fault&) {
    return std::nullopt;
  }
}

std::vector<std::string_view> names_of_acts() {
  std::vector<std::string_view> names;
  for (const auto some : acts()) {
    for (const NamedAct& act : some) names.push_back(act.name);
  }
  return names;
}

std::string refusal_of_signature(const CommandRequest& request, const PublicKey* key) {
  const rules::Document& document = *request.document;
  const std::string whose = audit::authority_words(static_cast<std::uint8_t>(document.authority));
  if (key == nullptr) {
    return whose +
           " has no key in the ledger; two persons give it one with `emx admin authority-key`";
  }
  const auto closing = read_record<RuleDocumentCommand>(request.command);
  Signature signature{};
  std::memcpy(signature.data(), closing.signature.data(), signature.size());
  if (rules::is_signed(document, signature, *key)) return {};
  return "the signature is not by the key of " + whose;
}

std::string answer_text(const Outcome& outcome) {
  json answer{{"ok", outcome.code == 0}, {"sequence", outcome.sequence}};
  if (outcome.code != 0) {
    const auto code = static_cast<Code>(outcome.code);
    answer["code"] = outcome.code;
    answer["name"] = name_of(code);
    answer["limit"] = outcome.limit;
    answer["value"] = outcome.value;
    answer["reason"] = outcome.reason;
  }
  add_rule_sets(answer, outcome.rule_sets);
  return line_of(answer);
}

std::string refusal_text(std::string_view reason) {
  return line_of({{"ok", false}, {"reason", reason}});
}

}  // namespace emx::admin

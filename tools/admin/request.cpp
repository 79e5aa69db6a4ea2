#include "tools/admin/request.hpp"

#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"
#include "gateway/decimal.hpp"
#include "tools/admin/ed25519.hpp"
#include "tools/admin/operators.hpp"
#include "tools/admin/utc_text.hpp"

namespace emx::admin {

namespace {

using nlohmann::json;

// Thrown and caught in this file only: a line is read by a recursive library that throws as well.
struct Fault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The fields of one request: each is asked for once, and none may be left.
class Fields {
 public:
  explicit Fields(const json& object) : object_{object} {}

  std::string text(const std::string& key) {
    const json& value = find(key);
    if (!value.is_string()) throw Fault{"'" + key + "' must be a text"};
    return value.get<std::string>();
  }
  std::vector<std::string> texts(const std::string& key) {
    const json& value = find(key);
    if (!value.is_array()) throw Fault{"'" + key + "' must be a list of texts"};
    std::vector<std::string> list;
    for (const json& element : value) {
      if (!element.is_string()) throw Fault{"'" + key + "' must be a list of texts"};
      list.push_back(element.get<std::string>());
    }
    return list;
  }
  std::int64_t number(const std::string& key) {
    const json& value = find(key);
    if (!value.is_number_integer()) throw Fault{"'" + key + "' must be a whole number"};
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX}) {
      throw Fault{"'" + key + "' is too large"};
    }
    return value.get<std::int64_t>();
  }
  std::uint64_t above_zero(const std::string& key) {
    const json& value = find(key);
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() == 0) {
      throw Fault{"'" + key + "' must be a whole number above 0"};
    }
    return value.get<std::uint64_t>();
  }
  std::int64_t utc_ns(const std::string& key) {
    const std::string value = text(key);
    const auto at_ns = utc_from_text(value);
    if (!at_ns) throw Fault{"'" + value + "' is not a UTC time such as 2026-06-18T02:03:04Z"};
    return *at_ns;
  }
  Sender sender() {
    const std::uint64_t person = above_zero("person");
    if (person > Operator::number_max) throw Fault{"'person' is too large"};
    return {static_cast<std::uint32_t>(person), utc_ns("time")};
  }
  bool boolean(const std::string& key) {
    const json& value = find(key);
    if (!value.is_boolean()) throw Fault{"'" + key + "' must be true or false"};
    return value.get<bool>();
  }
  [[nodiscard]] bool has(const std::string& key) const { return object_.contains(key); }

  template <class Text>
  void copy(const std::string& key, Text& into) {
    const std::string value = text(key);
    if (value.empty() || !Text::fits(value)) {
      throw Fault{"'" + key + "' must have 1 to " + std::to_string(into.bytes.size()) + " bytes"};
    }
    into = Text{value};
  }
  template <class Enum>
  std::uint8_t enumerated(const std::string& key) {
    const std::string value = text(key);
    const auto found = from_name<Enum>(value);
    if (!found) throw Fault{"'" + value + "' is not a " + key};
    return static_cast<std::uint8_t>(*found);
  }
  void finish() const {
    if (used_ != object_.size()) throw Fault{"it has a field that is not known here"};
  }

 private:
  const json& find(const std::string& key) {
    const auto found = object_.find(key);
    if (found == object_.end()) throw Fault{"'" + key + "' is missing"};
    ++used_;
    return *found;
  }

  const json& object_;
  std::size_t used_ = 0;
};

template <class Command>
Command start(CommandKind kind) {
  Command command{};
  command.header.kind = static_cast<std::uint16_t>(kind);
  command.header.size = sizeof(Command);
  return command;
}

// What a request asks for, as long as nobody stands behind it.
struct Act {
  template <class Command>
  explicit Act(const Command& of) : command(sizeof of), needs_second{needs_four_eyes(of)} {
    std::memcpy(command.data(), &of, sizeof of);
  }

  std::vector<std::byte> command;
  bool needs_second;
  std::optional<rules::Document> document;
};

Act reference_price(Fields& fields) {
  auto command = start<SetReferencePriceCommand>(CommandKind::set_reference_price);
  fields.copy("symbol", command.symbol);
  const std::string price = fields.text("price");
  const auto fen = gateway::decimal_from_text(price, gateway::price_places);
  if (!fen || fen->inexact) throw Fault{"'" + price + "' is not a price in CNY with two decimals"};
  command.price_fen = fen->value;
  return Act{command};
}

Act quota(Fields& fields) {
  auto command = start<SetQuotaCommand>(CommandKind::set_quota);
  const std::int64_t year = fields.number("year");
  if (year < 2000 || year > 2999) throw Fault{"'year' must be from 2000 to 2999"};
  command.year = static_cast<std::uint16_t>(year);
  command.province = fields.enumerated<Province>("province");
  command.pollutant = fields.enumerated<Pollutant>("pollutant");
  command.inflow_cap_kg = fields.number("inflow");
  command.outflow_cap_kg = fields.number("outflow");
  command.gross_cap_kg = fields.number("gross");
  command.holding_cap_kg = fields.number("holding");
  command.daily_pace_kg = fields.number("pace");
  return Act{command};
}

Act demand(Fields& fields) {
  auto command = start<SetDemandCommand>(CommandKind::set_demand);
  fields.copy("facility", command.facility);
  command.pollutant = fields.enumerated<Pollutant>("pollutant");
  command.approved_kg = fields.number("approved");
  return Act{command};
}

Act link(Fields& fields) {
  auto command = start<SetLinkCommand>(CommandKind::set_link);
  command.pollutant = fields.enumerated<Pollutant>("pollutant");
  command.seller_province = fields.enumerated<Province>("seller");
  command.buyer_province = fields.enumerated<Province>("buyer");
  command.enabled = fields.boolean("enabled") ? 1 : 0;
  return Act{command};
}

Act phase(Fields& fields) {
  auto command = start<PhaseCommand>(CommandKind::phase);
  command.phase = fields.enumerated<Phase>("phase");
  if (fields.has("symbol")) fields.copy("symbol", command.symbol);
  return Act{command};
}

Act day(Fields& fields) {
  auto command = start<DayOpenCommand>(CommandKind::day_open);
  const std::string text = fields.text("date");
  const auto date = date_from_text(text);
  if (!date) throw Fault{"'" + text + "' is not a date such as 2026-06-18"};
  command.date = date->value;
  return Act{command};
}

Act limit(Fields& fields) {
  auto command = start<SetLimitCommand>(CommandKind::set_limit);
  command.kind = fields.enumerated<LimitKind>("limit");
  command.scope = fields.enumerated<Scope>("scope");
  if (fields.has("name")) fields.copy("name", command.name);
  command.value = fields.number("value");
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

Act authority_key(Fields& fields) {
  auto command = start<SetAuthorityKeyCommand>(CommandKind::set_authority_key);
  command.authority = fields.enumerated<Authority>("authority");
  const std::string text = fields.text("public_key");
  const auto key = public_key_from_text(text);
  if (!key) throw Fault{"'" + text + "' is no Ed25519 public key as `emx keygen` prints one"};
  std::memcpy(command.public_key.data(), key->data(), key->size());
  return Act{command};
}

Act rule_document(Fields& fields) {
  const auto bytes = bytes_from_base64(fields.text("document"));
  auto document = bytes ? rules::document_from(*bytes) : std::nullopt;
  if (!document) {
    throw Fault{"'document' is no document of rules in base64; `emx rules compile` makes one"};
  }
  const auto signature = signature_from_text(fields.text("signature"));
  if (!signature) throw Fault{"'signature' is no signature as `emx rules sign` prints one"};
  Act act{rules::closing_command(*document, *signature)};
  act.document = std::move(document);
  return act;
}

Act activate_rules(Fields& fields) {
  auto command = start<ActivateRulesCommand>(CommandKind::activate_rules);
  const std::uint64_t version = fields.above_zero("version");
  if (version > UINT32_MAX) throw Fault{"'version' is too large"};
  command.version = static_cast<std::uint32_t>(version);
  for (const std::string& name : fields.texts("parts")) {
    const auto authority = from_name<Authority>(name);
    if (!authority) throw Fault{"'" + name + "' is not an authority: SH, JS, ZJ, AH or joint"};
    const unsigned bit = 1U << static_cast<unsigned>(*authority);
    command.parts_mask = static_cast<std::uint8_t>(command.parts_mask | bit);
  }
  return Act{command};
}

using Make = Act (*)(Fields&);
constexpr std::pair<std::string_view, Make> commands[] = {
    {"reference-price", reference_price},
    {"quota", quota},
    {"demand", demand},
    {"link", link},
    {"phase", phase},
    {"day", day},
    {"limit", limit},
    {"kill-switch", kill_switch},
    {"authority-key", authority_key},
    {"rule-document", rule_document},
    {"activate-rules", activate_rules},
};

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
  for (const auto& [known, make] : commands) {
    if (known == name) return read_command(fields, make);
  }
  throw Fault{"'" + name + "' is not a command"};
}

Request read_object(const json& object) {
  if (!object.is_object()) throw Fault{"it is not a JSON object"};
  Fields fields{object};
  Request request = read_named(fields, fields.text("command"));
  fields.finish();
  return request;
}

}  // namespace

Request read_request(std::string_view text) {
  try {
    return read_object(json::parse(text));
  } catch (const json::exception&) {
    return BadRequest{"the request is not JSON"};
  } catch (const Fault& fault) {
    return BadRequest{fault.what()};
  }
}

std::string answer_text(const Outcome& outcome) {
  json answer{{"ok", outcome.code == 0}, {"sequence", outcome.sequence}};
  if (outcome.code != 0) {
    const auto code = static_cast<Code>(outcome.code);
    answer["code"] = outcome.code;
    answer["name"] = name_of(code);
    answer["limit"] = outcome.limit;
    answer["value"] = outcome.value;
    answer["reason"] = words_of(code);
  }
  return answer.dump();
}

std::string refusal_text(std::string_view reason) {
  return json{{"ok", false}, {"reason", reason}}.dump();
}

}  // namespace emx::admin

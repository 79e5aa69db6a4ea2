#include "tools/admin/request.hpp"

#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"
#include "gateway/decimal.hpp"

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
  std::int64_t number(const std::string& key) {
    const json& value = find(key);
    if (!value.is_number_integer()) throw Fault{"'" + key + "' must be a whole number"};
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX}) {
      throw Fault{"'" + key + "' is too large"};
    }
    return value.get<std::int64_t>();
  }
  std::uint64_t id() {
    const json& value = find("id");
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() == 0) {
      throw Fault{"'id' must be a whole number above 0"};
    }
    return value.get<std::uint64_t>();
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
Command start(CommandKind kind, std::uint64_t id) {
  Command command{};
  command.header.kind = static_cast<std::uint16_t>(kind);
  command.header.size = sizeof(Command);
  command.header.command_id = id;
  command.header.actor = no_id;
  return command;
}

template <class Command>
std::vector<std::byte> bytes_of(const Command& command) {
  std::vector<std::byte> bytes(sizeof command);
  std::memcpy(bytes.data(), &command, sizeof command);
  return bytes;
}

std::vector<std::byte> reference_price(Fields& fields, std::uint64_t id) {
  auto command = start<SetReferencePriceCommand>(CommandKind::set_reference_price, id);
  fields.copy("symbol", command.symbol);
  const std::string price = fields.text("price");
  const auto fen = gateway::decimal_from_text(price, gateway::price_places);
  if (!fen || fen->inexact) throw Fault{"'" + price + "' is not a price in CNY with two decimals"};
  command.price_fen = fen->value;
  return bytes_of(command);
}

std::vector<std::byte> quota(Fields& fields, std::uint64_t id) {
  auto command = start<SetQuotaCommand>(CommandKind::set_quota, id);
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
  return bytes_of(command);
}

std::vector<std::byte> demand(Fields& fields, std::uint64_t id) {
  auto command = start<SetDemandCommand>(CommandKind::set_demand, id);
  fields.copy("facility", command.facility);
  command.pollutant = fields.enumerated<Pollutant>("pollutant");
  command.approved_kg = fields.number("approved");
  return bytes_of(command);
}

std::vector<std::byte> link(Fields& fields, std::uint64_t id) {
  auto command = start<SetLinkCommand>(CommandKind::set_link, id);
  command.pollutant = fields.enumerated<Pollutant>("pollutant");
  command.seller_province = fields.enumerated<Province>("seller");
  command.buyer_province = fields.enumerated<Province>("buyer");
  command.enabled = fields.boolean("enabled") ? 1 : 0;
  return bytes_of(command);
}

std::vector<std::byte> phase(Fields& fields, std::uint64_t id) {
  auto command = start<PhaseCommand>(CommandKind::phase, id);
  command.phase = fields.enumerated<Phase>("phase");
  if (fields.has("symbol")) fields.copy("symbol", command.symbol);
  return bytes_of(command);
}

std::vector<std::byte> day(Fields& fields, std::uint64_t id) {
  auto command = start<DayOpenCommand>(CommandKind::day_open, id);
  const std::string text = fields.text("date");
  const auto date = date_from_text(text);
  if (!date) throw Fault{"'" + text + "' is not a date such as 2026-06-18"};
  command.date = date->value;
  return bytes_of(command);
}

std::vector<std::byte> limit(Fields& fields, std::uint64_t id) {
  auto command = start<SetLimitCommand>(CommandKind::set_limit, id);
  command.kind = fields.enumerated<LimitKind>("limit");
  command.scope = fields.enumerated<Scope>("scope");
  if (fields.has("name")) fields.copy("name", command.name);
  command.value = fields.number("value");
  return bytes_of(command);
}

std::vector<std::byte> kill_switch(Fields& fields, std::uint64_t id) {
  auto command = start<KillSwitchCommand>(CommandKind::kill_switch, id);
  command.scope = fields.enumerated<Scope>("scope");
  if (fields.has("name")) fields.copy("name", command.name);
  command.killed = fields.boolean("killed") ? 1 : 0;
  return bytes_of(command);
}

using Make = std::vector<std::byte> (*)(Fields&, std::uint64_t);
constexpr std::pair<std::string_view, Make> commands[] = {
    {"reference-price", reference_price},
    {"quota", quota},
    {"demand", demand},
    {"link", link},
    {"phase", phase},
    {"day", day},
    {"limit", limit},
    {"kill-switch", kill_switch},
};

Request read_object(const json& object) {
  if (!object.is_object()) throw Fault{"it is not a JSON object"};
  Fields fields{object};
  const std::string name = fields.text("command");
  if (name == "status") {
    fields.finish();
    return StatusRequest{};
  }
  for (const auto& [known, make] : commands) {
    if (known != name) continue;
    const std::uint64_t id = fields.id();
    CommandRequest request{id, make(fields, id)};
    fields.finish();
    return request;
  }
  throw Fault{"'" + name + "' is not a command"};
}

}  // namespace

Request read_request(std::string_view line) {
  try {
    return read_object(json::parse(line));
  } catch (const json::exception&) {
    return BadRequest{"the line is not JSON"};
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

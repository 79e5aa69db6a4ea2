#include <algorithm>
#include <array>
#include <string>

#include "tools/admin/acts.hpp"

// Who takes part (market-rules 4): firms, their facilities, and the zones these stand in.

namespace emx::admin {

namespace {

constexpr unsigned all_pollutants = (1U << pollutants_count) - 1;

const SetZoneCommand& known_zone(Fields& fields) {
  const auto province = static_cast<Province>(fields.enumerated<Province>("province"));
  const std::string name = fields.text("zone");
  const SetZoneCommand* known = fields.names().zone(fields.names().find_zone(province, name));
  if (known == nullptr) {
    throw Fault{"'" + name + "' is no zone of " + std::string{name_of(province)}};
  }
  return *known;
}

// Of a zone that is known: its attainment, and whether it is a key zone. What is not said stays.
Act zone(Fields& fields) {
  SetZoneCommand command = known_zone(fields);
  command.header = header_of<SetZoneCommand>(CommandKind::set_zone);
  if (!fields.has("misses") && !fields.has("key")) {
    throw Fault{"say what changes: 'misses', 'key'"};
  }
  if (fields.has("misses")) {
    command.attaining_mask =
        static_cast<std::uint8_t>(all_pollutants & ~unsigned{fields.pollutants("misses")});
  }
  if (fields.has("key")) command.key_zone = fields.boolean("key") ? 1 : 0;
  return Act{command};
}

// Empty, or "none": it is in no group.
void group(Fields& fields, SetFirmCommand& command) {
  fields.copy("group", command.group);
  if (command.group.view() == "none") command.group = {};
}

Act firm(Fields& fields) {
  const std::string code = fields.text("firm");
  const SetFirmCommand* known = fields.names().firm(fields.names().find_firm(code));
  if (known == nullptr) throw Fault{"'" + code + "' is no firm of this venue"};
  SetFirmCommand command = *known;
  command.header = header_of<SetFirmCommand>(CommandKind::set_firm);
  group(fields, command);
  return Act{command};
}

// A firm that is new to the venue.
Act admit_firm(Fields& fields) {
  auto command = start<SetFirmCommand>(CommandKind::set_firm);
  fields.copy("firm", command.firm);
  const std::string_view code = command.firm.view();
  if (fields.names().find_firm(code) != no_id) {
    throw Fault{"'" + std::string{code} + "' is a firm of this venue; 'firm' changes its group"};
  }
  fields.copy("name", command.name);
  fields.copy("uscc", command.uscc);
  if (fields.has("group")) group(fields, command);
  return Act{command};
}

// What may change about a facility.
void permit_and_standing(Fields& fields, SetFacilityCommand& command) {
  if (fields.has("permit")) {
    const std::string permit = fields.text("permit");
    command.permit_valid_to = permit == "none" ? 0 : date_from(permit);
  }
  if (fields.has("pollutants")) command.pollutants_mask = fields.pollutants("pollutants");
  if (fields.has("reach")) command.reach = static_cast<std::uint8_t>(fields.count("reach", 0, 255));
  if (fields.has("ets")) command.ets = fields.enumerated<Ets>("ets");
  if (fields.has("credit")) command.credit = fields.enumerated<Credit>("credit");
}

// What is not said stays.
Act facility(Fields& fields) {
  SetFacilityCommand command = fields.facility("facility");
  command.header = header_of<SetFacilityCommand>(CommandKind::set_facility);
  constexpr std::array keys{"permit", "pollutants", "reach", "ets", "credit"};
  if (std::ranges::none_of(keys, [&](const char* key) { return fields.has(key); })) {
    throw Fault{"say what changes: 'permit', 'pollutants', 'reach', 'ets', 'credit'"};
  }
  permit_and_standing(fields, command);
  return Act{command};
}

// The account of a facility that is new to the venue. What is not said: the zone's basin, no
// permit, no pollutant, reach 0, no scheme, credit GOOD.
Act open_account(Fields& fields) {
  auto command = start<SetFacilityCommand>(CommandKind::set_facility);
  fields.copy("facility", command.facility);
  const std::string_view code = command.facility.view();
  if (fields.names().find_facility(code) != no_id) {
    throw Fault{"'" + std::string{code} +
                "' has an account at this venue; 'facility' changes its permit and standing"};
  }
  const std::string firm = fields.text("firm");
  const SetFirmCommand* owner = fields.names().firm(fields.names().find_firm(firm));
  if (owner == nullptr) {
    throw Fault{"'" + firm + "' is no firm of this venue; 'admit-firm' makes it one"};
  }
  command.firm = owner->firm;
  const SetZoneCommand& place = known_zone(fields);
  command.province = place.province;
  command.zone = place.zone;
  command.basin = place.basin;
  if (fields.has("basin")) fields.copy("basin", command.basin);
  command.source_class = fields.enumerated<SourceClass>("class");
  permit_and_standing(fields, command);
  return Act{command};
}

constexpr std::array participant_acts{
    NamedAct{"zone", zone}, NamedAct{"firm", firm}, NamedAct{"facility", facility},
    NamedAct{"admit-firm", admit_firm}, NamedAct{"open-account", open_account}};

}  // namespace

std::span<const NamedAct> acts_on_participants() { return participant_acts; }

}  // namespace emx::admin

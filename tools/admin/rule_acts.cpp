#include <algorithm>
#include <array>
#include <string>

#include "tools/admin/acts.hpp"

// What the provinces and their joint office say of quotas, zones and who takes part.

namespace emx::admin {

namespace {

constexpr unsigned all_pollutants = (1U << pollutants_count) - 1;

Act quota(Fields& fields) {
  auto command = start<SetQuotaCommand>(CommandKind::set_quota);
  command.year = static_cast<std::uint16_t>(fields.count("year", 2000, 2999));
  command.province = fields.enumerated<Province>("province");
  command.pollutant = fields.enumerated<Pollutant>("pollutant");
  command.inflow_cap_kg = fields.count("inflow", 0);
  command.outflow_cap_kg = fields.count("outflow", 0);
  command.gross_cap_kg = fields.count("gross", 0);
  command.holding_cap_kg = fields.count("holding", 0);
  command.daily_pace_kg = fields.count("pace", 0);
  return Act{command};
}

Act demand(Fields& fields) {
  auto command = start<SetDemandCommand>(CommandKind::set_demand);
  command.facility = fields.facility("facility").facility;
  command.pollutant = fields.enumerated<Pollutant>("pollutant");
  command.approved_kg = fields.count("approved", 0);
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

// Of a zone that is known: its attainment, and whether it is a key zone. What is not said stays.
Act zone(Fields& fields) {
  const auto province = static_cast<Province>(fields.enumerated<Province>("province"));
  const std::string name = fields.text("zone");
  const SetZoneCommand* known = fields.names().zone(fields.names().find_zone(province, name));
  if (known == nullptr) {
    throw Fault{"'" + name + "' is no zone of " + std::string{name_of(province)}};
  }
  SetZoneCommand command = *known;
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

Act firm(Fields& fields) {
  const std::string code = fields.text("firm");
  const SetFirmCommand* known = fields.names().firm(fields.names().find_firm(code));
  if (known == nullptr) throw Fault{"'" + code + "' is no firm of this venue"};
  SetFirmCommand command = *known;
  command.header = header_of<SetFirmCommand>(CommandKind::set_firm);
  fields.copy("group", command.group);
  if (command.group.view() == "none") command.group = {};
  return Act{command};
}

// What is not said stays.
Act facility(Fields& fields) {
  SetFacilityCommand command = fields.facility("facility");
  command.header = header_of<SetFacilityCommand>(CommandKind::set_facility);
  constexpr std::array keys{"permit", "pollutants", "reach", "ets", "credit"};
  if (std::ranges::none_of(keys, [&](const char* key) { return fields.has(key); })) {
    throw Fault{"say what changes: 'permit', 'pollutants', 'reach', 'ets', 'credit'"};
  }
  if (fields.has("permit")) {
    const std::string permit = fields.text("permit");
    command.permit_valid_to = permit == "none" ? 0 : date_from(permit);
  }
  if (fields.has("pollutants")) command.pollutants_mask = fields.pollutants("pollutants");
  if (fields.has("reach")) command.reach = static_cast<std::uint8_t>(fields.count("reach", 0, 255));
  if (fields.has("ets")) command.ets = fields.enumerated<Ets>("ets");
  if (fields.has("credit")) command.credit = fields.enumerated<Credit>("credit");
  return Act{command};
}

constexpr std::array acts{NamedAct{"quota", quota}, NamedAct{"demand", demand},
                          NamedAct{"link", link},   NamedAct{"zone", zone},
                          NamedAct{"firm", firm},   NamedAct{"facility", facility}};

}  // namespace

Make find_rule_act(std::string_view name) {
  const auto found = std::ranges::find(acts, name, &NamedAct::name);
  return found == acts.end() ? nullptr : found->make;
}

}  // namespace emx::admin

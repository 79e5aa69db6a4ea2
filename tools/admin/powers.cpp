#include "tools/admin/powers.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "tools/admin/question_powers.hpp"

namespace emx::admin {

namespace {

using Bytes = std::span<const std::byte>;

Office office_of(Province province) {
  switch (province) {
    case Province::sh:
      return Office::sh;
    case Province::js:
      return Office::js;
    case Province::zj:
      return Office::zj;
    case Province::ah:
      return Office::ah;
  }
  check(false);
  return Office::joint;
}

Office office_of(const AccountCode& facility, const market::Names& names) {
  const SetFacilityCommand* known = names.facility(names.find_facility(facility.view()));
  check(known != nullptr);
  return office_of(static_cast<Province>(known->province));
}

// A new account of a firm that is elsewhere as well would take it, and its stops, from the province
// that it is in; and a government reserve is one for all four.
bool is_more_than_a_provinces(const SetFacilityCommand& facility, const market::Names& names) {
  if (names.find_facility(facility.facility.view()) != no_id) return false;
  if (static_cast<SourceClass>(facility.source_class) == SourceClass::reserve) return true;
  for (std::uint32_t id = 0; names.facility(id) != nullptr; ++id) {
    const SetFacilityCommand& other = *names.facility(id);
    if (other.firm == facility.firm && other.province != facility.province) return true;
  }
  return false;
}

// The one whose matter a command is; the joint office acts in a province's as well.
Office responsible(Bytes command, const market::Names& names) {
  switch (static_cast<CommandKind>(read_record<CommandHeader>(command).kind)) {
    case CommandKind::set_quota:
      return office_of(static_cast<Province>(read_record<SetQuotaCommand>(command).province));
    case CommandKind::set_zone:
      return office_of(static_cast<Province>(read_record<SetZoneCommand>(command).province));
    case CommandKind::set_facility: {
      const auto facility = read_record<SetFacilityCommand>(command);
      if (is_more_than_a_provinces(facility, names)) return Office::joint;
      return office_of(static_cast<Province>(facility.province));
    }
    case CommandKind::set_demand:
      return office_of(read_record<SetDemandCommand>(command).facility, names);
    case CommandKind::issue:
      return office_of(read_record<IssueCommand>(command).facility, names);
    case CommandKind::freeze:
      return office_of(read_record<FreezeCommand>(command).facility, names);
    case CommandKind::pledge:
      return office_of(read_record<PledgeCommand>(command).facility, names);
    case CommandKind::trust:
      return office_of(read_record<TrustCommand>(command).from, names);
    case CommandKind::transfer:
      return office_of(read_record<TransferCommand>(command).from, names);
    case CommandKind::set_link:
    case CommandKind::set_parameters:
    case CommandKind::set_calendar:
    case CommandKind::set_instrument:
    case CommandKind::set_firm:
      return Office::joint;
    default:
      return Office::venue;
  }
}

Office office_of(Authority authority) {
  return authority == Authority::joint
             ? Office::joint
             : office_of(static_cast<Province>(static_cast<std::uint8_t>(authority)));
}

// The province in which all facilities of a firm are; nothing: there are others, or none.
std::optional<Province> only_province_of(std::string_view firm, const market::Names& names) {
  std::optional<std::uint8_t> province;
  for (std::uint32_t id = 0; names.facility(id) != nullptr; ++id) {
    const SetFacilityCommand& facility = *names.facility(id);
    if (facility.firm.view() != firm) continue;
    if (province && *province != facility.province) return std::nullopt;
    province = facility.province;
  }
  if (!province) return std::nullopt;
  return static_cast<Province>(*province);
}

// Whose matter it is beside the responsible office's.
std::vector<Office> also_responsible(Bytes command, const market::Names& names) {
  switch (static_cast<CommandKind>(read_record<CommandHeader>(command).kind)) {
    case CommandKind::kill_switch: {
      const auto kill = read_record<KillSwitchCommand>(command);
      std::optional<Province> province;
      const auto scope = static_cast<Scope>(kill.scope);
      if (scope == Scope::province) province = from_name<Province>(kill.name.view());
      if (scope == Scope::firm) province = only_province_of(kill.name.view(), names);
      if (!province) return {Office::joint};
      return {Office::joint, office_of(*province)};
    }
    case CommandKind::set_authority_key:
      return {office_of(
          static_cast<Authority>(read_record<SetAuthorityKeyCommand>(command).authority))};
    default:
      return {};
  }
}

std::string words_of_powers(Office office) {
  const std::string of_provinces =
      "quotas, demand, zones and facilities, and on rights that are issued, frozen, pledged or "
      "transferred, ";
  switch (office) {
    case Office::venue:
      return "days, phases, prices, limits, the session of blocks, the kill switch, mass cancels, "
             "deposits and withdrawals, authorities' keys, and the activation of rule sets";
    case Office::joint:
      return of_provinces +
             "of every province, on links, on firms and their groups, on instruments' bands and on "
             "the market's parameters and calendar, and on the kill switch";
    default:
      return of_provinces + "of " + std::string{name_of(office)} +
             ", and on the kill switch for it and its firms";
  }
}

// The offices whose matter a command is; the first is the responsible one.
std::vector<Office> offices_of(Bytes command, const market::Names& names) {
  std::vector<Office> offices{responsible(command, names)};
  const std::vector<Office> also = also_responsible(command, names);
  offices.insert(offices.end(), also.begin(), also.end());
  return offices;
}

bool may_ask(Office office, const std::vector<Office>& whose) {
  if (office == Office::joint && whose.front() != Office::venue) return true;
  return std::ranges::find(whose, office) != whose.end();
}

bool may_approve(Office office, const std::vector<Office>& whose) {
  return office == Office::venue || office == Office::joint || may_ask(office, whose);
}

// "the office ZJ", "the offices venue, joint and ZJ".
std::string words_of(const std::vector<Office>& offices) {
  std::string words = offices.size() == 1 ? "the office " : "the offices ";
  for (std::size_t i = 0; i < offices.size(); ++i) {
    if (i != 0) words += i + 1 == offices.size() ? " and " : ", ";
    words += name_of(offices[i]);
  }
  return words;
}

std::string refusal(const Operator& person, std::string_view to_do,
                    const std::vector<Office>& whose) {
  return words_of(person) + " may not " + std::string{to_do} + " it: this is a matter of " +
         words_of(whose) + "; the office " + std::string{name_of(person.office)} + " acts on " +
         words_of_powers(person.office);
}

// Who gives a key to an authority gives away what it signs: its own office is among them.
std::string refusal_of_key(const Operator& person, const Operator& asker, Bytes command) {
  if (static_cast<CommandKind>(read_record<CommandHeader>(command).kind) !=
      CommandKind::set_authority_key) {
    return {};
  }
  const Office own =
      office_of(static_cast<Authority>(read_record<SetAuthorityKeyCommand>(command).authority));
  if (person.office == own || asker.office == own) return {};
  return words_of(person) + " may not approve it: one of the two persons must be of the office " +
         std::string{name_of(own)} + ", whose key it is";
}

// The authority's signature counts; but whoever brings its document could put one that it has
// replaced by a better one back in its place. What is of no authority is refused for its signature.
std::string refusal_to_bring(const Operator& person, Bytes command) {
  const auto authority =
      static_cast<Authority>(read_record<RuleDocumentCommand>(command).authority);
  if (!is_known(authority)) return {};
  std::vector<Office> bearers{office_of(authority)};
  if (authority != Authority::joint) bearers.push_back(Office::joint);
  if (std::ranges::find(bearers, person.office) != bearers.end()) return {};
  return words_of(person) + " may not hand it in: documents of " + std::string{name_of(authority)} +
         " are brought by " + words_of(bearers);
}

}  // namespace

std::string refusal_to_ask(const Operator& person, Bytes command, const market::Names& names) {
  const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(command).kind);
  if (kind == CommandKind::rule_document) return refusal_to_bring(person, command);
  if (kind == CommandKind::query) {
    return refusal_of_question(person, read_record<QueryCommand>(command), names);
  }
  const std::vector<Office> whose = offices_of(command, names);
  return may_ask(person.office, whose) ? "" : refusal(person, "ask for", whose);
}

std::string refusal_to_approve(const Operator& person, const Operator& asker, Bytes command,
                               const market::Names& names) {
  if (person.number == asker.number) {
    return words_of(person) + " asked for it herself; another person must approve it";
  }
  const std::vector<Office> whose = offices_of(command, names);
  if (!may_approve(person.office, whose)) return refusal(person, "approve", whose);
  return refusal_of_key(person, asker, command);
}

std::string words_of_approvers(Bytes command, const market::Names& names) {
  std::vector<Office> offices{Office::venue, Office::joint};
  for (const Office office : offices_of(command, names)) {
    if (office != Office::venue && office != Office::joint) offices.push_back(office);
  }
  return words_of(offices);
}

}  // namespace emx::admin

#include "tools/admin/powers.hpp"

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"

namespace emx::admin {

namespace {

using Bytes = std::span<const std::byte>;

CommandKind kind_of(Bytes command) {
  return static_cast<CommandKind>(read_record<CommandHeader>(command).kind);
}

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

Office office_of(Authority authority) {
  if (authority == Authority::joint) return Office::joint;
  return office_of(static_cast<Province>(authority));
}

// The one whose matter a command is; the joint office acts in a province's as well.
Office responsible(Bytes command, const market::Names& names) {
  switch (kind_of(command)) {
    case CommandKind::set_quota:
      return office_of(static_cast<Province>(read_record<SetQuotaCommand>(command).province));
    case CommandKind::set_zone:
      return office_of(static_cast<Province>(read_record<SetZoneCommand>(command).province));
    case CommandKind::set_facility:
      return office_of(static_cast<Province>(read_record<SetFacilityCommand>(command).province));
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
    case CommandKind::set_authority_key:
      return office_of(
          static_cast<Authority>(read_record<SetAuthorityKeyCommand>(command).authority));
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

std::string words_of_powers(Office office) {
  const std::string of_provinces =
      "quotas, demand, zones and facilities, and on rights that are issued, frozen, pledged or "
      "transferred, ";
  switch (office) {
    case Office::venue:
      return "days, phases, prices, limits, the session of blocks, the kill switch, mass cancels, "
             "deposits and withdrawals";
    case Office::joint:
      return of_provinces +
             "of every province, on links, on firms and their groups, on instruments' bands and on "
             "the "
             "market's parameters and calendar";
    default:
      return of_provinces + "of " + std::string{name_of(office)};
  }
}

bool may_ask(Office office, Office whose) {
  return office == whose || (office == Office::joint && whose != Office::venue);
}

bool may_approve(Office office, Office whose) {
  return office == Office::venue || office == Office::joint || may_ask(office, whose);
}

std::string refusal(const Operator& person, std::string_view to_do, Office whose) {
  return words_of(person) + " may not " + std::string{to_do} +
         " it: this is a matter of the office " + std::string{name_of(whose)} + "; the office " +
         std::string{name_of(person.office)} + " acts on " + words_of_powers(person.office);
}

}  // namespace

std::string refusal_to_ask(const Operator& person, Bytes command, const market::Names& names) {
  const CommandKind kind = kind_of(command);
  if (kind == CommandKind::rule_document) return {};  // its authority's signature counts
  const Office whose = responsible(command, names);
  const bool may = may_ask(person.office, whose) ||
                   (kind == CommandKind::set_authority_key && person.office == Office::venue);
  return may ? "" : refusal(person, "ask for", whose);
}

std::string refusal_to_approve(const Operator& person, const Operator& asker, Bytes command,
                               const market::Names& names) {
  if (person.number == asker.number) {
    return words_of(person) + " asked for it herself; another person must approve it";
  }
  const Office whose = responsible(command, names);
  const bool is_key = kind_of(command) == CommandKind::set_authority_key;
  if (is_key && person.office != whose && asker.office != whose) {
    return "one of the two persons must be of the office " + std::string{name_of(whose)} +
           ", whose key it is; " + words_of(person) + " and " + words_of(asker) + " are not";
  }
  return may_approve(person.office, whose) ? "" : refusal(person, "approve", whose);
}

std::string words_of_approvers(Bytes command, const market::Names& names) {
  const Office whose = responsible(command, names);
  if (kind_of(command) == CommandKind::set_authority_key) {
    return "the office " + std::string{name_of(whose)} +
           ", or, where it asks itself, another person of the offices venue, joint and its own";
  }
  const bool of_province = whose != Office::venue && whose != Office::joint;
  return of_province ? "the offices venue, joint and " + std::string{name_of(whose)}
                     : "the offices venue and joint";
}

}  // namespace emx::admin

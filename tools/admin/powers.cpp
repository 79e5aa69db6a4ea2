#include "tools/admin/powers.hpp"

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"

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

// The one whose matter a command is; the joint office acts in a province's as well.
Office responsible(Bytes command, const market::Names& names) {
  switch (static_cast<CommandKind>(read_record<CommandHeader>(command).kind)) {
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

std::string refusal(Office office, Office whose) {
  return "this is a matter of the office " + std::string{name_of(whose)} + "; the office " +
         std::string{name_of(office)} + " acts on " + words_of_powers(office);
}

}  // namespace

std::string refusal_to_ask(Office office, Bytes command, const market::Names& names) {
  const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(command).kind);
  if (kind == CommandKind::rule_document) return {};  // its authority's signature counts
  const Office whose = responsible(command, names);
  return may_ask(office, whose) ? "" : refusal(office, whose);
}

std::string refusal_to_approve(Office office, Bytes command, const market::Names& names) {
  const Office whose = responsible(command, names);
  const bool may = office == Office::venue || office == Office::joint || may_ask(office, whose);
  return may ? "" : refusal(office, whose);
}

}  // namespace emx::admin

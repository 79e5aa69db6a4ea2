#include "gateway/directory.hpp"

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/entry_view.hpp"

namespace emx::gateway {

namespace {

template <class Ids>
std::uint32_t find(const Ids& ids, std::string_view text) {
  using Name = typename Ids::key_type;
  if (!Name::fits(text)) return no_id;  // a longer name is another name
  const auto found = ids.find(Name{text});
  return found == ids.end() ? no_id : found->second;
}

// False when the name has its id already: the command changed something about it.
template <class Ids>
bool define(Ids& ids, const typename Ids::key_type& name) {
  return ids.try_emplace(name, static_cast<std::uint32_t>(ids.size())).second;
}

}  // namespace

void Directory::apply(std::span<const std::byte> command) {
  switch (static_cast<CommandKind>(read_record<CommandHeader>(command).kind)) {
    case CommandKind::set_firm:
      if (const auto set = read_record<SetFirmCommand>(command); define(firms_, set.firm)) {
        firm_codes_.push_back(set.firm);
      }
      break;
    case CommandKind::set_facility: {
      const auto set = read_record<SetFacilityCommand>(command);
      if (define(facilities_, set.facility)) {
        rows_.push_back(
            {set.facility, set.basin, firm(set.firm.view()), static_cast<Province>(set.province)});
      }
      break;
    }
    case CommandKind::set_instrument: {
      const auto set = read_record<SetInstrumentCommand>(command);
      if (define(symbols_, set.symbol)) {
        instruments_.push_back({set.symbol, set.tick_fen, set.basin});
      }
      break;
    }
    default:
      break;
  }
}

FirmId Directory::firm(std::string_view code) const { return FirmId{find(firms_, code)}; }

FacilityId Directory::facility(std::string_view code) const {
  return FacilityId{find(facilities_, code)};
}

InstrumentId Directory::instrument(std::string_view symbol) const {
  return InstrumentId{find(symbols_, symbol)};
}

const Directory::Instrument& Directory::at(InstrumentId instrument) const {
  check(instrument.value < instruments_.size());
  return instruments_[instrument.value];
}

const Directory::Facility& Directory::row_of(FacilityId facility) const {
  check(facility.value < rows_.size());
  return rows_[facility.value];
}

std::string_view Directory::code_of(FacilityId facility) const {
  return row_of(facility).code.view();
}

const BasinCode& Directory::basin_of(FacilityId facility) const { return row_of(facility).basin; }

FirmId Directory::firm_of(FacilityId facility) const { return row_of(facility).firm; }

Province Directory::province_of(FacilityId facility) const { return row_of(facility).province; }

const FirmCode& Directory::code_of(FirmId firm) const {
  check(firm.value < firm_codes_.size());
  return firm_codes_[firm.value];
}

}  // namespace emx::gateway

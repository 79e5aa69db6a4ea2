#include "tools/market/names.hpp"

#include <algorithm>

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "risk/parameters.hpp"

namespace emx::market {

namespace {

template <class Row, class Matches>
std::uint32_t find(const std::vector<Row>& rows, Matches&& matches) {
  const auto found = std::ranges::find_if(rows, matches);
  return found == rows.end() ? no_id : static_cast<std::uint32_t>(found - rows.begin());
}

template <std::size_t size>
bool ends_with_its_text(const Text<size>& text) {
  return Text<size>{text.view()} == text;
}

template <class Row>
const Row* at(const std::vector<Row>& rows, std::uint32_t id) {
  return id < rows.size() ? &rows[id] : nullptr;
}

// Changes the row that has the id, or appends one.
template <class Row>
void put(std::vector<Row>& rows, std::uint32_t id, const Row& row) {
  if (id == no_id) {
    rows.push_back(row);
  } else {
    rows[id] = row;
  }
}

SetParametersCommand parameters_of(const GenesisCommand& genesis) {
  SetParametersCommand parameters{};
  parameters.header.kind = static_cast<std::uint16_t>(CommandKind::set_parameters);
  parameters.header.size = sizeof parameters;
  parameters.fee_rate_bp = genesis.fee_rate_bp;
  parameters.gtc_days = genesis.gtc_days;
  parameters.listed_kg_max = genesis.listed_kg_max;
  parameters.listed_carbon_t_max = genesis.listed_carbon_t_max;
  parameters.carbon_extra_t_max = genesis.carbon_extra_t_max;
  const risk::Parameters rulebook;
  parameters.ticket_room_pct = static_cast<std::uint8_t>(rulebook.ticket_room_pct);
  const auto set = [](risk::Ratio ratio, std::uint8_t& n, std::uint8_t& d) {
    n = ratio.n;
    d = ratio.d;
  };
  set(rulebook.key_zone, parameters.key_zone_n, parameters.key_zone_d);
  set(rulebook.upstream, parameters.upstream_n, parameters.upstream_d);
  set(rulebook.non_attaining, parameters.non_attaining_n, parameters.non_attaining_d);
  set(rulebook.carbon, parameters.carbon_n, parameters.carbon_d);
  return parameters;
}

}  // namespace

void Names::apply(std::span<const std::byte> command) {
  switch (static_cast<CommandKind>(read_record<CommandHeader>(command).kind)) {
    case CommandKind::genesis:
      parameters_ = parameters_of(read_record<GenesisCommand>(command));
      break;
    case CommandKind::set_parameters:
      parameters_ = read_record<SetParametersCommand>(command);
      break;
    case CommandKind::set_zone: {
      const auto zone = read_record<SetZoneCommand>(command);
      put(zones_, find_zone(static_cast<Province>(zone.province), zone.zone.view()), zone);
      break;
    }
    case CommandKind::set_instrument: {
      auto instrument = read_record<SetInstrumentCommand>(command);
      const std::uint32_t id = find_instrument(instrument.symbol.view());
      if (id != no_id && instrument.levels_max == 0) {  // as they are
        instrument.levels_max = instruments_[id].levels_max;
      }
      put(instruments_, id, instrument);
      break;
    }
    case CommandKind::set_firm: {
      const auto firm = read_record<SetFirmCommand>(command);
      put(firms_, find_firm(firm.firm.view()), firm);
      break;
    }
    case CommandKind::set_facility: {
      const auto facility = read_record<SetFacilityCommand>(command);
      put(facilities_, find_facility(facility.facility.view()), facility);
      break;
    }
    default:
      break;
  }
}

void Names::close_document(std::uint8_t authority, std::uint64_t sequence) {
  documents_.at(authority) = sequence;
}

const SetInstrumentCommand* Names::instrument(std::uint32_t id) const {
  return at(instruments_, id);
}
const SetFacilityCommand* Names::facility(std::uint32_t id) const { return at(facilities_, id); }
const SetFirmCommand* Names::firm(std::uint32_t id) const { return at(firms_, id); }
const SetZoneCommand* Names::zone(std::uint32_t id) const { return at(zones_, id); }

std::uint32_t Names::find_instrument(std::string_view symbol) const {
  return find(instruments_, [=](const auto& row) { return row.symbol.view() == symbol; });
}
std::uint32_t Names::find_facility(std::string_view code) const {
  return find(facilities_, [=](const auto& row) { return row.facility.view() == code; });
}
std::uint32_t Names::find_firm(std::string_view code) const {
  return find(firms_, [=](const auto& row) { return row.firm.view() == code; });
}
std::uint32_t Names::instrument_named(const Symbol& symbol) const {
  return ends_with_its_text(symbol) ? find_instrument(symbol.view()) : no_id;
}
std::uint32_t Names::facility_named(const AccountCode& code) const {
  return ends_with_its_text(code) ? find_facility(code.view()) : no_id;
}
std::uint32_t Names::firm_named(const FirmCode& code) const {
  return ends_with_its_text(code) ? find_firm(code.view()) : no_id;
}
std::uint32_t Names::find_zone(Province province, std::string_view code) const {
  return find(zones_, [=](const auto& row) {
    return static_cast<Province>(row.province) == province && row.zone.view() == code;
  });
}

std::string Names::account(std::uint32_t account_id) const {
  if (const auto* known = facility(account_id)) return std::string{known->facility.view()};
  switch (account_id) {
    case account_bank.value:
      return "BANK";
    case account_registry.value:
      return "REGISTRY";
    case account_venue_fees.value:
      return "VENUE-FEES";
    case account_env_retired.value:
      return "ENV-RETIRED";
    default:
      return '?' + std::to_string(account_id);
  }
}

std::string Names::asset(std::uint32_t asset) const {
  return asset == asset_cash ? "CNY" : symbol(asset - asset_of_instrument(0));
}

std::string Names::symbol(std::uint32_t instrument_id) const {
  const auto* known = instrument(instrument_id);
  return known == nullptr ? '?' + std::to_string(instrument_id) : std::string{known->symbol.view()};
}

std::string_view Names::unit(std::uint32_t instrument_id) const {
  const auto* known = instrument(instrument_id);
  return known != nullptr && is_carbon(static_cast<Pollutant>(known->pollutant)) ? "t" : "kg";
}

}  // namespace emx::market

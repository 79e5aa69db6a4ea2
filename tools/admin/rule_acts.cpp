#include <algorithm>
#include <array>
#include <string>
#include <type_traits>

#include "engine/vocabulary/bounds.hpp"
#include "engine/vocabulary/trading_days.hpp"
#include "engine/vocabulary/units.hpp"
#include "risk/parameters.hpp"
#include "tools/admin/acts.hpp"

// What the provinces and their joint office say of quotas and of the market.

namespace emx::admin {

namespace {

Act quota(Fields& fields) {
  auto command = start<SetQuotaCommand>(CommandKind::set_quota);
  command.year = static_cast<std::uint16_t>(fields.count("year", year_first, year_last));
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

// "3/2"
void ratio(Fields& fields, const std::string& key, std::uint8_t& n, std::uint8_t& d) {
  if (!fields.has(key)) return;
  const std::string text = fields.text(key);
  const std::size_t slash = text.find('/');
  const auto part = [&](const std::string& digits) {
    const std::int64_t value = count_from(key, digits);
    if (value > 255) throw Fault{"'" + key + "': a ratio's parts are at most 255"};
    return static_cast<std::uint8_t>(value);
  };
  if (slash == std::string::npos) throw Fault{"'" + key + "' must be a ratio such as 3/2"};
  n = part(text.substr(0, slash));
  d = part(text.substr(slash + 1));
}

// What holds for the whole market. What is not said stays.
Act parameters(Fields& fields) {
  SetParametersCommand command = fields.names().parameters();
  command.header = header_of<SetParametersCommand>(CommandKind::set_parameters);
  constexpr std::array keys{"fee",         "gtc-days", "listed",   "listed-carbon", "carbon-extra",
                            "ticket-room", "key-zone", "upstream", "non-attaining", "carbon"};
  if (std::ranges::none_of(keys, [&](const char* key) { return fields.has(key); })) {
    throw Fault{
        "say what changes: 'fee', 'gtc-days', 'listed', 'listed-carbon', 'carbon-extra', "
        "'ticket-room', 'key-zone', 'upstream', 'non-attaining', 'carbon'"};
  }
  const auto figure = [&](const char* key, auto& value, std::int64_t least, std::int64_t most) {
    using Value = std::remove_cvref_t<decltype(value)>;
    if (fields.has(key)) value = static_cast<Value>(fields.count(key, least, most));
  };
  figure("fee", command.fee_rate_bp, 0, risk::fee_rate_bp_most);
  figure("gtc-days", command.gtc_days, 1, risk::gtc_days_most);
  figure("listed", command.listed_kg_max, 1, order_lots_max.value);
  figure("listed-carbon", command.listed_carbon_t_max, 1, order_lots_max.value);
  figure("carbon-extra", command.carbon_extra_t_max, 0, risk::carbon_extra_most);
  figure("ticket-room", command.ticket_room_pct, 0, 100);
  ratio(fields, "key-zone", command.key_zone_n, command.key_zone_d);
  ratio(fields, "upstream", command.upstream_n, command.upstream_d);
  ratio(fields, "non-attaining", command.non_attaining_n, command.non_attaining_d);
  ratio(fields, "carbon", command.carbon_n, command.carbon_d);
  return Act{command};
}

// "2026-10-01,2026-10-02"
void exceptions(Fields& fields, const std::string& key, bool trading, SetCalendarCommand& command) {
  if (!fields.has(key)) return;
  const std::string list = fields.text(key);
  for (std::size_t from = 0; from <= list.size();) {
    const std::size_t to = std::min(list.find(',', from), list.size());
    const Date date{date_from(list.substr(from, to - from))};
    const std::string fault = set_exception(command.days, command.year, date, trading);
    if (!fault.empty()) throw Fault{"'" + key + "': " + fault};
    from = to + 1;
  }
}

// Of a whole year: what is not said is Monday to Friday.
Act calendar(Fields& fields) {
  auto command = start<SetCalendarCommand>(CommandKind::set_calendar);
  command.year = static_cast<std::uint16_t>(fields.count("year", year_first, year_last));
  command.days = monday_to_friday(command.year);
  exceptions(fields, "closed", false, command);
  exceptions(fields, "open", true, command);
  return Act{command};
}

// Of one that is listed: how far its prices may go, and its approval. What is not said stays.
Act instrument(Fields& fields) {
  const std::string symbol = fields.text("symbol");
  const SetInstrumentCommand* known =
      fields.names().instrument(fields.names().find_instrument(symbol));
  if (known == nullptr) throw Fault{"'" + symbol + "' is no instrument of this venue"};
  SetInstrumentCommand command = *known;
  command.header = header_of<SetInstrumentCommand>(CommandKind::set_instrument);
  constexpr std::array keys{"band", "block-band", "collar", "approval"};
  if (std::ranges::none_of(keys, [&](const char* key) { return fields.has(key); })) {
    throw Fault{"say what changes: 'band', 'block-band', 'collar', 'approval'"};
  }
  const auto percent = [&](const char* key, std::uint16_t& value, std::int64_t least) {
    if (fields.has(key)) value = static_cast<std::uint16_t>(fields.count(key, least, 99));
  };
  percent("band", command.band_pct, 1);
  percent("block-band", command.block_band_pct, 1);
  percent("collar", command.collar_pct, 0);
  if (fields.has("approval")) fields.copy("approval", command.approval_ref);
  return Act{command};
}

constexpr std::array rule_acts{NamedAct{"quota", quota},       NamedAct{"demand", demand},
                               NamedAct{"link", link},         NamedAct{"parameters", parameters},
                               NamedAct{"calendar", calendar}, NamedAct{"instrument", instrument}};

}  // namespace

std::span<const NamedAct> acts_on_rules() { return rule_acts; }

}  // namespace emx::admin

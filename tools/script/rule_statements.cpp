#include <array>
#include <limits>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/trading_days.hpp"
#include "tools/market/symbol_parts.hpp"
#include "tools/script/readers.hpp"

// What the operator and the authorities say.

namespace emx::script {

using market::in_quotes;

namespace {

constexpr std::int64_t day_ns = 86'400'000'000'000;
constexpr std::int64_t nine_in_the_morning_ns = 1 * 3'600'000'000'000;  // 09:00 at UTC+8, in UTC

constexpr unsigned all_pollutants = (1U << pollutants_count) - 1;

Step read_day(Statement& statement, Present&) {
  DayOpenCommand command{};
  command.date = statement.date(statement.word("date")).value;
  Step step = step_of(CommandKind::day_open, command);
  step.not_before_ns = command.date * day_ns + nine_in_the_morning_ns;
  return step;
}

Step read_phase(Statement& statement, Present& present) {
  PhaseCommand command{};
  command.phase = static_cast<std::uint8_t>(statement.one_of<Phase>("phase"));
  if (!statement.at_end()) {
    const auto* book = present.names.instrument(known_symbol(statement, present));
    if (book != nullptr) command.symbol = book->symbol;
  }
  return step_of(CommandKind::phase, command);
}

Step read_reference(Statement& statement, Present& present) {
  SetReferencePriceCommand command{};
  const auto* book = present.names.instrument(known_symbol(statement, present));
  if (book != nullptr) command.symbol = book->symbol;
  command.price_fen = statement.price_fen(statement.word("price"));
  return step_of(CommandKind::set_reference_price, command);
}

void change(Statement& statement, std::string_view name, std::int64_t& value) {
  if (const auto text = statement.option(name)) value = statement.count(name, *text);
}

// A new one: what its symbol says (market-rules 3), all else as the listed one has it.
void take_symbol(Statement& statement, std::string_view symbol, SetInstrumentCommand& command) {
  const market::SymbolParts parts = market::parts_of(symbol);
  const auto pollutant = from_name<Pollutant>(parts.pollutant);
  const auto scheme = from_name<Scheme>(parts.scheme);
  const auto medium = from_name<Medium>(parts.medium);
  const auto book_class = from_name<BookClass>(parts.book_class);
  if (!pollutant || !scheme || !medium || !book_class || parts.first_year.empty() ||
      parts.last_year.empty() || !BasinCode::fits(parts.basin) || !Symbol::fits(symbol)) {
    return statement.fault(in_quotes(symbol) +
                           " is no symbol; expected one such as VOC.AIR.YRD.IND.2630 or SHEA25");
  }
  command.symbol = Symbol{symbol};
  command.basin = BasinCode{parts.basin};
  command.pollutant = static_cast<std::uint8_t>(*pollutant);
  command.scheme = static_cast<std::uint8_t>(*scheme);
  command.medium = static_cast<std::uint8_t>(*medium);
  command.book_class = static_cast<std::uint8_t>(*book_class);
  command.first_year = static_cast<std::uint16_t>(std::stoi(parts.first_year));
  command.last_year = static_cast<std::uint16_t>(std::stoi(parts.last_year));
}

SetInstrumentCommand named_instrument(Statement& statement, const Present& present) {
  const std::string_view symbol = statement.word("symbol");
  const auto model = statement.option("like");
  const std::string_view known = model ? *model : symbol;
  const auto* listed = present.names.instrument(present.names.find_instrument(known));
  if (listed == nullptr) {
    statement.fault(in_quotes(known) +
                    " is no instrument of this market; a new one is told with "
                    "like=SYMBOL, that of a listed one");
    return {};
  }
  SetInstrumentCommand command = *listed;
  if (model) take_symbol(statement, symbol, command);
  return command;
}

// What is left out stays as it is.
Step read_instrument(Statement& statement, Present& present) {
  SetInstrumentCommand command = named_instrument(statement, present);
  const auto percent = [&](std::string_view name, std::uint16_t& value) {
    std::int64_t wide = value;
    change(statement, name, wide);
    value = static_cast<std::uint16_t>(
        std::min<std::int64_t>(wide, std::numeric_limits<std::uint16_t>::max()));
  };
  percent("band", command.band_pct);
  percent("block-band", command.block_band_pct);
  percent("collar", command.collar_pct);
  percent("last-year", command.last_year);
  std::int64_t levels = command.levels_max;
  change(statement, "levels", levels);
  command.levels_max = static_cast<std::uint32_t>(
      std::min<std::int64_t>(levels, std::numeric_limits<std::uint32_t>::max()));
  if (const auto approval = statement.option("approval")) {
    if (!Text<24>::fits(*approval)) {
      statement.fault(in_quotes(*approval) + " is longer than 24 bytes");
    }
    command.approval_ref = Text<24>{*approval == "none" ? "" : *approval};
  }
  return step_of(CommandKind::set_instrument, command);
}

Step read_quota(Statement& statement, Present& present) {
  SetQuotaCommand command{};
  const std::int64_t year = statement.count("year", statement.word("year"));
  command.year = static_cast<std::uint16_t>(
      std::min<std::int64_t>(year, std::numeric_limits<std::uint16_t>::max()));
  command.province = static_cast<std::uint8_t>(statement.one_of<Province>("province"));
  command.pollutant = static_cast<std::uint8_t>(statement.one_of<Pollutant>("pollutant"));
  const auto known = present.quotas.find({command.year, command.province, command.pollutant});
  if (known != present.quotas.end()) command = known->second;
  change(statement, "inflow", command.inflow_cap_kg);
  change(statement, "outflow", command.outflow_cap_kg);
  change(statement, "gross", command.gross_cap_kg);
  change(statement, "holding", command.holding_cap_kg);
  change(statement, "pace", command.daily_pace_kg);
  return step_of(CommandKind::set_quota, command);
}

Step read_demand(Statement& statement, Present& present) {
  SetDemandCommand command{};
  const auto* facility = present.names.facility(known_facility(statement, present));
  if (facility != nullptr) command.facility = facility->facility;
  command.pollutant = static_cast<std::uint8_t>(statement.one_of<Pollutant>("pollutant"));
  command.approved_kg = statement.count("quantity", statement.word("quantity in kg"));
  return step_of(CommandKind::set_demand, command);
}

Step read_link(Statement& statement, Present&) {
  SetLinkCommand command{};
  command.pollutant = static_cast<std::uint8_t>(statement.one_of<Pollutant>("pollutant"));
  command.seller_province = static_cast<std::uint8_t>(statement.one_of<Province>("province"));
  command.buyer_province = static_cast<std::uint8_t>(statement.one_of<Province>("province"));
  command.enabled = statement.take("on") ? 1 : 0;
  if (command.enabled == 0 && !statement.take("off") && statement.ok()) {
    statement.fault("expected on or off after the two provinces");
  }
  return step_of(CommandKind::set_link, command);
}

Step read_zone(Statement& statement, Present& present) {
  SetZoneCommand command{};
  command.province = static_cast<std::uint8_t>(statement.one_of<Province>("province"));
  const std::string_view name = statement.word("zone");
  const std::uint32_t known =
      present.names.find_zone(static_cast<Province>(command.province), name);
  command.attaining_mask = static_cast<std::uint8_t>(all_pollutants);
  if (known != no_id) command = *present.names.zone(known);
  if (!ZoneCode::fits(name)) statement.fault(in_quotes(name) + " is longer than 16 bytes");
  command.zone = ZoneCode{name};
  if (const auto list = statement.option("misses")) {
    command.attaining_mask =
        static_cast<std::uint8_t>(all_pollutants & ~unsigned{statement.pollutants(*list)});
  }
  if (const auto key = statement.option("key")) {
    if (*key != "yes" && *key != "no") statement.fault("expected key=yes or key=no");
    command.key_zone = *key == "yes" ? 1 : 0;
  }
  if (const auto basin = statement.option("basin")) {
    if (!BasinCode::fits(*basin)) statement.fault(in_quotes(*basin) + " is longer than 16 bytes");
    command.basin = BasinCode{*basin};
  }
  return step_of(CommandKind::set_zone, command);
}

Step read_firm(Statement& statement, Present& present) {
  const std::string_view code = statement.word("firm");
  const auto* known = present.names.firm(present.names.find_firm(code));
  if (known == nullptr && statement.ok()) {
    statement.fault(in_quotes(code) + " is no firm of this market");
  }
  SetFirmCommand command = known == nullptr ? SetFirmCommand{} : *known;
  const auto group = statement.option("group");
  if (!group && statement.ok()) statement.fault("expected group=GROUP or group=none");
  if (group && !Text<16>::fits(*group)) {
    statement.fault(in_quotes(*group) + " is longer than 16 bytes");
  }
  if (group) command.group = *group == "none" ? Text<16>{} : Text<16>{*group};
  return step_of(CommandKind::set_firm, command);
}

Step read_facility(Statement& statement, Present& present) {
  const auto* known = present.names.facility(known_facility(statement, present));
  SetFacilityCommand command = known == nullptr ? SetFacilityCommand{} : *known;
  if (const auto permit = statement.option("permit")) {
    command.permit_valid_to = *permit == "none" ? 0 : statement.date(*permit).value;
  }
  if (const auto list = statement.option("pollutants")) {
    command.pollutants_mask = statement.pollutants(*list);
  }
  if (const auto reach = statement.option("reach")) {
    const std::int64_t value = statement.count("reach", *reach);
    if (value > 255) statement.fault("reach is at most 255");
    command.reach = static_cast<std::uint8_t>(value);
  }
  if (const auto ets = statement.option("ets")) {
    command.ets = static_cast<std::uint8_t>(statement.named<Ets>("scheme", *ets));
  }
  if (const auto credit = statement.option("credit")) {
    command.credit = static_cast<std::uint8_t>(statement.named<Credit>("credit", *credit));
  }
  return step_of(CommandKind::set_facility, command);
}

// What is left out stays as it is.
Step read_parameters(Statement& statement, Present& present) {
  SetParametersCommand command = present.names.parameters();
  const auto figure = [&](std::string_view name, std::uint32_t& value) {
    std::int64_t wide = value;
    change(statement, name, wide);
    value = static_cast<std::uint32_t>(
        std::min<std::int64_t>(wide, std::numeric_limits<std::uint32_t>::max()));
  };
  const auto ratio = [&](std::string_view name, std::uint8_t& n, std::uint8_t& d) {
    const auto text = statement.option(name);
    if (!text) return;
    const RatioParts parts = ratio_from(statement, *text);
    n = parts.n;
    d = parts.d;
  };
  figure("fee", command.fee_rate_bp);
  figure("gtc-days", command.gtc_days);
  change(statement, "listed", command.listed_kg_max);
  change(statement, "listed-carbon", command.listed_carbon_t_max);
  change(statement, "carbon-extra", command.carbon_extra_t_max);
  std::int64_t ticket_room = command.ticket_room_pct;
  change(statement, "ticket-room", ticket_room);
  command.ticket_room_pct =
      static_cast<std::uint8_t>(std::min<std::int64_t>(ticket_room, 255));  // the exchange refuses
  ratio("key-zone", command.key_zone_n, command.key_zone_d);
  ratio("upstream", command.upstream_n, command.upstream_d);
  ratio("non-attaining", command.non_attaining_n, command.non_attaining_d);
  ratio("carbon", command.carbon_n, command.carbon_d);
  return step_of(CommandKind::set_parameters, command);
}

// What is left out is Monday to Friday.
Step read_calendar(Statement& statement, Present&) {
  SetCalendarCommand command{};
  const std::int64_t year = statement.count("year", statement.word("year"));
  if (year > std::numeric_limits<std::uint16_t>::max()) statement.fault("a year has four digits");
  command.year = static_cast<std::uint16_t>(year);
  command.days = monday_to_friday(command.year);
  const auto except = [&](std::string_view name, bool trading) {
    const auto list = statement.option(name);
    if (!list) return;
    for (const Date date : statement.dates(*list)) {
      if (!statement.ok()) return;
      const std::string fault = set_exception(command.days, command.year, date, trading);
      if (!fault.empty()) statement.fault(fault);
    }
  };
  except("closed", false);
  except("open", true);
  return step_of(CommandKind::set_calendar, command);
}

constexpr std::array rule_verbs{Verb{"day", read_day},
                                Verb{"phase", read_phase},
                                Verb{"reference", read_reference},
                                Verb{"instrument", read_instrument},
                                Verb{"quota", read_quota},
                                Verb{"demand", read_demand},
                                Verb{"link", read_link},
                                Verb{"zone", read_zone},
                                Verb{"firm", read_firm},
                                Verb{"facility", read_facility},
                                Verb{"parameters", read_parameters},
                                Verb{"calendar", read_calendar}};

}  // namespace

Reader find_rule_statement(std::string_view verb) { return reader_of(verb, rule_verbs); }

}  // namespace emx::script

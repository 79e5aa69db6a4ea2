#include "tests/model/market_commands.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <iomanip>
#include <sstream>

namespace emx::model {

namespace {

template <class Enum, std::size_t Size>
std::string_view named(const std::array<std::string_view, Size>& names, Enum value) {
  return names.at(static_cast<std::size_t>(value));
}

constexpr std::array<std::string_view, 4> province_names = {"SH", "JS", "ZJ", "AH"};
constexpr std::array<std::string_view, 7> pollutant_names = {"SO2",  "NOX", "VOC", "COD",
                                                             "NH3N", "TP",  "CO2E"};
constexpr std::array<std::string_view, 8> phase_names = {
    "closed",       "pre-open",   "opening-call", "continuous",
    "closing-call", "volatility", "pause",        "halt"};
constexpr std::array<std::string_view, 2> side_names = {"buy", "sell"};
constexpr std::array<std::string_view, 5> time_in_force_names = {"DAY", "GTC", "GTD", "IOC", "FOK"};
constexpr std::array<std::string_view, 3> scheme_names = {"-", "SHEA", "CEA"};
constexpr std::array<std::string_view, 3> medium_names = {"AIR", "WATER", "CARBON"};
constexpr std::array<std::string_view, 6> source_class_names = {"POWER", "INDUSTRY", "WWTP",
                                                                "AGRI",  "RESERVE",  "FIN"};
constexpr std::array<std::string_view, 4> book_class_names = {"PWR", "IND", "AGR", "ANY"};
constexpr std::array<std::string_view, 3> ets_names = {"NONE", "NATIONAL", "SH"};
constexpr std::array<std::string_view, 3> credit_names = {"GOOD", "WATCH", "NEGATIVE"};

constexpr std::array<std::string_view, 7> scope_names = {
    "all", "firm", "group", "facility", "instrument", "province", "basin"};
constexpr std::array<std::string_view, 5> authority_names = {"SH", "JS", "ZJ", "AH", "joint"};
constexpr std::array<std::string_view, 3> answer_names = {"accept", "decline", "cancel"};
constexpr std::array<std::string_view, 4> limit_names = {"open-orders", "order-rate",
                                                         "order-quantity", "order-value"};

std::string list_of(const std::set<Pollutant>& pollutants) {
  std::string list;
  for (const Pollutant pollutant : pollutants) {
    if (!list.empty()) list += ',';
    list += text(pollutant);
  }
  return list.empty() ? "-" : list;
}

template <class Order>
void write_flags(std::ostream& out, const Order& order) {
  if (order.duplicate) out << " duplicate-id";
  if constexpr (requires { order.inexact_price; }) {
    if (order.inexact_price) out << " inexact-price";
    if (order.inexact_quantity) out << " inexact-quantity";
  }
}

void write(std::ostream& out, const SetZone& c) {
  out << "zone " << text(c.province) << '/' << c.zone << " basin=" << c.basin
      << " misses=" << list_of(c.missed) << " key=" << c.key_zone;
}

void write(std::ostream& out, const SetLink& c) {
  out << "link " << text(c.pollutant) << ' ' << text(c.seller) << " to " << text(c.buyer)
      << (c.enabled ? " on" : " off");
}

void write(std::ostream& out, const SetInstrument& c) {
  out << "instrument " << c.symbol << " basin=" << c.basin << " venue=" << c.venue_of_record << ' '
      << text(c.pollutant) << ' ' << named(scheme_names, c.scheme) << ' '
      << named(medium_names, c.medium) << ' ' << named(book_class_names, c.book_class) << ' '
      << c.first_year << ".." << c.last_year << " tick=" << c.tick_fen << " band=" << c.band_pct
      << " collar=" << c.collar_pct << (c.levels_max != 0 ? "" : " levels=as-is");
}

void write(std::ostream& out, const SetFirm& c) {
  out << "firm " << c.firm << " group=" << (c.group.empty() ? "-" : c.group);
}

void write(std::ostream& out, const SetFacility& c) {
  out << "facility " << c.facility << " firm=" << c.firm << " zone=" << text(c.province) << '/'
      << c.zone << " basin=" << c.basin << " permit=" << text(c.permit_valid_to)
      << " pollutants=" << list_of(c.pollutants) << ' ' << named(source_class_names, c.source_class)
      << " ets=" << named(ets_names, c.ets) << " credit=" << named(credit_names, c.credit)
      << " reach=" << c.reach;
}

void write(std::ostream& out, const SetQuota& c) {
  out << "quota " << text(c.province) << ' ' << text(c.pollutant) << ' ' << c.year
      << " inflow=" << c.inflow_cap << " outflow=" << c.outflow_cap << " gross=" << c.gross_cap
      << " holding=" << c.holding_cap << " pace=" << c.daily_pace;
}

void write(std::ostream& out, const SetDemand& c) {
  out << "demand " << c.facility << ' ' << text(c.pollutant) << " approved=" << c.approved;
}

void write(std::ostream& out, const SetReferencePrice& c) {
  out << "reference " << c.symbol << ' ' << c.price_fen << " fen";
}

void write(std::ostream& out, const Deposit& c) {
  out << "deposit " << c.facility << ' ' << c.amount_fen << " fen";
}

void write(std::ostream& out, const Issue& c) {
  out << "issue " << c.facility << ' ' << c.symbol << ' ' << c.quantity;
}

void write(std::ostream& out, const DayOpen& c) { out << "day " << text(c.date); }

void write(std::ostream& out, const SetPhase& c) {
  out << "phase " << (c.symbol.empty() ? "all" : c.symbol) << ' ' << text(c.phase);
}

void write(std::ostream& out, const SetLimit& c) {
  out << "limit " << text(c.kind) << ' ' << text(c.scope) << ' '
      << (c.name.empty() ? "each" : c.name) << ' ' << c.value;
  if (c.until_ms != 0) out << " until " << c.until_ms << " ms";
  if (c.approved) out << " approved";
  out << " at " << c.at_ms << " ms";
}

void write(std::ostream& out, const KillSwitch& c) {
  out << (c.killed ? "kill " : "release ") << text(c.scope) << ' ' << c.name
      << (c.approved ? " approved" : "");
}

void write(std::ostream& out, const NewOrder& c) {
  out << text(c.side) << ' ' << c.symbol << " for " << c.facility << " by " << c.actor << '/'
      << c.session << ' ' << c.quantity << " @ ";
  if (c.type == OrderType::market) {
    out << "market (" << c.price_fen << " fen)";
  } else {
    out << c.price_fen << " fen";
  }
  out << ' ' << text(c.time_in_force);
  if (c.time_in_force == TimeInForce::gtd) out << ' ' << text(c.expire_date);
  if (c.min_quantity != 0) out << " min=" << c.min_quantity;
  if (c.display_quantity != 0) out << " display=" << c.display_quantity;
  if (c.max_ratio.n != 0 || c.max_ratio.d != 0) {
    out << " max-ratio=" << c.max_ratio.n << '/' << c.max_ratio.d;
  }
  if (c.post_only) out << " post-only";
  if (c.local_only) out << " local-only";
  if (c.refuse_if_no_headroom) out << " refuse-if-no-headroom";
  if (c.at_ms != 0) out << " at " << c.at_ms << " ms";
  write_flags(out, c);
}

void write(std::ostream& out, const CancelOrder& c) {
  out << "cancel #" << c.order << " by " << c.actor;
  write_flags(out, c);
}

void write(std::ostream& out, const ReplaceOrder& c) {
  out << "replace #" << c.order << " by " << c.actor << ": " << c.quantity << " @ " << c.price_fen
      << " fen";
  if (c.at_ms != 0) out << " at " << c.at_ms << " ms";
  write_flags(out, c);
}

void write(std::ostream& out, const MassCancel& c) {
  out << "mass cancel by " << (c.actor.empty() ? "the venue" : c.actor);
  if (!c.firm.empty()) out << " firm=" << c.firm;
  if (!c.symbol.empty()) out << " symbol=" << c.symbol;
  if (c.session != 0) out << " session=" << c.session;
  if (c.side) out << ' ' << text(*c.side);
  if (c.on_disconnect) out << " on disconnect";
}

void write(std::ostream& out, const Indicative& c) {
  out << "indicative " << c.symbol << " at " << c.at_ms << " ms";
}

void write(std::ostream& out, const Withdraw& c) {
  out << "withdraw " << c.facility << ' ' << c.amount_fen << " fen"
      << (c.approved ? " approved" : "");
}

void write_hold(std::ostream& out, const char* what, const auto& c) {
  out << what << c.facility << ' ' << (c.symbol.empty() ? "cash" : c.symbol) << ' ' << c.amount
      << (c.approved ? " approved" : "");
}

void write(std::ostream& out, const Freeze& c) { write_hold(out, "freeze ", c); }
void write(std::ostream& out, const Pledge& c) { write_hold(out, "pledge ", c); }

void write(std::ostream& out, const Trust& c) {
  out << (c.trusted ? "trust " : "distrust ") << c.from << " to " << c.to
      << (c.approved ? " approved" : "");
}

void write(std::ostream& out, const Transfer& c) {
  out << "transfer " << c.symbol << ' ' << c.quantity << " from " << c.from << " to " << c.to
      << (c.approved ? " approved" : "");
}

void write(std::ostream& out, const SetAuthorityKey& c) {
  out << "key " << c.key << " of " << text(c.authority) << (c.approved ? " approved" : "");
}

void write(std::ostream& out, const Tick& c) { out << "tick at " << c.at_ms << " ms"; }

void write(std::ostream& out, const SetParameters& c) {
  const auto ratio = [&out](const char* name, const Replacement& r) {
    out << name << r.n << '/' << r.d;
  };
  out << "parameters fee=" << c.figures.fee_rate_bp << " listed=" << c.figures.listed_kg_max
      << " carbon=" << c.figures.listed_carbon_t_max << " extra=" << c.figures.carbon_extra_t_max
      << " gtc=" << c.figures.gtc_days;
  ratio(" key-zone=", c.key_zone);
  ratio(" upstream=", c.upstream);
  ratio(" non-attaining=", c.non_attaining);
  ratio(" co2e=", c.carbon);
  out << " tickets=" << c.ticket_room_pct << '%';
}

// Weekdays without trading, and weekends with it.
void write(std::ostream& out, const SetCalendar& c) {
  out << "calendar of " << c.year << ": " << c.days.size() << " days;";
  for (Day day{c.year, 1, 1}; day.year == c.year; day = days_after(day, 1)) {
    const bool trades = c.days.contains(day);
    if (trades == is_weekend(day)) out << (trades ? " +" : " -") << text(day).substr(5);
  }
}

void write(std::ostream& out, const RuleRecord& c) {
  out << "rule set " << c.version << ' ' << text(c.authority) << " record " << c.record << ": ";
  std::visit([&out](const auto& rule) { write(out, rule); }, c.rule);
}

void write(std::ostream& out, const RuleDocument& c) {
  out << "rule set " << c.version << ' ' << text(c.authority) << " of " << c.records
      << " records for " << text(c.effective);
}

void write(std::ostream& out, const ActivateRules& c) {
  out << "activate rule set " << c.version << " of";
  for (const auto& [authority, number] : c.parts) out << ' ' << text(authority) << ':' << number;
  out << (c.approved ? " approved" : "");
}

void write(std::ostream& out, const WithdrawRules& c) {
  out << "withdraw rule set " << c.version << (c.approved ? " approved" : "");
}

void write(std::ostream& out, const Query& c) {
  out << "query " << c.question << " for office " << c.office << (c.hides ? " hiding bytes" : "");
}

void write(std::ostream& out, const SubmitBlock& c) {
  out << "block " << text(c.side) << ' ' << c.symbol << " for " << c.facility << " with "
      << c.counterparty << " by " << c.actor << ' ' << c.quantity << " @ " << c.price_fen
      << " fen for " << c.minutes << " minutes at " << c.at_ms << " ms";
  if (c.duplicate) out << " duplicate-id";
  if (c.inexact_price) out << " inexact-price";
  if (c.inexact_quantity) out << " inexact-quantity";
}

void write(std::ostream& out, const AnswerBlock& c) {
  out << named(answer_names, c.answer) << " block " << c.block << " by " << c.actor << " at "
      << c.at_ms << " ms";
  if (c.duplicate) out << " duplicate-id";
}

void write(std::ostream& out, const BlockSession& c) {
  out << "block session " << (c.open ? "open" : "closed");
}

}  // namespace

std::string_view text(Province province) { return named(province_names, province); }
std::string_view text(Pollutant pollutant) { return named(pollutant_names, pollutant); }
std::string_view text(Phase phase) { return named(phase_names, phase); }
std::string_view text(Side side) { return named(side_names, side); }
std::string_view text(TimeInForce time_in_force) {
  return named(time_in_force_names, time_in_force);
}

std::string_view text(Scope scope) { return named(scope_names, scope); }
std::string_view text(LimitKind kind) { return named(limit_names, kind); }
std::string_view text(Authority authority) { return named(authority_names, authority); }

bool is_call(Phase phase) {
  return phase == Phase::opening_call || phase == Phase::closing_call || phase == Phase::volatility;
}

std::int64_t number_of(const Day& day) {
  namespace chrono = std::chrono;
  const chrono::year_month_day date{chrono::year{day.year},
                                    chrono::month{static_cast<unsigned>(day.month)},
                                    chrono::day{static_cast<unsigned>(day.day)}};
  return chrono::sys_days{date}.time_since_epoch().count();
}

Day days_after(const Day& day, std::int64_t days) {
  namespace chrono = std::chrono;
  const chrono::year_month_day to{chrono::sys_days{chrono::days{number_of(day) + days}}};
  return {static_cast<int>(to.year()), static_cast<int>(static_cast<unsigned>(to.month())),
          static_cast<int>(static_cast<unsigned>(to.day()))};
}

bool is_weekend(const Day& day) {
  namespace chrono = std::chrono;
  const chrono::weekday weekday{chrono::sys_days{chrono::year_month_day{
      chrono::year{day.year}, chrono::month{static_cast<unsigned>(day.month)},
      chrono::day{static_cast<unsigned>(day.day)}}}};
  return weekday == chrono::Saturday || weekday == chrono::Sunday;
}

std::string text(const Day& day) {
  std::ostringstream out;
  out << std::setfill('0') << std::setw(4) << day.year << '-' << std::setw(2) << day.month << '-'
      << std::setw(2) << day.day;
  return out.str();
}

std::string in_words(const Command& command) {
  std::ostringstream out;
  std::visit([&out](const auto& c) { write(out, c); }, command);
  return out.str();
}

}  // namespace emx::model

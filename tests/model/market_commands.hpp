#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>

// What the reference market understands: the commands of the exchange in plain words. Names are
// texts, prices are fen, quantities are lots. Nothing here comes from the engine, on purpose.

namespace emx::model {

enum class Province { sh, js, zj, ah };
enum class Pollutant { so2, nox, voc, cod, nh3n, tp, co2e };
enum class Medium { air, water, carbon };
enum class Scheme { none, shea, cea };
enum class SourceClass { power, industry, wwtp, agri, reserve, fin };
enum class BookClass { pwr, ind, agr, any };
enum class Ets { none, national, sh };
enum class Credit { good, watch, negative };
enum class Phase {
  closed,
  pre_open,
  opening_call,
  continuous,
  closing_call,
  volatility,
  pause,
  halt
};
enum class Side { buy, sell };
enum class OrderType { limit, market };
enum class Scope { all, firm, group, facility, instrument, province, basin };
enum class LimitKind { open_orders, order_rate, order_quantity, order_value };
enum class TimeInForce { day, gtc, gtd, ioc, fok };
enum class Authority { sh, js, zj, ah, joint };
enum class BlockAnswer { accept, decline, cancel };

inline constexpr Province all_provinces[] = {Province::sh, Province::js, Province::zj,
                                             Province::ah};
inline constexpr Pollutant all_pollutants[] = {Pollutant::so2, Pollutant::nox,  Pollutant::voc,
                                               Pollutant::cod, Pollutant::nh3n, Pollutant::tp,
                                               Pollutant::co2e};

struct Day {
  int year = 1970;
  int month = 1;
  int day = 1;
  friend auto operator<=>(const Day&, const Day&) = default;
};

// By the calendar.
[[nodiscard]] Day days_after(const Day& day, std::int64_t days);
[[nodiscard]] bool is_weekend(const Day& day);

// From 1970-01-01.
[[nodiscard]] std::int64_t number_of(const Day& day);

// 2026-06-18
[[nodiscard]] std::string text(const Day& day);

// The clock that stamps commands, in nanoseconds, when the model's says so many milliseconds.
[[nodiscard]] constexpr std::int64_t clock_ns(std::int64_t at_ms) {
  return 1'000'000'000 + at_ms * 1'000'000;
}

// How many rows there is room for.
struct Capacities {
  std::int64_t zones = 32;
  std::int64_t instruments = 16;
};

struct Genesis {
  std::int64_t fee_rate_bp = 10;
  std::int64_t listed_kg_max = 30'000;
  std::int64_t listed_carbon_t_max = 99'999;
  std::int64_t carbon_extra_t_max = 1'000'000;
  std::int64_t gtc_days = 90;
  Capacities capacities{};  // for good; of SetParameters they mean nothing
};

// Market-rules 6: n lots are sold for d that are credited.
struct Replacement {
  int n = 1;
  int d = 1;
  friend bool operator==(const Replacement&, const Replacement&) = default;
};

// All that holds for the whole market, at once.
struct SetParameters {
  Genesis figures;
  Replacement key_zone{3, 2};
  Replacement upstream{3, 2};
  Replacement non_attaining{2, 1};
  Replacement carbon{1, 1};
  std::int64_t ticket_room_pct = 20;
};

// The trading days of a year.
struct SetCalendar {
  int year = 2026;
  std::set<Day> days;
};

struct SetZone {
  Province province = Province::sh;
  std::string zone;
  std::string basin;
  std::set<Pollutant> missed;  // targets the zone does not attain
  bool key_zone = false;
};

struct SetLink {
  Pollutant pollutant = Pollutant::voc;
  Province seller = Province::sh;
  Province buyer = Province::sh;
  bool enabled = true;
};

struct SetInstrument {
  std::string symbol;
  std::string basin;
  std::string venue_of_record = "EMX";
  Pollutant pollutant = Pollutant::voc;
  Scheme scheme = Scheme::none;
  Medium medium = Medium::air;
  BookClass book_class = BookClass::ind;
  int first_year = 2026;
  int last_year = 2030;
  std::int64_t tick_fen = 1'000;
  std::int64_t band_pct = 10;
  std::int64_t block_band_pct = 30;
  std::int64_t collar_pct = 0;      // 0: none
  std::int64_t levels_max = 1'024;  // price levels; 0, of a listed one: as they are
};

struct SetFirm {
  std::string firm;
  std::string group;  // empty: none
};

struct SetFacility {
  std::string facility;
  std::string firm;
  Province province = Province::sh;
  std::string zone;
  std::string basin;
  Day permit_valid_to{2030, 12, 31};
  std::set<Pollutant> pollutants;
  SourceClass source_class = SourceClass::industry;
  Ets ets = Ets::none;
  Credit credit = Credit::good;
  int reach = 1;
};

struct SetQuota {
  int year = 2026;
  Province province = Province::sh;
  Pollutant pollutant = Pollutant::voc;
  std::int64_t inflow_cap = 0;
  std::int64_t outflow_cap = 0;
  std::int64_t gross_cap = 0;
  std::int64_t holding_cap = 0;
  std::int64_t daily_pace = 0;
};

struct SetDemand {
  std::string facility;
  Pollutant pollutant = Pollutant::voc;
  std::int64_t approved = 0;
};

struct SetReferencePrice {
  std::string symbol;
  std::int64_t price_fen = 0;
};

struct Deposit {
  std::string facility;
  std::int64_t amount_fen = 0;
};

struct Issue {
  std::string facility;
  std::string symbol;
  std::int64_t quantity = 0;
};

struct DayOpen {
  Day date;
};

struct SetPhase {
  std::string symbol;  // empty: all books
  Phase phase = Phase::closed;
};

// A limit on orders, of one by name, or (empty) of all of the scope that have none of their own.
struct SetLimit {
  LimitKind kind = LimitKind::open_orders;
  Scope scope = Scope::firm;
  std::string name;
  std::int64_t value = 0;     // -1: no lasting limit
  std::int64_t until_ms = 0;  // up to then it stands above the lasting one; 0: it is lasting
  bool approved = false;      // by a second person
  std::int64_t at_ms = 0;     // as in NewOrder
};

// Stops orders and cancels those that rest, or lets orders in again.
struct KillSwitch {
  Scope scope = Scope::all;
  std::string name;  // of `all`: empty
  bool killed = true;
  bool approved = false;  // by a second person
};

// Cash goes back to the bank.
struct Withdraw {
  std::string facility;
  std::int64_t amount_fen = 0;
  bool approved = false;  // by a second person
};

// So much more (below 0: less) of a facility's cash, or of its rights, is frozen.
struct Freeze {
  std::string facility;
  std::string symbol;  // empty: cash
  std::int64_t amount = 0;
  bool approved = false;  // by a second person
};

// The same of what is pledged.
struct Pledge {
  std::string facility;
  std::string symbol;  // empty: cash
  std::int64_t amount = 0;
  bool approved = false;  // by a second person
};

// Whether rights may be transferred from one facility to another.
struct Trust {
  std::string from;
  std::string to;
  bool trusted = true;
  bool approved = false;  // by a second person
};

// Rights of one facility for another that is trusted, four days on.
struct Transfer {
  std::string from;
  std::string to;
  std::string symbol;
  std::int64_t quantity = 0;
  bool approved = false;  // by a second person
};

// An authority's key, by a number; another one ends what came under the one before.
struct SetAuthorityKey {
  Authority authority = Authority::joint;
  int key = 1;
  bool approved = false;  // by a second person
};

using Rule = std::variant<SetZone, SetLink, SetQuota, SetParameters, SetCalendar, SetInstrument,
                          SetReferencePrice, SetLimit>;

// A rule of an authority's document for a version of the rule set.
struct RuleRecord {
  Authority authority = Authority::joint;
  int version = 1;
  int record = 0;  // from 0, which begins the document anew
  Rule rule;
};

// Closes the document.
struct RuleDocument {
  Authority authority = Authority::joint;
  int version = 1;
  int records = 1;
  Day effective;
};

// Puts the documents of a version into force on their date. Each is named by its number among the
// documents that were closed so far, from 1; 0 names none.
struct ActivateRules {
  int version = 1;
  std::map<Authority, int> parts;
  bool approved = false;  // by a second person
};

// Takes back the version that waits.
struct WithdrawRules {
  int version = 1;
  bool approved = false;  // by a second person
};

// A question of the ledger, by its number and that of the office which asks.
struct Query {
  int question = 1;
  int office = 0;
  bool hides = false;  // has bytes behind the end of its arguments
};

// The highest ratio n/d a buyer accepts; 0/0: any.
struct MaxRatio {
  int n = 0;
  int d = 0;
  friend bool operator==(const MaxRatio&, const MaxRatio&) = default;
};

// `actor` is the firm whose session sent it. `at_ms` is the time of the command, which never goes
// back; 0: that of the command before.
struct NewOrder {
  std::string actor;
  int session = 1;  // the number of the session that sent it, from 1
  std::string symbol;
  std::string facility;
  Side side = Side::buy;
  OrderType type = OrderType::limit;
  TimeInForce time_in_force = TimeInForce::day;
  std::int64_t price_fen = 0;  // a market order's means nothing
  std::int64_t quantity = 0;
  Day expire_date;                    // of a GTD order; else it means nothing
  std::int64_t min_quantity = 0;      // 0: none
  std::int64_t display_quantity = 0;  // 0: all is displayed
  MaxRatio max_ratio;
  bool post_only = false;
  bool local_only = false;
  bool refuse_if_no_headroom = false;
  bool duplicate = false;         // the ClOrdID was used before
  bool inexact_price = false;     // had more decimals than fen
  bool inexact_quantity = false;  // was not a whole lot
  std::int64_t at_ms = 0;
};

// Orders are named by their ordinal: 1, 2 ... in the order of acceptance. 0 and what was not
// given yet name nothing.
struct CancelOrder {
  std::string actor;
  int order = 0;
  bool duplicate = false;
};

struct ReplaceOrder {
  std::string actor;
  int order = 0;
  std::int64_t price_fen = 0;
  std::int64_t quantity = 0;  // the new total, filled part included
  bool duplicate = false;
  bool inexact_price = false;
  bool inexact_quantity = false;
  std::int64_t at_ms = 0;
};

// What is given must fit, what is empty fits all. `actor` empty: the venue, which may name a firm;
// a firm cancels its own orders whatever `firm` says. `on_disconnect`: for a session has ended, so
// of these the DAY orders only.
struct MassCancel {
  std::string actor;
  std::string firm;
  std::string symbol;
  int session = 0;  // that entered the order; 0: any
  std::optional<Side> side;
  bool on_disconnect = false;
};

// Asks what a call would give now. `at_ms` is the time of the command, which never goes back.
struct Indicative {
  std::string symbol;
  std::int64_t at_ms = 0;
};

// A deal that two facilities have negotiated; `actor` is the firm of the first, which buys or
// sells.
struct SubmitBlock {
  std::string actor;
  std::string facility;
  std::string counterparty;
  std::string symbol;
  Side side = Side::buy;
  std::int64_t price_fen = 0;
  std::int64_t quantity = 0;
  int minutes = 30;        // that it lives
  bool duplicate = false;  // as in NewOrder, and so the others
  bool inexact_price = false;
  bool inexact_quantity = false;
  std::int64_t at_ms = 0;
};

// Blocks are named by their number: 1, 2 ... in the order of submission.
struct AnswerBlock {
  std::string actor;
  int block = 0;
  BlockAnswer answer = BlockAnswer::accept;
  bool duplicate = false;
  std::int64_t at_ms = 0;  // as in NewOrder
};

// Whether blocks may trade.
struct BlockSession {
  bool open = true;
};

// Time has passed.
struct Tick {
  std::int64_t at_ms = 0;  // as in NewOrder
};

using Command = std::variant<SetZone, SetLink, SetInstrument, SetFirm, SetFacility, SetQuota,
                             SetDemand, SetReferencePrice, Deposit, Issue, DayOpen, SetPhase,
                             SetLimit, KillSwitch, NewOrder, CancelOrder, ReplaceOrder, MassCancel,
                             Indicative, Withdraw, Freeze, Pledge, Trust, Transfer, SetAuthorityKey,
                             RuleRecord, RuleDocument, ActivateRules, WithdrawRules, SubmitBlock,
                             AnswerBlock, BlockSession, Tick, SetParameters, SetCalendar, Query>;

[[nodiscard]] std::string_view text(Province province);
[[nodiscard]] std::string_view text(Pollutant pollutant);
[[nodiscard]] std::string_view text(Phase phase);
[[nodiscard]] std::string_view text(Side side);
[[nodiscard]] std::string_view text(TimeInForce time_in_force);
[[nodiscard]] std::string_view text(Scope scope);
[[nodiscard]] std::string_view text(LimitKind kind);
[[nodiscard]] std::string_view text(Authority authority);

// Opening, closing, volatility.
[[nodiscard]] bool is_call(Phase phase);

// The command as a person would write it down: what a failed test prints.
[[nodiscard]] std::string in_words(const Command& command);

}  // namespace emx::model

#include "tools/rules/rule_text.hpp"

#include <charconv>
#include <cstring>
#include <map>
#include <numeric>
#include <optional>

#include "engine/book/level_bitmap.hpp"
#include "engine/vocabulary/bounds.hpp"
#include "engine/vocabulary/trading_days.hpp"
#include "engine/vocabulary/units.hpp"
#include "risk/parameters.hpp"
#include "tools/settings/table_reader.hpp"

namespace emx::rules {

namespace {

using settings::TableReader;

constexpr std::int64_t version_max = 0xFFFF'FFFF;

// One table of the text, which becomes one record.
class Rule {
 public:
  Rule(TableReader& reader, Authority authority, const toml::node& node)
      : reader_{reader},
        authority_{authority},
        node_{node},
        faults_before_{reader.faults_count()} {}

  template <std::size_t size>
  void text(std::string_view key, Text<size>& into, bool required = true) {
    std::string value;
    reader_.text(key, value, required);
    if (!Text<size>::fits(value)) {
      return reader_.fault(key, "'" + value + "' has more than " + std::to_string(size) + " bytes",
                           &node_);
    }
    into = Text<size>{value};
  }
  template <class Number>
  void number(std::string_view key, Number& into, std::int64_t least, std::int64_t most,
              bool required = true) {
    reader_.number(key, into, least, most, required);
  }
  void flag(std::string_view key, std::uint8_t& into, bool required) {
    if (required && !reader_.has(key)) return reader_.fault(key, "is missing; give true or false");
    bool value = into != 0;
    reader_.boolean(key, value);
    into = value ? 1 : 0;
  }
  template <class Enum>
  void one_of(std::string_view key, std::uint8_t& into, std::string_view names,
              bool required = true) {
    std::string value;
    reader_.text(key, value, required);
    if (value.empty()) return;
    const auto found = from_name<Enum>(value);
    if (!found) return refuse_name(key, value, names);
    into = static_cast<std::uint8_t>(*found);
  }
  void pollutant(std::string_view key, std::uint8_t& into) {
    constexpr std::string_view names = "SO2, NOX, VOC, COD, NH3N or TP";
    one_of<Pollutant>(key, into, names);
    if (is_carbon(static_cast<Pollutant>(into))) refuse_name(key, "CO2E", names);
  }
  // "3/2": at least 1, in lowest terms, so that a ratio has one form.
  void ratio(std::string_view key, std::uint8_t& n, std::uint8_t& d) {
    std::string value;
    reader_.text(key, value, true);
    if (value.empty()) return;
    const char* const end = value.data() + value.size();
    const auto [slash, bad_n] = std::from_chars(value.data(), end, n);
    const bool has_slash = bad_n == std::errc{} && slash != end && *slash == '/';
    const auto [last, bad_d] = std::from_chars(has_slash ? slash + 1 : end, end, d);
    if (!has_slash || bad_d != std::errc{} || last != end || d == 0 || n < d ||
        std::gcd(n, d) != 1) {
      reader_.fault(key,
                    "must be a ratio such as \"3/2\": at least 1, in lowest terms, its parts at "
                    "most 255; not \"" +
                        value + "\"",
                    reader_.at(key));
    }
  }
  // Whose the rule is: the signer's own, unless it says otherwise, which is a fault.
  void province(std::uint8_t& into) {
    into = static_cast<std::uint8_t>(authority_);
    std::uint8_t named = into;
    one_of<Province>("province", named, "SH, JS, ZJ or AH", false);
    if (authority_ == Authority::joint) {
      return reader_.fault(
          "province", "zones and quotas are a province's own, which alone can sign them", &node_);
    }
    if (named != into) {
      reader_.fault("province",
                    std::string{name_of(static_cast<Province>(named))} + "'s rule is not " +
                        std::string{name_of(authority_)} + "'s to sign",
                    &node_);
    }
  }
  void joint_only() {
    if (authority_ == Authority::joint) return;
    reader_.fault(
        "authority",
        "this rule is the joint office's, not " + std::string{name_of(authority_)} + "'s to sign",
        &node_);
  }
  void fault(std::string_view key, std::string_view reason) { reader_.fault(key, reason, &node_); }
  // Whether each of its keys may be what it is, so that they can be held against each other.
  [[nodiscard]] bool ok() const { return reader_.faults_count() == faults_before_; }
  TableReader& reader() { return reader_; }

 private:
  void refuse_name(std::string_view key, const std::string& value, std::string_view names) {
    reader_.fault(key, "must be " + std::string{names} + ", not \"" + value + "\"", &node_);
  }

  TableReader& reader_;
  Authority authority_;
  const toml::node& node_;
  std::size_t faults_before_;
};

// Each gives what the rule is about: two of one document would contradict each other.

std::string read(Rule& rule, SetZoneCommand& command) {
  rule.province(command.province);
  rule.text("name", command.zone);
  rule.text("name_zh", command.name_zh, false);
  rule.text("basin", command.basin);
  rule.flag("key_zone", command.key_zone, false);
  unsigned missed = 0;
  constexpr std::string_view expected =
      "must be a list such as [\"VOC\", \"NOX\"] of SO2, NOX, VOC, COD, NH3N, TP";
  rule.reader().array("misses", expected, [&](const toml::node& node) {
    const auto found = from_name<Pollutant>(node.value_or(std::string{}));
    if (!found || is_carbon(*found)) return rule.reader().fault("misses", expected, &node);
    missed |= 1U << static_cast<unsigned>(*found);
  });
  constexpr unsigned all = (1U << pollutants_count) - 1;
  command.attaining_mask = static_cast<std::uint8_t>(all & ~missed);
  return "zone " + std::string{command.zone.view()};
}

std::string read(Rule& rule, SetQuotaCommand& command) {
  rule.province(command.province);
  rule.number("year", command.year, year_first, year_last);
  rule.pollutant("pollutant", command.pollutant);
  rule.number("inflow", command.inflow_cap_kg, 0, kg_max);
  rule.number("outflow", command.outflow_cap_kg, 0, kg_max);
  rule.number("gross", command.gross_cap_kg, 0, kg_max);
  rule.number("holding", command.holding_cap_kg, 0, kg_max);
  rule.number("pace", command.daily_pace_kg, 0, kg_max);
  return "quota " + std::to_string(command.year) + ' ' + std::to_string(command.pollutant);
}

std::string read(Rule& rule, SetLinkCommand& command) {
  constexpr std::string_view provinces = "SH, JS, ZJ or AH";
  rule.joint_only();
  rule.pollutant("pollutant", command.pollutant);
  rule.one_of<Province>("seller", command.seller_province, provinces);
  rule.one_of<Province>("buyer", command.buyer_province, provinces);
  rule.flag("enabled", command.enabled, true);
  if (rule.ok() && command.seller_province == command.buyer_province) {
    rule.fault("buyer", "must be another province than the seller's: each trades with itself");
  }
  return "link " + std::to_string(command.pollutant) + ' ' +
         std::to_string(command.seller_province) + ' ' + std::to_string(command.buyer_province);
}

std::string read(Rule& rule, SetLimitCommand& command) {
  rule.joint_only();
  rule.one_of<LimitKind>("limit", command.kind,
                         "open-orders, order-rate, order-quantity or order-value");
  rule.one_of<Scope>("scope", command.scope, "firm, group, facility or instrument");
  rule.text("name", command.name, false);
  const auto kind = static_cast<LimitKind>(command.kind);
  const std::int64_t most = kind == LimitKind::open_orders      ? std::int64_t{no_id}
                            : kind == LimitKind::order_rate     ? order_rate_max
                            : kind == LimitKind::order_quantity ? order_lots_max.value
                                                                : amount_max.value;
  rule.number("value", command.value, -1, most);
  const auto scope = static_cast<Scope>(command.scope);
  const bool has_rows = scope == Scope::firm || scope == Scope::group || scope == Scope::facility ||
                        scope == Scope::instrument;
  if (rule.ok() && !has_rows) {
    rule.fault("scope", "must be firm, group, facility or instrument");
  }
  if (rule.ok() && kind == LimitKind::order_rate && scope != Scope::firm) {
    rule.fault("scope", "must be firm: a rate is a firm's");
  }
  return "limit " + std::to_string(command.kind) + ' ' + std::to_string(command.scope) + ' ' +
         std::string{command.name.view()};
}

// What goes together (market-rules 2 and 3).
void check_kind(Rule& rule, const SetInstrumentCommand& command) {
  const auto pollutant = static_cast<Pollutant>(command.pollutant);
  const bool carbon = is_carbon(pollutant);
  if (static_cast<Medium>(command.medium) != medium_of(pollutant)) {
    rule.fault("medium", "must be " + std::string{name_of(medium_of(pollutant))} + " for " +
                             std::string{name_of(pollutant)});
  }
  if (carbon == (static_cast<Scheme>(command.scheme) == Scheme::none)) {
    rule.fault("scheme", carbon ? "must be SHEA or CEA for CO2E" : "is of CO2E only");
  }
  const auto book_class = static_cast<BookClass>(command.book_class);
  if (carbon != (book_class == BookClass::any) ||
      (book_class == BookClass::pwr && static_cast<Medium>(command.medium) != Medium::air)) {
    rule.fault("book_class", carbon ? "must be ANY for CO2E" : "does not fit the pollutant");
  }
  if (!carbon && command.tick_fen % 1'000 != 0) {
    rule.fault("tick_fen",
               "must be a multiple of 1000, so that 1 kg x 1 tick x 1 year is a whole "
               "number of fen");
  }
  if (command.last_year < command.first_year) {
    rule.fault("last_year", "must be first_year or later");
  }
}

std::string read(Rule& rule, SetInstrumentCommand& command) {
  rule.joint_only();
  rule.text("symbol", command.symbol);
  rule.text("basin", command.basin);
  rule.text("approval_ref", command.approval_ref);
  rule.text("venue_of_record", command.venue_of_record, false);
  if (command.venue_of_record.empty()) command.venue_of_record = Text<8>{"EMX"};
  rule.one_of<Pollutant>("pollutant", command.pollutant, "SO2, NOX, VOC, COD, NH3N, TP or CO2E");
  rule.one_of<Scheme>("scheme", command.scheme, "SHEA or CEA, of CO2E only", false);
  rule.one_of<Medium>("medium", command.medium, "AIR, WATER or CARBON");
  rule.one_of<BookClass>("book_class", command.book_class, "IND, PWR, AGR or ANY");
  rule.number("tick_fen", command.tick_fen, 1, price_fen_max);
  rule.number("first_year", command.first_year, year_first, year_last);
  rule.number("last_year", command.last_year, year_first, year_last);
  rule.number("band_pct", command.band_pct, 1, 99);
  rule.number("block_band_pct", command.block_band_pct, 1, 99);
  rule.number("collar_pct", command.collar_pct, 0, 99, false);
  // A listed one has its own: left out, as it is. Of a new one the exchange refuses a record
  // without.
  rule.number("levels_max", command.levels_max, 1, book::LevelBitmap::levels_most, false);
  command.lot = 1;
  if (rule.ok()) check_kind(rule, command);
  return "instrument " + std::string{command.symbol.view()};
}

std::string read(Rule& rule, SetCalendarCommand& command) {
  rule.joint_only();
  rule.number("year", command.year, year_first, year_last);
  const bool has_year = rule.ok();
  if (has_year) command.days = monday_to_friday(command.year);
  const auto take = [&](std::string_view key, bool trading) {
    constexpr std::string_view expected = "must be a list of dates such as [\"2026-10-01\"]";
    rule.reader().array(key, expected, [&](const toml::node& node) {
      const std::string text = node.value_or(std::string{});
      const auto date = date_from_text(text);
      if (!date) {
        return rule.reader().fault(key, "\"" + text + "\" is not a date such as 2026-10-01", &node);
      }
      if (!has_year) return;
      const std::string fault = set_exception(command.days, command.year, *date, trading);
      if (!fault.empty()) rule.reader().fault(key, fault, &node);
    });
  };
  take("closed", false);
  take("open", true);
  return "calendar " + std::to_string(command.year);
}

std::string read(Rule& rule, SetReferencePriceCommand& command) {
  rule.joint_only();
  rule.text("symbol", command.symbol);
  rule.number("price_fen", command.price_fen, 1, price_fen_max);
  return "reference " + std::string{command.symbol.view()};
}

// One record of two tables: it replaces all, so its text says all.
void read_figures(Rule& rule, SetParametersCommand& command) {
  rule.joint_only();
  rule.number("fee_rate_bp", command.fee_rate_bp, 0, risk::fee_rate_bp_most);
  rule.number("gtc_days", command.gtc_days, 1, risk::gtc_days_most);
  rule.number("listed_kg_max", command.listed_kg_max, 1, order_lots_max.value);
  rule.number("listed_carbon_t_max", command.listed_carbon_t_max, 1, order_lots_max.value);
  rule.number("carbon_extra_t_max", command.carbon_extra_t_max, 0, risk::carbon_extra_most);
  rule.number("ticket_room_pct", command.ticket_room_pct, 0, 100);
}

void read_ratios(Rule& rule, SetParametersCommand& command) {
  rule.joint_only();
  rule.ratio("key_zone", command.key_zone_n, command.key_zone_d);
  rule.ratio("upstream", command.upstream_n, command.upstream_d);
  rule.ratio("non_attaining", command.non_attaining_n, command.non_attaining_d);
  rule.ratio("carbon", command.carbon_n, command.carbon_d);
}

class Compiler {
 public:
  Compiler(const std::string& file, Compiled& compiled) : file_{file}, compiled_{compiled} {}

  void take(const toml::table& root) {
    TableReader head{file_, "rules", root, compiled_.faults};
    read_head(head);
    // In the order in which they apply: what is new comes first, so that limits and prices may be
    // of that.
    list<SetInstrumentCommand>(head, "instrument", CommandKind::set_instrument);
    list<SetZoneCommand>(head, "zone", CommandKind::set_zone);
    list<SetQuotaCommand>(head, "quota", CommandKind::set_quota);
    list<SetLinkCommand>(head, "link", CommandKind::set_link);
    list<SetLimitCommand>(head, "limit", CommandKind::set_limit);
    take_parameters(head);
    list<SetCalendarCommand>(head, "calendar", CommandKind::set_calendar);
    list<SetReferencePriceCommand>(head, "reference", CommandKind::set_reference_price);
    head.finish();
    const std::size_t records = compiled_.document.records.size();
    if (compiled_.faults.empty() && (records == 0 || records > records_max)) {
      compiled_.faults.push_back(file_ + ": has " + std::to_string(records) +
                                 " rules; a document has 1 to " + std::to_string(records_max));
    }
  }

 private:
  void read_head(TableReader& head) {
    Document& document = compiled_.document;
    std::string authority;
    head.text("authority", authority, true);
    if (const auto found = from_name<Authority>(authority)) {
      document.authority = *found;
      knows_authority_ = true;
    } else if (!authority.empty()) {
      head.fault("authority", "must be SH, JS, ZJ, AH or joint, not \"" + authority + "\"");
    }
    head.number("version", document.version, 1, version_max, true);
    std::string effective;
    head.text("effective", effective, true);
    const auto date = date_from_text(effective);
    if (date) document.effective = *date;
    if (!effective.empty() && (!date || *date < date_first || *date > date_last)) {
      head.fault("effective", "must be a date such as \"2026-07-01\", not \"" + effective + "\"");
    }
  }

  template <class Command>
  void list(TableReader& head, const std::string& key, CommandKind kind) {
    std::size_t count = 0;
    const std::string expected = "must be a list of tables: [[" + key + "]]";
    head.array(key, expected, [&](const toml::node& node) {
      const std::string name = key + '[' + std::to_string(count++) + ']';
      const toml::table* table = node.as_table();
      if (table == nullptr) return head.fault(key, expected, &node);
      TableReader reader{file_, name, *table, compiled_.faults};
      if (knows_authority_) take_rule<Command>(reader, node, kind, name);
    });
  }

  template <class Command>
  void take_rule(TableReader& reader, const toml::node& node, CommandKind kind,
                 const std::string& name) {
    Command command{};
    Rule rule{reader, compiled_.document.authority, node};
    const std::string about = read(rule, command);
    reader.finish();
    const auto [before, is_new] = named_.emplace(about, name);
    if (!is_new) reader.fault("", "says again what " + before->second + " says", &node);
    add(kind, command);
  }

  void take_parameters(TableReader& head) {
    const toml::table* figures = head.table("parameters");
    const toml::table* ratios = head.table("ratios");
    if (figures == nullptr && ratios == nullptr) return;
    if (figures == nullptr || ratios == nullptr) {
      head.fault(figures == nullptr ? "parameters" : "ratios",
                 "is missing; a document that sets one of [parameters] and [ratios] sets both",
                 figures == nullptr ? ratios : figures);
    }
    SetParametersCommand command{};
    const auto take_part = [&](const char* name, const toml::table& table, auto read_part) {
      TableReader reader{file_, name, table, compiled_.faults};
      Rule rule{reader, compiled_.document.authority, table};
      if (knows_authority_) read_part(rule, command);
      if (knows_authority_) reader.finish();
    };
    if (figures != nullptr) take_part("parameters", *figures, read_figures);
    if (ratios != nullptr) take_part("ratios", *ratios, read_ratios);
    add(CommandKind::set_parameters, command);
  }

  template <class Command>
  void add(CommandKind kind, const Command& command) {
    RuleRecord record{static_cast<std::uint16_t>(kind), {}};
    std::memcpy(record.body.data(),
                reinterpret_cast<const std::byte*>(&command) + sizeof(CommandHeader),
                sizeof command - sizeof(CommandHeader));
    compiled_.document.records.push_back(record);
  }

  const std::string& file_;
  Compiled& compiled_;
  bool knows_authority_ = false;
  std::map<std::string, std::string> named_;  // what a rule is about, and the table that says it
};

}  // namespace

Compiled compile(std::string_view text, const std::string& file) {
  Compiled compiled;
  toml::table root;
  if (std::string fault = settings::parse_text(text, file, root); !fault.empty()) {
    compiled.faults.push_back(std::move(fault));
    return compiled;
  }
  Compiler{file, compiled}.take(root);
  compiled.document.source_sha256 = sha256_of(text);
  return compiled;
}

}  // namespace emx::rules

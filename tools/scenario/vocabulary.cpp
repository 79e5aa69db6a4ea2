#include "tools/scenario/vocabulary.hpp"

#include <algorithm>
#include <array>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "tools/market/amount_text.hpp"
#include "tools/scenario/figure_text.hpp"

namespace emx::scenario {

namespace {

using enum Value;

constexpr std::array refused_words{Item{"CODE", code}};
constexpr std::array refused_fields{Item{"limit", figure}, Item{"value", figure}};
constexpr std::array accepted_words{Item{"ORDER", order}, Item{"LOTS@PRICE", terms}};
constexpr std::array accepted_fields{Item{"reserved", figure}, Item{"expires", date},
                                     Item{"warning", code}};
constexpr std::array replaced_fields{Item{"open", figure}, Item{"reserved", figure},
                                     Item{"priority", priority}, Item{"warning", code}};
constexpr std::array cancelled_words{Item{"ORDER", order}, Item{"LOTS", figure},
                                     Item{"CODE", code}};
constexpr std::array cancelled_fields{Item{"released", figure}};
constexpr std::array trade_words{Item{"BID", order}, Item{"ASK", order}, Item{"LOTS@PRICE", terms}};
constexpr std::array trade_fields{
    Item{"code", code},       Item{"credited", figure}, Item{"retired", figure},
    Item{"ratio", ratio},     Item{"across", yes_no},   Item{"taker", side},
    Item{"bid_left", figure}, Item{"ask_left", figure}, Item{"symbol", symbol},
    Item{"buyer", account},   Item{"seller", account}};
constexpr std::array block_trade_words{Item{"LOTS@PRICE", terms}};
constexpr std::array skip_words{Item{"ORDER", order}, Item{"PROVINCE", province},
                                Item{"CODE", code}, Item{"LOTS@PRICE", terms}};
constexpr std::array skip_fields{Item{"zone", zone}, Item{"local", yes_no}};
constexpr std::array call_words{Item{"SYMBOL", symbol}, Item{"LOTS@PRICE", terms}};
constexpr std::array indicative_fields{Item{"imbalance", figure}};
constexpr std::array band_words{Item{"SYMBOL", symbol}, Item{"LOW..HIGH", range}};
constexpr std::array band_fields{Item{"reference", figure}};
constexpr std::array collar_words{Item{"SYMBOL", symbol}, Item{"PRICE", figure},
                                  Item{"LOW..HIGH", range}};
constexpr std::array held_words{Item{"FACILITY", account}, Item{"ASSET", asset}};
constexpr std::array held_fields{Item{"pledged", figure}, Item{"frozen", figure}};
constexpr std::array transfer_words{Item{"SYMBOL", symbol}, Item{"FROM", account},
                                    Item{"TO", account}, Item{"LOTS", figure}};
constexpr std::array transfer_fields{Item{"due", date}, Item{"credited", figure},
                                     Item{"retired", figure}, Item{"ratio", ratio},
                                     Item{"ended", code}};
constexpr std::array block_words{Item{"FACILITY", account}, Item{"SIDE", side},
                                 Item{"SYMBOL", symbol}, Item{"LOTS@PRICE", terms},
                                 Item{"COUNTERPARTY", account}};
constexpr std::array block_fields{Item{"no", figure},        Item{"reserved", figure},
                                  Item{"confirmed", figure}, Item{"room", figure},
                                  Item{"traded", yes_no},    Item{"ended", code}};
constexpr std::array rules_words{Item{"VERSION", figure}, Item{"STAGE", stage}};
constexpr std::array rules_fields{Item{"date", date}, Item{"authority", authority},
                                  Item{"record", figure}, Item{"code", code}};
constexpr std::array rule_words{Item{"VERSION", figure}, Item{"AUTHORITY", authority},
                                Item{"RECORD", figure}};
constexpr std::array bill_fields{Item{"amount", figure}, Item{"buyer_fee", figure},
                                 Item{"seller_fee", figure}, Item{"released", figure},
                                 Item{"years", figure}};
constexpr std::array posting_words{Item{"ASSET", asset}, Item{"FROM", account}, Item{"TO", account},
                                   Item{"AMOUNT", figure}};
constexpr std::array quota_words{Item{"PROVINCE", province}, Item{"POLLUTANT", pollutant}};
constexpr std::array quota_fields{Item{"net", figure}, Item{"today", figure},
                                  Item{"gross", figure}};
constexpr std::array demand_words{Item{"FACILITY", account}, Item{"POLLUTANT", pollutant}};
constexpr std::array demand_fields{Item{"used", figure}, Item{"approved", figure}};

constexpr std::array forms{EventForm{"refused", true, refused_words, refused_fields},
                           EventForm{"accepted", true, accepted_words, accepted_fields},
                           EventForm{"replaced", true, accepted_words, replaced_fields},
                           EventForm{"cancelled", true, cancelled_words, cancelled_fields},
                           EventForm{"trade", true, trade_words, trade_fields},
                           EventForm{"skip", true, skip_words, skip_fields},
                           EventForm{"uncrossed", true, call_words, {}},
                           EventForm{"indicative", true, call_words, indicative_fields},
                           EventForm{"band", true, band_words, band_fields},
                           EventForm{"collar", true, collar_words, {}},
                           EventForm{"held", true, held_words, held_fields},
                           EventForm{"transfer", true, transfer_words, transfer_fields},
                           EventForm{"block", true, block_words, block_fields},
                           EventForm{"block-trade", true, block_trade_words, trade_fields},
                           EventForm{"rules", true, rules_words, rules_fields},
                           EventForm{"rule", true, rule_words, {}},
                           EventForm{"bill", false, {}, bill_fields},
                           EventForm{"posting", false, posting_words, {}},
                           EventForm{"quota", false, quota_words, quota_fields},
                           EventForm{"demand", false, demand_words, demand_fields}};

constexpr std::array account_words{Item{"FACILITY", account}};
constexpr std::array rights_words{Item{"FACILITY", account}, Item{"SYMBOL", symbol}};
constexpr std::array holding_fields{Item{"total", figure}, Item{"reserved", figure},
                                    Item{"pledged", figure}, Item{"frozen", figure},
                                    Item{"available", figure}};
constexpr std::array use_fields{Item{"net", figure}, Item{"today", figure}, Item{"gross", figure},
                                Item{"held", figure}};
constexpr std::array retired_words{Item{"SYMBOL", symbol}, Item{"LOTS", figure}};
constexpr std::array fees_words{Item{"CNY", figure}};
constexpr std::array order_words{Item{"ORDER", order}, Item{"LOTS", figure}};

constexpr std::array checks{EventForm{"check cash", false, account_words, holding_fields},
                            EventForm{"check rights", false, rights_words, holding_fields},
                            EventForm{"check quota", false, quota_words, use_fields},
                            EventForm{"check retired", false, retired_words, {}},
                            EventForm{"check fees", false, fees_words, {}},
                            EventForm{"check open", false, order_words, {}}};

std::optional<std::string> one_of(std::string_view text, std::span<const std::string_view> words) {
  const auto found = std::ranges::find(words, text);
  return found == words.end() ? std::nullopt : std::optional{std::string{*found}};
}

// The whole name, or what stands before its first underscore.
std::optional<std::string> code_of(std::string_view text) {
  if (text == "none") return "none";
  for (std::uint16_t number = 1; number < 1'000; ++number) {
    if (!is_known(static_cast<Code>(number))) continue;
    const std::string_view name = name_of(static_cast<Code>(number));
    if (text == name || text == name.substr(0, name.find('_'))) return std::string{name};
  }
  return std::nullopt;
}

bool is_zone(std::string_view text, const market::Names& names) {
  for (std::uint32_t i = 0; i < names.zones_count(); ++i) {
    if (names.zone(i)->zone.view() == text) return true;
  }
  return false;
}

bool is_account(std::string_view text, const market::Names& names) {
  constexpr std::array<std::string_view, 4> own{"BANK", "REGISTRY", "VENUE-FEES", "ENV-RETIRED"};
  return names.find_facility(text) != no_id || std::ranges::find(own, text) != own.end();
}

std::optional<std::string> terms_of(std::string_view text) {
  if (text == "none") return "none";
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos) return std::nullopt;
  const auto lots = market::count_from_text(text.substr(0, at));
  const auto fen = market::fen_from_text(text.substr(at + 1));
  if (!lots || !fen) return std::nullopt;
  return terms_text(*lots, *fen);
}

std::optional<std::string> range_of(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) return std::nullopt;
  const auto low = market::fen_from_text(text.substr(0, dots));
  const auto high = market::fen_from_text(text.substr(dots + 2));
  if (!low || !high) return std::nullopt;
  return price_text(*low) + ".." + price_text(*high);
}

std::optional<std::string> ratio_of(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto n = market::count_from_text(text.substr(0, slash));
  const auto d = market::count_from_text(text.substr(slash + 1));
  if (!n || !d) return std::nullopt;
  return std::to_string(*n) + '/' + std::to_string(*d);
}

// As fen: what a figure means, whichever way it is written.
std::optional<std::int64_t> figure_of(std::string_view text) {
  const bool negative = text.starts_with('-');
  const auto fen = market::fen_from_text(text.substr(negative ? 1 : 0));
  if (!fen) return std::nullopt;
  return negative ? -*fen : *fen;
}

// A whole number beyond what a figure may be, as some bounds of refusals are.
bool is_large_number(std::string_view text) {
  return !text.empty() && text.size() < 20 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::span<const EventForm> event_forms() { return forms; }
std::span<const EventForm> check_forms() { return checks; }

const EventForm* find_form(std::span<const EventForm> all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &EventForm::name);
  return found == all.end() ? nullptr : &*found;
}

std::optional<std::string> canonical(Value value, std::string_view text, const Known& known) {
  const auto when = [&](bool holds) {
    return holds ? std::optional{std::string{text}} : std::nullopt;
  };
  switch (value) {
    case order:
      return when(known.orders.contains(text));
    case code:
      return code_of(text);
    case account:
      return when(is_account(text, known.names));
    case symbol:
      return when(known.names.find_instrument(text) != no_id);
    case asset:
      return when(text == "CNY" || known.names.find_instrument(text) != no_id);
    case province:
      return when(text == "none" || from_name<Province>(text).has_value());
    case authority:
      return when(from_name<Authority>(text).has_value());
    case stage:
      return when(from_name<RuleSetStage>(text).has_value());
    case pollutant:
      return when(from_name<Pollutant>(text).has_value());
    case zone:
      return when(text == "none" || is_zone(text, known.names));
    case figure:
      return when(figure_of(text).has_value() || is_large_number(text));
    case terms:
      return terms_of(text);
    case range:
      return range_of(text);
    case ratio:
      return ratio_of(text);
    case yes_no:
      return one_of(text, std::array<std::string_view, 2>{"yes", "no"});
    case side:
      return one_of(text, std::array<std::string_view, 3>{"buy", "sell", "none"});
    case priority:
      return one_of(text, std::array<std::string_view, 2>{"kept", "lost"});
    case date:
      return when(text == "none" || date_from_text(text).has_value());
  }
  return std::nullopt;
}

std::string_view expected_for(Value value) {
  switch (value) {
    case order:
      return "the name of an order of a statement so far (`as NAME`, else line-N)";
    case code:
      return "a code of the market rules, such as Q02_NET_OUTFLOW or Q02, or none";
    case account:
      return "a facility of this market, BANK, REGISTRY, VENUE-FEES or ENV-RETIRED";
    case symbol:
      return "an instrument of this market";
    case asset:
      return "CNY or an instrument of this market";
    case province:
      return "SH, JS, ZJ, AH, or none in a carbon book";
    case pollutant:
      return "SO2, NOX, VOC, COD, NH3N, TP or CO2E";
    case zone:
      return "a zone of this market, or none";
    case figure:
      return "a number such as 4000 or 238000.00";
    case terms:
      return "LOTS@PRICE, such as 4000@11900, or none";
    case range:
      return "two prices, such as 87.75..107.23";
    case ratio:
      return "a ratio, such as 3/2";
    case yes_no:
      return "yes or no";
    case side:
      return "buy, sell or none";
    case priority:
      return "kept or lost";
    case authority:
      return "SH, JS, ZJ, AH or joint";
    case stage:
      return "waits, in-force or lapsed";
    case date:
      return "a date, such as 2026-06-18, or none";
  }
  return "?";
}

bool same_figure(std::string_view a, std::string_view b) {
  return a == b || (figure_of(a).has_value() && figure_of(a) == figure_of(b));
}

}  // namespace emx::scenario

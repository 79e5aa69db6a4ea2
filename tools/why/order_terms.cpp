#include "tools/why/order_terms.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "engine/vocabulary/date.hpp"
#include "risk/charges.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::why {

using market::cny;
using market::grouped;

namespace {

std::string name_of_scope(const Judgement& judge, Scope scope, const Asked& asked,
                          std::uint32_t& row) {
  const risk::ReferenceData& data = judge.state.data();
  const risk::Facility& who = judge.context.facility(asked.facility);
  switch (scope) {
    case Scope::instrument:
      row = asked.instrument;
      return std::string{judge.what(asked).symbol.view()};
    case Scope::facility:
      row = asked.facility;
      return std::string{who.code.view()};
    case Scope::firm:
      row = who.firm.value;
      return std::string{data.firms[who.firm].code.view()};
    default:
      row = data.firms[who.firm].group.value;
      return row == no_id ? "" : std::string{data.groups[GroupId{row}].view()};
  }
}

bool fits_quantities(Judgement& judge, const Asked& asked) {
  const SetBys none;
  const auto range = [&](std::string name, std::int64_t low, std::int64_t high,
                         std::int64_t value) {
    return judge.test(Code::o01_quantity, std::move(name),
                      grouped(value) + ", from " + grouped(low) + " to " + grouped(high),
                      value >= low && value <= high, none, value < low ? low : high, value);
  };
  if (!range("quantity", 1, order_lots_max.value, asked.lots)) return false;
  if (asked.filled > 0 && !range("quantity above what is filled", asked.filled + 1,
                                 std::max(asked.lots, asked.filled + 1), asked.lots)) {
    return false;
  }
  if (asked.min_lots != 0) {
    if (!range("minimum", 0, asked.lots, asked.min_lots)) return false;
    const bool may_have = asked.time_in_force == TimeInForce::ioc;
    if (!range("minimum, IOC only", 0, may_have ? asked.lots : 0, asked.min_lots)) return false;
  }
  if (asked.display_lots != 0 && !range("display quantity", 0, asked.lots, asked.display_lots)) {
    return false;
  }
  if (asked.ratio_n != 0 || asked.ratio_d != 0) {
    const bool whole = asked.ratio_n != 0 && asked.ratio_d != 0;
    if (!judge.test(Code::o01_quantity, "maximum ratio",
                    std::to_string(asked.ratio_n) + '/' + std::to_string(asked.ratio_d), whole)) {
      return false;
    }
  }
  if (asked.time_in_force != TimeInForce::gtd) return true;
  return judge.test(
      Code::o01_quantity, "expiry",
      "last day " + text_of(asked.expires) + ", trade date " + text_of(judge.state.trade_date()),
      asked.expires >= judge.state.trade_date(), {judge.context.rules.trade_date()},
      judge.state.trade_date().value, asked.expires.value);
}

}  // namespace

// O01, O02 of `wanted`, O03 of one order more.
bool is_within_limit(Judgement& judge, LimitKind kind, const Asked& asked, std::int64_t wanted) {
  const Code code = kind == LimitKind::order_quantity ? Code::o01_quantity
                    : kind == LimitKind::order_value  ? Code::o02_value
                                                      : Code::o03_open_orders;
  const std::string name = kind == LimitKind::order_quantity ? "quantity limit"
                           : kind == LimitKind::order_value  ? "value limit"
                                                             : "open orders";
  const auto say = [&](std::int64_t value) {
    return kind == LimitKind::order_value ? cny(value) + " CNY" : grouped(value);
  };
  std::string compared;
  for (const Scope scope : {Scope::instrument, Scope::facility, Scope::firm, Scope::group}) {
    std::uint32_t row = no_id;
    const std::string of = name_of_scope(judge, scope, asked, row);
    if (row == no_id) continue;
    const auto known = judge.context.rules.limit(kind, scope, of, judge.now_ns());
    const std::int64_t held = judge.state.order_limit(kind, scope, row, judge.now_ns());
    judge.finding.agrees = judge.finding.agrees && (known ? known->value : -1) == held;
    if (!known) continue;
    const std::int64_t value = kind == LimitKind::open_orders
                                   ? std::int64_t{judge.state.open_orders(scope, row)} + 1
                                   : wanted;
    const std::string words =
        say(value) + ", limit " + say(known->value) + " of " + text(scope) + ' ' + of;
    if (value > known->value) {
      return judge.test(code, name, words, false, {known->set_by}, known->value, value);
    }
    compared += (compared.empty() ? "" : "; ") + words;
  }
  return compared.empty() ? judge.test(code, name, "no limit", true)
                          : judge.test(code, name, compared, true);
}

bool is_within_value(Judgement& judge, const Asked& asked) {
  const risk::Instrument& instrument = judge.what(asked);
  const auto amount =
      risk::amount_of(Lots{asked.lots}, PriceTicks{judge.price_ticks(asked)},
                      instrument.fen_per_tick, instrument.years_from(judge.state.trade_year()));
  if (!amount) {
    return judge.test(Code::o02_value, "value", "beyond " + cny(amount_max.value) + " CNY", false,
                      {}, amount_max.value, std::numeric_limits<std::int64_t>::max());
  }
  return is_within_limit(judge, LimitKind::order_value, asked, amount->value);
}

// O06, O05, O01, O02, O07.
bool fits_terms(Judgement& judge, const Asked& asked) {
  const risk::Instrument& instrument = judge.what(asked);
  const auto book = judge.state.book(InstrumentId{asked.instrument});
  if (!asked.market) {
    const bool exact = (asked.flags & order_inexact_price) == 0;
    if (!judge.test(Code::o06_tick_or_lot, "tick",
                    cny(asked.price_fen) + " CNY" + (exact ? "" : " and decimals beyond") +
                        ", tick " + cny(instrument.tick_fen) + " CNY",
                    exact && asked.price_fen % instrument.tick_fen == 0,
                    {judge.set_instrument(asked)}, instrument.tick_fen, asked.price_fen)) {
      return false;
    }
  }
  if ((asked.flags & order_inexact_quantity) != 0) {
    return judge.test(Code::o06_tick_or_lot, "lot", "no whole lot", false,
                      {judge.set_instrument(asked)}, 1, asked.lots);
  }
  const std::int64_t lower = book.lower.value * instrument.tick_fen;
  const std::int64_t upper = book.upper.value * instrument.tick_fen;
  const std::int64_t price = judge.price_ticks(asked) * instrument.tick_fen;
  if (!judge.test(Code::o05_price, "price",
                  cny(price) + " CNY, limits " + cny(lower) + " to " + cny(upper) + " CNY",
                  price >= lower && price <= upper,
                  {judge.context.rules.reference_price(instrument.symbol.view()),
                   judge.set_instrument(asked)},
                  price < lower ? lower : upper, asked.price_fen)) {
    return false;
  }
  if (!fits_quantities(judge, asked)) return false;
  if (!is_within_limit(judge, LimitKind::order_quantity, asked, asked.lots)) return false;
  if (!is_within_value(judge, asked)) return false;
  const std::int64_t most = judge.state.data().parameters.listed_max(instrument.pollutant);
  return judge.test(
      Code::o07_use_block, "size",
      judge.lots(asked.lots, asked) + ", listed sizes up to " + judge.lots(most, asked),
      asked.lots <= most, {judge.context.rules.figures()}, most, asked.lots);
}

}  // namespace emx::why

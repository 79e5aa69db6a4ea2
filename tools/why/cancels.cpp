#include "tools/why/cancels.hpp"

#include <vector>

#include "engine/vocabulary/date.hpp"
#include "tools/market/amount_text.hpp"
#include "tools/why/entry_rules.hpp"
#include "tools/why/rules_of_acts.hpp"

namespace emx::why {

using market::cny;
using market::grouped;

namespace {

class Cancel {
 public:
  Cancel(const Context& context, const OrderFacts& order, Finding& finding)
      : context_{context}, order_{order}, finding_{finding} {}

  void demand(const std::optional<DemandUsedEvent>& used);
  void eligibility();
  void price_limits();
  void kill_switch();
  void expired();
  void held_back();
  void not_fillable(const std::optional<std::int64_t>& fillable_lots);
  // What was asked for; the command says it all.
  void as_asked() { finding_.because = context_.origin; }

 private:
  [[nodiscard]] std::string lots(std::int64_t count) const {
    return grouped(count) + ' ' + std::string{context_.words.names().unit(order_.instrument)};
  }
  [[nodiscard]] std::string_view symbol() const {
    return context_.instrument(order_.instrument).symbol.view();
  }

  const Context& context_;
  const OrderFacts& order_;
  Finding& finding_;
};

// At the fill that used the approval up, or at the approval itself.
void Cancel::demand(const std::optional<DemandUsedEvent>& used) {
  const Pollutant pollutant = context_.instrument(order_.instrument).pollutant;
  const std::string_view who = context_.name(order_.facility);
  add_set_by(finding_, context_.rules.demand(who, pollutant));
  const bool at_fill = used && used->facility == order_.facility &&
                       static_cast<Pollutant>(used->pollutant) == pollutant;
  const risk::Demand::Approval now = context_.state.demand(FacilityId{order_.facility}, pollutant);
  const std::int64_t approved = at_fill ? used->approved_kg : now.approved_kg;
  const std::int64_t credited = at_fill ? used->credited_kg : now.credited_kg;
  finding_.because = grouped(credited) + " of " + grouped(approved) + " kg of " + text(pollutant) +
                     " approved for " + std::string{who} + " are used" +
                     (at_fill ? ", by the fill before" : "");
  finding_.agrees = approved - credited <= 0 && order_.side == Side::buy;
}

void Cancel::eligibility() {
  for (const EntryRule& rule :
       entry_rules(context_, order_.facility, order_.instrument, order_.side)) {
    if (rule.passed) continue;
    finding_.because = std::string{context_.name(order_.facility)} + ": " + rule.compared;
    finding_.agrees = rule.code == finding_.code;
    for (const SetBy* by : rule.set_by) add_set_by(finding_, by);
    return;
  }
  finding_.agrees = false;
}

void Cancel::price_limits() {
  const auto book = context_.state.book(InstrumentId{order_.instrument});
  const std::int64_t tick = context_.instrument(order_.instrument).tick_fen;
  finding_.because = cny(order_.price_ticks * tick) + " CNY, limits now " +
                     cny(book.lower.value * tick) + " to " + cny(book.upper.value * tick) + " CNY";
  finding_.agrees = order_.price_ticks < book.lower.value || order_.price_ticks > book.upper.value;
  add_set_by(finding_, context_.rules.reference_price(symbol()));
  add_set_by(finding_, context_.rules.instrument(symbol()));
}

void Cancel::kill_switch() {
  const auto on = kill_switches_over(context_, context_.facility(order_.facility),
                                     context_.instrument(order_.instrument));
  finding_.agrees = !on.empty();
  for (const SetBy* by : on) {
    finding_.because += (finding_.because.empty() ? "" : "; ") + by->command;
    add_set_by(finding_, by);
  }
}

void Cancel::expired() {
  const Date today = context_.state.trade_date();
  const std::string life =
      "time in force " + text(order_.time_in_force) +
      (order_.expires.value == 0 ? std::string{} : ", last day " + text_of(order_.expires));
  const bool immediate =
      order_.time_in_force == TimeInForce::ioc || order_.time_in_force == TimeInForce::fok;
  if (immediate) {
    finding_.because = life + ": what is left of it, " + lots(order_.open_lots) + ", does not rest";
    return;
  }
  finding_.because = life + "; trade date " + text_of(today) + ", phase " +
                     text(context_.state.book(InstrumentId{order_.instrument}).phase);
  const bool opens = context_.origin_kind == CommandKind::day_open;
  add_set_by(finding_, opens ? context_.rules.trade_date() : context_.rules.phase(symbol()));
  const bool over = order_.expires.value == 0 || order_.expires <= today;
  const Date next = context_.state.calendar().next(today);
  const bool none_left = !over && !opens && order_.expires < next;
  if (none_left) {
    finding_.because += "; by the calendar no trading day comes before " + text_of(next);
    add_set_by(finding_, context_.rules.calendar(civil_of(order_.expires).year));
  }
  const bool new_year = opens && !is_carbon(context_.instrument(order_.instrument).pollutant);
  if (!over && new_year) finding_.because += "; a new year opens, and tenures count by years";
  finding_.agrees = over || none_left || new_year;
}

// A freeze or a pledge left too little for what open orders had reserved.
void Cancel::held_back() {
  const bool buys = order_.side == Side::buy;
  const FacilityId facility{order_.facility};
  const risk::Balance& now = buys
                                 ? context_.state.cash(facility)
                                 : context_.state.rights(facility, InstrumentId{order_.instrument});
  const auto amount = [&](std::int64_t value) { return buys ? cny(value) + " CNY" : lots(value); };
  finding_.because = context_.origin + "; of " + amount(now.total) + ", " + amount(now.pledged) +
                     " are pledged and " + amount(now.frozen) +
                     " frozen, and the newest orders go until the rest fits";
  finding_.agrees =
      context_.origin_kind == CommandKind::freeze || context_.origin_kind == CommandKind::pledge;
}

void Cancel::not_fillable(const std::optional<std::int64_t>& fillable_lots) {
  const std::int64_t needed =
      order_.time_in_force == TimeInForce::fok ? order_.total_lots : order_.min_lots;
  finding_.because = "must fill " + lots(needed) + " at once";
  finding_.agrees = needed > 0;
  if (!fillable_lots) return;
  finding_.because += "; displayed at its price or better, and such that it may trade with, were " +
                      lots(*fillable_lots);
  if (*fillable_lots >= needed) {
    finding_.because += ", of which caps and demand allow less";
  }
}

}  // namespace

Finding explain_cancel(const Context& context, const OrderCancelledEvent& event,
                       const std::optional<DemandUsedEvent>& used,
                       const std::optional<std::int64_t>& fillable_lots) {
  Finding finding = finding_of(context, Finding::Kind::cancel, static_cast<Code>(event.code));
  finding.order_id = event.order_id;
  const OrderFacts* order = context.orders.find(event.order_id);
  if (order == nullptr) {
    finding.agrees = false;
    return finding;
  }
  Cancel cancel{context, *order, finding};
  switch (finding.code) {
    case Code::d01_demand:
      cancel.demand(used);
      break;
    case Code::o05_price:
      cancel.price_limits();
      break;
    case Code::k01_killed:
      cancel.kill_switch();
      break;
    case Code::c01_expired:
      cancel.expired();
      break;
    case Code::l01_cash:
    case Code::l02_rights:
      cancel.held_back();
      break;
    case Code::o09_not_fillable:
      cancel.not_fillable(fillable_lots);
      break;
    case Code::c02_disconnect:
    case Code::c03_requested:
    case Code::c04_mass:
      cancel.as_asked();
      break;
    default:
      cancel.eligibility();
      break;
  }
  return finding;
}

std::optional<std::int64_t> fillable_by(const engine::Exchange& exchange,
                                        const NewOrderCommand& c) {
  constexpr std::size_t levels_max = 1'024;
  const engine::Inspection state = exchange.inspection();
  const auto side = static_cast<Side>(c.side);
  const InstrumentId instrument{c.instrument};
  const auto book = state.book(instrument);
  const bool market = static_cast<OrderType>(c.order_type) == OrderType::market;
  const std::int64_t tick = state.data().instruments[instrument].tick_fen;
  const std::int64_t far = (side == Side::buy ? book.upper : book.lower).value;
  const std::int64_t price = market ? far : c.price_fen / tick;
  std::vector<DepthLevel> levels(levels_max);
  const std::size_t count =
      exchange.executable_depth(instrument, opposite(side),
                                {FacilityId{c.facility}, (c.instructions & order_local_only) != 0,
                                 c.max_ratio_n, c.max_ratio_d},
                                levels);
  std::int64_t lots = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t at = levels[i].price.value;
    if (side == Side::buy ? at <= price : at >= price) lots += levels[i].lots;
  }
  return lots;
}

}  // namespace emx::why

#include "tools/why/admission.hpp"

#include <array>
#include <limits>
#include <utility>

#include "engine/vocabulary/date.hpp"
#include "risk/charges.hpp"
#include "risk/ratio.hpp"
#include "tools/market/amount_text.hpp"
#include "tools/why/entry_rules.hpp"
#include "tools/why/province_caps.hpp"
#include "tools/why/rules_of_acts.hpp"

namespace emx::why {

using market::cny;
using market::grouped;

namespace {

// An order as it is asked for (market-rules 10), of a new order or of a replace.
struct Asked {
  std::uint32_t facility = no_id;
  std::uint32_t instrument = no_id;
  Side side{};
  TimeInForce time_in_force{};
  bool market = false;
  bool post_only = false;
  bool local_only = false;
  bool is_replace = false;
  bool keeps_priority = false;
  bool refuse_if_no_headroom = false;
  std::uint8_t flags = 0;
  std::int64_t price_fen = 0;
  std::int64_t lots = 0;       // total
  std::int64_t filled = 0;     // so far
  std::int64_t open_more = 0;  // than now
  std::int64_t min_lots = 0;
  std::int64_t display_lots = 0;
  std::uint8_t ratio_n = 0;
  std::uint8_t ratio_d = 0;
  Date expires{};
};

// The tests, one after the other; those after the one that failed are not made.
class Admission {
 public:
  Admission(const Context& context, const engine::Exchange& exchange, Finding& finding)
      : context_{context},
        exchange_{exchange},
        state_{context.state},
        finding_{finding},
        refused_{read_record<RefusedEvent>(context.entry.events)} {}

  void run(const NewOrderCommand& command);
  void run(const ReplaceOrderCommand& command);
  void run(const CancelOrderCommand& command);
  void run(const MassCancelCommand& command);

  [[nodiscard]] bool failed() const { return failed_; }

 private:
  using SetBys = std::vector<const SetBy*>;

  // Notes a test; false: it failed, and is the reason.
  bool test(Code code, std::string name, std::string compared, bool passed, const SetBys& by = {});
  // The same, and what the refusal's own numbers must be.
  bool test(Code code, std::string name, std::string compared, bool passed, const SetBys& by,
            std::int64_t limit, std::int64_t value);

  bool own_order(const CommandHeader& header, std::uint64_t id, std::uint8_t flags,
                 const ClOrdId& cl_ord_id);
  bool new_cl_ord_id(const CommandHeader& header, const ClOrdId& id, std::uint8_t flags);
  bool rate(std::uint32_t firm);
  bool kill_switch(const Asked& asked);
  bool phase(const Asked& asked);
  bool terms(const Asked& asked);
  bool quantities(const Asked& asked);
  bool limit(LimitKind kind, const Asked& asked, std::int64_t wanted);
  bool eligibility(const Asked& asked);
  bool demand(const Asked& asked);
  bool carbon(const Asked& asked);
  [[nodiscard]] bool beyond_collar(const Asked& asked, PriceTicks price) const;
  bool post_only(const Asked& asked);
  bool headroom(const Asked& asked);
  bool funds(const Asked& asked, const engine::Inspection::Order* replaced);
  void capacity();

  [[nodiscard]] const risk::Instrument& what(const Asked& asked) const {
    return context_.instrument(asked.instrument);
  }
  [[nodiscard]] const SetBy* set_instrument(const Asked& asked) const {
    return context_.rules.instrument(what(asked).symbol.view());
  }
  [[nodiscard]] std::string lots(std::int64_t count, const Asked& asked) const {
    return grouped(count) + ' ' + std::string{context_.words.names().unit(asked.instrument)};
  }
  [[nodiscard]] std::int64_t price_ticks(const Asked& asked) const {
    const auto book = state_.book(InstrumentId{asked.instrument});
    if (asked.market) return (asked.side == Side::buy ? book.upper : book.lower).value;
    return asked.price_fen / what(asked).tick_fen;
  }
  [[nodiscard]] std::int64_t now_ns() const { return context_.entry.stamp.at_ns; }
  [[nodiscard]] std::string name_of_scope(Scope scope, const Asked& asked,
                                          std::uint32_t& row) const;

  const Context& context_;
  const engine::Exchange& exchange_;
  const engine::Inspection& state_;
  Finding& finding_;
  RefusedEvent refused_;
  bool failed_ = false;
};

bool Admission::test(Code code, std::string name, std::string compared, bool passed,
                     const SetBys& by) {
  failed_ = failed_ || !passed;
  return note_test(finding_, {code, std::move(name), std::move(compared), passed}, by);
}

bool Admission::test(Code code, std::string name, std::string compared, bool passed,
                     const SetBys& by, std::int64_t limit, std::int64_t value) {
  if (test(code, std::move(name), std::move(compared), passed, by)) return true;
  finding_.agrees = finding_.agrees && limit == refused_.limit && value == refused_.value;
  return false;
}

bool Admission::new_cl_ord_id(const CommandHeader& header, const ClOrdId& id, std::uint8_t flags) {
  const bool used = (flags & order_duplicate_cl_ord_id) != 0;
  std::string compared = '"' + std::string{id.view()} + (used ? "\" was used before" : "\" is new");
  const std::uint64_t first = context_.orders.first_use(header.actor, id);
  if (used && first != 0 && first != finding_.sequence) {
    compared += ", in entry " + std::to_string(first);
  }
  return test(Code::d02_duplicate_cl_ord_id, "ClOrdID", std::move(compared), !used);
}

bool Admission::own_order(const CommandHeader& header, std::uint64_t id, std::uint8_t flags,
                          const ClOrdId& cl_ord_id) {
  const auto order = state_.order(OrderId{id});
  const std::string which = id == 0 ? "no order of that ClOrdID" : "order " + std::to_string(id);
  const bool foreign =
      order && state_.data().facilities[order->facility].firm.value != header.actor;
  if (foreign) {
    return test(Code::d03_unknown_order, "order", which + " is another firm's", false,
                {context_.set_facility(order->facility.value)});
  }
  if (!new_cl_ord_id(header, cl_ord_id, flags)) return false;
  if (order) return test(Code::d03_unknown_order, "order", which + " is open", true);
  if (!state_.was_given(OrderId{id})) {
    return test(Code::d03_unknown_order, "order", which + (id == 0 ? "" : " was never given"),
                false);
  }
  const OrderHistory::End end = context_.orders.end_of(id);
  return test(Code::d04_too_late, "order",
              which +
                  (end.code == Code::none ? " was filled" : " was cancelled " + text(end.code)) +
                  (end.sequence == 0 ? "" : " in entry " + std::to_string(end.sequence)),
              false);
}

bool Admission::rate(std::uint32_t firm) {
  const std::string_view code = state_.data().firms[FirmId{firm}].code.view();
  const auto limit = context_.rules.limit(LimitKind::order_rate, Scope::firm, code, now_ns());
  if (!limit) return test(Code::o04_rate, "rate", "no limit", true);
  const bool refused = finding_.code == Code::o04_rate;
  const std::string a_second = grouped(limit->value) + " a second for firm " + std::string{code};
  return test(Code::o04_rate, "rate",
              a_second + (refused ? "; the next token came in " + grouped(refused_.value) + " ns"
                                  : "; there was a token"),
              !refused, {limit->set_by}, limit->value, refused_.value);
}

bool Admission::kill_switch(const Asked& asked) {
  const risk::Facility& who = context_.facility(asked.facility);
  const SetBys on = kill_switches_over(context_, who, what(asked));
  const KillFigures figures = kill_figures(context_, who, asked.instrument);
  std::string compared = on.empty() ? "none is on" : "";
  for (const SetBy* by : on) compared += (compared.empty() ? "" : "; ") + by->command;
  const bool stopped =
      state_.is_stopped(FacilityId{asked.facility}, InstrumentId{asked.instrument});
  return test(Code::k01_killed, "kill switch", std::move(compared), !stopped, on, figures.limit,
              figures.value);
}

bool Admission::phase(const Asked& asked) {
  const auto book = state_.book(InstrumentId{asked.instrument});
  const risk::Instrument& instrument = what(asked);
  const std::string_view symbol = instrument.symbol.view();
  const bool immediate =
      asked.time_in_force == TimeInForce::ioc || asked.time_in_force == TimeInForce::fok;
  const bool needs_matching =
      !asked.is_replace && (immediate || asked.min_lots > 0 || asked.post_only);
  const bool open = book.phase == Phase::continuous ||
                    (!needs_matching && (book.phase == Phase::pre_open || is_call(book.phase)));
  const bool running = instrument.years_from(state_.trade_year()) >= 1;
  std::string compared = "phase " + text(book.phase);
  if (needs_matching) compared += "; IOC, FOK, a minimum and post-only need continuous trading";
  if (!book.has_limits) compared += "; no reference price was ever set";
  if (!running) {
    compared += "; the series ended with " + std::to_string(instrument.last_year) +
                ", the trade year is " + std::to_string(state_.trade_year());
  }
  const SetBy* by = context_.rules.phase(symbol);
  if (by == nullptr) by = context_.rules.trade_date();  // a book starts closed
  SetBys set_by;
  if (!open) set_by.push_back(by != nullptr ? by : set_instrument(asked));
  if (!book.has_limits || !running) set_by.push_back(set_instrument(asked));
  if (!running) set_by.push_back(context_.rules.trade_date());
  return test(Code::p01_phase, "phase", std::move(compared), open && book.has_limits && running,
              set_by, static_cast<std::int64_t>(Phase::continuous),
              static_cast<std::int64_t>(book.phase));
}

bool Admission::quantities(const Asked& asked) {
  const SetBys none;
  const auto range = [&](std::string name, std::int64_t low, std::int64_t high,
                         std::int64_t value) {
    return test(Code::o01_quantity, std::move(name),
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
    if (!test(Code::o01_quantity, "maximum ratio",
              std::to_string(asked.ratio_n) + '/' + std::to_string(asked.ratio_d), whole)) {
      return false;
    }
  }
  if (asked.time_in_force != TimeInForce::gtd) return true;
  return test(Code::o01_quantity, "expiry",
              "last day " + text_of(asked.expires) + ", trade date " + text_of(state_.trade_date()),
              asked.expires >= state_.trade_date(), {context_.rules.trade_date()},
              state_.trade_date().value, asked.expires.value);
}

// O06, O05, O01, O02, O07.
bool Admission::terms(const Asked& asked) {
  const risk::Instrument& instrument = what(asked);
  const auto book = state_.book(InstrumentId{asked.instrument});
  if (!asked.market) {
    const bool exact = (asked.flags & order_inexact_price) == 0;
    if (!test(Code::o06_tick_or_lot, "tick",
              cny(asked.price_fen) + " CNY" + (exact ? "" : " and decimals beyond") + ", tick " +
                  cny(instrument.tick_fen) + " CNY",
              exact && asked.price_fen % instrument.tick_fen == 0, {set_instrument(asked)},
              instrument.tick_fen, asked.price_fen)) {
      return false;
    }
  }
  if ((asked.flags & order_inexact_quantity) != 0) {
    return test(Code::o06_tick_or_lot, "lot", "no whole lot", false, {set_instrument(asked)}, 1,
                asked.lots);
  }
  const std::int64_t lower = book.lower.value * instrument.tick_fen;
  const std::int64_t upper = book.upper.value * instrument.tick_fen;
  const std::int64_t price = price_ticks(asked) * instrument.tick_fen;
  if (!test(Code::o05_price, "price",
            cny(price) + " CNY, limits " + cny(lower) + " to " + cny(upper) + " CNY",
            price >= lower && price <= upper,
            {context_.rules.reference_price(instrument.symbol.view()), set_instrument(asked)},
            price < lower ? lower : upper, asked.price_fen)) {
    return false;
  }
  if (!quantities(asked)) return false;
  if (!limit(LimitKind::order_quantity, asked, asked.lots)) return false;
  const auto amount =
      risk::amount_of(Lots{asked.lots}, PriceTicks{price_ticks(asked)}, instrument.fen_per_tick,
                      instrument.years_from(state_.trade_year()));
  if (!amount) {
    return test(Code::o02_value, "value", "beyond " + cny(amount_max.value) + " CNY", false, {},
                amount_max.value, std::numeric_limits<std::int64_t>::max());
  }
  if (!limit(LimitKind::order_value, asked, amount->value)) return false;
  const std::int64_t most = state_.data().parameters.listed_max(instrument.pollutant);
  return test(Code::o07_use_block, "size",
              lots(asked.lots, asked) + ", listed sizes up to " + lots(most, asked),
              asked.lots <= most, {context_.rules.figures()}, most, asked.lots);
}

std::string Admission::name_of_scope(Scope scope, const Asked& asked, std::uint32_t& row) const {
  const risk::ReferenceData& data = state_.data();
  const risk::Facility& who = context_.facility(asked.facility);
  switch (scope) {
    case Scope::instrument:
      row = asked.instrument;
      return std::string{what(asked).symbol.view()};
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

// O01, O02 of `wanted`, O03 of one order more.
bool Admission::limit(LimitKind kind, const Asked& asked, std::int64_t wanted) {
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
    const std::string of = name_of_scope(scope, asked, row);
    if (row == no_id) continue;
    const auto known = context_.rules.limit(kind, scope, of, now_ns());
    const std::int64_t held = state_.order_limit(kind, scope, row, now_ns());
    finding_.agrees = finding_.agrees && (known ? known->value : -1) == held;
    if (!known) continue;
    const std::int64_t value =
        kind == LimitKind::open_orders ? std::int64_t{state_.open_orders(scope, row)} + 1 : wanted;
    const std::string words =
        say(value) + ", limit " + say(known->value) + " of " + text(scope) + ' ' + of;
    if (value > known->value) {
      return test(code, name, words, false, {known->set_by}, known->value, value);
    }
    compared += (compared.empty() ? "" : "; ") + words;
  }
  return compared.empty() ? test(code, name, "no limit", true) : test(code, name, compared, true);
}

bool Admission::eligibility(const Asked& asked) {
  for (const EntryRule& rule :
       entry_rules(context_, asked.facility, asked.instrument, asked.side)) {
    if (!test(rule.code, std::string{rule.name}, rule.compared, rule.passed, rule.set_by,
              rule.limit, rule.value)) {
      return false;
    }
  }
  return true;
}

bool Admission::demand(const Asked& asked) {
  const Pollutant pollutant = what(asked).pollutant;
  const risk::Facility& who = context_.facility(asked.facility);
  if (asked.side == Side::sell || is_carbon(pollutant) || who.is_reserve()) return true;
  const risk::Demand::Approval& approval = state_.demand(FacilityId{asked.facility}, pollutant);
  const SetBy* by = context_.rules.demand(who.code.view(), pollutant);
  const std::string compared =
      by == nullptr ? "no demand was ever approved for " + text(pollutant)
                    : grouped(approval.credited_kg) + " of " + grouped(approval.approved_kg) +
                          " kg approved are used, room " + grouped(approval.room()) + " kg";
  return test(Code::d01_demand, "demand", compared, approval.room() > 0, {by}, approval.approved_kg,
              approval.credited_kg);
}

bool Admission::carbon(const Asked& asked) {
  const bool bid = asked.side == Side::buy && is_carbon(what(asked).pollutant);
  if (!bid || asked.open_more <= 0) return true;
  const risk::CarbonExposure& carbon = state_.carbon(FacilityId{asked.facility});
  const std::int64_t extra = state_.data().parameters.carbon_extra_t_max;
  const std::int64_t most = carbon.allocated + extra;
  const std::int64_t wanted = carbon.held + carbon.open_bids + asked.open_more;
  return test(Code::h01_holding, "carbon holding",
              "held " + grouped(carbon.held) + " t, bid for " + grouped(carbon.open_bids) +
                  " t, asked for " + grouped(asked.open_more) + " t: " + grouped(wanted) +
                  " t; allocated " + grouped(carbon.allocated) + " t and " + grouped(extra) +
                  " t: " + grouped(most) + " t",
              wanted <= most, {context_.rules.figures()}, most, wanted);
}

// A fill that far from the last trade would not be made (market-rules 9).
bool Admission::beyond_collar(const Asked& asked, PriceTicks price) const {
  const std::uint16_t pct = what(asked).collar_pct;
  if (pct == 0) return false;
  const risk::Band collar =
      risk::band_around(state_.book(InstrumentId{asked.instrument}).collar_anchor, pct);
  return price < collar.lower || price > collar.upper;
}

bool Admission::post_only(const Asked& asked) {
  if (!asked.post_only || asked.keeps_priority ||
      state_.book(InstrumentId{asked.instrument}).phase != Phase::continuous) {
    return true;
  }
  std::array<engine::DepthLevel, 1> best{};
  const std::size_t levels = exchange_.executable_depth(
      InstrumentId{asked.instrument}, opposite(asked.side),
      {FacilityId{asked.facility}, asked.local_only, asked.ratio_n, asked.ratio_d}, best);
  const std::int64_t tick = what(asked).tick_fen;
  const std::int64_t price = price_ticks(asked);
  const bool crosses =
      levels > 0 &&
      (asked.side == Side::buy ? best[0].price.value <= price : best[0].price.value >= price) &&
      !beyond_collar(asked, best[0].price);
  return test(Code::o10_post_only, "post-only",
              levels == 0 ? "nothing it could trade with"
                          : "the best it could trade with is " + lots(best[0].lots, asked) +
                                " at " + cny(best[0].price.value * tick) + " CNY; its price is " +
                                cny(asked.price_fen) + " CNY",
              !crosses, {}, 0, asked.price_fen);
}

bool Admission::headroom(const Asked& asked) {
  const Pollutant pollutant = what(asked).pollutant;
  const risk::Facility& who = context_.facility(asked.facility);
  const bool repurchase = who.is_reserve() && asked.side == Side::buy;
  if (is_carbon(pollutant) || asked.local_only || repurchase || !asked.refuse_if_no_headroom) {
    return true;
  }
  std::string compared =
      text(who.province) + ' ' + text(pollutant) + ": no cap of its side is at 0";
  Code blocked = Code::none;
  for (const Cap& cap : caps_of_side(context_, who.province, pollutant, asked.side)) {
    if (cap.room_kg > 0) continue;
    blocked = cap.code;
    compared = words_of(cap);
    break;
  }
  const SetBy* by = context_.rules.quota(state_.trade_year(), who.province, pollutant);
  if (by == nullptr) compared += "; no quota of this year was set, so it is 0";
  return test(blocked == Code::none ? Code::q01_net_inflow : blocked, "headroom",
              std::move(compared), blocked == Code::none, {by}, 0, asked.lots);
}

bool Admission::funds(const Asked& asked, const engine::Inspection::Order* replaced) {
  const bool buy = asked.side == Side::buy;
  const risk::Balance& balance =
      buy ? state_.cash(FacilityId{asked.facility})
          : state_.rights(FacilityId{asked.facility}, InstrumentId{asked.instrument});
  const auto say = [&](std::int64_t value) {
    return buy ? cny(value) + " CNY" : lots(value, asked);
  };
  const Code code = buy ? Code::l01_cash : Code::l02_rights;
  // What is wanted more than now. A replaced bid's fees so far are its own; of the others the
  // reservation is known from the terms alone.
  std::int64_t wanted = refused_.value;
  if (!buy) {
    wanted = asked.open_more;
  } else if (replaced == nullptr) {
    const risk::Instrument& instrument = what(asked);
    const auto amount =
        risk::amount_of(Lots{asked.lots}, PriceTicks{price_ticks(asked)}, instrument.fen_per_tick,
                        instrument.years_from(state_.trade_year()));
    risk::Charges charges;
    charges.rate_bp = static_cast<std::int32_t>(state_.data().parameters.fee_rate_bp);
    wanted = charges.reservation(*amount).value;
  } else if (finding_.code != code) {
    return true;
  }
  return test(code, buy ? "cash" : "rights",
              "asks for " + say(wanted) + (replaced != nullptr ? " more" : "") + ", available " +
                  say(balance.available()) + " (" + say(balance.total) + " less " +
                  say(balance.reserved) + " reserved)",
              wanted <= balance.available(), {}, balance.available(), wanted);
}

void Admission::capacity() {
  const std::uint32_t open = state_.open_orders();
  const std::uint32_t most = state_.genesis().orders_max;
  if (open >= most) {
    test(Code::o11_capacity, "capacity", grouped(open) + " open orders, room for " + grouped(most),
         false, {context_.rules.genesis()}, most, open);
  } else if (finding_.code == Code::o11_capacity) {
    test(Code::o11_capacity, "capacity",
         grouped(refused_.value) + " of " + grouped(refused_.limit) + " price levels are in use",
         false, {context_.rules.genesis()}, state_.genesis().level_cells_max, refused_.value);
  }
}

void Admission::run(const NewOrderCommand& c) {
  const risk::ReferenceData& data = state_.data();
  const std::string unresolved = '"' + std::string{c.unresolved.view()} + '"';
  const bool has_instrument = data.instruments.has(InstrumentId{c.instrument});
  if (!test(Code::p03_unknown_symbol, "symbol",
            has_instrument ? context_.words.names().symbol(c.instrument) : unresolved + " is none",
            has_instrument)) {
    return;
  }
  const bool has_facility = data.facilities.has(FacilityId{c.facility});
  if (!test(Code::p04_unknown_account, "account",
            has_facility ? std::string{context_.name(c.facility)} : unresolved + " is none",
            has_facility)) {
    return;
  }
  const FirmId owner = context_.facility(c.facility).firm;
  const auto firm_name = [&](std::uint32_t id) {
    return data.firms.has(FirmId{id}) ? std::string{data.firms[FirmId{id}].code.view()}
                                      : std::string{"no firm"};
  };
  if (!test(Code::p05_not_your_account, "owner",
            "account of " + firm_name(owner.value) + ", sent by " + firm_name(c.header.actor),
            owner.value == c.header.actor, {context_.set_facility(c.facility)}, owner.value,
            c.header.actor)) {
    return;
  }
  if (!new_cl_ord_id(c.header, c.cl_ord_id, c.flags)) return;
  if (!rate(owner.value)) return;
  const bool known = is_known(static_cast<Side>(c.side)) &&
                     is_known(static_cast<OrderType>(c.order_type)) &&
                     is_known(static_cast<TimeInForce>(c.time_in_force)) &&
                     c.instructions <= order_instructions_all;
  if (!known) {
    test(Code::o01_quantity, "terms", "side, type, time in force or instructions of no meaning",
         false, {}, 0, c.side);
    return;
  }
  const bool market = static_cast<OrderType>(c.order_type) == OrderType::market;
  const auto said = static_cast<TimeInForce>(c.time_in_force);
  const Asked asked{.facility = c.facility,
                    .instrument = c.instrument,
                    .side = static_cast<Side>(c.side),
                    .time_in_force = market && said != TimeInForce::fok ? TimeInForce::ioc : said,
                    .market = market,
                    .post_only = (c.instructions & order_post_only) != 0,
                    .local_only = (c.instructions & order_local_only) != 0,
                    .refuse_if_no_headroom = (c.instructions & order_refuse_if_no_headroom) != 0,
                    .flags = c.flags,
                    .price_fen = c.price_fen,
                    .lots = c.quantity_lots,
                    .open_more = c.quantity_lots,
                    .min_lots = c.min_quantity_lots,
                    .display_lots = c.display_quantity_lots,
                    .ratio_n = c.max_ratio_n,
                    .ratio_d = c.max_ratio_d,
                    .expires = Date{c.expire_date}};
  const bool here = !what(asked).reference_only;
  if (!test(Code::p02_venue, "venue", here ? "trades here" : "reference data only", here,
            {set_instrument(asked)}) ||
      !kill_switch(asked) || !phase(asked) || !terms(asked) || !eligibility(asked) ||
      !demand(asked) || !carbon(asked) || !limit(LimitKind::open_orders, asked, 0) ||
      !post_only(asked) || !headroom(asked) || !funds(asked, nullptr)) {
    return;
  }
  capacity();
}

void Admission::run(const ReplaceOrderCommand& c) {
  if (!own_order(c.header, c.order_id, c.flags, c.cl_ord_id)) return;
  const auto order = state_.order(OrderId{c.order_id});
  if (!rate(context_.facility(order->facility.value).firm.value)) return;
  const std::int64_t tick = context_.instrument(order->instrument.value).tick_fen;
  const bool same_price = c.price_fen == order->price.value * tick;
  const Asked asked{.facility = order->facility.value,
                    .instrument = order->instrument.value,
                    .side = order->side,
                    .time_in_force = order->time_in_force,
                    .post_only = order->post_only,
                    .local_only = order->local_only,
                    .is_replace = true,
                    .keeps_priority = same_price && c.quantity_lots < order->total.value,
                    .flags = c.flags,
                    .price_fen = c.price_fen,
                    .lots = c.quantity_lots,
                    .filled = (order->total - order->open).value,
                    .open_more = c.quantity_lots - order->total.value,
                    .ratio_n = order->max_ratio_n,
                    .ratio_d = order->max_ratio_d,
                    .expires = order->expires};
  if (!phase(asked) || !terms(asked) || !eligibility(asked) || !demand(asked) || !carbon(asked) ||
      !post_only(asked)) {
    return;
  }
  static_cast<void>(funds(asked, &*order));
}

void Admission::run(const CancelOrderCommand& c) {
  static_cast<void>(own_order(c.header, c.order_id, c.flags, c.cl_ord_id));
}

void Admission::run(const MassCancelCommand& c) {
  if (!new_cl_ord_id(c.header, c.cl_ord_id, c.flags)) return;
  const bool side_known = c.side == 0 || is_known(static_cast<Side>(c.side));
  if (!test(Code::o01_quantity, "side", side_known ? "known" : "of no meaning", side_known)) return;
  const bool flag_known = c.on_disconnect <= 1;
  if (!test(Code::o01_quantity, "on_disconnect", flag_known ? "known" : "of no meaning",
            flag_known)) {
    return;
  }
  const market::Names& names = context_.words.names();
  const std::string_view symbol = c.symbol.view();
  if (!symbol.empty()) {
    const bool known = names.find_instrument(symbol) != no_id;
    if (!test(Code::p03_unknown_symbol, "symbol",
              '"' + std::string{symbol} + '"' + (known ? "" : " is none"), known)) {
      return;
    }
  }
  if (is_firm(c.header.actor) || c.firm.empty()) return;
  const bool known = names.find_firm(c.firm.view()) != no_id;
  static_cast<void>(test(Code::p04_unknown_account, "firm",
                         '"' + std::string{c.firm.view()} + '"' + (known ? "" : " is none"),
                         known));
}

}  // namespace

Finding explain_refusal(const Context& context, const engine::Exchange& exchange) {
  const auto refused = read_record<RefusedEvent>(context.entry.events);
  Finding finding = finding_of(context, Finding::Kind::refusal, static_cast<Code>(refused.code));
  finding.limit = refused.limit;
  finding.value = refused.value;
  finding.event = context.words.event(context.entry.events);
  Admission admission{context, exchange, finding};
  const std::span<const std::byte> command = context.entry.command;
  switch (static_cast<CommandKind>(read_record<CommandHeader>(command).kind)) {
    case CommandKind::new_order:
      admission.run(read_record<NewOrderCommand>(command));
      break;
    case CommandKind::replace_order: {
      const auto c = read_record<ReplaceOrderCommand>(command);
      finding.order_id = c.order_id;
      admission.run(c);
      break;
    }
    case CommandKind::cancel_order: {
      const auto c = read_record<CancelOrderCommand>(command);
      finding.order_id = c.order_id;
      admission.run(c);
      break;
    }
    case CommandKind::mass_cancel:
      admission.run(read_record<MassCancelCommand>(command));
      break;
    default:
      explain_refused_act(context, finding);
      return finding;
  }
  finding.agrees = finding.agrees && admission.failed();
  return finding;
}

}  // namespace emx::why

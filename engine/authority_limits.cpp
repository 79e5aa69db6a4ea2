#include <algorithm>

#include "engine/authority.hpp"
#include "engine/rule_changes.hpp"
#include "engine/vocabulary/bounds.hpp"
#include "engine/vocabulary/check.hpp"

namespace emx::engine {

namespace {

constexpr std::int64_t day_ns = 86'400'000'000'000;

// The row that a name means; no_id: none.
std::uint32_t find_row(const MarketState& state, Scope scope, const Text<32>& name) {
  const std::string_view wanted = name.view();
  switch (scope) {
    case Scope::firm:
      return state.data.firms.find([&](const auto& row) { return row.code.view() == wanted; })
          .value;
    case Scope::group:
      return state.data.groups.find([&](const auto& row) { return row.view() == wanted; }).value;
    case Scope::facility:
      return state.data.facilities.find([&](const auto& row) { return row.code.view() == wanted; })
          .value;
    case Scope::instrument:
      return state.data.instruments.find([&](const auto& row) { return row.symbol == name; }).value;
    default:
      return no_id;
  }
}

Refusal unknown(Scope scope) {
  return {scope == Scope::instrument ? Code::p03_unknown_symbol : Code::p04_unknown_account, 0, 0};
}

// A basin has no row of its own: it is what facilities and instruments say theirs is.
bool is_basin_known(const MarketState& state, std::string_view name) {
  if (name.empty()) return false;
  const auto lies_in = [name](const auto& row) { return row.basin.view() == name; };
  return state.data.facilities.find(lies_in).value != no_id ||
         state.data.instruments.find(lies_in).value != no_id;
}

// Largest value a limit may have.
std::int64_t most_of(LimitKind kind) {
  switch (kind) {
    case LimitKind::open_orders:
      return no_id;
    case LimitKind::order_rate:
      return order_rate_max;
    case LimitKind::order_quantity:
      return order_lots_max.value;
    case LimitKind::order_value:
      return amount_max.value;
  }
  return 0;
}

// But for its time, and for the second person of one that has a time.
Refusal check_form(const SetLimitCommand& command) {
  const auto kind = static_cast<LimitKind>(command.kind);
  const auto scope = static_cast<Scope>(command.scope);
  if (!is_known(kind)) return {Code::o01_quantity, limit_kinds_count, command.kind};
  const bool rate = kind == LimitKind::order_rate;
  if (!risk::OrderLimits::has_rows(scope) || (rate && scope != Scope::firm)) {
    return {Code::o01_quantity, static_cast<std::int64_t>(Scope::firm), command.scope};
  }
  const bool temporary = command.until_ns != 0;
  const std::int64_t least = temporary ? 0 : risk::OrderLimits::none;
  const std::int64_t most = most_of(kind);
  if (command.value < least || command.value > most) {
    return {Code::o01_quantity, command.value < least ? least : most, command.value};
  }
  return {};
}

// `document`: that the limit stands in; its instrument may be one that this lists.
Refusal check_name(const MarketState& state, const SetLimitCommand& command,
                   const risk::RuleDocument* document) {
  const auto scope = static_cast<Scope>(command.scope);
  if (command.name.empty() || find_row(state, scope, command.name) != no_id) return {};
  if (scope == Scope::instrument && said_in(document, command.name)) return {};
  return unknown(scope);
}

// Requires: it was checked.
std::uint32_t row_of(const MarketState& state, const SetLimitCommand& command) {
  return command.name.empty() ? risk::OrderLimits::others
                              : find_row(state, static_cast<Scope>(command.scope), command.name);
}

}  // namespace

Refusal check_rule(const MarketState& state, const SetLimitCommand& command, RulesAhead& ahead) {
  if (const Refusal refusal = check_form(command)) return refusal;
  if (command.until_ns != 0) return {Code::o01_quantity, 0, command.until_ns};
  return check_name(state, command, ahead.document);
}

std::uint8_t apply_rule(MarketState& state, const SetLimitCommand& command) {
  const auto kind = static_cast<LimitKind>(command.kind);
  if (kind == LimitKind::open_orders) state.count_orders();
  const std::uint32_t row = row_of(state, command);
  check(command.name.empty() || row != no_id);  // a document lists before it limits
  state.order_limits.set_lasting(kind, static_cast<Scope>(command.scope), row, command.value);
  return 0;
}

Refusal set_limit(MarketState& state, PendingWork& work, const SetLimitCommand& command,
                  std::int64_t now_ns) {
  if (command.until_ns == 0) return set_rule(state, work, command);
  if (const Refusal refusal = check_form(command)) return refusal;
  if (command.until_ns <= now_ns) {
    return {Code::o01_quantity, now_ns, command.until_ns};
  }
  if (command.until_ns - now_ns > limit_days_max * day_ns) {
    return {Code::o01_quantity, now_ns + limit_days_max * day_ns, command.until_ns};
  }
  if (needs_four_eyes(command) && !has_four_eyes(command.header)) {
    return {Code::p06_four_eyes, 0, 0};
  }
  if (const Refusal refusal = check_name(state, command, nullptr)) return refusal;
  const auto kind = static_cast<LimitKind>(command.kind);
  if (kind == LimitKind::open_orders) state.count_orders();
  state.order_limits.set_temporary(kind, static_cast<Scope>(command.scope), row_of(state, command),
                                   command.value, command.until_ns);
  return {};
}

Refusal set_kill_switch(MarketState& state, PendingWork& work, const KillSwitchCommand& command) {
  const auto scope = static_cast<Scope>(command.scope);
  if (!is_known(scope)) {
    return {Code::o01_quantity, static_cast<std::int64_t>(Scope::basin), command.scope};
  }
  if (command.killed > 1) return {Code::o01_quantity, 1, command.killed};
  const bool stop = command.killed != 0;
  if (needs_four_eyes(command) && !has_four_eyes(command.header)) {
    return {Code::p06_four_eyes, 0, 0};
  }
  risk::KillSwitch& kill = state.kill_switch;
  switch (scope) {
    case Scope::all:
      if (!command.name.empty()) return unknown(scope);
      kill.set_all(stop);
      break;
    case Scope::province: {
      const auto province = from_name<Province>(command.name.view());
      if (!province) return unknown(scope);
      kill.set(*province, stop);
      break;
    }
    case Scope::basin: {
      if (!is_basin_known(state, command.name.view())) return unknown(scope);
      if (!kill.set(BasinCode{command.name.view()}, stop)) {
        return {Code::o11_capacity, risk::KillSwitch::basins_max, risk::KillSwitch::basins_max};
      }
      break;
    }
    case Scope::facility:
      return {Code::o01_quantity, static_cast<std::int64_t>(Scope::firm), command.scope};
    case Scope::firm:
    case Scope::group:
    case Scope::instrument: {
      const std::uint32_t row = command.name.empty() ? no_id : find_row(state, scope, command.name);
      if (row == no_id) return unknown(scope);
      if (scope == Scope::firm) kill.set(FirmId{row}, stop);
      if (scope == Scope::group) kill.set(GroupId{row}, stop);
      if (scope == Scope::instrument) kill.set(InstrumentId{row}, stop);
      break;
    }
  }
  if (stop) work.retest_all();
  return {};
}

}  // namespace emx::engine

#include <string>
#include <vector>

#include "tests/model/coverage.hpp"

// By whose limit or switch an order is refused.

namespace emx::model {

void Coverage::add_limit(const SetLimit& limit) {
  Limit& row = limits_[{limit.kind, limit.scope, limit.name}];
  if (limit.until_ms == 0) {
    row.lasting = limit.value;
  } else {
    row.temporary = limit.value;
    row.until_ms = limit.until_ms;
  }
}

std::int64_t Coverage::limit_of(LimitKind kind, Scope scope, const std::string& name) const {
  for (const std::string& whose : {name, std::string{}}) {
    const auto row = limits_.find({kind, scope, whose});
    if (row == limits_.end()) continue;
    const Limit& limit = row->second;
    const std::int64_t value = now_ms_ < limit.until_ms ? limit.temporary : limit.lasting;
    if (value != -1) return value;
  }
  return -1;
}

// The refusal tells the switch's scope, and of a basin whose it is.
void Coverage::add_stop(const ParsedLine& line) {
  const std::string scope = line.value("limit");
  if (scope.empty()) return count("stopped by the switch of all");
  const auto number = static_cast<int>(line.number("limit"));
  std::string of{text(static_cast<Scope>(number))};
  if (static_cast<Scope>(number) == Scope::basin) {
    of = line.value("value") == "0" ? "the facility's basin" : "the instrument's basin";
  }
  count("stopped by the switch of " + of);
}

// The refusal tells the limit and not whose it is: counted where only one of the order's scopes has
// such a limit.
void Coverage::add_limit_refusal(const NewOrder& order, const ParsedLine& line) {
  const std::string& code = line.word(1);
  const auto facility = facilities_.find(order.facility);
  if (facility == facilities_.end() || line.value("limit").empty()) return;
  LimitKind kind = LimitKind::open_orders;
  if (code == "O01_QUANTITY") {
    kind = LimitKind::order_quantity;
  } else if (code == "O02_VALUE") {
    kind = LimitKind::order_value;
  } else if (code != "O03_OPEN_ORDERS") {
    return;
  }
  const std::string& firm = facility->second.firm;
  struct Name {
    Scope scope;
    std::string name;
  };
  std::vector<Name> names = {
      {Scope::instrument, order.symbol}, {Scope::facility, order.facility}, {Scope::firm, firm}};
  if (!group_of_firm_[firm].empty()) names.push_back({Scope::group, group_of_firm_[firm]});
  std::vector<Scope> found;
  for (const Name& at : names) {
    if (limit_of(kind, at.scope, at.name) == line.number("limit")) found.push_back(at.scope);
  }
  if (found.size() == 1) {
    count("refused " + code + " by the limit of " + std::string{text(found.front())});
  }
}

}  // namespace emx::model

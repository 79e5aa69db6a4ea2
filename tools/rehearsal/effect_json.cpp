#include "tools/rehearsal/effect_json.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "tools/rehearsal/effect_text.hpp"

namespace emx::rehearsal {

using audit::Json;

Json json_of(const Effect::Refusal& refusal) {
  return {{"code", static_cast<std::uint16_t>(refusal.code)},
          {"name", name_of(refusal.code)},
          {"limit", refusal.limit},
          {"value", refusal.value},
          {"reason", refusal.reason}};
}

Json json_of(const std::vector<Effect::Cancelled>& orders, const market::Names& names) {
  Json rows = Json::array();
  for (const auto& [order, code, lots] : orders) {
    rows.push_back({{"order_id", order.id},
                    {"firm", firm_of(order, names)},
                    {"facility", names.account(order.facility)},
                    {"symbol", names.symbol(order.instrument)},
                    {"side", name_of(order.side)},
                    {"lots", lots},
                    {"unit", names.unit(order.instrument)},
                    {"code", name_of(code)}});
  }
  return rows;
}

Json json_of(const std::vector<Effect::RoomChange>& rooms, std::int32_t year) {
  Json rows = Json::array();
  for (const Effect::RoomChange& row : rooms) {
    rows.push_back({{"year", year},
                    {"province", name_of(row.province)},
                    {"pollutant", name_of(row.pollutant)},
                    {"room", name_of(row.room)},
                    {"before_kg", row.before_kg},
                    {"after_kg", row.after_kg}});
  }
  return rows;
}

namespace {

Json json_of(const HeadroomChange& change, const market::Names& names) {
  return {{"whose", change.whose},
          {"room", what_of(change.of, names)},
          {"code", name_of(change.of.code)},
          {"before", change.before ? Json(*change.before) : Json{}},
          {"after", change.after ? Json(*change.after) : Json{}},
          {"unit", unit_of(change.of, names)}};
}

Json json_of(const CounterpartyChange& row, const market::Names& names) {
  return {{"symbol", names.symbol(row.instrument)},
          {"side", name_of(row.side)},
          {"province", name_of(row.province)},
          {"code", row.code == Code::none ? Json{} : Json(name_of(row.code))},
          {"orders_before", row.orders_before},
          {"orders_after", row.orders_after}};
}

}  // namespace

Json json_of(const Effect& effect, const market::Names& names) {
  Json trades = Json::array();
  for (const auto& [pair, turnover] : effect.trades) {
    const auto& [instrument, seller, buyer] = pair;
    trades.push_back({{"symbol", names.symbol(instrument)},
                      {"seller", name_of(seller)},
                      {"buyer", name_of(buyer)},
                      {"trades", turnover.trades},
                      {"sold", turnover.sold_lots},
                      {"credited", turnover.credited_lots},
                      {"unit", names.unit(instrument)}});
  }
  Json headroom = Json::array();
  for (const auto& change : effect.headroom) headroom.push_back(json_of(change, names));
  Json counterparties = Json::array();
  for (const auto& row : effect.counterparties) counterparties.push_back(json_of(row, names));
  return {{"refused", effect.refusal ? json_of(*effect.refusal) : Json{}},
          {"cancelled", json_of(effect.cancelled, names)},
          {"trades", std::move(trades)},
          {"rooms", json_of(effect.rooms, effect.year)},
          {"headroom", std::move(headroom)},
          {"counterparties", std::move(counterparties)},
          {"events", effect.events}};
}

}  // namespace emx::rehearsal

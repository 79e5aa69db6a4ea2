#include "tools/why/province_caps.hpp"

#include <algorithm>

#include "tools/market/amount_text.hpp"
#include "tools/why/finding.hpp"

namespace emx::why {

using market::grouped;

namespace {

// What a row of section 7 is called, and the use and cap it compares.
struct CapValues {
  std::string name;
  std::int64_t cap;
  std::int64_t use;
};
CapValues values_of(std::size_t row, Province buyer, Province seller, const risk::ProvinceUse& b,
                    const risk::ProvinceCaps& bc, const risk::ProvinceUse& s,
                    const risk::ProvinceCaps& sc) {
  switch (row) {
    case 0:
      return {"net inflow of " + text(buyer), bc.inflow, b.net};
    case 1:
      return {"net outflow of " + text(seller), sc.outflow, -s.net};
    case 2:
      return {"gross of " + text(buyer), bc.gross, b.gross};
    case 3:
      return {"gross of " + text(seller), sc.gross, s.gross};
    case 4:
      return {"holding of " + text(buyer), bc.holding, b.held};
    default:
      return {"inflow of " + text(buyer) + " today", bc.daily_pace, b.net_today};
  }
}

}  // namespace

std::vector<Cap> caps_of(const Context& context, const Counters& counters, std::size_t moment,
                         const ProvincePair& pair, risk::Ratio ratio, std::uint8_t f) {
  const risk::ProvinceQuotas& quotas = context.state.quotas();
  const auto& b = counters.use(moment, pair.buyer, pair.pollutant);
  const auto& s = counters.use(moment, pair.seller, pair.pollutant);
  const auto& bc = quotas.caps(pair.buyer, pair.pollutant);
  const auto& sc = quotas.caps(pair.seller, pair.pollutant);
  const risk::CrossRooms whole{b, bc, s, sc};
  const risk::CrossRooms rooms =
      counters.rooms(context.state, moment, pair.buyer, pair.seller, pair.pollutant);
  std::vector<Cap> caps;
  for (std::size_t i = 0; i < risk::CrossRooms::rows; ++i) {
    const risk::CrossRooms::Row& row = rooms.row[i];
    CapValues values = values_of(i, pair.buyer, pair.seller, b, bc, s, sc);
    const std::int64_t room = std::max<std::int64_t>(row.room, 0);
    const SetBy* by = context.rules.quota(context.state.trade_year(),
                                          row.of_buyer ? pair.buyer : pair.seller, pair.pollutant);
    caps.push_back({.row = static_cast<int>(i) + 1,
                    .code = row.code,
                    .name = std::move(values.name),
                    .cap_kg = values.cap,
                    .use_kg = values.use,
                    .tickets_kg = whole.row[i].room - row.room,
                    .room_kg = room,
                    .lots = row.of_buyer ? risk::sold_for_room(room, ratio, f) : room,
                    .set_by = copy_of(by)});
  }
  return caps;
}

std::string words_of(const Cap& cap) {
  return cap.name + ": cap " + grouped(cap.cap_kg) + " kg, use " + grouped(cap.use_kg) +
         (cap.tickets_kg == 0 ? "" : " kg, tickets " + grouped(cap.tickets_kg)) + " kg, room " +
         grouped(cap.room_kg) + " kg";
}

std::vector<Cap> caps_of_side(const Context& context, Province province, Pollutant pollutant,
                              Side side) {
  Counters now;
  now.start(context.state);
  std::vector<Cap> caps = caps_of(context, now, 0, {province, province, pollutant}, {1, 1}, 0);
  std::erase_if(caps, [&](const Cap& cap) { return is_of_buyer(cap) != (side == Side::buy); });
  return caps;
}

}  // namespace emx::why

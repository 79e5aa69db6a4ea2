#include "tools/why/order_instructions.hpp"

#include <array>
#include <string>
#include <utility>

#include "risk/charges.hpp"
#include "tools/market/amount_text.hpp"
#include "tools/why/province_caps.hpp"

namespace emx::why {

using market::cny;

namespace {

// A fill that far from the last trade would not be made (market-rules 9).
bool beyond_collar(const Judgement& judge, const Asked& asked, PriceTicks price) {
  const std::uint16_t pct = judge.what(asked).collar_pct;
  if (pct == 0) return false;
  const risk::Band collar =
      risk::band_around(judge.state.book(InstrumentId{asked.instrument}).collar_anchor, pct);
  return price < collar.lower || price > collar.upper;
}

}  // namespace

bool rests_if_post_only(Judgement& judge, const Asked& asked) {
  if (!asked.post_only || asked.keeps_priority ||
      judge.state.book(InstrumentId{asked.instrument}).phase != Phase::continuous) {
    return true;
  }
  std::array<DepthLevel, 1> best{};
  const std::size_t levels = judge.exchange.executable_depth(
      InstrumentId{asked.instrument}, opposite(asked.side),
      {FacilityId{asked.facility}, asked.local_only, asked.ratio_n, asked.ratio_d}, best);
  const std::int64_t tick = judge.what(asked).tick_fen;
  const std::int64_t price = judge.price_ticks(asked);
  const bool crosses =
      levels > 0 &&
      (asked.side == Side::buy ? best[0].price.value <= price : best[0].price.value >= price) &&
      !beyond_collar(judge, asked, best[0].price);
  return judge.test(Code::o10_post_only, "post-only",
                    levels == 0
                        ? "nothing it could trade with"
                        : "the best it could trade with is " + judge.lots(best[0].lots, asked) +
                              " at " + cny(best[0].price.value * tick) + " CNY; its price is " +
                              cny(price * tick) + " CNY",
                    !crosses, {}, levels == 0 ? 0 : best[0].price.value * tick, price * tick);
}

bool has_headroom(Judgement& judge, const Asked& asked) {
  const Pollutant pollutant = judge.what(asked).pollutant;
  const risk::Facility& who = judge.context.facility(asked.facility);
  const bool repurchase = who.is_reserve() && asked.side == Side::buy;
  if (is_carbon(pollutant) || asked.local_only || repurchase || !asked.refuse_if_no_headroom) {
    return true;
  }
  std::string compared =
      text(who.province) + ' ' + text(pollutant) + ": no cap of its side is at 0";
  Code blocked = Code::none;
  for (const Cap& cap : caps_of_side(judge.context, who.province, pollutant, asked.side)) {
    if (cap.room_kg > 0) continue;
    blocked = cap.code;
    compared = words_of(cap);
    break;
  }
  const SetBy* by = judge.context.rules.quota(judge.state.trade_year(), who.province, pollutant);
  if (by == nullptr) compared += "; no quota of this year was set, so it is 0";
  return judge.test(blocked == Code::none ? Code::q01_net_inflow : blocked, "headroom",
                    std::move(compared), blocked == Code::none, {by}, 0, asked.lots);
}

}  // namespace emx::why

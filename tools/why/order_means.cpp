#include "tools/why/order_means.hpp"

#include <string>

#include "risk/charges.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::why {

using market::cny;
using market::grouped;

bool has_demand(Judgement& judge, const Asked& asked) {
  const Pollutant pollutant = judge.what(asked).pollutant;
  const risk::Facility& who = judge.context.facility(asked.facility);
  if (asked.side == Side::sell || is_carbon(pollutant) || who.is_reserve()) return true;
  const risk::Demand::Approval& approval =
      judge.state.demand(FacilityId{asked.facility}, pollutant);
  const SetBy* by = judge.context.rules.demand(who.code.view(), pollutant);
  const std::string compared =
      by == nullptr ? "no demand was ever approved for " + text(pollutant)
                    : grouped(approval.credited_kg) + " of " + grouped(approval.approved_kg) +
                          " kg approved are used, room " + grouped(approval.room()) + " kg";
  return judge.test(Code::d01_demand, "demand", compared, approval.room() > 0, {by},
                    approval.approved_kg, approval.credited_kg);
}

bool may_hold_carbon(Judgement& judge, const Asked& asked) {
  const bool bid = asked.side == Side::buy && is_carbon(judge.what(asked).pollutant);
  if (!bid || asked.open_more <= 0) return true;
  const risk::CarbonExposure& carbon = judge.state.carbon(FacilityId{asked.facility});
  const std::int64_t extra = judge.state.data().parameters.carbon_extra_t_max;
  const std::int64_t most = carbon.allocated + extra;
  const std::int64_t wanted = carbon.held + carbon.open_bids + asked.open_more;
  return judge.test(Code::h01_holding, "carbon holding",
                    "held " + grouped(carbon.held) + " t, bid for " + grouped(carbon.open_bids) +
                        " t, asked for " + grouped(asked.open_more) + " t: " + grouped(wanted) +
                        " t; allocated " + grouped(carbon.allocated) + " t and " + grouped(extra) +
                        " t: " + grouped(most) + " t",
                    wanted <= most, {judge.context.rules.figures()}, most, wanted);
}

bool has_funds(Judgement& judge, const Asked& asked, const engine::Inspection::Order* replaced) {
  const bool buy = asked.side == Side::buy;
  const risk::Balance& balance =
      buy ? judge.state.cash(FacilityId{asked.facility})
          : judge.state.rights(FacilityId{asked.facility}, InstrumentId{asked.instrument});
  const auto say = [&](std::int64_t value) {
    return buy ? cny(value) + " CNY" : judge.lots(value, asked);
  };
  const Code code = buy ? Code::l01_cash : Code::l02_rights;
  // What is wanted more than now. A replaced bid's fees so far are its own; of the others the
  // reservation is known from the terms alone.
  std::int64_t wanted = judge.refused.value;
  if (!buy) {
    wanted = asked.open_more;
  } else if (replaced == nullptr) {
    const risk::Instrument& instrument = judge.what(asked);
    const auto amount =
        risk::amount_of(Lots{asked.lots}, PriceTicks{judge.price_ticks(asked)},
                        instrument.fen_per_tick, instrument.years_from(judge.state.trade_year()));
    risk::Charges charges;
    charges.rate_bp = static_cast<std::int32_t>(judge.state.data().parameters.fee_rate_bp);
    wanted = charges.reservation(*amount).value;
  } else if (judge.finding.code != code) {
    return true;
  }
  // What is held back beside the orders' reservations, and by which act.
  std::string less = say(balance.reserved) + " reserved";
  if (balance.pledged != 0) less += ", " + say(balance.pledged) + " pledged";
  if (balance.frozen != 0) less += ", " + say(balance.frozen) + " frozen";
  std::vector<const SetBy*> held;
  if (balance.pledged != 0 || balance.frozen != 0) {
    const std::string_view symbol = buy ? std::string_view{} : judge.what(asked).symbol.view();
    held.push_back(judge.context.rules.hold(judge.context.name(asked.facility), symbol));
  }
  return judge.test(code, buy ? "cash" : "rights",
                    "asks for " + say(wanted) + (replaced != nullptr ? " more" : "") +
                        ", available " + say(balance.available()) + " (" + say(balance.total) +
                        " less " + less + ")",
                    wanted <= balance.available(), held, balance.available(), wanted);
}

void fits_capacity(Judgement& judge) {
  const std::uint32_t open = judge.state.open_orders();
  const std::uint32_t most = judge.state.genesis().orders_max;
  if (open >= most) {
    judge.test(Code::o11_capacity, "capacity",
               grouped(open) + " open orders, room for " + grouped(most), false,
               {judge.context.rules.genesis()}, most, open);
  } else if (judge.finding.code == Code::o11_capacity) {
    judge.test(Code::o11_capacity, "capacity",
               grouped(judge.refused.value) + " of " + grouped(judge.refused.limit) +
                   " price levels are in use",
               false, {judge.context.rules.genesis()}, judge.state.genesis().level_cells_max,
               judge.refused.value);
  }
}

}  // namespace emx::why

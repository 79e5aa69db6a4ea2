#pragma once

#include <cstdint>
#include <optional>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/units.hpp"
#include "risk/accounts.hpp"
#include "risk/blocks.hpp"
#include "risk/demand.hpp"
#include "risk/eligibility.hpp"
#include "risk/exposure.hpp"
#include "risk/quotas.hpp"
#include "risk/reference_data.hpp"
#include "risk/rule_sets.hpp"
#include "risk/trading_calendar.hpp"

namespace emx::engine {

class MarketState;

// The values that admission and matching compare, as they stand between two commands: for whoever
// explains an answer. Reads only, and costs the exchange nothing. It lives as long as the exchange
// and shows the state of the moment it is asked. Requires: the ids exist.
class Inspection {
 public:
  explicit Inspection(const MarketState& state) : state_{&state} {}

  struct Book {
    Phase phase;
    bool has_limits;  // has had a reference price
    PriceTicks reference;
    PriceTicks lower;
    PriceTicks upper;
    PriceTicks collar_anchor;  // the last trade's price, or else the reference
  };

  struct Order {
    FacilityId facility;
    InstrumentId instrument;
    Side side;
    PriceTicks price;
    Lots total;    // filled part included
    Lots open;     // hidden part included
    Fen reserved;  // of a buy
    TimeInForce time_in_force;
    Date expires;
    bool post_only;
    bool local_only;
    std::uint8_t max_ratio_n;
    std::uint8_t max_ratio_d;
  };

  [[nodiscard]] const GenesisCommand& genesis() const;
  [[nodiscard]] Date trade_date() const;  // 0: before the first DayOpen
  [[nodiscard]] std::int32_t trade_year() const;
  [[nodiscard]] const risk::TradingCalendar& calendar() const;

  // Who takes part, and what the authorities said of them.
  [[nodiscard]] const risk::ReferenceData& data() const;
  [[nodiscard]] const risk::Links& links() const;
  [[nodiscard]] const risk::ProvinceQuotas& quotas() const;
  [[nodiscard]] const risk::Demand::Approval& demand(FacilityId, Pollutant) const;
  [[nodiscard]] bool trusts(FacilityId from, FacilityId to) const;  // transfers
  [[nodiscard]] bool is_stopped(FacilityId, InstrumentId) const;    // K01
  [[nodiscard]] const risk::Blocks& blocks() const;
  [[nodiscard]] const risk::RuleSets& rule_sets() const;  // on their way into force

  [[nodiscard]] Book book(InstrumentId) const;
  // A live order; nullopt: there is none of that id.
  [[nodiscard]] std::optional<Order> order(OrderId) const;
  [[nodiscard]] bool was_given(OrderId) const;
  [[nodiscard]] std::uint32_t open_orders() const;
  // What bars a bid and an ask of one book from each other, whatever their prices: E07, E08 or X01,
  // else E03, else X02; quotas and demand are left aside. Requires: both are live.
  [[nodiscard]] Code bar_between(OrderId bid, OrderId ask) const;

  [[nodiscard]] const risk::Balance& cash(FacilityId) const;
  [[nodiscard]] const risk::Balance& rights(FacilityId, InstrumentId) const;
  // What H01 looks at: the facility's group, or its firm where it has none.
  [[nodiscard]] const risk::CarbonExposure& carbon(FacilityId) const;

  // Limits on orders by scope; `row` is the id of the scope's own. -1: none.
  [[nodiscard]] std::int64_t order_limit(LimitKind, Scope, std::uint32_t row,
                                         std::int64_t now_ns) const;
  [[nodiscard]] std::uint32_t open_orders(Scope, std::uint32_t row) const;

 private:
  const MarketState* state_;
};

}  // namespace emx::engine

#include "tools/why/pairs.hpp"

#include <algorithm>

#include "risk/ratio.hpp"
#include "tools/market/amount_text.hpp"
#include "tools/why/province_caps.hpp"

namespace emx::why {

using market::grouped;

namespace {

constexpr std::size_t orders_named_max = 3;

std::string ratio_text(risk::Ratio ratio) {
  return std::to_string(ratio.n) + '/' + std::to_string(ratio.d);
}

void add_quota(const Context& context, Finding& finding, const Cap& cap, const ProvincePair& pair) {
  add_set_by(finding,
             context.rules.quota(context.state.trade_year(),
                                 is_of_buyer(cap) ? pair.buyer : pair.seller, pair.pollutant));
}

// A SKIP on its way to being explained: the order, the class it passed over, who buys.
class Skip {
 public:
  Skip(const Context& context, const SkipEvent& skip, const OrderFacts& order, Finding& finding)
      : context_{context},
        skip_{skip},
        order_{order},
        finding_{finding},
        who_{context.facility(order.facility)},
        what_{context.instrument(order.instrument)},
        buys_{order.side == Side::buy} {}

  void explain(const Counters& counters);

 private:
  void link();
  void attainment();
  void local_only();
  void quota(const Counters& counters);
  void related();
  void max_ratio();
  void demand();

  [[nodiscard]] Province buyer() const {
    return buys_ ? who_.province : static_cast<Province>(skip_.province);
  }
  [[nodiscard]] Province seller() const {
    return buys_ ? static_cast<Province>(skip_.province) : who_.province;
  }
  [[nodiscard]] bool is_bid_local() const {
    return order_.local_only || (who_.is_reserve() && buys_);
  }
  // Whether an opposite order is of the class passed over, at its best price.
  [[nodiscard]] bool is_passed_over(const OrderFacts& other) const;
  // Orders that were passed over for what the orders decide; the entry may have ended them since.
  template <class Holds>
  [[nodiscard]] std::vector<const OrderFacts*> passed_over(Holds&& holds) const;

  const Context& context_;
  const SkipEvent& skip_;
  const OrderFacts& order_;
  Finding& finding_;
  const risk::Facility& who_;
  const risk::Instrument& what_;
  bool buys_;
};

bool Skip::is_passed_over(const OrderFacts& other) const {
  if (other.instrument != order_.instrument || other.side == order_.side ||
      other.price_ticks != skip_.price_ticks) {
    return false;
  }
  const risk::TradingClass c =
      risk::trading_class(context_.state.data(), FacilityId{other.facility}, what_.pollutant,
                          other.side, other.local_only);
  return c.province == skip_.province && c.zone.value == skip_.zone &&
         (is_carbon(what_.pollutant) || c.local_only == (skip_.local_only != 0));
}

template <class Holds>
std::vector<const OrderFacts*> Skip::passed_over(Holds&& holds) const {
  std::vector<const OrderFacts*> found;
  for (const auto* orders : {&context_.orders.open(), &context_.orders.ended_here()}) {
    for (const auto& [id, other] : *orders) {
      if (is_passed_over(other) && holds(other)) found.push_back(&other);
    }
  }
  return found;
}

void Skip::link() {
  const Pollutant k = what_.pollutant;
  finding_.because =
      "the link for " + text(k) + " from " + text(seller()) + " to " + text(buyer()) + " is off";
  finding_.agrees = !context_.state.links().open(k, static_cast<std::uint8_t>(seller()),
                                                 static_cast<std::uint8_t>(buyer()));
  add_set_by(finding_, context_.rules.link(k, seller(), buyer()));
}

void Skip::attainment() {
  const ZoneId zone_id = buys_ ? who_.zone : ZoneId{skip_.zone};
  if (!context_.state.data().zones.has(zone_id)) {
    finding_.agrees = false;
    return;
  }
  const risk::Zone& zone = context_.state.data().zones[zone_id];
  finding_.because = "the buyer's zone " + text(zone.province) + '/' +
                     std::string{zone.code.view()} + " misses its target for " +
                     text(what_.pollutant) + "; the seller is outside of it";
  finding_.agrees = !zone.attains(what_.pollutant) &&
                    (buys_ ? skip_.zone != zone_id.value : who_.zone != zone_id);
  add_set_by(finding_, context_.set_zone(zone_id));
}

void Skip::local_only() {
  const bool own = is_bid_local();
  if (own) {
    const bool repurchase = !order_.local_only;
    finding_.because = (repurchase ? "a reserve's repurchase stays inside "
                                   : "the order is local only, so it stays inside ") +
                       text(who_.province) + "; passed over is " +
                       text(static_cast<Province>(skip_.province));
    if (repurchase) add_set_by(finding_, context_.set_facility(order_.facility));
  } else {
    finding_.because = "the orders passed over are local only in " +
                       text(static_cast<Province>(skip_.province)) + "; the order is of " +
                       text(who_.province);
  }
  finding_.agrees = (own || skip_.local_only != 0) && buyer() != seller();
}

void Skip::quota(const Counters& counters) {
  const ProvincePair pair{buyer(), seller(), what_.pollutant};
  const std::size_t moment =
      counters.last_with(context_.state, pair.buyer, pair.seller, pair.pollutant, finding_.code);
  finding_.agrees = moment < counters.size() && pair.buyer != pair.seller;
  if (moment == counters.size()) return;
  finding_.caps = caps_of(context_, counters, moment, pair, {1, 1}, 0);
  for (Cap& cap : finding_.caps) {
    if (cap.room_kg > 0) continue;
    cap.decides = true;
    finding_.because = words_of(cap);
    if (!cap.set_by) finding_.because += "; no quota of this year was set, so it is 0";
    add_quota(context_, finding_, cap, pair);
    break;
  }
  const std::uint64_t trade = counters.trade_of(moment);
  finding_.because += trade == 0 ? "" : ", after trade " + std::to_string(trade);
}

void Skip::related() {
  const risk::ReferenceData& data = context_.state.data();
  const risk::Firm& firm = data.firms[who_.firm];
  const bool grouped_firm = firm.group.value != no_id;
  const FacilityId own{order_.facility};
  const auto others = passed_over(
      [&](const OrderFacts& other) { return data.related(own, FacilityId{other.facility}); });
  finding_.because = grouped_firm ? "both sides are of control group " +
                                        std::string{data.groups[firm.group].view()}
                                  : "both sides are of firm " + std::string{firm.code.view()};
  for (std::size_t i = 0; i < std::min(others.size(), orders_named_max); ++i) {
    const risk::Facility& other = context_.facility(others[i]->facility);
    finding_.because += (i == 0 ? ": " : ", ") + std::string{other.code.view()} + " of firm " +
                        std::string{data.firms[other.firm].code.view()};
    if (grouped_firm) add_set_by(finding_, context_.rules.firm(data.firms[other.firm].code.view()));
    if (!grouped_firm) add_set_by(finding_, context_.set_facility(others[i]->facility));
  }
  add_set_by(finding_, grouped_firm ? context_.rules.firm(firm.code.view())
                                    : context_.set_facility(order_.facility));
  finding_.agrees = !others.empty();
}

void Skip::max_ratio() {
  const risk::ReferenceData& data = context_.state.data();
  const FacilityId own{order_.facility};
  const auto ratio_with = [&](const OrderFacts& other) {
    const FacilityId with{other.facility};
    return risk::ratio_of(data, buys_ ? own : with, buys_ ? with : own, what_);
  };
  const auto most_with = [&](const OrderFacts& other) {
    return buys_ ? order_.max_ratio : other.max_ratio;
  };
  const auto others = passed_over([&](const OrderFacts& other) {
    return !data.related(own, FacilityId{other.facility}) && most_with(other).n != 0 &&
           ratio_with(other).above(most_with(other));
  });
  finding_.agrees = !others.empty();
  if (others.empty()) return;
  const OrderFacts& first = *others.front();
  const std::uint32_t bidder = buys_ ? order_.facility : first.facility;
  const ZoneId zone = context_.facility(bidder).zone;
  finding_.because = "the replacement ratio of " + std::string{context_.name(bidder)} + " with " +
                     std::string{context_.name(buys_ ? first.facility : order_.facility)} + " is " +
                     ratio_text(ratio_with(first)) + ", the bid's maximum " +
                     ratio_text(most_with(first));
  add_set_by(finding_, context_.set_zone(zone));
  add_set_by(finding_, context_.rules.ratios());
  if (what_.medium == Medium::water) {
    add_set_by(finding_, context_.set_facility(order_.facility));
    add_set_by(finding_, context_.set_facility(first.facility));
  }
}

void Skip::demand() {
  const std::uint32_t bidder = order_.facility;
  const risk::Demand::Approval& approval =
      context_.state.demand(FacilityId{bidder}, what_.pollutant);
  finding_.because = grouped(approval.credited_kg) + " of " + grouped(approval.approved_kg) +
                     " kg approved for " + std::string{context_.name(bidder)} + " are used";
  add_set_by(finding_, context_.rules.demand(context_.name(bidder), what_.pollutant));
}

void Skip::explain(const Counters& counters) {
  switch (finding_.code) {
    case Code::e07_link:
      return link();
    case Code::e08_attain:
      return attainment();
    case Code::x01_local_only:
      return local_only();
    case Code::e03_related:
      return related();
    case Code::x02_max_ratio:
      return max_ratio();
    case Code::d01_demand:
      return demand();
    default:
      return quota(counters);
  }
}

}  // namespace

Finding explain_skip(const Context& context, const SkipEvent& skip, const Counters& counters) {
  Finding finding = finding_of(context, Finding::Kind::skip, static_cast<Code>(skip.code));
  finding.order_id = skip.order_id;
  const OrderFacts* order = context.orders.find(skip.order_id);
  if (order == nullptr) {
    finding.agrees = false;
    return finding;
  }
  Skip{context, skip, *order, finding}.explain(counters);
  return finding;
}

Finding explain_cut(const Context& context, const TradeEvent& trade,
                    const std::optional<DemandUsedEvent>& used, const Counters& counters) {
  Finding finding = finding_of(context, Finding::Kind::cut_fill, static_cast<Code>(trade.code));
  finding.order_id = trade.buy_order_id;
  finding.sell_order_id = trade.sell_order_id;
  finding.trade_no = trade.trade_no;
  const risk::Facility& buyer = context.facility(trade.buy_facility);
  const Pollutant pollutant = context.instrument(trade.instrument).pollutant;
  const ProvincePair pair{buyer.province, context.facility(trade.sell_facility).province,
                          pollutant};
  const risk::Ratio ratio{trade.ratio_n, trade.ratio_d};
  const OrderFacts* bid = context.orders.find(trade.buy_order_id);
  const std::uint8_t f = bid == nullptr ? std::uint8_t{0} : bid->fraction.under(ratio);
  if (pair.buyer != pair.seller) {
    finding.caps = caps_of(context, counters, counters.size() - 1, pair, ratio, f);
  }
  const SetBy* approval = context.rules.demand(buyer.code.view(), pollutant);
  if (used) {
    const std::int64_t before = used->credited_kg - trade.credited_lots;
    const std::int64_t room = std::max<std::int64_t>(used->approved_kg - before, 0);
    finding.caps.push_back({.row = 7,
                            .code = Code::d01_demand,
                            .name = "demand of " + std::string{buyer.code.view()},
                            .cap_kg = used->approved_kg,
                            .use_kg = before,
                            .room_kg = room,
                            .lots = risk::sold_for_room(room, ratio, f),
                            .set_by = copy_of(approval)});
  }
  const auto least = std::ranges::min_element(finding.caps, {}, &Cap::lots);
  finding.agrees = least != finding.caps.end() && bid != nullptr && least->code == finding.code &&
                   least->lots == trade.quantity_lots;
  if (least == finding.caps.end()) return finding;
  least->decides = true;
  finding.because = words_of(*least) + "; at ratio " + ratio_text(ratio) + " that is " +
                    grouped(least->lots) + " kg to sell";
  if (least->row == 7) {
    add_set_by(finding, approval);
  } else {
    add_quota(context, finding, *least, pair);
  }
  return finding;
}

}  // namespace emx::why

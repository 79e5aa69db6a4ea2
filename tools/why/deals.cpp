#include "tools/why/deals.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "risk/ratio.hpp"
#include "tools/market/amount_text.hpp"
#include "tools/why/entry_rules.hpp"
#include "tools/why/province_caps.hpp"

namespace emx::why {

using market::grouped;

namespace {

// The tests of a trade, one after the other, from both sides' entry rules to the caps. The first
// that fails is the reason, and no test is made after it.
class BarredDeal {
 public:
  BarredDeal(const Context& context, const Deal& deal, Finding& finding)
      : context_{context},
        deal_{deal},
        finding_{finding},
        giver_{context.facility(deal.from)},
        receiver_{context.facility(deal.to)},
        what_{context.instrument(deal.instrument)} {}

  bool explain(const Counters& counters, std::int64_t credited_later_kg);

 private:
  using SetBys = std::vector<const SetBy*>;

  bool test(Code code, std::string name, std::string compared, bool passed, const SetBys& by) {
    return note_test(finding_, {code, std::move(name), std::move(compared), passed}, by);
  }
  bool entry_rules_pass();
  bool related_pass();
  bool pair_rules_pass();
  [[nodiscard]] std::vector<Cap> caps(const Counters& counters, risk::Ratio ratio,
                                      std::int64_t credited_later_kg) const;

  const Context& context_;
  const Deal& deal_;
  Finding& finding_;
  const risk::Facility& giver_;
  const risk::Facility& receiver_;
  const risk::Instrument& what_;
};

bool BarredDeal::entry_rules_pass() {
  const std::array parties{std::pair{deal_.from, Side::sell}, std::pair{deal_.to, Side::buy}};
  for (const Code code : entry_rules_order) {
    for (const auto& [facility, side] : parties) {
      for (const EntryRule& rule : entry_rules(context_, facility, deal_.instrument, side)) {
        if (rule.code != code) continue;
        if (!test(code, std::string{rule.name},
                  std::string{context_.name(facility)} + ": " + rule.compared, rule.passed,
                  rule.set_by)) {
          return false;
        }
      }
    }
  }
  return true;
}

bool BarredDeal::related_pass() {
  if (!deal_.bars_related) return true;
  const risk::ReferenceData& data = context_.state.data();
  const risk::Firm& one = data.firms[giver_.firm];
  const risk::Firm& other = data.firms[receiver_.firm];
  const bool related = data.related(FacilityId{deal_.to}, FacilityId{deal_.from});
  const auto owner = [&](const risk::Firm& firm) {
    return "firm " + std::string{firm.code.view()} +
           (firm.group.value == no_id
                ? std::string{}
                : " of control group " + std::string{data.groups[firm.group].view()});
  };
  return test(Code::e03_related, "control", owner(one) + " and " + owner(other), !related,
              {context_.rules.firm(one.code.view()), context_.rules.firm(other.code.view())});
}

bool BarredDeal::pair_rules_pass() {
  const Pollutant k = what_.pollutant;
  if (is_carbon(k)) return true;
  const auto from = static_cast<std::uint8_t>(giver_.province);
  const auto to = static_cast<std::uint8_t>(receiver_.province);
  const bool open = context_.state.links().open(k, from, to);
  if (!test(Code::e07_link, "link",
            "the link for " + text(k) + " from " + text(giver_.province) + " to " +
                text(receiver_.province) + " is " + (open ? "on" : "off"),
            open, {context_.rules.link(k, giver_.province, receiver_.province)})) {
    return false;
  }
  const bool crosses = giver_.province != receiver_.province;
  if (receiver_.is_reserve()) {
    return test(Code::x01_local_only, "repurchase",
                "a reserve's purchase stays inside " + text(receiver_.province) + "; the " +
                    std::string{deal_.giver} + " is in " + text(giver_.province),
                !crosses, {context_.set_facility(deal_.to)});
  }
  const risk::Zone& zone = context_.state.data().zones[receiver_.zone];
  const bool attains = zone.attains(k);
  return test(Code::e08_attain, "attainment",
              "the " + std::string{deal_.receiver} + "'s zone " + text(zone.province) + '/' +
                  std::string{zone.code.view()} + (attains ? " attains" : " misses") +
                  " its target for " + text(k) + "; the " + std::string{deal_.giver} +
                  (giver_.zone == receiver_.zone ? " is in it" : " is outside of it"),
              attains || giver_.zone == receiver_.zone, {context_.set_zone(receiver_.zone)});
}

std::vector<Cap> BarredDeal::caps(const Counters& counters, risk::Ratio ratio,
                                  std::int64_t credited_later_kg) const {
  const Pollutant k = what_.pollutant;
  std::vector<Cap> caps;
  if (giver_.province != receiver_.province) {
    caps = caps_of(context_, counters, counters.size() - 1,
                   {receiver_.province, giver_.province, k}, ratio, 0);
  }
  if (receiver_.is_reserve()) return caps;
  const risk::Demand::Approval& now = context_.state.demand(FacilityId{deal_.to}, k);
  const std::int64_t use = now.credited_kg - credited_later_kg;
  const std::int64_t room = std::max<std::int64_t>(now.approved_kg - use, 0);
  caps.push_back({.row = 7,
                  .code = Code::d01_demand,
                  .name = "demand of " + std::string{receiver_.code.view()},
                  .cap_kg = now.approved_kg,
                  .use_kg = use,
                  .room_kg = room,
                  .lots = risk::sold_for_room(room, ratio, 0),
                  .set_by = copy_of(context_.rules.demand(receiver_.code.view(), k))});
  return caps;
}

bool BarredDeal::explain(const Counters& counters, std::int64_t credited_later_kg) {
  if (!entry_rules_pass() || !related_pass() || !pair_rules_pass()) return true;
  if (is_carbon(what_.pollutant)) return false;
  const risk::Ratio ratio =
      risk::ratio_of(context_.state.data(), FacilityId{deal_.to}, FacilityId{deal_.from}, what_);
  finding_.caps = caps(counters, ratio, credited_later_kg);
  const auto least = std::ranges::min_element(finding_.caps, {}, &Cap::lots);
  if (least == finding_.caps.end() || least->lots >= deal_.lots) return false;
  least->decides = true;
  finding_.agrees = least->code == finding_.code;
  finding_.because = words_of(*least) + "; at ratio " + std::to_string(ratio.n) + '/' +
                     std::to_string(ratio.d) + " that is " + grouped(least->lots) + " kg, and " +
                     grouped(deal_.lots) + " kg go whole or not at all";
  if (least->set_by) add_set_by(finding_, &*least->set_by);
  return true;
}

}  // namespace

bool explain_barred_deal(const Context& context, const Deal& deal, const Counters& counters,
                         std::int64_t credited_later_kg, Finding& finding) {
  return BarredDeal{context, deal, finding}.explain(counters, credited_later_kg);
}

}  // namespace emx::why

#include <map>
#include <optional>
#include <set>
#include <type_traits>
#include <variant>
#include <vector>

#include "tests/model/random_market.hpp"

// Rule sets, most of them good: what is in them is what authorities say one by one, too.

namespace emx::model {

namespace {

// How wide a band may be around the reference.
std::int64_t widest_band(std::int64_t reference, std::int64_t levels_max) {
  return (levels_max - 2) * 50 / reference;
}

}  // namespace

std::map<Authority, std::vector<Rule>> RandomMarket::some_rules() {
  std::map<Authority, std::vector<Rule>> rules;
  signed_calendar_.reset();
  for (std::int64_t count = random_.between(1, 4); count > 0; --count) {
    const std::int64_t draw = random_.between(1, 100);
    if (draw <= 4) {
      const SetZone zone = new_zone(random_.pick(provinces_));
      rules[static_cast<Authority>(zone.province)].emplace_back(zone);
      continue;
    }
    if (draw <= 8) {
      const SetInstrument book = new_book();
      rules[Authority::joint].emplace_back(book);
      if (random_.chance(60)) {
        const std::int64_t price = books_.front().reference + random_.between(-9, 9);
        rules[Authority::joint].emplace_back(SetReferencePrice{book.symbol, price * book.tick_fen});
      }
      continue;
    }
    if (draw <= 50) {
      const SetQuota quota = quota_of(random_.pick(provinces_), random_.pick(pollutants_));
      rules[static_cast<Authority>(quota.province)].emplace_back(quota);
      continue;
    }
    if (draw <= 62) {
      rules[Authority::joint].emplace_back(parameters());
      continue;
    }
    if (draw <= 68) {
      const SetCalendar set = calendar();
      if (!set.days.empty()) signed_calendar_ = set;
      rules[Authority::joint].emplace_back(set);
      continue;
    }
    if (draw <= 76) {
      if (random_.chance(35)) {
        rules[Authority::joint].emplace_back(other_bands());
      } else {
        rules[Authority::joint].emplace_back(reference());
      }
      continue;
    }
    if (draw <= 80) {
      rules[Authority::joint].emplace_back(std::get<SetLimit>(limit()));
      continue;
    }
    const Command command = draw <= 90 ? zone() : link();
    if (const auto* zone = std::get_if<SetZone>(&command)) {
      rules[static_cast<Authority>(zone->province)].emplace_back(*zone);
    } else {
      rules[Authority::joint].emplace_back(std::get<SetLink>(command));
    }
  }
  for (const auto& [authority, number] : closed_) {  // left over: anew, or left out
    if (rules.contains(authority) || random_.chance(50)) continue;
    if (authority == Authority::joint) {
      const Command command = link();
      if (const auto* link = std::get_if<SetLink>(&command)) rules[authority].emplace_back(*link);
    } else {
      rules[authority].emplace_back(
          quota_of(static_cast<Province>(authority), random_.pick(pollutants_)));
    }
  }
  std::erase_if(rules, [this](const auto& row) {  // mostly of those who sign
    const bool signs = keys_.contains(row.first) || signers_.contains(row.first);
    return !signs && !signers_.empty() && random_.chance(90);
  });
  return rules;
}

void RandomMarket::plan_document(Authority authority, int version, const std::vector<Rule>& rules,
                                 const Day& effective) {
  int record = 0;
  for (const Rule& rule : rules) {
    const Authority signer = random_.chance(96) ? authority : Authority::ah;
    const int number = random_.chance(97) ? record : record + 1;
    planned_.emplace_back(RuleRecord{signer, version, number, rule});
    ++record;
  }
  if (random_.chance(4)) plan_new_key(authority);
  const int records = random_.chance(96) ? record : record + 1;
  planned_.emplace_back(RuleDocument{authority, version, records, effective});
}

std::optional<Rule> RandomMarket::needs_signature(const Command& command) const {
  return std::visit(
      [this](const auto& c) -> std::optional<Rule> {
        using Said = std::remove_cvref_t<decltype(c)>;
        Authority owner = Authority::joint;
        if constexpr (std::is_same_v<Said, SetReferencePrice>) return std::nullopt;
        if constexpr (requires { c.until_ms; }) {
          if (c.until_ms != 0) return std::nullopt;  // an act of the day
        }
        if constexpr (requires { c.province; }) owner = static_cast<Authority>(c.province);
        if constexpr (std::is_constructible_v<Rule, const Said&>) {
          if (keys_.contains(owner)) return Rule{c};
        }
        return std::nullopt;
      },
      command);
}

// What lies closed when the activation comes; now and then what lay there before.
void RandomMarket::name_documents(ActivateRules& activation) {
  for (auto& [authority, number] : activation.parts) {
    const auto closed = closed_.find(authority);
    number = closed == closed_.end() ? 0 : closed->second;
    if (number > 1 && random_.chance(3)) --number;
  }
}

// A document of its own for the next version, ahead of all else that is planned.
void RandomMarket::sign(const Rule& rule) {
  const auto owner = std::visit(
      [](const auto& r) {
        if constexpr (requires { r.province; }) return static_cast<Authority>(r.province);
        return Authority::joint;
      },
      rule);
  if (!rules_wait_) {
    signed_calendar_.reset();
    if (const auto* set = std::get_if<SetCalendar>(&rule); set != nullptr && !set->days.empty()) {
      signed_calendar_ = *set;
    }
  }
  const int version = rule_sets_ + 1;
  if (rules_wait_ && random_.chance(60)) {
    const int wrong = random_.chance(10) ? 1 : 0;
    planned_.emplace_back(WithdrawRules{rule_sets_ + wrong, random_.chance(80)});
  }
  planned_.emplace_front(ActivateRules{version, {{owner, 0}}, true});
  if (random_.chance(5)) planned_.emplace_front(SetAuthorityKey{owner, ++keys_given_, true});
  planned_.emplace_front(RuleDocument{owner, version, 1, today_});
  if (random_.chance(3)) planned_.emplace_front(SetAuthorityKey{owner, ++keys_given_, true});
  planned_.emplace_front(RuleRecord{owner, version, 0, rule});
}

// Of an authority that has one.
void RandomMarket::plan_new_key(Authority authority) {
  if (!keys_.contains(authority)) return;
  planned_.emplace_back(SetAuthorityKey{authority, ++keys_given_, random_.chance(90)});
}

void RandomMarket::plan_rule_set() {
  if (random_.chance(60)) {
    for (const Authority authority : signers_) {
      const auto known = keys_.find(authority);
      const int key = known == keys_.end() ? 1 : known->second;
      planned_.emplace_back(SetAuthorityKey{authority, key, random_.chance(95)});
    }
  }
  const int version = rule_sets_ + (random_.chance(94) ? 1 : 2);
  Day effective = today_;
  if (random_.chance(35)) effective = days_after(today_, random_.between(1, 3));
  std::map<Authority, int> parts;
  for (const auto& [authority, rules] : some_rules()) {
    Day own = random_.chance(97) ? effective : days_after(effective, 1);
    if (random_.chance(3)) own = days_after(today_, 401);
    plan_document(authority, version, rules, own);
    if (random_.chance(12)) {
      plan_new_key(authority);  // what was handed in is over; mostly it is handed in anew
      if (random_.chance(75)) plan_document(authority, version, rules, own);
    }
    plan_trading(random_.between(0, 2));
    if (random_.chance(95)) parts.insert({authority, 0});
  }
  if (random_.chance(5)) parts.insert({Authority::joint, 0});
  if (random_.chance(5)) parts.clear();
  if (random_.chance(10)) planned_.emplace_back(ActivateRules{version, parts, false});
  planned_.emplace_back(ActivateRules{version, parts, true});
  if (random_.chance(20)) plan_new_key(static_cast<Authority>(random_.between(0, 4)));
  if (random_.chance(15)) {
    plan_trading(random_.between(0, 3));
    planned_.emplace_back(WithdrawRules{version, random_.chance(80)});
  }
}

// A set that waits for its day, and finds no room left there.
void RandomMarket::plan_lapsing_set() {
  const bool planned = random_.chance(50) ? plan_set_without_zones() : plan_set_without_levels();
  if (planned) plan_end_of_day();
}

// One province's new zones wait, while another's, which has no key, sets its own.
bool RandomMarket::plan_set_without_zones() {
  std::optional<Province> waiting;
  std::optional<Province> setting;
  for (const Province province : provinces_) {
    (keys_.contains(static_cast<Authority>(province)) ? waiting : setting) = province;
  }
  if (rules_wait_ || night_ || !waiting || !setting) return false;
  const auto authority = static_cast<Authority>(*waiting);
  std::vector<Rule> rules;
  if (random_.chance(50)) rules.emplace_back(quota_of(*waiting, pollutants_.front()));
  const std::int64_t room =
      random_genesis().capacities.zones - static_cast<std::int64_t>(zones_.size());
  // At times one more than there is room for, though there is for each alone.
  const std::int64_t more = random_.chance(25) ? room + 1 : random_.between(1, 2);
  for (std::int64_t i = 0; i < more; ++i) rules.emplace_back(new_zone(*waiting));
  const int version = rule_sets_ + 1;
  plan_document(authority, version, rules, days_after(today_, random_.between(1, 2)));
  planned_.emplace_back(ActivateRules{version, {{authority, 0}}, true});
  plan_trading(random_.between(0, 3));
  for (std::int64_t i = 0; i < room; ++i) {
    if (random_.chance(95)) planned_.emplace_back(new_zone(*setting));
  }
  return true;
}

// A band waits that is as wide as the book has levels, while its reference rises.
bool RandomMarket::plan_set_without_levels() {
  const BookSketch& book = random_.pick(books_);
  const bool may_rise = book.terms.scheme != Scheme::cea && book.terms.tick_fen != dear_tick_fen;
  const bool signs = keys_.contains(Authority::joint);
  if (rules_wait_ || night_ || !signs || !may_rise || book.reference < 560) return false;
  SetInstrument wide = book.terms;
  wide.band_pct = widest_band(book.reference, wide.levels_max);
  std::vector<Rule> rules;
  if (random_.chance(50)) rules.emplace_back(parameters());
  rules.emplace_back(wide);
  const int version = rule_sets_ + 1;
  plan_document(Authority::joint, version, rules, days_after(today_, random_.between(1, 2)));
  planned_.emplace_back(ActivateRules{version, {{Authority::joint, 0}}, true});
  plan_trading(random_.between(0, 3));
  const std::int64_t higher = book.reference * random_.between(103, 109) / 100;
  planned_.emplace_back(SetReferencePrice{book.terms.symbol, higher * book.terms.tick_fen});
  return true;
}

}  // namespace emx::model

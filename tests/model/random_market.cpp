#include "tests/model/random_market.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <variant>

namespace emx::model {

namespace {

std::int64_t number_after(const std::string& line, const std::string& key) {
  return std::stoll(line.substr(line.find(key) + key.size()));
}

Province province_named(const std::string& name) {
  for (const Province province : all_provinces) {
    if (text(province) == name) return province;
  }
  return Province::sh;
}

Pollutant pollutant_named(const std::string& name) {
  for (const Pollutant pollutant : all_pollutants) {
    if (text(pollutant) == name) return pollutant;
  }
  return Pollutant::co2e;
}

Authority authority_named(const std::string& name) {
  for (int place = 0; place < 5; ++place) {
    if (text(static_cast<Authority>(place)) == name) return static_cast<Authority>(place);
  }
  return Authority::joint;
}

}  // namespace

RandomMarket::RandomMarket(std::uint64_t seed) : random_{seed} {
  tightness_ = static_cast<int>(random_.between(15, 85));
  many_classes_ = random_.chance(10);
  variety_ = static_cast<int>(random_.between(10, 100));
  if (random_.chance(50)) {
    for (int place = 0; place < 5; ++place) {
      if (random_.chance(85)) signers_.insert(static_cast<Authority>(place));
    }
  }
  plan_provinces();
  plan_books();
  planned_.emplace_back(DayOpen{today_});
  plan_participants();
  for (const Province province : all_provinces) {
    for (const Pollutant pollutant : pollutants_) {
      if (random_.chance(95)) plan_quota(province, pollutant);
    }
  }
  if (random_.chance(50)) planned_.emplace_back(SetPhase{"", Phase::pre_open});
  if (random_.chance(30)) plan_call("", Phase::opening_call);
  planned_.emplace_back(SetPhase{"", Phase::continuous});
}

// A rule whose authority has a key mostly comes signed.
Command RandomMarket::next() {
  Command command = drawn();
  if (const std::optional<Rule> rule = needs_signature(command); rule && random_.chance(94)) {
    sign(*rule);
    command = drawn();
  }
  if (auto* activation = std::get_if<ActivateRules>(&command)) name_documents(*activation);
  return command;
}

Command RandomMarket::drawn() {
  now_ms_ += random_.between(0, 600);
  if (planned_.empty() && night_ && random_.chance(70)) plan_next_day();
  if (planned_.empty()) {
    const std::int64_t draw = random_.between(1, 1'000);
    if (draw <= 703) return trading();
    if (draw <= 704) return query();
    if (draw <= 709) return parameters();
    if (draw <= 712) return calendar();
    if (draw <= 717) return other_bands();
    if (draw <= 736) {
      plan_block();
      return drawn();
    }
    if (draw <= 740) return random_.chance(85) ? hold() : withdraw();
    if (draw <= 746) {
      plan_rule_set();
    } else if (draw <= 754) {
      plan_transfer();
    } else if (draw <= 815) {
      plan_quota(random_.pick(provinces_), random_.pick(pollutants_));
    } else if (draw <= 845) {
      return link();
    } else if (draw <= 868) {
      return zone();
    } else if (draw <= 896) {
      return demand();
    } else if (draw <= 925) {
      return facility();
    } else if (draw <= 935) {
      return group();
    } else if (draw <= 957) {
      return phase();
    } else if (draw <= 962) {
      return reference();
    } else if (draw <= 970) {
      return money_or_rights();
    } else if (draw <= 980) {
      return mass_cancel();
    } else if (draw <= 986) {
      return indicative();
    } else if (draw <= 988) {
      if (random_.chance(50)) {
        plan_newcomer();
      } else {
        plan_lapsing_set();
      }
    } else if (draw <= 991) {
      plan_kill();
    } else if (draw <= 996) {
      return limit();
    } else {
      plan_end_of_day();
    }
  }
  if (planned_.empty()) return trading();
  const std::optional<Command> command = planned_.front();
  planned_.pop_front();
  if (!command) return trading();
  std::visit(
      [this](const auto& c) {
        if constexpr (requires { c.at_ms; }) now_ms_ = std::max(now_ms_, c.at_ms);
      },
      *command);
  return *command;
}

Command RandomMarket::trading() {
  const bool in_call = std::any_of(books_.begin(), books_.end(),
                                   [](const BookSketch& book) { return is_call(book.phase); });
  if (in_call && random_.chance(15)) return indicative();
  const std::int64_t draw = random_.between(1, 100);
  if (draw <= 75) return order();
  return draw <= 83 ? cancel() : replace();
}

RandomMarket::BookSketch& RandomMarket::book_of(const std::string& symbol) {
  return *std::find_if(books_.begin(), books_.end(),
                       [&](const BookSketch& book) { return book.terms.symbol == symbol; });
}

const SetFacility& RandomMarket::facility_of(const std::string& name) const {
  return *std::find_if(facilities_.begin(), facilities_.end(),
                       [&](const SetFacility& facility) { return facility.facility == name; });
}

void RandomMarket::observe_post(const std::string& asset, const std::string& from,
                                const std::string& to, std::int64_t amount) {
  const std::string symbol = asset == "cash" ? "" : asset;
  held_of_[{symbol, from}] -= amount;
  held_of_[{symbol, to}] += amount;
  if (asset == "cash") return;
  const Pollutant pollutant = book_of(asset).terms.pollutant;
  for (const SetFacility& facility : facilities_) {
    Use& use = use_[{facility.province, pollutant}];
    if (facility.facility == from) use.held -= amount;
    if (facility.facility == to) use.held += amount;
  }
}

void RandomMarket::observe(const Command& command, const std::vector<std::string>& lines) {
  const bool refused = !lines.empty() && lines.front().starts_with("refused");
  if (std::holds_alternative<DayOpen>(command) && !refused) {
    for (auto& [key, use] : use_) use.today = 0;
  }
  if (const auto* changed = std::get_if<SetPhase>(&command); changed != nullptr) {
    for (BookSketch& book : books_) {
      if (changed->symbol.empty() || changed->symbol == book.terms.symbol) {
        book.phase = changed->phase;
      }
    }
  }
  if (const auto* set = std::get_if<SetCalendar>(&command); set != nullptr && !refused) {
    calendar_[set->year] = set->days;
  }
  if (const auto* key = std::get_if<SetAuthorityKey>(&command); key != nullptr && !refused) {
    int& known = keys_[key->authority];
    if (known != key->key) closed_.erase(key->authority);
    known = key->key;
  }
  if (const auto* set = std::get_if<SetZone>(&command); set != nullptr && !refused) take_in(*set);
  if (const auto* book = std::get_if<SetInstrument>(&command); book != nullptr && !refused) {
    take_in(*book);
  }
  if (const auto* rule = std::get_if<RuleRecord>(&command); rule != nullptr && !refused) {
    if (rule->record == 0) drafts_[rule->authority].clear();
    drafts_[rule->authority].push_back(rule->rule);
  }
  if (const auto* closed = std::get_if<RuleDocument>(&command); closed != nullptr && !refused) {
    handed_in_[closed->authority] = drafts_[closed->authority];
    drafts_[closed->authority].clear();
    closed_[closed->authority] = ++documents_closed_;
  }
  if (std::holds_alternative<ActivateRules>(command) && !refused) {
    ++rule_sets_;
    closed_.clear();
    drafts_.clear();
  }
  const auto named = [this](int number) {
    return std::find_if(open_.begin(), open_.end(),
                        [number](const OrderSketch& order) { return order.number == number; });
  };
  const auto close = [&](int number) {
    const auto order = named(number);
    gone_.push_back(*order);
    open_.erase(order);
  };
  for (const std::string& line : lines) {
    std::istringstream words{line};
    std::string kind;
    words >> kind;
    if (kind == "rules") rules_wait_ = line.find(" waits") != std::string::npos;
    if (kind == "rules" && line.find(" in-force") != std::string::npos && signed_calendar_) {
      calendar_[signed_calendar_->year] = signed_calendar_->days;
    }
    if (kind == "rule") {
      int version = 0;
      std::string authority;
      words >> version >> authority;
      const auto record = static_cast<std::size_t>(number_after(line, "record="));
      take_in(handed_in_[authority_named(authority)].at(record));
    }
    if (kind == "band") {
      std::string symbol;
      words >> symbol;
      BookSketch& book = book_of(symbol);
      book.reference = number_after(line, "reference=");
      if (random_.chance(60)) book.mid = book.reference;
      if (std::abs(book.mid - book.reference) * 12 >= book.reference) book.mid = book.reference;
    }
    if (kind == "block" && line.find(" alleged ") != std::string::npos) ++blocks_given_;
    if (kind == "accepted") {
      const auto& sent = std::get<NewOrder>(command);
      open_.push_back({++orders_given_, sent.facility, sent.symbol, sent.side,
                       number_after(line, " price="), sent.quantity, 0,
                       sent.display_quantity > 0 || sent.post_only});
    } else if (kind == "replaced") {
      const auto order = named(static_cast<int>(number_after(line, "#")));
      order->price = number_after(line, " price=");
      order->quantity = number_after(line, " qty=");
    } else if (kind == "collar") {
      std::string symbol;
      words >> symbol;
      book_of(symbol).phase = Phase::volatility;
      if (planned_.empty()) plan_trading(random_.between(0, 4));
      planned_.emplace_back(SetPhase{random_.chance(80) ? symbol : "", Phase::continuous});
    } else if (kind == "cancelled") {
      close(static_cast<int>(number_after(line, "#")));
    } else if (kind == "trade") {
      const std::string left = line.substr(line.find("left=") + 5);
      const std::pair<int, std::int64_t> sides[] = {
          {static_cast<int>(number_after(line, "buy=#")), std::stoll(left)},
          {static_cast<int>(number_after(line, "sell=#")), number_after(left, "/")}};
      for (const auto& [number, rest] : sides) {
        named(number)->filled = named(number)->quantity - rest;
        if (rest == 0) close(number);
      }
    } else if (kind == "quota") {
      std::string province;
      std::string pollutant;
      words >> province >> pollutant;
      Use& use = use_[{province_named(province), pollutant_named(pollutant)}];
      use.net = number_after(line, "net=");
      use.today = number_after(line, "today=");
      use.gross = number_after(line, "gross=");
    } else if (kind == "post") {
      std::string asset;
      std::string from;
      std::string to;
      std::int64_t amount = 0;
      words >> asset >> from >> to >> amount;
      observe_post(asset, from, to, amount);
    }
  }
}

}  // namespace emx::model

#include "tests/model/market_audit.hpp"

#include <algorithm>
#include <variant>

namespace emx::model {

namespace {

bool is_venue_account(const std::string& holder) {
  return holder == "BANK" || holder == "REGISTRY";
}

}  // namespace

// Blocks that time alone ends, and the fixpoint of the rooms that their tickets held.
bool MarketAudit::may_follow_refusal(const Lines& lines) {
  std::size_t at = 1;
  bool rooms_freed = false;
  for (; at < lines.size(); ++at) {
    const ParsedLine line{lines[at]};
    if (line.kind() != "block" || line.value("code") != "C01_EXPIRED") break;
    if (line.number("room") > 0) rooms_freed = true;
  }
  if (at == lines.size()) return true;
  const std::string kind = ParsedLine{lines[at]}.kind();
  return rooms_freed && (kind == "trade" || kind == "collar");
}

MarketAudit::Lines MarketAudit::check(const Command& command, const Lines& lines) {
  found_.clear();
  lines_due_.clear();
  taker_ = 0;
  cancelled_.clear();
  ended_blocks_.clear();
  in_pass_ = false;
  ended_calls_.clear();
  owed_calls_.clear();
  calls_.clear();
  passed_in_pass_.clear();
  due_in_pass_.clear();
  passed_at_last_fill_.clear();
  pass_skips_.clear();
  fixpoint_skips_.clear();
  std::visit(
      [this](const auto& c) {
        if constexpr (requires { c.at_ms; }) now_ms_ = std::max(now_ms_, c.at_ms);
      },
      command);
  const bool refused = !lines.empty() && lines.front().starts_with("refused");
  if (refused && !may_follow_refusal(lines)) {
    find("order", "a refused command had further events");
    return found_;
  }
  if (!refused) std::visit([this](const auto& c) { take(c); }, command);
  for (std::size_t i = refused ? 1 : 0; i < lines.size(); ++i) {
    const std::string& text = lines[i];
    const ParsedLine line{text};
    const std::string kind = line.kind();
    if (kind == "quota" || kind == "demand") {
      if (lines_due_.empty() || lines_due_.front() != text) {
        find("quota", "not what the trade makes of it: " + text);
      }
      if (!lines_due_.empty()) lines_due_.erase(lines_due_.begin());
      continue;
    }
    read(command, line);
  }
  end_pass();
  if (!lines_due_.empty()) find("quota", "missing: " + lines_due_.front());
  judge_skips();
  judge_accounts();
  judge_net();
  judge_resting_pairs();
  judge_views();
  judge_taker();
  judge_calls();
  judge_holds();
  judge_transfers();
  judge_blocks();
  if (refused) return found_;
  judge_time(command);
  if (const auto* mass = std::get_if<MassCancel>(&command)) judge_mass(*mass);
  std::visit(
      [this](const auto& c) {
        constexpr bool holds = requires { c.amount; };
        if constexpr (holds) judge_hold(c.facility, c.symbol);
      },
      command);
  return found_;
}

MarketAudit::Lines MarketAudit::check(const Holdings& holdings) const {
  Lines found;
  const auto total_of = [this](const std::string& asset) {
    const auto row = brought_in_.find(asset);
    return row == brought_in_.end() ? 0 : row->second;
  };
  std::int64_t cash = holdings.venue_fees;
  for (const auto& [facility, fen] : holdings.cash) cash += fen;
  if (cash != total_of("cash")) found.push_back("cash: the sum of all is not what was deposited");
  for (const auto& [symbol, book] : books_) {
    std::int64_t lots = 0;
    if (const auto retired = holdings.retired.find(symbol); retired != holdings.retired.end()) {
      lots += retired->second;
    }
    if (const auto rights = holdings.rights.find(symbol); rights != holdings.rights.end()) {
      for (const auto& [facility, held] : rights->second) lots += held;
    }
    if (lots != total_of(symbol)) {
      found.push_back("rights: the sum of all " + symbol + " is not what was issued");
    }
  }
  return found;
}

void MarketAudit::find(const std::string& topic, const std::string& text) {
  found_.push_back(topic + ": " + text);
}

std::string MarketAudit::named(int order) { return std::string{"#"}.append(std::to_string(order)); }

// --- Commands --------------------------------------------------------------------------------

void MarketAudit::take(const SetZone& c) { zones_[{c.province, c.zone}] = c; }

void MarketAudit::take(const SetLink& c) {
  links_off_.erase({c.pollutant, {c.seller, c.buyer}});
  if (!c.enabled) links_off_.insert({c.pollutant, {c.seller, c.buyer}});
}

void MarketAudit::take(const SetInstrument& c) {
  books_[c.symbol] = c;
  phases_.emplace(c.symbol, Phase::closed);
  if (c.collar_pct == 0) last_trades_.erase(c.symbol);
}

void MarketAudit::take(const SetFirm& c) { group_of_firm_[c.firm] = c.group; }

void MarketAudit::take(const SetFacility& c) { facilities_[c.facility] = c; }

void MarketAudit::take(const SetQuota& c) { caps_[{c.year, {c.province, c.pollutant}}] = c; }

void MarketAudit::take(const SetDemand& c) {
  approvals_[{c.facility, c.pollutant}] = {c.approved, 0};
}

void MarketAudit::take(const RuleRecord& c) {
  std::vector<Rule>& rules = drafts_[std::string{text(c.authority)}];
  if (c.record == 0) rules.clear();
  rules.push_back(c.rule);
}

void MarketAudit::take(const RuleDocument& c) {
  const std::string authority{text(c.authority)};
  handed_in_[authority] = drafts_[authority];
  drafts_[authority].clear();
}

void MarketAudit::read_rule_set(const Command& command, const ParsedLine& line) {
  if (const auto* withdrawal = std::get_if<WithdrawRules>(&command)) {
    if (!withdrawal->approved) find("rules", "one person withdraws them");
    if (line.word(2) != "withdrawn") find("rules", "they are not withdrawn");
    return;
  }
  const auto* activation = std::get_if<ActivateRules>(&command);
  if (const auto* key = std::get_if<SetAuthorityKey>(&command)) {
    if (line.word(2) != "left-out") find("rules", "a key activates them");
    if (line.value("of") != text(key->authority)) find("rules", "a key ends another's document");
    handed_in_[line.value("of")].clear();
    return;
  }
  if (line.word(2) == "left-out") {
    const bool is_part =
        activation != nullptr && std::ranges::any_of(activation->parts, [&](const auto& part) {
          return text(part.first) == line.value("of");
        });
    if (activation == nullptr || is_part) find("rules", "a part of them is left out");
    return;
  }
  if (activation != nullptr && !activation->approved) find("rules", "one person activates them");
  if (activation == nullptr && !std::holds_alternative<DayOpen>(command)) {
    find("rules", "nobody activates them");
  }
  const bool has_come = line.value("for") <= text(today_);
  const bool ends = line.word(2) == "in-force" || line.word(2) == "lapsed";
  if (has_come != ends) find("rules", "not on their day");
  if (line.word(2) == "lapsed" && activation != nullptr) find("rules", "lapsed at once");
}

void MarketAudit::read_rule(const ParsedLine& line) {
  const std::vector<Rule>& rules = handed_in_[line.word(2)];
  const auto record = static_cast<std::size_t>(line.number("record"));
  if (record >= rules.size()) return find("rules", "one applies that nobody handed in");
  std::visit([this](const auto& rule) { take(rule); }, rules[record]);
}

void MarketAudit::take(const KillSwitch& c) {
  killed_.erase({c.scope, c.name});
  if (c.killed) killed_.insert({c.scope, c.name});
}

void MarketAudit::take(const Deposit& c) {
  expected_[{"cash", c.facility}] += c.amount_fen;
  brought_in_["cash"] += c.amount_fen;
}

void MarketAudit::take(const Withdraw& c) {
  expected_[{"cash", c.facility}] -= c.amount_fen;
  brought_in_["cash"] -= c.amount_fen;
}

void MarketAudit::take(const Issue& c) {
  expected_[{c.symbol, c.facility}] += c.quantity;
  brought_in_[c.symbol] += c.quantity;
}

void MarketAudit::take(const DayOpen& c) {
  if (!may_trade_on(c.date)) find("day", "opened although it is no trading day");
  if (c.date.year != today_.year) {
    counters_.clear();
    retired_across_.clear();
  }
  for (auto& [where, counters] : counters_) counters.today = 0;
  today_ = c.date;
  block_session_ = false;
  tickets_.clear();
  last_trades_.clear();
}

void MarketAudit::take(const SetPhase& c) {
  for (auto& [symbol, phase] : phases_) {
    if (!c.symbol.empty() && c.symbol != symbol) continue;
    if (is_call(phase) && !is_call(c.phase) && c.phase != Phase::halt) {
      ended_calls_.insert(symbol);
      if (crossed_pair_in(symbol)) owed_calls_.insert(symbol);
    }
    phase = c.phase;
  }
}

// --- What a command leaves behind --------------------------------------------------------------

void MarketAudit::judge_accounts() {
  for (const auto& [account, amount] : expected_) {
    if (posted_[account] != amount) {
      find("posting", account.second + " has not the " + account.first + " of its trades");
    }
  }
  std::map<std::string, std::int64_t> totals;
  for (const auto& [account, amount] : posted_) {
    if (!is_venue_account(account.second)) totals[account.first] += amount;
  }
  for (const auto& [asset, total] : totals) {
    if (total != brought_in_[asset]) {
      find(asset == "cash" ? "cash" : "rights", "the sum of " + asset + " has changed");
    }
  }
  std::map<Account, std::int64_t> reserved;
  for (const auto& [number, order] : orders_) {
    if (order.open) {
      reserved[{order.side == Side::buy ? "cash" : order.symbol, order.facility}] += order.reserved;
    }
  }
  for (const auto& [number, block] : blocks_) {
    for (const std::string& side : std::set{block.facility, block.counterparty}) {
      reserved[{"cash", side}] += block.reserved_of(side, true);
      reserved[{block.symbol, side}] += block.reserved_of(side, false);
    }
  }
  for (const auto& [account, held] : held_back_) {
    if (held.pledged < 0 || held.frozen < 0) find("available", "less than nothing is held back");
    reserved[account] += held.pledged + held.frozen;
  }
  for (const auto& [account, amount] : posted_) {
    if (!is_venue_account(account.second) && amount < 0) {
      find("available", account.second + " owes " + account.first);
    }
  }
  for (const auto& [account, amount] : reserved) {
    if (posted_[account] < amount) find("available", account.second + " lacks " + account.first);
  }
}

void MarketAudit::judge_net() {
  std::map<Pollutant, std::int64_t> sum;
  for (const auto& [where, counters] : counters_) sum[where.second] += counters.net;
  for (const auto& [pollutant, net] : sum) {
    if (net != -retired_across_[pollutant]) find("net", "the provinces do not add up");
  }
}

void MarketAudit::judge_resting_pairs() {
  for (const auto& [buy, bid] : orders_) {
    if (!bid.open || bid.side != Side::buy || phases_[bid.symbol] != Phase::continuous) continue;
    for (const auto& [sell, ask] : orders_) {
      const bool crossed =
          ask.open && ask.side == Side::sell && ask.symbol == bid.symbol && crosses(bid, ask);
      if (crossed && executable(bid, ask)) {
        find("pair",
             named(buy) + " and #" + std::to_string(sell) + " rest although they may trade");
      }
    }
  }
}

}  // namespace emx::model

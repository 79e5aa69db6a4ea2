#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/model/market_commands.hpp"
#include "tests/model/parsed_line.hpp"

namespace emx::model {

// Counts what has happened in a stream of commands, by name: every kind of event and code, and the
// situations that are hard to get right. A random test that no longer meets them tests nothing.
class Coverage {
 public:
  // To be called when another market begins.
  void start_market();

  void add(const Command& command, const std::vector<std::string>& lines);

  [[nodiscard]] std::int64_t times(const std::string& outcome) const;

  // All that the tests must meet.
  [[nodiscard]] static const std::vector<std::string>& wanted();

 private:
  struct Known {
    NewOrder sent;
    Day accepted_on;
    bool open = true;
    std::int64_t price = 0;
    std::int64_t quantity = 0;
    std::int64_t remaining = 0;
    std::int64_t shown = 0;
    std::string ratio;         // of its last fill
    int parameters_known = 0;  // how often they were set by then
  };

  void add_line(const Command& command, const ParsedLine& line);
  void add_hold(const Command& command, const ParsedLine& line);
  void add_transfer(const ParsedLine& line);
  void add_block(const Command& command, const ParsedLine& line);
  void add_rule_set(const Command& command, const ParsedLine& line);
  void add_key(const SetAuthorityKey& command);
  void add_rule(const ParsedLine& line);
  void add_instrument(const SetInstrument& book);
  void add_limit(const SetLimit& limit);
  void add_stop(const ParsedLine& line);
  void add_limit_refusal(const NewOrder& order, const ParsedLine& line);
  [[nodiscard]] std::int64_t limit_of(LimitKind kind, Scope scope, const std::string& name) const;
  void add_refusal(const Command& command, const ParsedLine& line);
  void add_accepted(const NewOrder& command, const ParsedLine& line);
  void add_replaced(const ParsedLine& line);
  void add_cancel(const Command& command, const ParsedLine& line);
  void add_end_of_time(const Command& command, const Known& order);
  void add_trade(const ParsedLine& line);
  void add_fill(Known& order, const ParsedLine& line, const std::string& where);
  void add_skip(const ParsedLine& line);
  void add_indicative(const ParsedLine& line);
  void add_end_of_pass();
  void add_calls(const SetPhase& command);
  void add_mass_cancel(const MassCancel& command, const std::vector<std::string>& lines);
  void add_fixpoint(const Command& command);
  void count_classes();
  void count(const std::string& outcome) { ++times_[outcome]; }

  std::map<std::string, std::int64_t> times_;
  std::map<int, Known> orders_;  // by number
  std::map<std::string, SetInstrument> books_;
  std::map<std::string, Phase> phases_;
  std::map<std::string, SetFacility> facilities_;
  std::map<std::pair<Province, std::string>, SetZone> zones_;
  std::map<std::string, std::vector<Rule>> drafts_;     // by authority
  std::map<std::string, std::vector<Rule>> handed_in_;  // and closed
  std::map<std::string, int> keys_;                     // by authority
  bool rules_wait_ = false;
  std::set<std::string> listed_by_rules_;  // symbols that a rule set brought
  std::map<int, std::set<Day>> calendar_;  // as far as it is known
  // Limits as they were set, and of a firm its group.
  struct Limit {
    std::int64_t lasting = -1;
    std::int64_t temporary = -1;
    std::int64_t until_ms = 0;
  };
  std::map<std::tuple<LimitKind, Scope, std::string>, Limit> limits_;
  std::map<std::string, std::string> group_of_firm_;
  std::int64_t now_ms_ = 0;
  Day today_;
  int parameters_set_ = 0;  // how often, over all markets

  // Of the command at hand.
  int taker_ = 0;
  bool demand_cancel_ = false;  // a D01 cancel, and no fill of the pass since
  bool fixpoint_ = false;
  std::int64_t taker_fills_ = 0;
  std::map<std::string, std::int64_t> call_left_;  // by symbol: of the volume that was announced
  std::set<int> refreshed_;                        // in the pass
  std::set<int> gone_;
  std::map<std::string, std::set<std::string>> codes_of_class_;  // of the pass's SKIPs
  std::vector<std::string> fixpoint_books_;                      // in the order visited
};

}  // namespace emx::model

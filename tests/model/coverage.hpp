#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/model/market_commands.hpp"
#include "tests/model/parsed_line.hpp"

namespace emx::model {

// Counts what has happened in a stream of commands, by name: every kind of event and code, and the
// situations that are hard to get right. A random test that no longer meets them tests nothing.
class Coverage {
 public:
  // To be called when another market begins.
  void start_market() { orders_.clear(); }

  void add(const Command& command, const std::vector<std::string>& lines);

  [[nodiscard]] std::int64_t times(const std::string& outcome) const;

  // All that the tests must meet.
  [[nodiscard]] static const std::vector<std::string>& wanted();

 private:
  struct Known {
    std::string symbol;
    std::string facility;
    Side side;
  };

  void add_line(const Command& command, const ParsedLine& line);
  void add_cancel(const Command& command, const ParsedLine& line);
  void add_trade(const ParsedLine& line);
  void add_skip(const ParsedLine& line);
  void count(const std::string& outcome) { ++times_[outcome]; }

  std::map<std::string, std::int64_t> times_;
  std::map<int, Known> orders_;  // by number

  // Of the command at hand.
  int taker_ = 0;
  bool demand_cancel_ = false;  // a D01 cancel, and no fill of the pass since
  bool fixpoint_ = false;
  std::set<int> gone_;
  std::map<std::string, std::set<std::string>> codes_of_class_;  // of the pass's SKIPs
  std::vector<std::string> fixpoint_books_;                      // in the order visited
};

}  // namespace emx::model

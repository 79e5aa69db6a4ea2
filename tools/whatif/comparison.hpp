#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "tools/audit/describer.hpp"
#include "tools/market/command_list.hpp"
#include "tools/market/names.hpp"
#include "tools/whatif/figures.hpp"
#include "tools/whatif/other_course.hpp"
#include "tools/whatif/report.hpp"

namespace emx::whatif {

// Follows a ledger, and beside it the course it would have taken under other rules. Not
// thread-safe.
class Comparison {
 public:
  explicit Comparison(const Question& question);

  // The next entry; false: the day is over, or fault() or objection() say why there is no more.
  [[nodiscard]] bool take(const EntryView& entry);
  // After the last entry.
  void finish();

  struct Line {  // an entry in words
    std::uint64_t sequence;
    std::int64_t at_ns;
    std::string command;
  };

  // Why there is no answer: the ledger's events are not what its commands give.
  [[nodiscard]] const std::string& fault() const { return fault_; }
  // What is wrong with the question.
  [[nodiscard]] const std::string& objection() const { return objection_; }

  [[nodiscard]] bool started() const { return started_; }
  [[nodiscard]] Figures was() const { return was_.figures(names_); }
  [[nodiscard]] Figures would_be() const { return would_be_.figures(names_there_); }
  [[nodiscard]] const std::vector<std::string>& rules_set() const { return rules_set_; }
  [[nodiscard]] const std::vector<Line>& left_out() const { return left_out_; }
  // The first entry whose outcome would differ.
  [[nodiscard]] const std::optional<Line>& parts_at() const { return parts_at_; }

 private:
  [[nodiscard]] bool is_start(const EntryView& entry) const;
  [[nodiscard]] bool is_end(const EntryView& entry) const;
  void set_rules(std::int64_t at_ns);
  void judge_last();

  const Question& question_;
  bool started_ = false;
  audit::Describer describer_;
  market::CommandList commands_;  // that the rules' names come from
  market::Names names_;
  market::Names names_there_;
  Counter was_;
  Counter would_be_;
  OtherCourse course_;
  std::vector<std::string> rules_set_;
  std::vector<Line> left_out_;
  std::optional<Line> last_;  // the last command that was no Continue
  std::optional<Line> parts_at_;
  bool is_cut_ = false;  // the ledger's last entry goes on in a Continue that is not there yet
  std::string fault_;
  std::string objection_;
};

}  // namespace emx::whatif

#include <algorithm>
#include <map>
#include <ostream>
#include <set>
#include <string>

#include "tools/scenario/report.hpp"

// The file once more, with what happened.

namespace emx::scenario {

namespace {

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

// What the rows of a step say in `expect`.
std::vector<std::string> events_of(const ScenarioStep& step, const StepOutcome& outcome,
                                   bool brief) {
  std::vector<std::string> texts;
  for (const EventLine& event : brief ? events_that_count(step, outcome) : outcome.events) {
    texts.push_back(text_of(event));
  }
  if (texts.empty() && step.asserts()) texts.emplace_back("nothing");
  return texts;
}

class Printer {
 public:
  Printer(const FileResult& result, bool brief, std::ostream& out)
      : scenario_{result.scenario}, out_{out} {
    for (const StepsHeader& header : scenario_.headers) headers_[header.line] = header.expect_first;
    for (std::size_t i = 0; i < scenario_.steps.size(); ++i) {
      const ScenarioStep& step = scenario_.steps[i];
      auto events = events_of(step, result.outcome.steps[i], brief);
      do_width_ = std::max(do_width_, step.text.size());
      for (const std::string& event : events) {
        expect_width_ = std::max(expect_width_, event.size());
      }
      more_lines_.insert(step.more_lines.begin(), step.more_lines.end());
      steps_[step.line] = {&step, std::move(events)};
    }
  }

  void print() {
    std::string_view rest = scenario_.text;
    for (std::uint32_t number = 1; !rest.empty(); ++number) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      print_line(number, line);
    }
  }

 private:
  struct Played {
    const ScenarioStep* step = nullptr;
    std::vector<std::string> events;
  };

  void print_line(std::uint32_t number, std::string_view line) {
    const std::size_t hash = std::min(line.find('#'), line.size());
    const std::string_view comment = line.substr(hash);
    const auto header = headers_.find(number);
    const auto step = steps_.find(number);
    if (header != headers_.end()) {
      expect_first_ = header->second;
      print_row("do", "expect", comment);
    } else if (step != steps_.end()) {
      const auto& [played, events] = step->second;
      print_row(played->text, events.empty() ? "" : events[0], comment);
      for (std::size_t i = 1; i < events.size(); ++i) print_row("", events[i], "");
    } else if (!more_lines_.contains(number)) {
      out_ << line << '\n';
    }
  }

  void print_row(const std::string& done, const std::string& happened, std::string_view comment) {
    const std::string left = padded(done, do_width_);
    const std::string right = padded(happened, expect_width_);
    out_ << "| " << (expect_first_ ? right : left) << " | " << (expect_first_ ? left : right)
         << " |" << (comment.empty() ? "" : "  ") << comment << '\n';
  }

  const Scenario& scenario_;
  std::ostream& out_;
  std::map<std::uint32_t, bool> headers_;  // by line: expect stands first
  std::map<std::uint32_t, Played> steps_;  // by line
  std::set<std::uint32_t> more_lines_;
  std::size_t do_width_ = 0;
  std::size_t expect_width_ = std::string_view{"expect"}.size();
  bool expect_first_ = false;
};

}  // namespace

void write_played(const FileResult& result, bool brief, std::ostream& out) {
  Printer{result, brief, out}.print();
}

}  // namespace emx::scenario

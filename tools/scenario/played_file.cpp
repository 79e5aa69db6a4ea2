#include <algorithm>
#include <map>
#include <ostream>
#include <string>

#include "tools/scenario/report.hpp"

// The file once more, with what happened.

namespace emx::scenario {

namespace {

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

// What the rows below a step's statement say.
std::vector<std::string> events_of(const ScenarioStep& step, const StepOutcome& outcome,
                                   bool brief) {
  std::vector<std::string> texts;
  const auto events = brief ? events_that_count(step, outcome) : outcome.events;
  for (const EventLine& event : events) texts.push_back(text_of(event));
  const bool decided =
      std::ranges::any_of(events, [](const EventLine& event) { return event.form->decision; });
  if (texts.empty() && !decided && step.asserts()) texts.emplace_back("nothing");
  return texts;
}

struct Page {
  bool expect_first = false;  // in the columns of the table at hand
  std::size_t do_width = 0;
  std::size_t expect_width = 0;
};

void write_row(const Page& page, const std::string& statement, const std::string& event,
               std::string_view comment, std::ostream& out) {
  const std::string done = padded(statement, page.do_width);
  const std::string happened = padded(event, page.expect_width);
  out << "| " << (page.expect_first ? happened : done) << " | "
      << (page.expect_first ? done : happened) << " |";
  out << (comment.empty() ? "" : "  ") << comment << '\n';
}

}  // namespace

void write_played(const FileResult& result, bool brief, std::ostream& out) {
  const Scenario& scenario = result.scenario;
  std::map<std::uint32_t, std::size_t> step_at;
  std::map<std::uint32_t, bool> is_event_row;
  Page page;
  for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
    step_at[scenario.steps[i].line] = i;
    page.do_width = std::max(page.do_width, scenario.steps[i].text.size());
    for (const std::string& text : events_of(scenario.steps[i], result.outcome.steps[i], brief)) {
      page.expect_width = std::max(page.expect_width, text.size());
    }
    for (const std::uint32_t line : scenario.steps[i].expected_lines) is_event_row[line] = true;
  }
  std::string_view rest = scenario.text;
  bool header_follows = false;
  for (std::uint32_t number = 1; !rest.empty(); ++number) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const auto step = step_at.find(number);
    if (step != step_at.end()) {
      const auto texts =
          events_of(scenario.steps[step->second], result.outcome.steps[step->second], brief);
      const std::size_t hash = line.find('#');
      const std::string_view comment =
          hash == std::string_view::npos ? std::string_view{} : line.substr(hash);
      write_row(page, scenario.steps[step->second].text, texts.empty() ? "" : texts[0], comment,
                out);
      for (std::size_t i = 1; i < texts.size(); ++i) write_row(page, "", texts[i], "", out);
      continue;
    }
    if (is_event_row.contains(number)) continue;
    if (line.starts_with("steps")) header_follows = true;
    if (header_follows && line.find('|') != std::string_view::npos) {
      page.expect_first = line.find("expect") < line.find("do");
      header_follows = false;
      write_row(page, "do", "expect", "", out);
      continue;
    }
    out << line << '\n';
  }
}

}  // namespace emx::scenario

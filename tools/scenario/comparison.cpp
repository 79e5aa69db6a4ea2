#include "tools/scenario/comparison.hpp"

#include <algorithm>
#include <span>

namespace emx::scenario {

namespace {

using Mark = DiffLine::Mark;

// The least edit that makes one list of the other: of all pairs in order that fit, as many as can.
// Positions where an expected event meets one that happened.
std::vector<std::vector<std::size_t>> longest_common(std::span<const EventLine> expected,
                                                     std::span<const EventLine> happened) {
  std::vector<std::vector<std::size_t>> length(expected.size() + 1,
                                               std::vector<std::size_t>(happened.size() + 1, 0));
  for (std::size_t i = expected.size(); i-- > 0;) {
    for (std::size_t j = happened.size(); j-- > 0;) {
      length[i][j] = fits(expected[i], happened[j]) ? length[i + 1][j + 1] + 1
                                                    : std::max(length[i + 1][j], length[i][j + 1]);
    }
  }
  return length;
}

// Writes what stands between two pairs that fit; an event meets the one of its kind in its place,
// and tells no more than that names.
void write_hunk(std::span<const EventLine> expected, std::span<const EventLine> happened,
                std::vector<DiffLine>& lines) {
  for (const EventLine& one : expected) lines.push_back({Mark::expected, text_of(one)});
  std::size_t next = 0;
  for (const EventLine& one : happened) {
    const auto rest = expected.subspan(std::min(next, expected.size()));
    const auto like = std::ranges::find(rest, one.form, &EventLine::form);
    const bool found = like != rest.end();
    if (found) next = static_cast<std::size_t>(&*like - expected.data()) + 1;
    const bool worded = found && (!like->fields.empty() || like->words.size() < one.words.size());
    std::string text = text_of(one, worded ? &*like : nullptr);
    lines.push_back({Mark::happened, std::move(text)});
  }
}

std::vector<DiffLine> diff(std::span<const EventLine> expected,
                           std::span<const EventLine> happened) {
  const auto length = longest_common(expected, happened);
  std::vector<DiffLine> lines;
  std::size_t i = 0;
  std::size_t j = 0;
  std::size_t hunk_i = 0;
  std::size_t hunk_j = 0;
  const auto close = [&] {
    write_hunk(expected.subspan(hunk_i, i - hunk_i), happened.subspan(hunk_j, j - hunk_j), lines);
  };
  while (i < expected.size() || j < happened.size()) {
    if (i < expected.size() && j < happened.size() && fits(expected[i], happened[j])) {
      close();
      lines.push_back({Mark::same, text_of(expected[i])});
      hunk_i = ++i;
      hunk_j = ++j;
    } else if (j == happened.size() ||
               (i < expected.size() && length[i + 1][j] >= length[i][j + 1])) {
      ++i;
    } else {
      ++j;
    }
  }
  close();
  return lines;
}

bool all_same(std::span<const DiffLine> lines) {
  return std::ranges::all_of(lines, [](const DiffLine& line) { return line.mark == Mark::same; });
}

std::vector<DiffLine> diff_of(const ScenarioStep& step, const StepOutcome& outcome) {
  std::vector<DiffLine> lines;
  if (step.check) {
    lines = diff(std::span{&*step.check, 1}, std::span{&*outcome.answer, 1});
  } else if (step.asserts()) {
    lines = diff(step.expected, events_that_count(step, outcome));
    if (step.nothing && !lines.empty()) {
      lines.insert(lines.begin(), {Mark::expected, "nothing"});
    }
  } else {
    for (const EventLine& event : outcome.events) {
      if (event.form->name == "refused") lines.push_back({Mark::happened, text_of(event)});
    }
  }
  if (!outcome.audit.empty()) lines.push_back({Mark::happened, "audit: " + outcome.audit});
  return lines;
}

}  // namespace

std::vector<EventLine> events_that_count(const ScenarioStep& step, const StepOutcome& outcome) {
  std::vector<EventLine> counting;
  for (const EventLine& event : outcome.events) {
    const bool named =
        std::ranges::find(step.expected, event.form, &EventLine::form) != step.expected.end();
    if (event.form->decision || named) counting.push_back(event);
  }
  return counting;
}

Comparison compare(const Scenario& scenario, const Outcome& outcome) {
  Comparison comparison;
  comparison.statements = scenario.steps.size();
  for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
    const ScenarioStep& step = scenario.steps[i];
    comparison.events += step.expected.size() + (step.check ? 1 : 0);
    auto lines = diff_of(step, outcome.steps[i]);
    if (all_same(lines)) continue;
    comparison.differences.push_back({step.line, step.text, std::move(lines)});
  }
  return comparison;
}

}  // namespace emx::scenario

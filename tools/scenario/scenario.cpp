#include "tools/scenario/scenario.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>

#include "tools/market/table_row.hpp"
#include "tools/scenario/table.hpp"

namespace emx::scenario {

using market::in_quotes;

namespace {

constexpr std::array step_columns{Column{"do", ""}, Column{"expect", ""}};

// The steps of a file, one after the other.
class StepsReading {
 public:
  StepsReading(const std::string& file, script::StatementReader& reader,
               std::vector<ScenarioStep>& steps, market::Faults& faults)
      : file_{file}, reader_{reader}, steps_{steps}, faults_{faults} {}

  void take(const Section& section) {
    const Table table{section, step_columns, file_, faults_};
    usable_ = false;  // an event belongs to a statement of its own table
    started_ = false;
    for (const Table::Row& row : table.rows()) {
      const std::string text = row.at("do");
      if (!text.empty()) start(row.line(), text);
      const std::string expected = row.at("expect");
      if (!expected.empty()) expect(row.line(), expected);
    }
  }

 private:
  void fault(std::uint32_t line, std::string_view column, std::string reason) {
    faults_.push_back({file_, line, std::string{column}, std::move(reason)});
  }

  void start(std::uint32_t line, const std::string& text) {
    ScenarioStep step;
    step.line = line;
    step.text = text;
    started_ = true;
    const std::string verb = text.substr(0, text.find_first_of(" \t"));
    if (verb == "check") {
      step.check = read_check(line, text);
      usable_ = step.check.has_value();
    } else {
      step.statement = read_statement(line, text);
      usable_ = step.statement.has_value();
    }
    if (usable_) steps_.push_back(std::move(step));
  }

  std::optional<script::Step> read_statement(std::uint32_t line, const std::string& text) {
    const std::size_t before = faults_.size();
    auto statement = reader_.read(line, text);
    for (std::size_t i = before; i < faults_.size(); ++i) faults_[i].column = "do";
    orders_.insert("line-" + std::to_string(line));
    if (!statement) return std::nullopt;
    if (!statement->order.empty()) orders_.insert(statement->order);
    return statement;
  }

  std::optional<EventLine> read_check(std::uint32_t line, const std::string& text) {
    std::string reason;
    auto check = read_event(text, check_forms(), {reader_.names(), orders_}, reason);
    if (check && check->words.size() < check->form->words.size()) {
      reason = "the check ends early; expected " +
               std::string{check->form->words[check->words.size()].name};
      check.reset();
    } else if (check && check->fields.empty() && !check->form->fields.empty()) {
      reason = "the check compares nothing; expected for example " +
               std::string{check->form->fields[0].name} + "=...";
      check.reset();
    }
    if (!check) fault(line, "do", reason);
    return check;
  }

  void expect(std::uint32_t line, const std::string& text) {
    if (!started_) return fault(line, "expect", "an event without a statement above it");
    if (!usable_) {  // its statement has a fault; the event may still be told its own
      std::string reason;
      const bool good =
          text == "nothing" || read_event(text, event_forms(), {reader_.names(), orders_}, reason);
      if (!good) fault(line, "expect", reason);
      return;
    }
    ScenarioStep& step = steps_.back();
    if (!step.statement) {
      return fault(line, "expect", "a check makes no events; leave the cell empty");
    }
    if (step.nothing || (text == "nothing" && !step.expected.empty())) {
      return fault(line, "expect", "`nothing` stands alone");
    }
    if (line != step.line) step.more_lines.push_back(line);
    if (text == "nothing") {
      step.nothing = true;
      return;
    }
    std::string reason;
    auto event = read_event(text, event_forms(), {reader_.names(), orders_}, reason);
    if (!event) return fault(line, "expect", reason);
    step.expected.push_back(std::move(*event));
  }

  const std::string& file_;
  script::StatementReader& reader_;
  std::vector<ScenarioStep>& steps_;
  market::Faults& faults_;
  std::set<std::string, std::less<>> orders_;
  bool started_ = false;  // a statement stands above
  bool usable_ = false;   // and it could be read
};

}  // namespace

Scenario parse_scenario(std::string text, std::string file) {
  Scenario scenario;
  scenario.file = std::move(file);
  scenario.text = std::move(text);
  const auto sections = read_sections(scenario.text, scenario.file, scenario.faults);
  script::StatementReader reader{scenario.file, scenario.faults};
  scenario.market = build_market(sections, scenario.file, reader, scenario.faults);
  StepsReading steps{scenario.file, reader, scenario.steps, scenario.faults};
  for (const Section& section : sections) {
    if (section.name != "steps") continue;
    scenario.headers.push_back(
        {section.columns_line, !section.columns.empty() && section.columns[0] == "expect"});
    steps.take(section);
  }
  if (scenario.headers.empty() && scenario.faults.empty()) {
    scenario.faults.push_back(
        {scenario.file, 0, "", "there is no section steps: nothing would be played"});
  }
  if (!scenario.headers.empty() && scenario.steps.empty() && scenario.faults.empty()) {
    scenario.faults.push_back({scenario.file, scenario.headers.front().line, "",
                               "steps has no row: nothing would be played"});
  }
  std::ranges::stable_sort(scenario.faults, {}, &market::Fault::line);
  return scenario;
}

Scenario read_scenario(const std::filesystem::path& file) {
  std::error_code ignored;
  std::ifstream stream{file, std::ios::binary};
  if (stream && !std::filesystem::is_directory(file, ignored)) {
    return parse_scenario({std::istreambuf_iterator<char>{stream}, {}}, file.string());
  }
  Scenario scenario;
  scenario.file = file.string();
  scenario.faults.push_back({scenario.file, 0, "", "cannot be read; is it there?"});
  return scenario;
}

}  // namespace emx::scenario

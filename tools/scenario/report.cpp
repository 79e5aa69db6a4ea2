#include "tools/scenario/report.hpp"

#include <nlohmann/json.hpp>
#include <ostream>

namespace emx::scenario {

namespace {

using Json = nlohmann::ordered_json;

std::string counted(std::size_t number, std::string_view one) {
  return std::to_string(number) + ' ' + std::string{one} + (number == 1 ? "" : "s");
}

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::ok:
      return "ok";
    case Verdict::differs:
      return "differs";
    case Verdict::fault:
      return "fault";
  }
  return "?";
}

char mark_of(DiffLine::Mark mark) {
  switch (mark) {
    case DiffLine::Mark::same:
      return ' ';
    case DiffLine::Mark::expected:
      return '-';
    case DiffLine::Mark::happened:
      return '+';
  }
  return '?';
}

Json json_of(const Difference& difference) {
  Json expected = Json::array();
  Json happened = Json::array();
  for (const DiffLine& line : difference.lines) {
    if (line.mark != DiffLine::Mark::happened) expected.push_back(line.text);
    if (line.mark != DiffLine::Mark::expected) happened.push_back(line.text);
  }
  return {{"line", difference.line},
          {"statement", difference.statement},
          {"expected", expected},
          {"happened", happened}};
}

Json json_of(const FileResult& result) {
  Json json{{"file", result.scenario.file},
            {"verdict", name_of(result.verdict())},
            {"statements", result.comparison.statements},
            {"events", result.comparison.events},
            {"differences", Json::array()},
            {"faults", Json::array()}};
  for (const Difference& difference : result.comparison.differences) {
    json["differences"].push_back(json_of(difference));
  }
  for (const market::Fault& fault : result.faults()) {
    json["faults"].push_back(
        {{"line", fault.line}, {"column", fault.column}, {"reason", fault.reason}});
  }
  return json;
}

}  // namespace

Verdict FileResult::verdict() const {
  if (!faults().empty()) return Verdict::fault;
  return comparison.differences.empty() ? Verdict::ok : Verdict::differs;
}

FileResult judge(Scenario scenario) {
  FileResult result{std::move(scenario), {}, {}};
  if (!result.scenario.faults.empty()) return result;
  result.outcome = run(result.scenario);
  if (result.outcome.faults.empty()) result.comparison = compare(result.scenario, result.outcome);
  return result;
}

void write_text(const FileResult& result, std::ostream& out) {
  const std::string& file = result.scenario.file;
  if (result.verdict() == Verdict::fault) {
    for (const market::Fault& fault : result.faults()) out << text_of(fault) << '\n';
    out << "fault " << file << ": " << counted(result.faults().size(), "fault")
        << "; nothing was compared\n";
    return;
  }
  for (const Difference& difference : result.comparison.differences) {
    out << file << ':' << difference.line << ": " << difference.statement << '\n';
    for (const DiffLine& line : difference.lines) {
      out << "  " << mark_of(line.mark) << ' ' << line.text << '\n';
    }
  }
  out << name_of(result.verdict()) << ' ' << file << ": "
      << counted(result.comparison.statements, "statement") << ", "
      << counted(result.comparison.events, "event");
  if (result.verdict() == Verdict::differs) {
    out << "; " << counted(result.comparison.differences.size(), "statement")
        << " with another outcome (- expected, + happened)";
  }
  out << '\n';
}

void write_json(const std::vector<FileResult>& results, std::ostream& out) {
  Verdict worst = Verdict::ok;
  Json files = Json::array();
  for (const FileResult& result : results) {
    worst = std::max(worst, result.verdict());
    files.push_back(json_of(result));
  }
  const Json json{{"verdict", name_of(worst)}, {"files", files}};
  // What is no UTF-8 in a file must not stop its verdict.
  out << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace emx::scenario

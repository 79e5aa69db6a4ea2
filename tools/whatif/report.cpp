#include "tools/whatif/report.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <tuple>
#include <vector>

#include "tools/audit/reading.hpp"
#include "tools/audit/text_table.hpp"
#include "tools/market/amount_text.hpp"
#include "tools/whatif/comparison.hpp"

namespace emx::whatif {

using market::cny;
using market::grouped;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::array all_sections{Section::instruments, Section::cross_province, Section::provinces,
                                  Section::firms,       Section::gains,          Section::refusals,
                                  Section::skips};

struct Pair {
  std::int64_t was = 0;
  std::int64_t would_be = 0;

  [[nodiscard]] std::int64_t difference() const { return would_be - was; }
};
using Pairs = std::map<Measure, Pair>;

Pairs side_by_side(const Figures& was, const Figures& would_be) {
  Pairs pairs;
  for (const auto& [measure, value] : was) pairs[measure].was = value;
  for (const auto& [measure, value] : would_be) pairs[measure].would_be = value;
  std::erase_if(pairs,
                [](const auto& row) { return row.second.was == 0 && row.second.would_be == 0; });
  return pairs;
}

bool differ(const Pairs& pairs) {
  return std::ranges::any_of(pairs, [](const auto& row) { return row.second.difference() != 0; });
}

std::string heading_of(Section section) {
  switch (section) {
    case Section::instruments:
      return "By instrument";
    case Section::cross_province:
      return "Across provinces";
    case Section::provinces:
      return "By province";
    case Section::firms:
      return "By firm, those that differ";
    case Section::gains:
      return "Who gained, by the difference in surplus; firms that differ";
    case Section::refusals:
      return "Refusals";
    case Section::skips:
      return "Passed over (SKIPs)";
  }
  return {};
}

std::string text_of(const Measure& measure, std::int64_t value) {
  return measure.unit == "fen" ? cny(value) : grouped(value);
}

using Row = const Pairs::value_type*;

bool is_of_all(Row row) { return row->first.of == all_firms; }

// Whom the other rules gain most first, whom they cost most last, then all firms together.
void sort_by_gain(std::vector<Row>& rows) {
  std::map<std::string, std::int64_t> gains;
  for (const Row row : rows) {
    if (row->first.what == surplus_measure) gains[row->first.of] = row->second.difference();
  }
  const auto rank = [&](Row row) {
    return std::tuple{is_of_all(row), -gains[row->first.of], row->first.of,
                      row->first.what != surplus_measure};
  };
  std::ranges::stable_sort(rows, [&](Row a, Row b) { return rank(a) < rank(b); });
}

std::vector<Row> rows_of(Section section, const Pairs& pairs) {
  std::vector<Row> rows;
  for (const auto& pair : pairs) {
    if (pair.first.section == section) rows.push_back(&pair);
  }
  if (section == Section::gains) sort_by_gain(rows);
  return rows;
}

// Of what is told by firm the text has only those of which something differs.
bool is_told(Row row, const std::vector<Row>& rows) {
  if (row->first.section == Section::firms) return row->second.difference() != 0;
  if (row->first.section != Section::gains || is_of_all(row)) return true;
  return std::ranges::any_of(rows, [&](Row other) {
    return other->first.of == row->first.of && other->second.difference() != 0;
  });
}

void write_section(Section section, const Pairs& pairs, std::ostream& out) {
  using enum audit::TextTable::Align;
  audit::TextTable table{
      {{"of"}, {"measure"}, {"was", right}, {"would be", right}, {"difference", right}, {"unit"}}};
  const std::vector<Row> rows = rows_of(section, pairs);
  std::size_t told = 0;
  for (const Row row : rows) {
    if (!is_told(row, rows)) continue;
    const auto& [measure, pair] = *row;
    const std::int64_t by = pair.difference();
    table.add({measure.of, measure.what, text_of(measure, pair.was),
               text_of(measure, pair.would_be),
               by == 0 ? "" : (by > 0 ? "+" : "") + text_of(measure, by),
               measure.unit == "fen" ? "CNY" : measure.unit});
    ++told;
  }
  if (told == 0) return;
  out << '\n' << heading_of(section) << '\n';
  table.write(out);
}

void write_text(const Comparison& comparison, const Pairs& pairs, std::ostream& out) {
  for (const std::string& rule : comparison.rules_set()) out << "set: " << rule << '\n';
  for (const Comparison::Line& line : comparison.left_out()) {
    out << "left out: entry " << line.sequence << ", " << line.command << '\n';
  }
  if (const auto& at = comparison.parts_at()) {
    out << "the courses part at entry " << at->sequence << "  " << audit::text_of_time(at->at_ns)
        << "  " << at->command << '\n';
  } else {
    out << "no difference: every command would have done what it did\n";
  }
  for (const Section section : all_sections) write_section(section, pairs, out);
}

Json json_of(const Comparison::Line& line) {
  return {{"sequence", line.sequence},
          {"at_ns", line.at_ns},
          {"at", audit::text_of_time(line.at_ns)},
          {"command", line.command}};
}

Json json_of(const Comparison& comparison, const Pairs& pairs) {
  Json json{{"set", comparison.rules_set()}};
  Json left_out = Json::array();
  for (const Comparison::Line& line : comparison.left_out()) left_out.push_back(json_of(line));
  json["left_out"] = std::move(left_out);
  json["differs"] = comparison.parts_at().has_value() || differ(pairs);
  json["parts_at"] = comparison.parts_at() ? json_of(*comparison.parts_at()) : Json{};
  for (const Section section : all_sections) {
    Json rows = Json::array();
    for (const Row row : rows_of(section, pairs)) {
      const auto& [measure, pair] = *row;
      rows.push_back({{"of", measure.of},
                      {"measure", measure.what},
                      {"unit", measure.unit},
                      {"was", pair.was},
                      {"would_be", pair.would_be},
                      {"difference", pair.difference()}});
    }
    json[std::string{name_of(section)}] = std::move(rows);
  }
  return json;
}

int refuse(int exit_code, const std::string& reason, const std::filesystem::path& data_dir,
           const audit::Output& output) {
  if (output.json) {
    audit::write({{"ledger", data_dir.string()},
                  {"verdict", exit_code == unreadable ? "unreadable" : "not_comparable"},
                  {"reason", reason}},
                 output);
  }
  output.err << data_dir.string() << ": " << reason << '\n';
  return exit_code;
}

}  // namespace

int report_whatif(const std::filesystem::path& data_dir, const Question& question,
                  const audit::Output& output) {
  Comparison comparison{question};
  const auto take = [&](const EntryView& entry) -> std::string {
    if (comparison.take(entry)) return {};
    return comparison.fault().empty() ? std::string{audit::read_enough} : comparison.fault();
  };
  if (const ledger::Result result = audit::read_verified(data_dir, output, take); !result.ok()) {
    return refuse(unreadable, result.message, data_dir, output);
  }
  comparison.finish();
  if (!comparison.fault().empty()) return refuse(unreadable, comparison.fault(), data_dir, output);
  if (!comparison.objection().empty()) {
    return refuse(not_comparable, comparison.objection(), data_dir, output);
  }
  const Pairs pairs = side_by_side(comparison.was(), comparison.would_be());
  if (output.json) {
    Json json{{"ledger", data_dir.string()},
              {"day", question.day ? Json(emx::text_of(*question.day)) : Json{}}};
    json.update(json_of(comparison, pairs));
    audit::write(json, output);
  } else {
    write_text(comparison, pairs, output.out);
  }
  return compared;
}

}  // namespace emx::whatif

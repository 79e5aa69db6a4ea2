#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace emx::scenario::testing {

using TableRow = std::vector<std::string>;

// The cells of a line of a table, without blanks around them and without the marks of code.
[[nodiscard]] inline TableRow cells_of(std::string_view line) {
  TableRow cells;
  while (line.size() > 1) {
    line.remove_prefix(1);
    std::string_view cell = line.substr(0, line.find('|'));
    line.remove_prefix(cell.size());
    constexpr std::string_view around = " `";
    const std::size_t begin = cell.find_first_not_of(around);
    cells.emplace_back(begin == std::string_view::npos
                           ? std::string_view{}
                           : cell.substr(begin, cell.find_last_not_of(around) + 1 - begin));
  }
  return cells;
}

// The rows of the table below the heading that begins so, without its own two lines. The tests run
// in the project's root.
[[nodiscard]] inline std::vector<TableRow> table_under(const std::filesystem::path& file,
                                                       std::string_view heading) {
  std::ifstream stream{file};
  std::vector<TableRow> rows;
  bool is_below = false;
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with("## ")) is_below = line.starts_with(heading);
    if (is_below && line.starts_with('|')) rows.push_back(cells_of(line));
  }
  if (rows.size() > 2) rows.erase(rows.begin(), rows.begin() + 2);
  return rows;
}

// A row of tools/scenario/CODES.md; "-" where there is none.
struct CodeRow {
  std::string code;
  std::string scenario;
  std::string at_the_limit;
  std::string beyond;
  std::string fact;  // through FIX, as ctest calls it
};

[[nodiscard]] inline std::vector<CodeRow> code_table() {
  std::vector<CodeRow> rows;
  for (const TableRow& cells : table_under("tools/scenario/CODES.md", "## Codes")) {
    if (cells.size() != 5) return {};
    rows.push_back({cells[0], cells[1], cells[2], cells[3], cells[4]});
  }
  return rows;
}

}  // namespace emx::scenario::testing

#include "tools/audit/text_table.hpp"

#include <algorithm>
#include <ostream>

#include "engine/vocabulary/check.hpp"

namespace emx::audit {

void TextTable::add(std::vector<std::string> cells) {
  check(cells.size() == columns_.size());
  rows_.push_back(std::move(cells));
}

void TextTable::write(std::ostream& out) const {
  std::vector<std::string> headings;
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) {
    headings.push_back(column.heading);
    widths.push_back(column.heading.size());
  }
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  write_row(out, headings, widths);
  for (const auto& row : rows_) write_row(out, row, widths);
}

void TextTable::write_row(std::ostream& out, const std::vector<std::string>& cells,
                          const std::vector<std::size_t>& widths) const {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string padding(widths[i] - cells[i].size(), ' ');
    if (i > 0) line += "  ";
    line += columns_[i].align == Align::left ? cells[i] + padding : padding + cells[i];
  }
  out << line.erase(line.find_last_not_of(' ') + 1) << '\n';
}

}  // namespace emx::audit

#include "tools/scenario/table.hpp"

#include <algorithm>

#include "engine/vocabulary/check.hpp"
#include "tools/market/table_row.hpp"

namespace emx::scenario {

using market::in_quotes;

Table::Table(const Section& section, std::span<const Column> columns, const std::string& file,
             market::Faults& faults)
    : section_{section}, columns_{columns} {
  const auto fault = [&](std::uint32_t line, std::string_view column, std::string reason) {
    good_ = false;
    faults.push_back({file, line, std::string{column}, std::move(reason)});
  };
  if (section.columns.empty()) {
    fault(section.line, section.name, "the section has no table; expected a header row");
    return;
  }
  std::string known;
  for (const Column& column : columns) {
    known.append(known.empty() ? "" : ", ").append(column.name);
    if (column.required &&
        std::ranges::find(section.columns, column.name) == section.columns.end()) {
      fault(section.columns_line, column.name, "the column is missing in " + section.name);
    }
  }
  for (const std::string& name : section.columns) {
    if (find(name) != nullptr) continue;
    fault(section.columns_line, name,
          in_quotes(name) + " is no column of " + section.name + "; expected some of " + known);
  }
  for (const Section::Row& row : section.rows) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const Column* column = find(section.columns[i]);
      if (column == nullptr || !column->required || !row.cells[i].empty()) continue;
      fault(row.line, column->name, "is empty");
    }
  }
}

const Column* Table::find(std::string_view name) const {
  const auto found = std::ranges::find(columns_, name, &Column::name);
  return found == columns_.end() ? nullptr : &*found;
}

std::size_t Table::place_of(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::find(section_.columns, name) -
                                  section_.columns.begin());
}

std::vector<Table::Row> Table::rows() const {
  std::vector<Row> rows;
  if (!good_) return rows;
  for (const Section::Row& row : section_.rows) rows.emplace_back(*this, row);
  return rows;
}

std::string Table::Row::at(std::string_view column) const {
  const Column* known = table_.find(column);
  check(known != nullptr);
  const std::size_t place = table_.place_of(column);
  const bool said = place < row_.cells.size() && !row_.cells[place].empty();
  return said ? row_.cells[place] : std::string{known->otherwise};
}

}  // namespace emx::scenario

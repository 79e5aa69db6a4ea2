#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace emx::audit {

// Rows under headings, in columns as wide as they need to be. One byte counts as one place.
class TextTable {
 public:
  enum class Align : std::uint8_t { left, right };
  struct Column {
    std::string heading;
    Align align = Align::left;
  };

  explicit TextTable(std::vector<Column> columns) : columns_{std::move(columns)} {}

  // Requires: as many cells as columns.
  void add(std::vector<std::string> cells);
  void write(std::ostream& out) const;

 private:
  void write_row(std::ostream& out, const std::vector<std::string>& cells,
                 const std::vector<std::size_t>& widths) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace emx::audit

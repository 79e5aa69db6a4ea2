#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/market/fault.hpp"
#include "tools/market/table_row.hpp"

namespace emx::market {

// A CSV file (RFC 4180, without line breaks inside fields; UTF-8) whose first line names its
// columns: those asked for, in any order and no others. Empty lines are passed over. A column that
// may be missing is then as if each row had its default.
class CsvTable {
 public:
  // What cannot be read is a Fault; then rows() has the rest, or nothing.
  // `columns`, the last of which `defaults` are for, and `faults` outlive this.
  CsvTable(const std::filesystem::path& folder, std::string file,
           std::span<const std::string_view> columns, Faults& faults,
           std::span<const std::string_view> defaults = {});
  CsvTable(const CsvTable&) = delete;  // the rows refer to it
  CsvTable& operator=(const CsvTable&) = delete;

  [[nodiscard]] std::vector<TableRow>& rows() { return rows_; }

 private:
  [[nodiscard]] bool take_header(std::string_view line);
  void take_row(std::string_view line, std::uint32_t number);

  std::string file_;
  std::span<const std::string_view> columns_;
  std::span<const std::string_view> defaults_;
  Faults& faults_;
  std::size_t named_ = 0;            // columns that the header names
  std::vector<std::size_t> places_;  // where each of columns_ stands in a line
  std::vector<TableRow> rows_;
};

}  // namespace emx::market

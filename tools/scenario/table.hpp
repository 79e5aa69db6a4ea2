#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/market/fault.hpp"
#include "tools/scenario/sections.hpp"

namespace emx::scenario {

// A column that a section may have.
struct Column {
  std::string_view name;
  std::string_view otherwise;  // what a cell says that is left out, or empty
  bool required = false;       // every row says it
};

// A section's rows by the names of its columns.
class Table {
 public:
  // A column that is not known, or is required and left out, is a Fault; then there are no rows.
  // `section` and `columns` outlive this.
  Table(const Section& section, std::span<const Column> columns, const std::string& file,
        market::Faults& faults);

  class Row {
   public:
    Row(const Table& table, const Section::Row& row) : table_{table}, row_{row} {}
    [[nodiscard]] std::uint32_t line() const { return row_.line; }
    // Requires: one of the table's columns.
    [[nodiscard]] std::string at(std::string_view column) const;

   private:
    const Table& table_;
    const Section::Row& row_;
  };
  [[nodiscard]] std::vector<Row> rows() const;

 private:
  [[nodiscard]] const Column* find(std::string_view name) const;
  [[nodiscard]] std::size_t place_of(std::string_view name) const;

  const Section& section_;
  std::span<const Column> columns_;
  bool good_ = true;
};

}  // namespace emx::scenario

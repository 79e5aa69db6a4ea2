#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/text.hpp"
#include "tools/market/fault.hpp"

namespace emx::market {

// `"` text `"`, for messages.
[[nodiscard]] std::string in_quotes(std::string_view text);

// The names of an enumeration, for messages: "SH, JS, ZJ, AH".
template <class Enum>
[[nodiscard]] std::string names_of() {
  std::string text;
  for (unsigned number = 0; number < 256; ++number) {
    const auto value = static_cast<Enum>(number);
    if (!is_known(value)) continue;
    if (!text.empty()) text += ", ";
    text += name_of(value).empty() ? "nothing" : name_of(value);
  }
  return text;
}

// One row of a table. Each read of a field that is not as it must be adds a Fault and gives
// something harmless, so that one run finds them all; ok() says whether the row may be used.
class CsvRow {
 public:
  CsvRow(const std::string& file, std::uint32_t line, std::span<const std::string_view> columns,
         std::vector<std::string> fields, Faults& faults)
      : file_{file}, line_{line}, columns_{columns}, fields_{std::move(fields)}, faults_{faults} {}

  [[nodiscard]] std::uint32_t line() const { return line_; }
  [[nodiscard]] bool ok() const { return ok_; }
  void fault(std::string_view column, std::string reason);

  // The field as it stands. Requires: `column` is one of the table's.
  [[nodiscard]] std::string_view raw(std::string_view column) const;

  enum class Need : std::uint8_t { required, may_be_empty };

  template <std::size_t size>
  [[nodiscard]] Text<size> text(std::string_view column, Need need = Need::required) {
    return Text<size>{checked_text(column, size, need)};
  }
  // A whole number, digits only, within bounds.
  [[nodiscard]] std::int64_t integer(std::string_view column, std::int64_t least,
                                     std::int64_t most);
  // 0 or 1.
  [[nodiscard]] bool flag(std::string_view column) { return integer(column, 0, 1) == 1; }

  template <class Enum>
  [[nodiscard]] Enum one_of(std::string_view column) {
    const std::optional<Enum> value = from_name<Enum>(raw(column));
    if (!value) fault(column, unknown<Enum>(raw(column)));
    return value.value_or(Enum{});
  }
  // "SO2;NOX" as a mask of pollutants; not empty, none twice.
  [[nodiscard]] std::uint8_t pollutants(std::string_view column);

 private:
  template <class Enum>
  [[nodiscard]] static std::string unknown(std::string_view name) {
    return in_quotes(name) + " is not known; expected one of " + names_of<Enum>();
  }
  [[nodiscard]] std::string_view checked_text(std::string_view column, std::size_t bytes_max,
                                              Need need);

  const std::string& file_;
  std::uint32_t line_;
  std::span<const std::string_view> columns_;
  std::vector<std::string> fields_;
  Faults& faults_;
  bool ok_ = true;
};

// A CSV file (RFC 4180, without line breaks inside fields; UTF-8) whose first line names its
// columns: those asked for, in any order and no others. Empty lines are passed over.
class CsvTable {
 public:
  // What cannot be read is a Fault; then rows() has the rest, or nothing.
  // `columns` and `faults` outlive this.
  CsvTable(const std::filesystem::path& folder, std::string file,
           std::span<const std::string_view> columns, Faults& faults);
  CsvTable(const CsvTable&) = delete;  // the rows refer to it
  CsvTable& operator=(const CsvTable&) = delete;

  [[nodiscard]] std::vector<CsvRow>& rows() { return rows_; }

 private:
  [[nodiscard]] bool take_header(std::string_view line);
  void take_row(std::string_view line, std::uint32_t number);

  std::string file_;
  std::span<const std::string_view> columns_;
  Faults& faults_;
  std::vector<std::size_t> places_;  // where each of columns_ stands in a line
  std::vector<CsvRow> rows_;
};

}  // namespace emx::market

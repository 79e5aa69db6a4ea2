#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "tools/audit/moment.hpp"
#include "tools/audit/reading.hpp"
#include "tools/audit/reports.hpp"
#include "tools/audit/text_table.hpp"

namespace emx::audit {

// One value of an answer: as programs read it, and as people do.
struct Cell {
  Cell(const std::string& words) : value(words), text(words) {}  // NOLINT: what a row is made of
  Cell(std::string_view words) : Cell{std::string{words}} {}     // NOLINT
  Cell(const char* words) : Cell{std::string{words}} {}          // NOLINT
  Cell(std::int64_t amount);                                     // NOLINT
  Cell(Json json, std::string words) : value(std::move(json)), text(std::move(words)) {}

  // Of entries, trades, orders: not grouped. 0: there is none.
  [[nodiscard]] static Cell number(std::uint64_t number);
  [[nodiscard]] static Cell none() { return {Json{}, ""}; }
  [[nodiscard]] static Cell yes_or_no(bool yes) { return {Json(yes), yes ? "yes" : "no"}; }

  Json value;
  std::string text;
};

// Rows of an answer, which stand as text, as CSV and as JSON alike. Not thread-safe.
class AnswerTable {
 public:
  struct Column {
    std::string key;      // of JSON and CSV; empty: not there
    std::string heading;  // of text; empty: not there
    TextTable::Align align = TextTable::Align::left;
  };

  explicit AnswerTable(std::vector<Column> columns) : columns_{std::move(columns)} {}

  // Requires: as many cells as columns.
  void add(std::vector<Cell> cells);
  [[nodiscard]] std::size_t size() const { return rows_.size(); }

  [[nodiscard]] Json json() const;
  void write_text(std::ostream& out) const;
  // As RFC 4180 has it, but for the ends of lines; the first line has the keys.
  void write_csv(std::ostream& out) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

// Rows of JSON as CSV: a column for each key, in the order in which they are met, first in rows
// that show which there are, and are not written; of an object within a row a column for each of
// its keys, "net_inflow_use_kg".
void write_csv(const Json& rows, const Json& examples, std::ostream& out);

// {sequence, at_ns, at}.
[[nodiscard]] Json json_of(const AsOf& as_of);

// A line of text: "as it stood after entry 1172, 2026-06-18 09:00:00.008".
[[nodiscard]] std::string stood_words(const AsOf& as_of);

// Rows of JSON, as that or as CSV.
struct JsonRows {
  std::string key;  // of the JSON
  Json rows;
  Json examples;  // write_csv()
};
[[nodiscard]] int write_rows(const std::filesystem::path& data_dir, const AsOf& as_of,
                             JsonRows rows, const Output& output);

struct AnswerPart {
  std::string key;       // of JSON
  std::string before{};  // a line of text above the table; empty: none
  const AnswerTable& table;
  std::string after{};  // and below it
};

// In the form that was asked for; as CSV the last part only. `asked`: keys that stand in the JSON
// before the tables.
[[nodiscard]] int write_answer(const std::filesystem::path& data_dir, const Json& asked,
                               const std::vector<AnswerPart>& parts, const Output& output);

}  // namespace emx::audit

#include "tools/audit/answer_table.hpp"

#include <ostream>

#include "engine/vocabulary/check.hpp"
#include "tools/audit/describer.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::audit {

namespace {

std::string csv_of(const Json& value) {
  if (value.is_null()) return {};
  if (!value.is_string()) return value.dump();
  const auto& text = value.get_ref<const std::string&>();
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

}  // namespace

Cell::Cell(std::int64_t amount) : value(amount), text(market::grouped(amount)) {}

Cell Cell::number(std::uint64_t number) {
  return number == 0 ? none() : Cell{Json(number), std::to_string(number)};
}

void AnswerTable::add(std::vector<Cell> cells) {
  check(cells.size() == columns_.size());
  rows_.push_back(std::move(cells));
}

Json AnswerTable::json() const {
  Json list = Json::array();
  for (const auto& row : rows_) {
    Json one = Json::object();
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!columns_[i].key.empty()) one[columns_[i].key] = row[i].value;
    }
    list.push_back(std::move(one));
  }
  return list;
}

void AnswerTable::write_text(std::ostream& out) const {
  std::vector<TextTable::Column> headings;
  for (const Column& column : columns_) {
    if (!column.heading.empty()) headings.push_back({column.heading, column.align});
  }
  TextTable table{std::move(headings)};
  for (const auto& row : rows_) {
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!columns_[i].heading.empty()) cells.push_back(row[i].text);
    }
    table.add(std::move(cells));
  }
  table.write(out);
}

void AnswerTable::write_csv(std::ostream& out) const {
  const auto write_line = [&](auto&& text_of) {
    const char* separator = "";
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].key.empty()) continue;
      out << separator << text_of(i);
      separator = ",";
    }
    out << '\n';
  };
  write_line([&](std::size_t i) { return columns_[i].key; });
  for (const auto& row : rows_) write_line([&](std::size_t i) { return csv_of(row[i].value); });
}

namespace {

// What lies within objects beside what does not.
Json flat(const Json& row) {
  Json one = Json::object();
  for (const auto& [key, value] : row.items()) {
    if (!value.is_object()) {
      one[key] = value;
      continue;
    }
    for (const auto& [inner, part] : value.items()) one[key + '_' + inner] = part;
  }
  return one;
}

}  // namespace

void write_csv(const Json& rows, const Json& examples, std::ostream& out) {
  Json columns = Json::object();
  for (const Json* some : {&examples, &rows}) {
    for (const Json& row : *some) {
      const Json cells = flat(row);
      for (const auto& [key, value] : cells.items()) columns[key] = Json{};
    }
  }
  const auto write_line = [&](auto&& text_of) {
    const char* separator = "";
    for (const auto& [key, value] : columns.items()) {
      out << separator << text_of(key);
      separator = ",";
    }
    out << '\n';
  };
  write_line([](const std::string& key) { return key; });
  for (const Json& row : rows) {
    const Json cells = flat(row);
    write_line([&](const std::string& key) {
      return cells.contains(key) ? csv_of(cells[key]) : std::string{};
    });
  }
}

Json json_of(const AsOf& as_of) {
  return {{"sequence", as_of.sequence}, {"at_ns", as_of.at_ns}, {"at", text_of_time(as_of.at_ns)}};
}

std::string stood_words(const AsOf& as_of) { return "as it stood " + words_of(as_of) + '\n'; }

int write_rows(const std::filesystem::path& data_dir, const AsOf& as_of, JsonRows rows,
               const Output& output) {
  if (output.csv) {
    write_csv(rows.rows, rows.examples, output.out);
  } else {
    write({{"ledger", data_dir.string()},
           {"as_of", json_of(as_of)},
           {rows.key, std::move(rows.rows)}},
          output);
  }
  return ledger_is_valid;
}

int write_answer(const std::filesystem::path& data_dir, const Json& asked,
                 const std::vector<AnswerPart>& parts, const Output& output) {
  if (output.json) {
    Json answer{{"ledger", data_dir.string()}};
    for (const auto& [key, value] : asked.items()) answer[key] = value;
    for (const AnswerPart& part : parts) answer[part.key] = part.table.json();
    write(std::move(answer), output);
    return ledger_is_valid;
  }
  if (output.csv) {
    parts.back().table.write_csv(output.out);
    return ledger_is_valid;
  }
  const char* separator = "";
  for (const AnswerPart& part : parts) {
    output.out << separator;
    separator = "\n";
    if (!part.before.empty()) output.out << part.before << '\n';
    part.table.write_text(output.out);
    if (!part.after.empty()) output.out << part.after << '\n';
  }
  return ledger_is_valid;
}

}  // namespace emx::audit

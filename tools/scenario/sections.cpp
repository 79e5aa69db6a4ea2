#include "tools/scenario/sections.hpp"

#include <algorithm>
#include <array>

#include "tools/market/table_row.hpp"

namespace emx::scenario {

using market::in_quotes;

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

constexpr std::array<std::string_view, 11> names{"limits",     "zones",  "instruments", "firms",
                                                 "facilities", "quotas", "demand",      "links",
                                                 "deposits",   "issues", "steps"};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "729,300.00" as "729300.00".
std::string ungrouped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool between = text[i] == ',' && i > 0 && i + 1 < text.size() && is_digit(text[i - 1]) &&
                         is_digit(text[i + 1]);
    if (!between) plain += text[i];
  }
  return plain;
}

// What stands between the bars; the line starts and ends with one.
std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  line.remove_prefix(1);
  while (!line.empty()) {
    const std::string_view cell = line.substr(0, line.find('|'));
    line.remove_prefix(cell.size() + 1);
    cells.push_back(ungrouped(trimmed(cell)));
  }
  return cells;
}

// The line that Markdown wants below a header.
bool is_rule(const std::vector<std::string>& cells) {
  return std::ranges::all_of(cells, [](const std::string& cell) {
    return !cell.empty() && cell.find_first_not_of("-: ") == std::string::npos;
  });
}

class Reading {
 public:
  Reading(const std::string& file, market::Faults& faults) : file_{file}, faults_{faults} {}

  void take(std::uint32_t number, std::string_view line) {
    line_ = number;
    if (line.empty()) return;
    if (line.front() == '|') {
      take_table_line(line);
    } else {
      take_name(line);
    }
  }

  [[nodiscard]] std::vector<Section> result() { return std::move(sections_); }

 private:
  enum class Place : std::uint8_t { start, section, unknown };

  void fault(std::string reason) { faults_.push_back({file_, line_, "", std::move(reason)}); }

  void take_name(std::string_view name) {
    at_ = std::ranges::find(names, name) != names.end() ? Place::section : Place::unknown;
    if (at_ == Place::unknown) {
      std::string expected;
      for (const std::string_view one : names) {
        expected.append(expected.empty() ? "" : ", ").append(one);
      }
      return fault(in_quotes(name) + " is neither a line of a table, which starts with |, nor a " +
                   "section; expected one of " + expected);
    }
    const auto before = std::ranges::find(sections_, name, &Section::name);
    if (name != "steps" && before != sections_.end()) {
      fault("there is a section " + std::string{name} + " on line " + std::to_string(before->line) +
            " already");
    }
    sections_.push_back({std::string{name}, line_, 0, {}, {}});
  }

  void take_table_line(std::string_view line) {
    if (at_ == Place::unknown) return;  // told already
    if (at_ == Place::start) {
      at_ = Place::unknown;
      return fault("a table without a section; expected its name above it");
    }
    if (line.size() < 2 || line.back() != '|') {
      return fault("a line of a table ends with |");
    }
    auto cells = cells_of(line);
    Section& section = sections_.back();
    if (section.columns.empty()) return take_header(section, std::move(cells));
    if (is_rule(cells)) return;
    if (cells.size() != section.columns.size()) {
      return fault("the row has " + std::to_string(cells.size()) + " cells; expected " +
                   std::to_string(section.columns.size()) + ", as the header has");
    }
    section.rows.push_back({line_, std::move(cells)});
  }

  void take_header(Section& section, std::vector<std::string> cells) {
    section.columns_line = line_;
    for (auto cell = cells.begin(); cell != cells.end(); ++cell) {
      if (std::find(cells.begin(), cell, *cell) != cell) {
        fault("there are two columns " + in_quotes(*cell));
      }
    }
    section.columns = std::move(cells);
  }

  const std::string& file_;
  market::Faults& faults_;
  std::uint32_t line_ = 0;
  Place at_ = Place::start;
  std::vector<Section> sections_;
};

}  // namespace

std::vector<Section> read_sections(std::string_view text, const std::string& file,
                                   market::Faults& faults) {
  Reading reading{file, faults};
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    reading.take(number, trimmed(line.substr(0, line.find('#'))));
  }
  return reading.result();
}

}  // namespace emx::scenario

#include "tools/market/csv_table.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

namespace emx::market {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// The fields of a line; nullopt: a quote that opens and does not close as it should.
std::optional<std::vector<std::string>> split(std::string_view line) {
  std::vector<std::string> fields(1);
  std::size_t i = 0;
  while (i < line.size()) {
    if (line[i] == ',') {
      fields.emplace_back();
      ++i;
    } else if (line[i] == '"' && fields.back().empty()) {
      for (++i;; ++i) {
        if (i == line.size()) return std::nullopt;
        if (line[i] == '"' && (++i == line.size() || line[i] != '"')) break;
        fields.back() += line[i];
      }
      if (i < line.size() && line[i] != ',') return std::nullopt;
    } else {
      fields.back() += line[i++];
    }
  }
  return fields;
}

std::string list(std::span<const std::string_view> names) {
  std::string text;
  for (const std::string_view name : names) {
    text += text.empty() ? "" : ",";
    text += name;
  }
  return text;
}

}  // namespace

CsvTable::CsvTable(const std::filesystem::path& folder, std::string file,
                   std::span<const std::string_view> columns, Faults& faults,
                   std::span<const std::string_view> defaults)
    : file_{std::move(file)}, columns_{columns}, defaults_{defaults}, faults_{faults} {
  std::ifstream stream{folder / file_, std::ios::binary};
  if (!stream) {
    faults_.push_back({file_, 0, "", "cannot be read in " + folder.string() + "; is it there?"});
    return;
  }
  const std::string bytes{std::istreambuf_iterator<char>{stream}, {}};
  std::string_view rest = bytes;
  if (rest.starts_with(byte_order_mark)) rest.remove_prefix(byte_order_mark.size());
  bool has_header = false;
  for (std::uint32_t number = 1; !rest.empty(); ++number) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!has_header) {
      if (!take_header(line)) return;
      has_header = true;
    } else if (!line.empty()) {
      take_row(line, number);
    }
  }
  if (!has_header) {
    faults_.push_back({file_, 0, "", "is empty; expected the header " + list(columns_)});
  }
}

bool CsvTable::take_header(std::string_view line) {
  const auto names = split(line).value_or(std::vector<std::string>{});
  named_ = names.size();
  bool good = true;
  for (const std::string_view column : columns_) {
    const auto found = std::ranges::find(names, column);
    places_.push_back(static_cast<std::size_t>(found - names.begin()));
    const bool needed = places_.size() <= columns_.size() - defaults_.size();
    if (found != names.end() || !needed) continue;
    good = false;
    faults_.push_back({file_, 1, std::string{column},
                       "the column is missing; expected the header " + list(columns_)});
  }
  for (const std::string& name : names) {
    if (std::ranges::find(columns_, name) != columns_.end() &&
        std::ranges::count(names, name) == 1) {
      continue;
    }
    good = false;
    faults_.push_back(
        {file_, 1, name,
         "the column is not known, or there twice; expected the header " + list(columns_)});
  }
  return good;
}

void CsvTable::take_row(std::string_view line, std::uint32_t number) {
  auto fields = split(line);
  if (!fields || fields->size() != named_) {
    const std::string found = fields ? std::to_string(fields->size()) + " fields"
                                     : std::string{"a quote that is not closed"};
    faults_.push_back({file_, number, "",
                       "the line has " + found + "; expected " + std::to_string(named_) +
                           " fields: " + list(columns_)});
    return;
  }
  std::vector<std::string> ordered;
  for (const std::size_t place : places_) {
    const std::size_t from_end = columns_.size() - ordered.size();
    ordered.push_back(place < named_ ? std::move((*fields)[place])
                                     : std::string{defaults_[defaults_.size() - from_end]});
  }
  rows_.emplace_back(file_, number, columns_, std::move(ordered), faults_);
}

}  // namespace emx::market

#pragma once

#include <cstddef>
#include <cstdint>
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
class TableRow {
 public:
  // `columns`: the names that readers ask for; `shown`: those that Faults tell, where they differ.
  // All but `fields` outlive this.
  TableRow(const std::string& file, std::uint32_t line, std::span<const std::string_view> columns,
           std::vector<std::string> fields, Faults& faults,
           std::span<const std::string_view> shown = {})
      : file_{file},
        line_{line},
        columns_{columns},
        shown_{shown.empty() ? columns : shown},
        fields_{std::move(fields)},
        faults_{faults} {}

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
  [[nodiscard]] std::size_t place_of(std::string_view column) const;
  template <class Enum>
  [[nodiscard]] static std::string unknown(std::string_view name) {
    return in_quotes(name) + " is not known; expected one of " + names_of<Enum>();
  }
  [[nodiscard]] std::string_view checked_text(std::string_view column, std::size_t bytes_max,
                                              Need need);

  const std::string& file_;
  std::uint32_t line_;
  std::span<const std::string_view> columns_;
  std::span<const std::string_view> shown_;
  std::vector<std::string> fields_;
  Faults& faults_;
  bool ok_ = true;
};

}  // namespace emx::market

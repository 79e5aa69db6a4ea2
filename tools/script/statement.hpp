#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "tools/market/fault.hpp"
#include "tools/market/table_row.hpp"

namespace emx::script {

// One line of a script, read word by word from the left. A word that is missing or not as it must
// be adds a Fault and gives something harmless; ok() says whether the statement may be used.
class Statement {
 public:
  Statement(const std::string& file, std::uint32_t line, std::string_view text,
            market::Faults& faults);

  [[nodiscard]] std::uint32_t line() const { return line_; }
  [[nodiscard]] bool ok() const { return ok_; }
  void fault(std::string reason);

  // No word is left.
  [[nodiscard]] bool at_end() const { return next_ == words_.size(); }
  // Adds a Fault when words are left.
  void end();

  // The next word; `what` it is, for the message when there is none.
  [[nodiscard]] std::string_view word(std::string_view what);
  // Takes the next word when it is this one.
  [[nodiscard]] bool take(std::string_view keyword);
  // Takes `name=value` from the words that are left, wherever it stands.
  [[nodiscard]] std::optional<std::string_view> option(std::string_view name);

  template <class Enum>
  [[nodiscard]] Enum one_of(std::string_view what) {
    return named<Enum>(what, word(what));
  }
  // A name that was read elsewhere.
  template <class Enum>
  [[nodiscard]] Enum named(std::string_view what, std::string_view name) {
    const std::optional<Enum> value = from_name<Enum>(name);
    if (!value && !name.empty()) {
      fault(market::in_quotes(name) + " is no " + std::string{what} + "; expected one of " +
            market::names_of<Enum>());
    }
    return value.value_or(Enum{});
  }

  [[nodiscard]] std::int64_t price_fen(std::string_view text);
  [[nodiscard]] std::int64_t count(std::string_view what, std::string_view text);
  [[nodiscard]] Date date(std::string_view text);
  // "2026-10-01;2026-10-02"
  [[nodiscard]] std::vector<Date> dates(std::string_view text);
  // "09:30", "09:30:00" or "09:30:00.250": nanoseconds since midnight.
  [[nodiscard]] std::int64_t time_of_day_ns(std::string_view text);
  // "VOC;NOX" or "none".
  [[nodiscard]] std::uint8_t pollutants(std::string_view text);

  struct Terms {
    std::int64_t quantity_lots = 0;
    std::int64_t price_fen = 0;
    bool at_market = false;
  };
  // "4000@11900", or "4000@market".
  [[nodiscard]] Terms terms();

 private:
  const std::string& file_;
  std::uint32_t line_;
  std::vector<std::string_view> words_;
  std::size_t next_ = 0;
  market::Faults& faults_;
  bool ok_ = true;
};

}  // namespace emx::script

#include "tools/script/statement.hpp"

#include <algorithm>
#include <cstddef>

#include "engine/vocabulary/time_of_day.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::script {

using market::in_quotes;

namespace {

constexpr std::string_view blanks = " \t\r";

}  // namespace

Statement::Statement(const std::string& file, std::uint32_t line, std::string_view text,
                     market::Faults& faults)
    : file_{file}, line_{line}, faults_{faults} {
  text = text.substr(0, text.find('#'));
  for (;;) {
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return;
    text.remove_prefix(begin);
    words_.push_back(text.substr(0, text.find_first_of(blanks)));
    text.remove_prefix(words_.back().size());
  }
}

void Statement::fault(std::string reason) {
  ok_ = false;
  faults_.push_back({file_, line_, "", std::move(reason)});
}

void Statement::end() {
  if (!at_end()) fault(in_quotes(words_[next_]) + " is one word too many");
}

std::string_view Statement::word(std::string_view what) {
  if (!at_end()) return words_[next_++];
  if (ok_) fault("the line ends early; expected a " + std::string{what});
  return {};
}

bool Statement::take(std::string_view keyword) {
  if (at_end() || words_[next_] != keyword) return false;
  ++next_;
  return true;
}

std::optional<std::string_view> Statement::option(std::string_view name) {
  const auto left = words_.begin() + static_cast<std::ptrdiff_t>(next_);
  const auto found = std::find_if(left, words_.end(), [name](std::string_view word) {
    return word.starts_with(name) && word.substr(name.size()).starts_with('=');
  });
  if (found == words_.end()) return std::nullopt;
  const std::string_view value = found->substr(name.size() + 1);
  words_.erase(found);
  if (value.empty()) fault(std::string{name} + "= has no value");
  return value;
}

std::int64_t Statement::price_fen(std::string_view text) {
  const auto fen = market::fen_from_text(text);
  if (!fen && ok_) {
    fault(in_quotes(text) + " is no amount in CNY; expected for example 11900 or 97.49");
  }
  return fen.value_or(0);
}

std::int64_t Statement::count(std::string_view what, std::string_view text) {
  const auto value = market::count_from_text(text);
  if (!value && ok_) {
    fault(in_quotes(text) + " is no " + std::string{what} + "; expected a whole number");
  }
  return value.value_or(0);
}

Date Statement::date(std::string_view text) {
  const auto value = date_from_text(text);
  if (!value && ok_) fault(in_quotes(text) + " is no date; expected for example 2026-06-18");
  return value.value_or(Date{});
}

std::int64_t Statement::time_of_day_ns(std::string_view text) {
  const auto ms = ms_of_day_from_text(text);
  if (!ms && ok_) {
    fault(in_quotes(text) + " is no time of day; expected for example 09:30 or 09:30:00.250");
  }
  return std::int64_t{ms.value_or(0)} * 1'000'000;
}

std::uint8_t Statement::pollutants(std::string_view text) {
  unsigned mask = 0;
  while (text != "none" && !text.empty()) {
    const std::string_view name = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(name.size() + 1, text.size()));
    mask |= 1U << static_cast<unsigned>(named<Pollutant>("pollutant", name));
  }
  return static_cast<std::uint8_t>(mask);
}

std::vector<Date> Statement::dates(std::string_view text) {
  std::vector<Date> list;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(one.size() + 1, text.size()));
    list.push_back(date(one));
  }
  return list;
}

Statement::Terms Statement::terms() {
  const std::string_view text = word("quantity and price, such as 4000@11900");
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos) {
    if (ok_) fault(in_quotes(text) + " has no @; expected LOTS@PRICE, such as 4000@11900");
    return {};
  }
  const std::string_view price = text.substr(at + 1);
  const bool at_market = price == "market";
  return {count("quantity", text.substr(0, at)), at_market ? 0 : price_fen(price), at_market};
}

}  // namespace emx::script

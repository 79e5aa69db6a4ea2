#include "tools/market/symbol_parts.hpp"

#include <algorithm>
#include <vector>

namespace emx::market {

namespace {

std::string year_of(std::string_view two_digits) {
  const bool digits = std::ranges::all_of(two_digits, [](char c) { return c >= '0' && c <= '9'; });
  return two_digits.size() == 2 && digits ? "20" + std::string{two_digits} : std::string{};
}

SymbolParts carbon(std::string_view scheme, std::string_view year, std::string_view basin) {
  return {"CO2E", std::string{scheme}, "CARBON",     std::string{basin},
          "ANY",  year_of(year),       year_of(year)};
}

}  // namespace

SymbolParts parts_of(std::string_view symbol) {
  if (symbol.starts_with("SHEA")) return carbon("SHEA", symbol.substr(4), "SH");
  if (symbol.starts_with("CEA")) return carbon("CEA", symbol.substr(3), "CN");
  std::vector<std::string> words;
  while (!symbol.empty()) {
    const std::string_view word = symbol.substr(0, symbol.find('.'));
    symbol.remove_prefix(std::min(word.size() + 1, symbol.size()));
    words.emplace_back(word);
  }
  if (words.size() != 5) return {};
  if (words[1] == "WAT") words[1] = "WATER";
  const std::string_view series = words[4];
  const bool two_years = series.size() == 4;
  return {words[0],
          "",
          words[1],
          words[2],
          words[3],
          two_years ? year_of(series.substr(0, 2)) : "",
          two_years ? year_of(series.substr(2)) : ""};
}

}  // namespace emx::market

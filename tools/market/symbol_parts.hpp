#pragma once

#include <string>
#include <string_view>

namespace emx::market {

// What an instrument's symbol says by itself (market-rules 3), as a market folder writes it; empty
// where it says nothing: "VOC.AIR.YRD.IND.2630", "SHEA25", "CEA25".
struct SymbolParts {
  std::string pollutant;
  std::string scheme;
  std::string medium;
  std::string basin;
  std::string book_class;
  std::string first_year;
  std::string last_year;
};

[[nodiscard]] SymbolParts parts_of(std::string_view symbol);

}  // namespace emx::market

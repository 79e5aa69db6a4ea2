#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace emx::market {

// What is wrong with a text file that a person wrote, and where.
struct Fault {
  std::string file;        // as the person knows it: "firms.csv"
  std::uint32_t line = 0;  // from 1; 0: the whole file
  std::string column;      // empty: the whole line
  std::string reason;      // what stands there, and what is expected
};

using Faults = std::vector<Fault>;

// "firms.csv:12: zone: ..."
[[nodiscard]] inline std::string text_of(const Fault& fault) {
  std::string text = fault.file;
  if (fault.line != 0) text += ':' + std::to_string(fault.line);
  if (!fault.column.empty()) text += ": " + fault.column;
  return text + ": " + fault.reason;
}

}  // namespace emx::market

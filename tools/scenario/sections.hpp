#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/market/fault.hpp"

namespace emx::scenario {

// A table of a scenario file under the line that names it.
struct Section {
  struct Row {
    std::uint32_t line = 0;
    std::vector<std::string> cells;  // as many as columns
  };
  std::string name;
  std::uint32_t line = 0;
  std::uint32_t columns_line = 0;  // 0: it has no table
  std::vector<std::string> columns;
  std::vector<Row> rows;
};

// Takes a file apart: comments (from `#` to the end of a line), names of sections, and their
// tables. Commas between digits are dropped. What is none of them is a Fault.
[[nodiscard]] std::vector<Section> read_sections(std::string_view text, const std::string& file,
                                                 market::Faults& faults);

}  // namespace emx::scenario

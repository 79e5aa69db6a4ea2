#pragma once

#include <string>
#include <vector>

namespace emx::model {

// The lines that start so.
inline std::vector<std::string> of_kind(const std::vector<std::string>& lines,
                                        const std::string& start) {
  std::vector<std::string> chosen;
  for (const std::string& line : lines) {
    if (line.starts_with(start)) chosen.push_back(line);
  }
  return chosen;
}

}  // namespace emx::model

#pragma once

#include <algorithm>
#include <filesystem>
#include <vector>

namespace emx::scenario::testing {

// The scenarios of the market rules' worked cases, by name. The tests run in the project's root.
[[nodiscard]] inline std::vector<std::filesystem::path> case_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& file : std::filesystem::directory_iterator{"tools/scenario/cases"}) {
    files.push_back(file.path());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace emx::scenario::testing

#pragma once

#include <algorithm>
#include <filesystem>

namespace emx::audit {

// Whether `inner` is `outer` or somewhere below it, links and what is not there yet included.
// Throws std::filesystem::filesystem_error where a folder on the way cannot be looked at.
[[nodiscard]] inline bool lies_within(const std::filesystem::path& inner,
                                      const std::filesystem::path& outer) {
  const std::filesystem::path below = std::filesystem::weakly_canonical(inner);
  const std::filesystem::path above = std::filesystem::weakly_canonical(outer);
  return std::mismatch(above.begin(), above.end(), below.begin(), below.end()).first == above.end();
}

}  // namespace emx::audit

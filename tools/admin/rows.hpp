#pragma once

#include <cstddef>
#include <span>
#include <string>

// Rows of the venue's tables that requests change in part: what these do not say stays, and the
// command replaces the row. Two that were made from the same row would undo each other.

namespace emx::admin {

// "facility ZJ063-1"; empty: the command replaces no such row, and says all that it sets.
[[nodiscard]] std::string row_of(std::span<const std::byte> command);

}  // namespace emx::admin

#pragma once

#include <bit>
#include <cstdint>
#include <span>

#include "engine/vocabulary/check.hpp"

namespace emx::book {

// Which of up to 262,144 levels hold orders: three tiers of 64-bit words, so that the highest
// used level at or below a key is found by at most six bit operations. The words belong to the
// caller (words_needed() of them, zero at first).
class LevelBitmap {
 public:
  static constexpr std::uint32_t levels_most = 64 * 64 * 64;
  static constexpr std::int32_t nothing = -1;

  [[nodiscard]] static constexpr std::uint32_t words_needed(std::uint32_t levels) {
    const std::uint32_t leaves = (levels + 63) / 64;
    return leaves + (leaves + 63) / 64;
  }

  LevelBitmap() = default;
  LevelBitmap(std::uint64_t* words, std::uint32_t levels)
      : leaves_{words}, branches_{words + (levels + 63) / 64} {
    check(levels <= levels_most);
  }

  void set(std::uint32_t key) {
    std::uint64_t& leaf = leaves_[key / 64];
    const bool noted = leaf != 0;
    leaf |= bit(key % 64);
    if (noted) return;
    branches_[key / 4096] |= bit(key / 64 % 64);
    root_ |= bit(key / 4096);
  }

  void clear(std::uint32_t key) {
    leaves_[key / 64] &= ~bit(key % 64);
    if (leaves_[key / 64] != 0) return;
    branches_[key / 4096] &= ~bit(key / 64 % 64);
    if (branches_[key / 4096] == 0) root_ &= ~bit(key / 4096);
  }

  // Highest set key that is not above `key`, or `nothing`.
  [[nodiscard]] std::int32_t highest_up_to(std::uint32_t key) const {
    if (const std::uint64_t leaf = leaves_[key / 64] & up_to(key % 64); leaf != 0) {
      return static_cast<std::int32_t>(key / 64 * 64 + top_of(leaf));
    }
    const std::uint32_t leaf_index = key / 64;
    if (const std::uint64_t branch = branches_[key / 4096] & below(leaf_index % 64); branch != 0) {
      return top_of_leaf(key / 4096 * 64 + top_of(branch));
    }
    const std::uint64_t root = root_ & below(key / 4096);
    if (root == 0) return nothing;
    const std::uint32_t branch_index = top_of(root);
    return top_of_leaf(branch_index * 64 + top_of(branches_[branch_index]));
  }

 private:
  static constexpr std::uint64_t bit(std::uint32_t position) {
    return std::uint64_t{1} << position;
  }
  static constexpr std::uint64_t below(std::uint32_t position) { return bit(position) - 1; }
  static constexpr std::uint64_t up_to(std::uint32_t position) {
    return below(position) | bit(position);
  }
  static constexpr std::uint32_t top_of(std::uint64_t word) {
    return static_cast<std::uint32_t>(63 - std::countl_zero(word));
  }
  [[nodiscard]] std::int32_t top_of_leaf(std::uint32_t leaf) const {
    return static_cast<std::int32_t>(leaf * 64 + top_of(leaves_[leaf]));
  }

  std::uint64_t* leaves_ = nullptr;
  std::uint64_t* branches_ = nullptr;
  std::uint64_t root_ = 0;
};

}  // namespace emx::book

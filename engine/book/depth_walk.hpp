#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "engine/book/order_book.hpp"

namespace emx::book {

// One side's prices, best first, of some classes together. What a level of a class displays is kept
// by the book with every change, so a step costs by the classes, however many orders stand there.
// The book must not change while it walks.
class DepthWalk {
 public:
  DepthWalk(const OrderBook& book, Side side, ClassMask classes)
      : book_{book}, side_{side}, open_{book.occupied(side) & classes} {
    for (const auto c : each_class(open_)) key_[c] = book.best_key(side, c);
    find();
  }

  [[nodiscard]] bool at_end() const { return open_ == 0; }

  // Of the price it stands at. Requires: not at_end().
  [[nodiscard]] std::uint32_t key() const { return static_cast<std::uint32_t>(best_); }
  [[nodiscard]] ClassMask classes() const { return here_; }  // those with orders there
  [[nodiscard]] std::int64_t displayed() const {
    std::int64_t lots = 0;
    for (const auto c : each_class(here_)) lots += book_.level(side_, c, key()).displayed;
    return lots;
  }

  void step() {
    for (const auto c : each_class(here_)) {
      key_[c] = best_ == 0 ? OrderBook::empty : book_.best_key_up_to(side_, c, key() - 1);
      if (key_[c] == OrderBook::empty) open_ &= ~mask_of(c);
    }
    find();
  }

 private:
  void find() {
    best_ = OrderBook::empty;
    for (const auto c : each_class(open_)) best_ = std::max(best_, key_[c]);
    here_ = 0;
    for (const auto c : each_class(open_)) {
      if (key_[c] == best_) here_ |= mask_of(c);
    }
  }

  const OrderBook& book_;
  Side side_;
  ClassMask open_;  // not at their end
  ClassMask here_ = 0;
  std::int32_t best_ = OrderBook::empty;
  std::array<std::int32_t, classes_max> key_;  // valid where open
};

}  // namespace emx::book

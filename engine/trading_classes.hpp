#pragma once

#include <array>
#include <cstdint>

#include "engine/book/order_book.hpp"
#include "engine/vocabulary/code.hpp"
#include "risk/eligibility.hpp"

namespace emx::engine {

// The trading classes that have appeared in one book, by class slot, and what they decide between
// them (market-rules 8.5): computed when a class appears or a link changes, read at every match.
class TradingClasses {
 public:
  static constexpr std::uint32_t trial_class = book::classes_max;  // see set_trial()
  static constexpr std::uint32_t no_class = book::classes_max + 1;

  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] bool full() const { return size_ == book::classes_max; }
  [[nodiscard]] const risk::TradingClass& operator[](std::uint32_t class_slot) const {
    return classes_[class_slot];
  }

  // risk::sort_key() of a class.
  [[nodiscard]] std::uint64_t sort_key(std::uint32_t class_slot) const { return keys_[class_slot]; }

  // The slot of a class, or no_class.
  [[nodiscard]] std::uint32_t find(const risk::TradingClass& c) const;
  // Requires: not full().
  std::uint32_t add(const risk::TradingClass& c, Pollutant pollutant, const risk::Links& links);
  void clear() { size_ = 0; }
  // Puts a class beside the others, for an order that is only thought of: it may have appeared or
  // not, and is no part of the state.
  void set_trial(const risk::TradingClass& c, Pollutant pollutant, const risk::Links& links);
  void links_changed(Pollutant pollutant, const risk::Links& links);

  // E07, E08 or X01 between a bid's and an ask's class.
  [[nodiscard]] Code code(std::uint32_t bid_class, std::uint32_t ask_class) const {
    return codes_[bid_class][ask_class];
  }
  // The same between a taker's class on `side` and an opposite one.
  [[nodiscard]] Code code(Side side, std::uint32_t own, std::uint32_t other) const {
    return side == Side::buy ? codes_[own][other] : codes_[other][own];
  }
  // Opposite classes with no such code.
  [[nodiscard]] book::ClassMask eligible(Side side, std::uint32_t own) const {
    return side == Side::buy ? eligible_asks_[own] : eligible_bids_[own];
  }
  // Classes of a province; a carbon book's one class belongs to none.
  [[nodiscard]] book::ClassMask of_province(std::size_t province) const {
    return of_province_[province];
  }

  // Its part of a snapshot, both ways: engine/saved_state.cpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive, Pollutant pollutant, const risk::Links& links);

 private:
  void relate(std::uint32_t bid_class, std::uint32_t ask_class, Pollutant pollutant,
              const risk::Links& links);

  std::uint32_t size_ = 0;
  static constexpr std::size_t rows = book::classes_max + 1;  // and the trial class

  std::array<risk::TradingClass, rows> classes_{};
  std::array<std::uint64_t, rows> keys_{};
  std::array<std::array<Code, rows>, rows> codes_{};
  std::array<book::ClassMask, rows> eligible_asks_{};  // by bid class
  std::array<book::ClassMask, rows> eligible_bids_{};  // by ask class
  std::array<book::ClassMask, provinces_count> of_province_{};
};

}  // namespace emx::engine

#pragma once

#include <array>

#include "engine/book/matching.hpp"
#include "engine/market_state.hpp"

// What the book asks while it matches, answered from risk (market-rules 5 and 7).

namespace emx::engine {

// Quota codes between a province and each other one, as buyer or seller: they move with every
// cross-province fill, while what the classes decide stays for the whole pass.
class QuotaCodes {
 public:
  // `own` trades on `side`.
  QuotaCodes(const MarketState& state, const risk::TradingClass& own, Pollutant pollutant,
             Side side)
      : state_{state}, own_{own.province}, pollutant_{pollutant}, side_{side} {
    refresh();
  }

  void refresh() {
    if (own_ >= provinces_count) return;  // carbon
    for (std::uint8_t other = 0; other < provinces_count; ++other) {
      if (other == own_) continue;
      const auto own = static_cast<Province>(own_);
      const auto p = static_cast<Province>(other);
      codes_[other] = side_ == Side::buy ? state_.quotas.blocked(own, p, pollutant_)
                                         : state_.quotas.blocked(p, own, pollutant_);
    }
  }
  [[nodiscard]] Code of(std::uint8_t province) const {
    return province < provinces_count ? codes_[province] : Code::none;
  }
  // Classes of provinces that are blocked.
  [[nodiscard]] book::ClassMask blocked(const TradingClasses& classes) const {
    book::ClassMask mask = 0;
    for (std::uint8_t p = 0; p < provinces_count; ++p) {
      if (codes_[p] != Code::none) mask |= classes.of_province(p);
    }
    return mask;
  }
  // The codes of another moment, of the same order.
  void take(const QuotaCodes& other) { codes_ = other.codes_; }
  friend bool operator==(const QuotaCodes& a, const QuotaCodes& b) { return a.codes_ == b.codes_; }

 private:
  const MarketState& state_;
  std::uint8_t own_;
  Pollutant pollutant_;
  Side side_;
  std::array<Code, provinces_count> codes_{};
};

// One order against the opposite side of its book.
class OrderScreen {
 public:
  OrderScreen(const MarketState& state, const BookState& book, Slot order)
      : state_{state},
        book_{book},
        owner_{state.facility_of(order)},
        side_{state.pool[order].side},
        class_slot_{state.pool[order].class_slot},
        quota_{state, book.classes[class_slot_], state.data.instruments[book.instrument].pollutant,
               side_} {}

  [[nodiscard]] book::ClassMask eligible() const {
    return book_.classes.eligible(side_, class_slot_) & ~quota_.blocked(book_.classes);
  }
  [[nodiscard]] Code class_code(std::uint32_t class_slot) const { return code(class_slot, quota_); }
  [[nodiscard]] Code order_code(Slot other) const {
    return state_.data.related(owner_, state_.facility_of(other)) ? Code::e03_related : Code::none;
  }

 protected:
  [[nodiscard]] Code code(std::uint32_t class_slot, const QuotaCodes& quota) const {
    const Code by_class = book_.classes.code(side_, class_slot_, class_slot);
    return by_class != Code::none ? by_class : quota.of(book_.classes[class_slot].province);
  }

  const MarketState& state_;
  const BookState& book_;
  FacilityId owner_;
  Side side_;
  std::uint32_t class_slot_;
  QuotaCodes quota_;
};

// All bids of a book against all its asks.
class BookScreen {
 public:
  BookScreen(const MarketState& state, const BookState& book) : state_{state}, book_{book} {}

  [[nodiscard]] book::ClassMask eligible_asks(std::uint32_t bid_class) const {
    const Pollutant pollutant = state_.data.instruments[book_.instrument].pollutant;
    const QuotaCodes quota{state_, book_.classes[bid_class], pollutant, Side::buy};
    return book_.classes.eligible(Side::buy, bid_class) & ~quota.blocked(book_.classes);
  }
  [[nodiscard]] Code pair_code(Slot bid, Slot ask) const {
    return state_.data.related(state_.facility_of(bid), state_.facility_of(ask)) ? Code::e03_related
                                                                                 : Code::none;
  }
  // Bids of one class: only who is related to whom can set them apart.
  [[nodiscard]] bool alike(Slot a, Slot b) const {
    return state_.data.related(state_.facility_of(a), state_.facility_of(b));
  }

 private:
  const MarketState& state_;
  const BookState& book_;
};

}  // namespace emx::engine

#pragma once

#include <array>

#include "engine/book/contenders.hpp"
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

// What two orders decide (market-rules 8.2): E03, then X02. A bit for each that bars the pair.
using Bars = unsigned;
inline constexpr Bars barred_by_relation = 1;
inline constexpr Bars barred_by_ratio = 2;

struct Bid {
  FacilityId facility;
  risk::Ratio max_ratio;
};
inline Bid bid_of(const MarketState& state, Slot slot) {
  return {state.facility_of(slot), state.order(slot).max_ratio};
}
inline Bars bars_between(const MarketState& state, InstrumentId instrument, const Bid& bid,
                         FacilityId seller) {
  Bars bars = state.data.related(bid.facility, seller) ? barred_by_relation : 0;
  if (bid.max_ratio.n != 0) {
    const risk::Ratio ratio =
        risk::ratio_of(state.data, bid.facility, seller, state.data.instruments[instrument]);
    if (ratio.above(bid.max_ratio)) bars |= barred_by_ratio;
  }
  return bars;
}
constexpr Code code_of(Bars bars) {
  if ((bars & barred_by_relation) != 0) return Code::e03_related;
  return bars != 0 ? Code::x02_max_ratio : Code::none;
}

// One order against the opposite side of its book. The order may leave meanwhile.
class OrderScreen {
 public:
  OrderScreen(const MarketState& state, const BookState& book, Slot order)
      : state_{state},
        book_{book},
        own_{bid_of(state, order)},
        side_{state.pool[order].side},
        class_slot_{state.pool[order].class_slot},
        quota_{state, book.classes[class_slot_], state.data.instruments[book.instrument].pollutant,
               side_} {}

  [[nodiscard]] book::ClassMask eligible() const {
    return book_.classes.eligible(side_, class_slot_) & ~quota_.blocked(book_.classes);
  }
  [[nodiscard]] Code class_code(std::uint32_t class_slot) const { return code(class_slot, quota_); }
  // After a fill: the caps have moved.
  void look_again() { quota_.refresh(); }
  // How many codes order_code() may give: a buyer without a maximum has E03 only.
  [[nodiscard]] std::uint32_t order_codes_max() const {
    return side_ == Side::buy && own_.max_ratio.n == 0 ? 1 : 2;
  }
  [[nodiscard]] Code order_code(Slot other) const {
    const InstrumentId instrument = book_.instrument;
    return code_of(side_ == Side::buy
                       ? bars_between(state_, instrument, own_, state_.facility_of(other))
                       : bars_between(state_, instrument, bid_of(state_, other), own_.facility));
  }

 protected:
  [[nodiscard]] Code code(std::uint32_t class_slot, const QuotaCodes& quota) const {
    const Code by_class = book_.classes.code(side_, class_slot_, class_slot);
    return by_class != Code::none ? by_class : quota.of(book_.classes[class_slot].province);
  }

  const MarketState& state_;
  const BookState& book_;
  Bid own_;  // of a sell only whose it is
  Side side_;
  std::uint32_t class_slot_;
  QuotaCodes quota_;
};

// Which asks a bid's MAX_RATIO lets through: all, none, or those that are not downstream of its
// reach.
inline constexpr book::Filter filter_all = 0;
inline constexpr book::Filter filter_none = 257;
static_assert(filter_none + 1 == book::filters_max);

inline book::Filter filter_of(const MarketState& state, Slot bid) {
  const risk::Ratio most = state.order(bid).max_ratio;
  if (most.n == 0) return filter_all;
  const FacilityId buyer = state.facility_of(bid);
  const risk::Ratios ratios = risk::ratios_of(state.data, buyer, state.instrument_of(bid));
  if (ratios.others.above(most)) return filter_none;
  if (!ratios.downstream.above(most)) return filter_all;
  return static_cast<book::Filter>(1 + state.data.facilities[buyer].reach);
}
inline bool passes(const MarketState& state, book::Filter filter, Slot ask) {
  if (filter == filter_all || filter == filter_none) return filter == filter_all;
  const auto reach = static_cast<std::uint8_t>(filter - 1);
  return !risk::is_downstream(state.data.facilities[state.facility_of(ask)], reach);
}
inline std::uint32_t group_of(const MarketState& state, Slot slot) {
  return state.data.control_of(state.facility_of(slot));
}

// All bids of a book against all its asks, between two fills.
class BookScreen {
 public:
  BookScreen(const MarketState& state, const BookState& book) : state_{state}, book_{book} {}

  [[nodiscard]] book::ClassMask eligible_asks(std::uint32_t bid_class) const {
    const risk::TradingClass& c = book_.classes[bid_class];
    const book::ClassMask eligible = book_.classes.eligible(Side::buy, bid_class);
    if (c.province >= provinces_count) return eligible;  // carbon
    if (!known_[c.province]) {                           // one answer for all classes of a province
      const Pollutant pollutant = state_.data.instruments[book_.instrument].pollutant;
      blocked_[c.province] = QuotaCodes{state_, c, pollutant, Side::buy}.blocked(book_.classes);
      known_[c.province] = true;
    }
    return eligible & ~blocked_[c.province];
  }
  [[nodiscard]] std::uint32_t group(Slot slot) const { return group_of(state_, slot); }
  [[nodiscard]] book::Filter filter_of(Slot bid) const { return engine::filter_of(state_, bid); }
  [[nodiscard]] bool passes(book::Filter filter, Slot ask) const {
    return engine::passes(state_, filter, ask);
  }

 private:
  const MarketState& state_;
  const BookState& book_;
  mutable std::array<bool, provinces_count> known_{};
  mutable std::array<book::ClassMask, provinces_count> blocked_{};  // where known
};

}  // namespace emx::engine

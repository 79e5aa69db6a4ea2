#include "engine/trading_classes.hpp"

#include "engine/vocabulary/check.hpp"

namespace emx::engine {

std::uint32_t TradingClasses::find(const risk::TradingClass& c) const {
  const std::uint64_t key = risk::sort_key(c);
  for (std::uint32_t slot = 0; slot < size_; ++slot) {
    if (keys_[slot] == key) return slot;
  }
  return no_class;
}

std::uint32_t TradingClasses::add(const risk::TradingClass& c, Pollutant pollutant,
                                  const risk::Links& links) {
  check(!full());
  if (size_ == 0) of_province_.fill(0);
  const std::uint32_t slot = size_++;
  classes_[slot] = c;
  keys_[slot] = risk::sort_key(c);
  eligible_asks_[slot] = 0;
  eligible_bids_[slot] = 0;
  if (c.province < provinces_count) of_province_[c.province] |= book::mask_of(slot);
  for (std::uint32_t other = 0; other < size_; ++other) {
    relate(slot, other, pollutant, links);
    relate(other, slot, pollutant, links);
  }
  return slot;
}

void TradingClasses::links_changed(Pollutant pollutant, const risk::Links& links) {
  for (std::uint32_t bid = 0; bid < size_; ++bid) {
    for (std::uint32_t ask = 0; ask < size_; ++ask) relate(bid, ask, pollutant, links);
  }
}

void TradingClasses::set_trial(const risk::TradingClass& c, Pollutant pollutant,
                               const risk::Links& links) {
  classes_[trial_class] = c;
  keys_[trial_class] = risk::sort_key(c);
  eligible_asks_[trial_class] = 0;
  eligible_bids_[trial_class] = 0;
  for (std::uint32_t other = 0; other < size_; ++other) {
    const Code as_bid = risk::pair_code(c, classes_[other], pollutant, links);
    const Code as_ask = risk::pair_code(classes_[other], c, pollutant, links);
    codes_[trial_class][other] = as_bid;
    codes_[other][trial_class] = as_ask;
    if (as_bid == Code::none) eligible_asks_[trial_class] |= book::mask_of(other);
    if (as_ask == Code::none) eligible_bids_[trial_class] |= book::mask_of(other);
  }
}

void TradingClasses::relate(std::uint32_t bid_class, std::uint32_t ask_class, Pollutant pollutant,
                            const risk::Links& links) {
  const Code code = risk::pair_code(classes_[bid_class], classes_[ask_class], pollutant, links);
  codes_[bid_class][ask_class] = code;
  const book::ClassMask ask = book::mask_of(ask_class);
  const book::ClassMask bid = book::mask_of(bid_class);
  if (code == Code::none) {
    eligible_asks_[bid_class] |= ask;
    eligible_bids_[ask_class] |= bid;
  } else {
    eligible_asks_[bid_class] &= ~ask;
    eligible_bids_[ask_class] &= ~bid;
  }
}

}  // namespace emx::engine

#pragma once

#include "engine/vocabulary/enums.hpp"
#include "gateway/raw_message.hpp"

namespace emx::gateway::market_data {

// How FIX names a phase of market-rules 9: 326 SecurityTradingStatus, 625 TradingSessionSubID, and
// in 58 its name here, for FIX has no word that tells a midday break from a halt.
struct PhaseCodes {
  std::uint64_t trading_status;  // FIX 326
  std::uint64_t session_part;    // FIX 625
  std::uint64_t market_status;   // FIX 340, when all books are in it
};

constexpr PhaseCodes codes_of(Phase phase) {
  switch (phase) {
    case Phase::pre_open:
      return {21, 1, 4};
    case Phase::continuous:
      return {17, 3, 2};
    case Phase::pause:
      return {18, 7, 1};
    case Phase::halt:
      return {2, 7, 1};
    case Phase::opening_call:
      return {22, 2, 2};
    case Phase::closing_call:
      return {25, 4, 5};
    case Phase::volatility:
      return {25, 9, 2};
    case Phase::closed:
      break;
  }
  return {18, 5, 3};
}

inline void add_phase_codes(FieldText& fields, Phase phase) {
  const PhaseCodes codes = codes_of(phase);
  fields.add(326, codes.trading_status).add(625, codes.session_part).add(58, name_of(phase));
}

}  // namespace emx::gateway::market_data

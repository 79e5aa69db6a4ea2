#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/market_data/entry_types.hpp"
#include "gateway/quickfix.hpp"

namespace emx::gateway::market_data {

// FIX 263.
enum class SubscriptionType : char { snapshot = '0', updates = '1', end = '2' };

// 35=V: the fields read, nothing looked up yet.
struct MarketDataRequest {
  std::string id;  // FIX 262
  SubscriptionType subscription = SubscriptionType::snapshot;
  std::uint32_t depth = 0;    // FIX 264; 0: full
  bool full_refresh = false;  // FIX 265=0
  bool is_aggregated = true;  // FIX 266
  std::string foreign_type;   // the first FIX 269 that is not spoken here
  EntryTypes types;           // the others
  std::vector<std::string> symbols;
  std::string account;      // FIX 1: as this facility could trade; empty: the consolidated book
  bool local_only = false;  // with it, as in an order: 9708 and 9709
  std::uint8_t max_ratio_n = 0;
  std::uint8_t max_ratio_d = 0;
};

// 35=x, e or g.
struct ReferenceRequest {
  std::string id;      // FIX 320, 324 or 335
  std::string symbol;  // empty: all there are
  SubscriptionType subscription = SubscriptionType::snapshot;
};

// Throw QuickFIX's exceptions for what is malformed, which it answers with a Reject (35=3).
// Require: the message was validated by our dictionary.
[[nodiscard]] MarketDataRequest read_market_data_request(const FIX::Message& message);
[[nodiscard]] ReferenceRequest read_reference_request(const FIX::Message& message);

}  // namespace emx::gateway::market_data

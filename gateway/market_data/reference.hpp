#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/vocabulary/ids.hpp"
#include "gateway/market_data/market.hpp"
#include "gateway/market_data/tape.hpp"
#include "gateway/out_message.hpp"

// Reference data: what there is to trade (35=y), and where a book (f) and the market (h) stand.

namespace emx::gateway::market_data {

// So many instruments in a 35=y.
inline constexpr std::size_t instruments_per_page = 50;

// One page of an answer to 35=x: `ids` from `first` on, the last with 893=Y. FIX 560 is 2 where
// there is none.
[[nodiscard]] OutMessage security_list(const Market& market, std::string_view request_id,
                                       const std::vector<InstrumentId>& ids, std::size_t first);

// 35=f; an unknown symbol has 326=20.
[[nodiscard]] OutMessage security_status(const Market& market, const Tape& tape,
                                         std::string_view request_id, InstrumentId id);
[[nodiscard]] OutMessage unknown_security_status(std::string_view request_id,
                                                 std::string_view symbol);

[[nodiscard]] OutMessage trading_session_status(const Market& market, const Tape& tape,
                                                std::string_view request_id);

}  // namespace emx::gateway::market_data

#pragma once

#include <cstdint>
#include <limits>

#include "engine/vocabulary/named.hpp"

namespace emx {

// Dense indexes, given in the order of definition; `no_id` names nothing.
using FirmId = Named<struct FirmIdTag, std::uint32_t>;
using FacilityId = Named<struct FacilityIdTag, std::uint32_t>;
using GroupId = Named<struct GroupIdTag, std::uint32_t>;
using InstrumentId = Named<struct InstrumentIdTag, std::uint32_t>;
using ZoneId = Named<struct ZoneIdTag, std::uint32_t>;

inline constexpr std::uint32_t no_id = std::numeric_limits<std::uint32_t>::max();

// Position of an entry in the ledger; the first is 1.
using SeqNo = Named<struct SeqNoTag, std::uint64_t>;

// Slot of the order pool in the low 32 bits, the slot's generation (from 1) in the high 32 bits:
// cancel and replace look nothing up, and an id is never given twice. 0 names no order.
using OrderId = Named<struct OrderIdTag, std::uint64_t>;

// Number of a trade, from 1, over all instruments (FIX 1003).
using TradeNo = Named<struct TradeNoTag, std::uint64_t>;

// A party to a posting: a facility's account, or one of the venue's own.
using AccountId = Named<struct AccountIdTag, std::uint32_t>;

inline constexpr AccountId account_bank{0xFFFFFF01};      // cash outside the venue (deposits)
inline constexpr AccountId account_registry{0xFFFFFF02};  // source of issued rights
inline constexpr AccountId account_venue_fees{0xFFFFFF03};
inline constexpr AccountId account_env_retired{0xFFFFFF04};  // ENV-RETIRED, market-rules 6

constexpr AccountId account_of(FacilityId facility) { return AccountId{facility.value}; }

}  // namespace emx

#pragma once

#include <cstdint>
#include <vector>

#include "tools/audit/reading.hpp"
#include "tools/market/names.hpp"
#include "tools/rehearsal/effect.hpp"

namespace emx::rehearsal {

[[nodiscard]] audit::Json json_of(const Effect::Refusal& refusal);
[[nodiscard]] audit::Json json_of(const std::vector<Effect::Cancelled>& orders,
                                  const market::Names& names);
[[nodiscard]] audit::Json json_of(const std::vector<Effect::RoomChange>& rooms, std::int32_t year);
// Keys `refused`, `cancelled`, `trades`, `rooms`, `headroom`, `counterparties` and `events`.
[[nodiscard]] audit::Json json_of(const Effect& effect, const market::Names& names);

}  // namespace emx::rehearsal

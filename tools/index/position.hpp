#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/vocabulary/date.hpp"
#include "tools/audit/moment.hpp"
#include "tools/audit/position_table.hpp"

namespace emx::index {

// A province's position at the end of a trade date, or of the last so far, as the index keeps it.
struct DaysPosition {
  audit::AsOf as_of;  // the last entry of the day, or the last that was indexed
  std::vector<audit::PositionRow> rows;
};

[[nodiscard]] constexpr std::uint64_t position_number(Date date, std::uint8_t province) {
  return static_cast<std::uint64_t>(date.value) << 8 | province;
}

[[nodiscard]] std::vector<std::byte> encode(const DaysPosition& position);
// nullopt: they are not such bytes.
[[nodiscard]] std::optional<DaysPosition> decode_position(std::span<const std::byte> bytes);

}  // namespace emx::index

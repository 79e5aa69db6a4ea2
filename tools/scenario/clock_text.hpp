#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace emx::scenario {

// "09:30:00" or "09:30:00.250" as nanoseconds of a day; nullopt: anything else.
[[nodiscard]] std::optional<std::int64_t> time_of_day_ns(std::string_view text);

}  // namespace emx::scenario

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/vocabulary/entry_view.hpp"

namespace emx::audit {

// A point in a ledger, as a person names it: an entry, or a day or a millisecond of command time,
// each with its first and its last ns (UTC since 1970).
struct Moment {
  std::uint64_t sequence = 0;  // 0: a time
  std::int64_t first_ns = 0;
  std::int64_t last_ns = 0;
};

// "1172", the entry; "2026-06-18", the whole day; "2026-06-18 09:30", with :SS and .mmm if wanted,
// to the millisecond. UTC+8, as the reports print times; with a Z at the end UTC. A T may stand for
// the blank. nullopt: anything else.
[[nodiscard]] std::optional<Moment> moment_from_text(std::string_view text);

[[nodiscard]] constexpr bool is_after(const Stamp& stamp, const Moment& moment) {
  return moment.sequence != 0 ? stamp.sequence.value > moment.sequence
                              : stamp.at_ns > moment.last_ns;
}
[[nodiscard]] constexpr bool is_before(const Stamp& stamp, const Moment& moment) {
  return moment.sequence != 0 ? stamp.sequence.value < moment.sequence
                              : stamp.at_ns < moment.first_ns;
}

// The entry that an answer stands at, the last that it has seen.
struct AsOf {
  std::uint64_t sequence = 0;
  std::int64_t at_ns = 0;
  void take(const Stamp& stamp) { *this = {stamp.sequence.value, stamp.at_ns}; }
};

// "after entry 1172, 2026-06-18 09:00:00.008".
[[nodiscard]] std::string words_of(const AsOf& as_of);

}  // namespace emx::audit

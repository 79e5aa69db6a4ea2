#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace emx::ledger {

// Bytes of the command, or of the event, of this kind; 0: there is no such kind.
[[nodiscard]] std::uint32_t command_bytes_of(std::uint16_t kind);
[[nodiscard]] std::uint32_t event_bytes_of(std::uint16_t kind);

// What is wrong with the records of one entry, in words; empty: nothing. Holds them to FORMAT.md:
// known kinds with their exact sizes, events numbered from 0, the entry's bounds, and postings
// that move a positive amount between two accounts (double entry). Reads nothing outside the
// spans, so it may be given damaged bytes.
[[nodiscard]] std::string_view fault_of_records(std::span<const std::byte> command,
                                                std::span<const std::byte> events,
                                                std::uint32_t events_count);

}  // namespace emx::ledger

#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "engine/vocabulary/events.hpp"

namespace emx::audit {

// Why the exchange refused a command, in a person's words, with the figures that decided in the
// units of people: "the next version is 3, not 5", "not enough cash (limit 500.00 CNY, value 600.00
// CNY)". What the figures of a code mean depends on the command (ledger/FORMAT.md, RefusedEvent).
[[nodiscard]] std::string reason_of_refusal(std::span<const std::byte> command,
                                            const RefusedEvent& refused);

// "refused P07_RULE_SET: " and that.
[[nodiscard]] std::string words_of_refusal(std::span<const std::byte> command,
                                           const RefusedEvent& refused);

}  // namespace emx::audit

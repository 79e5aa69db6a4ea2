#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "engine/exchange.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "ledger/command_log.hpp"
#include "tools/pipeline/pipeline.hpp"

namespace emx::daemon {

// The exchange as the ledger left it.
struct Recovered {
  std::unique_ptr<engine::Exchange> exchange;
  pipeline::PipelineStart start;
  std::uint64_t entries = 0;
  double seconds = 0;
};

// Replays the whole log through a fresh exchange. Every entry must come out again: the same
// events, byte for byte, and the same digest; a ledger for which they do not is not served.
// `on_entry` sees each entry, in order; `on_progress` now and then. Throws std::runtime_error
// with words for a person. Requires: the log is not empty.
[[nodiscard]] Recovered recover(const ledger::CommandLog& log,
                                const std::function<void(const EntryView&)>& on_entry,
                                const std::function<void(std::uint64_t entries)>& on_progress);

}  // namespace emx::daemon

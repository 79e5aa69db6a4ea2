#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "engine/exchange.hpp"
#include "ledger/store.hpp"
#include "tools/emxd/past.hpp"

// What a start takes from the snapshots beside a ledger (ledger/snapshot_file.hpp).

namespace emx::daemon {

struct FromSnapshot {
  std::unique_ptr<engine::Exchange> exchange;  // nullptr: there is none that can be used
  std::unique_ptr<Past> past;  // of the same entry; nullptr: there is none that can be used
  std::string without_past;    // why
  std::filesystem::path path;
  std::uint64_t sequence = 0;
};

// The exchange of the newest snapshot that is whole and of this ledger: the ledger's entry has its
// leaf hash, time and digest, and what it holds gives that digest. And its past, if that is of this
// build and has the exchange's orders. `warn` is told of each snapshot that is passed over, and
// why. `store` is open.
[[nodiscard]] FromSnapshot from_snapshot(const ledger::LedgerStore& store,
                                         const std::filesystem::path& data_dir,
                                         const std::function<void(const std::string&)>& warn);

// Writes a snapshot of the exchange and the past as their last entry left them, if `left_free`
// bytes stay free on the disk; `written` gets its size. Requires: that entry is in the store and
// the last of both, and !more_to_do().
ledger::Result save_snapshot(const engine::Exchange& exchange, const Past& past,
                             const ledger::LedgerStore& store,
                             const std::filesystem::path& data_dir, std::uint64_t left_free,
                             std::uint64_t& written);

}  // namespace emx::daemon

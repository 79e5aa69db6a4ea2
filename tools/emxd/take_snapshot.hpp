#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "ledger/probe.hpp"
#include "ledger/snapshot_file.hpp"

namespace emx::daemon {

struct SnapshotTaking {
  std::filesystem::path data_dir;
  // Replay from the first entry as well, and hold the whole states against each other.
  bool verify = false;
  ledger::Probe probe = ledger::Probe::whole;
  std::uint64_t left_free = ledger::left_free_least;  // bytes, on its disk
  std::function<void(const std::string&)> warn;
  std::function<void(std::uint64_t entries, std::uint64_t total)> progress;
};

struct SnapshotTaken {
  std::uint64_t sequence = 0;  // of the ledger's last entry at the opening, which the state is of
  std::uint64_t replayed = 0;  // entries
  std::uint64_t bytes = 0;     // of what it holds; 0: the snapshot was there already
  std::string source;          // from where it was replayed, in words
  // With `verify`: where the state is not what all entries come to; then nothing was written.
  std::string difference;
};

// Writes a snapshot of a ledger that is only read, also while a daemon has it open: from the newest
// snapshot that can be used, and what came after. Throws std::runtime_error with words for a
// person.
[[nodiscard]] SnapshotTaken take_snapshot(const SnapshotTaking& taking);

}  // namespace emx::daemon

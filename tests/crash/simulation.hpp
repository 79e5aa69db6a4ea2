#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/crash/disk.hpp"
#include "tests/crash/trace.hpp"
#include "tests/crash/traffic.hpp"

// Crashes of a machine whose disk was recorded, and what the ledger makes of what they leave.

namespace emx::crash {

// A recorded run of traffic_process.cpp.
struct Recording {
  std::string root;  // the folder it was in; the data directory is root/data
  std::vector<Operation> operations;
  Image found{};               // what was there before, on the disk
  std::uint64_t released = 0;  // by earlier runs
};

// Where the programs are that make a recording.
struct Programs {
  std::string traffic;        // traffic_process.cpp
  std::string recorded_disk;  // recorded_disk.cpp, the library
};

// Records the whole traffic in `folder`/data, which it makes; and what `resume ENTRIES` does to the
// ledger that lies there. Throws std::runtime_error when the process fails.
Recording record_traffic(const Programs& programs, const std::filesystem::path& folder);
Recording record_resumption(const Programs& programs, const std::filesystem::path& folder,
                            std::uint64_t entries);

// Opens what a crash left as a start after it does, audits it, appends what comes next, and closes.
// Empty: no entry up to `released` is lost (else it says so with lost_words), all are those of the
// traffic, and it goes on; else what is wrong.
inline constexpr std::string_view lost_words = "was acknowledged, and there are";
std::string what_is_wrong(const std::filesystem::path& data_dir, std::uint64_t released,
                          const Traffic& traffic);

struct Simulation {
  std::uint64_t seed = 1;
  std::uint64_t first_state = 0;
  std::uint64_t states = 1'000;
  Disk::Flushes flushes{};
};

struct Outcome {
  std::uint64_t states = 0;
  std::uint64_t failed = 0;
  std::uint64_t lost = 0;      // of these: opened, and without an entry that was released
  std::uint64_t of_names = 0;  // states in which a name had changed and was not promised
  std::vector<std::string> first_failures;
};

// Crashes the recorded machine at one moment, the first of `simulation`, lays out what is left in
// `folder`, and records the start after it, `entries` appended with it: so that this one can be
// crashed in its turn.
Recording record_restart(const Programs& programs, const Recording& recording,
                         const Simulation& simulation, const std::filesystem::path& folder,
                         std::uint64_t entries);

// Crashes the recorded machine at so many moments, and judges what is left. States are numbered:
// state i of a seed is the same in every run. Lays them out in `folder`, one at a time. `progress`
// (may be empty) is told how many are done.
Outcome simulate(const Recording& recording, const Traffic& traffic, const Simulation& simulation,
                 const std::filesystem::path& folder,
                 const std::function<void(std::uint64_t done)>& progress = {});

}  // namespace emx::crash

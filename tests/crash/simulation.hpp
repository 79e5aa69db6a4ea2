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

// What others know of a ledger, so what no crash may take back.
struct Promised {
  std::uint64_t released = 0;   // the last entry that was acknowledged
  std::uint64_t published = 0;  // the size of the last checkpoint that was signed
};

// A recorded run of traffic_process.cpp.
struct Recording {
  std::string root;  // the folder it was in; the data directory is root/data
  std::vector<Operation> operations;
  Image found{};        // what was there before, on the disk
  Promised promised{};  // by earlier runs
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

// What an operation promises, if it does.
void take_promise(const Operation& operation, Promised& promised);

// Opens what a crash left as a start after it does, audits it, appends what comes next, and closes.
// Empty: no entry that was released is lost (else it says so with lost_words), nor a checkpoint
// that was published (unsigned_words); all are those of the traffic; it goes on, and what it has
// become can be signed. Else what is wrong.
inline constexpr std::string_view lost_words = "was acknowledged, and there are";
inline constexpr std::string_view unsigned_words = "was published, and the last that is known";
std::string what_is_wrong(const std::filesystem::path& data_dir, const Promised& promised,
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
  std::uint64_t lost = 0;            // of these: opened, and without an entry that was released
  std::uint64_t unsigned_again = 0;  // of these: without a checkpoint that was published
  std::uint64_t of_names = 0;        // states in which a name had changed and was not promised
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

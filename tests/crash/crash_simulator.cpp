// The crash simulation at length (README.md):
//
//   ledger_crash_simulator [--states N] [--seed N] [--first N] [--control] [--folder DIR]
//
// Records a run of real traffic, crashes its machine at N moments, and judges each. Exit code 0:
// nothing was lost. With --control LMDB's flushes are left out, and more than half must fail.
// Runs in the project's root.

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include "tests/crash/simulation.hpp"
#include "tests/ledger/support.hpp"

namespace {

using namespace emx::crash;

constexpr const char* usage =
    "ledger_crash_simulator [--states N] [--seed N] [--first N] [--control] [--folder DIR]\n"
    "  --states N    so many crashes (50000)\n"
    "  --seed N      which ones (1)\n"
    "  --first N     from this one of the seed on (0): with --states 1 one again, by its number\n"
    "  --control     without LMDB's flushes: passes when more than half are found out\n"
    "  --folder DIR  where the states are laid out (/dev/shm: in memory)\n";

struct Arguments {
  Simulation simulation{.states = 50'000};
  bool is_control = false;
  std::filesystem::path folder = emx::ledger::testing::memory_folder();
  bool are_good = true;
};

Arguments read(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--control") {
      arguments.is_control = true;
      arguments.simulation.flushes = Disk::none_of_lmdb();
      continue;
    }
    if (++i == argc) {
      arguments.are_good = false;
      break;
    }
    const std::uint64_t number = std::strtoull(argv[i], nullptr, 10);
    if (name == "--states" && number > 0) {
      arguments.simulation.states = number;
    } else if (name == "--seed") {
      arguments.simulation.seed = number;
    } else if (name == "--first") {
      arguments.simulation.first_state = number;
    } else if (name == "--folder") {
      arguments.folder = argv[i];
    } else {
      arguments.are_good = false;
    }
  }
  return arguments;
}

int simulate_at_length(const Arguments& arguments) {
  const emx::ledger::testing::TempFolder folder{arguments.folder};
  const Traffic traffic;
  const Recording recording =
      record_traffic({LEDGER_TRAFFIC, LEDGER_RECORDED_DISK}, folder.path() / "recorded");
  std::cout << "recorded " << recording.operations.size() << " operations of a run of "
            << traffic.size() << " entries" << std::endl;
  const Outcome outcome = simulate(recording, traffic, arguments.simulation,
                                   folder.path() / "crashed", [](std::uint64_t done) {
                                     if (done % 1'000 == 0) std::cout << done << std::endl;
                                   });
  for (const std::string& failure : outcome.first_failures) std::cout << failure << '\n';
  std::cout << outcome.states << " crashes, " << outcome.of_names << " of them with open names, "
            << outcome.failed << " failed, " << outcome.lost << " of these without an entry; seed "
            << arguments.simulation.seed << std::endl;
  if (arguments.is_control) return outcome.failed * 2 > outcome.states ? 0 : 1;
  return outcome.failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = read(argc, argv);
  if (!arguments.are_good) {
    std::cerr << usage;
    return 2;
  }
  try {
    return simulate_at_length(arguments);
  } catch (const std::exception& error) {
    std::cerr << "ledger_crash_simulator: " << error.what() << '\n';
    return 1;
  }
}

// A process that writes a ledger of real traffic (traffic.hpp), for its disk to be recorded:
//
//   ledger_traffic DATA_DIR record
//   ledger_traffic DATA_DIR resume ENTRIES
//
// `record` writes all of it but the last entries, in commits of varying size and three sessions:
// the first founds the ledger and closes it, the second ends without closing, and so the third
// begins with the copy from the disk, and closes. `resume` starts as an exchange does: what it
// finds, it releases; then it appends so many entries and ends without closing.
//
// Writes the number of the last durable entry to standard output after each commit, as text: the
// acknowledgement. A failure goes to standard error; the exit code is then 10 + its status.
// Runs in the project's root.

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "ledger/store.hpp"
#include "tests/crash/traffic.hpp"
#include "tests/ledger/support.hpp"

namespace emx::crash {
namespace {

using ledger::LedgerStore;
using ledger::Result;

// So that a state of the whole run can be continued, too.
constexpr std::uint64_t left_over = 8;

void acknowledge(std::uint64_t sequence) {
  const std::string line = std::to_string(sequence) + '\n';
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::_Exit(3);
}

Result append_until(LedgerStore& store, std::uint64_t last, const Traffic& traffic) {
  // The same commits in each run. Most are small, as at an exchange that is not busy.
  std::mt19937 random{static_cast<std::mt19937::result_type>(last)};
  while (store.size().value < last) {
    const std::uint64_t wanted = random() % 16 == 0 ? 40 : 1 + random() % 5;
    const std::uint64_t until = std::min(last, store.size().value + wanted);
    std::vector<EntryView> batch;
    for (std::uint64_t next = store.size().value + 1; next <= until; ++next) {
      batch.push_back(traffic.entry(next));
    }
    if (Result result = store.append(batch); !result.ok()) return result;
    acknowledge(until);
  }
  return {};
}

Result record(const std::string& data_dir, const Traffic& traffic) {
  const std::uint64_t all = traffic.size() - left_over;
  for (const auto& [last, closes] :
       {std::pair{all * 2 / 5, true}, {all * 7 / 10, false}, {all, true}}) {
    LedgerStore store;
    Result result = store.open(data_dir, ledger::testing::to_write());
    if (result.ok()) result = append_until(store, last, traffic);
    if (result.ok() && closes) result = store.close();
    if (!result.ok()) return result;
  }
  return {};
}

Result resume(const std::string& data_dir, std::uint64_t entries, const Traffic& traffic) {
  LedgerStore store;
  Result result = store.open(data_dir, ledger::testing::to_write());
  if (!result.ok()) return result;
  acknowledge(store.size().value);
  return append_until(store, store.size().value + entries, traffic);
}

}  // namespace
}  // namespace emx::crash

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  try {
    const emx::crash::Traffic traffic;
    const auto result =
        argc > 3 ? emx::crash::resume(argv[1], std::strtoull(argv[3], nullptr, 10), traffic)
                 : emx::crash::record(argv[1], traffic);
    if (result.ok()) return 0;
    std::cerr << result.message << '\n';
    return 10 + static_cast<int>(result.status);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}

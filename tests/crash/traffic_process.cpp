// A process that writes a ledger of real traffic (traffic.hpp), for its disk to be recorded:
//
//   ledger_traffic DATA_DIR record
//   ledger_traffic DATA_DIR resume ENTRIES
//
// `record` writes all of it but the last entries, in commits of varying size and three sessions:
// the first founds the ledger and closes it, the second ends without closing, and so the third
// begins with the copy from the disk, and closes. `resume` starts as an exchange does: what it
// finds, it releases; then it appends so many entries and ends without closing. Now and then, and
// at the end, it signs a checkpoint.
//
// Writes the number of the last durable entry to standard output after each commit, as text: the
// acknowledgement; and "checkpoint " and its size when one was signed. A failure goes to standard
// error; the exit code is then 10 + its status. Runs in the project's root.

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "ledger/checkpoint_log.hpp"
#include "ledger/ed25519.hpp"
#include "ledger/store.hpp"
#include "tests/crash/traffic.hpp"
#include "tests/ledger/support.hpp"

namespace emx::crash {
namespace {

using ledger::LedgerStore;
using ledger::Result;

// So that a state of the whole run can be continued, too.
constexpr std::uint64_t left_over = 8;

constexpr int commits_per_checkpoint = 8;

void acknowledge(std::uint64_t sequence) {
  const std::string line = std::to_string(sequence) + '\n';
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::_Exit(3);
}

// The checkpoints of a ledger, signed with a key of this process.
class Signing {
 public:
  Signing(const std::string& data_dir, const Traffic& traffic) : traffic_{traffic} {
    keys_.push_back(ledger::PrivateKey::make());
    opened_ = log_.open(data_dir);
    if (opened_.ok() && log_.last_size() != 0) publish(log_.last_size());
  }

  Result sign(std::uint64_t size) {
    if (!opened_.ok() || size == log_.last_size()) return opened_;
    Result result = log_.add(traffic_.checkpoint(size), keys_);
    if (result.ok()) publish(size);
    return result;
  }

 private:
  static void publish(std::uint64_t size) {
    const std::string line = "checkpoint " + std::to_string(size) + '\n';
    if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::_Exit(3);
  }

  const Traffic& traffic_;
  ledger::CheckpointLog log_;
  std::vector<ledger::PrivateKey> keys_;
  Result opened_;
};

Result append_until(LedgerStore& store, std::uint64_t last, const Traffic& traffic,
                    Signing& signing) {
  // The same commits in each run. Most are small, as at an exchange that is not busy.
  std::mt19937 random{static_cast<std::mt19937::result_type>(last)};
  int commits = 0;
  while (store.size().value < last) {
    const std::uint64_t wanted = random() % 16 == 0 ? 40 : 1 + random() % 5;
    const std::uint64_t until = std::min(last, store.size().value + wanted);
    ledger::ChainedBatch batch{store.end()};
    for (std::uint64_t next = store.size().value + 1; next <= until; ++next) {
      batch.add(traffic.entry(next));
    }
    Result result = store.append(batch.entries());
    if (!result.ok()) return result;
    acknowledge(until);
    if (++commits % commits_per_checkpoint == 0) result = signing.sign(until);
    if (!result.ok()) return result;
  }
  return signing.sign(store.size().value);
}

Result record(const std::string& data_dir, const Traffic& traffic) {
  const std::uint64_t all = traffic.size() - left_over;
  for (const auto& [last, closes] :
       {std::pair{all * 2 / 5, true}, {all * 7 / 10, false}, {all, true}}) {
    LedgerStore store;
    Result result = store.open(data_dir, ledger::testing::to_write());
    if (!result.ok()) return result;
    Signing signing{data_dir, traffic};
    result = append_until(store, last, traffic, signing);
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
  Signing signing{data_dir, traffic};
  return append_until(store, store.size().value + entries, traffic, signing);
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

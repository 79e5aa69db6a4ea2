// A process that writes a ledger, to be killed or failed by the crash tests:
//
//   ledger_writer DATA_DIR BATCHES ENTRIES_PER_BATCH [MODE]
//
// Appends sample entries from where the ledger ends, and writes the number of the last durable one
// to standard output after each batch, as text: the acknowledgement. A failure goes to standard
// error; the exit code is then 10 + its status. Three modes are how a process may be, and two are
// the tests' negative controls:
//   varying  batches of 1 entry to so many, the same sizes in each run
//   rest     does not close the ledger, and waits to be killed
//   read     writes nothing: opens the ledger as a reader does, audits it and says its last entry
//   early    acknowledges before it appends, as no exchange may
//   anyway   acknowledges what could not be appended, too

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "ledger/store.hpp"
#include "ledger/verify.hpp"
#include "tests/ledger/support.hpp"

namespace {

using emx::ledger::LedgerStore;
using emx::ledger::Result;

void acknowledge(std::uint64_t sequence) {
  const std::string line = std::to_string(sequence) + '\n';
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::_Exit(3);
}

int fail(const Result& result) {
  std::cerr << result.message << '\n';
  return 10 + static_cast<int>(result.status);
}

// After a failed append the store must answer everything with that failure.
bool is_dead(LedgerStore& store, const Result& failure) {
  const std::uint64_t next = store.size().value + 1;
  return emx::ledger::testing::append_samples(store, next, next).message == failure.message &&
         store.visit(emx::SeqNo{1}, [](const auto&) { return true; }).message == failure.message &&
         store.close().message == failure.message;
}

int read_and_audit(const std::string& data_dir) {
  LedgerStore store;
  Result result = store.open(data_dir, emx::ledger::testing::to_read(emx::ledger::Probe::whole));
  if (result.ok()) result = verify(store).result;
  if (!result.ok()) return fail(result);
  acknowledge(store.size().value);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const std::uint64_t batches = std::strtoull(argv[2], nullptr, 10);
  const std::uint64_t per_batch = std::strtoull(argv[3], nullptr, 10);
  const std::string mode = argc > 4 ? argv[4] : "";

  if (mode == "read") return read_and_audit(argv[1]);
  LedgerStore store;
  if (Result result = store.open(argv[1], emx::ledger::testing::to_write()); !result.ok()) {
    return fail(result);
  }
  for (std::uint64_t batch = 0; batch < batches; ++batch) {
    const std::uint64_t first = store.size().value + 1;
    // Five at a time through all sizes (of a number that five does not divide).
    const std::uint64_t entries = mode == "varying" ? 1 + batch * 5 % per_batch : per_batch;
    const std::uint64_t last = first + entries - 1;
    if (mode == "early") {
      acknowledge(last);
      ::usleep(2'000);
    }
    Result result = emx::ledger::testing::append_samples(store, first, last, per_batch);
    if (result.ok() || mode == "anyway") acknowledge(last);
    if (!result.ok()) return is_dead(store, result) ? fail(result) : 4;
  }
  if (mode == "rest") {
    for (;;) ::pause();
  }
  const Result result = store.close();
  return result.ok() ? 0 : fail(result);
}

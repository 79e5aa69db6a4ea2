#include "tools/emxd/ledger_check.hpp"

#include <unistd.h>

#include <iostream>

#include "ledger/store.hpp"
#include "ledger/verify.hpp"

namespace emx::daemon {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto pause_before_retry = std::chrono::minutes{1};
constexpr int exit_damaged = 2;  // 1 is any program's

}  // namespace

void LedgerCheck::begin(std::uint64_t entries, bool is_known_good) {
  entries_ = entries;
  if (!is_known_good) return begin_chore();
  verified_ = entries;
  callbacks_.good();
}

void LedgerCheck::begin_chore() {
  begun_ = Clock::now();
  again_at_ = Clock::time_point::max();
  const std::string why =
      chore_.begin({"--verify", data_dir_.string(), "--parent", std::to_string(::getpid())},
                   [this](const Chore::End& end) { finish(end); });
  if (!why.empty()) try_again(why);
}

void LedgerCheck::finish(const Chore::End& end) {
  if (end.is_good()) {
    verified_ = entries_;
    const std::chrono::duration<double> taken = Clock::now() - begun_;
    callbacks_.inform("the ledger was verified behind the start, " + std::to_string(entries_) +
                      " entries in " + std::to_string(taken.count()) + " s");
    return callbacks_.good();
  }
  if (end.exit_code() != exit_damaged && !end.has_crashed()) return try_again(end.words());
  is_damaged_ = true;
  callbacks_.damaged(end.has_crashed() ? "the process that reads it crashed (" + end.words() +
                                             "); `emx audit verify` names the place"
                                       : end.words());
}

void LedgerCheck::try_again(const std::string& why) {
  callbacks_.warn("the ledger could not be verified to its end, and that is tried again: " + why);
  again_at_ = Clock::now() + pause_before_retry;
}

void LedgerCheck::tick() {
  if (Clock::now() >= again_at_) begin_chore();
}

void LedgerCheck::stop() {
  again_at_ = Clock::time_point::max();
  if (!chore_.is_running()) return;
  callbacks_.inform("the verification of the ledger is given up, because emxd stops");
  chore_.stop();
}

int check_ledger(const std::filesystem::path& data_dir) {
  ledger::LedgerStore store;
  ledger::StoreOptions options;
  options.access = ledger::StoreOptions::Access::read;
  options.probe = ledger::Probe::none;
  ledger::Result result = store.open(data_dir, options);
  // First what a commit could do harm by.
  if (result.ok()) result = store.check_structure();
  if (result.ok()) result = verify(store).result;
  if (result.ok()) return 0;
  std::cout << ledger::what_happened(result) << '\n';
  return result.status == ledger::Status::corrupt ? exit_damaged : 1;
}

}  // namespace emx::daemon

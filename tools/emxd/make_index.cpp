#include "tools/emxd/make_index.hpp"

#include <signal.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <optional>
#include <string>

#include "ledger/store.hpp"
#include "tools/index/follow_ledger.hpp"

namespace emx::daemon {

using ledger::Result;
using ledger::Status;

namespace {

constexpr std::chrono::milliseconds lock_pause{100};
constexpr int lock_tries = 100;

void tell(IndexLine line, const std::string& words) {
  std::string one_line = words;
  std::ranges::replace(one_line, '\n', ' ');
  std::cout << static_cast<char>(line) << one_line << std::endl;
}

// SIGTERM, as something to wait for. A Ctrl-C is emxd's affair.
sigset_t hold_signals() {
  sigset_t held;
  ::sigemptyset(&held);
  ::sigaddset(&held, SIGINT);
  ::sigaddset(&held, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &held, nullptr);
  ::sigdelset(&held, SIGINT);
  return held;
}

// False: it was told to end.
bool pause(const sigset_t& ending, std::chrono::milliseconds time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  const timespec longest{seconds.count(), std::chrono::nanoseconds{time - seconds}.count()};
  return ::sigtimedwait(&ending, nullptr, &longest) != SIGTERM;
}

// One that a process of an emxd before still holds is free as soon as that has ended.
Result open(const IndexMaking& making, const ledger::LedgerStore& store, const sigset_t& ending,
            index::IndexWriter& writer) {
  const auto start =
      making.anew ? index::IndexWriter::Start::anew : index::IndexWriter::Start::go_on;
  Result result = writer.open(making.data_dir, store, start);
  for (int i = 0; i < lock_tries && result.status == Status::locked; ++i) {
    if (!pause(ending, lock_pause)) break;
    result = writer.open(making.data_dir, store, start);
  }
  return result;
}

Result make(const IndexMaking& making) {
  const sigset_t ending = hold_signals();
  ledger::LedgerStore store;
  ledger::StoreOptions options;
  options.access = ledger::StoreOptions::Access::read;
  options.probe = ledger::Probe::none;  // the daemon has it open, and verifies it
  Result result = store.open(making.data_dir, options);
  index::IndexWriter writer;
  if (result.ok()) result = open(making, store, ending, writer);
  if (!result.ok()) return result;
  const std::string crashed = making.anew ? "the process that wrote it crashed" : "";
  const std::string& why = writer.discarded().empty() ? crashed : writer.discarded();
  if (!why.empty()) tell(index_warns_of, "the index is made anew: " + why);
  std::optional<std::uint64_t> told;  // not before it has got on: a full disk would not let it
  index::Following following;
  following.waits = true;
  following.left_free = making.left_free;
  following.pause = [&](std::chrono::milliseconds time) { return pause(ending, time); };
  following.tell = [&](const index::IndexWriter& of) {
    if (of.indexed() == told) return;
    told = of.indexed();
    tell(index_goes_to, std::to_string(*told));
  };
  result = index::follow_ledger(store, writer, following);
  // What was committed is in it, whatever has happened since.
  const Result closed = writer.close();
  return result.ok() ? closed : result;
}

}  // namespace

int make_index(const IndexMaking& making) {
  const Result result = make(making);
  if (result.ok()) return index_closed;
  tell(index_failed, result.message);
  return index_not_made;
}

}  // namespace emx::daemon

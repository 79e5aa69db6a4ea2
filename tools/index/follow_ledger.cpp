#include "tools/index/follow_ledger.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace emx::index {

using ledger::Result;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds look_every{100};
constexpr auto commit_every = std::chrono::seconds{1};
constexpr std::chrono::milliseconds pause_max{1'000};
constexpr auto last_reads_max = std::chrono::seconds{1};
constexpr std::uint64_t entries_per_read = 1'024;
// More than a commit writes, and the index is out of the way before the ledger's reserve is.
constexpr std::uint64_t commit_bytes_max = 64 << 20;

Result check_room(const ledger::LedgerStore& store, std::uint64_t left_free) {
  if (left_free == 0) return {};
  std::uint64_t free = 0;
  std::uint64_t ledger_bytes = 0;
  Result result = store.free_bytes(free);
  if (result.ok()) result = store.file_bytes(ledger_bytes);
  if (!result.ok()) return result;
  const std::uint64_t reserve = std::max(left_free, ledger_bytes);
  if (free >= reserve + commit_bytes_max) return {};
  // The same words each time, so that who hears them again knows.
  return {ledger::Status::no_space,
          "too little is free on the disk beside what is kept for the ledger's growth, or its copy "
          "after a crash: the index is not written; make room there"};
}

}  // namespace

Result follow_ledger(const ledger::LedgerStore& store, IndexWriter& writer,
                     const Following& following) {
  // Before a million entries are read for nothing.
  if (Result result = check_room(store, following.left_free); !result.ok()) return result;
  auto committed_at = Clock::time_point{};  // long ago: what comes first need not wait
  auto read_until = Clock::time_point::max();
  const auto pause = [&](std::chrono::milliseconds time) {
    const bool is_to_end = read_until != Clock::time_point::max();
    if (!is_to_end && !following.pause(time)) read_until = Clock::now() + last_reads_max;
  };
  for (;;) {
    pause({});
    const std::uint64_t before = writer.taken();
    const bool is_over = Clock::now() >= read_until;
    if (!is_over) {
      const Result result = store.visit(SeqNo{before + 1}, [&](const ledger::StoredEntry& entry) {
        writer.take(entry);
        return writer.taken() - before < entries_per_read && !writer.is_full();
      });
      // Whatever is wrong with the ledger, the index is not `corrupt`.
      if (!result.ok()) return {ledger::Status::io_failed, result.message};
    }
    const bool more = writer.taken() != before && !is_over;
    const bool waits = following.waits && read_until == Clock::time_point::max();
    const bool ends = !more && !waits;
    const auto now = Clock::now();
    if (writer.has_news() && (ends || writer.is_full() || now - committed_at >= commit_every)) {
      if (Result result = check_room(store, following.left_free); !result.ok()) return result;
      if (Result result = writer.commit(); !result.ok()) return result;
      committed_at = Clock::now();
      following.tell(writer);
      if (waits && more) {
        pause(
            std::min(std::chrono::ceil<std::chrono::milliseconds>(committed_at - now), pause_max));
      }
    } else {
      following.tell(writer);
    }
    if (ends) return {};
    if (!more) pause(look_every);
  }
}

}  // namespace emx::index

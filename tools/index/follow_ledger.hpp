#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "ledger/status.hpp"
#include "ledger/store.hpp"
#include "tools/index/index_writer.hpp"

namespace emx::index {

struct Following {
  // Whether to wait for more at the end of the ledger; else it is over there.
  bool waits = false;
  // Bytes that stay free on the disk, or as many as the ledger has where these are more: emxd
  // refuses new orders below that. 0: none do.
  std::uint64_t left_free = 0;
  // Waits for so long, which may be nothing; false, and at once: it is to end. What is in the
  // ledger is then still read, but for a second at most, and what was taken is written.
  std::function<bool(std::chrono::milliseconds)> pause;
  // After each read and each commit.
  std::function<void(const IndexWriter&)> tell;
};

// Gives the ledger's entries to the index, from the first, in bounded read transactions, and
// commits about once a second, or as soon as there is enough for one commit. Where it waits for
// more, and so runs beside a daemon, it pauses after each commit for as long as that took, so that
// a long catching-up leaves the disk to others for half of the time.
//
// `no_space`: the disk's reserve would be touched; nothing was written beyond it. `corrupt`: the
// index is.
ledger::Result follow_ledger(const ledger::LedgerStore& store, IndexWriter& writer,
                             const Following& following);

}  // namespace emx::index

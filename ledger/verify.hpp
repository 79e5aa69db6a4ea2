#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "ledger/anchor.hpp"
#include "ledger/balances.hpp"
#include "ledger/entry.hpp"
#include "ledger/hash.hpp"
#include "ledger/status.hpp"

namespace emx::ledger {

class LedgerStore;
class LogFile;

// Between two entries: what an audit has of those before, all of them good.
struct VerifyPoint {
  std::uint64_t entries = 0;
  Hash head{};         // leaf hash of the last of them
  Hash head_before{};  // and of the one before it
  std::int64_t at_ns = 0;
  Balances balances;
};

struct VerifyOptions {
  // 0: all. Otherwise the last so many entries only: their chain and records, without balances,
  // and the first of them is taken at its word about the entry before it.
  std::uint64_t last_entries = 0;

  // Goes on where an earlier audit was; what is before is not read. Requires: the ledger has the
  // last entry of it, with that hash; no `last_entries`. Anchors up to it are not looked at.
  std::optional<VerifyPoint> start{};

  // 2: the bytes are read, and the chain and the times are held to, in a second thread, while this
  // one does the rest and makes all calls; the verdict is the same. More are as 2.
  unsigned jobs = 1;

  // Points that the ledger must have reached (anchor.hpp). verify(store) adds the mark of the last
  // clean close, when there is one.
  std::vector<Anchor> anchors{};

  // Called for each entry that has passed, in order, outside of any read transaction; words that
  // are not empty say what is wrong with it and end the audit there. So a tool replays the ledger
  // through the exchange, or prints tables. The entry's own hash is held against the next entry
  // only after this call.
  std::function<std::string(const EntryView&)> inspect{};

  // Called for each entry with its leaf hash, in order, when it has passed; what it is held to
  // there (checkpoints) is for the caller to judge, who should believe the verdict first.
  std::function<void(const StoredEntry&, const Hash& leaf)> hashed{};

  // Called now and then between two entries, when all calls for the one before were made. False:
  // the audit ends here, `interrupted`. `is_good`: all is good up to there; otherwise an anchor is
  // not met, which the verdict says unless more is wrong, and no audit may go on from the point.
  std::function<bool(const VerifyPoint&, bool is_good)> go_on{};

  // Called now and then, and at the end.
  std::function<void(std::uint64_t entries, std::uint64_t entries_total)> progress{};
};

// What an audit found. result: ok, the ledger is valid; corrupt, it is not, and its message is the
// reason; anything else, the audit could not be finished.
struct Verdict {
  Result result;
  std::uint64_t first_bad = 0;  // sequence of the first bad entry; 0: none, or none in particular
  std::uint64_t entries = 0;    // that were found good
  Hash head{};                  // leaf hash of the last of them
  Balances balances;            // after the last entry that was taken up
  unsigned jobs = 1;            // threads that did it: fewer than asked for where none can be made
};

// The ledger's side of an audit, from the stored bytes alone; it shares nothing with the writer but
// the reading of LMDB. FORMAT.md, "What makes a ledger valid", is what it holds to: sequences
// without gaps, time that never decreases, the chain of leaf hashes (RFC 9162) from the genesis
// entry to the head in the meta record, the records, double entry, and balances from scratch.
//
// One changed byte is found in the entry that has it. When the link between entry n and n + 1 is
// broken, the link after it decides: still whole, n was changed; broken as well, n + 1 was. What
// this cannot see is a ledger that was altered and hashed again from there to its end, with the
// meta record: replay sees that, and an anchor. Nor, without an anchor, an older state of the
// ledger put back in its place, whole.
//
// May run while the store's writer appends, in another thread: it verifies what is there at the
// start. Reads in bounded transactions, a slice of entries at a time, which are copied; what it
// holds of them is bounded: some 50 MiB with two jobs.
[[nodiscard]] Verdict verify(const LedgerStore& store, const VerifyOptions& options = {});
[[nodiscard]] Verdict verify(const LogFile& file, const VerifyOptions& options = {});

}  // namespace emx::ledger

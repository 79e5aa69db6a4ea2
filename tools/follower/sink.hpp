#pragma once

#include <chrono>
#include <string>

#include "ledger/entry.hpp"
#include "ledger/hash.hpp"

namespace emx::follower {

// Where the follower is between two reads.
struct Moment {
  std::chrono::steady_clock::time_point now;
  bool up_to_date = false;  // every entry that was durable at the last look was taken
  bool closing = false;     // the last call, before the ledger is closed
};

// What is made of the ledger in the background. All calls come from the follower's thread.
class Sink {
 public:
  virtual ~Sink() = default;

  // The next durable entry, from the first, with its leaf hash. It is called in a read transaction,
  // which keeps the writer from reusing pages: do not block, touch no file; settle() is for that.
  // The entry lives as long as the call.
  virtual void take(const ledger::StoredEntry& entry, const ledger::Hash& leaf) = 0;

  // After some entries, and a few times a second when there are none. May block, but then the other
  // sinks wait. Failures are the sink's own to tell: no sink can stop the others or the exchange.
  virtual void settle(const Moment& moment) = 0;

  // Nothing more comes, for the reason in `words`: the ledger's bytes cannot be read, or one of the
  // sinks has thrown. Called once, after the other calls.
  virtual void cut_off(const std::string& words) = 0;
};

}  // namespace emx::follower

#pragma once

#include <functional>
#include <span>

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/ids.hpp"
#include "ledger/chain.hpp"
#include "ledger/status.hpp"
#include "ledger/store.hpp"

namespace emx::ledger {

// Where commands become durable, as the daemon sees it: the one seam behind which the embedded
// ledger could be replaced by a replicated log. An append that returned ok is the commit point.
// Threads: append() and end() belong to one; the others may be called from any.
class CommandLog {
 public:
  using EntryVisitor = std::function<bool(const EntryView&)>;

  virtual ~CommandLog() = default;

  // ok: durable. Anything else is fatal: acknowledge nothing, stop, and say the message.
  // Requires: a chain made them that went on from end() (chain.hpp).
  virtual Result append(std::span<const ChainedEntry> batch) = 0;

  // Where the next entry goes on.
  [[nodiscard]] virtual ChainEnd end() const = 0;

  // The last entry that is durable; 0: none.
  [[nodiscard]] virtual SeqNo durable() const = 0;

  // Durable entries from `from` on, in order, until visit(entry) returns false or they end. The
  // entry lives as long as the call; do not block in it.
  virtual Result visit(SeqNo from, const EntryVisitor& visit) const = 0;
};

// The default: the ledger in this process is the log. `store` is open, and outlives this.
class EmbeddedCommandLog final : public CommandLog {
 public:
  explicit EmbeddedCommandLog(LedgerStore& store) : store_{store} {}

  Result append(std::span<const ChainedEntry> batch) override { return store_.append(batch); }
  [[nodiscard]] ChainEnd end() const override { return store_.end(); }
  [[nodiscard]] SeqNo durable() const override { return store_.size(); }
  Result visit(SeqNo from, const EntryVisitor& visit) const override {
    return store_.visit(from, [&](const StoredEntry& entry) { return visit(entry.view); });
  }

 private:
  LedgerStore& store_;
};

}  // namespace emx::ledger

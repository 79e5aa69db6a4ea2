#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ledger/status.hpp"
#include "ledger/store.hpp"
#include "tools/audit/describer.hpp"
#include "tools/index/index_reader.hpp"

namespace emx::index {

// Entries in the words of `emx audit entries`, read by their numbers: what a scan would know of
// the entries before, names and the orders that are spoken of, is looked up. Not thread-safe.
class EntryTeller {
 public:
  // Both outlive this.
  EntryTeller(const ledger::LedgerStore& store, const IndexReader& reader)
      : store_{store}, reader_{reader} {}

  // Reads the entries that names come from.
  ledger::Result open();

  // As at the last indexed entry.
  [[nodiscard]] ledger::Result names(market::Names& out) const;

  using Teller = std::function<void(const EntryView& entry, const audit::EntryWords& words,
                                    const std::string& sender)>;
  // Requires: after the entry that was told last.
  ledger::Result tell(std::uint64_t entry, const Teller& teller);

 private:
  ledger::Result take_orders(const EntryView& entry);

  const ledger::LedgerStore& store_;
  const IndexReader& reader_;
  std::vector<std::uint64_t> definitions_;
  std::size_t next_ = 0;  // of these
  audit::Describer describer_;
};

}  // namespace emx::index

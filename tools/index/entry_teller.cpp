#include "tools/index/entry_teller.hpp"

#include "engine/vocabulary/rules_in_force.hpp"
#include "tools/index/touched.hpp"

namespace emx::index {

using ledger::Result;
using ledger::StoredEntry;

Result EntryTeller::open() {
  return reader_.entries_of(Kind::definition, 0, {1, reader_.indexed()}, definitions_);
}

Result EntryTeller::names(market::Names& out) const {
  for (const std::uint64_t definition : definitions_) {
    Result result = store_.get(SeqNo{definition}, [&](const StoredEntry& entry) {
      for_each_setting(entry.view, [&](std::span<const std::byte> bytes) { out.apply(bytes); });
    });
    if (!result.ok()) return result;
  }
  return {};
}

Result EntryTeller::tell(std::uint64_t sequence, const Teller& teller) {
  for (; next_ < definitions_.size() && definitions_[next_] < sequence; ++next_) {
    Result result = store_.get(SeqNo{definitions_[next_]}, [this](const StoredEntry& entry) {
      describer_.take_names(entry.view);
    });
    if (!result.ok()) return result;
  }
  if (next_ < definitions_.size() && definitions_[next_] == sequence) ++next_;  // it takes itself
  Result of_orders;
  Result result = store_.get(SeqNo{sequence}, [&](const StoredEntry& entry) {
    of_orders = take_orders(entry.view);
    if (!of_orders.ok()) return;
    const audit::EntryWords words = describer_.describe(entry.view);
    teller(entry.view, words, describer_.sender(read_record<CommandHeader>(entry.view.command)));
  });
  return result.ok() ? of_orders : result;
}

// From the entries that accepted them.
Result EntryTeller::take_orders(const EntryView& entry) {
  Result result;
  for_each_order(entry, [&](std::uint64_t id) {
    std::uint64_t accepted_in = 0;
    if (result.ok()) result = reader_.first_entry_of(Kind::order, id, accepted_in);
    if (!result.ok() || accepted_in == 0 || accepted_in >= entry.stamp.sequence.value) return;
    result = store_.get(SeqNo{accepted_in}, [this](const StoredEntry& accepting) {
      describer_.take_orders(accepting.view);
    });
  });
  return result;
}

}  // namespace emx::index

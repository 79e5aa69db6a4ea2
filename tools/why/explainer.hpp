#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/exchange.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "tools/audit/describer.hpp"
#include "tools/why/counters.hpp"
#include "tools/why/finding.hpp"
#include "tools/why/order_history.hpp"
#include "tools/why/rule_history.hpp"

namespace emx::why {

// Replays a ledger's commands through an exchange of its own, and keeps beside it which entry last
// set which rule; so it can say of an entry why it refused, passed over, cut or cancelled, with
// the values of that moment. Every value comes from the exchange's state before the entry, or from
// the ledger's entries; and the reason is found anew from the values, then held against the code
// that stands in the ledger (Finding::agrees). Not thread-safe.
class Explainer {
 public:
  // The next entry. `wanted`: whether to explain it. Requires: entries in order from the first,
  // records as ledger/records.hpp has them; nothing after a fault.
  std::vector<Finding> take(const EntryView& entry, bool wanted);

  // Why the ledger cannot be explained; empty: it can. Its events must be what its commands give.
  [[nodiscard]] const std::string& fault() const { return fault_; }

  [[nodiscard]] const OrderHistory& orders() const { return orders_; }
  [[nodiscard]] const audit::Describer& words() const { return describer_; }

 private:
  // Applies the entry's command; false: its events are not what that gives.
  [[nodiscard]] bool replay(const EntryView& entry);
  // The events, one by one.
  [[nodiscard]] std::vector<Finding> explain(const EntryView& entry,
                                             const std::vector<std::string>& events);

  std::unique_ptr<engine::Exchange> exchange_;  // from the genesis on
  EventBatch events_;
  audit::Describer describer_;
  RuleHistory rules_;
  OrderHistory orders_;
  Counters counters_;
  std::optional<std::int64_t> fillable_lots_;  // of the entry's order
  std::string origin_;                         // the last command that was no Continue, in words
  CommandKind origin_kind_{};
  std::string fault_;
};

}  // namespace emx::why

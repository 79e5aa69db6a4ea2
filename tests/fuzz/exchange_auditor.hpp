#pragma once

#include "engine/vocabulary/entry_view.hpp"
#include "tools/audit/describer.hpp"
#include "tools/audit/replay.hpp"
#include "tools/scenario/accounts_from_events.hpp"
#include "tools/why/explainer.hpp"

namespace emx::fuzz {

// What must hold of every entry, whatever the command was: a ledger takes it; another exchange
// gives it byte for byte; it can be told in words; what its events move and use is what the trades,
// transfers and commands say; and the reason of every code, found anew from the values of the
// moment, is that code. Ends the program where it does not.
class ExchangeAuditor {
 public:
  // Requires: entries in order from the genesis, of commands of their kinds' sizes.
  void take(const EntryView& entry);

 private:
  audit::Replay replay_;
  audit::Describer describer_;
  scenario::AccountsFromEvents accounts_;
  why::Explainer explainer_;
};

}  // namespace emx::fuzz

#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/state_stream.hpp"
#include "tools/audit/province_count.hpp"
#include "tools/audit/replay.hpp"
#include "tools/audit/settlement_check.hpp"
#include "tools/audit/signature_check.hpp"

namespace emx::audit {

// All that an audit holds an entry to, beside its bytes and balances: the replay, the postings, the
// counters of the provinces, the authorities' signatures. Not thread-safe.
class EntryChecks {
 public:
  // Words that are not empty say what is wrong. Requires: entries in order from the first, or from
  // where it goes on, as ledger::verify gives them; nothing after words.
  [[nodiscard]] std::string apply(const EntryView& entry);

  // Where the replay gives something else.
  [[nodiscard]] const std::optional<Difference>& difference() const { return difference_; }

  // Between two entries, but those of a command that goes on in the next.
  [[nodiscard]] bool can_be_saved() const { return replay_.can_be_saved(); }
  // Requires: can_be_saved(), and an entry was taken.
  void save(StateWriter& to) const;
  // Into a fresh one; nothing is to be done with it when `from` has a fault then.
  void load(StateReader& from);

 private:
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

  SettlementCheck settlement_;  // keeps nothing from one entry to the next
  Replay replay_;
  ProvinceCount provinces_;
  SignatureCheck signatures_;
  std::optional<Difference> difference_;
};

}  // namespace emx::audit

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/exchange.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "engine/vocabulary/state_stream.hpp"
#include "tools/audit/describer.hpp"

namespace emx::audit {

// Where a ledger and the replay of its commands part.
struct Difference {
  std::uint64_t sequence = 0;
  std::string entry;     // the command, in words
  std::string place;     // "event 3 of 9", "digest", ...
  std::string expected;  // what the replay gives
  std::string found;     // what the ledger has

  // One sentence without its full stop.
  [[nodiscard]] std::string text() const;
};

// Applies the commands of a ledger, in order from the first, to an exchange of its own, and holds
// to what that gives: every event byte for byte, their number, the digest of the state, the rule
// set, and that a Continue stands where, and only where, there was more to do. So a ledger whose
// events were altered is found out even if it was hashed again. Not thread-safe.
class Replay {
 public:
  // nullopt: the entry is what the replay gives. Requires: entries in order, with records as
  // ledger/records.hpp has them (ledger::verify sees to both); nothing after a difference.
  [[nodiscard]] std::optional<Difference> check(const EntryView& entry);

  [[nodiscard]] const market::Names& names() const { return describer_.names(); }

  // See EntryChecks.
  [[nodiscard]] bool can_be_saved() const { return exchange_ && !exchange_->more_to_do(); }
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive) {
    auto& [genesis, exchange, events, describer] = self;
    archive.plain(genesis);
    Describer::persist_names(describer, archive);
    std::vector<std::byte> state;
    if constexpr (!Archive::loads) exchange->save(state);
    archive.list(state, state_bytes_max);
    if constexpr (Archive::loads) self.load_exchange(state, archive);
  }

 private:
  static constexpr std::size_t state_bytes_max = std::size_t{1} << 36;

  void load_exchange(std::span<const std::byte> state, StateReader& from);
  [[nodiscard]] std::optional<Difference> check_start(const EntryView& entry);
  [[nodiscard]] Difference at(const EntryView& entry, std::string place, std::string expected,
                              std::string found) const;
  [[nodiscard]] Difference first_event_that_differs(const EntryView& entry) const;

  GenesisCommand genesis_{};
  std::unique_ptr<engine::Exchange> exchange_;  // from the genesis on
  EventBatch events_;
  Describer describer_;
};

}  // namespace emx::audit

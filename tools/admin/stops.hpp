#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "tools/admin/operators.hpp"

namespace emx::admin {

// Which of the kill switches that are on the venue or the joint office turned on, whoever did so
// before or after it: such a stop is not the province's alone to end. Not thread-safe.
class Stops {
 public:
  // Requires: entries in order, from the ledger's first on. A person whom nobody knows any more
  // counts as the venue's.
  void take(const EntryView& entry, const Operators& persons);

  // Why the two may not let orders in again; empty: they may, or it is another command.
  [[nodiscard]] std::string refusal_to_release(std::span<const std::byte> command,
                                               const Operator& asker, const Operator& second) const;

 private:
  std::set<std::pair<std::uint8_t, std::string>> central_;  // scope and name
};

}  // namespace emx::admin

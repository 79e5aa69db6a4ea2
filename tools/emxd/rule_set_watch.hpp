#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/entry_view.hpp"

namespace emx::daemon {

// Which version of the authorities' rules is in force, which one waits for its date, and what the
// people of the venue should hear of: a set lapses on a morning on which nobody has asked for
// anything. All of it follows from the ledger. Not thread-safe.
class RuleSetWatch {
 public:
  struct Waiting {
    std::uint32_t version;
    Date effective;
  };
  struct News {
    bool warns;  // the set lapsed
    std::string words;
  };

  // Every durable entry, in order; what is to be told of it.
  std::vector<News> follow(const EntryView& entry);

  [[nodiscard]] std::uint32_t in_force() const { return in_force_; }  // 0: none was yet
  [[nodiscard]] const std::optional<Waiting>& waiting() const { return waiting_; }
  [[nodiscard]] std::uint64_t lapsed() const { return lapsed_; }  // in the whole ledger

 private:
  std::uint32_t in_force_ = 0;
  std::optional<Waiting> waiting_;
  std::uint64_t lapsed_ = 0;
};

}  // namespace emx::daemon

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/text.hpp"

namespace emx::audit {

// The way of every kg from its issue to who holds it now: first in first out as in RightsLots, but
// rights that came by other ways are kept apart. Whoever moved rights left a step for each piece,
// so a piece's steps, from the last back to its issue, are its provenance; and all pieces of a
// batch are where it went. Not thread-safe.
class RightsTrail {
 public:
  enum class Cause : std::uint8_t { issue, trade, transfer, other };
  struct Step {
    std::uint64_t sequence = 0;
    std::int64_t at_ns = 0;
    Cause cause{};
    std::uint64_t number = 0;  // of the trade or transfer
    AccountId from{};
    AccountId to{};
    std::uint32_t before = 0;  // the step before it; of an issue itself
    std::uint32_t issue = 0;   // where it began: of issues()
  };
  struct Issue {
    std::uint64_t sequence = 0;
    Text<24> batch;
    AccountId to{};
  };
  struct Piece {
    std::uint32_t asset = 0;
    AccountId holder{};
    std::uint32_t step = 0;  // the last
    std::int64_t lots = 0;
  };

  // The way of some assets only: of those for which `is_asked` says so when they move.
  using IsAsked = std::function<bool(std::uint32_t asset)>;
  explicit RightsTrail(IsAsked is_asked = {}) : is_asked_{std::move(is_asked)} {}

  // All that was kept, which only grows.
  [[nodiscard]] std::size_t steps_count() const { return steps_.size(); }

  // Words that are not empty say what is wrong with the entry; nothing after that.
  // Requires: entries in order, with records as ledger/records.hpp has them.
  [[nodiscard]] std::string apply(const EntryView& entry);

  // By asset, then holder; of one holder from what leaves it first.
  [[nodiscard]] std::vector<Piece> pieces() const;
  // From the issue on.
  [[nodiscard]] std::vector<Step> steps_of(const Piece& piece) const;
  [[nodiscard]] const Issue& issue_of(const Piece& piece) const {
    return issues_[steps_[piece.step].issue];
  }

 private:
  struct Part {
    std::uint32_t step;
    std::int64_t lots;
  };
  using Place = std::pair<std::uint32_t, std::uint32_t>;  // asset, account

  std::string take(const EntryView& entry, const PostingEvent& posting);

  IsAsked is_asked_;
  Cause cause_ = Cause::other;  // of the postings at hand
  std::uint64_t number_ = 0;
  std::vector<Issue> issues_;
  std::vector<Step> steps_;
  std::map<Place, std::deque<Part>> parts_;
};

}  // namespace emx::audit

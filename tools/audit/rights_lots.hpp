#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/text.hpp"

namespace emx::audit {

// Where rights come from (market-rules 12): each account holds, for each instrument, lots of the
// batches they were issued in. What leaves an account is what came into it first; what comes in
// stands behind what is there. Issues and postings in the ledger's order decide everything, so the
// exchange keeps nothing of it. Not thread-safe.
class RightsLots {
 public:
  // Rights that were issued by one command.
  struct Issue {
    std::uint64_t sequence;  // of the entry
    Text<24> batch;
    AccountId to;
  };
  struct Row {
    std::uint32_t asset;  // asset_of_instrument
    AccountId account;
    std::uint32_t issue;  // for issue()
    std::int64_t lots;
  };

  // Words that are not empty say what is wrong with the entry; nothing after that.
  // Requires: entries in order, with records as ledger/records.hpp has them.
  [[nodiscard]] std::string apply(const EntryView& entry);

  // By asset, then account; of one account from what leaves it first. Accounts without are left
  // out.
  [[nodiscard]] std::vector<Row> rows() const;
  [[nodiscard]] const Issue& issue(std::uint32_t id) const { return issues_[id]; }

 private:
  struct Lot {
    std::uint32_t issue;
    std::int64_t lots;
  };
  using Place = std::pair<std::uint32_t, std::uint32_t>;  // asset, account

  std::string take(const EntryView& entry, const PostingEvent& posting);
  void enter(const Place& place, const Lot& lot);

  std::vector<Issue> issues_;
  std::map<Place, std::deque<Lot>> lots_;
};

}  // namespace emx::audit

#include "tools/audit/rights_lots.hpp"

#include <algorithm>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/events.hpp"

namespace emx::audit {

std::string RightsLots::apply(const EntryView& entry) {
  std::string fault;
  static_cast<void>(for_each_event(
      entry.events, [&](const EventHeader& header, std::span<const std::byte> event) {
        if (header.kind != static_cast<std::uint16_t>(EventKind::posting) || !fault.empty()) return;
        const auto posting = read_record<PostingEvent>(event);
        if (posting.asset != asset_cash) fault = take(entry, posting);
      }));
  return fault;
}

std::string RightsLots::take(const EntryView& entry, const PostingEvent& posting) {
  const Place to{posting.asset, posting.credit_account};
  if (posting.debit_account == account_registry.value) {
    const auto header = read_record<CommandHeader>(entry.command);
    if (header.kind != static_cast<std::uint16_t>(CommandKind::issue)) {
      return "rights come from the registry that nobody issued";
    }
    issues_.push_back({entry.stamp.sequence.value, read_record<IssueCommand>(entry.command).batch,
                       AccountId{posting.credit_account}});
    enter(to, {static_cast<std::uint32_t>(issues_.size() - 1), posting.amount});
    return {};
  }
  std::deque<Lot>& from = lots_[{posting.asset, posting.debit_account}];
  for (std::int64_t left = posting.amount; left > 0;) {
    if (from.empty()) return "more rights leave an account than came into it";
    Lot& first = from.front();
    const std::int64_t moved = std::min(left, first.lots);
    enter(to, {first.issue, moved});
    left -= moved;
    first.lots -= moved;
    if (first.lots == 0) from.pop_front();
  }
  return {};
}

void RightsLots::enter(const Place& place, const Lot& lot) {
  std::deque<Lot>& lots = lots_[place];
  if (!lots.empty() && lots.back().issue == lot.issue) {
    lots.back().lots += lot.lots;
  } else {
    lots.push_back(lot);
  }
}

std::vector<RightsLots::Row> RightsLots::rows() const {
  std::vector<Row> rows;
  for (const auto& [place, lots] : lots_) {
    for (const Lot& lot : lots) {
      rows.push_back({place.first, AccountId{place.second}, lot.issue, lot.lots});
    }
  }
  return rows;
}

}  // namespace emx::audit

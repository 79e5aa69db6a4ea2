#include "tools/audit/rights_trail.hpp"

#include <algorithm>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/events.hpp"

namespace emx::audit {

std::string RightsTrail::apply(const EntryView& entry) {
  std::string fault;
  cause_ = Cause::other;
  number_ = 0;
  static_cast<void>(for_each_event(
      entry.events, [&](const EventHeader& header, std::span<const std::byte> event) {
        switch (static_cast<EventKind>(header.kind)) {
          case EventKind::trade:
            cause_ = Cause::trade;
            number_ = read_record<TradeEvent>(event).trade_no;
            break;
          case EventKind::transfer:
            cause_ = Cause::transfer;
            number_ = read_record<TransferEvent>(event).transfer_no;
            break;
          case EventKind::posting: {
            const auto posting = read_record<PostingEvent>(event);
            if (posting.asset == asset_cash || !fault.empty()) break;
            if (!is_asked_ || is_asked_(posting.asset)) fault = take(entry, posting);
            break;
          }
          default:
            break;
        }
      }));
  return fault;
}

std::string RightsTrail::take(const EntryView& entry, const PostingEvent& posting) {
  Step step;
  step.sequence = entry.stamp.sequence.value;
  step.at_ns = entry.stamp.at_ns;
  step.cause = cause_;
  step.number = number_;
  step.from = AccountId{posting.debit_account};
  step.to = AccountId{posting.credit_account};
  const auto next = static_cast<std::uint32_t>(steps_.size());
  std::deque<Part>& to = parts_[{posting.asset, posting.credit_account}];
  if (posting.debit_account == account_registry.value) {
    const auto header = read_record<CommandHeader>(entry.command);
    if (header.kind != static_cast<std::uint16_t>(CommandKind::issue)) {
      return "rights come from the registry that nobody issued";
    }
    step.cause = Cause::issue;
    step.before = next;
    step.issue = static_cast<std::uint32_t>(issues_.size());
    issues_.push_back({step.sequence, read_record<IssueCommand>(entry.command).batch, step.to});
    steps_.push_back(step);
    to.push_back({next, posting.amount});
    return {};
  }
  std::deque<Part>& from = parts_[{posting.asset, posting.debit_account}];
  for (std::int64_t left = posting.amount; left > 0;) {
    if (from.empty()) return "more rights leave an account than came into it";
    Part& first = from.front();
    const std::int64_t moved = std::min(left, first.lots);
    step.before = first.step;
    step.issue = steps_[first.step].issue;
    left -= moved;
    first.lots -= moved;
    if (first.lots == 0) from.pop_front();
    steps_.push_back(step);
    to.push_back({static_cast<std::uint32_t>(steps_.size() - 1), moved});
  }
  return {};
}

std::vector<RightsTrail::Piece> RightsTrail::pieces() const {
  std::vector<Piece> list;
  for (const auto& [place, parts] : parts_) {
    for (const Part& part : parts) {
      list.push_back({place.first, AccountId{place.second}, part.step, part.lots});
    }
  }
  return list;
}

std::vector<RightsTrail::Step> RightsTrail::steps_of(const Piece& piece) const {
  std::vector<Step> steps;
  std::uint32_t at = piece.step;
  for (;;) {
    steps.push_back(steps_[at]);
    if (steps_[at].before == at) break;
    at = steps_[at].before;
  }
  std::ranges::reverse(steps);
  return steps;
}

}  // namespace emx::audit

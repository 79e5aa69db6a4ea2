#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/events.hpp"

namespace emx::audit {

// Holds the postings of an entry to what they settle, so that balances, which come from postings
// alone, are those of the trades (market-rules 11). A trade is followed by its bill, and that by
// these postings, each but those of nothing, and no others:
//   rights from seller to buyer, what was credited; from seller to ENV-RETIRED, what was retired
//   cash from buyer to seller, the bill's amount; from each to VENUE-FEES, its fee
// What was sold is what was credited and what was retired. A transfer that is carried out is
// followed by the first two of them, of its own figures. A deposit comes from the bank, a
// withdrawal goes there, and an issue comes from the registry, as much as the command says; no
// other command moves anything.
class SettlementCheck {
 public:
  // Words that are not empty say what is wrong with the entry.
  // Requires: records as ledger/records.hpp has them.
  [[nodiscard]] std::string apply(const EntryView& entry);

 private:
  std::string take(const EventHeader& header, std::span<const std::byte> event);
  std::string take_transfer(const TransferEvent& transfer);
  std::string take_bill(const BillEvent& bill);
  std::string take_posting(const PostingEvent& posting);
  void expect(std::uint32_t asset, AccountId debit, AccountId credit, std::int64_t amount);

  std::optional<TradeEvent> trade_;    // whose bill has not come
  std::vector<PostingEvent> to_come_;  // in order; from `next_` on
  std::size_t next_ = 0;
};

}  // namespace emx::audit

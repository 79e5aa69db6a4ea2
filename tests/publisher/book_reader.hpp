#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/vocabulary/depth.hpp"
#include "engine/vocabulary/enums.hpp"
#include "gateway/market_data/streams.hpp"

namespace emx::publisher::test {

// Fields of an entry of a group (FIX 268), by tag.
using Entry = std::map<std::uint32_t, std::string>;

// What a client makes of one book from FIX 35=W and X alone: it starts with a W, changes it by each
// X, and demands that the numbers (83) go on without a gap but where a W begins anew.
class BookReader final : public gateway::market_data::Reader {
 public:
  // As levels come: by price in ticks of so many fen.
  explicit BookReader(std::int64_t tick_fen) : tick_fen_{tick_fen} {}

  [[nodiscard]] bool has_room() const override { return room; }
  void tell(const gateway::OutMessage& message) override;

  [[nodiscard]] std::vector<DepthLevel> levels(Side side) const;
  // The last value of an entry that its type has one of; nullptr: there is none.
  [[nodiscard]] const Entry* figure(char type, std::string_view province = {},
                                    std::string_view side = {}) const;

  bool room = true;
  std::uint64_t snapshots = 0;
  std::uint64_t updates = 0;
  std::vector<Entry> trades;  // that came by X
  std::string fault;          // the first thing that was not as it should be
  std::uint64_t ledger_seq = 0;

 private:
  using Prices = std::map<std::int64_t, std::int64_t>;

  void complain(const std::string& words);
  void apply(char action, const Entry& entry);

  std::int64_t tick_fen_;
  Prices bids_;
  Prices offers_;
  std::map<std::string, Entry> figures_;
  std::uint64_t number_ = 0;
  bool has_snapshot_ = false;
};

}  // namespace emx::publisher::test

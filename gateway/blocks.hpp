#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/money.hpp"
#include "engine/vocabulary/text.hpp"
#include "engine/vocabulary/units.hpp"

namespace emx::gateway {

// What reports say about a block: its life as the durable events tell it.
struct Block {
  // One of the two that made the deal.
  struct Party {
    FacilityId facility;
    FirmId firm;
  };

  std::uint64_t number = 0;
  Party submitter;
  Party counterparty;
  std::uint32_t session = 0;  // that submitted it; 0: none, a script
  ClOrdId report_id;          // FIX 571 of the submission
  InstrumentId instrument;
  Side side = Side::buy;  // the submitter's
  Fen price;
  Lots quantity;
  std::int64_t expires_ns = 0;
  std::uint64_t alleged_entry = 0;  // that it was submitted in
  std::string alleged_id;           // FIX 571 of the report that alleges it to the counterparty
  BlockStage stage = BlockStage::alleged;
  Code code = Code::none;         // why it ended
  bool is_of_day_before = false;  // over then

  [[nodiscard]] bool is_over() const {
    return stage == BlockStage::traded || stage == BlockStage::ended;
  }
  [[nodiscard]] const Party& party(Side of) const { return of == side ? submitter : counterparty; }
};

// The open blocks, and those that were over today or on the day before. Not thread-safe.
class Blocks {
 public:
  Block& add(const Block& block) {
    by_alleged_id_.insert_or_assign(block.alleged_id, block.number);
    return blocks_.insert_or_assign(block.number, block).first->second;
  }

  [[nodiscard]] Block* find(std::uint64_t number) {
    const auto found = blocks_.find(number);
    return found == blocks_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] const Block* find(std::uint64_t number) const {
    const auto found = blocks_.find(number);
    return found == blocks_.end() ? nullptr : &found->second;
  }
  // That was alleged by the report with this TradeReportID.
  [[nodiscard]] const Block* find_alleged(std::string_view id) const {
    const auto found = by_alleged_id_.find(std::string{id});
    return found == by_alleged_id_.end() ? nullptr : find(found->second);
  }

  // The entry of the first open block that was alleged to this firm; `none` if there is none.
  [[nodiscard]] std::uint64_t first_open_entry(FirmId firm, std::uint64_t none) const {
    std::uint64_t first = none;
    for (const auto& [number, block] : blocks_) {
      if (block.is_over() || block.counterparty.firm != firm) continue;
      if (block.alleged_entry < first) first = block.alleged_entry;
    }
    return first;
  }

  void start_day() {
    std::erase_if(by_alleged_id_,
                  [this](const auto& id) { return blocks_.at(id.second).is_of_day_before; });
    std::erase_if(blocks_, [](const auto& block) { return block.second.is_of_day_before; });
    for (auto& [number, block] : blocks_) block.is_of_day_before = block.is_over();
  }

  // Its part of a history, both ways: history.cpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

 private:
  std::unordered_map<std::uint64_t, Block> blocks_;
  std::unordered_map<std::string, std::uint64_t> by_alleged_id_;
};

}  // namespace emx::gateway

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "engine/vocabulary/entry_view.hpp"
#include "ledger/balances.hpp"
#include "tools/audit/province_count.hpp"
#include "tools/audit/settlement_check.hpp"
#include "tools/market/names.hpp"
#include "tools/scenario/event_line.hpp"
#include "tools/scenario/event_writer.hpp"

namespace emx::scenario {

// What accounts hold, what their orders reserve, what is pledged and frozen of it, and what
// provinces used, counted from events alone: the core's own numbers are never asked. Not
// thread-safe.
class AccountsFromEvents {
 public:
  // Words that are not empty say what is wrong with the entry, as an audit of a ledger would.
  // `names`: as after the entry. Requires: entries in order, each once.
  [[nodiscard]] std::string apply(const EntryView& entry, const market::Names& names);

  // What the accounts say where `wanted`, a check, looks.
  [[nodiscard]] EventLine answer(const EventLine& wanted, const EventWriter& writer) const;

 private:
  struct Order {
    std::uint32_t facility;
    std::uint32_t asset;  // that it reserves
    std::int64_t reserved;
    std::int64_t open_lots;
  };

  // What a side of a block reserves.
  struct BlockSide {
    std::uint32_t facility;
    std::uint32_t asset;
    std::int64_t reserved;
  };

  // What an authority holds back of a balance.
  struct HeldBack {
    std::int64_t pledged;
    std::int64_t frozen;
  };

  void take(const EventHeader& header, std::span<const std::byte> event);
  void take_trade(const TradeEvent& trade);
  [[nodiscard]] std::int64_t reserved(std::uint32_t facility, std::uint32_t asset) const;
  [[nodiscard]] HeldBack held_back(std::uint32_t facility, std::uint32_t asset) const;
  [[nodiscard]] std::string reserved_by_nothing() const;
  [[nodiscard]] audit::ProvinceCount::Row use_of(const std::string& province,
                                                 const std::string& pollutant) const;

  ledger::Balances balances_;
  audit::ProvinceCount provinces_;
  audit::SettlementCheck settlement_;
  std::map<std::uint64_t, Order> orders_;           // by id; those that are gone, too
  std::multimap<std::uint64_t, BlockSide> blocks_;  // sides that are bound, by number
  std::map<std::pair<std::uint32_t, std::uint32_t>, HeldBack> held_back_;  // by account and asset
  std::uint64_t buyer_ = 0;  // the order that the next bill is for; 0: it is of a block
  std::int32_t year_ = 0;    // of the trade date
};

}  // namespace emx::scenario

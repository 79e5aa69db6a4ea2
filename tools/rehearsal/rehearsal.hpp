#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "engine/exchange.hpp"
#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "tools/audit/describer.hpp"
#include "tools/why/order_history.hpp"

namespace emx::rehearsal {

// Of one province's quota of a pollutant this year (market-rules 7); below 0: it is exceeded.
enum class Room : std::uint8_t { inflow, outflow, gross, holding, pace };
inline constexpr std::size_t rooms_count = 5;
[[nodiscard]] std::string_view name_of(Room room);

// What one command would do.
struct Effect {
  struct Refusal {
    Code code;
    std::int64_t limit;
    std::int64_t value;
  };
  struct Cancelled {
    why::OrderFacts order;
    Code code;
    std::int64_t lots;
  };
  // Instrument, seller's and buyer's province.
  using Pair = std::tuple<std::uint32_t, Province, Province>;
  struct Turnover {
    std::int64_t trades = 0;
    std::int64_t sold_lots = 0;
    std::int64_t credited_lots = 0;
  };
  struct RoomChange {
    Province province;
    Pollutant pollutant;
    Room room;
    std::int64_t before_kg;
    std::int64_t after_kg;
  };

  std::int64_t at_ns = 0;
  std::string command;  // in words, as the events
  std::vector<std::string> events;
  std::optional<Refusal> refusal;
  std::vector<Cancelled> cancelled;
  std::map<Pair, Turnover> trades;
  std::int32_t year = 0;  // of the rooms
  std::vector<RoomChange> rooms;
};

// The state a ledger comes to, and what a command would make of it. Not thread-safe.
class Rehearsal {
 public:
  // The ledger's next entry. Not empty: what is wrong, for the replay does not give it. Requires:
  // entries in order from the first, with records as ledger/records.hpp has them.
  [[nodiscard]] std::string take(const EntryView& entry);

  [[nodiscard]] bool has_begun() const { return exchange_ != nullptr; }
  [[nodiscard]] std::uint64_t last() const { return sequence_; }
  [[nodiscard]] const market::Names& names() const { return describer_.names(); }

  // Applies the command; what it finds half done is done first. Requires: has_begun().
  [[nodiscard]] Effect apply(std::span<const std::byte> command, std::int64_t now_ns);

 private:
  using Rooms =
      std::array<std::int64_t, std::size_t{provinces_count} * pollutants_count * rooms_count>;

  EntryView step(std::span<const std::byte> command);
  void note(const EntryView& entry, Effect& effect);
  void count(const TradeEvent& trade, Effect& effect) const;
  [[nodiscard]] Rooms rooms() const;

  std::unique_ptr<engine::Exchange> exchange_;  // from the genesis on
  EventBatch events_;
  std::uint64_t sequence_ = 0;
  std::int64_t at_ns_ = 0;
  audit::Describer describer_;
  why::OrderHistory orders_;
};

}  // namespace emx::rehearsal

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/events.hpp"
#include "tools/rehearsal/counterparties.hpp"
#include "tools/rehearsal/headroom.hpp"
#include "tools/why/order_history.hpp"

namespace emx::rehearsal {

// Of one province's quota of a pollutant this year (market-rules 7); below 0: it is exceeded.
enum class Room : std::uint8_t { inflow, outflow, gross, holding, pace };
inline constexpr std::size_t rooms_count = 5;
[[nodiscard]] std::string_view name_of(Room room);

// What a command, or several, would do.
struct Effect {
  struct Refusal {
    Code code;
    std::int64_t limit;
    std::int64_t value;
    std::string reason;  // for a person
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

    friend bool operator==(const Turnover&, const Turnover&) = default;
  };
  struct RoomChange {
    Province province;
    Pollutant pollutant;
    Room room;
    std::int64_t before_kg;
    std::int64_t after_kg;
  };

  std::int64_t at_ns = 0;
  std::string command;  // in words, as the events; of several the last, or the one refused
  std::vector<std::string> events;
  std::optional<Refusal> refusal;
  std::vector<Cancelled> cancelled;
  std::map<Pair, Turnover> trades;
  std::vector<std::pair<TransferEvent, std::string>> transfers;  // with its words
  std::vector<std::string> rule_sets;                            // what became of them, in words
  std::int32_t year = 0;                                         // of the rooms
  std::vector<RoomChange> rooms;
  std::vector<HeadroomChange> headroom;
  std::vector<CounterpartyChange> counterparties;
};

}  // namespace emx::rehearsal

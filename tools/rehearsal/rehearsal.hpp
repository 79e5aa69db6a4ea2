#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/exchange.hpp"
#include "engine/inspection.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "tools/audit/describer.hpp"
#include "tools/rehearsal/effect.hpp"
#include "tools/why/order_history.hpp"

namespace emx::rehearsal {

// Commands in the order they go into the log, each a record.
using Commands = std::vector<std::vector<std::byte>>;

// All rooms of this year's quotas, by province, pollutant and room.
using Rooms =
    std::array<std::int64_t, std::size_t{provinces_count} * pollutants_count * rooms_count>;
[[nodiscard]] std::vector<Effect::RoomChange> changes(const Rooms& before, const Rooms& after);

// The state a ledger comes to, and what a command would make of it. Not thread-safe.
class Rehearsal {
 public:
  // The ledger's next entry. Not empty: what is wrong, for the replay does not give it. Requires:
  // entries in order from the first, with records as ledger/records.hpp has them.
  [[nodiscard]] std::string take(const EntryView& entry);

  [[nodiscard]] bool has_begun() const { return exchange_ != nullptr; }
  [[nodiscard]] std::uint64_t last() const { return sequence_; }
  [[nodiscard]] const market::Names& names() const { return describer_.names(); }

  [[nodiscard]] engine::Inspection state() const { return exchange_->inspection(); }

  [[nodiscard]] std::int64_t now_ns() const { return at_ns_; }
  [[nodiscard]] const why::OrderHistory& orders() const { return orders_; }
  [[nodiscard]] Rooms rooms() const;
  [[nodiscard]] std::string words_of(std::span<const std::byte> command) const {
    return describer_.command(command);
  }

  // Does what an act would find half done: none of it is an effect of the act. From then on it is
  // `now_ns`, or the ledger's last time when that is later. Requires: has_begun().
  void settle(std::int64_t now_ns);
  // Applies the commands up to the first that is refused. Requires: settled.
  [[nodiscard]] Effect apply(const Commands& commands);

 private:
  // The command, and all that it leaves for Continue.
  void carry_out(std::span<const std::byte> command, Effect& effect);
  EntryView step(std::span<const std::byte> command);
  void note(const EntryView& entry, Effect& effect);
  void count(const TradeEvent& trade, Effect& effect) const;

  std::unique_ptr<engine::Exchange> exchange_;  // from the genesis on
  EventBatch events_;
  std::uint64_t sequence_ = 0;
  std::int64_t at_ns_ = 0;
  audit::Describer describer_;
  why::OrderHistory orders_;
};

}  // namespace emx::rehearsal

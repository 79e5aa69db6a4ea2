#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "engine/exchange.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/depth.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/event_batch.hpp"

namespace emx::bench {

// Where a firm's one facility is. Each province has the zones "plain", "key" (a key zone: ratio
// 3/2) and "bad" (misses its target: ratio 2, and it buys from itself only).
struct FirmPlan {
  std::uint8_t province = 0;
  std::string_view zone = "plain";
  std::string_view group = {};
};

struct OrderPlan {
  std::uint32_t firm = 0;  // by its place among the plans
  Side side = Side::buy;
  std::int64_t lots = 0;
  std::int64_t price_ticks = 0;
  TimeInForce time_in_force = TimeInForce::gtc;
  std::uint32_t instrument = 0;
  std::uint8_t instructions = 0;  // of NewOrderCommand
  std::int64_t minimum = 0;
  std::int64_t display = 0;
  std::uint8_t max_ratio_n = 0;
  std::uint8_t max_ratio_d = 0;
};

// An exchange with VOC books in continuous trading, price limits 82 and 16,302, and these firms,
// all funded and approved, under quotas that are counted and never reached.
class CoreMarket {
 public:
  static constexpr std::int64_t tick_fen = 1'000;

  explicit CoreMarket(std::span<const FirmPlan> firms, std::uint32_t instruments = 1);

  // From now on every limit of market-rules 10 stands for every firm, group, facility and
  // instrument, none low enough to be met.
  void limit_orders();

  void apply(std::span<const std::byte> command);
  // Requires: it is not refused.
  void enter(const OrderPlan& order);
  // The venue's command. Requires: it is not refused.
  template <class Command>
  void command(CommandKind kind, Command command) {
    command.header.kind = static_cast<std::uint16_t>(kind);
    command.header.size = sizeof command;
    command.header.actor = no_id;
    const auto bytes = std::as_bytes(std::span{&command, 1});
    venue_commands_.emplace_back(bytes.begin(), bytes.end());
    apply(std::as_bytes(std::span{&command, 1}));
    check_not_refused();
  }
  void phase(Phase phase);
  // Of the last command.
  void check_not_refused() const;
  [[nodiscard]] static Date first_day() { return date_of(2026, 6, 18); }
  [[nodiscard]] static SetReferencePriceCommand reference_price(std::uint32_t instrument);
  // Moves the clock of the commands that follow.
  void advance(std::int64_t ns) { at_ns_ += ns; }

  // Best levels of what the firm's facility could trade now; how many there are.
  [[nodiscard]] std::size_t executable_depth(std::uint32_t firm, Side side,
                                             std::span<DepthLevel> levels) const {
    const Viewer viewer{.facility = FacilityId{firm}};
    return exchange_->executable_depth(InstrumentId{0}, side, viewer, levels);
  }

  // Of the last command's last entry.
  [[nodiscard]] const EventBatch& events() const { return events_; }
  [[nodiscard]] std::uint64_t digest() const { return exchange_->digest(); }
  // All of command() so far, the genesis first.
  [[nodiscard]] const std::vector<std::vector<std::byte>>& venue_commands() const {
    return venue_commands_;
  }

 private:
  void add_provinces();
  void add_firm(std::uint32_t number, const FirmPlan& plan);
  void add_book(std::uint32_t number);

  std::unique_ptr<engine::Exchange> exchange_;
  EventBatch events_;
  std::uint64_t sequence_ = 0;
  std::int64_t at_ns_ = 0;
  std::vector<std::vector<std::byte>> venue_commands_;
};

// The command of an order.
[[nodiscard]] NewOrderCommand new_order_command(const OrderPlan& order);

}  // namespace emx::bench

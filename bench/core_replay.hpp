#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "bench/flow.hpp"
#include "bench/large_vector.hpp"
#include "engine/exchange.hpp"
#include "engine/vocabulary/event_batch.hpp"

namespace emx::bench {

// What the exchange has to look at beside price and time.
enum class Constraints {
  none,    // one class; every pair may trade, at ratio 1, inside one province
  twelve,  // twelve classes over four provinces; quotas and ratios at work
};

// One order command, as it goes to the exchange: new, cancel or replace by exchange id.
struct CoreCommand {
  std::uint32_t size;
  std::byte bytes[command_bytes_max];
};

// An exchange with one VOC book, 100 firms with one facility each, all funded: buys come from firms
// 0 to 49, sells from 50 to 99, none of one control.
class CoreMarket {
 public:
  explicit CoreMarket(Constraints constraints);

  void apply(std::span<const std::byte> command);
  [[nodiscard]] const EventBatch& events() const { return events_; }
  [[nodiscard]] std::uint64_t digest() const { return exchange_->digest(); }

 private:
  template <class Command>
  void set_up(CommandKind kind, Command command);
  void add_firms(Constraints constraints);

  std::unique_ptr<engine::Exchange> exchange_;
  EventBatch events_;
  std::uint64_t sequence_ = 0;
};

// The flow's operations as commands with the ids that a first run gave: it is applied to
// `market`, which is then as a run leaves it.
[[nodiscard]] LargeVector<CoreCommand> commands_of(const Flow& flow, Constraints constraints,
                                                   CoreMarket& market);

}  // namespace emx::bench

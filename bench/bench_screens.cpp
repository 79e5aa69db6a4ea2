// What orders that may not trade cost the whole core: in front of one that may, and in a book that
// they keep crossed. README.md says what is measured and how.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "bench/core_market.hpp"
#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/events.hpp"

namespace emx::bench {
namespace {

// Why a bid may not trade with the seller's asks.
enum Barred : std::int64_t { by_class, by_relation, by_ratio };

constexpr std::uint32_t seller = 0;
constexpr std::uint32_t buyer = 1;         // may trade with the seller, in its province
constexpr std::uint32_t remote_buyer = 2;  // likewise, in another province
constexpr std::uint32_t first_barred = 3;  // by class, relation, ratio

std::vector<FirmPlan> firms() {
  return {{.province = 0, .group = "G"},
          {.province = 0},
          {.province = 1},
          {.province = 1},
          {.province = 0, .group = "G"},
          {.province = 0, .zone = "key"}};
}

OrderPlan barred_bid(std::int64_t why, std::int64_t price_ticks) {
  OrderPlan order{.firm = first_barred + static_cast<std::uint32_t>(why),
                  .side = Side::buy,
                  .lots = 10,
                  .price_ticks = price_ticks};
  if (why == by_class) order.instructions = order_local_only;
  if (why == by_ratio) order.max_ratio_n = order.max_ratio_d = 1;
  return order;
}

// How many lots the last command traded.
std::int64_t traded(const CoreMarket& market) {
  std::int64_t lots = 0;
  const bool whole = for_each_event(
      market.events().bytes(), [&](const EventHeader& header, std::span<const std::byte> bytes) {
        if (static_cast<EventKind>(header.kind) == EventKind::trade) {
          lots += read_record<TradeEvent>(bytes).quantity_lots;
        }
      });
  check(whole);
  return lots;
}

// One lot at a time is sold to a bid of `bidder` at 8,000, which is renewed when it is used up.
class OneLotSales {
 public:
  OneLotSales(CoreMarket& market, std::uint32_t bidder, std::uint32_t instrument)
      : market_{market},
        bid_{.firm = bidder,
             .side = Side::buy,
             .lots = lots,
             .price_ticks = 8'000,
             .instrument = instrument},
        sale_{new_order_command({.firm = seller,
                                 .side = Side::sell,
                                 .lots = 1,
                                 .price_ticks = 8'000,
                                 .time_in_force = TimeInForce::ioc,
                                 .instrument = instrument})} {
    market_.enter(bid_);
  }

  void sell(benchmark::State& state) {
    market_.apply(std::as_bytes(std::span{&sale_, 1}));
    if (--left_ > 1) return;
    state.PauseTiming();
    check(traded(market_) == 1);
    market_.enter(bid_);
    left_ += lots;
    state.ResumeTiming();
  }

 private:
  static constexpr std::int64_t lots = 30'000;

  CoreMarket& market_;
  OrderPlan bid_;
  NewOrderCommand sale_;
  std::int64_t left_ = lots;
};

// An order that fills one lot behind so many better-priced ones it may not trade with; its entry
// has their SKIPs.
void behind(benchmark::State& state, Barred why) {
  CoreMarket market{firms()};
  for (std::int64_t i = 0; i < state.range(0); ++i) market.enter(barred_bid(why, 8'100 + i % 500));
  OneLotSales sales{market, buyer, 0};
  for (auto _ : state) sales.sell(state);
  check(traded(market) == 1);
}

// A trade across provinces, whose fixpoint looks at another book that so many orders, half of them
// bids, keep crossed although no pair may trade.
void crossed(benchmark::State& state, Barred why) {
  CoreMarket market{firms(), 2};
  for (std::int64_t i = 0; i < state.range(0) / 2; ++i) {
    market.enter(barred_bid(why, 8'100 + i % 500));
    market.enter({.firm = seller, .side = Side::sell, .lots = 10, .price_ticks = 8'000 - i % 500});
  }
  OneLotSales sales{market, remote_buyer, 1};
  for (auto _ : state) sales.sell(state);
  check(traded(market) == 1);
}

// The same with as many different maxima as fit: what is remembered of one bid must serve others.
void crossed_by_many_ratios(benchmark::State& state) {
  CoreMarket market{firms(), 2};
  std::int64_t left = state.range(0) / 2;
  for (std::uint8_t d = 1; d < 255 && left > 0; ++d) {
    for (std::uint8_t n = d; n < 255 && 2 * n < 3 * d && left > 0; ++n, --left) {
      OrderPlan bid = barred_bid(by_ratio, 8'100 + left % 500);
      bid.max_ratio_n = n;
      bid.max_ratio_d = d;
      market.enter(bid);
      market.enter({.firm = seller, .side = Side::sell, .lots = 10, .price_ticks = 8'000});
    }
  }
  OneLotSales sales{market, remote_buyer, 1};
  for (auto _ : state) sales.sell(state);
  check(traded(market) == 1);
}

// A start of continuous trading, whose fixpoint fills half of so many orders, bids of a lot, one
// by one, with an ask that stands behind, or as an iceberg of a lot before, as many that they may
// not trade with.
void fills(benchmark::State& state, bool iceberg) {
  CoreMarket market{firms()};
  const std::int64_t lots = std::max<std::int64_t>(state.range(0) / 2, 1);
  for (std::int64_t i = 0; i < lots; ++i) {
    market.enter({.firm = seller, .side = Side::sell, .lots = 1, .price_ticks = 8'000});
  }
  for (auto _ : state) {
    state.PauseTiming();
    market.phase(Phase::pre_open);
    for (std::int64_t i = 0; i < lots; ++i) {
      OrderPlan bid = barred_bid(by_relation, 8'100);
      bid.lots = 1;
      market.enter(bid);
    }
    market.enter({.firm = buyer,
                  .side = Side::sell,
                  .lots = lots,
                  .price_ticks = iceberg ? 7'990 : 8'010,
                  .display = iceberg ? 1 : 0});
    state.ResumeTiming();
    market.phase(Phase::continuous);
  }
  std::array<DepthLevel, 2> levels;
  check(market.executable_depth(remote_buyer, Side::sell, levels) ==
        1);  // what barred them is left
}

// The price of a call over so many orders at a hundred prices, half of them bids; barred from each
// other, or not.
void call(benchmark::State& state, bool barred) {
  CoreMarket market{firms()};
  market.phase(Phase::opening_call);
  for (std::int64_t i = 0; i < state.range(0) / 2; ++i) {
    OrderPlan bid = barred_bid(by_relation, 8'000 + i % 100);
    if (!barred) bid.firm = buyer;
    market.enter(bid);
    market.enter({.firm = seller, .side = Side::sell, .lots = 10, .price_ticks = 8'050 - i % 100});
  }
  IndicativeCommand command{};
  command.symbol = Symbol{"VOC0"};
  for (auto _ : state) {
    market.advance(1'000'000'000);
    market.command(CommandKind::indicative, command);
  }
}

// What one firm could trade now: the best ten levels of so many orders at ten prices.
void view(benchmark::State& state) {
  CoreMarket market{firms()};
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    market.enter({.firm = seller, .side = Side::sell, .lots = 10, .price_ticks = 8'000 + i % 10});
  }
  std::array<DepthLevel, 10> levels;
  for (auto _ : state) {
    benchmark::DoNotOptimize(market.executable_depth(buyer, Side::sell, levels));
  }
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  for (const std::int64_t orders : {0, 1, 10, 100, 1'000, 10'000}) benchmark->Arg(orders);
  benchmark->ArgName("orders");
}

BENCHMARK_CAPTURE(behind, class, by_class)->Apply(sizes);
BENCHMARK_CAPTURE(behind, E03, by_relation)->Apply(sizes);
BENCHMARK_CAPTURE(behind, MAX_RATIO, by_ratio)->Apply(sizes);
BENCHMARK_CAPTURE(crossed, class, by_class)->Apply(sizes);
BENCHMARK_CAPTURE(crossed, E03, by_relation)->Apply(sizes);
BENCHMARK_CAPTURE(crossed, MAX_RATIO, by_ratio)->Apply(sizes);
BENCHMARK(crossed_by_many_ratios)->Apply(sizes);
BENCHMARK_CAPTURE(fills, behind, false)->Apply(sizes);
BENCHMARK_CAPTURE(fills, iceberg, true)->Apply(sizes);
BENCHMARK_CAPTURE(call, trading, false)->Apply(sizes);
BENCHMARK_CAPTURE(call, E03, true)->Apply(sizes);
BENCHMARK(view)->Apply(sizes);

}  // namespace
}  // namespace emx::bench

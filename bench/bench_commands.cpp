// Each kind of order and what is done with it, through the whole core, one command at a time.
// README.md says what is measured and how.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "bench/core_market.hpp"
#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/events.hpp"

namespace emx::bench {
namespace {

constexpr std::uint32_t seller = 0;
constexpr std::uint32_t buyer = 1;
constexpr std::uint32_t remote_buyer = 2;  // in another province
constexpr std::uint32_t key_buyer = 3;     // in a key zone: ratio 3/2

std::vector<FirmPlan> firms() {
  return {{.province = 0}, {.province = 0}, {.province = 1}, {.province = 0, .zone = "key"}};
}

EventKind first_event(const CoreMarket& market) {
  return static_cast<EventKind>(read_record<EventHeader>(market.events().bytes()).kind);
}
std::uint64_t accepted_id(const CoreMarket& market) {
  check(first_event(market) == EventKind::order_accepted);
  return read_record<OrderAcceptedEvent>(market.events().bytes()).order_id;
}

template <class Command>
void send(CoreMarket& market, CommandKind kind, Command command, std::uint32_t firm) {
  command.header.kind = static_cast<std::uint16_t>(kind);
  command.header.size = sizeof command;
  command.header.actor = firm;
  market.apply(std::as_bytes(std::span{&command, 1}));
}

void cancel(CoreMarket& market, std::uint64_t id, std::uint32_t firm) {
  CancelOrderCommand command{};
  command.order_id = id;
  send(market, CommandKind::cancel_order, command, firm);
}

// An order that rests, and its cancel: two commands.
void enter_and_cancel(benchmark::State& state) {
  CoreMarket market{firms()};
  for (auto _ : state) {
    market.enter({.firm = buyer, .side = Side::buy, .lots = 10, .price_ticks = 8'000});
    cancel(market, accepted_id(market), buyer);
    check(first_event(market) == EventKind::order_cancelled);
  }
}

// An order goes to and fro between two prices.
void replace(benchmark::State& state) {
  CoreMarket market{firms()};
  market.enter({.firm = buyer, .side = Side::buy, .lots = 10, .price_ticks = 8'000});
  ReplaceOrderCommand command{};
  command.order_id = accepted_id(market);
  command.quantity_lots = 10;
  std::int64_t price = 8'000;
  for (auto _ : state) {
    price = price == 8'000 ? 8'001 : 8'000;
    command.price_fen = price * CoreMarket::tick_fen;
    send(market, CommandKind::replace_order, command, buyer);
    check(first_event(market) == EventKind::order_replaced);
  }
}

// A sale of `lots` to a bid of 30,000, renewed as it is used up.
void sell(benchmark::State& state, OrderPlan bid, OrderPlan sale) {
  CoreMarket market{firms()};
  bid.side = Side::buy;
  bid.lots = 30'000;
  bid.price_ticks = sale.price_ticks = 8'000;
  sale.firm = seller;
  sale.side = Side::sell;
  const NewOrderCommand command = new_order_command(sale);
  market.enter(bid);
  std::int64_t left = bid.lots;
  for (auto _ : state) {
    market.apply(std::as_bytes(std::span{&command, 1}));
    left -= sale.lots;
    if (left > sale.lots) continue;
    state.PauseTiming();
    check(first_event(market) == EventKind::order_accepted && market.events().count() > 4);
    MassCancelCommand all{};
    market.command(CommandKind::mass_cancel, all);
    market.enter(bid);
    left = bid.lots;
    state.ResumeTiming();
  }
}

// A post-only order that would trade: refused.
void post_only(benchmark::State& state) {
  CoreMarket market{firms()};
  market.enter({.firm = buyer, .side = Side::buy, .lots = 10, .price_ticks = 8'000});
  const NewOrderCommand command = new_order_command({.firm = seller,
                                                     .side = Side::sell,
                                                     .lots = 10,
                                                     .price_ticks = 8'000,
                                                     .instructions = order_post_only});
  for (auto _ : state) {
    market.apply(std::as_bytes(std::span{&command, 1}));
    check(first_event(market) == EventKind::refused);
  }
}

// Both price limits move by a tick over a thousand orders: the ladder is laid anew.
void rebase(benchmark::State& state) {
  CoreMarket market{firms()};
  for (std::int64_t i = 0; i < 1'000; ++i) {
    market.enter({.firm = buyer, .side = Side::buy, .lots = 10, .price_ticks = 7'000 + i});
  }
  SetReferencePriceCommand command{};
  command.symbol = Symbol{"VOC0"};
  std::int64_t reference = 8'192;
  for (auto _ : state) {
    reference = reference == 8'192 ? 8'193 : 8'192;
    command.price_fen = reference * CoreMarket::tick_fen;
    market.command(CommandKind::set_reference_price, command);
  }
}

// A thousand orders are entered (not timed), and cancelled by one command.
void mass_cancel(benchmark::State& state) {
  CoreMarket market{firms()};
  for (auto _ : state) {
    state.PauseTiming();
    for (std::int64_t i = 0; i < 1'000; ++i) {
      market.enter({.firm = buyer, .side = Side::buy, .lots = 10, .price_ticks = 7'000 + i});
    }
    state.ResumeTiming();
    market.command(CommandKind::mass_cancel, MassCancelCommand{});
    check(first_event(market) == EventKind::order_cancelled);
  }
}

BENCHMARK(enter_and_cancel);
BENCHMARK(replace);
BENCHMARK_CAPTURE(sell, inside_a_province, {.firm = buyer},
                  {.lots = 1, .time_in_force = TimeInForce::ioc});
BENCHMARK_CAPTURE(sell, across_provinces, {.firm = remote_buyer},
                  {.lots = 1, .time_in_force = TimeInForce::ioc});
BENCHMARK_CAPTURE(sell, at_ratio_3_2, {.firm = key_buyer},
                  {.lots = 3, .time_in_force = TimeInForce::ioc});
BENCHMARK_CAPTURE(sell, to_an_iceberg_of_1, {.firm = buyer, .display = 1},
                  {.lots = 1, .time_in_force = TimeInForce::ioc});
BENCHMARK_CAPTURE(sell, fill_or_kill, {.firm = buyer},
                  {.lots = 1, .time_in_force = TimeInForce::fok});
BENCHMARK_CAPTURE(sell, minimum, {.firm = buyer},
                  {.lots = 2, .time_in_force = TimeInForce::ioc, .minimum = 1});
BENCHMARK(post_only);
BENCHMARK(rebase);
BENCHMARK(mass_cancel);

}  // namespace
}  // namespace emx::bench

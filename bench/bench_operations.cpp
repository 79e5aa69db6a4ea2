// Each operation of the order book by itself, for 1, 12 and 64 trading classes, and a match behind
// orders of a class that may not trade. README.md says what is measured and how.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "engine/book/depth_walk.hpp"
#include "engine/book/matching.hpp"
#include "engine/book/order_book.hpp"
#include "engine/book/order_pool.hpp"
#include "engine/vocabulary/check.hpp"

namespace emx::bench {
namespace {

constexpr std::uint32_t levels = 1U << 14;
constexpr std::uint32_t spread_key = 8'000;  // resting orders have lower keys: nothing crosses
constexpr std::uint32_t price_range = 512;   // of resting orders, on either side
constexpr std::uint32_t resting = 10'000;
constexpr std::size_t batch = 1'024;

// Lets every pair of an eligible class trade, as much as both have.
struct OpenScreen {
  book::OrderPool& pool;
  book::OrderBook& book;
  book::Slot taker;
  book::ClassMask classes = ~book::ClassMask{0};

  [[nodiscard]] book::ClassMask eligible() const { return classes; }
  [[nodiscard]] Code class_code(std::uint32_t c) const {
    return (classes & book::mask_of(c)) != 0 ? Code::none : Code::e08_attain;
  }
  [[nodiscard]] Code class_code_before(std::uint32_t c) const { return class_code(c); }
  [[nodiscard]] Code order_code(book::Slot) const { return Code::none; }
  book::FillOutcome fill(book::Slot maker) {
    const std::uint32_t lots = std::min(pool[maker].remaining, pool[taker].remaining);
    const bool gone = pool[maker].remaining == lots;
    book.reduce(maker, lots);
    if (gone) pool.release(maker);
    pool[taker].remaining -= lots;
    return {};
  }
};

// A book with `resting` orders, half of them bids, over 512 prices and the classes alike.
class Floor {
 public:
  explicit Floor(std::uint32_t classes)
      : memory_{1U << 16, levels * 2 * classes},
        pool_{memory_},
        arena_{memory_},
        book_{pool_, arena_, levels},
        classes_{classes} {
    book_.set_band(PriceTicks{0}, PriceTicks{levels - 1});
    for (std::uint32_t c = 0; c < classes; ++c) check(book_.open_class(c));
    for (std::uint32_t i = 0; i < resting; ++i) slots_.push_back(rest(plan()));
  }

  book::Slot enter(Side side, std::uint32_t class_slot, std::uint32_t key, std::uint32_t lots) {
    const book::Slot slot = pool_.allocate();
    book::RestingOrder& order = pool_[slot];
    order.remaining = lots;
    order.key = key;
    order.priority = ++priorities_;
    order.instrument = 0;
    order.class_slot = static_cast<std::uint8_t>(class_slot);
    order.side = side;
    return slot;
  }
  // A plan: what an order that rests is like.
  struct Plan {
    Side side;
    std::uint32_t class_slot;
    std::uint32_t key;
    std::uint32_t lots;
  };
  [[nodiscard]] Plan plan() {
    return {random_() % 2 == 0 ? Side::buy : Side::sell,
            static_cast<std::uint32_t>(random_() % classes_),
            spread_key - 1 - static_cast<std::uint32_t>(random_() % price_range),
            1 + static_cast<std::uint32_t>(random_() % 100)};
  }
  book::Slot rest(const Plan& plan) {
    const book::Slot slot = enter(plan.side, plan.class_slot, plan.key, plan.lots);
    book_.append(slot);
    return slot;
  }
  void match(book::Slot taker, book::ClassMask classes = ~book::ClassMask{0}) {
    OpenScreen screen{pool_, book_, taker, classes};
    book::match(book_, pool_, taker, screen, trace_);
  }

  [[nodiscard]] std::uint64_t random() { return random_(); }

  book::OrderPool& pool() { return pool_; }
  book::OrderBook& book() { return book_; }
  std::vector<book::Slot>& slots() { return slots_; }
  [[nodiscard]] std::uint64_t next_priority() { return ++priorities_; }

 private:
  book::BookMemory memory_;
  book::OrderPool pool_;
  book::LadderArena arena_;
  book::OrderBook book_;
  book::PassTrace trace_;
  std::uint32_t classes_;
  std::uint64_t priorities_ = 0;
  std::mt19937_64 random_{1};
  std::vector<book::Slot> slots_;
};

void per_operation(benchmark::State& state, std::size_t operations) {
  state.counters["ns"] = benchmark::Counter(
      static_cast<double>(operations),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert,
      benchmark::Counter::kIs1000);
}

// What the optimiser cannot foresee is made before the clock runs.
std::vector<Floor::Plan> plans(Floor& floor) {
  std::vector<Floor::Plan> made(batch);
  for (Floor::Plan& plan : made) plan = floor.plan();
  return made;
}
std::vector<book::Slot> some_of(Floor& floor) {
  std::vector<book::Slot> chosen(batch);
  for (book::Slot& slot : chosen) slot = floor.slots()[floor.random() % resting];
  return chosen;
}

void add(benchmark::State& state) {
  Floor floor{static_cast<std::uint32_t>(state.range(0))};
  const std::vector<Floor::Plan> to_add = plans(floor);
  std::vector<book::Slot> added(batch);
  for (auto _ : state) {
    for (std::size_t i = 0; i < batch; ++i) added[i] = floor.rest(to_add[i]);
    state.PauseTiming();
    for (const book::Slot slot : added) {
      floor.book().unlink(slot);
      floor.pool().release(slot);
    }
    state.ResumeTiming();
  }
  per_operation(state, batch);
}

void cancel(benchmark::State& state) {
  Floor floor{static_cast<std::uint32_t>(state.range(0))};
  std::vector<book::Slot>& slots = floor.slots();
  for (auto _ : state) {
    state.PauseTiming();
    for (std::size_t i = 0; i < batch; ++i) {
      std::swap(slots[i], slots[i + floor.random() % (slots.size() - i)]);
    }
    state.ResumeTiming();
    for (std::size_t i = 0; i < batch; ++i) {
      floor.book().unlink(slots[i]);
      floor.pool().release(slots[i]);
    }
    state.PauseTiming();
    for (std::size_t i = 0; i < batch; ++i) slots[i] = floor.rest(floor.plan());
    state.ResumeTiming();
  }
  per_operation(state, batch);
}

// To another price, behind those there; crosses nothing.
void replace(benchmark::State& state) {
  Floor floor{static_cast<std::uint32_t>(state.range(0))};
  const std::vector<book::Slot> chosen = some_of(floor);
  std::vector<Floor::Plan> changed = plans(floor);
  for (auto _ : state) {
    for (std::size_t i = 0; i < batch; ++i) {
      const book::Slot slot = chosen[i];
      floor.book().unlink(slot);
      floor.pool()[slot].key = changed[i].key;
      floor.pool()[slot].priority = floor.next_priority();
      floor.match(slot);
      floor.book().append(slot);
    }
    state.PauseTiming();
    std::rotate(changed.begin(), changed.begin() + 1, changed.end());
    state.ResumeTiming();
  }
  per_operation(state, batch);
}

// Fewer lots at the same price: keeps its priority.
void reduce(benchmark::State& state) {
  Floor floor{static_cast<std::uint32_t>(state.range(0))};
  for (const book::Slot slot : floor.slots()) floor.book().show(slot, 1U << 31);
  const std::vector<book::Slot> chosen = some_of(floor);
  for (auto _ : state) {
    for (const book::Slot slot : chosen) floor.book().reduce(slot, 1);
  }
  per_operation(state, batch);
}

// A taker against the best order of one class, which stays.
void take(benchmark::State& state) {
  const auto classes = static_cast<std::uint32_t>(state.range(0));
  Floor floor{classes};
  for (std::uint32_t c = 0; c < classes; ++c) {
    floor.book().append(floor.enter(Side::sell, c, spread_key, 1U << 31));
  }
  for (auto _ : state) {
    for (std::size_t i = 0; i < batch; ++i) {
      const book::Slot taker = floor.enter(Side::buy, 0, levels - 1 - spread_key, 1);
      floor.match(taker);
      floor.pool().release(taker);
    }
  }
  per_operation(state, batch);
}

// Ten prices with one order each, swept by one taker and put back, which is timed as well.
void sweep(benchmark::State& state) {
  const auto classes = static_cast<std::uint32_t>(state.range(0));
  constexpr std::uint32_t depth = 10;
  Floor floor{classes};
  for (auto _ : state) {
    for (std::uint32_t i = 0; i < depth; ++i) {
      floor.book().append(floor.enter(Side::sell, i % classes, spread_key + i, 1));
    }
    const book::Slot taker = floor.enter(Side::buy, 0, levels - 1 - spread_key, depth);
    floor.match(taker);
    floor.pool().release(taker);
  }
  per_operation(state, depth);
}

// The best ten prices of a side, all classes together.
void depth(benchmark::State& state) {
  Floor floor{static_cast<std::uint32_t>(state.range(0))};
  for (auto _ : state) {
    std::int64_t lots = 0;
    book::DepthWalk walk{floor.book(), Side::buy, ~book::ClassMask{0}};
    for (int i = 0; i < 10 && !walk.at_end(); ++i, walk.step()) lots += walk.displayed();
    benchmark::DoNotOptimize(lots);
  }
  per_operation(state, 1);
}

// One lot is taken from behind so many better-priced orders of a class that may not trade.
void behind_ineligible(benchmark::State& state) {
  Floor floor{2};
  const auto in_front = static_cast<std::uint32_t>(state.range(0));
  for (std::uint32_t i = 0; i < in_front; ++i) {
    floor.book().append(floor.enter(Side::sell, 1, spread_key + 1 + i % price_range, 10));
  }
  floor.book().append(floor.enter(Side::sell, 0, spread_key, 1U << 31));
  for (auto _ : state) {
    for (std::size_t i = 0; i < batch; ++i) {
      const book::Slot taker = floor.enter(Side::buy, 0, levels - 1 - spread_key, 1);
      floor.match(taker, book::mask_of(0));
      floor.pool().release(taker);
    }
  }
  per_operation(state, batch);
}

BENCHMARK(add)->Arg(1)->Arg(12)->Arg(64)->ArgName("classes");
BENCHMARK(cancel)->Arg(1)->Arg(12)->Arg(64)->ArgName("classes");
BENCHMARK(replace)->Arg(1)->Arg(12)->Arg(64)->ArgName("classes");
BENCHMARK(reduce)->Arg(1)->Arg(12)->Arg(64)->ArgName("classes");
BENCHMARK(take)->Arg(1)->Arg(12)->Arg(64)->ArgName("classes");
BENCHMARK(sweep)->Arg(1)->Arg(12)->Arg(64)->ArgName("classes");
BENCHMARK(depth)->Arg(1)->Arg(12)->Arg(64)->ArgName("classes");
BENCHMARK(behind_ineligible)
    ->Arg(0)
    ->Arg(1)
    ->Arg(10)
    ->Arg(100)
    ->Arg(1'000)
    ->Arg(10'000)
    ->ArgName("orders");

}  // namespace
}  // namespace emx::bench

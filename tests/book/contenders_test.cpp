#include "engine/book/contenders.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <vector>

#include "engine/book/order_book.hpp"
#include "engine/book/order_pool.hpp"

namespace emx::book {
namespace {

// Asks of one class at prices 0..99, with the filters that admit each and its group; counts how
// often it is asked about one.
class Asks {
 public:
  explicit Asks(std::uint32_t orders_max) : memory{orders_max, 256} {
    book.set_band(PriceTicks{0}, PriceTicks{99});
    EXPECT_TRUE(book.open_class(0));
  }

  Slot rest(std::int64_t price, unsigned filters_mask, std::uint32_t group) {
    const Slot slot = pool.allocate();
    pool[slot].key = book.key_of(Side::sell, PriceTicks{price});
    pool[slot].class_slot = 0;
    pool[slot].side = Side::sell;
    append(slot);
    filters_.resize(pool.capacity());
    groups_.resize(pool.capacity());
    filters_[slot] = filters_mask;
    groups_[slot] = group;
    return slot;
  }
  void append(Slot slot) {
    pool[slot].remaining = 1;
    pool[slot].priority = ++priorities_;
    book.append(slot);
  }

  [[nodiscard]] bool admits(Filter filter, Slot slot) const {
    ++asked;
    return (filters_[slot] >> filter & 1) != 0;
  }
  [[nodiscard]] std::uint32_t group(Slot slot) const { return groups_[slot]; }

  BookMemory memory;
  OrderPool pool{memory};
  LadderArena arena{memory};
  OrderBook book{pool, arena, 100};
  mutable std::int64_t asked = 0;

 private:
  std::vector<unsigned> filters_;
  std::vector<std::uint32_t> groups_;
  std::uint64_t priorities_ = 0;
};

Contenders::Best searched(const Asks& asks, Filter filter, std::uint32_t key_least) {
  Contenders::Best best;
  for (Slot slot = asks.book.head(Side::sell, 0); slot != no_slot; slot = asks.book.behind(slot)) {
    if (asks.pool[slot].key < key_least) break;
    if (!asks.admits(filter, slot)) continue;
    if (best.first == no_slot) best.first = slot;
    if (asks.group(slot) == asks.group(best.first)) continue;
    best.second = slot;
    break;
  }
  return best;
}

// The ask leaves its place, and joins its level's end anew.
void refresh(Contenders& contenders, Asks& asks, Slot slot) {
  contenders.leaving(asks, asks.book, slot);
  asks.book.unlink(slot);
  asks.append(slot);
  contenders.joined(asks, asks.book, slot);
}

// Few groups and thin filters, so that long stretches are walked over; mostly the best ones move.
TEST(Contenders, AreWhatASearchFinds) {
  constexpr Filter filters = 3;
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    std::mt19937 engine{seed};
    const auto random = [&engine] { return static_cast<std::uint32_t>(engine()); };
    Asks asks{64};
    std::vector<Slot> left;
    for (int i = 0; i < 64; ++i) {
      unsigned mask = 1;
      if (random() % 8 == 0) mask |= 2;
      if (random() % 8 == 0) mask |= 4;
      left.push_back(asks.rest(random() % 6, mask, random() % 8 == 0 ? random() % 3 : 0));
    }
    const std::uint32_t key_least = asks.book.key_of(Side::sell, PriceTicks{4});
    Contenders contenders{Side::sell};
    contenders.start(key_least);
    while (!left.empty()) {
      std::vector<Slot> movers{left[random() % left.size()]};
      for (Filter filter = 0; filter < filters; ++filter) {
        const Contenders::Best best = contenders.best(asks, asks.book, 0, filter);
        const Contenders::Best expected = searched(asks, filter, key_least);
        ASSERT_EQ(best.first, expected.first) << "seed " << seed;
        ASSERT_EQ(best.second, expected.second) << "seed " << seed;
        for (const Slot slot : {best.first, best.second}) {
          if (slot != no_slot) movers.insert(movers.end(), 3, slot);
        }
      }
      const Slot mover = movers[random() % movers.size()];
      if (random() % 6 != 0) {
        refresh(contenders, asks, mover);
        continue;
      }
      contenders.leaving(asks, asks.book, mover);
      asks.book.unlink(mover);
      std::erase(left, mover);
    }
  }
}

// Asks that refresh by turns, before stretches of a thousand that a filter, or a group, bars: what
// a turn costs does not grow with these.
class RefreshingAsks : public ::testing::Test {
 protected:
  static constexpr int barred = 1'000;
  static constexpr int turns = 1'000;

  void bar(std::int64_t price, unsigned filters_mask, std::uint32_t group) {
    for (int i = 0; i < barred; ++i) asks.rest(price, filters_mask, group);
  }
  // How many orders are looked at.
  std::int64_t cost(const std::vector<Slot>& by_turns) {
    Contenders contenders{Side::sell};
    contenders.start(0);
    (void)contenders.best(asks, asks.book, 0, 0);
    asks.asked = 0;
    for (int turn = 0; turn < turns; ++turn) {
      for (const Slot slot : by_turns) refresh(contenders, asks, slot);
    }
    const Contenders::Best best = contenders.best(asks, asks.book, 0, 0);
    const Contenders::Best expected = searched(asks, 0, 0);
    EXPECT_EQ(best.first, expected.first);
    EXPECT_EQ(best.second, expected.second);
    return asks.asked;
  }
  static constexpr std::int64_t cost_max = 10 * (turns + 3 * barred);

  Asks asks{4'000};
};

TEST_F(RefreshingAsks, AloneBeforeWhatTheFilterBars) {
  const Slot ask = asks.rest(10, 1, 1);
  bar(20, 0, 2);
  asks.rest(30, 1, 2);
  EXPECT_LT(cost({ask}), cost_max);
}

TEST_F(RefreshingAsks, AtAPriceTheyShareWithBarredOnes) {
  bar(10, 0, 2);
  const Slot ask = asks.rest(10, 1, 1);
  bar(10, 0, 2);
  bar(20, 0, 2);
  asks.rest(30, 1, 2);
  EXPECT_LT(cost({ask}), cost_max);
}

TEST_F(RefreshingAsks, ByTurnsWithABarredOneAtItsPrice) {
  const Slot beside = asks.rest(10, 0, 2);
  const Slot ask = asks.rest(10, 1, 1);
  bar(20, 0, 2);
  asks.rest(30, 1, 2);
  EXPECT_LT(cost({ask, beside}), cost_max);
}

TEST_F(RefreshingAsks, TwoOfDifferentGroupsBeforeOneGroup) {
  const Slot first = asks.rest(10, 1, 1);
  const Slot second = asks.rest(10, 1, 2);
  bar(20, 1, 1);
  bar(25, 0, 3);
  asks.rest(30, 1, 2);
  EXPECT_LT(cost({first, second}), cost_max);
}

TEST_F(RefreshingAsks, TheSecondBehindOneThatStays) {
  asks.rest(5, 1, 1);
  const Slot second = asks.rest(10, 1, 2);
  bar(20, 1, 1);
  asks.rest(30, 1, 3);
  EXPECT_LT(cost({second}), cost_max);
}

TEST_F(RefreshingAsks, TheSecondByTurnsWithOneOfTheGroupBehind) {
  asks.rest(5, 1, 1);
  const Slot second = asks.rest(10, 1, 2);
  bar(20, 1, 1);
  const Slot behind = asks.rest(25, 1, 1);
  bar(30, 1, 1);
  asks.rest(40, 1, 3);
  EXPECT_LT(cost({second, behind}), cost_max);
}

// Behind the second, a bid of either group comes to another end.
TEST_F(RefreshingAsks, TwoAtDifferentPricesWithStretchesBetween) {
  const Slot first = asks.rest(10, 1, 1);
  bar(15, 0, 3);
  const Slot second = asks.rest(20, 1, 2);
  bar(25, 0, 3);
  asks.rest(30, 1, 1);
  bar(35, 0, 3);
  asks.rest(40, 1, 2);
  EXPECT_LT(cost({first, second}), cost_max);
  EXPECT_LT(cost({first, second, second, first}), cost_max);
}

}  // namespace
}  // namespace emx::book

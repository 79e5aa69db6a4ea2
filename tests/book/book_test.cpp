#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "engine/book/level_bitmap.hpp"
#include "engine/book/order_book.hpp"
#include "engine/book/order_pool.hpp"

namespace emx::book {
namespace {

TEST(LevelBitmap, FindsWhatASortedSetFinds) {
  for (const std::uint32_t levels : {1U, 63U, 64U, 65U, 4'097U, 200'000U}) {
    std::vector<std::uint64_t> words(LevelBitmap::words_needed(levels));
    LevelBitmap bitmap{words.data(), levels};
    std::set<std::uint32_t> model;
    std::mt19937 random{levels};
    for (int i = 0; i < 20'000; ++i) {
      const std::uint32_t key = static_cast<std::uint32_t>(random()) % levels;
      if (random() % 2 == 0) {
        bitmap.set(key);
        model.insert(key);
      } else {
        bitmap.clear(key);
        model.erase(key);
      }
      const std::uint32_t from = static_cast<std::uint32_t>(random()) % levels;
      auto above = model.upper_bound(from);
      const std::int32_t expected = above == model.begin()
                                        ? LevelBitmap::nothing
                                        : static_cast<std::int32_t>(*std::prev(above));
      ASSERT_EQ(bitmap.highest_up_to(from), expected) << levels << " levels, step " << i;
    }
  }
}

TEST(OrderPool, RetiresASlotWhoseGenerationsAreUsedUp) {
  BookMemory memory{2, 0};
  OrderPool pool{memory, 3};
  const Slot kept = pool.allocate();
  std::set<std::uint64_t> ids{pool.id_of(kept).value};
  for (int i = 0; i < 3; ++i) {
    const Slot slot = pool.allocate();
    EXPECT_TRUE(ids.insert(pool.id_of(slot).value).second);
    pool.release(slot);
  }
  EXPECT_TRUE(pool.full());
  pool.release(kept);  // it has two more
  EXPECT_FALSE(pool.full());
  for (const std::uint64_t id : ids) {
    EXPECT_TRUE(pool.was_given(OrderId{id}));
    EXPECT_EQ(pool.find(OrderId{id}), no_slot);
  }
}

TEST(OrderPool, NeverGivesAnIdTwice) {
  BookMemory memory{4, 0};
  OrderPool pool{memory};
  std::set<std::uint64_t> ids;
  std::mt19937 random{7};
  std::vector<Slot> live;
  for (int i = 0; i < 1'000; ++i) {
    if (!pool.full() && random() % 2 == 0) {
      const Slot slot = pool.allocate();
      live.push_back(slot);
      EXPECT_TRUE(ids.insert(pool.id_of(slot).value).second);
      EXPECT_EQ(pool.find(pool.id_of(slot)), slot);
    } else if (!live.empty()) {
      const OrderId id = pool.id_of(live.back());
      pool.release(live.back());
      live.pop_back();
      EXPECT_EQ(pool.find(id), no_slot);
      EXPECT_TRUE(pool.was_given(id));
    }
  }
  EXPECT_GT(ids.size(), 400U);
}

TEST(OrderPool, KnowsIdsItNeverGave) {
  BookMemory memory{2, 0};
  OrderPool pool{memory};
  EXPECT_FALSE(pool.was_given(OrderId{0}));
  EXPECT_FALSE(pool.was_given(OrderId{std::uint64_t{1} << 32}));
  const Slot slot = pool.allocate();
  EXPECT_TRUE(pool.was_given(pool.id_of(slot)));
  EXPECT_FALSE(pool.was_given(OrderId{pool.id_of(slot).value + (std::uint64_t{1} << 32)}));
  EXPECT_FALSE(pool.was_given(OrderId{std::uint64_t{1} << 32 | 99}));
  EXPECT_EQ(pool.find(OrderId{std::uint64_t{1} << 63 | slot}), no_slot);
}

// A book with three classes at prices 100..199, and how to put orders into it.
class Book : public ::testing::Test {
 protected:
  Book() {
    book.set_band(PriceTicks{100}, PriceTicks{199});
    for (std::uint32_t c = 0; c < 3; ++c) EXPECT_TRUE(book.open_class(c));
  }

  Slot rest(Side side, std::int64_t price, std::uint32_t lots, std::uint32_t class_slot = 0) {
    const Slot slot = pool.allocate();
    RestingOrder& order = pool[slot];
    order.remaining = lots;
    order.key = book.key_of(side, PriceTicks{price});
    order.priority = ++priorities;
    order.class_slot = static_cast<std::uint8_t>(class_slot);
    order.side = side;
    book.append(slot);
    return slot;
  }
  std::vector<Slot> ranked(Side side) {
    std::vector<Slot> slots;
    for (RankedWalk walk{book, side, ~ClassMask{0}}; walk.at() != no_slot; walk.step()) {
      slots.push_back(walk.at());
    }
    return slots;
  }

  BookMemory memory{64, 1'024};
  OrderPool pool{memory};
  LadderArena arena{memory};
  OrderBook book{pool, arena, 100};
  std::uint64_t priorities = 0;
};

TEST_F(Book, RanksByPriceThenPriorityOverAllClasses) {
  const Slot a = rest(Side::buy, 150, 1, 0);
  const Slot b = rest(Side::buy, 151, 1, 1);
  const Slot c = rest(Side::buy, 150, 1, 2);
  const Slot d = rest(Side::buy, 150, 1, 0);
  EXPECT_EQ(ranked(Side::buy), (std::vector<Slot>{b, a, c, d}));
  const Slot e = rest(Side::sell, 160, 1, 0);
  const Slot f = rest(Side::sell, 159, 1, 1);
  EXPECT_EQ(ranked(Side::sell), (std::vector<Slot>{f, e}));
}

TEST_F(Book, KnowsWhatItHolds) {
  const Slot a = rest(Side::sell, 160, 5, 0);
  rest(Side::sell, 160, 7, 0);
  const std::uint32_t key = book.key_of(Side::sell, PriceTicks{160});
  EXPECT_EQ(book.level(Side::sell, 0, key).displayed, 12);
  book.reduce(a, 2);
  EXPECT_EQ(book.level(Side::sell, 0, key).displayed, 10);
  book.reduce(a, 3);
  EXPECT_EQ(book.level(Side::sell, 0, key).displayed, 7);
  EXPECT_EQ(ranked(Side::sell).size(), 1U);
}

TEST_F(Book, IsLockedOrCrossedWhenPricesMeet) {
  const Slot bid = rest(Side::buy, 150, 1);
  EXPECT_FALSE(book.locked_or_crossed());
  const Slot above = rest(Side::sell, 151, 1);
  EXPECT_FALSE(book.locked_or_crossed());
  const Slot at = rest(Side::sell, 150, 1, 1);
  EXPECT_TRUE(book.locked_or_crossed());
  book.unlink(at);
  EXPECT_FALSE(book.locked_or_crossed());
  book.unlink(bid);
  book.unlink(above);
  EXPECT_EQ(book.best_key(Side::buy), OrderBook::empty);
  EXPECT_EQ(book.best_key(Side::sell), OrderBook::empty);
}

TEST_F(Book, DrainsByRankAndIsEmptyThen) {
  const Slot a = rest(Side::buy, 150, 1, 0);
  const Slot b = rest(Side::buy, 151, 1, 1);
  const Slot c = rest(Side::buy, 150, 1, 2);
  std::vector<Slot> drained;
  for (Slot slot = book.drain(Side::buy); slot != no_slot; slot = book.drained_after(slot)) {
    drained.push_back(slot);
  }
  EXPECT_EQ(drained, (std::vector<Slot>{b, a, c}));
  EXPECT_EQ(book.occupied(Side::buy), 0U);
}

TEST_F(Book, WalksOnBehindARank) {
  rest(Side::buy, 150, 1, 0);
  const Slot b = rest(Side::buy, 150, 1, 1);
  const Slot c = rest(Side::buy, 150, 1, 0);
  const Slot d = rest(Side::buy, 149, 1, 1);
  RankedWalk walk{book, Side::buy, ~ClassMask{0}, book.rank_of(b)};
  EXPECT_EQ(walk.at(), c);
  walk.step();
  EXPECT_EQ(walk.at(), d);
  walk.step();
  EXPECT_EQ(walk.at(), no_slot);
}

TEST_F(Book, RefusesAClassWhenTheArenaIsUsedUp) {
  EXPECT_TRUE(book.open_class(3));  // four classes of two sides of 128 levels: 1,024 cells
  EXPECT_FALSE(book.open_class(4));
  EXPECT_TRUE(book.open_class(0));  // is open
  EXPECT_EQ(arena.level_cells_used(), 1'024U);
}

// Against a sorted map: best price, queues and displayed quantities after random changes.
TEST_F(Book, AgreesWithASlowBookUnderRandomChanges) {
  struct Entry {
    Side side;
    std::int64_t price;
    std::uint64_t priority;
    std::uint32_t lots;
  };
  std::map<Slot, Entry> model;
  std::mt19937 random{11};
  for (int i = 0; i < 30'000; ++i) {
    if (!pool.full() && random() % 5 < 3) {
      const Side side = random() % 2 == 0 ? Side::buy : Side::sell;
      const auto price = static_cast<std::int64_t>(100 + random() % 100);
      const auto lots = static_cast<std::uint32_t>(1 + random() % 50);
      const Slot slot = rest(side, price, lots, static_cast<std::uint32_t>(random()) % 3);
      model[slot] = {side, price, pool[slot].priority, lots};
    } else if (!model.empty()) {
      auto it = std::next(model.begin(), static_cast<std::ptrdiff_t>(random() % model.size()));
      const auto lots = static_cast<std::uint32_t>(1 + random() % it->second.lots);
      book.reduce(it->first, lots);
      it->second.lots -= lots;
      if (it->second.lots == 0) {
        pool.release(it->first);
        model.erase(it);
      }
    }
    for (const Side side : {Side::buy, Side::sell}) {
      std::vector<Slot> expected;
      for (const auto& [slot, entry] : model) {
        if (entry.side == side) expected.push_back(slot);
      }
      std::sort(expected.begin(), expected.end(), [&](Slot a, Slot b) {
        const Entry& x = model[a];
        const Entry& y = model[b];
        if (x.price != y.price) return side == Side::buy ? x.price > y.price : x.price < y.price;
        return x.priority < y.priority;
      });
      ASSERT_EQ(ranked(side), expected) << "step " << i;
    }
  }
}

}  // namespace
}  // namespace emx::book

#include "bench/replay.hpp"

#include <algorithm>

#include "engine/vocabulary/check.hpp"

namespace emx::bench {

namespace {

constexpr std::uint32_t levels = flow_price_max + 1;
}  // namespace

// Nothing bars a pair, and a fill is as large as both orders allow.
class Replay::Screen {
 public:
  Screen(Replay& replay, book::OrderBook& book, book::Slot taker)
      : replay_{replay}, book_{book}, taker_{taker} {}

  [[nodiscard]] book::ClassMask eligible() const { return 1; }
  [[nodiscard]] Code class_code(std::uint32_t) const { return Code::none; }
  [[nodiscard]] Code class_code_before(std::uint32_t) const { return Code::none; }
  [[nodiscard]] Code order_code(book::Slot) const { return Code::none; }

  book::FillOutcome fill(book::Slot maker) {
    book::OrderPool& pool = replay_.pool_;
    book::RestingOrder& order = pool[maker];
    book::RestingOrder& taker = pool[taker_];
    const std::uint32_t lots = std::min(order.remaining, taker.remaining);
    check(replay_.trades_count_ < replay_.trades_.size());
    replay_.trades_[replay_.trades_count_++] = {pool.id_of(maker).value, pool.id_of(taker_).value,
                                                book_.price_of(order.side, order.key).value, lots};
    taker.remaining -= lots;
    if (order.remaining == lots) {
      book_.unlink(order);
      pool.release(maker);
    } else {
      book_.reduce(order, lots);
    }
    return {};
  }

 private:
  Replay& replay_;
  book::OrderBook& book_;
  book::Slot taker_;
};

Replay::Replay(const Flow& flow)
    : memory_{static_cast<std::uint32_t>(
                  std::min<std::size_t>(flow.records.size(), std::size_t{1} << 24)),
              levels * 2 * flow.instruments},
      pool_{memory_},
      arena_{memory_},
      books_(flow.instruments),
      trades_(flow.expected.trades + 1) {
  for (book::OrderBook& book : books_) {
    book = book::OrderBook{pool_, arena_, levels};
    book.set_band(PriceTicks{0}, PriceTicks{flow_price_max});
    check(book.open_class(0));
  }
}

std::uint32_t Replay::key_of(Side side, std::int64_t price) {
  const auto offset = static_cast<std::uint32_t>(price);
  return side == Side::buy ? offset : levels - 1 - offset;
}

void Replay::apply(const ReplayOperation& operation) {
  switch (operation.operation) {
    case FlowOperation::add:
    case FlowOperation::immediate:
      return enter(operation);
    case FlowOperation::cancel:
      return cancel(operation);
    case FlowOperation::replace:
      return replace(operation);
  }
}

void Replay::enter(const ReplayOperation& operation) {
  book::OrderBook& book = books_[operation.instrument];
  const book::Slot slot = pool_.allocate();
  last_id_ = pool_.id_of(slot);
  book::RestingOrder& order = pool_[slot];
  order.remaining = operation.quantity;
  order.key = operation.key;
  order.priority = ++priorities_;
  order.instrument = operation.instrument;
  order.class_slot = 0;
  order.side = operation.side;
  const bool rests = operation.operation == FlowOperation::add;
  if (book.any_crosses(opposite(order.side), order.key)) return trade(book, slot, rests);
  if (rests) {
    book.append(slot, order);
  } else {
    pool_.release(slot);
  }
}

// Most orders cross nothing: what those need that do stays out of their way.
[[gnu::noinline]] void Replay::trade(book::OrderBook& book, book::Slot slot, bool rests) {
  Screen screen{*this, book, slot};
  book::match(book, pool_, slot, screen, trace_);
  if (pool_[slot].remaining > 0 && rests) {
    book.append(slot);
  } else {
    pool_.release(slot);
  }
}

void Replay::cancel(const ReplayOperation& operation) {
  const book::Slot slot = pool_.find(OrderId{operation.target});
  if (slot == book::no_slot) return;
  const book::RestingOrder& order = pool_[slot];
  books_[order.instrument].unlink(order);
  pool_.release(slot);
}

void Replay::replace(const ReplayOperation& operation) {
  const book::Slot slot = pool_.find(OrderId{operation.target});
  if (slot == book::no_slot) return;
  book::RestingOrder& order = pool_[slot];
  book::OrderBook& book = books_[order.instrument];
  book.unlink(order);
  order.remaining = operation.quantity;
  order.key = operation.key;
  order.priority = ++priorities_;
  if (book.any_crosses(opposite(order.side), order.key)) return trade(book, slot, true);
  book.append(slot, order);
}

std::uint64_t Replay::resting_quantity() const {
  std::uint64_t sum = 0;
  for (const book::OrderBook& book : books_) {
    for (const Side side : {Side::buy, Side::sell}) {
      for (book::RankedWalk walk{book, side, 1}; walk.at() != book::no_slot; walk.step()) {
        sum += pool_[walk.at()].remaining;
      }
    }
  }
  return sum;
}

}  // namespace emx::bench

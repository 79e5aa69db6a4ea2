#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "bench/flow.hpp"
#include "engine/book/matching.hpp"
#include "engine/book/order_book.hpp"
#include "engine/book/order_pool.hpp"
#include "engine/vocabulary/large_pages.hpp"

namespace emx::bench {

// A flow's operation as the exchange is spoken to: orders are named by the ids it gave.
struct ReplayOperation {
  FlowOperation operation;
  Side side;
  std::uint16_t instrument;
  std::uint32_t key;  // price, as the book counts it
  std::uint32_t quantity;
  std::uint64_t target;  // OrderId
};

// The books alone, without bands or risk: every pair may trade, of one class.
class Replay {
 public:
  explicit Replay(const Flow& flow);

  void apply(const ReplayOperation& operation);

  // The order the last add rests as, or has traded as.
  [[nodiscard]] OrderId last_id() const { return last_id_; }

  // All trades so far, by exchange ids; kept in memory that was touched before.
  [[nodiscard]] std::span<const FlowTrade> trades() const {
    return {trades_.data(), trades_count_};
  }
  [[nodiscard]] std::uint64_t resting_orders() const { return pool_.used(); }
  [[nodiscard]] std::uint64_t resting_quantity() const;

  // Price of a key on a side.
  [[nodiscard]] static std::uint32_t key_of(Side side, std::int64_t price);

 private:
  class Screen;

  void enter(const ReplayOperation& operation);
  void cancel(const ReplayOperation& operation);
  void replace(const ReplayOperation& operation);
  void trade(book::OrderBook& book, book::Slot slot, bool rests);

  book::BookMemory memory_;
  book::OrderPool pool_;
  book::LadderArena arena_;
  LargeVector<book::OrderBook> books_;
  book::PassTrace trace_;
  LargeVector<FlowTrade> trades_;
  std::size_t trades_count_ = 0;
  std::uint64_t priorities_ = 0;
  OrderId last_id_{};
};

}  // namespace emx::bench

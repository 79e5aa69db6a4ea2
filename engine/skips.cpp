#include "engine/skips.hpp"

#include <algorithm>

namespace emx::engine {

void describe_skip(const BookState& book, OrderId order, Side side, const book::PassedOver& row,
                   SkipEvent& event) {
  const risk::TradingClass& c = book.classes[row.class_slot];
  event.order_id = order.value;
  event.zone = c.zone.value;
  event.code = static_cast<std::uint16_t>(row.code);
  event.province = c.province;
  event.local_only = c.local_only ? 1 : 0;
  event.price_ticks = book.book.price_of(opposite(side), row.key).value;
  event.quantity_lots = row.lots;
}

void sort_skips(const BookState& book, book::PassedOverList& list) {
  const auto before = [&book](const book::PassedOver& a, const book::PassedOver& b) {
    const std::uint64_t class_a = book.classes.sort_key(a.class_slot);
    const std::uint64_t class_b = book.classes.sort_key(b.class_slot);
    return class_a != class_b ? class_a < class_b : a.code < b.code;
  };
  std::sort(list.begin(), list.end(), before);
}

}  // namespace emx::engine

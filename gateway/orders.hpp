#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/money.hpp"
#include "engine/vocabulary/text.hpp"
#include "engine/vocabulary/units.hpp"

namespace emx::gateway {

// FIX 39.
enum class OrdStatus : char {
  new_order = '0',
  partially_filled = '1',
  filled = '2',
  cancelled = '4',
  rejected = '8',
  pending_new = 'A',
  expired = 'C',
};

// How a new order wants to be treated, as its client said.
struct OrderTerms {
  OrderType type = OrderType::limit;
  Date expires{};                 // of a GTD order
  std::uint8_t instructions = 0;  // OrderInstructions
  std::uint8_t max_ratio_n = 0;   // 0/0: any
  std::uint8_t max_ratio_d = 0;
  Lots minimum{};  // 0: none
  Lots display{};  // 0: all

  OrderTerms() = default;
  explicit OrderTerms(const NewOrderCommand& command)
      : type{static_cast<OrderType>(command.order_type)},
        expires{command.expire_date},
        instructions{command.instructions},
        max_ratio_n{command.max_ratio_n},
        max_ratio_d{command.max_ratio_d},
        minimum{command.min_quantity_lots},
        display{command.display_quantity_lots} {}
};

// What reports say about an order: its life as the durable events tell it.
struct Order {
  OrderId id;
  std::uint32_t session = 0;  // the one that entered it, which has its reports
  FirmId firm;
  FacilityId facility;
  InstrumentId instrument;
  Side side = Side::buy;
  TimeInForce time_in_force = TimeInForce::day;
  OrderTerms terms;
  ClOrdId cl_ord_id;  // the last one of its chain
  Fen price;
  Lots quantity;
  Lots remaining;  // 0 when terminal
  Lots filled;
  Int128 value = 0;  // sum of price (fen) times quantity, over the fills
  OrdStatus status = OrdStatus::new_order;
  bool is_of_day_before = false;  // ended then

  // Trades at once or never.
  [[nodiscard]] bool is_immediate() const {
    return time_in_force == TimeInForce::ioc || time_in_force == TimeInForce::fok;
  }
  [[nodiscard]] bool is_live() const {
    return status == OrdStatus::new_order || status == OrdStatus::partially_filled;
  }
};

// The live orders, and those that ended today or on the day before. Not thread-safe.
class Orders {
 public:
  // A new one, which is live.
  Order& add(const Order& order) {
    count_in(order);
    return orders_.insert_or_assign(order.id.value, order).first->second;
  }

  void fill(Order& order, Lots sold, Fen at, Lots left) {
    order.filled += sold;
    order.value += static_cast<Int128>(at.value) * sold.value;
    order.remaining = left;
    order.status = left.value == 0 ? OrdStatus::filled : OrdStatus::partially_filled;
    if (left.value == 0) count_out(order);
  }
  void end(Order& order, OrdStatus how) {
    order.remaining = Lots{0};
    order.status = how;
    count_out(order);
  }

  // Whether DAY orders that came by this session are live.
  [[nodiscard]] bool has_live_day_orders(std::uint32_t session) const {
    return live_day_.contains(session);
  }

  // Calls visit(order) for each live order of the firm, in no order.
  template <class Visit>
  void for_each_live_of(FirmId firm, Visit&& visit) const {
    const auto live = live_of_firm_.find(firm.value);
    if (live == live_of_firm_.end()) return;
    for (const std::uint64_t id : live->second) visit(orders_.at(id));
  }

  [[nodiscard]] Order* find(OrderId id) {
    const auto found = orders_.find(id.value);
    return found == orders_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] const Order* find(OrderId id) const {
    const auto found = orders_.find(id.value);
    return found == orders_.end() ? nullptr : &found->second;
  }

  void start_day() {
    std::erase_if(orders_, [](const auto& order) { return order.second.is_of_day_before; });
    for (auto& [id, order] : orders_) order.is_of_day_before = !order.is_live();
  }

  [[nodiscard]] std::size_t size() const { return orders_.size(); }

  // Calls visit(order) for each live order, in no order.
  template <class Visit>
  void for_each_live(Visit&& visit) const {
    for (const auto& [firm, live] : live_of_firm_) {
      for (const std::uint64_t id : live) visit(orders_.at(id));
    }
  }

  // Its part of a history, both ways: history.cpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

 private:
  void count_in(const Order& order) {
    live_of_firm_[order.firm.value].insert(order.id.value);
    if (order.time_in_force == TimeInForce::day) ++live_day_[order.session];
  }
  void count_out(const Order& order) {
    check(live_of_firm_[order.firm.value].erase(order.id.value) == 1);
    if (order.time_in_force != TimeInForce::day) return;
    const auto count = live_day_.find(order.session);
    check(count != live_day_.end());
    if (--count->second == 0) live_day_.erase(count);
  }

  std::unordered_map<std::uint64_t, Order> orders_;
  std::unordered_map<std::uint32_t, std::unordered_set<std::uint64_t>> live_of_firm_;
  std::unordered_map<std::uint32_t, std::size_t> live_day_;  // by session; none that has no such
};

}  // namespace emx::gateway

#include "tools/load/resting_orders.hpp"

#include <utility>

#include "engine/vocabulary/check.hpp"

namespace emx::load {

void RestingOrders::add(RestingOrder order) {
  places_[order.cl_ord_id] = orders_.size();
  orders_.push_back(std::move(order));
}

RestingOrder RestingOrders::take(std::size_t place) {
  check(place < orders_.size());
  RestingOrder order = std::move(orders_[place]);
  places_.erase(order.cl_ord_id);
  if (place + 1 < orders_.size()) {
    orders_[place] = std::move(orders_.back());
    places_[orders_[place].cl_ord_id] = place;
  }
  orders_.pop_back();
  return order;
}

void RestingOrders::remove(std::string_view cl_ord_id) {
  const auto found = places_.find(std::string{cl_ord_id});
  if (found != places_.end()) take(found->second);
}

}  // namespace emx::load

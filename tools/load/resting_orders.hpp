#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/vocabulary/enums.hpp"

namespace emx::load {

struct RestingOrder {
  std::string cl_ord_id;
  Side side;
};

// A session's orders that rest, to draw one by its place or to take one out by its ClOrdID. Neither
// gets slower as they become many: a generator that does would measure itself.
class RestingOrders {
 public:
  [[nodiscard]] std::size_t size() const { return orders_.size(); }

  void add(RestingOrder order);
  // Requires: `place` is below size(). The last order takes its place.
  RestingOrder take(std::size_t place);
  // Nothing happens if it is not there.
  void remove(std::string_view cl_ord_id);

 private:
  std::vector<RestingOrder> orders_;
  std::unordered_map<std::string, std::size_t> places_;
};

}  // namespace emx::load

#include "tools/load/order_flow.hpp"

#include <algorithm>
#include <utility>

#include "tools/fix_client/orders.hpp"

namespace emx::load {

OrderFlow::OrderFlow(const Options& options, std::string account, std::uint64_t seed)
    : options_{options}, account_{std::move(account)}, random_{seed} {}

Request OrderFlow::next(const std::string& cl_ord_id) {
  const std::uint64_t draw = below(100);
  if (draw < options_.mix.crossing) return crossing(cl_ord_id);
  const bool wants_cancel = draw < options_.mix.crossing + options_.mix.cancel;
  return wants_cancel && resting_.size() > options_.depth ? cancel(cl_ord_id) : passive(cl_ord_id);
}

Fen OrderFlow::away_from_middle(std::int64_t ticks) const {
  return Fen{options_.middle.value + ticks * options_.tick.value};
}

Request OrderFlow::passive(const std::string& cl_ord_id) {
  const Side side = any_side();
  const auto distance =
      static_cast<std::int64_t>(1 + below(static_cast<std::uint64_t>(options_.width_ticks)));
  return {'D', fields_of(fix_client::NewOrder{
                   .cl_ord_id = cl_ord_id,
                   .account = account_,
                   .symbol = options_.symbol,
                   .side = side,
                   .quantity = Lots{1},
                   .price = away_from_middle(side == Side::buy ? -distance : distance)})};
}

Request OrderFlow::crossing(const std::string& cl_ord_id) {
  const Side side = any_side();
  return {'D', fields_of(fix_client::NewOrder{
                   .cl_ord_id = cl_ord_id,
                   .account = account_,
                   .symbol = options_.symbol,
                   .side = side,
                   .quantity = Lots{1},
                   .price = away_from_middle(side == Side::buy ? options_.width_ticks
                                                               : -options_.width_ticks),
                   .time_in_force = TimeInForce::ioc})};
}

Request OrderFlow::cancel(const std::string& cl_ord_id) {
  const auto at = static_cast<std::ptrdiff_t>(below(resting_.size()));
  std::swap(resting_[static_cast<std::size_t>(at)], resting_.back());
  const Resting order = std::move(resting_.back());
  resting_.pop_back();  // whatever the answer is, it is asked for once
  return {'F', fields_of(fix_client::CancelOrder{.cl_ord_id = cl_ord_id,
                                                 .orig_cl_ord_id = order.cl_ord_id,
                                                 .symbol = options_.symbol,
                                                 .side = order.side})};
}

void OrderFlow::see(const fix_client::Message& message) {
  if (message.type() != "8") return;
  if (message.says(150, "0") && message.says(59, "0")) {
    resting_.push_back(
        {std::string{message.text(11)}, message.says(54, "1") ? Side::buy : Side::sell});
  } else if (message.says(151, "0") && !message.has(41)) {
    gone(message.text(11));
  }
}

void OrderFlow::gone(std::string_view cl_ord_id) {
  const auto found = std::find_if(resting_.begin(), resting_.end(), [&](const Resting& order) {
    return order.cl_ord_id == cl_ord_id;
  });
  if (found == resting_.end()) return;
  std::swap(*found, resting_.back());
  resting_.pop_back();
}

}  // namespace emx::load

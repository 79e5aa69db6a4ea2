#include "tools/load/order_flow.hpp"

#include <utility>

#include "tools/fix_client/orders.hpp"

namespace emx::load {

OrderFlow::OrderFlow(const Options& options, std::string account, std::uint64_t seed)
    : options_{options}, account_{std::move(account)}, random_{seed} {}

Request OrderFlow::next(const std::string& cl_ord_id) {
  const std::uint64_t draw = below(100);
  const Mix& mix = options_.mix;
  if (draw < mix.crossing) return crossing(cl_ord_id);
  if (resting_.size() <= options_.depth) return passive(cl_ord_id);
  if (draw < mix.crossing + mix.cancel) return cancel(cl_ord_id);
  if (draw < mix.crossing + mix.cancel + mix.replace) return replace(cl_ord_id);
  return passive(cl_ord_id);
}

Fen OrderFlow::away_from_middle(std::int64_t ticks) const {
  return Fen{options_.middle.value + ticks * options_.tick.value};
}

Fen OrderFlow::passive_price(Side side) {
  const auto distance =
      static_cast<std::int64_t>(1 + below(static_cast<std::uint64_t>(options_.width_ticks)));
  return away_from_middle(side == Side::buy ? -distance : distance);
}

Request OrderFlow::passive(const std::string& cl_ord_id) {
  const Side side = any_side();
  return {Kind::passive, 'D',
          fields_of(fix_client::NewOrder{.cl_ord_id = cl_ord_id,
                                         .account = account_,
                                         .symbol = options_.symbol,
                                         .side = side,
                                         .quantity = Lots{1},
                                         .price = passive_price(side)})};
}

Request OrderFlow::crossing(const std::string& cl_ord_id) {
  const Side side = any_side();
  return {Kind::crossing, 'D',
          fields_of(fix_client::NewOrder{
              .cl_ord_id = cl_ord_id,
              .account = account_,
              .symbol = options_.symbol,
              .side = side,
              .quantity = Lots{1},
              .price = away_from_middle(side == Side::buy ? options_.width_ticks
                                                          : -options_.width_ticks),
              .time_in_force = TimeInForce::ioc})};
}

// Whatever the answer is, it is asked for once.
RestingOrder OrderFlow::any_resting() { return resting_.take(below(resting_.size())); }

Request OrderFlow::cancel(const std::string& cl_ord_id) {
  const RestingOrder order = any_resting();
  return {Kind::cancel, 'F',
          fields_of(fix_client::CancelOrder{.cl_ord_id = cl_ord_id,
                                            .orig_cl_ord_id = order.cl_ord_id,
                                            .symbol = options_.symbol,
                                            .side = order.side})};
}

Request OrderFlow::replace(const std::string& cl_ord_id) {
  const RestingOrder order = any_resting();
  return {
      Kind::replace, 'G',
      fields_of(fix_client::ReplaceOrder{.cl_ord_id = cl_ord_id,
                                         .orig_cl_ord_id = order.cl_ord_id,
                                         .account = account_,
                                         .symbol = options_.symbol,
                                         .side = order.side,
                                         .quantity = Lots{static_cast<std::int64_t>(1 + below(3))},
                                         .price = passive_price(order.side)})};
}

void OrderFlow::see(const fix_client::Message& message) {
  if (message.type() != "8") return;
  const bool rests = message.says(150, "0") || message.says(150, "5");
  if (rests && message.says(59, "0")) {
    resting_.add({std::string{message.text(11)}, message.says(54, "1") ? Side::buy : Side::sell});
  } else if (message.says(151, "0") && !message.has(41)) {
    resting_.remove(message.text(11));
  }
}

}  // namespace emx::load

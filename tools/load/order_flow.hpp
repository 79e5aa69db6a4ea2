#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "engine/vocabulary/enums.hpp"
#include "tools/fix_client/fields.hpp"
#include "tools/fix_client/message.hpp"
#include "tools/load/kind.hpp"
#include "tools/load/options.hpp"
#include "tools/load/resting_orders.hpp"

namespace emx::load {

// A request on its way to a session.
struct Request {
  Kind kind = Kind::passive;
  char type = 'D';  // FIX 35: D, F or G
  fix_client::Fields body;
};

// What one session asks for, in the mix that the options name. The same seed gives the same
// requests as long as the venue gives the same answers: cancels and replaces need an order that
// rests.
class OrderFlow {
 public:
  OrderFlow(const Options& options, std::string account, std::uint64_t seed);

  // The next request, under this ClOrdID.
  [[nodiscard]] Request next(const std::string& cl_ord_id);

  // Takes note of what rests, from a message of the venue.
  void see(const fix_client::Message& message);

 private:
  [[nodiscard]] Request passive(const std::string& cl_ord_id);
  [[nodiscard]] Request crossing(const std::string& cl_ord_id);
  [[nodiscard]] Request cancel(const std::string& cl_ord_id);
  [[nodiscard]] Request replace(const std::string& cl_ord_id);
  [[nodiscard]] RestingOrder any_resting();
  [[nodiscard]] Fen passive_price(Side side);
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  [[nodiscard]] Side any_side() { return below(2) == 0 ? Side::buy : Side::sell; }
  [[nodiscard]] Fen away_from_middle(std::int64_t ticks) const;

  const Options& options_;
  std::string account_;
  std::mt19937_64 random_;
  RestingOrders resting_;
};

}  // namespace emx::load

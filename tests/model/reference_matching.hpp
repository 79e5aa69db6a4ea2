#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/model/reference_rules.hpp"
#include "tests/model/reference_state.hpp"

namespace emx::model {

// Market-rules 8, 9 and 11 on a state: the pass of an order, the fixpoint, the call, settlement,
// cancels. Lives as long as one command; what happens is appended to `lines`.
class Matching {
 public:
  Matching(State& state, std::vector<std::string>& lines) : state_{state}, lines_{lines} {}

  // The taker walks the opposite orders; then the pass's SKIPs. Requires: nothing of it is hidden.
  void pass(Order& taker);

  // Section 8.4, over the books in the order given; those not in continuous trading are left out.
  void fixpoint(const std::vector<std::size_t>& books);

  // Section 9: bids of at least `price` against asks of at most `price`, each pair once, all at
  // that price. Returns the volume.
  std::int64_t uncross(std::size_t book, std::int64_t price);

  void cancel(Order& order, Code code);

  // Section 12: on its day a transfer goes whole, or ends with a code.
  void carry_out(const PendingTransfer& transfer);
  void end(const PendingTransfer& transfer, Code code);
  void say_held(const Facility& facility, const std::string& symbol);

  // Section 9: a block that all tests have passed trades whole, or ends with a code.
  void trade(const Block& block, const Order& bid, const Order& ask);
  void say(const Block& block, const std::string& stage, Code code);

  // Cancels the facility's bids of the pollutant when nothing of its approval is left.
  void cancel_without_demand(const Facility& facility, Pollutant pollutant);

  // Whether the fills so far call for a fixpoint in the books of their pollutant (8.4).
  [[nodiscard]] bool headroom_moved() const { return headroom_moved_; }

 private:
  struct PassedOver {
    const Order* order;
    Code code;
    bool counts;
  };
  // By number of each bid that filled: the SKIPs it had when its last fill was tried.
  using FilledBids = std::map<int, std::vector<std::string>>;

  enum class How { bid_takes, ask_takes, fixpoint, call };
  struct Fill {
    std::int64_t number = 0;
    std::int64_t price = 0;
    std::int64_t sold = 0;
    std::int64_t credited = 0;
    std::int64_t retired = 0;
    bool cross = false;
  };

  void fill(Order& bid, Order& ask, const Trial& trial, How how, std::int64_t price);
  void refresh(Order& order, How how);
  void settle(Order& bid, Order& ask, const Fill& fill, Wide reserved_before);
  void count_quota(const Order& bid, const Order& ask, const Fill& fill);
  void count_demand(const Order& bid, const Fill& fill);

  [[nodiscard]] Order* next_maker(const Order& taker, const std::map<int, Code>& passed_over);
  bool fill_first_pair(std::size_t book, FilledBids& filled);
  void hit_collar(Book& book, std::int64_t price);
  [[nodiscard]] std::vector<std::string> skips_of_resting(const Order& bid);
  [[nodiscard]] std::vector<std::string> skips_before_fill(const Order& bid, const Order& filled);
  void write_fixpoint_skips(std::size_t book, const FilledBids& filled);
  [[nodiscard]] std::vector<std::string> skip_lines(const Order& taker,
                                                    const std::vector<PassedOver>& list) const;
  [[nodiscard]] Code blocked(const Order& taker, const Order& maker) const;

  State& state_;
  std::vector<std::string>& lines_;
  bool headroom_moved_ = false;
};

}  // namespace emx::model

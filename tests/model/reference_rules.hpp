#pragma once

#include <cstdint>
#include <tuple>

#include "tests/model/reference_state.hpp"

// Market-rules 5, 6, 7 and the classes of 8.5, as questions about a state. Nothing is changed here.

namespace emx::model {

// Section 5, the rules tested at entry and again: the first that fails, or none.
[[nodiscard]] Code entry_code(const State& state, const Facility& facility, const Book& book,
                              Side side);

// The same, with its figures.
[[nodiscard]] Refusal entry_refusal(const State& state, const Facility& facility, const Book& book,
                                    Side side);

// K01: the first switch that stops orders of the facility in the book.
[[nodiscard]] Refusal kill_refusal(const State& state, const Facility& facility, const Book& book);

// As ledger/FORMAT.md numbers them.
[[nodiscard]] std::int64_t number_of(Phase phase);

[[nodiscard]] bool is_cross_province(const State& state, const Order& bid, const Order& ask);

// O01 of what holds for the whole market: market-rules 17.
[[nodiscard]] Refusal parameters_refusal(const SetParameters& set);

[[nodiscard]] Ratio ratio_of(const State& state, const Order& bid, const Order& ask);

// Whether the facility's buying of the pollutant stands under D01.
[[nodiscard]] bool needs_demand(const Facility& facility, const Book& book);

// Approved and not yet credited; 0 without a demand row.
[[nodiscard]] Wide demand_room(const Facility& facility, Pollutant pollutant);

// The code for which the pair is passed over (8.2), or none when it may trade a lot or more.
// Does not look at the prices nor at what the orders have left.
[[nodiscard]] Code blocked_by(const State& state, const Order& bid, const Order& ask);

// What the pair may trade now, and what cut it (none: what the orders offer is used up).
// `quantity` 0: passed over for the code.
struct Trial {
  std::int64_t quantity;
  Code code;
};

// A call sees whole orders, every other match what they display.
enum class Sees { displayed, whole };

// Requires: both orders have something left.
[[nodiscard]] Trial try_pair(const State& state, const Order& bid, const Order& ask, Sees sees);

// Section 5: a transfer goes between related facilities, too.
enum class Related { barred, allowed };

// The same of a deal outside the book, from the rules of single facilities on.
[[nodiscard]] Trial try_deal(const State& state, const Order& bid, const Order& ask,
                             Related related);

// Section 7: the first of the caps of the order's own side that is at 0, or none.
[[nodiscard]] Code headroom_warning(const State& state, const Order& order);

// Sorts as SKIPs do: province, then zone by order of definition (-1: none), then local.
// A carbon book has the one class {-1, -1, false}.
using ClassKey = std::tuple<int, int, bool>;

[[nodiscard]] ClassKey class_of(const State& state, const Order& order);

}  // namespace emx::model

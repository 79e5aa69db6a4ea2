#pragma once

#include <cstddef>
#include <cstdint>

#include "gateway/blocks.hpp"
#include "gateway/cl_ord_ids.hpp"
#include "gateway/directory.hpp"
#include "gateway/orders.hpp"

namespace emx::gateway {

// What the gateway knows of the market: all of it from durable entries, but for pending ids.
struct MarketView {
  explicit MarketView(std::size_t ids_per_firm_max) : cl_ord_ids{ids_per_firm_max} {}

  Directory directory;
  Orders orders;
  Blocks blocks;
  ClOrdIds cl_ord_ids;
  std::int64_t day_opened_ns = 0;         // UTC
  std::int64_t day_before_opened_ns = 0;  // of no earlier day are ClOrdIDs known
};

}  // namespace emx::gateway

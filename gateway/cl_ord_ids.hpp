#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/text.hpp"
#include "gateway/directory.hpp"

namespace emx::gateway {

// The ClOrdIDs used by each firm today, and those of live orders: it decides what is a duplicate,
// and finds the order that a cancel or replace names.
//
// An id is pending from its submission until its entry is durable. Bounded per firm. Rebuilt from
// the ledger: the same entries in the same order give the same index. Not thread-safe.
class ClOrdIds {
 public:
  enum class Use : std::uint8_t {
    pending,  // submitted, its entry is awaited
    order,    // names an order: that of a new order or of an accepted replace
    request,  // a cancel, or a replace that was refused; names no order
    refused,  // a new order that was refused
  };
  struct Entry {
    Use use = Use::pending;
    OrderId order;  // named, or asked for; 0: none
  };

  explicit ClOrdIds(std::size_t ids_per_firm_max) : ids_per_firm_max_{ids_per_firm_max} {}

  [[nodiscard]] const Entry* find(FirmId firm, const ClOrdId& id) const;
  [[nodiscard]] bool is_pending(FirmId firm, const ClOrdId& id) const;

  // False when the firm has no room left.
  bool add_pending(FirmId firm, const ClOrdId& id);
  // The submission was refused by the ring: the id is not consumed.
  void forget(FirmId firm, const ClOrdId& id);
  // The id's entry is durable. An id that there was no room for stays unknown.
  void settle(FirmId firm, const ClOrdId& id, Entry entry);

  // Forgets all but pending ids and those for which keep(order) holds.
  template <class Keep>
  void start_day(Keep keep) {
    for (auto& [firm, ids] : firms_) {
      std::erase_if(ids, [&](const auto& id) {
        return id.second.use != Use::pending && !keep(id.second.order);
      });
    }
  }

 private:
  using Ids = std::unordered_map<ClOrdId, Entry, TextHash>;

  std::size_t ids_per_firm_max_;
  std::unordered_map<std::uint32_t, Ids> firms_;
};

}  // namespace emx::gateway

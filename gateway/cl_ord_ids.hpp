#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/text.hpp"
#include "gateway/directory.hpp"

namespace emx::gateway {

// The ClOrdIDs used by each firm today, those of its trade reports (TradeReportID) among them, and
// those of live orders: it decides what is a duplicate, and finds the order that a cancel or
// replace names, or the block. Those of the day before are known to who asks whether a message came
// (97=Y), and to nobody else.
//
// An id is pending from its submission until its entry is durable. Bounded per firm. Rebuilt from
// the ledger: the same entries in the same order give the same index. Not thread-safe.
class ClOrdIds {
 public:
  enum class Use : std::uint8_t {
    pending,          // a new order that was submitted: its entry is awaited
    order,            // names an order: that of a new order or of an accepted replace
    request,          // a cancel, or a replace that was refused; names no order
    refused,          // a new order or a new block that was refused
    block,            // names a block
    answer,           // to a block, refused or not
    pending_request,  // a cancel, a replace, or what is said of a block
    pending_mass_cancel,
    mass_cancel,  // refused or not; names no order
  };
  struct Entry {
    Use use = Use::pending;
    Code code = Code::none;   // why it was refused
    OrderId order;            // named, or asked for; 0: none
    std::uint64_t block = 0;  // likewise, of trade reports
  };

  // Whether the entry of what it was used for is still to come.
  [[nodiscard]] static bool is_awaited(Use use) {
    return use == Use::pending || use == Use::pending_request || use == Use::pending_mass_cancel;
  }

  explicit ClOrdIds(std::size_t ids_per_firm_max) : ids_per_firm_max_{ids_per_firm_max} {}

  [[nodiscard]] const Entry* find(FirmId firm, const ClOrdId& id) const {
    return find_in(today_, firm, id);
  }
  // The same, or of the day before.
  [[nodiscard]] const Entry* find_repeated(FirmId firm, const ClOrdId& id) const {
    const Entry* const entry = find(firm, id);
    return entry != nullptr ? entry : find_in(day_before_, firm, id);
  }
  [[nodiscard]] bool is_pending(FirmId firm, const ClOrdId& id) const;

  // False when the firm has no room left.
  bool add_pending(FirmId firm, const ClOrdId& id, Use use = Use::pending);
  // The submission was refused by the ring: the id is not consumed.
  void forget(FirmId firm, const ClOrdId& id);
  // The id's entry is durable. An id that there was no room for stays unknown.
  void settle(FirmId firm, const ClOrdId& id, Entry entry);

  // Of today's ids only those stay that are pending, or for which keep(order) holds.
  template <class Keep>
  void start_day(Keep keep) {
    day_before_.clear();
    for (auto& [firm, ids] : today_) {
      Ids& over = day_before_[firm];
      for (auto at = ids.begin(); at != ids.end();) {
        const auto here = at++;
        const Entry& entry = here->second;
        if (!is_awaited(entry.use) && !keep(entry.order)) over.insert(ids.extract(here));
      }
    }
  }

  // Its part of a history, both ways: history.cpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

 private:
  using Ids = std::unordered_map<ClOrdId, Entry, TextHash>;
  using Firms = std::unordered_map<std::uint32_t, Ids>;

  [[nodiscard]] static const Entry* find_in(const Firms& firms, FirmId firm, const ClOrdId& id);

  std::size_t ids_per_firm_max_;
  Firms today_;
  Firms day_before_;
};

}  // namespace emx::gateway

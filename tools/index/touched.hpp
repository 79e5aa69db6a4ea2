#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "ledger/index_file.hpp"
#include "tools/market/names.hpp"

namespace emx::index {

// Calls visit(id) for each order that an entry is about; the same one maybe again.
void for_each_order(const EntryView& entry, const std::function<void(std::uint64_t id)>& visit);

// What an entry touches, as links of the index.
//
// An account is touched by an entry that posts to it, has its number or code, or changes an open
// order of it. What only names an order, such as a cancel that is refused, is with the order.
// Not thread-safe.
class Touched {
 public:
  // Open orders and their facility.
  using Owners = std::unordered_map<std::uint64_t, std::uint32_t>;

  Touched() = default;
  // Goes on from what another knew, after an entry.
  explicit Touched(Owners owners) : owners_{std::move(owners)} {}

  // The links of an entry, sorted, each once. `names`: as after the entry.
  // Requires: entries in order, each once, from the first or the next after those that `owners` is
  // of; records as ledger/records.hpp has them.
  const std::vector<ledger::IndexLink>& of(const EntryView& entry, const market::Names& names);

  [[nodiscard]] const Owners& owners() const { return owners_; }

 private:
  void add(std::uint8_t kind, std::uint64_t number);
  void add_account(std::uint32_t id);
  void add_code(const AccountCode& code, const market::Names& names);
  void add_owner(std::uint64_t order_id);
  void add_command(std::span<const std::byte> command, const market::Names& names);
  void add_event(std::uint16_t kind, std::span<const std::byte> event);
  void add_day_or_definition(const EntryView& entry);

  std::uint64_t entry_ = 0;
  std::vector<ledger::IndexLink> links_;
  Owners owners_;
};

}  // namespace emx::index

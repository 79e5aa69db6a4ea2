#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/vocabulary/ids.hpp"

namespace emx::ledger {

// What every account holds of every asset, from postings alone: the audit's own sum, which shares
// no state with the exchange (market-rules 11: cash and rights are constant between what comes in
// and what goes out). A balance is credits less debits; all
// balances of an asset sum to zero, because each posting takes what it gives. Not thread-safe.
class Balances {
 public:
  struct Row {
    std::uint32_t asset;  // asset_cash (fen), or asset_of_instrument (lots)
    AccountId account;
    std::int64_t amount;
  };

  Balances() = default;
  // Goes on from what another had summed up.
  explicit Balances(std::span<const Row> rows);

  // Applies all postings among the events of one entry. Returns what is wrong, in words; empty:
  // nothing. After an entry no account but the bank and the registry, where all cash and all
  // rights come from, may be below zero, and no balance beyond 64 bits.
  // Requires: fault_of_records() found nothing in the entry.
  [[nodiscard]] std::string_view apply(std::span<const std::byte> events);

  [[nodiscard]] std::int64_t of(AccountId account, std::uint32_t asset) const;

  // By asset, then by account; accounts that were never posted to are left out.
  [[nodiscard]] std::vector<Row> rows() const;

 private:
  [[nodiscard]] bool move(std::uint32_t asset, std::uint32_t account, std::int64_t amount);

  std::unordered_map<std::uint64_t, std::int64_t> amounts_;  // key: asset << 32 | account
  std::vector<std::uint64_t> touched_;                       // by the entry in hand
};

}  // namespace emx::ledger

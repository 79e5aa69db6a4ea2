#include "ledger/balances.hpp"

#include <algorithm>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/events.hpp"

namespace emx::ledger {

namespace {

constexpr std::uint64_t key_of(std::uint32_t asset, std::uint32_t account) {
  return std::uint64_t{asset} << 32 | account;
}
constexpr std::uint32_t asset_in(std::uint64_t key) {
  return static_cast<std::uint32_t>(key >> 32);
}
constexpr AccountId account_in(std::uint64_t key) {
  return AccountId{static_cast<std::uint32_t>(key)};
}

constexpr bool is_source(AccountId account) {
  return account == account_bank || account == account_registry;
}

}  // namespace

Balances::Balances(std::span<const Row> rows) {
  for (const Row& row : rows) amounts_[key_of(row.asset, row.account.value)] = row.amount;
}

std::string_view Balances::apply(std::span<const std::byte> events) {
  touched_.clear();
  bool in_range = true;
  const bool whole =
      for_each_event(events, [&](const EventHeader& header, std::span<const std::byte> event) {
        if (header.kind != static_cast<std::uint16_t>(EventKind::posting)) return;
        const auto posting = read_record<PostingEvent>(event);
        in_range = in_range && move(posting.asset, posting.debit_account, -posting.amount) &&
                   move(posting.asset, posting.credit_account, posting.amount);
      });
  check(whole);
  if (!in_range) return "a balance is beyond 64 bits";
  for (const std::uint64_t key : touched_) {
    if (amounts_[key] < 0 && !is_source(account_in(key))) return "an account is below zero";
  }
  return {};
}

bool Balances::move(std::uint32_t asset, std::uint32_t account, std::int64_t amount) {
  const std::uint64_t key = key_of(asset, account);
  std::int64_t& balance = amounts_[key];
  touched_.push_back(key);
  return !__builtin_add_overflow(balance, amount, &balance);
}

std::int64_t Balances::of(AccountId account, std::uint32_t asset) const {
  const auto found = amounts_.find(key_of(asset, account.value));
  return found == amounts_.end() ? 0 : found->second;
}

std::vector<Balances::Row> Balances::rows() const {
  std::vector<Row> rows;
  rows.reserve(amounts_.size());
  for (const auto& [key, amount] : amounts_) {
    rows.push_back({asset_in(key), account_in(key), amount});
  }
  std::ranges::sort(rows, {}, [](const Row& row) { return key_of(row.asset, row.account.value); });
  return rows;
}

}  // namespace emx::ledger

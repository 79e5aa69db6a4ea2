#include "risk/order_limits.hpp"

#include <algorithm>
#include <limits>

#include "engine/vocabulary/check.hpp"

namespace emx::risk {

namespace {

constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();

}  // namespace

OrderLimits::OrderLimits(std::uint32_t firms_max, std::uint32_t facilities_max,
                         std::uint32_t instruments_max)
    : scopes_{make_rows(firms_max), make_rows(firms_max), make_rows(facilities_max),
              make_rows(instruments_max)} {
  static_assert(static_cast<int>(Scope::firm) == 1 && static_cast<int>(Scope::group) == 2 &&
                static_cast<int>(Scope::facility) == 3 && static_cast<int>(Scope::instrument) == 4);
  lowest_of_all_.fill(no_limit);
  for (auto& scopes : lowest_) scopes.fill(no_limit);
}

const OrderLimits::Limit& OrderLimits::limit_of(LimitKind kind, Scope scope,
                                                std::uint32_t row) const {
  check(has_rows(scope));
  const Rows& rows = rows_of(scope);
  check(row == others || row < rows.rows_max);
  return rows.rows[row == others ? rows.rows_max : row][index(kind)];
}

void OrderLimits::set(LimitKind kind, Scope scope, std::uint32_t row, const Limit& wanted) {
  const Rows& rows = rows_of(scope);
  const std::uint32_t at = row == others ? rows.rows_max : row;
  Limit& limit = rows.rows[at][index(kind)];
  if (limit.is_set()) digest_.remove(cell(index(kind), index(scope), at));
  limit = wanted;
  if (limit.is_set()) digest_.add(cell(index(kind), index(scope), at));
  any_[index(kind)] = true;
  find_lowest(kind, scope);
}

std::int64_t OrderLimits::lowest_of(const Limit& limit) {
  std::int64_t lowest = no_limit;
  if (limit.lasting != none) lowest = limit.lasting;
  if (limit.until_ns != 0) lowest = std::min(lowest, limit.temporary);
  return lowest;
}

void OrderLimits::find_lowest(LimitKind kind, Scope scope) {
  const Rows& rows = rows_of(scope);
  std::int64_t lowest = no_limit;
  for (std::uint32_t row = 0; row <= rows.rows_max; ++row) {
    lowest = std::min(lowest, lowest_of(rows.rows[row][index(kind)]));
  }
  auto& of_kind = lowest_[index(kind)];
  of_kind[index(scope)] = lowest;
  lowest_of_all_[index(kind)] = *std::min_element(of_kind.begin(), of_kind.end());
}

void OrderLimits::set_lasting(LimitKind kind, Scope scope, std::uint32_t row, std::int64_t value) {
  Limit limit = limit_of(kind, scope, row);
  limit.lasting = value;
  set(kind, scope, row, limit);
}

void OrderLimits::set_temporary(LimitKind kind, Scope scope, std::uint32_t row, std::int64_t value,
                                std::int64_t until_ns) {
  Limit limit = limit_of(kind, scope, row);
  limit.temporary = value;
  limit.until_ns = until_ns;
  set(kind, scope, row, limit);
}

std::int64_t OrderLimits::limit(LimitKind kind, Scope scope, std::uint32_t row,
                                std::int64_t now_ns) const {
  const Rows& rows = rows_of(scope);
  const std::int64_t own = rows.rows[row][index(kind)].at(now_ns);
  return own != none ? own : rows.rows[rows.rows_max][index(kind)].at(now_ns);
}

bool OrderLimits::has_own(Scope scope, std::uint32_t row) const {
  const Limits& limits = rows_of(scope).rows[row];
  return std::any_of(limits.begin(), limits.end(), [](const Limit& l) { return l.is_set(); });
}

std::uint64_t OrderLimits::cell(std::size_t kind, std::size_t scope, std::uint32_t row) const {
  const Limit& limit = scopes_[scope].rows[row][kind];
  return cell_hash(Cell::limit)
      .word(std::uint64_t{scope} << 40 | std::uint64_t{kind} << 32 | row)
      .word(limit.lasting)
      .word(limit.temporary)
      .word(limit.until_ns)
      .value();
}

std::uint64_t OrderLimits::digest_from_scratch() const {
  Digest digest;
  for (std::size_t scope = 0; scope < scopes_.size(); ++scope) {
    for (std::uint32_t row = 0; row <= scopes_[scope].rows_max; ++row) {
      for (std::size_t kind = 0; kind < limit_kinds_count; ++kind) {
        if (scopes_[scope].rows[row][kind].is_set()) digest.add(cell(kind, scope, row));
      }
    }
  }
  return digest.value();
}

std::int64_t OrderRates::take(FirmId firm, std::int64_t rate, std::int64_t now_ns) {
  Bucket& bucket = buckets_[firm.value];
  const bool fresh = bucket.at_ns == 0;
  if (!fresh) digest_.remove(bucket.cell);
  const std::int64_t passed = now_ns - bucket.at_ns;
  const std::int64_t full = rate * token;
  // A second fills any bucket.
  const bool filled = fresh || passed >= token;
  bucket.level = filled ? full : std::min(full, bucket.level + passed * rate);
  bucket.at_ns = now_ns;
  std::int64_t wait_ns = 0;
  if (bucket.level >= token) {
    bucket.level -= token;
  } else {
    wait_ns = rate == 0 ? token : (token - bucket.level + rate - 1) / rate;
  }
  bucket.cell = cell(firm.value);
  digest_.add(bucket.cell);
  return wait_ns;
}

std::uint64_t OrderRates::cell(std::uint32_t firm) const {
  return cell_hash(Cell::rate)
      .word(std::uint64_t{firm})
      .word(buckets_[firm].level)
      .word(buckets_[firm].at_ns)
      .value();
}

std::uint64_t OrderRates::digest_from_scratch() const {
  Digest digest;
  for (std::uint32_t firm = 0; firm < firms_max_; ++firm) {
    if (buckets_[firm].at_ns != 0) digest.add(cell(firm));
  }
  return digest.value();
}

}  // namespace emx::risk

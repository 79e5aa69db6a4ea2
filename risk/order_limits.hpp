#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "engine/vocabulary/digest.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"

namespace emx::risk {

// Market-rules 10: limits on orders by firm, group, facility and instrument. Of each scope one row
// has a limit of its own, or what holds for all rows without; a temporary limit stands above both
// up to its time. Not thread-safe; allocates in the constructor and nowhere else.
class OrderLimits {
 public:
  static constexpr std::int64_t none = -1;

  // Row of a scope that stands for all without a limit of their own.
  static constexpr std::uint32_t others = no_id;

  OrderLimits(std::uint32_t firms_max, std::uint32_t facilities_max, std::uint32_t instruments_max);

  static constexpr bool has_rows(Scope scope) {
    return scope == Scope::firm || scope == Scope::group || scope == Scope::facility ||
           scope == Scope::instrument;
  }

  // Requires: has_rows(scope).
  void set_lasting(LimitKind kind, Scope scope, std::uint32_t row, std::int64_t value);
  void set_temporary(LimitKind kind, Scope scope, std::uint32_t row, std::int64_t value,
                     std::int64_t until_ns);

  // Whether any limit of the kind was ever set: most have none.
  [[nodiscard]] bool any(LimitKind kind) const { return any_[index(kind)]; }
  // No limit of the kind and scope, of any row and at any time, is lower: what is within this is
  // within all of them. The largest number when there is none.
  [[nodiscard]] std::int64_t lowest(LimitKind kind, Scope scope) const {
    return lowest_[index(kind)][index(scope)];
  }
  // Of all scopes.
  [[nodiscard]] std::int64_t lowest(LimitKind kind) const { return lowest_of_all_[index(kind)]; }
  // What holds for a row at a time, or `none`.
  [[nodiscard]] std::int64_t limit(LimitKind kind, Scope scope, std::uint32_t row,
                                   std::int64_t now_ns) const;
  // Whether a row has limits of its own.
  [[nodiscard]] bool has_own(Scope scope, std::uint32_t row) const;

  [[nodiscard]] std::uint64_t digest() const { return digest_.value(); }
  [[nodiscard]] std::uint64_t digest_from_scratch() const;

  // Its part of a snapshot, both ways: risk/saved_state.hpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

 private:
  struct Limit {
    std::int64_t lasting = none;
    std::int64_t temporary = none;
    std::int64_t until_ns = 0;

    [[nodiscard]] std::int64_t at(std::int64_t now_ns) const {
      return now_ns < until_ns ? temporary : lasting;
    }
    [[nodiscard]] bool is_set() const { return lasting != none || until_ns != 0; }
  };
  using Limits = std::array<Limit, limit_kinds_count>;
  struct Rows {
    std::uint32_t rows_max;
    std::unique_ptr<Limits[]> rows;  // the last one: all others
  };

  static constexpr std::size_t scopes_count = 4;  // firm, group, facility, instrument

  static constexpr std::size_t index(LimitKind kind) { return static_cast<std::size_t>(kind) - 1; }
  static constexpr std::size_t index(Scope scope) { return static_cast<std::size_t>(scope) - 1; }
  [[nodiscard]] static Rows make_rows(std::uint32_t rows_max) {
    return {rows_max, std::make_unique<Limits[]>(std::size_t{rows_max} + 1)};
  }
  [[nodiscard]] const Rows& rows_of(Scope scope) const { return scopes_[index(scope)]; }
  void set(LimitKind kind, Scope scope, std::uint32_t row, const Limit& wanted);
  [[nodiscard]] const Limit& limit_of(LimitKind kind, Scope scope, std::uint32_t row) const;
  // Of a limit that is set.
  [[nodiscard]] std::uint64_t cell(std::size_t kind, std::size_t scope, std::uint32_t row) const;

  // The lowest that a limit is at any time.
  [[nodiscard]] static std::int64_t lowest_of(const Limit& limit);
  void find_lowest(LimitKind kind, Scope scope);

  std::array<bool, limit_kinds_count> any_{};
  std::array<std::int64_t, limit_kinds_count> lowest_of_all_;
  std::array<std::array<std::int64_t, scopes_count>, limit_kinds_count> lowest_;
  std::array<Rows, scopes_count> scopes_;
  Digest digest_;
};

// Market-rules 10, O04: a token bucket for each firm on command time. It holds what a second
// brings; an order or a replace takes one token. Not thread-safe; allocates in the constructor and
// nowhere else.
class OrderRates {
 public:
  explicit OrderRates(std::uint32_t firms_max)
      : firms_max_{firms_max}, buckets_{std::make_unique<Bucket[]>(firms_max)} {}

  // Takes a token at `rate` a second; else nanoseconds until there is one. 0: taken. Of a rate of
  // 0 there never is one.
  [[nodiscard]] std::int64_t take(FirmId firm, std::int64_t rate, std::int64_t now_ns);

  [[nodiscard]] std::uint64_t digest() const { return digest_.value(); }
  [[nodiscard]] std::uint64_t digest_from_scratch() const;

  // Its part of a snapshot, both ways: risk/saved_state.hpp.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

 private:
  static constexpr std::int64_t token = 1'000'000'000;  // so that a nanosecond brings `rate`

  struct Bucket {
    std::int64_t level = 0;
    std::int64_t at_ns = 0;  // 0: never used, so full
    std::uint64_t cell = 0;  // its part of the digest, so that it is not hashed twice
  };

  [[nodiscard]] std::uint64_t cell(std::uint32_t firm) const;

  std::uint32_t firms_max_;
  std::unique_ptr<Bucket[]> buckets_;
  Digest digest_;
};

}  // namespace emx::risk

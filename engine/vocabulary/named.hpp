#pragma once

#include <compare>

namespace emx {

// One type per meaning: explicit in, explicit out, so passing lots as a price does not compile.
template <class Tag, class Rep>
struct Named {
  using rep = Rep;

  Rep value{};

  constexpr Named() = default;
  constexpr explicit Named(Rep v) : value{v} {}
  friend constexpr auto operator<=>(Named, Named) = default;
};

// A Named that can be counted: sums and differences of it have the same meaning.
template <class Tag, class Rep>
struct Amount {
  using rep = Rep;

  Rep value{};

  constexpr Amount() = default;
  constexpr explicit Amount(Rep v) : value{v} {}
  friend constexpr auto operator<=>(Amount, Amount) = default;

  constexpr Amount& operator+=(Amount other) {
    value += other.value;
    return *this;
  }
  constexpr Amount& operator-=(Amount other) {
    value -= other.value;
    return *this;
  }
  friend constexpr Amount operator+(Amount a, Amount b) { return a += b; }
  friend constexpr Amount operator-(Amount a, Amount b) { return a -= b; }
  friend constexpr Amount operator-(Amount a) { return Amount{-a.value}; }
};

}  // namespace emx

#pragma once

#include <cstdint>

#include "engine/vocabulary/money.hpp"

namespace emx {

// Hash of one cell of state: what it is, where it is, what it holds. Not cryptographic: the
// ledger's chain protects against people, this against our own faults.
// Each word is mixed by itself, by its place, so that a processor can mix many at a time.
class CellHash {
 public:
  explicit constexpr CellHash(std::uint64_t kind) : sum_{kind * 0x9E3779B97F4A7C15U} {}

  constexpr CellHash& word(std::uint64_t value) {
    place_ += 0xA0761D6478BD642FU;
    const UInt128 product = static_cast<UInt128>(value ^ place_) * (place_ ^ 0xE7037ED1A0B428DBU);
    sum_ += static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    return *this;
  }
  constexpr CellHash& word(std::int64_t value) { return word(static_cast<std::uint64_t>(value)); }

  [[nodiscard]] constexpr std::uint64_t value() const {
    return (sum_ ^ (sum_ >> 32)) * 0x9FB21C651E98DF25U;
  }

 private:
  std::uint64_t sum_;
  std::uint64_t place_ = 0;
};

// Digest of a set of cells that can follow each change: the sum, modulo 2^64, of their hashes.
// A holder replaces a cell's hash around each change, so the same state gives the same digest
// whatever way led to it.
class Digest {
 public:
  constexpr void add(std::uint64_t cell) { sum_ += cell; }
  constexpr void remove(std::uint64_t cell) { sum_ -= cell; }
  [[nodiscard]] constexpr std::uint64_t value() const { return sum_; }

 private:
  std::uint64_t sum_ = 0;
};

// The kinds of cells, so that no two are taken for each other.
enum class Cell : std::uint64_t {
  genesis = 1,
  cash,
  rights,
  province_use,
  province_caps,
  demand,
  zone,
  link,
  instrument,
  firm,
  group,
  facility,
  order,
  slot,
  book,
  trading_class,
  ladder,
  work,
  counters,
  kill_switch,
  limit,
  rate,
  allocation,
  last_trade,
  held_back,
  trusted,
  transfer,
  block,
  rule_key,
  rule_record,
  rule_document,
  rule_version,
  parameters,
  ticket,
  calendar,
};

constexpr CellHash cell_hash(Cell kind) { return CellHash{static_cast<std::uint64_t>(kind)}; }

}  // namespace emx

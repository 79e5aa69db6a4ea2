#include "tools/load/histogram.hpp"

#include <algorithm>
#include <bit>

#include "engine/vocabulary/check.hpp"

namespace emx::load {

namespace {

// Each doubling of the value has this many slots; the first two share the narrowest.
constexpr std::uint64_t half = 1'024;
constexpr unsigned exact_bits = 11;

constexpr std::size_t slot_of(std::uint64_t ns) {
  const auto bits = static_cast<unsigned>(std::bit_width(ns));
  if (bits <= exact_bits) return ns;
  const unsigned shift = bits - exact_bits;
  return shift * half + (ns >> shift);
}

constexpr std::int64_t last_ns_of(std::size_t slot) {
  if (slot < 2 * half) return static_cast<std::int64_t>(slot);
  const std::uint64_t shift = slot / half - 1;
  return static_cast<std::int64_t>(((slot - shift * half + 1) << shift) - 1);
}

constexpr std::size_t slot_count = slot_of(Histogram::longest_ns) + 1;
static_assert(slot_count * sizeof(std::uint64_t) == std::size_t{264} * 1'024);
static_assert(last_ns_of(slot_count - 1) == Histogram::longest_ns);

}  // namespace

Histogram::Histogram() : slots_(slot_count) {}

void Histogram::add(std::int64_t ns) {
  ++slots_[slot_of(static_cast<std::uint64_t>(std::clamp<std::int64_t>(ns, 0, longest_ns)))];
  ++count_;
  max_ns_ = std::max(max_ns_, ns);
}

void Histogram::add(const Histogram& other) {
  std::transform(slots_.begin(), slots_.end(), other.slots_.begin(), slots_.begin(),
                 [](std::uint64_t ours, std::uint64_t theirs) { return ours + theirs; });
  count_ += other.count_;
  max_ns_ = std::max(max_ns_, other.max_ns_);
}

void Histogram::clear() {
  std::fill(slots_.begin(), slots_.end(), 0);
  count_ = 0;
  max_ns_ = 0;
}

std::int64_t Histogram::at(std::uint64_t parts) const {
  constexpr std::uint64_t all = 10'000;
  check(parts <= all);
  const std::uint64_t rank = std::max<std::uint64_t>(1, (count_ * parts + all - 1) / all);
  if (rank >= count_) return max_ns_;
  std::uint64_t seen = 0;
  std::size_t slot = 0;
  while ((seen += slots_[slot]) < rank) ++slot;
  return std::min(last_ns_of(slot), max_ns_);
}

}  // namespace emx::load

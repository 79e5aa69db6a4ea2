#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>

namespace emx::pipeline {

// A figure one thread writes and any may read: a store, no lock, no read-modify-write.
class Cell {
 public:
  void add(std::uint64_t by) {
    value_.store(value_.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

// Times of a stage by powers of two of a microsecond: bucket i counts those up to 2^i us.
class TimeCells {
 public:
  static constexpr std::size_t buckets = 24;  // up to 8 s; what is longer counts in the last

  void add(std::int64_t ns) {
    const std::uint64_t us = ns <= 0 ? 0 : static_cast<std::uint64_t>(ns) / 1'000;
    const auto i = us == 0 ? 0 : static_cast<std::size_t>(std::bit_width(us - 1));
    counts_[i < buckets ? i : buckets - 1].add(1);
    sum_ns_.add(ns <= 0 ? 0 : static_cast<std::uint64_t>(ns));
  }
  [[nodiscard]] std::uint64_t count(std::size_t bucket) const { return counts_[bucket].value(); }
  [[nodiscard]] std::uint64_t sum_ns() const { return sum_ns_.value(); }

 private:
  std::array<Cell, buckets> counts_;
  Cell sum_ns_;
};

// What the pipeline counts. Times are sampled, one command in 64: a clock read costs more than
// many a command.
struct PipelineCells {
  // core thread
  Cell commands;
  Cell events;
  Cell trades;
  Cell refusals;
  Cell skips;
  Cell core_waits;       // times the core stopped for a full output ring
  TimeCells queue_time;  // sampled: from submit to the core
  TimeCells core_time;   // sampled: in the core
  // ledger thread
  Cell commits;
  Cell committed_bytes;
  TimeCells commit_time;
  // I/O thread
  Cell refused_busy;
};

}  // namespace emx::pipeline

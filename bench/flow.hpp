#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <type_traits>
#include <vector>

namespace emx::bench {

// One operation of an order flow; README.md documents the file. Little-endian, no header.
struct FlowRecord {
  std::uint8_t operation;    // FlowOperation
  std::uint8_t side;         // 0 buy, 1 sell
  std::uint16_t reserved16;  // 0
  std::uint32_t instrument;  // from 0
  std::uint64_t order_id;    // of an add, from 1
  std::int64_t price;        // 1..16,383
  std::uint32_t quantity;
  std::uint32_t reserved32;  // 0
  std::uint64_t target_id;   // of a cancel or replace: the order it names
};
static_assert(sizeof(FlowRecord) == 40);
static_assert(std::has_unique_object_representations_v<FlowRecord>);

enum class FlowOperation : std::uint8_t { add = 0, cancel = 1, replace = 2, immediate = 3 };

inline constexpr std::int64_t flow_price_max = 16'383;
inline constexpr std::uint32_t flow_instruments_max = 1'024;

struct FlowTrade {
  std::uint64_t maker;
  std::uint64_t taker;
  std::int64_t price;
  std::uint64_t quantity;
};

// FNV-1a over the words of all trades, in order.
[[nodiscard]] std::uint64_t hash_of(std::span<const FlowTrade> trades);

// What a replay of a flow leaves behind.
struct FlowResult {
  std::uint64_t trades = 0;
  std::uint64_t quantity = 0;
  std::uint64_t hash = 0;
  std::uint64_t resting_orders = 0;
  std::uint64_t resting_quantity = 0;

  friend bool operator==(const FlowResult&, const FlowResult&) = default;
};

struct Flow {
  std::vector<FlowRecord> records;
  std::uint32_t instruments = 0;
  std::uint64_t order_id_max = 0;
  FlowResult expected;  // of the file FLOW.ref
};

// Reads a flow and its reference. Throws std::runtime_error that says which file, where and why.
[[nodiscard]] Flow read_flow(const std::filesystem::path& path);

}  // namespace emx::bench

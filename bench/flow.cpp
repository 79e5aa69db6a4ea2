#include "bench/flow.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>

namespace emx::bench {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& why) {
  throw std::runtime_error(path.string() + ": " + why);
}

void check_record(const std::filesystem::path& path, std::size_t index, const FlowRecord& record) {
  const auto require = [&](bool holds, const std::string& what) {
    if (!holds) fail(path, "record " + std::to_string(index) + ": " + what);
  };
  require(record.operation <= 3, "operation is not 0 to 3");
  require(record.instrument < flow_instruments_max, "instrument is too large");
  if (static_cast<FlowOperation>(record.operation) == FlowOperation::cancel) return;
  require(record.side <= 1, "side is not 0 or 1");
  require(record.price >= 1 && record.price <= flow_price_max, "price is not 1 to 16,383");
  require(record.quantity >= 1, "quantity is 0");
  if (static_cast<FlowOperation>(record.operation) == FlowOperation::replace) return;
  require(record.order_id >= 1, "order id is 0");
}

// The reference: lines of a key and a number.
FlowResult read_reference(const std::filesystem::path& path) {
  std::ifstream file{path};
  if (!file) fail(path, "cannot be read; a flow needs its reference result beside it");
  std::map<std::string, std::uint64_t> numbers;
  for (std::string key; file >> key;) {
    if (!(file >> numbers[key])) fail(path, "'" + key + "' is followed by no number");
  }
  const auto number = [&](const std::string& key) {
    const auto found = numbers.find(key);
    if (found == numbers.end()) fail(path, "has no line '" + key + "'");
    return found->second;
  };
  return {number("trades"), number("traded_qty"), number("hash"), number("resting_orders"),
          number("resting_qty")};
}

}  // namespace

std::uint64_t hash_of(std::span<const FlowTrade> trades) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  const auto word = [&hash](std::uint64_t value) { hash = (hash ^ value) * 0x100000001B3U; };
  for (const FlowTrade& trade : trades) {
    word(trade.maker);
    word(trade.taker);
    word(static_cast<std::uint64_t>(trade.price));
    word(trade.quantity);
  }
  return hash;
}

Flow read_flow(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary | std::ios::ate};
  if (!file) fail(path, "cannot be read");
  const auto bytes = static_cast<std::size_t>(file.tellg());
  if (bytes == 0 || bytes % sizeof(FlowRecord) != 0) {
    fail(path, std::to_string(bytes) + " bytes are no whole number of 40-byte records");
  }
  Flow flow;
  flow.records.resize(bytes / sizeof(FlowRecord));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(flow.records.data()), static_cast<std::streamsize>(bytes));
  if (!file) fail(path, "ends early");
  for (std::size_t i = 0; i < flow.records.size(); ++i) {
    const FlowRecord& record = flow.records[i];
    check_record(path, i, record);
    flow.instruments = std::max(flow.instruments, record.instrument + 1);
    flow.order_id_max = std::max({flow.order_id_max, record.order_id, record.target_id});
  }
  if (flow.order_id_max > 2 * flow.records.size()) fail(path, "order ids are not dense");
  flow.expected = read_reference(path.string() + ".ref");
  return flow;
}

}  // namespace emx::bench

#include "tests/crash/trace.hpp"

#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace emx::crash {

namespace {

// The next bytes of the trace.
std::string_view take(std::string_view& rest, std::size_t bytes) {
  if (rest.size() < bytes) throw std::runtime_error{"the trace is cut off"};
  const std::string_view taken = rest.substr(0, bytes);
  rest.remove_prefix(bytes);
  return taken;
}

}  // namespace

std::vector<Operation> read_trace(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in) throw std::runtime_error{"cannot read " + file.string()};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  std::vector<Operation> operations;
  for (std::string_view rest{text}; !rest.empty();) {
    TraceHeader header{};
    std::memcpy(&header, take(rest, sizeof header).data(), sizeof header);
    Operation& operation = operations.emplace_back();
    operation.did = static_cast<Did>(header.did);
    operation.descriptor = header.descriptor;
    operation.offset = header.offset;
    operation.flags = static_cast<int>(header.flags);
    operation.path = take(rest, header.path_bytes);
    operation.new_path = take(rest, header.new_path_bytes);
    const auto bytes = std::as_bytes(std::span{take(rest, header.bytes)});
    operation.bytes.assign(bytes.begin(), bytes.end());
  }
  return operations;
}

}  // namespace emx::crash

// A libFuzzer target: any bytes as an authority's text of rules, and as a document of them. Each is
// taken or told what is wrong with it.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/vocabulary/check.hpp"
#include "tools/rules/document.hpp"
#include "tools/rules/rule_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes = std::as_bytes(std::span{data, size});
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const emx::rules::Compiled compiled = emx::rules::compile(text, "fuzz.toml");
  if (compiled.faults.empty()) {
    const auto again = emx::rules::document_from(emx::rules::bytes_of(compiled.document));
    emx::check(again && *again == compiled.document);
  }
  if (const auto document = emx::rules::document_from(bytes)) {
    emx::check(emx::rules::record_commands(*document).size() == document->records.size());
  }
  return 0;
}

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/rules/document.hpp"

namespace emx::rules {

// An authority's rules as a person writes them, in TOML (README.md), and every fault in them: file,
// line, key, what stands there, what may stand there.
struct Compiled {
  Document document;
  std::vector<std::string> faults;  // empty: the document is what the text says
};

// Never throws; any bytes are a text with faults, or a document.
[[nodiscard]] Compiled compile(std::string_view text, const std::string& file);

}  // namespace emx::rules

#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "tools/rules/document.hpp"

// Files of texts and documents. What fails throws std::runtime_error with words for a person.

namespace emx::rules {

// At most 1 MiB: what is longer is no text of rules.
[[nodiscard]] std::string read_file(const std::filesystem::path& file);
[[nodiscard]] Document read_document(const std::filesystem::path& file);
// A file that exists stays as it is.
void write_new(const std::filesystem::path& file, std::span<const std::byte> bytes);

}  // namespace emx::rules

#include "tools/rules/document_file.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace emx::rules {

namespace {

constexpr std::uintmax_t file_bytes_max = std::uintmax_t{1} << 20;

}  // namespace

std::string read_file(const std::filesystem::path& file) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error) throw std::runtime_error{file.string() + ": " + error.message()};
  if (size > file_bytes_max) {
    throw std::runtime_error{file.string() + " has more than " + std::to_string(file_bytes_max) +
                             " bytes; it is no text or document of rules"};
  }
  std::ifstream in{file, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw std::runtime_error{file.string() + " cannot be read"};
  return std::move(text).str();
}

Document read_document(const std::filesystem::path& file) {
  const std::string bytes = read_file(file);
  auto document = document_from(std::as_bytes(std::span{bytes}));
  if (!document) {
    throw std::runtime_error{file.string() +
                             " is no document of rules; make one with `emx rules compile`"};
  }
  return *std::move(document);
}

void write_new(const std::filesystem::path& file, std::span<const std::byte> bytes) {
  if (std::filesystem::exists(file)) {
    throw std::runtime_error{file.string() + " exists already; give another name"};
  }
  std::ofstream out{file, std::ios::binary};
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) throw std::runtime_error{file.string() + " cannot be written"};
}

}  // namespace emx::rules

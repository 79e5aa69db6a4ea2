#include "tools/settings/table_reader.hpp"

namespace emx::settings {

namespace {

std::string words_of(const std::string& file, const toml::parse_error& error) {
  std::ostringstream line;
  line << file;
  if (error.source().begin.line > 0) line << ':' << error.source().begin.line;
  line << ": " << error.description();
  return line.str();
}

}  // namespace

std::string parse_file(const std::filesystem::path& file, toml::table& root) {
  try {
    root = toml::parse_file(file.string());
  } catch (const toml::parse_error& error) {
    return words_of(file.string(), error);
  }
  return {};
}

std::string parse_text(std::string_view text, const std::string& file, toml::table& root) {
  try {
    root = toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    return words_of(file, error);
  }
  return {};
}

}  // namespace emx::settings

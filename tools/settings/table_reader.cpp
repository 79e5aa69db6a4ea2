#include "tools/settings/table_reader.hpp"

#include <algorithm>
#include <fstream>

namespace emx::settings {

namespace {

std::string words_of(const std::string& file, const toml::parse_error& error) {
  std::ostringstream line;
  line << file;
  if (error.source().begin.line > 0) line << ':' << error.source().begin.line;
  line << ": " << error.description();
  return line.str();
}

bool begins_name(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '"' || c == '\'' || c == ']';
}

// toml++ takes for granted that a name follows the brackets of a table's header, and ends the
// program, or worse, where another character does (tests/fuzz, rules). Its own words for all else.
bool is_bad_header(std::string_view line) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  std::size_t at = 0;
  // A mark of the byte order, and blanks that are not ASCII.
  while (at < line.size() && (is_blank(line[at]) || static_cast<unsigned char>(line[at]) >= 0x80)) {
    ++at;
  }
  if (at == line.size() || line[at] != '[') return false;
  ++at;
  if (at < line.size() && line[at] == '[') ++at;
  while (at < line.size() && is_blank(line[at])) ++at;
  return at == line.size() || !begins_name(line[at]);
}

// U+FC00 to U+FEFF, a mark of the byte order but at the text's beginning: toml++ has no answer for
// some of them.
bool has_bad_character(std::string_view line) {
  for (std::size_t at = line.find('\xEF'); at != std::string_view::npos;
       at = line.find('\xEF', at + 1)) {
    if (at + 1 == line.size()) return false;
    const auto next = static_cast<unsigned char>(line[at + 1]);
    if (next >= 0xB0 && next <= 0xBB) return true;
  }
  return false;
}

std::string fault_before_parsing(std::string_view text, const std::string& file) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (is_bad_header(line)) {
      return file + ':' + std::to_string(number) +
             ": a line that begins with '[' must be a table's header: [name] or [[name]]";
    }
    if (has_bad_character(line)) {
      return file + ':' + std::to_string(number) +
             ": has a character from U+FC00 to U+FEFF, which is not understood here";
    }
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return {};
}

}  // namespace

std::string parse_file(const std::filesystem::path& file, toml::table& root) {
  std::ifstream in{file, std::ios::binary};
  std::ostringstream text;
  if (in.peek() != std::ifstream::traits_type::eof()) text << in.rdbuf();
  if (!in.is_open() || in.bad()) return file.string() + ": cannot be read; is it there?";
  return parse_text(std::move(text).str(), file.string(), root);
}

std::string parse_text(std::string_view text, const std::string& file, toml::table& root) {
  if (std::string fault = fault_before_parsing(text, file); !fault.empty()) return fault;
  try {
    root = toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    return words_of(file, error);
  }
  return {};
}

}  // namespace emx::settings

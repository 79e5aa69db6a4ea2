#include "tests/fuzz/fix_rule.hpp"

#include <algorithm>
#include <cstddef>
#include <tuple>

namespace emx::fuzz {
namespace {

// Tags as they stand there.
std::vector<WrittenField> split(std::string_view bytes) {
  std::vector<WrittenField> fields;
  while (!bytes.empty()) {
    const std::string_view field = bytes.substr(0, bytes.find('\x01'));
    const std::size_t equal = field.find('=');
    if (equal == field.npos) {
      fields.emplace_back("", field);
    } else {
      fields.emplace_back(field.substr(0, equal), field.substr(equal + 1));
    }
    bytes.remove_prefix(std::min(field.size() + 1, bytes.size()));
  }
  return fields;
}

std::size_t bytes_of(const WrittenField& field) {
  return field.first.size() + 1 + field.second.size() + 1;
}

}  // namespace

bool is_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<WrittenField> written_fields(std::string_view bytes) {
  std::vector<WrittenField> fields = split(bytes);
  for (auto& [tag, value] : fields) {
    const std::size_t zeros = std::min(tag.find_first_not_of('0'), tag.size());
    tag.erase(0, zeros == tag.size() && zeros != 0 ? zeros - 1 : zeros);
  }
  return fields;
}

std::optional<std::string> first_value(const std::vector<WrittenField>& fields,
                                       std::string_view tag) {
  for (const auto& [written_tag, value] : fields) {
    if (written_tag == tag) return value;
  }
  return std::nullopt;
}

bool is_message(std::string_view bytes) {
  if (!bytes.ends_with('\x01')) return false;
  const std::vector<WrittenField> fields = split(bytes);
  if (fields.size() < 4) return false;
  const auto& [begin_string, body_length, type] = std::tie(fields[0], fields[1], fields[2]);
  const WrittenField& sum = fields.back();
  if (begin_string.first != "8" || !begin_string.second.starts_with("FIX")) return false;
  if (body_length.first != "9" || type.first != "35" || sum.first != "10") return false;
  const std::size_t body_begin = bytes_of(begin_string) + bytes_of(body_length);
  const std::size_t covered = bytes.size() - bytes_of(sum);
  if (body_length.second.empty() || !is_digits(body_length.second)) return false;
  if (body_length.second.size() > 18 || sum.second.size() != 3 || !is_digits(sum.second)) {
    return false;
  }
  unsigned total = 0;
  for (const char c : bytes.substr(0, covered)) total += static_cast<unsigned char>(c);
  return std::stoull(body_length.second) == covered - body_begin &&
         std::stoul(sum.second) == total % 256;
}

}  // namespace emx::fuzz

#include "gateway/frame_summary.hpp"

#include <algorithm>
#include <array>

#include "gateway/tag_scan.hpp"

namespace emx::gateway {

namespace {

// Fields that the session layer reads as numbers.
constexpr std::array<std::uint32_t, 12> number_tags = {7,   16,  34,  36,  45,  98,
                                                       108, 369, 371, 373, 380, 1409};

constexpr bool is_in(char c, char first, char last) { return c >= first && c <= last; }

}  // namespace

FrameSummary summary_of(std::string_view frame) {
  FrameSummary summary;
  TagScan scan{frame};
  while (const auto field = scan.next()) {
    if (field->tag == 35) summary.type = field->value;
    if (std::find(number_tags.begin(), number_tags.end(), field->tag) == number_tags.end())
      continue;
    const auto number = number_of(field->value);
    if (!number) return summary;
    if (field->tag == 34) summary.msg_seq_num = *number;
  }
  summary.readable = !scan.malformed();
  return summary;
}

bool is_foreign_application_type(std::string_view type) {
  if (type.size() == 1) {
    const char c = type[0];
    if (std::string_view{"DFG89j"}.find(c) != std::string_view::npos) return false;
    if (std::string_view{"AIOU"}.find(c) != std::string_view::npos) return false;
    return is_in(c, '6', '9') || is_in(c, 'B', 'Z') || is_in(c, 'a', 'z');
  }
  return type.size() == 2 && is_in(type[0], 'A', 'D') && is_in(type[1], 'A', 'Z');
}

}  // namespace emx::gateway

#include "gateway/frame_summary.hpp"

#include <algorithm>
#include <array>

#include "gateway/raw_message.hpp"
#include "gateway/tag_scan.hpp"

namespace emx::gateway {

namespace {

// Fields that the session layer reads as numbers.
constexpr std::array<std::uint32_t, 12> number_tags = {7,   16,  34,  36,  45,  98,
                                                       108, 369, 371, 373, 380, 1409};
// And those that only the application does, in order. What is no number is QuickFIX's to say.
constexpr std::array<std::uint32_t, 36> other_number_tags = {
    83,  102,  103,  146,  264,  265,  267,  268,  326,  340,  393,  452,
    453, 487,  532,  533,  552,  559,  560,  585,  751,  828,  856,  911,
    939, 1347, 1348, 1349, 1351, 1354, 1426, 1938, 2304, 2446, 9701, 9712};
// Fields of the header, but for those that frame it.
constexpr std::array<std::uint32_t, 12> header_tags = {34, 35, 43, 49,  50,  52,
                                                       56, 57, 97, 122, 369, 1128};

template <std::size_t size>
bool contains(const std::array<std::uint32_t, size>& tags, std::uint32_t tag) {
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

constexpr bool is_in(char c, char first, char last) { return c >= first && c <= last; }

// "-1=": no tag of FIX, but QuickFIX can say which.
bool starts_with_number(std::string_view field) {
  const std::string_view digits = field.substr(field.starts_with('-') ? 1 : 0);
  return number_of(digits.substr(0, digits.find('='))) && field.find('=') != field.npos;
}

// More digits than QuickFIX can count.
bool overflows(std::string_view value) {
  const std::string_view digits = value.substr(value.starts_with('-') ? 1 : 0);
  return std::min(digits.find_first_not_of("0123456789"), digits.size()) > 9;
}

bool is_sound(const TagAndValue& field) {
  if (field.tag == 0) return starts_with_number(field.value);
  if (std::ranges::binary_search(other_number_tags, field.tag)) return !overflows(field.value);
  if (!contains(number_tags, field.tag)) return true;
  const auto number = number_of(field.value);
  return number && (field.tag != 7 || *number != 0);
}

std::string_view sound_value(const TagAndValue& field) {
  constexpr std::string_view no_number = "?";
  if (field.tag == 0) return no_number;
  if (is_sound(field)) return field.value;
  const bool digits = std::all_of(field.value.begin(), field.value.end(),
                                  [](char c) { return is_in(c, '0', '9'); });
  if (!digits || field.value.empty()) return no_number;
  if (field.tag == 7 && number_of(field.value)) return "1";
  return field.tag == 16 ? "0" : no_number;
}

// The frame with those fields that `value_of` gives a value.
template <class ValueOf>
std::string rewritten(std::string_view frame, ValueOf value_of) {
  FieldText fields;
  std::string_view begin_string;
  TagScan scan{frame};
  while (const auto field = scan.next()) {
    if (field->tag == 8 && begin_string.empty()) begin_string = field->value;
    if (field->tag == 8 || field->tag == 9 || field->tag == 10) continue;
    if (const std::optional<std::string_view> value = value_of(*field)) {
      fields.add(field->tag, *value);
    }
  }
  return framed(begin_string, fields.text());
}

}  // namespace

FrameSummary summary_of(std::string_view frame) {
  FrameSummary summary;
  bool has_bad_number = false;
  TagScan scan{frame};
  while (const auto field = scan.next()) {
    if (field->tag == 35) summary.type = field->value;
    if (field->tag == 34) {
      summary.msg_seq_num = number_of(field->value);
      has_bad_number = has_bad_number || !summary.msg_seq_num;
    }
    summary.is_sound = summary.is_sound && is_sound(*field);
  }
  if (has_bad_number) summary.msg_seq_num.reset();
  return summary;
}

std::string made_sound(std::string_view frame) {
  return rewritten(frame, [](const TagAndValue& field) -> std::optional<std::string_view> {
    return sound_value(field);
  });
}

bool is_foreign_application_type(std::string_view type) {
  if (type.size() == 1) {
    const char c = type[0];
    if (std::string_view{"DFGHVWXYefghjqrxy89"}.find(c) != std::string_view::npos) return false;
    if (std::string_view{"AIOU"}.find(c) != std::string_view::npos) return false;
    return is_in(c, '6', '9') || is_in(c, 'B', 'Z') || is_in(c, 'a', 'z');
  }
  if (type == "AE" || type == "AF" || type == "AR") return false;
  if (type == "BW" || type == "BX" || type == "BY") return false;
  return type.size() == 2 && is_in(type[0], 'A', 'D') && is_in(type[1], 'A', 'Z');
}

std::string header_of(std::string_view frame) {
  return rewritten(frame, [](const TagAndValue& field) -> std::optional<std::string_view> {
    if (!contains(header_tags, field.tag)) return std::nullopt;
    return field.value;
  });
}

}  // namespace emx::gateway

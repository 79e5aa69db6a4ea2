#include "gateway/raw_message.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <initializer_list>

#include "engine/vocabulary/date.hpp"
#include "gateway/framer.hpp"
#include "gateway/tag_scan.hpp"

namespace emx::gateway {

namespace {

template <class Number>
std::string_view digits_of(Number value, std::array<char, 24>& buffer) {
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

void append_padded(std::string& out, std::int64_t value, std::size_t width) {
  std::array<char, 24> buffer{};
  const std::string_view digits = digits_of(value, buffer);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

bool is_one_of(std::size_t size, std::initializer_list<std::size_t> sizes) {
  return std::find(sizes.begin(), sizes.end(), size) != sizes.end();
}

}  // namespace

FieldText& FieldText::add(std::uint32_t tag, std::string_view value) {
  std::array<char, 24> buffer{};
  text_ += digits_of(tag, buffer);
  text_ += '=';
  text_ += value;
  text_ += '\x01';
  return *this;
}

FieldText& FieldText::add(std::uint32_t tag, std::uint64_t value) {
  std::array<char, 24> buffer{};
  return add(tag, digits_of(value, buffer));
}

FieldText& FieldText::add(std::uint32_t tag, std::int64_t value) {
  std::array<char, 24> buffer{};
  return add(tag, digits_of(value, buffer));
}

std::string framed(std::string_view begin_string, std::string_view fields, std::string_view more) {
  FieldText message;
  constexpr std::size_t frame_bytes = 40;
  message.reserve(fields.size() + more.size() + frame_bytes);
  message.add(8, begin_string).add(9, std::uint64_t{fields.size() + more.size()});
  std::string text = message.take();
  text += fields;
  text += more;
  const unsigned sum = checksum_of(text);
  text += "10=";
  append_padded(text, sum, 3);
  text += '\x01';
  return text;
}

std::string utc_timestamp(std::int64_t at_ns) {
  const std::int64_t at_ms = at_ns / 1'000'000;
  constexpr std::int64_t day_ms = 86'400'000;
  const CivilDate day = civil_of(Date{static_cast<std::int32_t>(at_ms / day_ms)});
  const std::int64_t in_day_ms = at_ms % day_ms;
  std::string text;
  append_padded(text, day.year, 4);
  append_padded(text, day.month, 2);
  append_padded(text, day.day, 2);
  text += '-';
  append_padded(text, in_day_ms / 3'600'000, 2);
  text += ':';
  append_padded(text, in_day_ms / 60'000 % 60, 2);
  text += ':';
  append_padded(text, in_day_ms / 1'000 % 60, 2);
  text += '.';
  append_padded(text, in_day_ms % 1'000, 3);
  return text;
}

std::string utc_timestamp_now() { return utc_timestamp(utc_now_ns()); }

std::int64_t utc_now_ns() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

std::int64_t utc_now_s() { return utc_now_ns() / 1'000'000'000; }

std::optional<std::int64_t> utc_ns_of(std::string_view timestamp) {
  constexpr std::string_view form = "00000000-00:00:00.000000000";
  if (!is_one_of(timestamp.size(), {17, 21, 24, 27})) return std::nullopt;
  for (std::size_t at = 0; at < timestamp.size(); ++at) {
    const bool digit = timestamp[at] >= '0' && timestamp[at] <= '9';
    if (form[at] == '0' ? !digit : timestamp[at] != form[at]) return std::nullopt;
  }
  const auto part = [&](std::size_t begin, std::size_t digits) {
    return static_cast<std::int32_t>(*number_of(timestamp.substr(begin, digits)));
  };
  const CivilDate day{part(0, 4), part(4, 2), part(6, 2)};
  const std::int32_t hour = part(9, 2);
  const std::int32_t minute = part(12, 2);
  const std::int32_t second = part(15, 2);
  const Date date = date_of(day.year, day.month, day.day);
  const CivilDate real = civil_of(date);
  if (real.month != day.month || real.day != day.day) return std::nullopt;
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
  constexpr std::int32_t days_max = 106'750;  // either way: 64 bits of nanoseconds end a day later
  if (date.value < -days_max || date.value > days_max) return std::nullopt;
  std::int64_t fraction_ns = 0;
  if (timestamp.size() > 17) {
    fraction_ns = part(18, timestamp.size() - 18);
    for (std::size_t digits = timestamp.size() - 18; digits < 9; ++digits) fraction_ns *= 10;
  }
  constexpr std::int64_t second_ns = 1'000'000'000;
  const std::int64_t in_day_s = (hour * 60 + minute) * 60 + second;
  return (std::int64_t{date.value} * 86'400 + in_day_s) * second_ns + fraction_ns;
}

namespace {

// Whether the tag is one of the header's that come before 122: QuickFIX writes these by number.
bool comes_before_orig_sending_time(std::uint32_t tag) {
  return is_one_of(tag, {34, 43, 49, 50, 52, 56, 57, 97, 115, 116});
}

}  // namespace

std::string possible_duplicate(std::string_view message, std::string_view now) {
  FieldText fields;
  std::string_view begin_string;
  std::string_view first_sent;
  TagScan scan{message};
  while (const auto field = scan.next()) {
    if (field->tag == 8) begin_string = field->value;
    if (is_one_of(field->tag, {8, 9, 10})) continue;
    if (!first_sent.empty() && !comes_before_orig_sending_time(field->tag)) {
      fields.add(122, std::exchange(first_sent, {}));
    }
    if (field->tag == 52) first_sent = field->value;
    fields.add(field->tag, field->tag == 52 ? now : field->value);
    if (field->tag == 34) fields.add(43, 'Y');
  }
  if (!first_sent.empty()) fields.add(122, first_sent);
  return framed(begin_string, fields.text());
}

std::string gap_fill(const GapFill& gap, std::string_view now) {
  FieldText fields;
  fields.add(35, '4')
      .add(34, std::uint64_t{gap.begin})
      .add(43, 'Y')
      .add(49, gap.sender)
      .add(52, now)
      .add(56, gap.target)
      .add(122, now)
      .add(36, std::uint64_t{gap.next})
      .add(123, 'Y');
  return framed(gap.begin_string, fields.text());
}

}  // namespace emx::gateway

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace emx::gateway {

// Fields in wire form, `tag=value|` one after the other: the body of a message on its way to a
// FIX::Session, or a whole message for those few that must not go through one.
class FieldText {
 public:
  FieldText& add(std::uint32_t tag, std::string_view value);
  FieldText& add(std::uint32_t tag, std::uint64_t value);
  FieldText& add(std::uint32_t tag, std::int64_t value);
  FieldText& add(std::uint32_t tag, char value) { return add(tag, std::string_view{&value, 1}); }

  void reserve(std::size_t bytes) { text_.reserve(bytes); }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

// `8=...|9=...|` + `fields` (from 35 on) + `more` + `10=...|`.
[[nodiscard]] std::string framed(std::string_view begin_string, std::string_view fields,
                                 std::string_view more = {});

// "20260618-06:30:00.123": a FIX UTCTimestamp in milliseconds, which every FIX engine reads.
[[nodiscard]] std::string utc_timestamp(std::int64_t at_ns);
[[nodiscard]] std::string utc_timestamp_now();
[[nodiscard]] std::int64_t utc_now_ns();
[[nodiscard]] std::int64_t utc_now_s();
// A FIX UTCTimestamp in seconds, milli-, micro- or nanoseconds, as nanoseconds since 1970; nullopt
// for what is none, and for what 64 bits cannot say: they can the years 1678 to 2261. Of a leap
// second it makes the one after.
[[nodiscard]] std::optional<std::int64_t> utc_ns_of(std::string_view timestamp);

// The message as it is sent again on request: 43=Y, 122 the first 52, 52 now.
// Requires: `message` was framed by us (8, 9, 35, then the header in any order).
[[nodiscard]] std::string possible_duplicate(std::string_view message, std::string_view now);

// A SequenceReset-GapFill: `begin` and all up to `next` (exclusive) are not sent again.
struct GapFill {
  std::string_view begin_string;
  std::string_view sender;
  std::string_view target;
  std::uint32_t begin;
  std::uint32_t next;
};
[[nodiscard]] std::string gap_fill(const GapFill& gap, std::string_view now);

}  // namespace emx::gateway

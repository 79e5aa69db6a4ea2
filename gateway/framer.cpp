#include "gateway/framer.hpp"

#include <algorithm>
#include <cstring>

#include "engine/vocabulary/check.hpp"

namespace emx::gateway {

namespace {

constexpr char soh = '\x01';
constexpr std::string_view start = "8=FIX";
constexpr std::size_t begin_string_bytes_max = 12;  // "8=FIX.5.0SP2"
constexpr std::size_t body_length_digits_max = 14;  // most of them leading zeros
constexpr std::size_t trailer_bytes = 7;            // "10=123|"

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether `text` could still become one that starts with `prefix`.
bool may_start_with(std::string_view text, std::string_view prefix) {
  const std::string_view head = text.substr(0, prefix.size());
  return head == prefix.substr(0, head.size());
}

// Whether `text` is the trailer of `covered`. The sum comes last: it is the most work.
bool is_trailer(std::string_view text, std::string_view covered) {
  if (!text.starts_with("10=") || text[6] != soh) return false;
  if (!is_digit(text[3]) || !is_digit(text[4]) || !is_digit(text[5])) return false;
  const int said = (text[3] - '0') * 100 + (text[4] - '0') * 10 + (text[5] - '0');
  return said == static_cast<int>(checksum_of(covered));
}

}  // namespace

unsigned checksum_of(std::string_view bytes) {
  unsigned sum = 0;
  for (const char c : bytes) sum += static_cast<unsigned char>(c);
  return sum % 256;
}

std::span<char> Framer::room() {
  if (begin_ != 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  return {buffer_.get() + end_, buffer_bytes - end_};
}

void Framer::commit(std::size_t bytes) {
  check(bytes <= buffer_bytes - end_);
  end_ += bytes;
}

Framer::Measured Framer::measure(std::string_view unread) {
  constexpr Measured nothing{Found::nothing, 0};
  constexpr Measured garbled{Found::garbled, 0};
  if (!may_start_with(unread, start)) return garbled;
  const std::size_t begin_string_end = unread.substr(0, begin_string_bytes_max + 1).find(soh);
  if (begin_string_end == std::string_view::npos) {
    return unread.size() > begin_string_bytes_max ? garbled : nothing;
  }
  const std::string_view after = unread.substr(begin_string_end + 1);
  if (!may_start_with(after, "9=")) return garbled;
  std::size_t body_bytes = 0;
  std::size_t at = 2;
  for (; at < after.size() && after[at] != soh; ++at) {
    if (!is_digit(after[at]) || at == 2 + body_length_digits_max) return garbled;
    body_bytes = body_bytes * 10 + static_cast<std::size_t>(after[at] - '0');
    if (body_bytes > frame_bytes_max) return {Found::oversize, 0};
  }
  if (at >= after.size()) return nothing;
  if (at == 2) return garbled;
  const std::size_t body_begin = begin_string_end + 1 + at + 1;
  const std::size_t frame_bytes = body_begin + body_bytes + trailer_bytes;
  if (frame_bytes > frame_bytes_max) return {Found::oversize, 0};
  // MsgType comes third, always; seen early, a wrong start does not wait for its whole length.
  if (!may_start_with(unread.substr(body_begin), "35=")) return garbled;
  if (unread.size() < frame_bytes) return nothing;
  const std::string_view covered = unread.substr(0, body_begin + body_bytes);
  const std::string_view trailer = unread.substr(covered.size(), trailer_bytes);
  if (covered.back() == soh && is_trailer(trailer, covered)) return {Found::frame, frame_bytes};
  return measure_garbled(unread, covered.size() - 1);
}

// A message whose length or sum is wrong ends with the first trailer at or behind where it says
// that its body ends: if it says too much it takes the next message with it.
Framer::Measured Framer::measure_garbled(std::string_view unread, std::size_t body_last) {
  const std::string_view within = unread.substr(0, frame_bytes_max);
  const std::size_t from = std::max(body_last, trailer_from_);
  const std::size_t trailer = within.find(
      "\x01"
      "10=",
      from);
  const bool is_there = trailer != std::string_view::npos;
  const std::size_t end = is_there ? within.find(soh, trailer + 1) : trailer;
  if (end != std::string_view::npos) return {Found::garbled, end + 1};
  if (within.size() == frame_bytes_max) return {Found::garbled, within.size()};
  constexpr std::size_t start_bytes = 4;  // of a trailer, which may be cut by the end
  if (is_there) {
    trailer_from_ = trailer;
  } else if (within.size() >= start_bytes) {
    trailer_from_ = std::max(from, within.size() - start_bytes + 1);
  }
  return {Found::nothing, 0};
}

// Throws away the first byte and all up to where a message may start.
void Framer::skip_to_candidate() {
  const std::string_view rest = unread().substr(1);
  std::size_t skip = rest.find(start);
  if (skip == std::string_view::npos) {
    // The start may be cut by the end of what was read.
    skip = rest.size() - (rest.size() < start.size() ? rest.size() : start.size() - 1);
    while (skip < rest.size() && !may_start_with(rest.substr(skip), start)) ++skip;
  }
  begin_ += 1 + skip;
}

Framer::Next Framer::next() {
  if (begin_ == end_) return {Found::nothing, {}};
  const Measured measured = measure(unread());
  const std::string_view bytes = unread().substr(0, measured.bytes);
  if (measured.found != Found::nothing) trailer_from_ = 0;
  if (measured.found == Found::garbled && measured.bytes == 0) skip_to_candidate();
  begin_ += measured.bytes;
  return {measured.found, bytes};
}

}  // namespace emx::gateway

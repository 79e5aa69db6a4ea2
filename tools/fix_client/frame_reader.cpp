#include "tools/fix_client/frame_reader.hpp"

#include <algorithm>
#include <charconv>

#include "tools/fix_client/fields.hpp"

namespace emx::fix_client {

void FrameReader::add(std::string_view bytes) {
  if (begin_ > 0) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  buffer_ += bytes;
}

std::optional<std::string_view> FrameReader::next() {
  static constexpr std::size_t trailer_bytes = 7;  // 10=nnn|
  const std::string_view unread = std::string_view{buffer_}.substr(begin_);
  if (broken_ || unread.empty()) return std::nullopt;

  const auto refuse = [this] {
    broken_ = true;
    return std::nullopt;
  };
  const std::size_t compared = std::min(unread.size(), head_.size());
  if (unread.substr(0, compared) != std::string_view{head_}.substr(0, compared)) return refuse();
  const std::size_t length_end = unread.find('\x01', compared);
  if (length_end == std::string_view::npos) {
    return unread.size() > head_.size() + 8 ? refuse() : std::nullopt;
  }
  std::size_t body_bytes = 0;
  const char* const last = unread.data() + length_end;
  const auto [end, error] = std::from_chars(unread.data() + head_.size(), last, body_bytes);
  if (error != std::errc{} || end != last || body_bytes > frame_bytes_max) return refuse();

  const std::size_t sum_at = length_end + 1 + body_bytes;
  if (unread.size() < sum_at + trailer_bytes) return std::nullopt;
  unsigned sum = 0;
  const char* const digits = unread.data() + sum_at + 3;
  const auto [sum_end, sum_error] = std::from_chars(digits, digits + 3, sum);
  if (unread.substr(sum_at, 3) != "10=" || sum_error != std::errc{} || sum_end != digits + 3 ||
      *sum_end != '\x01' || sum != checksum_of(unread.substr(0, sum_at))) {
    return refuse();
  }
  begin_ += sum_at + trailer_bytes;
  return unread.substr(0, sum_at + trailer_bytes);
}

}  // namespace emx::fix_client

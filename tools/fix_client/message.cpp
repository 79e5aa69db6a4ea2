#include "tools/fix_client/message.hpp"

#include <algorithm>
#include <charconv>

namespace emx::fix_client {

void Message::assign(std::string_view frame) {
  frame_.assign(frame);
  fields_.clear();
  std::size_t at = 0;
  while (at < frame_.size()) {
    const std::size_t end = std::min(frame_.find('\x01', at), frame_.size());
    const std::size_t equals = std::min(frame_.find('=', at), end);
    std::uint32_t tag = 0;
    std::from_chars(frame_.data() + at, frame_.data() + equals, tag);
    const std::size_t value = std::min(equals + 1, end);
    fields_.push_back(
        {tag, static_cast<std::uint32_t>(value), static_cast<std::uint32_t>(end - value)});
    at = end + 1;
  }
}

std::optional<std::string_view> Message::find(std::uint32_t tag) const {
  for (const Field& field : fields_) {
    if (field.tag == tag) return std::string_view{frame_}.substr(field.begin, field.size);
  }
  return std::nullopt;
}

std::optional<std::int64_t> Message::number(std::uint32_t tag) const {
  const std::string_view digits = text(tag);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::uint32_t Message::seq_num() const {
  const std::int64_t value = number(34).value_or(0);
  return value > 0 && value <= INT32_MAX ? static_cast<std::uint32_t>(value) : 0;
}

std::string Message::readable() const {
  std::string text = frame_;
  std::replace(text.begin(), text.end(), '\x01', '|');
  return text;
}

}  // namespace emx::fix_client

#include "tests/fuzz/fix_input.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>

#include "gateway/raw_message.hpp"

namespace emx::fuzz {
namespace {

constexpr std::string_view text_mark = "text\n";
constexpr std::size_t repeated_bytes_max = 70'000;
constexpr std::size_t stream_bytes_max = std::size_t{256} * 1024;

// "<500:58=x|>" at the start of a text.
struct Repeated {
  std::size_t spelled_bytes = 0;  // 0: something else stands there
  std::size_t times = 0;
  std::string_view what;
};
Repeated repeated_at(std::string_view text) {
  if (!text.starts_with('<')) return {};
  const std::string_view spelled = text.substr(0, text.find('>'));
  const char* const end = spelled.data() + spelled.size();
  std::size_t times = 0;
  const auto [after, error] = std::from_chars(spelled.data() + 1, end, times);
  if (spelled.size() == text.size() || error != std::errc{} || *after != ':') return {};
  const std::string_view what{after + 1, end};
  if (times > repeated_bytes_max || times * what.size() > repeated_bytes_max) return {};
  return {spelled.size() + 1, times, what};
}

std::string spelled_out(std::string_view line) {
  std::string bytes;
  while (!line.empty() && bytes.size() < stream_bytes_max) {
    const Repeated repeated = repeated_at(line);
    for (std::size_t i = 0; i < repeated.times; ++i) bytes += repeated.what;
    if (repeated.spelled_bytes == 0) bytes += line[0];
    line.remove_prefix(std::max(repeated.spelled_bytes, std::size_t{1}));
  }
  std::ranges::replace(bytes, '|', '\x01');
  return bytes;
}

std::string piece_of(std::string_view line) {
  std::string bytes = spelled_out(line);
  const std::size_t begin_string_end = bytes.find('\x01');
  if (!bytes.starts_with("8=") || begin_string_end == bytes.npos) return bytes;
  const std::string_view fields = std::string_view{bytes}.substr(begin_string_end + 1);
  if (!fields.starts_with("35=")) return bytes;
  return gateway::framed(bytes.substr(2, begin_string_end - 2), fields);
}

}  // namespace

std::string stream_of(std::string_view input) {
  if (!input.starts_with(text_mark)) return std::string{input};
  input.remove_prefix(text_mark.size());
  std::string stream;
  while (!input.empty() && stream.size() < stream_bytes_max) {
    const std::string_view line = input.substr(0, input.find('\n'));
    stream += piece_of(line);
    input.remove_prefix(std::min(line.size() + 1, input.size()));
  }
  return stream;
}

}  // namespace emx::fuzz

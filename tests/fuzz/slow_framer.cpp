#include "tests/fuzz/slow_framer.hpp"

#include <algorithm>
#include <cstddef>

#include "gateway/framer.hpp"
#include "tests/fuzz/fix_rule.hpp"
#include "tests/fuzz/reached.hpp"

namespace emx::fuzz {
namespace {

using gateway::frame_bytes_max;

constexpr std::size_t version_chars_max = 7;  // of "8=FIX.5.0SP2", behind FIX
constexpr std::size_t length_digits_max = 14;
constexpr std::size_t trailer_bytes = 7;

enum class Match { no, cut, yes };  // cut: the text ends before it differs

// Whether the text begins with the pattern, in which `?` is any byte but SOH.
Match match(std::string_view text, std::string_view pattern) {
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (at == text.size()) return Match::cut;
    const bool fits = pattern[at] == '?' ? text[at] != '\x01' : text[at] == pattern[at];
    if (!fits) return Match::no;
  }
  return Match::yes;
}

// How a message begins: `8=FIX...|9=...|35=`.
struct Start {
  Match match = Match::no;
  bool is_oversize = false;
  std::size_t body_begin = 0;
  std::size_t body_bytes = 0;
};

Start start_behind_begin_string(std::string_view text, std::size_t length_begin) {
  const std::string_view rest = text.substr(length_begin);
  const std::size_t digits =
      std::min(rest.find_first_not_of("0123456789"), std::min(rest.size(), length_digits_max));
  Start start;
  start.body_bytes = digits == 0 ? 0 : std::stoull(std::string{rest.substr(0, digits)});
  start.body_begin = length_begin + digits + 1;
  start.match = match(rest.substr(digits), "\x01");
  if (digits == 0 && start.match == Match::yes) start.match = Match::no;
  const std::size_t sure_bytes = start.match == Match::yes ? start.body_begin + trailer_bytes : 0;
  start.is_oversize = sure_bytes + start.body_bytes > frame_bytes_max;
  if (start.match == Match::yes) start.match = match(text.substr(start.body_begin), "35=");
  return start;
}

// Tries each length that a BeginString may have.
Start start_of(std::string_view text) {
  Start start;
  for (std::size_t chars = 0; chars <= version_chars_max; ++chars) {
    const std::string pattern = "8=FIX" + std::string(chars, '?') + "\x01" + "9=";
    const Match matched = match(text, pattern);
    if (matched == Match::yes) return start_behind_begin_string(text, pattern.size());
    if (matched == Match::cut) start.match = Match::cut;
  }
  return start;
}

// Length of a message whose length or sum is wrong; 0: its end has not come yet.
std::size_t garbled_bytes(std::string_view text, std::size_t body_end) {
  const std::string_view within = text.substr(0, frame_bytes_max);
  const std::size_t trailer = within.find(
      "\x01"
      "10=",
      body_end - 1);
  const std::size_t end = trailer == within.npos ? within.npos : within.find('\x01', trailer + 1);
  if (end != within.npos) return end + 1;
  if (within.size() < frame_bytes_max) return 0;
  reached("no trailer within the bound");
  return within.size();
}

}  // namespace

Parts cut_slowly(std::string_view stream) {
  Parts cut;
  while (!stream.empty()) {
    const Start start = stream[0] == '8' ? start_of(stream) : Start{};
    if (start.is_oversize) {
      reached("oversize");
      cut.is_lost = true;
      break;
    }
    if (start.match == Match::no) {
      cut.add_garbage();
      stream.remove_prefix(1);
      continue;
    }
    const std::size_t body_end = start.body_begin + start.body_bytes;
    if (start.match == Match::cut || stream.size() < body_end + trailer_bytes) {
      reached("cut by the end");
      break;
    }
    const std::string_view frame = stream.substr(0, body_end + trailer_bytes);
    if (is_message(frame)) {
      reached(cut.parts.empty() || !cut.parts.back().empty() ? "message" : "message after garbage");
      if (frame.size() == frame_bytes_max) reached("largest message");
      cut.parts.emplace_back(frame);
      stream.remove_prefix(frame.size());
      continue;
    }
    const std::size_t garbled = garbled_bytes(stream, body_end);
    if (garbled == 0) break;
    reached("wrong length or sum");
    cut.add_garbage();
    stream.remove_prefix(garbled);
  }
  return cut;
}

}  // namespace emx::fuzz

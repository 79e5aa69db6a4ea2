#include "tools/load/mix.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace emx::load {

namespace {

std::string not_a_share(std::string_view text) {
  return "\"" + std::string{text} +
         "\" is no share: write new, cancel, replace or crossing, = and a whole percentage from 0 "
         "to 100, each once, such as new=50,cancel=40,crossing=10";
}

}  // namespace

unsigned& Mix::share(Kind kind) {
  switch (kind) {
    case Kind::cancel:
      return cancel;
    case Kind::replace:
      return replace;
    case Kind::crossing:
      return crossing;
    default:
      return passive;
  }
}

std::string read_mix(std::string_view text, Mix& mix) {
  mix = {.passive = 0, .cancel = 0, .replace = 0, .crossing = 0};
  std::array<bool, all_kinds.size()> named{};
  unsigned together = 0;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string_view part = text.substr(at, end - at);
    at = end + 1;
    const std::size_t equals = std::min(part.find('='), part.size());
    const auto* const kind = std::find_if(all_kinds.begin(), all_kinds.end(), [&](Kind each) {
      return name_of(each) == part.substr(0, equals);
    });
    const std::string_view digits = part.substr(std::min(equals + 1, part.size()));
    unsigned share = 0;
    const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), share);
    if (kind == all_kinds.end() || error != std::errc{} || rest != digits.data() + digits.size() ||
        share > 100 || named[index_of(*kind)]) {
      return not_a_share(part);
    }
    named[index_of(*kind)] = true;
    mix.share(*kind) = share;
    together += share;
  }
  if (together == 100) return {};
  return "the shares of " + std::string{text} + " make " + std::to_string(together) +
         "; change them so that they make 100, such as new=50,cancel=40,crossing=10";
}

std::string text_of(const Mix& mix) {
  std::string text;
  for (const Kind kind : all_kinds) {
    if (mix.share(kind) == 0) continue;
    text += (text.empty() ? "" : ",") + std::string{name_of(kind)} + "=" +
            std::to_string(mix.share(kind));
  }
  return text;
}

}  // namespace emx::load

#pragma once

#include <string>
#include <string_view>

#include "tools/load/kind.hpp"

namespace emx::load {

// Shares of the requests, in percent; together 100. A book keeps its depth when what comes to rest
// is what is cancelled or met.
struct Mix {
  unsigned passive = 50;
  unsigned cancel = 40;
  unsigned replace = 0;
  unsigned crossing = 10;

  [[nodiscard]] unsigned& share(Kind kind);
  [[nodiscard]] unsigned share(Kind kind) const { return Mix{*this}.share(kind); }
};

// "new=50,cancel=40,crossing=10": what is not named has no share. Returns what is wrong and what to
// do about it; empty: nothing.
[[nodiscard]] std::string read_mix(std::string_view text, Mix& mix);

// As read_mix() reads it.
[[nodiscard]] std::string text_of(const Mix& mix);

}  // namespace emx::load

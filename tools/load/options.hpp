#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/vocabulary/units.hpp"
#include "tools/load/mix.hpp"
#include "tools/load/plan.hpp"

namespace emx::load {

struct Options {
  std::uint16_t port = 0;
  std::vector<std::string> comp_ids;  // one session each
  std::string password;
  std::string account_suffix = "-1";  // after the CompID, FIX 1
  std::string target = "EMX";
  std::string symbol = "SHEA25";
  Fen middle{7'000};  // the resting bids stay below it, the asks above
  Fen tick{1};
  std::int64_t width_ticks = 100;  // how far from the middle
  Plan plan;
  Mix mix;
  std::size_t depth = 100;  // orders of a session that rest before it cancels any
  std::uint64_t seed = 1;
  std::chrono::seconds patience{30};  // without any answer: what is unanswered is lost
  bool shows_progress = false;
};

}  // namespace emx::load

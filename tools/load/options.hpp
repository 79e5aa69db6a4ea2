#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/vocabulary/units.hpp"
#include "tools/fix_client/tls.hpp"
#include "tools/fix_client/version.hpp"
#include "tools/load/mix.hpp"
#include "tools/load/plan.hpp"

namespace emx::load {

struct Options {
  std::uint16_t port = 0;
  std::vector<std::string> comp_ids;  // one session each
  std::string password;
  std::string account_suffix = "-1";  // after the CompID, FIX 1
  std::string target = "EMX";
  fix_client::Version version = fix_client::Version::fix50;
  std::optional<fix_client::TlsFiles> tls{};  // none: TCP alone
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

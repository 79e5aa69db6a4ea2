#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

namespace emx::model {

inline constexpr int commands_per_seed = 500;

// So many at most until every outcome of Coverage::wanted() is met.
inline constexpr std::uint64_t coverage_seeds = 4'000;

struct Seeds {
  std::uint64_t first;
  std::uint64_t count;
};

// EMX_MODEL_FIRST_SEED and EMX_MODEL_SEEDS say otherwise: fresh seeds, or the one that failed.
inline Seeds seeds_of_this_run(std::uint64_t default_count) {
  const auto from_environment = [](const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::stoull(text);
  };
  return {from_environment("EMX_MODEL_FIRST_SEED", 1),
          from_environment("EMX_MODEL_SEEDS", default_count)};
}

// Unoptimised and sanitised builds are about ten times slower.
#ifdef NDEBUG
inline constexpr std::uint64_t compared_seeds = 1'500;
inline constexpr std::uint64_t audited_seeds = 400;
#else
inline constexpr std::uint64_t compared_seeds = 150;
inline constexpr std::uint64_t audited_seeds = 100;
#endif

}  // namespace emx::model

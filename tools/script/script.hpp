#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tools/market/command_list.hpp"
#include "tools/market/fault.hpp"

namespace emx::script {

// One statement, ready to be applied.
struct Step {
  std::uint32_t line = 0;
  std::string text;                // the line as it stands in the file, without its comment
  market::CommandList command;     // one
  std::int64_t not_before_ns = 0;  // UTC since 1970; the clock goes there if it is behind

  // A new order: the name that later statements know it by, or empty. Cancel and replace: the
  // order's name; its id is known only once the exchange gave it (Player).
  std::string order;
};

struct Script {
  std::vector<Step> steps;  // empty when there are faults
  market::Faults faults;
};

// Reads a script (README.md has the language). `market`: the commands that will have been applied
// before it, for the names it uses. `file` is what faults call it.
[[nodiscard]] Script parse_script(std::string_view text, const std::string& file,
                                  const market::CommandList& market);
[[nodiscard]] Script read_script(const std::filesystem::path& file,
                                 const market::CommandList& market);

}  // namespace emx::script

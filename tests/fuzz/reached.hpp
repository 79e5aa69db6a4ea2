#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace emx::fuzz {

// What the inputs of a run brought about, by name. A corpus loses its way silently when what it
// was written for changes; with --must-reach among its arguments the program fails at its end, and
// says which of the wanted names no input came to.

// Call it from LLVMFuzzerInitialize, with its arguments.
void must_reach(const std::vector<std::string>& arguments, std::vector<std::string> wanted);

void reached(std::string_view name);

}  // namespace emx::fuzz

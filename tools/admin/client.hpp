#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace emx::admin {

// Sends one request line to a running emxd and waits for its answer. Throws std::runtime_error,
// with words for a person, when there is none within the time.
[[nodiscard]] std::string ask(const std::filesystem::path& socket, const std::string& line,
                              std::chrono::milliseconds timeout);

}  // namespace emx::admin

#pragma once

#include <spdlog/logger.h>

#include <filesystem>
#include <memory>
#include <string>

namespace emx::daemon {

// The daemon's log: one JSON object a line ({"time","level","message"}), written by a thread of
// its own; a caller never waits for the disk, and where lines come faster than they can be written
// the oldest are lost. `file` empty: standard error. Throws spdlog::spdlog_ex when the file cannot
// be opened.
[[nodiscard]] std::shared_ptr<spdlog::logger> make_log(const std::string& level,
                                                       const std::filesystem::path& file);

// Writes what is queued and ends the thread. The log is of no more use.
void end_log();

}  // namespace emx::daemon

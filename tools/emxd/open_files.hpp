#pragma once

#include <cstdint>

namespace emx::daemon {

// What emxd has open at most: 512 connections of FIX, 96 of admin and metrics, and with room to
// spare its ledger, its log and what its children are heard by.
inline constexpr std::uint64_t open_files_max = 768;
// And with market data: 512 connections of its readers.
inline constexpr std::uint64_t open_files_of_market_data_max = 512;

// Raises the process's limit (RLIMIT_NOFILE) to so many where it is lower. Throws
// std::runtime_error, in words for a person, when it may not: whoever opens connections would else
// take from emxd what it needs to go on.
void allow_open_files(std::uint64_t count);

}  // namespace emx::daemon

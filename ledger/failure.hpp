#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "ledger/status.hpp"

// How the ledger's own files word a failure. Not part of what others call.

namespace emx::ledger {

// `what` happened and why, as a sentence without its full stop; what to do next is added.
Result failure(Status status, std::string_view what);

// For an errno, or for one of LMDB's own (negative) codes: "cannot <doing> <path>: <its words>".
Result failure_of(int error, std::string_view doing, const std::filesystem::path& path);

}  // namespace emx::ledger

#pragma once

#include <cstdint>
#include <filesystem>

namespace emx::ledger {

// The process that has a ledger open for writing, on this machine; 0: none, or it cannot be told.
// Takes no lock, not even for a moment: a writer that starts just then would be turned away.
[[nodiscard]] std::uint32_t writer_at_work(const std::filesystem::path& data_dir);

}  // namespace emx::ledger

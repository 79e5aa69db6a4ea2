#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "ledger/index_file.hpp"
#include "tests/audit/played.hpp"
#include "tests/ledger/support.hpp"
#include "tools/index/index_writer.hpp"

// What the index's tests share.

namespace emx::index::testing {

// In memory, where that can be: what is flushed here is not what the tests are about.
class TempFolder : public ledger::testing::TempFolder {
 public:
  TempFolder() : ledger::testing::TempFolder{ledger::testing::memory_folder()} {}
};

// Two days with orders that are refused, replaced, filled, cancelled by hand and at the close, a
// block, and another that waits for its session; a transfer, and acts on accounts.
extern const char* const two_days;

// Opens a ledger for reading. Throws when it cannot.
[[nodiscard]] std::unique_ptr<ledger::LedgerStore> open_ledger(
    const std::filesystem::path& data_dir);

// Indexes the ledger up to an entry (0: all) and closes the index, or leaves it as kill -9 would.
// Commits every so many entries. Returns what was thrown away, and why.
enum class End { closed, killed };
struct UpTo {
  std::uint64_t entry = 0;
  End end = End::closed;
  std::uint64_t commit_every = 100;
};
std::string index_up_to(const std::filesystem::path& data_dir, const UpTo& up_to = {});

// All links of a closed index, in order. Throws when it cannot be read.
[[nodiscard]] std::vector<ledger::IndexLink> links_of(const std::filesystem::path& data_dir);

// The bytes of the positions of all provinces at the ends of both days. Throws as well.
[[nodiscard]] std::vector<std::vector<std::byte>> positions_of(
    const std::filesystem::path& data_dir);

// A copy of a data directory, file by file.
void copy_files(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace emx::index::testing

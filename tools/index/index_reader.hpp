#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "ledger/index_file.hpp"
#include "ledger/status.hpp"
#include "ledger/store.hpp"
#include "tools/index/format.hpp"
#include "tools/index/position.hpp"

namespace emx::index {

// Entries of a ledger, both included.
struct Range {
  std::uint64_t first = 1;
  std::uint64_t last = 0;  // less than the first: none
};

// What DATA_DIR/index knows, also while it is written: up to the entry that it had reached when it
// was opened. Answers are right, or `corrupt` (ledger/index_file.hpp). Not thread-safe.
class IndexReader {
 public:
  // Opens the index, and then the ledger, which must have what the index is of: `corrupt` when it
  // has not. `store`: not open; opened for reading without a probe, so do this in a child process.
  ledger::Result open(const std::filesystem::path& data_dir, ledger::LedgerStore& store);

  // The last entry that is in it; 0: none.
  [[nodiscard]] std::uint64_t indexed() const { return state_.sequence; }
  [[nodiscard]] const ledger::IndexFile& file() const { return file_; }

  // In order; only those within the range.
  ledger::Result entries_of(Kind kind, std::uint64_t number, const Range& within,
                            std::vector<std::uint64_t>& out) const;
  // The first of all; 0: there is none.
  ledger::Result first_entry_of(Kind kind, std::uint64_t number, std::uint64_t& out) const;

  // The entries of the trade dates from one to another; nothing: none of these was one.
  ledger::Result days(Date from, Date to, std::optional<Range>& out) const;

  // At the end of a trade date, or of what is indexed of it; nothing: it was none.
  ledger::Result position(Date date, Province province, std::optional<DaysPosition>& out) const;

 private:
  ledger::IndexFile file_;
  ledger::IndexState state_;
};

}  // namespace emx::index

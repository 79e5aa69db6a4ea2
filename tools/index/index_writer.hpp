#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "ledger/entry.hpp"
#include "ledger/hash.hpp"
#include "ledger/index_file.hpp"
#include "ledger/status.hpp"
#include "ledger/store.hpp"
#include "tools/audit/moment.hpp"
#include "tools/audit/open_tickets.hpp"
#include "tools/audit/province_count.hpp"
#include "tools/index/touched.hpp"
#include "tools/market/names.hpp"

namespace emx::index {

// Makes DATA_DIR/index from a ledger's entries, in order. What it must know of earlier ones (whose
// open orders, what provinces used) it keeps in memory, and at the end, and after each million of
// entries, in the index as well: so at a start it wants only those that came after. What of these
// is in the index already is not written again.
//
// What is there and is of another ledger, another history of it, another format, or goes further
// than the ledger, is thrown away and begun anew; discarded() then has the reason. The ledger is
// never blamed, and only read. Not thread-safe.
class IndexWriter {
 public:
  enum class Start : std::uint8_t { go_on, anew };

  IndexWriter() = default;
  IndexWriter(const IndexWriter&) = delete;
  IndexWriter& operator=(const IndexWriter&) = delete;

  // `store`: the ledger, open, with one entry at least. `corrupt`: the index is.
  ledger::Result open(const std::filesystem::path& data_dir, const ledger::LedgerStore& store,
                      Start start);
  [[nodiscard]] const std::string& discarded() const { return discarded_; }

  // Requires: the entry after the one that was taken last (taken()).
  void take(const ledger::StoredEntry& entry);

  // Whether there is as much to be written as one commit takes: then commit before the next.
  [[nodiscard]] bool is_full() const;
  [[nodiscard]] bool has_news() const { return taken_.sequence > state_.sequence; }

  // Writes what was taken. It is then found by readers, but not flushed.
  ledger::Result commit();

  // Flushes, and marks the index so. What was not committed is not in it.
  ledger::Result close();

  // The last entry that is in the index, and the last that was taken.
  [[nodiscard]] std::uint64_t indexed() const { return state_.sequence; }
  [[nodiscard]] std::uint64_t taken() const { return taken_.sequence; }

 private:
  ledger::Result judge(const ledger::LedgerStore& store, std::string& fault);
  ledger::Result resume(const ledger::LedgerStore& store, std::string& fault);
  ledger::Result read_names(const ledger::LedgerStore& store, std::uint64_t last);
  void keep_positions();
  [[nodiscard]] ledger::IndexValue resume_value() const;

  ledger::IndexFile file_;
  ledger::IndexState state_;
  std::string discarded_;
  ledger::LeafHasher leaf_hash_;
  audit::AsOf taken_;
  std::uint64_t resumes_at_ = 0;  // what is in the index of that
  std::vector<std::byte> last_;   // bytes of the last entry that was taken
  std::int32_t date_ = 0;         // trade date; 0: none yet
  market::Names names_;
  audit::ProvinceCount provinces_;
  audit::OpenTickets tickets_;
  Touched touched_;
  std::vector<ledger::IndexLink> links_;                       // to be written
  std::map<std::uint64_t, std::vector<std::byte>> positions_;  // to be written, by number
};

}  // namespace emx::index

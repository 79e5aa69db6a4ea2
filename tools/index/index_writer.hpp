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
#include "tools/audit/open_tickets.hpp"
#include "tools/audit/province_count.hpp"
#include "tools/index/touched.hpp"
#include "tools/market/names.hpp"

namespace emx::index {

// Makes DATA_DIR/index from a ledger's entries. It is given all of them from the first at each
// start, for what it must know of earlier ones (names, whose open orders, what provinces used) is
// kept in memory only; those that are in the index already are not written again.
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

  // Requires: the next entry, from the first.
  void take(const ledger::StoredEntry& entry);

  // Whether there is as much to be written as one commit takes: then commit before the next.
  [[nodiscard]] bool is_full() const;
  [[nodiscard]] bool has_news() const { return taken_ > state_.sequence; }

  // Writes what was taken. It is then found by readers, but not flushed.
  ledger::Result commit();

  // Flushes, and marks the index so. What was not committed is not in it.
  ledger::Result close() { return file_.close(); }

  // The last entry that is in the index, that was in it at the opening, and that was taken.
  [[nodiscard]] std::uint64_t indexed() const { return state_.sequence; }
  [[nodiscard]] std::uint64_t taken() const { return taken_; }

 private:
  ledger::Result judge(const ledger::LedgerStore& store, std::string& fault);
  void keep_positions();

  ledger::IndexFile file_;
  ledger::IndexState state_;
  std::string discarded_;
  ledger::LeafHasher leaf_hash_;
  std::uint64_t taken_ = 0;
  std::int64_t taken_at_ns_ = 0;
  std::vector<std::byte> last_;  // bytes of the last entry that was taken
  std::int32_t date_ = 0;        // trade date; 0: none yet
  market::Names names_;
  audit::ProvinceCount provinces_;
  audit::OpenTickets tickets_;
  Touched touched_;
  std::vector<ledger::IndexLink> links_;                       // to be written
  std::map<std::uint64_t, std::vector<std::byte>> positions_;  // to be written, by number
};

}  // namespace emx::index

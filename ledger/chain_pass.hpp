#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "ledger/entry_slice.hpp"
#include "ledger/hash.hpp"
#include "ledger/log_file.hpp"
#include "ledger/meta.hpp"
#include "ledger/status.hpp"

namespace emx::ledger {

// The half of an audit (verify.hpp) that reads: each entry's bytes, its link to the entry before,
// its time, and the ends. What is in the entries is for who gets them. Not thread-safe, and may run
// in another thread than that.
class ChainPass {
 public:
  // What is wrong; `sequence` 0: with the ledger, and no entry of it.
  struct Fault {
    std::uint64_t sequence = 0;
    std::string reason;
  };

  // The entry before the first that is read.
  struct Before {
    std::uint64_t sequence = 0;
    Hash hash{};
    std::int64_t at_ns = 0;
  };

  // From the entry after `before` on. Without it, from the entry `first` on, which is taken at its
  // word about the entry before it unless it is entry 1.
  ChainPass(const LogFile& file, const MetaRecord& meta, std::uint64_t last_key,
            std::uint64_t first);
  ChainPass(const LogFile& file, const MetaRecord& meta, std::uint64_t last_key,
            const Before& before);

  // Adds the next entries to the slice, each of which has no fault of its own, and is linked to
  // the one before it, or says that it is not. Reads in bounded read transactions (LogFile::visit),
  // and waits for nobody in them. False: it is through, or found a fault behind them.
  bool read(EntrySlice& slice);

  // Of the whole pass, once it is through; nothing: none. Requires: read_result() is ok.
  [[nodiscard]] std::optional<Fault> fault() const;
  // Not ok: the log could not be read on.
  [[nodiscard]] const Result& read_result() const { return read_result_; }
  // The last sequence that the log, or its meta record, has.
  [[nodiscard]] std::uint64_t last() const { return end_; }

 private:
  bool take(std::uint64_t key, std::span<const std::byte> bytes, EntrySlice& slice);
  bool blame(std::uint64_t sequence, std::string reason);
  bool blame_suspect(std::uint64_t sequence);
  [[nodiscard]] Fault fault_of_suspect(std::uint64_t sequence) const;

  const LogFile& file_;
  const MetaRecord meta_;
  const std::uint64_t last_key_;
  const std::uint64_t end_;
  LeafHasher leaf_hash_;
  Hash hash_{};  // of the entry before `next_`
  Hash hash_at_size_{};
  std::int64_t at_ns_ = 0;
  std::uint64_t next_;
  std::uint64_t position_;  // the key to be read next
  bool from_middle_;
  std::optional<std::uint64_t> suspect_;  // the link after this entry is broken
  std::optional<Fault> fault_;
  Result read_result_;
};

}  // namespace emx::ledger

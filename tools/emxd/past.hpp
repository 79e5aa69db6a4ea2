#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/vocabulary/entry_view.hpp"
#include "gateway/history.hpp"
#include "tools/emxd/block_times.hpp"

namespace emx::daemon {

// Whether who follows the entries is to see this one again at each start: all that set something or
// that a person sent, and a book's interruption. Not: what became of orders and blocks, of which
// Past has the sum.
[[nodiscard]] bool is_lasting(const EntryView& entry);

// What a start must know of the entries up to one, beside the exchange, to go on behind it without
// reading them all: the gateway's history, when open blocks are over, and which entries to read
// again for everybody else. It follows from the entries and the sessions' records, and from no
// configuration. Not thread-safe.
class Past {
 public:
  // Of no entry yet.
  Past();

  // --- Making it: the sessions, then the entries in order. ---
  // See gateway::History.
  void keep_reports_for(const std::vector<gateway::NamedRecord>& records) {
    history_.keep_reports_for(records);
  }
  void on_entry(const EntryView& entry);
  void forget_reports() { history_.forget_reports(); }

  // --- As bytes: equal pasts give equal bytes. Of this build's gateway and daemon only. ---
  void save(std::vector<std::byte>& bytes) const;
  // nullptr, and what is wrong.
  [[nodiscard]] static std::unique_ptr<Past> load(std::span<const std::byte> bytes,
                                                  std::string& fault);

  [[nodiscard]] std::uint64_t entry() const { return history_.entry(); }  // the last one; 0: none
  [[nodiscard]] gateway::History& history() { return history_; }
  [[nodiscard]] const gateway::History& history() const { return history_; }
  [[nodiscard]] const BlockTimes& block_times() const { return block_times_; }
  [[nodiscard]] const std::vector<std::uint64_t>& lasting() const { return lasting_; }

 private:
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive);

  gateway::History history_;
  BlockTimes block_times_;
  std::vector<std::uint64_t> lasting_;  // sequences, growing
};

}  // namespace emx::daemon

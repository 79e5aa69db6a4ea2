#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/exchange.hpp"
#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/event_batch.hpp"

namespace emx::whatif {

// The course a ledger would have taken: its commands on an exchange of its own, and at a point of
// our choice other rules. A later command of a ledger that sets a row we have set is left out.
//
// An order has another id in another course. A cancel or replace goes to the order that its firm
// called by the ClOrdID it names; without one to the order of the ledger's id. What the ledger
// refused and this course takes is found so too. A block has another number; an answer to it goes
// to what its submission became here. Not thread-safe.
class OtherCourse {
 public:
  // Called for each entry this course would have.
  using Watcher = std::function<void(const EntryView&)>;

  explicit OtherCourse(Watcher watcher) : watcher_{std::move(watcher)} {}

  // The command of the ledger's next entry, then Continue for as long as there is more to do; the
  // ledger's own Continues are passed over. Requires: the first is a genesis that may_start().
  enum class Outcome : std::uint8_t { applied, left_out, is_continue };
  Outcome take(const EntryView& entry);

  // A rule of ours, at this time. Not none: the exchange refused it.
  [[nodiscard]] Code set(std::span<const std::byte> command, std::int64_t at_ns);

  // What the ledger's last entry that was no Continue gave, with its Continues, and what this
  // course gave for it, are the same bytes. To be asked when the next entry is none.
  [[nodiscard]] bool agrees() const { return here_ == there_; }

 private:
  using Bytes = std::span<const std::byte>;

  void apply(std::int64_t at_ns, Bytes command);
  [[nodiscard]] std::vector<std::byte> translated(Bytes command) const;
  [[nodiscard]] RuleRecordCommand with_rule(RuleRecordCommand record) const;
  [[nodiscard]] std::uint64_t id_here(const CommandHeader& header, const std::string& cl_ord_id,
                                      std::uint64_t id_there) const;
  void note_ids(const EntryView& entry);
  // The entry that closed a document of rules there: its number here.
  [[nodiscard]] std::uint64_t document_here(std::uint64_t there) const;
  void name_documents(std::span<const std::byte> command);

  Watcher watcher_;
  std::unique_ptr<engine::Exchange> exchange_;
  EventBatch events_;
  std::uint64_t sequence_ = 0;
  std::uint64_t entered_ = 0;  // id that the last command entered; 0: none
  std::uint64_t alleged_ = 0;  // number of the block that it submitted; 0: none
  std::map<std::string, std::vector<std::byte>> set_rows_;        // the commands by their rows
  std::unordered_map<std::string, std::uint64_t> by_name_;        // firm/ClOrdID: id here
  std::unordered_map<std::uint64_t, std::uint64_t> by_id_;        // id there: id here
  std::unordered_map<std::uint64_t, std::uint64_t> by_block_no_;  // likewise; 0: refused here
  // Entries that closed documents of rules, by their numbers there.
  std::unordered_map<std::uint64_t, std::uint64_t> documents_;
  std::vector<std::byte> here_;  // events since the last command that was no Continue
  std::vector<std::byte> there_;
};

}  // namespace emx::whatif

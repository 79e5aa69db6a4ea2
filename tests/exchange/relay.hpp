#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/exchange.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/event_batch.hpp"

namespace emx::engine::testing {

// Entries as a ledger has them, and what their commands are played on.
struct Recorded {
  struct Entry {
    Stamp stamp;
    std::vector<std::byte> command;
    std::vector<std::byte> events;
  };

  GenesisCommand genesis{};
  std::vector<Entry> entries;

  void add(const EntryView& entry) {
    entries.push_back({entry.stamp,
                       {entry.command.begin(), entry.command.end()},
                       {entry.events.begin(), entry.events.end()}});
  }
};

// Plays a stream on two exchanges: one from the first entry to the last, and one that is saved,
// thrown away and loaded again after every `every`-th entry. All that a save or a load forgets
// is missing from then on, in the state and in every answer.
class Relay {
 public:
  explicit Relay(const Recorded& recorded, std::uint64_t every = 1)
      : recorded_{recorded},
        every_{every},
        whole_{recorded.genesis},
        handed_on_{std::make_unique<Exchange>(recorded.genesis)} {}

  // Empty: to the end the two are the same, in every event, every digest and every saved byte.
  [[nodiscard]] std::string play() {
    for (const Recorded::Entry& entry : recorded_.entries) {
      whole_.apply(entry.stamp, entry.command, expected_);
      handed_on_->apply(entry.stamp, entry.command, actual_);
      const std::string where = "entry " + std::to_string(entry.stamp.sequence.value);
      if (!same(expected_.bytes(), entry.events)) return where + ": it is another stream";
      if (!same(expected_.bytes(), actual_.bytes())) return where + ": the events differ";
      if (whole_.digest() != handed_on_->digest()) return where + ": the digests differ";
      const bool in_turn = entry.stamp.sequence.value % every_ == 0;
      if (whole_.more_to_do() || (!in_turn && &entry != &recorded_.entries.back())) continue;
      if (const std::string fault = hand_on(); !fault.empty()) return where + ": " + fault;
    }
    return "";
  }
  [[nodiscard]] std::uint64_t loads() const { return loads_; }
  // Of the last state.
  [[nodiscard]] const std::vector<std::byte>& saved() const { return saved_; }

 private:
  static bool same(std::span<const std::byte> a, std::span<const std::byte> b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

  std::string hand_on() {
    whole_.save(saved_);
    handed_on_->save(again_);
    if (saved_ != again_) return "the two are saved as different bytes";
    std::string fault;
    handed_on_ = Exchange::load(recorded_.genesis, saved_, fault);
    if (handed_on_ == nullptr) return "not loaded: " + fault;
    ++loads_;
    if (handed_on_->digest() != whole_.digest()) return "the digest is not that of the saved";
    if (handed_on_->digest_from_scratch() != whole_.digest()) return "the state is another";
    if (handed_on_->rule_set() != whole_.rule_set()) return "the rule set is another";
    handed_on_->save(again_);
    return saved_ == again_ ? "" : "it is saved again as different bytes";
  }

  const Recorded& recorded_;
  std::uint64_t every_;
  Exchange whole_;
  std::unique_ptr<Exchange> handed_on_;
  EventBatch expected_;
  EventBatch actual_;
  std::vector<std::byte> saved_;
  std::vector<std::byte> again_;
  std::uint64_t loads_ = 0;
};

}  // namespace emx::engine::testing

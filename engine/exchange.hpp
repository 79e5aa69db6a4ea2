#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/depth.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/event_batch.hpp"

namespace emx::engine {

class Inspection;

// What changes whenever the same command may give other events; an entry names the version it was
// made under, and a binary replays only those it implements.
inline constexpr std::uint32_t semantics_version = 1;

// The exchange: book, risk and accounts as one deterministic state machine (market-rules whole).
//
// The same commands with the same stamps give the same events, byte for byte, and the same
// digest: it reads no clock and no randomness, allocates nothing after construction, and lets no
// address reach an event. Not thread-safe.
class Exchange {
 public:
  // Allocates for the genesis' capacities. Requires: may_start(genesis).
  explicit Exchange(const GenesisCommand& genesis);
  ~Exchange();
  Exchange(Exchange&&) noexcept;
  Exchange& operator=(Exchange&&) noexcept;

  // Whether a genesis is one this binary can run: its semantics version, and capacities in range.
  [[nodiscard]] static bool may_start(const GenesisCommand& genesis);

  // Applies one command; `events` is cleared and holds then what it did. A command whose record
  // is not of its kind's size, or of no known kind, is refused O01 (but Continue, which says
  // nothing, is taken at any size). Requires: the first command
  // is the genesis; sequences are contiguous and times do not fall; while more_to_do(), the
  // command is Continue.
  void apply(const Stamp& stamp, std::span<const std::byte> command, EventBatch& events);

  // From now on a rule needs nobody's signature (no P09), or does again. For courses that never
  // were, in which anybody may say what a rule would have been; no part of the state.
  void take_unsigned_rules(bool taken);

  // The whole state, for load(): equal states give equal bytes, and it costs by what is in use.
  // Its layout is that of this version of the program and of no other. Requires: !more_to_do().
  void save(std::vector<std::byte>& bytes) const;
  // The exchange that was saved, built for the genesis; nullptr, and what is wrong, where the bytes
  // are not a whole state of this version and genesis, of the digest that they name.
  [[nodiscard]] static std::unique_ptr<Exchange> load(const GenesisCommand& genesis,
                                                      std::span<const std::byte> bytes,
                                                      std::string& fault);
  // Sequence and time of the last command; 0: none.
  [[nodiscard]] Stamp last_stamp() const;

  // The last entry reached its bound: Continue must be next.
  [[nodiscard]] bool more_to_do() const;

  // Of the whole state, kept incrementally.
  [[nodiscard]] std::uint64_t digest() const;
  // The same, computed anew: for tests and audits.
  [[nodiscard]] std::uint64_t digest_from_scratch() const;

  // Views of one instrument's book between commands, see views.hpp: the best levels of `side`, as
  // many as `levels` holds; returns how many there are. Requires: instrument and facility exist.
  [[nodiscard]] std::size_t depth(InstrumentId instrument, Side side,
                                  std::span<DepthLevel> levels) const;
  [[nodiscard]] std::size_t executable_depth(InstrumentId instrument, Side side,
                                             const Viewer& viewer,
                                             std::span<DepthLevel> levels) const;

  // The values that answers are made from, for whoever explains one: inspection.hpp. Lives as long
  // as this.
  [[nodiscard]] Inspection inspection() const;

  // Sequence of the last command that changed a rule: the rule set by which it, and what follows,
  // is judged. A command that is refused changes none.
  [[nodiscard]] std::uint64_t rule_set() const;

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

// A ProceedCommand as the sequencer makes it.
[[nodiscard]] ProceedCommand proceed_command();

}  // namespace emx::engine

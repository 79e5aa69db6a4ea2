#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ledger/hash.hpp"
#include "ledger/merkle.hpp"
#include "ledger/note.hpp"

namespace emx::ledger {

// What the venue signs of its ledger now and then (C2SP tlog-checkpoint): how many entries it has,
// and the root of the tree over them. Two lines of our own follow: the leaf hash of the last entry,
// which holds the chain before it, and the digest of the exchange's state after it, so that whoever
// replays the ledger knows that what comes out was signed, too.
struct Checkpoint {
  std::string origin;  // whose ledger (origin_of)
  TreeHead tree;
  Hash head{};
  std::uint64_t digest = 0;

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// "emx/" and the venue's name from the genesis entry, each byte that is not a letter or a digit of
// ASCII, '-', '.' or '_' as '%' and two digits. The name of the venue's keys, too.
[[nodiscard]] std::string origin_of(std::string_view venue);

// The text of the note:
//   emx/EMX
//   1234
//   BASE64(root)
//   head 6e34...a01d       64 hexadecimal digits
//   digest 00f1...91       16 hexadecimal digits
[[nodiscard]] std::string text_of(const Checkpoint& checkpoint);
// Only the one text that text_of() gives; of a checkpoint of one entry at least.
[[nodiscard]] std::optional<Checkpoint> checkpoint_from_text(std::string_view text);

// A hash in base64, as in checkpoints and proofs.
[[nodiscard]] std::string base64_of_hash(const Hash& hash);
[[nodiscard]] std::optional<Hash> hash_from_base64(std::string_view text);

// "6e34...", as head and root are written for persons.
[[nodiscard]] std::optional<Hash> hash_from_text(std::string_view text);

// What keeps a note from being a checkpoint that the venue has signed, in words; empty: nothing,
// and the checkpoint is in `out`. One good signature of a key that has the origin's name is enough,
// and one that is wrong is too many; lines of other keys say nothing.
[[nodiscard]] std::string fault_of(const Note& note, std::span<const VerifierKey> venue_keys,
                                   Checkpoint& out);

}  // namespace emx::ledger

#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ledger/checkpoint.hpp"
#include "ledger/ed25519.hpp"
#include "ledger/files.hpp"
#include "ledger/merkle.hpp"
#include "ledger/note.hpp"
#include "ledger/status.hpp"

namespace emx::witness {

// What became of a checkpoint that a witness was shown.
enum class Outcome : std::uint8_t {
  cosigned,
  not_signed,    // it is no checkpoint, or not one that the venue has signed
  older,         // smaller than the last one: it may be true, but it is no news
  not_shown,     // nothing shows that it goes on from the last one
  fork,          // it cannot go on from the last one: the venue has signed two histories
  state_failed,  // the witness's own folder cannot be read or written
};

struct Answer {
  Outcome outcome = Outcome::cosigned;
  std::string words;  // for a person, when it was not cosigned
  std::string note;   // the checkpoint with the venue's signatures and the witness's
};

// Sees the venue's checkpoints, one after another, and signs each that goes on from the one before
// (C2SP tlog-witness's rule). So the venue cannot show one history to one and another to another:
// where both ask for the witness's signature, only one of them can have it.
//
// The folder, which is the witness's own: `seen`, the last checkpoint it signed, written and
// flushed before the signature is given out; `evidence/`, both checkpoints of each fork, and where
// the second is the longer the proof of what it begins with. One process at a time: `lock`.
class Witness {
 public:
  // What shows that the tree `to` begins with `from`, or words for why there is none.
  struct Shown {
    // From a tree of from.size entries to `to`.
    std::vector<ledger::Hash> proof{};
    // What the first `from.size` entries of `to` have as a root, where that is proven or was seen.
    std::optional<ledger::Hash> root_there{};
    std::string words{};
  };
  using Show = std::function<Shown(const ledger::TreeHead& from, const ledger::TreeHead& to)>;

  // `name` is_key_name(). All `venue_keys` are of one venue. `own_earlier_keys`: with which `seen`
  // may have been signed before the witness changed its key.
  Witness(std::filesystem::path folder, std::string name, ledger::PrivateKey key,
          std::vector<ledger::VerifierKey> venue_keys,
          std::vector<ledger::VerifierKey> own_earlier_keys = {});

  // Takes the folder, and reads what was seen before.
  ledger::Result open();

  // What was seen last; size 0: nothing yet. Requires: open.
  [[nodiscard]] const ledger::Checkpoint& seen() const { return seen_; }

  // `show` is asked where there is something to show. The first checkpoint of all is taken as it
  // is. Requires: open; now_s is the time in seconds since 1970.
  [[nodiscard]] Answer look_at(const std::string& note_text, std::int64_t now_s, const Show& show);

 private:
  // `proof`: that the checkpoint's tree begins with `other`; none is needed for itself.
  Answer fork(const std::string& note_text, const ledger::TreeHead& other,
              const std::vector<ledger::Hash>& proof, const std::string& words);
  Answer cosign(const ledger::Note& note, const ledger::Checkpoint& checkpoint, std::int64_t now_s);

  const std::filesystem::path folder_;
  const std::string name_;
  const ledger::PrivateKey key_;
  const std::vector<ledger::VerifierKey> venue_keys_;
  const std::vector<ledger::VerifierKey> own_earlier_keys_;
  ledger::FileDescriptor lock_;
  ledger::Checkpoint seen_;
  std::string seen_note_;
};

}  // namespace emx::witness

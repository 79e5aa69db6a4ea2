#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "ledger/checkpoint.hpp"
#include "ledger/merkle.hpp"
#include "ledger/note.hpp"
#include "ledger/store.hpp"

namespace emx::audit {

// A checkpoint of a ledger with the note that has its signatures.
struct SignedCheckpoint {
  ledger::Note note;
  ledger::Checkpoint checkpoint;
};

// The ledger's checkpoint of so many entries, or its last; `missing` when there is none. Signatures
// are not looked at.
ledger::Result find_checkpoint(const std::filesystem::path& data_dir,
                               std::optional<std::uint64_t> size, SignedCheckpoint& found);

// A proof, and the bytes that it is of.
struct ProofPart {
  std::vector<ledger::LeafRange> ranges{};
  std::uint64_t entry = 0;  // whose bytes are wanted; 0: none
  // Found.
  std::vector<ledger::Hash> proof{};
  std::vector<std::byte> entry_bytes{};
};

// What one pass over the first entries of a ledger gives.
struct TreePass {
  std::uint64_t size = 0;     // so many entries
  std::uint64_t root_of = 0;  // the root at this size as well; 0: none
  std::vector<ProofPart> parts{};
  // Found.
  ledger::Hash root{};
  ledger::Hash earlier_root{};
};

// `missing`: the ledger has fewer entries. Requires: size > 0, and all else within it.
ledger::Result pass_over(const ledger::LedgerStore& store, TreePass& pass);

}  // namespace emx::audit

#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "ledger/note.hpp"
#include "tools/audit/reports.hpp"

// Proofs for those who have no ledger: made from one (exit codes as of the other reports), and
// verified with nothing but the venue's public key.

namespace emx::audit {

// Which checkpoint a proof leads to: the ledger's of so many entries, or the one in a file, with
// signatures of witnesses, say; without either the ledger's last.
struct ProofTo {
  std::optional<std::uint64_t> size{};
  std::filesystem::path note_file{};
};

// The receipt of an entry, or of a trade and its settlement, on `output.out`.
[[nodiscard]] int report_entry_proof(const std::filesystem::path& data_dir, std::uint64_t entry,
                                     const ProofTo& to, const Output& output);
[[nodiscard]] int report_receipt(const std::filesystem::path& data_dir, std::uint64_t trade_no,
                                 const ProofTo& to, const Output& output);

// That the tree of a checkpoint begins with the first `from` entries.
[[nodiscard]] int report_consistency_proof(const std::filesystem::path& data_dir,
                                           std::uint64_t from, const ProofTo& to,
                                           const Output& output);

// What verifies a proof. Each witness that is named must have signed.
struct ProofKeys {
  std::vector<ledger::VerifierKey> venue;
  std::vector<ledger::VerifierKey> witnesses;
};

// 0: the file is what the venue has signed, and says so with what it proves; 1: it is not, with
// what does not fit; 2: it cannot be read. Takes receipts and proofs of consistency.
[[nodiscard]] int verify_receipt(const std::filesystem::path& file, const ProofKeys& keys,
                                 const Output& output);

}  // namespace emx::audit

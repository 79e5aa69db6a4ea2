#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/hash.hpp"
#include "tools/audit/reading.hpp"

namespace emx::audit {

// An entry with the way from it to the root.
struct ProvenEntry {
  std::uint64_t sequence = 0;
  std::vector<std::byte> bytes{};
  std::vector<ledger::Hash> proof{};
};

// What proves that an entry is in a ledger, by itself: its bytes, its place, the hashes from it to
// the root, and the signed checkpoint that has the root.
//
// As a file it is JSON, and of every receipt there is one text only: what it says of a trade for
// persons follows from the entry's bytes, and is held to them.
struct Receipt {
  std::uint64_t trade_no = 0;  // whose receipt it is; 0: of the entry alone
  std::string checkpoint{};    // the note
  ProvenEntry entry{};
  // Those that say what the trade's numbers stand for (definitions.hpp); each is proven to be in
  // the ledger as the trade's entry is. That it is the one of the trade's number is not: that
  // follows from the order of all definitions, which only the whole ledger shows. A name is as good
  // as the word of whoever made the receipt, so what is said of it stands apart, as `not_proven`.
  std::vector<ProvenEntry> definitions{};
};

[[nodiscard]] std::string text_of(const Receipt& receipt);

// What stands in the file as a receipt's, whatever it says beside that: it is the receipt only if
// text_of() gives the same text. Nothing: it is none.
[[nodiscard]] std::optional<Receipt> receipt_from_text(std::string_view text);

// What the entry's bytes say of the trade, or, for none, of the entry; null: they have no such
// trade, or are no entry.
[[nodiscard]] Json facts_of(const Receipt& receipt);

// Lists of hashes in base64.
[[nodiscard]] Json json_of_hashes(const std::vector<ledger::Hash>& hashes);
[[nodiscard]] std::optional<std::vector<ledger::Hash>> hashes_from_json(const Json& json);

// That the tree of a checkpoint begins with that of an earlier one.
struct ConsistencyProof {
  std::uint64_t from = 0;
  ledger::Hash from_root{};
  std::vector<ledger::Hash> proof{};
  std::string checkpoint{};  // the note of the later one
};
[[nodiscard]] std::string text_of(const ConsistencyProof& proof);
[[nodiscard]] std::optional<ConsistencyProof> consistency_from_text(std::string_view text);

}  // namespace emx::audit

#include <array>
#include <fstream>
#include <limits>
#include <ostream>
#include <string>
#include <utility>

#include "ledger/checkpoint.hpp"
#include "ledger/entry.hpp"
#include "tools/audit/describer.hpp"
#include "tools/audit/proofs.hpp"
#include "tools/audit/reading.hpp"
#include "tools/audit/receipt.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::audit {

namespace {

constexpr std::size_t file_bytes_max = 4 << 20;
constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t last_second = std::numeric_limits<std::int64_t>::max() / second_ns;

struct Proven {
  std::string fault;  // what does not fit; empty: all does
  ledger::Checkpoint checkpoint;
  Json says;
  Json witnesses = Json::array();
};

// The signatures, and the checkpoint that they are of.
void check_note(const std::string& text, const ProofKeys& keys, Proven& proven) {
  const auto note = ledger::note_from_text(text);
  if (!note) {
    proven.fault = "its checkpoint is no signed note";
    return;
  }
  if (const std::string words = fault_of(*note, keys.venue, proven.checkpoint); !words.empty()) {
    proven.fault = "its checkpoint does not count: " + words;
    return;
  }
  for (const ledger::VerifierKey& key : keys.witnesses) {
    const auto at_s = cosigned_at_s(*note, key);
    if (!at_s) {
      proven.fault = "the witness " + key.name + " has not signed its checkpoint with that key";
      return;
    }
    if (*at_s < 0 || *at_s > last_second) {
      proven.fault = "the witness " + key.name + " has signed its checkpoint at no time there is";
      return;
    }
    proven.witnesses.push_back({{"name", key.name}, {"at", text_of_time(*at_s * second_ns)}});
  }
}

// Words for what keeps it from being an entry of the tree; empty: nothing.
std::string fault_of_entry(const ProvenEntry& proven, const ledger::TreeHead& tree) {
  ledger::LeafHasher leaf_hash;
  if (!ledger::is_included(leaf_hash(proven.bytes), proven.sequence - 1, tree.size, proven.proof,
                           tree.root)) {
    return "its bytes are not entry " + std::to_string(proven.sequence) + " of the " +
           std::to_string(tree.size) + " that were signed, or its proof is another's";
  }
  ledger::StoredEntry entry;
  if (!ledger::decode(proven.bytes, entry).empty()) return "its bytes are no entry";
  if (entry.header.sequence == proven.sequence) return "";
  return "its bytes are those of entry " + std::to_string(entry.header.sequence);
}

Proven check_receipt(const Receipt& receipt, const std::string& text, const ProofKeys& keys) {
  Proven proven;
  check_note(receipt.checkpoint, keys, proven);
  if (!proven.fault.empty()) return proven;
  proven.fault = fault_of_entry(receipt.entry, proven.checkpoint.tree);
  for (const ProvenEntry& definition : receipt.definitions) {
    if (!proven.fault.empty()) return proven;
    proven.fault = fault_of_entry(definition, proven.checkpoint.tree);
    if (definition.sequence > receipt.entry.sequence) {
      proven.fault = "it defines a name after the trade";
    }
  }
  if (!proven.fault.empty()) return proven;
  if (proven.says = facts_of(receipt); proven.says.is_null()) {
    proven.fault = "its entry has no trade " + std::to_string(receipt.trade_no) +
                   ", or it has other names than the trade's";
  } else if (text_of(receipt) != text) {
    proven.fault = "what it says is not what its entries' bytes say, or it was written otherwise";
  }
  return proven;
}

Proven check_consistency(const ConsistencyProof& proof, const std::string& text,
                         const ProofKeys& keys) {
  Proven proven;
  check_note(proof.checkpoint, keys, proven);
  if (!proven.fault.empty()) return proven;
  if (!ledger::is_consistent({proof.from, proof.from_root}, proven.checkpoint.tree, proof.proof)) {
    proven.fault = "it does not show that the ledger of " + std::to_string(proof.from) +
                   " entries with that root begins the one that was signed";
  } else if (text_of(proof) != text) {
    proven.fault = "it was written otherwise";
  }
  proven.says = {{"from", proof.from}, {"from_root", ledger::text_of(proof.from_root)}};
  return proven;
}

std::optional<std::string> read_whole(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::array<char, 1 << 14> part;
  std::string text;
  do {
    in.read(part.data(), part.size());
    text.append(part.data(), static_cast<std::size_t>(in.gcount()));
  } while (in && text.size() <= file_bytes_max);
  if (text.empty() || text.size() > file_bytes_max) return std::nullopt;
  return text;
}

std::string words_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

void write_text(const Proven& proven, const Output& output) {
  output.out << "valid: signed by " << proven.checkpoint.origin << ", of "
             << market::grouped(static_cast<std::int64_t>(proven.checkpoint.tree.size))
             << " entries with the root " << ledger::text_of(proven.checkpoint.tree.root) << '\n';
  for (const Json& witness : proven.witnesses) {
    output.out << "  seen by the witness " << words_of(witness["name"]) << " at "
               << words_of(witness["at"]) << '\n';
  }
  output.out << (proven.says.contains("from") ? "it begins with\n" : "its entry says\n");
  for (const auto& [key, value] : proven.says.items()) {
    if (key != "not_proven") output.out << "  " << key << ": " << words_of(value) << '\n';
  }
  if (!proven.says.contains("not_proven")) return;
  output.out << "not proven: that these numbers have these names, from entries of the ledger that "
                "whoever made the receipt has chosen; ask the venue or its regulator\n";
  for (const auto& [key, value] : proven.says["not_proven"].items()) {
    output.out << "  " << key << ": " << words_of(value) << '\n';
  }
}

}  // namespace

int verify_receipt(const std::filesystem::path& file, const ProofKeys& keys, const Output& output) {
  const auto text = read_whole(file);
  if (!text) {
    output.err << file.string() << ": cannot be read, or has more than 4 MiB\n";
    return could_not_run;
  }
  Proven proven;
  if (const auto receipt = receipt_from_text(*text)) {
    proven = check_receipt(*receipt, *text, keys);
  } else if (const auto consistency = consistency_from_text(*text)) {
    proven = check_consistency(*consistency, *text, keys);
  } else {
    proven.fault = "it is neither a receipt nor a proof of consistency";
  }
  const bool valid = proven.fault.empty();
  if (output.json) {
    Json json{{"file", file.string()}, {"verdict", valid ? "valid" : "invalid"}};
    json["reason"] = proven.fault;
    json["origin"] = valid ? Json(proven.checkpoint.origin) : Json{};
    json["size"] = valid ? Json(proven.checkpoint.tree.size) : Json{};
    json["root"] = valid ? Json(ledger::text_of(proven.checkpoint.tree.root)) : Json{};
    json["witnesses"] = valid ? proven.witnesses : Json::array();
    json["says"] = valid ? proven.says : Json{};
    write(json, output);
  } else if (valid) {
    write_text(proven, output);
  } else {
    output.out << "invalid: " << proven.fault << '\n';
  }
  return valid ? ledger_is_valid : ledger_is_invalid;
}

}  // namespace emx::audit

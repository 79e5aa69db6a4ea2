#include "tools/audit/tree_pass.hpp"

#include <string>
#include <utility>

#include "ledger/checkpoint_log.hpp"

namespace emx::audit {

namespace {

ledger::Result note_of_size(const std::filesystem::path& data_dir, std::uint64_t size,
                            std::optional<ledger::Note>& found) {
  ledger::CheckpointReader reader;
  ledger::Result result = reader.open(data_dir);
  while (result.ok()) {
    std::optional<ledger::Note> note;
    result = reader.next(note);
    if (!result.ok() || !note) return result;
    const auto checkpoint = ledger::checkpoint_from_text(note->text);
    if (!checkpoint) {
      return {ledger::Status::corrupt, "checkpoint " + std::to_string(reader.number()) +
                                           " is none of a ledger; see `emx audit verify`."};
    }
    if (checkpoint->tree.size != size) continue;
    found = std::move(note);
    break;
  }
  return result;
}

}  // namespace

ledger::Result find_checkpoint(const std::filesystem::path& data_dir,
                               std::optional<std::uint64_t> size, SignedCheckpoint& found) {
  std::optional<ledger::Note> note;
  ledger::Result result =
      size ? note_of_size(data_dir, *size, note) : ledger::read_last_checkpoint(data_dir, note);
  if (!result.ok()) return result;
  if (!note) {
    return {ledger::Status::missing,
            size ? "there is no checkpoint of " + std::to_string(*size) + " entries."
                 : "there is no checkpoint: emxd makes them when checkpoint.keys has a key."};
  }
  found.checkpoint = *ledger::checkpoint_from_text(note->text);
  found.note = std::move(*note);
  return {};
}

ledger::Result pass_over(const ledger::LedgerStore& store, TreePass& pass) {
  ledger::LeafHasher leaf_hash;
  ledger::MerkleFrontier tree;
  std::vector<ledger::RangeHashes> ranges;
  for (const ProofPart& part : pass.parts) ranges.emplace_back(part.ranges);
  ledger::Result result = store.visit(SeqNo{1}, [&](const ledger::StoredEntry& entry) {
    const ledger::Hash leaf = leaf_hash(entry.bytes);
    tree.add(leaf);
    for (ledger::RangeHashes& hashes : ranges) hashes.add(leaf);
    for (ProofPart& part : pass.parts) {
      if (tree.size() != part.entry) continue;
      part.entry_bytes.assign(entry.bytes.begin(), entry.bytes.end());
    }
    if (tree.size() == pass.root_of) pass.earlier_root = tree.root();
    return tree.size() < pass.size;
  });
  if (!result.ok()) return result;
  if (tree.size() < pass.size) {
    return {ledger::Status::missing, "the ledger has " + std::to_string(tree.size()) +
                                         " entries, and not " + std::to_string(pass.size) + '.'};
  }
  pass.root = tree.root();
  for (std::size_t i = 0; i < pass.parts.size(); ++i) pass.parts[i].proof = ranges[i].hashes();
  return result;
}

}  // namespace emx::audit

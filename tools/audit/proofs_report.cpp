#include <fstream>
#include <iterator>
#include <ostream>
#include <string>
#include <utility>

#include "engine/vocabulary/events.hpp"
#include "tools/audit/definitions.hpp"
#include "tools/audit/proofs.hpp"
#include "tools/audit/reading.hpp"
#include "tools/audit/receipt.hpp"
#include "tools/audit/tree_pass.hpp"

namespace emx::audit {

namespace {

using ledger::Result;
using ledger::Status;

// A ledger that is open, and the checkpoint that a proof leads to.
struct Source {
  ledger::LedgerStore store;
  SignedCheckpoint to;
};

Result read_note(const std::filesystem::path& file, SignedCheckpoint& found) {
  std::ifstream in{file, std::ios::binary};
  std::string text(ledger::note_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.gcount() == 0) return {Status::missing, "cannot read " + file.string() + '.'};
  text.resize(static_cast<std::size_t>(in.gcount()));
  auto note = ledger::note_from_text(text);
  const auto checkpoint = note ? ledger::checkpoint_from_text(note->text) : std::nullopt;
  if (!checkpoint) return {Status::missing, file.string() + " is no checkpoint of a ledger."};
  found = {std::move(*note), *checkpoint};
  return {};
}

Result open_source(const std::filesystem::path& data_dir, const ProofTo& to, Source& source,
                   const Output& output) {
  Result result = open_to_read(data_dir, source.store, output);
  if (!result.ok()) return result;
  if (!to.note_file.empty()) return read_note(to.note_file, source.to);
  return find_checkpoint(data_dir, to.size, source.to);
}

// One pass, whose root must be the checkpoint's.
Result prove(const Source& source, TreePass& pass) {
  pass.size = source.to.checkpoint.tree.size;
  Result result = pass_over(source.store, pass);
  if (!result.ok() || pass.root == source.to.checkpoint.tree.root) return result;
  return {Status::corrupt,
          "the checkpoint of " + std::to_string(pass.size) + " entries has the root " +
              ledger::text_of(source.to.checkpoint.tree.root) + ", and the ledger's have " +
              ledger::text_of(pass.root) + ": one of them was changed; see `emx audit verify`."};
}

// The trade's entry, and those that say what its numbers stand for.
Result find_trade(const ledger::LedgerStore& store, std::uint64_t trade_no, Receipt& receipt) {
  Definitions definitions;
  const Result result = store.visit(SeqNo{1}, [&](const ledger::StoredEntry& stored) {
    definitions.take(stored.view);
    static_cast<void>(for_each_event(
        stored.view.events, [&](const EventHeader& header, std::span<const std::byte> event) {
          if (static_cast<EventKind>(header.kind) != EventKind::trade) return;
          const auto trade = read_record<TradeEvent>(event);
          if (trade.trade_no != trade_no) return;
          receipt.entry.sequence = stored.header.sequence;
          for (const std::uint64_t entry : definitions.of(trade)) {
            receipt.definitions.push_back({.sequence = entry});
          }
        }));
    return receipt.entry.sequence == 0;
  });
  if (!result.ok() || receipt.entry.sequence != 0) return result;
  return {Status::missing, "there is no trade " + std::to_string(trade_no) + '.'};
}

int write_receipt(const std::filesystem::path& data_dir, const Source& source, Receipt receipt,
                  const Output& output) {
  const std::uint64_t size = source.to.checkpoint.tree.size;
  if (receipt.entry.sequence > size) {
    return report_failure(
        {Status::missing, "entry " + std::to_string(receipt.entry.sequence) +
                              " is in no checkpoint yet: the last is of " + std::to_string(size) +
                              " entries. emxd makes one each second."},
        data_dir, output);
  }
  // Definitions stand before what they define, so within the checkpoint as well.
  std::vector<ProvenEntry*> entries{&receipt.entry};
  for (ProvenEntry& definition : receipt.definitions) entries.push_back(&definition);
  TreePass pass;
  for (const ProvenEntry* entry : entries) {
    pass.parts.push_back(
        {.ranges = ledger::inclusion_ranges(entry->sequence - 1, size), .entry = entry->sequence});
  }
  if (const Result result = prove(source, pass); !result.ok()) {
    return report_failure(result, data_dir, output);
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i]->bytes = std::move(pass.parts[i].entry_bytes);
    entries[i]->proof = std::move(pass.parts[i].proof);
  }
  receipt.checkpoint = text_of(source.to.note);
  output.out << text_of(receipt);
  return ledger_is_valid;
}

}  // namespace

int report_entry_proof(const std::filesystem::path& data_dir, std::uint64_t entry,
                       const ProofTo& to, const Output& output) {
  Source source;
  Result result = open_source(data_dir, to, source, output);
  if (result.ok() && entry == 0) result = {Status::missing, "entries are counted from 1."};
  if (!result.ok()) return report_failure(result, data_dir, output);
  Receipt receipt;
  receipt.entry.sequence = entry;
  return write_receipt(data_dir, source, std::move(receipt), output);
}

int report_receipt(const std::filesystem::path& data_dir, std::uint64_t trade_no, const ProofTo& to,
                   const Output& output) {
  Source source;
  Receipt receipt;
  receipt.trade_no = trade_no;
  Result result = open_source(data_dir, to, source, output);
  if (result.ok()) result = find_trade(source.store, trade_no, receipt);
  if (!result.ok()) return report_failure(result, data_dir, output);
  return write_receipt(data_dir, source, std::move(receipt), output);
}

int report_consistency_proof(const std::filesystem::path& data_dir, std::uint64_t from,
                             const ProofTo& to, const Output& output) {
  Source source;
  Result result = open_source(data_dir, to, source, output);
  const std::uint64_t size = source.to.checkpoint.tree.size;
  if (result.ok() && (from == 0 || from > size)) {
    result = {Status::missing, "it must be from 1 entry at least to no fewer, and not from " +
                                   std::to_string(from) + " to " + std::to_string(size) + '.'};
  }
  TreePass pass;
  if (result.ok()) {
    pass.parts.push_back({.ranges = ledger::consistency_ranges(from, size)});
    pass.root_of = from;
    result = prove(source, pass);
  }
  if (!result.ok()) return report_failure(result, data_dir, output);
  output.out << text_of(ConsistencyProof{
      from, pass.earlier_root, std::move(pass.parts.front().proof), text_of(source.to.note)});
  return ledger_is_valid;
}

}  // namespace emx::audit

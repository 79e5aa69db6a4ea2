#include "tools/backup/seal.hpp"

#include <optional>
#include <ostream>
#include <span>
#include <string>

#include "ledger/checkpoint_log.hpp"
#include "ledger/files.hpp"
#include "ledger/merkle.hpp"
#include "ledger/store.hpp"
#include "tools/audit/progress.hpp"
#include "tools/audit/reading.hpp"
#include "tools/backup/segment_file.hpp"

namespace emx::backup {

namespace {

using ledger::Result;
using ledger::Status;

struct Boundary {
  std::string note;
  ledger::Checkpoint checkpoint;
};

std::string twenty_digits(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(20 - digits.size(), '0') + digits;
}

// The checkpoints that segments end with.
Result find_boundaries(ledger::CheckpointReader& reader, const SealOptions& options,
                       std::vector<Boundary>& boundaries) {
  std::uint64_t sealed = 0;
  std::optional<Boundary> candidate;
  std::optional<ledger::Note> note;
  for (;;) {
    if (Result result = reader.next(note); !result.ok() || !note) return result;
    Boundary next{text_of(*note), {}};
    const std::string fault = fault_of(*note, options.venue_keys, next.checkpoint);
    if (!fault.empty()) {
      return {Status::corrupt, "checkpoint " + std::to_string(reader.number()) + ": " + fault};
    }
    while (next.checkpoint.tree.size > sealed + options.entries_max) {
      if (!candidate) {
        return {Status::io_failed, "no checkpoint is of entries " + std::to_string(sealed + 1) +
                                       " to " + std::to_string(sealed + options.entries_max) +
                                       ": give a larger --entries"};
      }
      sealed = candidate->checkpoint.tree.size;
      boundaries.push_back(*std::move(candidate));
      candidate.reset();
    }
    candidate = std::move(next);
  }
}

struct Sealed {
  std::uint64_t written = 0;
  std::uint64_t compared = 0;
  std::uint64_t last = 0;
};

// All segments in one pass over the entries.
class Sealing {
 public:
  Sealing(const ledger::LedgerStore& store, const SealOptions& options) : options_{options} {
    header_.genesis = store.genesis();
  }

  Result seal(const ledger::LedgerStore& store, const std::vector<Boundary>& boundaries,
              audit::Progress& progress, Sealed& sealed) {
    for (const Boundary& boundary : boundaries) {
      SegmentFile file;
      Result result = begin(file, boundary);
      Result put;
      if (result.ok()) {
        result = store.visit(SeqNo{header_.first}, [&](const ledger::StoredEntry& entry) {
          put = add(file, entry);
          return put.ok() && tree_.size() < header_.last;
        });
      }
      if (result.ok()) result = put;
      if (result.ok() && (tree_.size() != header_.last || tree_.root() != header_.root)) {
        result = {Status::corrupt, "the checkpoint of " + std::to_string(header_.last) +
                                       " entries has another root than they have"};
      }
      if (result.ok()) result = file.finish();
      if (!result.ok()) return result;
      ++(file.was_there() ? sealed.compared : sealed.written);
      sealed.last = header_.last;
      progress.show(header_.last, boundaries.back().checkpoint.tree.size);
    }
    return {};
  }

 private:
  Result begin(SegmentFile& file, const Boundary& boundary) {
    header_.first = tree_.size() + 1;
    header_.last = boundary.checkpoint.tree.size;
    header_.root = boundary.checkpoint.tree.root;
    header_.prev = head_;
    header_.note_bytes = static_cast<std::uint32_t>(boundary.note.size());
    Result result = file.open(options_.to / (twenty_digits(header_.first) + '-' +
                                             twenty_digits(header_.last) + ".sealed"));
    if (result.ok()) result = file.put(std::as_bytes(std::span{&header_, 1}));
    return result.ok() ? file.put(std::as_bytes(std::span{boundary.note})) : result;
  }

  Result add(SegmentFile& file, const ledger::StoredEntry& entry) {
    if (entry.header.prev != head_ || entry.header.sequence != tree_.size() + 1) {
      return {Status::corrupt, "entry " + std::to_string(entry.header.sequence) +
                                   ": its link is not the hash of the entry before it"};
    }
    head_ = leaf_hash_(entry.bytes);
    tree_.add(head_);
    const auto bytes = static_cast<std::uint32_t>(entry.bytes.size());
    Result result = file.put(std::as_bytes(std::span{&bytes, 1}));
    return result.ok() ? file.put(entry.bytes) : result;
  }

  const SealOptions& options_;
  SegmentHeader header_;
  ledger::LeafHasher leaf_hash_;
  ledger::MerkleFrontier tree_;
  ledger::Hash head_{};
};

}  // namespace

int run_seal(const SealOptions& options, const audit::Output& output) {
  ledger::CheckpointReader checkpoints;
  ledger::LedgerStore store;
  std::vector<Boundary> boundaries;
  Sealed sealed;
  Result result = checkpoints.open(options.from);
  if (result.ok()) result = audit::open_to_read(options.from, store, output);
  if (result.ok()) result = find_boundaries(checkpoints, options, boundaries);
  if (result.ok()) result = ledger::create_folders(options.to);
  if (result.ok()) {
    audit::Progress progress{output};
    result = Sealing{store, options}.seal(store, boundaries, progress, sealed);
  }
  if (!result.ok()) return audit::report_failure(result, options.from, output);
  if (output.json) {
    audit::write(audit::Json{{"ledger", options.from.string()},
                             {"verdict", "valid"},
                             {"written", sealed.written},
                             {"compared", sealed.compared},
                             {"sealed_to", sealed.last},
                             {"entries", store.size().value}},
                 output);
  } else {
    output.out << sealed.written << " segments written, " << sealed.compared
               << " there already and the same; sealed to entry " << sealed.last << " of "
               << store.size().value << '\n';
  }
  return audit::ledger_is_valid;
}

}  // namespace emx::backup

#include "tools/witness/witness.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "tools/audit/receipt.hpp"

namespace emx::witness {

namespace {

using ledger::Result;
using ledger::Status;

std::string words_of(const ledger::TreeHead& tree) {
  return std::to_string(tree.size) + " entries with the root " + ledger::text_of(tree.root);
}

// Durable under its name, in a folder that exists.
Result write_durably(const std::filesystem::path& file, const std::string& text) {
  const std::filesystem::path part = file.string() + ".new";
  if (Result result = ledger::write_file(part, text); !result.ok()) return result;
  return ledger::rename_file(part, file);
}

}  // namespace

Witness::Witness(std::filesystem::path folder, std::string name, ledger::PrivateKey key,
                 std::vector<ledger::VerifierKey> venue_keys,
                 std::vector<ledger::VerifierKey> own_earlier_keys)
    : folder_{std::move(folder)},
      name_{std::move(name)},
      key_{std::move(key)},
      venue_keys_{std::move(venue_keys)},
      own_earlier_keys_{std::move(own_earlier_keys)} {}

Result Witness::open() {
  Result result = ledger::create_folders(folder_);
  if (result.ok()) result = ledger::open_file(folder_ / "lock", O_RDWR | O_CREAT, lock_);
  if (!result.ok()) return result;
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    return {Status::locked, "another witness works in " + folder_.string() + '.'};
  }
  const auto file = folder_ / "seen";
  bool there = false;
  result = ledger::look_for(file, there);
  if (!result.ok() || !there) return result;
  ledger::FileDescriptor seen;
  result = ledger::open_file(file, O_RDONLY, seen);
  if (result.ok()) {
    result = ledger::read_up_to(seen, file, 0, ledger::note_bytes_max + 1, seen_note_);
  }
  if (!result.ok()) return result;
  const auto note = ledger::note_from_text(seen_note_);
  const auto checkpoint = note ? ledger::checkpoint_from_text(note->text) : std::nullopt;
  auto own = own_earlier_keys_;
  own.push_back({name_, ledger::KeyKind::cosignature, key_.public_key()});
  const auto has_signed = [&](const ledger::VerifierKey& key) {
    return cosigned_at_s(*note, key).has_value();
  };
  if (!checkpoint || std::ranges::none_of(own, has_signed)) {
    return {Status::corrupt,
            file.string() +
                " is not a checkpoint that this witness has signed: it was changed, or the key or "
                "the name is another (--earlier-key tells of a key that it had before). Nothing is "
                "signed."};
  }
  seen_ = *checkpoint;
  return {};
}

Answer Witness::look_at(const std::string& note_text, std::int64_t now_s, const Show& show) {
  check(lock_.is_open());
  const auto note = ledger::note_from_text(note_text);
  ledger::Checkpoint checkpoint;
  const std::string words =
      note ? fault_of(*note, venue_keys_, checkpoint) : "it is no signed note";
  if (!words.empty()) return {Outcome::not_signed, "the checkpoint does not count: " + words, ""};
  if (seen_.tree.size == 0) return cosign(*note, checkpoint, now_s);
  if (checkpoint.origin != seen_.origin) {
    return {Outcome::not_signed,
            "the checkpoint is of " + checkpoint.origin + ", and this witness is " + seen_.origin +
                "'s; give another venue's another folder",
            ""};
  }
  if (checkpoint.tree.size < seen_.tree.size) {
    return {Outcome::older,
            "the checkpoint is of " + std::to_string(checkpoint.tree.size) +
                " entries, and one of " + std::to_string(seen_.tree.size) + " was seen before",
            ""};
  }
  if (checkpoint.tree.size == seen_.tree.size) {
    // All that the checkpoint says, not the root alone: head and digest follow from the entries.
    if (checkpoint == seen_) return cosign(*note, checkpoint, now_s);
    return fork(note_text, checkpoint.tree, {}, "two checkpoints of one size");
  }
  const Shown shown = show(seen_.tree, checkpoint.tree);
  if (shown.root_there && *shown.root_there != seen_.tree.root) {
    return fork(note_text, {seen_.tree.size, *shown.root_there}, shown.proof,
                "the ledger's first entries are others than were seen");
  }
  if (!shown.words.empty() || !ledger::is_consistent(seen_.tree, checkpoint.tree, shown.proof)) {
    return {Outcome::not_shown,
            "nothing shows that the ledger of " + words_of(checkpoint.tree) +
                " goes on from the one that was seen, " + words_of(seen_.tree) +
                (shown.words.empty() ? ": the proof does not fit" : ": " + shown.words),
            ""};
  }
  return cosign(*note, checkpoint, now_s);
}

// Both notes have the venue's signature: they prove the fork to anyone, with the proof of what the
// longer begins with; so they are kept first.
Answer Witness::fork(const std::string& note_text, const ledger::TreeHead& other,
                     const std::vector<ledger::Hash>& proof, const std::string& words) {
  const auto evidence = folder_ / "evidence";
  const std::string stem =
      std::to_string(other.size) + '-' + ledger::text_of(other.root).substr(0, 16);
  Result kept = ledger::create_folders(evidence);
  if (kept.ok()) kept = write_durably(evidence / (stem + "-seen"), seen_note_);
  if (kept.ok()) kept = write_durably(evidence / (stem + "-shown"), note_text);
  if (kept.ok() && !proof.empty()) {
    const audit::ConsistencyProof begins_with{other.size, other.root, proof, note_text};
    kept = write_durably(evidence / (stem + "-proof"), text_of(begins_with));
  }
  std::string message = "FORK: " + words + ". Seen before: " + words_of(seen_.tree) +
                        ". Shown now: " + words_of(other) + ". Nothing was signed. ";
  message += kept.ok() ? "What proves it is kept in " + evidence.string() + " as " + stem + "-*"
                       : "The evidence could not be kept: " + kept.message;
  return {Outcome::fork, message, ""};
}

Answer Witness::cosign(const ledger::Note& note, const ledger::Checkpoint& checkpoint,
                       std::int64_t now_s) {
  // The venue's own lines, one of each key; others would be carried on under our name.
  ledger::Note cosigned{note.text, {}};
  for (const ledger::VerifierKey& key : venue_keys_) {
    const auto line = std::ranges::find_if(note.signatures, [&](const auto& signature) {
      return signature.name == key.name && signature.id == key.id();
    });
    if (line != note.signatures.end()) cosigned.signatures.push_back(*line);
  }
  cosigned.signatures.push_back(cosign_note(note.text, name_, key_, now_s));
  const std::string text = text_of(cosigned);
  // What it could not read again is nothing to remember.
  if (!ledger::note_from_text(text)) {
    return {Outcome::not_signed, "the checkpoint has too many signatures, or too long ones", ""};
  }
  if (const Result result = write_durably(folder_ / "seen", text); !result.ok()) {
    return {Outcome::state_failed, result.message + " Nothing was signed.", ""};
  }
  seen_ = checkpoint;
  seen_note_ = text;
  return {Outcome::cosigned, "", text};
}

}  // namespace emx::witness

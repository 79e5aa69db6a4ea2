#include "tools/audit/checkpoint_check.hpp"

#include <array>
#include <span>
#include <utility>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"

namespace emx::audit {

namespace {

std::string of_size(std::uint64_t size) { return "of " + std::to_string(size) + " entries"; }

ledger::Hash with_note(const ledger::Hash& before, const std::string& note) {
  const std::array parts{std::span<const std::byte>{before}, std::as_bytes(std::span{note})};
  return ledger::sha256(parts);
}

}  // namespace

ledger::Result CheckpointCheck::open(const std::filesystem::path& data_dir,
                                     std::vector<ledger::VerifierKey> keys) {
  keys_ = std::move(keys);
  if (ledger::Result result = reader_.open(data_dir); !result.ok()) return result;
  ledger::Result result = ledger::read_guard(data_dir, guard_);
  if (result.status == ledger::Status::corrupt) {
    fault_ = result.message;
    return {};
  }
  if (result.ok()) read_next();
  return result;
}

void CheckpointCheck::save(StateWriter& to) const { persist(*this, to); }

std::string CheckpointCheck::go_on(const std::filesystem::path& data_dir, StateReader& from) {
  if (!fault_.empty()) return fault_;
  persist(*this, from);
  // Again from the first, this time those that were taken. More may have been signed since open():
  // the mark is read after them, as it is there, so it is never older than the last.
  ledger::Result result = reader_.open(data_dir);
  if (result.ok()) result = ledger::read_guard(data_dir, guard_);
  ledger::Hash notes{};
  while (result.ok() && reader_.number() < count_) {
    std::optional<ledger::Note> note;
    result = reader_.next(note);
    if (result.ok() && !note) return "checkpoints are gone that were there";
    if (result.ok()) notes = with_note(notes, text_of(*note));
  }
  if (!result.ok()) return result.message;
  if (notes != notes_) return "checkpoints are not what they were";
  const ledger::TreeHead last{last_size_, last_root_};
  const bool is_held =
      !guard_ || guard_->size > tree_.size() || *guard_ == guard_held_ || *guard_ == last;
  if (!is_held) return "the mark of what was signed last is one of an entry before";
  read_next();
  if (next_ && next_->tree.size <= tree_.size()) {
    return "a checkpoint of an entry before was signed since";
  }
  return fault_;
}

void CheckpointCheck::read_next() {
  next_.reset();
  if (!fault_.empty()) return;
  std::optional<ledger::Note> note;
  if (const ledger::Result result = reader_.next(note); !result.ok()) {
    bad_ = reader_.number();
    fault_ = result.message;
    return;
  }
  if (!note) return;
  next_note_ = text_of(*note);
  ledger::Checkpoint checkpoint;
  if (keys_.empty()) {
    const auto read = ledger::checkpoint_from_text(note->text);
    if (!read) return blame("it is no checkpoint of a ledger");
    checkpoint = *read;
  } else if (const std::string words = fault_of(*note, keys_, checkpoint); !words.empty()) {
    return blame(words);
  }
  if (checkpoint.tree.size <= last_size_) {
    return blame("it is " + of_size(checkpoint.tree.size) + ", and the one before it " +
                 of_size(last_size_));
  }
  next_ = std::move(checkpoint);
}

void CheckpointCheck::blame(const std::string& words) {
  bad_ = reader_.number();
  fault_ = "checkpoint " + std::to_string(bad_) + ": " + words;
}

void CheckpointCheck::take(const ledger::StoredEntry& entry, const ledger::Hash& leaf) {
  if (entry.header.sequence == 1 && entry.view.command.size() == sizeof(GenesisCommand)) {
    origin_ =
        Text<128>{ledger::origin_of(read_record<GenesisCommand>(entry.view.command).venue.view())};
  }
  tree_.add(leaf);
  if (next_ && next_->tree.size == tree_.size()) check_next(entry, leaf);
  if (guard_ && guard_->size == tree_.size() && fault_.empty()) {
    guard_held_ = *guard_;
    if (guard_->root != tree_.root()) {
      fault_ = "the mark of what was signed last has another root " + of_size(guard_->size) +
               " than they have";
    }
  }
}

void CheckpointCheck::check_next(const ledger::StoredEntry& entry, const ledger::Hash& leaf) {
  const std::uint64_t size = next_->tree.size;
  if (next_->origin != origin_.view()) {
    return blame("it is of " + next_->origin + ", and this ledger is of " +
                 std::string{origin_.view()});
  }
  if (next_->tree.root != tree_.root()) {
    return blame("it is " + of_size(size) + " with the root " + ledger::text_of(next_->tree.root) +
                 ", and they have the root " + ledger::text_of(tree_.root()));
  }
  if (next_->head != leaf) return blame("it is " + of_size(size) + ", and has another head");
  if (next_->digest != entry.header.digest) {
    return blame("it is " + of_size(size) + ", and has another digest of the state");
  }
  ++count_;
  last_size_ = size;
  last_root_ = next_->tree.root;
  notes_ = with_note(notes_, next_note_);
  read_next();
}

void CheckpointCheck::finish(bool closed) {
  if (!fault_.empty()) {
    next_.reset();
    return;
  }
  if (next_) {
    return blame("it is " + of_size(next_->tree.size) + ", and the ledger has " +
                 std::to_string(tree_.size()));
  }
  const std::uint64_t signed_size = guard_ ? guard_->size : 0;
  if (signed_size > tree_.size()) {
    fault_ = "the venue has signed a tree " + of_size(signed_size) + ", and the ledger has " +
             std::to_string(tree_.size());
  } else if (!guard_ && last_size_ != 0) {
    fault_ = "the mark of what was signed last is missing";
  } else if (signed_size < last_size_) {
    fault_ = "the mark of what was signed last is " + of_size(signed_size) +
             ", and the last checkpoint " + of_size(last_size_);
  } else if (closed && torn_bytes() != 0) {
    bad_ = reader_.number() + 1;
    fault_ = std::to_string(torn_bytes()) + " bytes after the last checkpoint are none";
  } else if (closed && signed_size != last_size_) {
    bad_ = reader_.number() + 1;
    fault_ = "the venue has signed a tree " + of_size(signed_size) +
             ", and its checkpoint is gone, or never got onto the disk: the last is " +
             of_size(last_size_) + "; where emxd runs again with its key, it signs the next";
  } else if (count_ == 0 && !keys_.empty()) {
    fault_ = "there is no checkpoint that the given key could have signed";
  }
}

}  // namespace emx::audit

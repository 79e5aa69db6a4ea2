#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/vocabulary/state_stream.hpp"
#include "engine/vocabulary/text.hpp"
#include "ledger/checkpoint_log.hpp"
#include "ledger/entry.hpp"
#include "ledger/merkle.hpp"

namespace emx::audit {

// Holds the checkpoints of a ledger to its entries, in the pass that reads them: each root is
// computed anew, each head and digest is its entry's, sizes grow, and each has a signature of a key
// that was given. The mark of what was signed last (DIR/ledger/signed) is held to the same tree.
// Only the first fault is told. Not thread-safe.
class CheckpointCheck {
 public:
  // Opens the files, so before the ledger's size is read: what they have is then within it.
  // `keys` may be none; then signatures are not looked at. Anything but ok: they cannot be read.
  ledger::Result open(const std::filesystem::path& data_dir, std::vector<ledger::VerifierKey> keys);

  // Goes on where another was, of the same ledger and keys, which had found no fault; words why it
  // cannot: then open() anew and begin at the first entry. The checkpoints it had taken must be
  // there as they were; they are not looked at otherwise. Requires: open.
  [[nodiscard]] std::string go_on(const std::filesystem::path& data_dir, StateReader& from);
  void save(StateWriter& to) const;

  // Requires: the entries in order from the first, or from where it went on.
  void take(const ledger::StoredEntry& entry, const ledger::Hash& leaf);

  // All entries were taken. `closed`: the last writer closed the ledger, so nothing is half
  // written.
  void finish(bool closed);

  // What is wrong, with the number and the size of the checkpoint; empty: nothing.
  [[nodiscard]] const std::string& fault() const { return fault_; }
  // Those that were found good, and the size of the last of them.
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t last_size() const { return last_size_; }
  // Whether there is a mark of what was signed last. Without one, and without checkpoints, nobody
  // can tell whether this ledger was ever signed.
  [[nodiscard]] bool is_guarded() const { return guard_.has_value(); }
  [[nodiscard]] bool checks_signatures() const { return !keys_.empty(); }
  // The one at fault; 0: none, or none in particular.
  [[nodiscard]] std::uint64_t bad() const { return bad_; }
  // Left at the end of the file by a crash, or by a writer at work.
  [[nodiscard]] std::uint64_t torn_bytes() const { return reader_.torn_bytes(); }

 private:
  // What was found good, with all bytes of the notes.
  template <class Self, class Archive>
  static void persist(Self& self, Archive& archive) {
    ledger::MerkleFrontier::persist(self.tree_, archive);
    archive.plain(self.origin_, self.count_, self.last_size_, self.last_root_, self.notes_);
    archive.plain(self.guard_held_.size, self.guard_held_.root);
  }

  void read_next();
  void blame(const std::string& words);
  void check_next(const ledger::StoredEntry& entry, const ledger::Hash& leaf);

  std::vector<ledger::VerifierKey> keys_;
  ledger::CheckpointReader reader_;
  ledger::MerkleFrontier tree_;
  Text<128> origin_{};
  std::optional<ledger::Checkpoint> next_;
  std::string next_note_;
  std::optional<ledger::TreeHead> guard_;
  std::uint64_t count_ = 0;
  std::uint64_t last_size_ = 0;
  ledger::Hash last_root_{};
  ledger::Hash notes_{};           // of those that were good: of the hash before and the note
  ledger::TreeHead guard_held_{};  // the mark, when it was held to the tree
  std::uint64_t bad_ = 0;
  std::string fault_;
};

}  // namespace emx::audit

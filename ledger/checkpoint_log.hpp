#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "ledger/checkpoint.hpp"
#include "ledger/files.hpp"
#include "ledger/guard.hpp"
#include "ledger/status.hpp"

namespace emx::ledger {

// The checkpoints of a ledger, for its writer: DIR/ledger/checkpoints, signed notes (note.hpp) one
// after another, each with an empty line after it. FORMAT.md has every byte.
//
// The guard (guard.hpp) has the size and root that were signed last. It is written and flushed,
// file and folder, before the signature is, so whatever happens, nothing was signed that it does
// not know. It refuses to sign a smaller tree, or another one of the same size: two of the venue's
// signatures that contradict each other can never be explained away. A ledger without a guard may
// be a copy, or an older state, of one that was signed: nothing is signed of it.
//
// Who has a signing key gives all of them: each note has a signature of each. A key is changed by
// giving both for a while, and then the new one.
//
// Not thread-safe. The ledger's writer has the folder, so no other process writes here.
class CheckpointLog {
 public:
  // A note in the file may have so many bytes; what stands at its end and is no longer than that is
  // what a crash has left of one that was not flushed.
  static constexpr std::uint64_t record_bytes_max = 8 << 10;

  // Reads the guard and the last checkpoint. What a crash tore off at the end is cut off; cut()
  // then says so. `corrupt`, with words for a person: the guard is missing or damaged, the file's
  // end is more than torn, or the two contradict each other.
  Result open(const std::filesystem::path& data_dir);

  // Bytes that were cut off by open().
  [[nodiscard]] std::uint64_t cut_bytes() const { return cut_bytes_; }

  // Of the last checkpoint in the file; 0: there is none.
  [[nodiscard]] std::uint64_t last_size() const { return last_size_; }

  // What was signed last; size 0: nothing yet. A crash may have kept it out of the file.
  [[nodiscard]] const TreeHead& guard() const { return guard_; }

  // What keeps this tree from being signed, in words; empty: nothing.
  [[nodiscard]] std::string contradiction(const TreeHead& tree) const;

  // Guard, signatures, note: on the disk when it returns ok. `corrupt`: contradiction() has words,
  // and nothing was signed. Anything else: it may be on the disk or not, and the same checkpoint,
  // or a later one, may be given again after open(). Requires: open; it is of more entries than
  // last_size(), if it contradicts nothing; its origin is a key name; a key at least.
  Result add(const Checkpoint& checkpoint, std::span<const PrivateKey> keys);

 private:
  Result read_end(std::optional<Checkpoint>& last);

  std::filesystem::path data_dir_;
  FileDescriptor file_;
  std::uint64_t bytes_ = 0;  // of the file that count
  std::uint64_t cut_bytes_ = 0;
  std::uint64_t last_size_ = 0;
  TreeHead guard_;
};

// Reads the checkpoints of a ledger from the first, also while its writer goes on: those that were
// there when it was opened.
class CheckpointReader {
 public:
  // No file: it has no checkpoints, and that is ok.
  Result open(const std::filesystem::path& data_dir);

  // The next note, whatever it says; nothing at the end. `corrupt`: what follows is none, with its
  // place in the file in words.
  Result next(std::optional<Note>& note);

  // Number of the note that next() gave, from 1; and of bytes at the end that a crash, or a writer
  // at work, has left incomplete, once next() gave nothing.
  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] std::uint64_t torn_bytes() const { return torn_bytes_; }

 private:
  Result fill();

  std::filesystem::path path_;
  FileDescriptor file_;
  std::string buffer_;
  std::uint64_t read_ = 0;   // bytes of the file that came into the buffer
  std::uint64_t bytes_ = 0;  // of the file when it was opened
  std::uint64_t number_ = 0;
  std::uint64_t torn_bytes_ = 0;
};

// The last checkpoint in the file, whatever stands before it; nothing: there is none.
Result read_last_checkpoint(const std::filesystem::path& data_dir, std::optional<Note>& note);

[[nodiscard]] std::filesystem::path checkpoints_file(const std::filesystem::path& data_dir);

}  // namespace emx::ledger

#include "ledger/checkpoint_log.hpp"

#include <fcntl.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "ledger/anchor.hpp"

namespace emx::ledger {

namespace {

constexpr std::uint64_t record_bytes_max = CheckpointLog::record_bytes_max;
constexpr std::string_view signature_line = "\n\xe2\x80\x94 ";

Result corrupt(std::string message) { return {Status::corrupt, std::move(message) + '.'}; }

std::string words_of(const TreeHead& tree) {
  return std::to_string(tree.size) + " entries with root " + text_of(tree.root);
}

// Where the first note in `text` ends, with the empty line after it; nothing: it is not there
// whole.
std::optional<std::size_t> record_end(std::string_view text) {
  const std::size_t gap = text.find("\n\n");
  if (gap == std::string_view::npos) return std::nullopt;
  const std::size_t end = text.find("\n\n", gap + 2);
  if (end == std::string_view::npos) return std::nullopt;
  return end + 2;
}

// Whether this is a note with the empty line after it.
std::optional<Note> note_of_record(std::string_view record) {
  record.remove_suffix(1);
  return note_from_text(record);
}

// The last whole checkpoint within the end of a file.
struct LastRecord {
  std::size_t end = 0;
  Note note;
  Checkpoint checkpoint;
};

// Requires: `text` begins with the file, or has more than a record before what was torn off.
std::optional<LastRecord> last_record(std::string_view text) {
  // A note begins at the file's beginning or after a signature line and an empty one.
  std::optional<LastRecord> last;
  const auto take = [&](std::size_t begin) {
    const auto bytes = record_end(text.substr(begin));
    if (!bytes) return;
    auto note = note_of_record(text.substr(begin, *bytes));
    const auto checkpoint = note ? checkpoint_from_text(note->text) : std::nullopt;
    if (checkpoint) last = LastRecord{begin + *bytes, std::move(*note), *checkpoint};
  };
  take(0);
  for (std::size_t at = text.find("\n\n"); at != std::string_view::npos;
       at = text.find("\n\n", at + 1)) {
    const std::size_t line = text.rfind('\n', at - (at == 0 ? 0 : 1));
    if (line != std::string_view::npos && text.substr(line).starts_with(signature_line)) {
      take(at + 2);
    }
  }
  return last;
}

// The same of a file, which may be large, so only its end is read. `size`: of the file.
Result find_last_record(const FileDescriptor& file, const std::filesystem::path& path,
                        std::uint64_t& size, std::optional<LastRecord>& last) {
  if (Result result = file_size(file, path, size); !result.ok()) return result;
  constexpr std::uint64_t end_bytes_max = 4 * record_bytes_max;
  const std::uint64_t begin = size > end_bytes_max ? size - end_bytes_max : 0;
  std::string text;
  Result result = read_up_to(file, path, begin, size - begin, text);
  if (result.ok()) last = last_record(text);
  if (last) last->end += begin;
  return result;
}

}  // namespace

std::filesystem::path checkpoints_file(const std::filesystem::path& data_dir) {
  return data_dir / "ledger" / "checkpoints";
}

Result read_last_checkpoint(const std::filesystem::path& data_dir, std::optional<Note>& note) {
  note.reset();
  const auto path = checkpoints_file(data_dir);
  FileDescriptor file;
  Result result = open_file(path, O_RDONLY, file);
  if (result.status == Status::missing) return {};
  std::uint64_t size = 0;
  std::optional<LastRecord> last;
  if (result.ok()) result = find_last_record(file, path, size, last);
  if (last) note = std::move(last->note);
  return result;
}

Result CheckpointLog::open(const std::filesystem::path& data_dir) {
  data_dir_ = data_dir;
  cut_bytes_ = last_size_ = 0;
  const auto path = checkpoints_file(data_dir);
  const std::string guard_name = guard_file(data_dir).string();
  std::optional<TreeHead> guard;
  bool there = false;
  Result result = read_guard(data_dir, guard);
  if (result.ok()) result = look_for(path, there);
  if (!result.ok()) return result;
  if (!guard) {
    return corrupt(guard_name +
                   " is missing: nobody can tell what was signed last of this ledger, which may be "
                   "a copy or an older state of one that was. " +
                   how_to_mend_guard());
  }
  guard_ = *guard;
  if (guard_.size != 0 && !there) {
    return corrupt(path.string() + " is missing, and " + guard_name + " says that " +
                   words_of(guard_) +
                   " were signed. Put it back as it was, or make an empty one to go on without");
  }
  result = open_file(path, O_RDWR | O_CREAT, file_);
  // Its name must be as durable as the first signature in it.
  if (result.ok() && !there) result = flush_folder(path.parent_path());
  if (result.ok()) result = forget_cache(file_, path);
  std::optional<Checkpoint> last;
  if (result.ok()) result = read_end(last);
  if (!result.ok() || !last) return result;
  last_size_ = last->tree.size;
  if (last->tree.size > guard_.size ||
      (last->tree.size == guard_.size && last->tree.root != guard_.root)) {
    return corrupt(guard_name + " says that " + words_of(guard_) + " were signed last, and " +
                   path.string() + " ends with " + words_of(last->tree) +
                   ": one of them was put back or changed");
  }
  return result;
}

Result CheckpointLog::read_end(std::optional<Checkpoint>& last) {
  const auto path = checkpoints_file(data_dir_);
  std::uint64_t size = 0;
  std::optional<LastRecord> found;
  if (Result result = find_last_record(file_, path, size, found); !result.ok()) return result;
  bytes_ = found ? found->end : 0;
  if (size - bytes_ > record_bytes_max) {
    return corrupt(path.string() +
                   " does not end with a checkpoint: " + std::to_string(size - bytes_) +
                   " bytes at its end are none, which is more than a crash leaves");
  }
  if (found) last = found->checkpoint;
  cut_bytes_ = size - bytes_;
  return cut_bytes_ == 0 ? Result{} : cut_file(file_, path, bytes_);
}

std::string CheckpointLog::contradiction(const TreeHead& tree) const {
  const bool backwards = tree.size < guard_.size;
  const bool sideways = tree.size == guard_.size && tree.size != 0 && tree.root != guard_.root;
  if (!backwards && !sideways) return {};
  return "the venue has signed " + words_of(guard_) + ", and the ledger now has " + words_of(tree) +
         (backwards ? ": entries that were signed are gone"
                    : ": entries that were signed are others") +
         ". Signing it would contradict that signature, so nothing is signed. Find out what became "
         "of the ledger: an older copy of it may have been put in its place";
}

Result CheckpointLog::add(const Checkpoint& checkpoint, std::span<const PrivateKey> keys) {
  check(file_.is_open());
  check(!keys.empty());
  if (const std::string words = contradiction(checkpoint.tree); !words.empty()) {
    return corrupt(words);
  }
  check(checkpoint.tree.size > last_size_);
  if (Result result = write_guard(data_dir_, checkpoint.tree); !result.ok()) return result;
  guard_ = checkpoint.tree;
  Note note{text_of(checkpoint), {}};
  for (const PrivateKey& key : keys) {
    note.signatures.push_back(sign_note(note.text, checkpoint.origin, key));
  }
  const std::string record = text_of(note) + '\n';
  check(record.size() <= record_bytes_max);
  Result result = write_at(file_, checkpoints_file(data_dir_), bytes_, record);
  if (!result.ok()) return result;
  bytes_ += record.size();
  last_size_ = checkpoint.tree.size;
  return result;
}

Result CheckpointReader::open(const std::filesystem::path& data_dir) {
  path_ = checkpoints_file(data_dir);
  buffer_.clear();
  read_ = bytes_ = number_ = torn_bytes_ = 0;
  Result result = open_file(path_, O_RDONLY, file_);
  if (result.status == Status::missing) return {};
  return result.ok() ? file_size(file_, path_, bytes_) : result;
}

// So that a whole record is in the buffer, if there is one.
Result CheckpointReader::fill() {
  constexpr std::uint64_t chunk_bytes = 8 * record_bytes_max;
  if (buffer_.size() >= record_bytes_max || read_ == bytes_) return {};
  std::string more;
  Result result = read_up_to(file_, path_, read_, std::min(chunk_bytes, bytes_ - read_), more);
  if (!result.ok()) return result;
  if (more.empty()) bytes_ = read_;  // it was cut meanwhile
  read_ += more.size();
  buffer_ += more;
  return result;
}

Result CheckpointReader::next(std::optional<Note>& note) {
  note.reset();
  if (Result result = fill(); !result.ok()) return result;
  const std::string_view text = std::string_view{buffer_}.substr(0, record_bytes_max);
  const auto end = record_end(text);
  if (end) note = note_of_record(text.substr(0, *end));
  // What the writer would cut off, too: no checkpoint follows.
  if (!note && buffer_.size() <= record_bytes_max && read_ == bytes_ && !last_record(buffer_)) {
    torn_bytes_ = buffer_.size();
    return {};
  }
  ++number_;
  if (!note) {
    return corrupt("what should be checkpoint " + std::to_string(number_) + " of " +
                   path_.string() + ", at byte " + std::to_string(read_ - buffer_.size()) +
                   ", is no signed note");
  }
  buffer_.erase(0, *end);
  return {};
}

}  // namespace emx::ledger

#include "tools/backup/ledger_copy.hpp"

#include <fcntl.h>

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "engine/vocabulary/commands.hpp"
#include "ledger/checkpoint_log.hpp"
#include "ledger/data_directory.hpp"
#include "ledger/entry.hpp"
#include "ledger/files.hpp"
#include "ledger/merkle.hpp"
#include "ledger/snapshot_file.hpp"
#include "ledger/store.hpp"
#include "ledger/verify.hpp"
#include "tools/audit/checkpoint_check.hpp"

namespace emx::backup {

namespace {

namespace fs = std::filesystem;
using ledger::Result;
using ledger::Status;

// Enough that a flush is a small part of a batch; beside a writer little enough that no commit
// waits long for the disk to take it.
constexpr std::size_t batch_bytes_max = std::size_t{4} << 20;
constexpr std::size_t batch_bytes_max_beside_a_writer = std::size_t{1} << 20;
constexpr std::size_t batch_entries_max = 16'384;
// What was copied and flushed is not kept in memory, which others need.
constexpr std::uint64_t bytes_between_forgetting = std::uint64_t{64} << 20;

Result corrupt(std::string message) { return {Status::corrupt, std::move(message)}; }

Result of_system(const std::error_code& error, const std::string& what) {
  if (!error) return {};
  return {error == std::errc::no_space_on_device ? Status::no_space : Status::io_failed,
          what + ": " + error.message()};
}

class LedgerCopy {
 public:
  LedgerCopy(const fs::path& from, const fs::path& aside, const CopyOptions& options,
             Copied& copied)
      : from_{from}, aside_{aside}, options_{options}, copied_{copied} {}

  Result make() {
    Result result = open_source();
    if (result.ok()) result = copy_entries();
    if (result.ok()) result = copy_checkpoints();
    if (result.ok()) result = copy_snapshot();
    if (result.ok()) result = verify_copy();
    if (!result.ok()) return result;
    ledger::DataDirectory folder;
    result = folder.open_to_write(aside_);
    return result.ok() ? folder.mark_closed({copied_.entries, copied_.head}, true) : result;
  }

 private:
  // The checkpoints first: what they are of is then in the ledger.
  Result open_source() {
    ledger::StoreOptions options;
    options.access = ledger::StoreOptions::Access::read;
    Result result = checkpoints_.open(from_);
    if (result.ok()) result = source_.open(from_, options);
    if (!result.ok()) return result;
    copied_.entries = source_.size().value;
    copied_.head = source_.head();
    copied_.genesis = source_.genesis();
    if (copied_.entries == 0) {
      return {Status::missing, "the ledger has no entry yet: there is nothing to copy"};
    }
    const auto& closed_at = source_.closed_at();
    if (options_.from_closed_only && !closed_at) {
      return corrupt(
          "it is not marked as closed, as a backup that came to its end is: it is one that did "
          "not, or a ledger that was written since. Nothing was restored");
    }
    if (closed_at && closed_at->size > copied_.entries) {
      return corrupt("it was closed with " + std::to_string(closed_at->size) +
                     " entries, and has " + std::to_string(copied_.entries) +
                     ": an older state was put in its place");
    }
    if (options_.known && options_.known->checkpoint.tree.size > copied_.entries) {
      return corrupt(
          "it is older than what the venue has published: a checkpoint of " +
          std::to_string(options_.known->checkpoint.tree.size) + " entries is known, and it has " +
          std::to_string(copied_.entries) +
          ". An exchange that went on from here would sign what contradicts that checkpoint. Look "
          "for a newer backup");
    }
    return {};
  }

  Result copy_entries() {
    ledger::LedgerStore copy;
    Result result = copy.open(aside_);
    const auto start = std::chrono::steady_clock::now();
    std::uint64_t forgotten = 0;
    while (result.ok() && copy.size().value < copied_.entries) {
      const auto batch_start = std::chrono::steady_clock::now();
      result = read_batch(copy.size().value + 1);
      if (!result.ok()) return result;
      if (result = copy.append(batch_); !result.ok()) {
        result.message =
            "the copy cannot be written, and what was made of it is removed; the ledger was only "
            "read, and is as it was. " +
            result.message;
        return result;
      }
      if (copy.head() != head_) return corrupt("the copy's chain is not the ledger's");
      if (options_.progress) options_.progress(copy.size().value, copied_.entries);
      if (copied_.entry_bytes - forgotten >= bytes_between_forgetting) {
        forgotten = copied_.entry_bytes;
        if (result = forget_what_was_copied(); !result.ok()) return result;
      }
      if (options_.shares_the_machine) {
        std::this_thread::sleep_for(std::chrono::steady_clock::now() - batch_start);
      }
      if (options_.bytes_per_second != 0) {
        std::this_thread::sleep_until(
            start +
            std::chrono::milliseconds{copied_.entry_bytes * 1'000 / options_.bytes_per_second});
      }
    }
    if (result.ok() && head_ != copied_.head) {
      return corrupt("entry " + std::to_string(copied_.entries) +
                     " is not the one that the ledger ends with");
    }
    return result;
  }

  // Entries that an append takes, held to the chain: a damaged one must be told of, not written.
  Result read_batch(std::uint64_t first) {
    batch_.clear();
    bytes_.clear();
    bytes_.reserve(batch_entries_max);
    const std::size_t bytes_max =
        options_.shares_the_machine ? batch_bytes_max_beside_a_writer : batch_bytes_max;
    std::size_t held = 0;
    std::string fault;
    const Result result = source_.visit(SeqNo{first}, [&](const ledger::StoredEntry& entry) {
      if (entry.header.sequence > copied_.entries) return false;
      if (fault = fault_of_next(entry); !fault.empty()) {
        fault = "entry " + std::to_string(entry.header.sequence) + ": " + fault;
        return false;
      }
      const auto& bytes = bytes_.emplace_back(entry.bytes.begin(), entry.bytes.end());
      batch_.push_back({bytes, head_});
      held += entry.bytes.size();
      return held < bytes_max && bytes_.size() < batch_entries_max;
    });
    if (!result.ok()) return result;
    if (!fault.empty()) return corrupt(fault);
    if (bytes_.empty()) return corrupt("entry " + std::to_string(first) + " is missing");
    copied_.entry_bytes += held;
    return {};
  }

  std::string fault_of_next(const ledger::StoredEntry& entry) {
    if (const auto words = ledger::fault_of(entry.view); !words.empty()) return std::string{words};
    if (entry.header.prev != head_) return "its link is not the hash of the entry before it";
    if (entry.header.sequence != 1 && entry.header.at_ns < at_ns_) return "its time goes back";
    if (entry.header.sequence == 1) {
      if (entry.header.kind != static_cast<std::uint16_t>(CommandKind::genesis)) {
        return "it is no genesis";
      }
      semantics_version_ = read_record<GenesisCommand>(entry.view.command).semantics_version;
    }
    at_ns_ = entry.header.at_ns;
    head_ = leaf_hash_(entry.bytes);
    return {};
  }

  // Note by note; what is no checkpoint, or not of these entries, verify_copy() finds.
  Result copy_checkpoints() {
    std::string text;
    std::optional<ledger::Checkpoint> last;
    const auto take = [&](const ledger::Note& note, const ledger::Checkpoint& checkpoint) {
      text += text_of(note) + '\n';
      last = checkpoint;
    };
    std::optional<ledger::Note> note;
    for (;;) {
      if (Result result = checkpoints_.next(note); !result.ok()) return result;
      if (!note) break;
      const auto checkpoint = ledger::checkpoint_from_text(note->text);
      if (!checkpoint) {
        return corrupt("checkpoint " + std::to_string(checkpoints_.number()) +
                       ": it is no checkpoint of a ledger");
      }
      if (checkpoint->tree.size > copied_.entries) {
        return corrupt("checkpoint " + std::to_string(checkpoints_.number()) + " is of " +
                       std::to_string(checkpoint->tree.size) + " entries, and the ledger has " +
                       std::to_string(copied_.entries));
      }
      take(*note, *checkpoint);
    }
    if (options_.known && (!last || options_.known->checkpoint.tree.size > last->tree.size)) {
      take(options_.known->note, options_.known->checkpoint);
    }
    // Whether nothing was signed since the copy was made only a person can say.
    if (!last) return ledger::remove_file(ledger::guard_file(aside_));
    copied_.last_checkpoint = last->tree.size;
    // The guard first, as whoever signs does it.
    Result result = ledger::write_file(ledger::guard_file(aside_),
                                       text_of(ledger::Anchor{last->tree.size, last->tree.root}));
    if (result.ok()) result = ledger::write_file(ledger::checkpoints_file(aside_), text);
    return result.ok() ? ledger::flush_folder(aside_ / "ledger") : result;
  }

  // It only saves time, so one that does not fit is none.
  Result copy_snapshot() {
    const auto judge = [&](const ledger::Snapshot& snapshot) {
      bool fits = false;
      const Result result =
          source_.get(SeqNo{snapshot.header.sequence}, [&](const ledger::StoredEntry& entry) {
            fits = leaf_hash_(entry.bytes) == snapshot.header.head &&
                   entry.header.digest == snapshot.header.digest;
          });
      return std::string{result.ok() && fits ? "" : "it is of another ledger"};
    };
    const auto snapshot =
        ledger::newest_valid(from_, {semantics_version_, copied_.genesis, copied_.entries}, judge,
                             [](const std::string&) {});
    if (!snapshot) return {};
    copied_.snapshot = snapshot->header.sequence;
    const auto path = ledger::snapshot_path(aside_, copied_.snapshot);
    const std::span<const std::byte> bytes{snapshot->bytes};
    Result result = ledger::create_folders(path.parent_path());
    if (result.ok()) result = ledger::write_file(path, std::span{&bytes, 1});
    return result.ok() ? ledger::flush_folder(path.parent_path()) : result;
  }

  [[nodiscard]] Result forget_what_was_copied() const {
    const auto data_file = aside_ / "ledger" / "data.mdb";
    ledger::FileDescriptor file;
    const Result result = ledger::open_file(data_file, O_RDONLY, file);
    return result.ok() ? ledger::forget_cache(file, data_file) : result;
  }

  // From what the disk has: the cache may hold what it has not.
  Result verify_copy() {
    Result result = forget_what_was_copied();
    if (result.ok()) result = verify_what_the_disk_has();
    return result.ok() ? forget_what_was_copied() : result;
  }

  Result verify_what_the_disk_has() {
    audit::CheckpointCheck checkpoints;
    Result result = checkpoints.open(aside_, options_.venue_keys);
    ledger::LedgerStore copy;
    ledger::StoreOptions options;
    options.access = ledger::StoreOptions::Access::read;
    if (result.ok()) result = copy.open(aside_, options);
    if (!result.ok()) return result;
    ledger::MerkleFrontier tree;
    std::string fault;
    ledger::VerifyOptions how;
    how.anchors.push_back({copied_.entries, copied_.head});
    how.hashed = [&](const ledger::StoredEntry& entry, const ledger::Hash& leaf) {
      checkpoints.take(entry, leaf);
      if (!options_.known) return;
      tree.add(leaf);
      const auto& known = options_.known->checkpoint;
      if (tree.size() == known.tree.size && tree.root() != known.tree.root) {
        fault = "the known checkpoint of " + std::to_string(known.tree.size) +
                " entries has another root than they have: this is another ledger, or a fork";
      }
    };
    result = ledger::verify(copy, how).result;
    if (!result.ok()) return result;
    checkpoints.finish(true);
    copied_.checkpoints = checkpoints.count();
    if (fault.empty()) fault = checkpoints.fault();
    return fault.empty() ? Result{} : corrupt("the ledger is not valid: " + fault);
  }

  const fs::path& from_;
  const fs::path& aside_;
  const CopyOptions& options_;
  Copied& copied_;
  ledger::CheckpointReader checkpoints_;
  ledger::LedgerStore source_;
  ledger::LeafHasher leaf_hash_;
  std::vector<std::vector<std::byte>> bytes_;
  std::vector<ledger::ChainedEntry> batch_;  // of bytes_
  ledger::Hash head_{};                      // of what was read
  std::int64_t at_ns_ = 0;
  std::uint32_t semantics_version_ = 0;
};

// The ledger last: where it is, all is.
Result put_in_place(const fs::path& aside, const fs::path& to, bool has_snapshot) {
  Result result;
  if (has_snapshot) {
    std::error_code error;
    fs::rename(aside / "snapshots", to / "snapshots", error);
    result = of_system(error, "renaming " + (aside / "snapshots").string());
  }
  if (!result.ok()) return result;
  std::error_code error;
  fs::rename(aside / "ledger", to / "ledger", error);
  result = of_system(error, "renaming " + (aside / "ledger").string());
  return result.ok() ? ledger::flush_folder(to) : result;
}

}  // namespace

Result copy_ledger(const fs::path& from, const fs::path& to, const CopyOptions& options,
                   Copied& copied) {
  const fs::path aside = to / "unfinished";
  for (const fs::path& name : {to / "ledger", to / "snapshots", aside}) {
    bool there = false;
    if (Result result = ledger::look_for(name, there); !result.ok()) return result;
    if (there) {
      return {Status::io_failed, name.string() + " is there already, and nothing is overwritten" +
                                     (name == aside ? ": a copy that was interrupted left it, or "
                                                      "one is running. Remove it in the first case"
                                                    : "")};
    }
  }
  bool folder_was_there = false;
  if (Result result = ledger::look_for(to, folder_was_there); !result.ok()) return result;
  if (Result result = ledger::create_folders(aside); !result.ok()) return result;
  Result result = LedgerCopy{from, aside, options, copied}.make();
  if (result.ok()) result = put_in_place(aside, to, copied.snapshot != 0);
  std::error_code ignored;
  fs::remove_all(aside, ignored);
  if (!result.ok() && !folder_was_there) fs::remove(to, ignored);
  return result;
}

}  // namespace emx::backup

#include "ledger/store.hpp"

#include <limits>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "ledger/disk_copy.hpp"
#include "ledger/failure.hpp"
#include "ledger/files.hpp"
#include "ledger/guard.hpp"
#include "ledger/page_edge.hpp"
#include "ledger/verify.hpp"

namespace emx::ledger {

namespace {

constexpr std::uint64_t last_entries_checked = 1'024;
// Two commits may pass during one look at the edge, but not again and again.
constexpr int edge_looks_max = 100;
// More than one commit writes.
constexpr std::uint64_t full_disk_bytes = 16 << 20;

}  // namespace

LedgerStore::~LedgerStore() {
  file_.close();  // LMDB's locks before ours
  directory_.close();
}

Result LedgerStore::open(const std::filesystem::path& data_dir, const StoreOptions& options) {
  check(!open_);
  writes_ = options.access == StoreOptions::Access::write;
  created_ = copied_ = verified_whole_ = false;
  failure_ = {};
  dead_ = distrusted_ = false;
  Result result = writes_ ? open_to_write(data_dir, options) : open_to_read(data_dir, options);
  open_ = result.ok();
  if (!open_) {
    file_.close();
    directory_.close();
  }
  return result;
}

Result LedgerStore::open_to_write(const std::filesystem::path& data_dir,
                                  const StoreOptions& options) {
  Result result = directory_.open_to_write(data_dir);
  if (!result.ok()) return result;

  bool there = false;
  if (result = directory_.find_ledger(there); !result.ok()) return result;
  if (result = read_marks(); !result.ok()) return result;
  if (result = remove_file(directory_.new_file()); !result.ok()) return result;
  if (!there) {
    result = create(options);
  } else if (result = check_file_head(directory_.data_file()); !result.ok()) {
    return result;
  } else if (closed_at_) {
    const bool is_as_closed = options.probe != Probe::ends || directory_.has_edge_of_close();
    const Probe probe = is_as_closed ? options.probe : Probe::whole;
    result = probe_in_child(directory_.data_file(), LogFile::Mode::read_alone, options.map_bytes,
                            probe, true);
    verified_whole_ = probe == Probe::whole;
  } else {
    result = copy_from_disk_and_verify(options);
  }
  if (result.ok()) {
    result = file_.open(directory_.folder(), LogFile::Mode::write, options.map_bytes);
  }
  if (result.ok()) result = check_ends();
  if (result.ok() && end_.meta.size == 0) result = found_guard(data_dir);
  if (result.ok()) result = directory_.remove_marks();
  return result;
}

Result LedgerStore::open_to_read(const std::filesystem::path& data_dir,
                                 const StoreOptions& options) {
  Result result = directory_.open_to_read(data_dir);
  if (!result.ok()) return result;
  if (result = read_marks(); !result.ok()) return result;
  const auto mode = directory_.is_alone() ? LogFile::Mode::read_alone : LogFile::Mode::read;
  result = check_file_head(directory_.data_file());
  if (result.ok()) {
    result = probe_in_child(directory_.folder(), mode, options.map_bytes, options.probe, false);
  }
  if (result.ok()) result = file_.open(directory_.folder(), mode, options.map_bytes);
  return result.ok() ? take_ends() : result;
}

Result LedgerStore::read_marks() {
  Result result = directory_.read_earlier_failure(earlier_failure_);
  return result.ok() ? directory_.read_closed_at(closed_at_) : result;
}

Result LedgerStore::create(const StoreOptions& options) {
  if (!options.create) {
    return failure(Status::missing, "there is no " + directory_.data_file().string());
  }
  LogFile file;
  Result result = file.open(directory_.new_file(), LogFile::Mode::create, options.map_bytes);
  file.close();
  if (result.ok()) result = rename_new_file(directory_.new_file(), directory_.data_file());
  created_ = verified_whole_ = result.ok();
  return result;
}

Result LedgerStore::copy_from_disk_and_verify(const StoreOptions& options) {
  Result result =
      replace_with_disk_copy(directory_.data_file(), [&](const std::filesystem::path& copy) {
        Probe probe = options.probe;
        if (probe == Probe::none) probe = Probe::tail;
        if (probe == Probe::ends) probe = Probe::whole;
        verified_whole_ = probe == Probe::whole;
        return probe_in_child(copy, LogFile::Mode::read_alone, options.map_bytes, probe, true);
      });
  copied_ = result.ok();
  return result;
}

// Before the first write, whatever the probe was: genesis, the last entries, and the meta record.
Result LedgerStore::check_ends() {
  const Verdict verdict = verify(file_, {.last_entries = last_entries_checked});
  if (!verdict.result.ok()) return verdict.result;
  if (Result result = take_ends(); !result.ok()) return result;
  const Anchor end{end_.meta.size, end_.meta.head};
  if (closed_at_ && *closed_at_ != end) {
    return failure(Status::corrupt,
                   directory_.data_file().string() + " ends with entry " +
                       std::to_string(end.size) + ", " + text_of(end.head) +
                       ", and was closed with entry " + std::to_string(closed_at_->size) + ", " +
                       text_of(closed_at_->head) + ": it is an older state, or another ledger");
  }
  Hash genesis{};
  Result result = file_.visit(1, 1, [&](std::uint64_t, std::span<const std::byte> value) {
    genesis = LeafHasher{}(value);
    return true;
  });
  if (!result.ok()) return result;
  if (genesis == end_.meta.genesis) return {};
  return failure(Status::corrupt,
                 "entry 1 of " + directory_.data_file().string() +
                     " is not the one whose hash the meta record has as the genesis hash");
}

// What is at the end of the log, from the file.
Result LedgerStore::take_ends() {
  std::uint64_t last_key = 0;
  end_ = {};
  if (Result result = file_.read_tail(end_.meta, last_key); !result.ok()) return result;
  size_.store(end_.meta.size, std::memory_order_release);
  if (end_.meta.size == 0) return {};
  return file_.visit(end_.meta.size, end_.meta.size,
                     [&](std::uint64_t, std::span<const std::byte> value) {
                       StoredEntry entry;
                       if (decode(value, entry).empty()) end_.at_ns = entry.header.at_ns;
                       return true;
                     });
}

// ok, or the failure after which the store is dead.
Result LedgerStore::state() const {
  check(open_);
  return dead_.load(std::memory_order_acquire) ? failure_ : Result{};
}

Result LedgerStore::append(std::span<const ChainedEntry> batch) {
  if (Result result = state(); !result.ok()) return result;
  if (!writes_) {
    return failure(Status::read_only, directory_.folder().string() + " is open for reading");
  }
  if (batch.empty()) return {};
  Result result = file_.append(batch, end_);
  if (result.ok()) {
    size_.store(end_.meta.size, std::memory_order_release);
    return result;
  }
  blame_full_disk(result);
  result.message += " Nothing of this batch was acknowledged; the last durable entry is " +
                    std::to_string(end_.meta.size) +
                    ". The ledger takes nothing more until it is opened again.";
  failure_ = result;
  dead_.store(true, std::memory_order_release);
  directory_.mark_failed(result.message);
  return result;
}

// LMDB calls a write that came out short an input/output error; that is how a disk gets full.
void LedgerStore::blame_full_disk(Result& result) const {
  std::uint64_t available = 0;
  if (result.status != Status::io_failed || !free_bytes(available).ok()) return;
  if (available >= full_disk_bytes) return;
  result = failure(Status::no_space, what_happened(result) + ", and the disk has " +
                                         std::to_string(available) + " bytes left");
}

Result LedgerStore::close() {
  if (!open_) return {};
  Result result = state();
  file_.close();
  if (result.ok() && writes_) {
    result = directory_.mark_closed({end_.meta.size, end_.meta.head}, !distrusted_);
  }
  directory_.close();
  open_ = false;
  return result;
}

Result LedgerStore::check_structure() const {
  if (Result result = state(); !result.ok()) return result;
  Edge edge;
  Result result;
  for (int look = 0; look < edge_looks_max; ++look) {
    result = file_.within_read([&](std::uint64_t transaction) {
      return read_edge(directory_.data_file(), transaction, edge);
    });
    if (result.status != Status::missing) break;
  }
  return result.ok() ? check_pages(directory_.data_file(), edge) : result;
}

Result LedgerStore::visit(SeqNo from, const EntryVisitor& visit) const {
  if (Result result = state(); !result.ok()) return result;
  check(from.value > 0);
  Result bad;
  std::uint64_t next = from.value;
  Result result =
      file_.visit(from.value, std::numeric_limits<std::uint64_t>::max(),
                  [&](std::uint64_t key, std::span<const std::byte> value) {
                    StoredEntry entry;
                    std::string_view fault = key == next ? decode(value, entry) : "it is missing";
                    if (fault.empty() && entry.header.sequence != key)
                      fault = "it has another sequence";
                    if (!fault.empty()) {
                      bad = failure(Status::corrupt, "cannot read entry " + std::to_string(next) +
                                                         " of " + directory_.data_file().string() +
                                                         ": " + std::string{fault});
                      return false;
                    }
                    ++next;
                    return visit(entry);
                  });
  return result.ok() ? bad : result;
}

Result LedgerStore::get(SeqNo sequence,
                        const std::function<void(const StoredEntry&)>& visit_one) const {
  bool found = false;
  Result result = visit(sequence, [&](const StoredEntry& entry) {
    visit_one(entry);
    found = true;
    return false;
  });
  if (!result.ok() || found) return result;
  const std::string number = std::to_string(sequence.value);
  return sequence <= size() ? failure(Status::corrupt, "entry " + number + " is missing")
                            : failure(Status::missing, "there is no entry " + number);
}

Result LedgerStore::free_bytes(std::uint64_t& bytes) const {
  check(open_);
  return ledger::free_bytes(directory_.folder(), bytes);
}

Result LedgerStore::file_bytes(std::uint64_t& bytes) const {
  check(open_);
  std::error_code error;
  bytes = std::filesystem::file_size(directory_.data_file(), error);
  return error ? failure_of(error.value(), "look at", directory_.data_file()) : Result{};
}

}  // namespace emx::ledger

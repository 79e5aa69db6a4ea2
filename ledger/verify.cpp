#include "ledger/verify.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

#include "ledger/chain_pass.hpp"
#include "ledger/entry_slice.hpp"
#include "ledger/failure.hpp"
#include "ledger/log_file.hpp"
#include "ledger/slice_queue.hpp"
#include "ledger/store.hpp"

namespace emx::ledger {

namespace {

constexpr std::uint64_t entries_between_reports = 1'024;
constexpr std::size_t slices_ahead_max = 4;

// The half of an audit that judges what is in the entries, which come in order, each without a
// fault of its own. What it finds wrong with an entry comes before all that the chain has against
// it and those behind it: so the verdict is the same however far ahead the chain was read.
class ContentPass {
 public:
  ContentPass(const VerifyOptions& options, const MetaRecord& meta, std::uint64_t last)
      : options_{options}, meta_{meta}, last_{last}, partial_{options.last_entries != 0} {}

  // False: one of them has a fault, and it takes no more.
  bool take(const EntrySlice& slice) {
    for (const EntrySlice::Place& place : slice.places()) {
      if (!take(slice.entry(place), place)) return false;
    }
    return true;
  }

  [[nodiscard]] bool has_fault() const { return !verdict_.result.ok(); }

  // All entries were taken, or one had a fault.
  Verdict finish(const ChainPass& chain) {
    if (!has_fault() && !chain.read_result().ok()) {
      verdict_.result = chain.read_result();
      verdict_.first_bad = verdict_.result.status == Status::corrupt ? verdict_.entries + 1 : 0;
    }
    if (!has_fault()) judge_end(chain);
    if (!has_fault() && options_.progress) options_.progress(verdict_.entries, last_);
    return std::move(verdict_);
  }

 private:
  bool take(const StoredEntry& entry, const EntrySlice::Place& place) {
    const std::uint64_t sequence = entry.header.sequence;
    if (place.is_linked) {
      const std::string fault = fault_of(entry);
      if (!fault.empty()) return blame(sequence, fault);
    }
    if (options_.hashed) options_.hashed(entry, place.leaf);
    if (sequence == meta_.size) hash_at_size_ = place.leaf;
    for (const Anchor& anchor : options_.anchors) {
      if (anchor.size != sequence || anchor.head == place.leaf || not_anchored_) continue;
      not_anchored_ = Good{anchor.size - 1, verdict_.head};
    }
    if (!place.is_linked) return true;
    ++verdict_.entries;
    head_before_ = std::exchange(verdict_.head, place.leaf);
    if (options_.progress && verdict_.entries % entries_between_reports == 0) {
      options_.progress(verdict_.entries, last_);
    }
    return true;
  }

  std::string fault_of(const StoredEntry& entry) {
    if (!partial_) {
      const auto fault = verdict_.balances.apply(entry.view.events);
      if (!fault.empty()) return std::string{fault};
    }
    return options_.inspect ? options_.inspect(entry.view) : std::string{};
  }

  void judge_end(const ChainPass& chain) {
    if (const auto fault = chain.fault()) {
      blame(fault->sequence, fault->reason);
    } else if (const std::uint64_t reached = reached_before(); reached > meta_.size) {
      blame(meta_.size + 1, "it is missing: the ledger has had " + std::to_string(reached) +
                                " entries before, so this is an older state of it");
    } else if (not_anchored_) {
      blame(not_anchored_->entries + 1,
            "it is not the entry that the ledger is known to have had there");
      verdict_.head = not_anchored_->head;
    } else if (meta_.size == 0 && meta_.genesis != zero_hash) {
      blame(0, "the meta record has a genesis hash, and there is no entry");
    }
  }

  [[nodiscard]] std::uint64_t reached_before() const {
    std::uint64_t most = 0;
    for (const Anchor& anchor : options_.anchors) most = std::max(most, anchor.size);
    return most;
  }

  bool blame(std::uint64_t sequence, std::string_view reason) {
    verdict_.first_bad = sequence;
    if (sequence != 0 && verdict_.entries >= sequence) {  // it passed at first
      verdict_.entries = sequence - 1;
      verdict_.head = verdict_.entries == meta_.size ? hash_at_size_ : head_before_;
    }
    const std::string subject = sequence == 0 ? "" : "entry " + std::to_string(sequence) + ": ";
    verdict_.result =
        failure(Status::corrupt, "the ledger is not valid: " + subject + std::string{reason});
    return false;
  }

  struct Good {
    std::uint64_t entries = 0;
    Hash head{};
  };

  const VerifyOptions& options_;
  const MetaRecord meta_;
  const std::uint64_t last_;
  const bool partial_;
  Hash head_before_{};  // of the good entry before the last good one
  Hash hash_at_size_{};
  std::optional<Good> not_anchored_;  // before the first that an anchor has otherwise
  Verdict verdict_;
};

void pass_alone(ChainPass& chain, ContentPass& contents) {
  EntrySlice slice;
  bool more = true;
  while (more) {
    slice.clear();
    more = chain.read(slice);
    if (!contents.take(slice)) return;
  }
}

// Reads the chain in a thread of its own, which ends with this object.
class Reader {
 public:
  Reader(ChainPass& chain, SliceQueue& queue)
      : queue_{queue}, thread_{[this, &chain] { run(chain); }} {}
  ~Reader() { finish(); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // What it threw; nothing: it did not.
  std::exception_ptr finish() {
    queue_.stop();
    if (thread_.joinable()) thread_.join();
    return thrown_;
  }

 private:
  void run(ChainPass& chain) {
    try {
      bool more = true;
      while (more) {
        EntrySlice slice = queue_.empty_slice();
        more = chain.read(slice);
        if (!queue_.put(std::move(slice))) break;
      }
    } catch (...) {
      thrown_ = std::current_exception();
    }
    queue_.end();
  }

  SliceQueue& queue_;
  std::exception_ptr thrown_;
  std::thread thread_;
};

void pass_side_by_side(ChainPass& chain, ContentPass& contents) {
  SliceQueue queue{slices_ahead_max};
  Reader reader{chain, queue};
  EntrySlice slice;
  while (queue.exchange_for_next(slice) && contents.take(slice)) {
  }
  const std::exception_ptr thrown = reader.finish();
  // Behind a fault it would not have been read to there.
  if (thrown != nullptr && !contents.has_fault()) std::rethrow_exception(thrown);
}

}  // namespace

Verdict verify(const LogFile& file, const VerifyOptions& options) {
  Verdict unreadable;
  MetaRecord meta;
  std::uint64_t last_key = 0;
  unreadable.result = file.read_tail(meta, last_key);
  if (!unreadable.result.ok()) return unreadable;

  std::uint64_t first = 1;
  if (options.last_entries != 0 && meta.size > options.last_entries) {
    first = meta.size - options.last_entries + 1;
  }
  ChainPass chain{file, meta, last_key, first};
  ContentPass contents{options, meta, chain.last()};
  if (options.jobs > 1) {
    pass_side_by_side(chain, contents);
  } else {
    pass_alone(chain, contents);
  }
  return contents.finish(chain);
}

Verdict verify(const LedgerStore& store, const VerifyOptions& options) {
  VerifyOptions anchored = options;
  if (store.closed_at()) anchored.anchors.push_back(*store.closed_at());
  return verify(store.file(), anchored);
}

}  // namespace emx::ledger

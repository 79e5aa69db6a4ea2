#include "ledger/verify.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <string_view>
#include <system_error>
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
      : options_{options}, meta_{meta}, last_{last}, partial_{options.last_entries != 0} {
    if (!options.start) return;
    point_ = *options.start;
    if (point_.entries == meta.size) hash_at_size_ = point_.head;
  }

  // False: one of them has a fault, or somebody ended it, and it takes no more.
  bool take(const EntrySlice& slice) {
    for (const EntrySlice::Place& place : slice.places()) {
      if (!take(slice.entry(place), place)) return false;
      all_linked_ = all_linked_ && place.is_linked;
    }
    if (!options_.go_on || !all_linked_ || options_.go_on(point_, !not_anchored_)) return true;
    result_ =
        failure(Status::interrupted, "interrupted after entry " + std::to_string(point_.entries));
    return false;
  }

  [[nodiscard]] bool has_ended() const { return !result_.ok(); }

  // All entries were taken, or it has ended before.
  Verdict finish(const ChainPass& chain) {
    if (!has_ended() && !chain.read_result().ok()) {
      result_ = chain.read_result();
      first_bad_ = result_.status == Status::corrupt ? point_.entries + 1 : 0;
    }
    if (!has_ended()) judge_end(chain);
    if (!has_ended() && options_.progress) options_.progress(point_.entries, last_);
    Verdict verdict;
    verdict.result = std::move(result_);
    verdict.first_bad = first_bad_;
    verdict.entries = point_.entries;
    verdict.head = point_.head;
    verdict.balances = std::move(point_.balances);
    return verdict;
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
      not_anchored_ = Good{anchor.size - 1, point_.head};
    }
    if (!place.is_linked) return true;
    ++point_.entries;
    point_.head_before = std::exchange(point_.head, place.leaf);
    point_.at_ns = entry.header.at_ns;
    if (options_.progress && point_.entries % entries_between_reports == 0) {
      options_.progress(point_.entries, last_);
    }
    return true;
  }

  std::string fault_of(const StoredEntry& entry) {
    if (!partial_) {
      const auto fault = point_.balances.apply(entry.view.events);
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
      point_.head = not_anchored_->head;
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
    first_bad_ = sequence;
    if (sequence != 0 && point_.entries >= sequence) {  // it passed at first
      point_.entries = sequence - 1;
      point_.head = point_.entries == meta_.size ? hash_at_size_ : point_.head_before;
    }
    const std::string subject = sequence == 0 ? "" : "entry " + std::to_string(sequence) + ": ";
    result_ = failure(Status::corrupt, "the ledger is not valid: " + subject + std::string{reason});
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
  VerifyPoint point_;
  Hash hash_at_size_{};
  bool all_linked_ = true;
  std::optional<Good> not_anchored_;  // before the first that an anchor has otherwise
  Result result_;
  std::uint64_t first_bad_ = 0;
};

// Both: the threads that did it.
unsigned pass_alone(ChainPass& chain, ContentPass& contents) {
  EntrySlice slice;
  bool more = true;
  while (more) {
    slice.clear();
    more = chain.read(slice);
    if (!contents.take(slice)) break;
  }
  return 1;
}

// Reads the chain in a thread of its own, which ends with this object.
class Reader {
 public:
  explicit Reader(SliceQueue& queue) : queue_{queue} {}
  ~Reader() { finish(); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // False: there is no thread to be had.
  bool start(ChainPass& chain) {
    try {
      thread_ = std::thread{[this, &chain] { run(chain); }};
    } catch (const std::system_error&) {
      return false;
    }
    return true;
  }

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

unsigned pass_side_by_side(ChainPass& chain, ContentPass& contents) {
  SliceQueue queue{slices_ahead_max};
  Reader reader{queue};
  if (!reader.start(chain)) return pass_alone(chain, contents);
  EntrySlice slice;
  while (queue.exchange_for_next(slice) && contents.take(slice)) {
  }
  const std::exception_ptr thrown = reader.finish();
  // Behind a fault it would not have been read to there.
  if (thrown != nullptr && !contents.has_ended()) std::rethrow_exception(thrown);
  return 2;
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
  const auto chain_from = [&] {
    if (!options.start) return ChainPass{file, meta, last_key, first};
    const VerifyPoint& start = *options.start;
    return ChainPass{file, meta, last_key,
                     ChainPass::Before{start.entries, start.head, start.at_ns}};
  };
  ChainPass chain = chain_from();
  ContentPass contents{options, meta, chain.last()};
  const unsigned jobs =
      options.jobs > 1 ? pass_side_by_side(chain, contents) : pass_alone(chain, contents);
  Verdict verdict = contents.finish(chain);
  verdict.jobs = jobs;
  return verdict;
}

Verdict verify(const LedgerStore& store, const VerifyOptions& options) {
  VerifyOptions anchored = options;
  if (store.closed_at()) anchored.anchors.push_back(*store.closed_at());
  return verify(store.file(), anchored);
}

}  // namespace emx::ledger

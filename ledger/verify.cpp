#include "ledger/verify.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "ledger/entry.hpp"
#include "ledger/failure.hpp"
#include "ledger/log_file.hpp"
#include "ledger/store.hpp"

namespace emx::ledger {

namespace {

constexpr std::uint64_t entries_between_reports = 1'024;
constexpr std::string_view appended_outside =
    "it is not counted in the meta record, so it was not appended by the exchange";

// One pass over a log. Entries are given to take() in order until it returns false; then finish().
class Audit {
 public:
  Audit(const VerifyOptions& options, const MetaRecord& meta, std::uint64_t last_key)
      : options_{options}, meta_{meta}, end_{std::max(meta.size, last_key)}, last_key_{last_key} {
    if (options.last_entries != 0 && meta.size > options.last_entries) {
      next_ = meta.size - options.last_entries + 1;
    }
    partial_ = options.last_entries != 0;
    from_middle_ = next_ > 1;
  }

  [[nodiscard]] std::uint64_t first() const { return next_; }
  [[nodiscard]] std::uint64_t last() const { return end_; }

  bool take(std::uint64_t key, std::span<const std::byte> bytes) {
    if (suspect_ && key != next_) return blame_suspect(*suspect_);
    if (key != next_) {
      return next_ <= meta_.size ? blame(next_, "it is missing") : blame(key, appended_outside);
    }
    StoredEntry entry;
    const auto fault = decode(bytes, entry);
    if (suspect_) {
      // The link before the entry before this one was broken; this one's tells who broke it.
      return blame_suspect(fault.empty() && entry.header.prev == hash_ ? *suspect_ : key - 1);
    }
    if (!fault.empty()) return blame(key, fault);
    if (entry.header.sequence != key) return blame(key, "it has another sequence in its header");
    if (from_middle_) {
      hash_ = entry.header.prev;
      at_ns_ = entry.header.at_ns;
      from_middle_ = false;
    }
    if (entry.header.prev != hash_) {
      if (key == 1) return blame(key, "its link to an entry before it is not empty");
      suspect_ = key - 1;
      advance(entry);
      return true;
    }
    if (const auto reason = fault_of_content(entry); !reason.empty()) return blame(key, reason);
    advance(entry);
    if (key == 1 && hash_ != meta_.genesis) {
      return blame(key, "its hash is not the genesis hash in the meta record");
    }
    ++verdict_.entries;
    head_before_ = std::exchange(verdict_.head, hash_);
    if (options_.progress && verdict_.entries % entries_between_reports == 0) {
      options_.progress(verdict_.entries, end_);
    }
    return true;
  }

  Verdict finish() {
    if (verdict_.result.ok()) judge_end();
    if (verdict_.result.ok() && options_.progress) options_.progress(verdict_.entries, end_);
    return std::move(verdict_);
  }

 private:
  std::string fault_of_content(const StoredEntry& entry) {
    const bool genesis = entry.header.kind == static_cast<std::uint16_t>(CommandKind::genesis);
    if (entry.header.sequence == 1 && !genesis) return "the first command is not a genesis";
    if (entry.header.sequence > 1 && entry.header.at_ns < at_ns_) {
      return "its time is before that of the entry before it";
    }
    if (!partial_) {
      const auto fault = verdict_.balances.apply(entry.view.events);
      if (!fault.empty()) return std::string{fault};
    }
    return options_.inspect ? options_.inspect(entry.view) : std::string{};
  }

  void advance(const StoredEntry& entry) {
    hash_ = leaf_hash_(entry.bytes);
    at_ns_ = entry.header.at_ns;
    if (options_.hashed) options_.hashed(entry, hash_);
    if (entry.header.sequence == meta_.size) hash_at_size_ = hash_;
    for (const Anchor& anchor : options_.anchors) {
      if (anchor.size != entry.header.sequence || anchor.head == hash_ || not_anchored_) continue;
      not_anchored_ = anchor.size;
    }
    ++next_;
  }

  // All entries that are there were taken.
  void judge_end() {
    if (suspect_) {
      blame_suspect(meta_.head == hash_ ? *suspect_ : next_ - 1);
    } else if (last_key_ > meta_.size) {
      blame(meta_.size + 1, appended_outside);
    } else if (next_ <= meta_.size) {
      blame(next_,
            "it is missing, and the meta record counts " + std::to_string(meta_.size) + " entries");
    } else if (meta_.head != hash_at_size_) {
      blame(meta_.size, "its hash is not the head in the meta record: one of them was changed");
    } else if (const std::uint64_t reached = reached_before(); reached > meta_.size) {
      blame(next_, "it is missing: the ledger has had " + std::to_string(reached) +
                       " entries before, so this is an older state of it");
    } else if (not_anchored_) {
      blame(*not_anchored_, "it is not the entry that the ledger is known to have had there");
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

  bool blame_suspect(std::uint64_t sequence) {
    return blame(sequence, "it was changed: the chain of hashes is broken between entries " +
                               std::to_string(*suspect_) + " and " + std::to_string(*suspect_ + 1));
  }

  const VerifyOptions& options_;
  MetaRecord meta_;
  std::uint64_t end_;
  std::uint64_t last_key_;
  bool partial_ = false;
  bool from_middle_ = false;

  LeafHasher leaf_hash_;
  Hash hash_{};         // of the entry before `next_`
  Hash head_before_{};  // of the good entry before the last good one
  Hash hash_at_size_{};
  std::int64_t at_ns_ = 0;
  std::uint64_t next_ = 1;
  std::optional<std::uint64_t> suspect_;       // the link after this entry is broken
  std::optional<std::uint64_t> not_anchored_;  // the first that an anchor has otherwise
  Verdict verdict_;
};

}  // namespace

Verdict verify(const LogFile& file, const VerifyOptions& options) {
  Verdict unreadable;
  MetaRecord meta;
  std::uint64_t last_key = 0;
  unreadable.result = file.read_tail(meta, last_key);
  if (!unreadable.result.ok()) return unreadable;

  Audit audit{options, meta, last_key};
  Result read = file.visit(
      audit.first(), audit.last(),
      [&](std::uint64_t key, std::span<const std::byte> value) { return audit.take(key, value); });
  Verdict verdict = audit.finish();
  if (!read.ok()) {
    verdict.result = std::move(read);
    verdict.first_bad = verdict.result.status == Status::corrupt ? verdict.entries + 1 : 0;
  }
  return verdict;
}

Verdict verify(const LedgerStore& store, const VerifyOptions& options) {
  VerifyOptions anchored = options;
  if (store.closed_at()) anchored.anchors.push_back(*store.closed_at());
  return verify(store.file(), anchored);
}

}  // namespace emx::ledger

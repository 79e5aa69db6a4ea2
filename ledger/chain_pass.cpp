#include "ledger/chain_pass.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "engine/vocabulary/commands.hpp"

namespace emx::ledger {

namespace {

// As much as one read transaction reads (log_file.hpp).
constexpr std::size_t slice_entries_max = 1'024;
constexpr std::size_t slice_bytes_max = 4 << 20;

constexpr std::string_view appended_outside =
    "it is not counted in the meta record, so it was not appended by the exchange";

}  // namespace

ChainPass::ChainPass(const LogFile& file, const MetaRecord& meta, std::uint64_t last_key,
                     std::uint64_t first)
    : file_{file},
      meta_{meta},
      last_key_{last_key},
      end_{std::max(meta.size, last_key)},
      next_{first},
      position_{first},
      from_middle_{first > 1} {}

ChainPass::ChainPass(const LogFile& file, const MetaRecord& meta, std::uint64_t last_key,
                     const Before& before)
    : ChainPass{file, meta, last_key, before.sequence + 1} {
  from_middle_ = false;
  hash_ = before.hash;
  at_ns_ = before.at_ns;
  if (before.sequence == meta.size) hash_at_size_ = hash_;
}

bool ChainPass::read(EntrySlice& slice) {
  bool is_full = false;
  read_result_ =
      file_.visit(position_, end_, [&](std::uint64_t key, std::span<const std::byte> value) {
        position_ = key + 1;
        if (!take(key, value, slice)) return false;
        is_full = slice.places().size() >= slice_entries_max || slice.bytes() >= slice_bytes_max;
        return !is_full;
      });
  return is_full && read_result_.ok();
}

bool ChainPass::take(std::uint64_t key, std::span<const std::byte> bytes, EntrySlice& slice) {
  if (suspect_ && key != next_) return blame_suspect(*suspect_);
  if (key != next_) {
    return next_ <= meta_.size ? blame(next_, "it is missing")
                               : blame(key, std::string{appended_outside});
  }
  StoredEntry entry;
  const auto fault = decode(bytes, entry);
  if (suspect_) {
    // The link before the entry before this one was broken; this one's tells who broke it.
    return blame_suspect(fault.empty() && entry.header.prev == hash_ ? *suspect_ : key - 1);
  }
  if (!fault.empty()) return blame(key, std::string{fault});
  if (entry.header.sequence != key) return blame(key, "it has another sequence in its header");
  if (from_middle_) {
    hash_ = entry.header.prev;
    at_ns_ = entry.header.at_ns;
    from_middle_ = false;
  }
  const bool is_linked = entry.header.prev == hash_;
  if (!is_linked) {
    if (key == 1) return blame(key, "its link to an entry before it is not empty");
    suspect_ = key - 1;
  } else {
    const bool genesis = entry.header.kind == static_cast<std::uint16_t>(CommandKind::genesis);
    if (key == 1 && !genesis) return blame(key, "the first command is not a genesis");
    if (key > 1 && entry.header.at_ns < at_ns_) {
      return blame(key, "its time is before that of the entry before it");
    }
  }
  hash_ = leaf_hash_(bytes);
  at_ns_ = entry.header.at_ns;
  if (key == meta_.size) hash_at_size_ = hash_;
  ++next_;
  slice.add(bytes, hash_, is_linked);
  if (key == 1 && hash_ != meta_.genesis) {
    return blame(key, "its hash is not the genesis hash in the meta record");
  }
  return true;
}

std::optional<ChainPass::Fault> ChainPass::fault() const {
  if (fault_) return fault_;
  if (suspect_) return fault_of_suspect(meta_.head == hash_ ? *suspect_ : next_ - 1);
  if (last_key_ > meta_.size) return Fault{meta_.size + 1, std::string{appended_outside}};
  if (next_ <= meta_.size) {
    return Fault{next_, "it is missing, and the meta record counts " + std::to_string(meta_.size) +
                            " entries"};
  }
  if (meta_.head != hash_at_size_) {
    return Fault{meta_.size,
                 "its hash is not the head in the meta record: one of them was changed"};
  }
  return std::nullopt;
}

bool ChainPass::blame(std::uint64_t sequence, std::string reason) {
  fault_ = Fault{sequence, std::move(reason)};
  return false;
}

bool ChainPass::blame_suspect(std::uint64_t sequence) {
  fault_ = fault_of_suspect(sequence);
  return false;
}

ChainPass::Fault ChainPass::fault_of_suspect(std::uint64_t sequence) const {
  return {sequence, "it was changed: the chain of hashes is broken between entries " +
                        std::to_string(*suspect_) + " and " + std::to_string(*suspect_ + 1)};
}

}  // namespace emx::ledger

#include "tools/follower/checkpointer.hpp"

#include <utility>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"

namespace emx::follower {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t entries_max = 4'096;
constexpr auto interval = std::chrono::seconds{1};
constexpr auto spacing = std::chrono::milliseconds{100};
constexpr auto pause_after_failure = std::chrono::seconds{10};

std::int64_t ns_of(Clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

}  // namespace

Checkpointer::Checkpointer(const std::filesystem::path& data_dir,
                           std::vector<ledger::PrivateKey> keys, Words words)
    : data_dir_{data_dir},
      keys_{std::move(keys)},
      words_{std::move(words)},
      made_at_{Clock::now()} {
  check(!keys_.empty());
  since_ns_ = ns_of(made_at_);
  // Now or never: the entries that come must be held to what was signed before.
  if (const ledger::Result result = open(); !result.ok()) stop(result.message);
  size_ = log_.last_size();
}

ledger::Result Checkpointer::open() {
  ledger::Result result = log_.open(data_dir_);
  open_ = result.ok();
  if (open_ && log_.cut_bytes() != 0) {
    words_.warn("the last checkpoint was not written whole: " + std::to_string(log_.cut_bytes()) +
                " bytes were cut off the end of " + ledger::checkpoints_file(data_dir_).string());
  }
  return result;
}

void Checkpointer::take(const ledger::StoredEntry& entry, const ledger::Hash& leaf) {
  if (entry.header.sequence == 1 && entry.view.command.size() == sizeof(GenesisCommand)) {
    origin_ = ledger::origin_of(read_record<GenesisCommand>(entry.view.command).venue.view());
  }
  tree_.add(leaf);
  head_ = leaf;
  digest_ = entry.header.digest;
  if (tree_.size() == log_.guard().size) {
    contradiction_ = log_.contradiction({tree_.size(), tree_.root()});
  }
}

void Checkpointer::settle(const Moment& moment) {
  if (stopped_ || tree_.size() == 0) return;
  // Not all was read yet, or what was signed is gone.
  if (contradiction_.empty() && tree_.size() < log_.guard().size && moment.up_to_date) {
    contradiction_ = log_.contradiction({tree_.size(), tree_.root()});
  }
  if (!contradiction_.empty()) return stop(contradiction_);
  const bool is_new = tree_.size() > log_.last_size() && tree_.size() >= log_.guard().size;
  if (is_new && due(moment)) sign(moment);
}

bool Checkpointer::due(const Moment& moment) const {
  if (moment.closing) return true;
  if (try_again_at_ && moment.now < *try_again_at_) return false;
  // What an earlier run left unsigned waits no longer than it must.
  if (made_ == 0 && moment.up_to_date) return true;
  const auto age = moment.now - made_at_;
  return age >= interval || (age >= spacing && tree_.size() - log_.last_size() >= entries_max);
}

void Checkpointer::sign(const Moment& moment) {
  ledger::Result result = open_ ? ledger::Result{} : open();
  if (result.ok()) {
    result = log_.add({origin_, {tree_.size(), tree_.root()}, head_, digest_}, keys_);
  }
  if (!result.ok()) return take_failure(result, moment.now);
  if (std::exchange(try_again_at_, std::nullopt)) {
    words_.inform("checkpoints are signed again, of " + std::to_string(tree_.size()) + " entries");
  }
  made_at_ = moment.now;
  size_ = tree_.size();
  since_ns_ = ns_of(moment.now);
  ++made_;
}

void Checkpointer::take_failure(const ledger::Result& result, Clock::time_point now) {
  const bool passes =
      result.status == ledger::Status::no_space || result.status == ledger::Status::no_memory;
  if (!passes) return stop(result.message);
  ++failed_;
  if (!try_again_at_) {
    words_.warn("no checkpoint can be signed, and it is tried again: " + result.message);
  }
  try_again_at_ = now + pause_after_failure;
  open_ = false;
}

void Checkpointer::cut_off(const std::string& words) {
  if (!stopped_) stop(words);
}

void Checkpointer::stop(const std::string& words) {
  ++failed_;
  stopped_ = true;
  words_.alarm(words);
}

Checkpointer::Figures Checkpointer::figures() const {
  return {.size = size_,
          .age_seconds = static_cast<double>(ns_of(Clock::now()) - since_ns_) / 1e9,
          .made = made_,
          .failed = failed_,
          .stopped = stopped_};
}

}  // namespace emx::follower

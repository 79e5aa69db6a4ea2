#include "tools/audit/whole_audit.hpp"

#include <algorithm>
#include <memory>
#include <ostream>
#include <thread>
#include <utility>

#include "engine/vocabulary/state_stream.hpp"
#include "ledger/files.hpp"
#include "ledger/writer_at_work.hpp"
#include "tools/audit/audit_state.hpp"
#include "tools/audit/entry_checks.hpp"
#include "tools/audit/lies_within.hpp"
#include "tools/audit/progress.hpp"
#include "tools/audit/stop_signals.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::audit {

namespace {

using Clock = std::chrono::steady_clock;

std::string count_words(std::uint64_t value) {
  return market::grouped(static_cast<std::int64_t>(value));
}

std::string words_of(const CheckpointCheck& checkpoints) {
  return count_words(checkpoints.count()) +
         (checkpoints.count() == 1 ? " checkpoint" : " checkpoints") + ", the last of " +
         count_words(checkpoints.last_size()) + " entries (" +
         (checkpoints.checks_signatures() ? "signatures checked"
                                          : "signatures not checked: give --venue-key") +
         ')';
}

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// One reading of a ledger, from its first entry or from where an earlier one was.
class Pass {
 public:
  Pass(const ledger::LedgerStore& store, std::filesystem::path data_dir, const KnownOfLedger& known,
       const Effort& effort, const Output& output)
      : store_{store},
        data_dir_{std::move(data_dir)},
        known_{known},
        effort_{effort},
        output_{output},
        venue_keys_{ledger::digest_of(known.venue_keys)} {
    if (known.anchor) anchors_.push_back(*known.anchor);
    if (store.closed_at()) anchors_.push_back(*store.closed_at());
  }

  ledger::Result begin(Findings& findings) {
    ledger::Result result = start_anew();
    if (!result.ok() || effort_.state_file.empty()) return result;
    if (lies_within(effort_.state_file, data_dir_)) {
      return {ledger::Status::read_only, effort_.state_file.string() +
                                             " is in the ledger's own folder, which an audit only "
                                             "reads; the state of an audit belongs to the auditor"};
    }
    if (result = check_aside(effort_.state_file); !result.ok()) {
      result.message += "; give another FILE";
      return result;
    }
    AuditState state;
    std::string why;
    const StateFile found = read_state(effort_.state_file, state, why);
    if (found == StateFile::none) return {};
    if (found == StateFile::usable && state.genesis != store_.genesis()) {
      return not_ours("it is the state of an audit of another ledger");
    }
    if (found == StateFile::foreign) return not_ours(why);
    has_state_ = true;
    if (found == StateFile::usable) {
      why = fault_of(state);
      if (why.empty()) {
        findings.resumed = {state.point.entries, state.saved_ns};
        take_anchors(state.anchors, state.point.entries);
        start_ = std::move(state.point);
        return {};
      }
      // The audit from the first entry says where it is wrong; and if nowhere, then here.
      take_anchors(state.anchors, 0);
      take_anchors({{state.point.entries, state.point.head}}, 0);
    }
    // An audit from the first entry is always right.
    output_.err << "note: " << effort_.state_file.string()
                << " is not gone on from, and the audit begins at the first entry: " << why << '\n';
    findings.not_resumed = std::move(why);
    return start_anew();
  }

  ledger::Verdict run(unsigned jobs) {
    Progress progress{output_};
    ledger::VerifyOptions options;
    options.jobs = jobs;
    options.start = start_;
    options.anchors = anchors_;
    options.inspect = [&](const EntryView& entry) { return checks_->apply(entry); };
    options.hashed = [&](const ledger::StoredEntry& entry, const ledger::Hash& leaf) {
      checkpoints_.take(entry, leaf);
    };
    options.progress = [&](std::uint64_t entries, std::uint64_t total) {
      progress.show(entries, total);
    };
    std::optional<StopSignals> signals;
    if (!effort_.state_file.empty()) {
      signals.emplace();
      next_state_ = Clock::now() + effort_.state_every;
      options.go_on = [&](const ledger::VerifyPoint& point, bool is_good) {
        return go_on(point, is_good, *signals);
      };
    }
    ledger::Verdict verdict = ledger::verify(store_, options);
    if (verdict.result.status == ledger::Status::interrupted) {
      verdict.result.message = interruption_words(verdict);
    }
    return verdict;
  }

  [[nodiscard]] const EntryChecks& checks() const { return *checks_; }
  [[nodiscard]] CheckpointCheck& checkpoints() { return checkpoints_; }
  // To what an earlier run knew of the ledger, and this one could not know otherwise.
  [[nodiscard]] bool is_held_to_earlier_run() const { return is_held_to_earlier_run_; }

 private:
  ledger::Result start_anew() {
    checks_ = std::make_unique<EntryChecks>();
    checkpoints_ = CheckpointCheck{};
    return checkpoints_.open(data_dir_, known_.venue_keys);
  }

  [[nodiscard]] ledger::Result not_ours(const std::string& why) const {
    return {ledger::Status::read_only,
            effort_.state_file.string() + " is left as it is: " + why + "; give another FILE"};
  }

  // Why it cannot be gone on from; empty: it can, and the checks are as they were there.
  std::string fault_of(const AuditState& state) {
    const ledger::VerifyPoint& point = state.point;
    const std::string entry = "entry " + std::to_string(point.entries);
    ledger::Hash head{};
    if (point.entries <= store_.size().value) {
      const ledger::Result result = store_.get(
          SeqNo{point.entries},
          [&](const ledger::StoredEntry& stored) { head = ledger::LeafHasher{}(stored.bytes); });
      if (!result.ok()) return entry + " cannot be read";
    }
    if (head != point.head) return entry + " is not the one that it was when it was verified";
    if (state.venue_keys != venue_keys_) return "it is of an audit with other keys of the venue";
    for (const ledger::Anchor& anchor : anchors_) {
      const bool is_held = anchor.size > point.entries ||
                           anchor == ledger::Anchor{point.entries, point.head} ||
                           std::ranges::find(state.anchors, anchor) != state.anchors.end();
      if (!is_held) return "it is of an audit that was not held against all that this one is";
    }
    StateReader reader{state.checks};
    checks_->load(reader);
    const std::string words = checkpoints_.go_on(data_dir_, reader);
    if (!words.empty()) return words;
    reader.require(reader.at_end(), "there is more in it than a state");
    return reader.fault();
  }

  // What an earlier run was held to: up to `point` it was, and this one is to the rest.
  void take_anchors(const std::vector<ledger::Anchor>& anchors, std::uint64_t point) {
    for (const ledger::Anchor& anchor : anchors) {
      if (anchor.size <= point) {
        held_.push_back(anchor);
      } else if (std::ranges::find(anchors_, anchor) == anchors_.end()) {
        anchors_.push_back(anchor);
        is_held_to_earlier_run_ = true;
      }
    }
  }

  bool go_on(const ledger::VerifyPoint& point, bool is_good, const StopSignals& signals) {
    is_anchored_ = is_good;
    const bool is_to_stop = signals.have_come();
    if (!is_to_stop && Clock::now() < next_state_) return true;
    // An audit that goes on has nothing wrong before it: the next one finds this again.
    if (!is_good || !checkpoints_.fault().empty()) return !is_to_stop;
    if (!checks_->can_be_saved()) return true;  // but soon
    save(point);
    next_state_ = Clock::now() + effort_.state_every;
    return !signals.have_come();
  }

  void save(const ledger::VerifyPoint& point) {
    AuditState state;
    state.genesis = store_.genesis();
    state.saved_ns = now_ns();
    state.venue_keys = venue_keys_;
    state.point = point;
    // Those beyond the point as well: they may be all that shows another ledger in the place of
    // the one that was seen, and the state that had them is written over now.
    state.anchors = held_;
    for (const ledger::Anchor& anchor : anchors_) {
      if (std::ranges::find(held_, anchor) == held_.end()) state.anchors.push_back(anchor);
    }
    StateWriter writer{state.checks};
    checks_->save(writer);
    checkpoints_.save(writer);
    const ledger::Result result = write_state(effort_.state_file, state);
    if (result.ok()) {
      saved_ = point.entries;
      if (effort_.state_written) effort_.state_written(point.entries);
    } else if (!std::exchange(has_failed_to_save_, true)) {
      output_.err << "note: an audit that is interrupted now begins "
                  << (saved_ == 0 ? "where this one did" : "at an earlier entry") << ": "
                  << result.message << '\n';
    }
  }

  [[nodiscard]] std::string interruption_words(const ledger::Verdict& verdict) const {
    const std::string& fault = checkpoints_.fault();
    std::string words = "interrupted after entry " + std::to_string(verdict.entries) + " of " +
                        std::to_string(store_.size().value);
    if (!is_anchored_) {
      words +=
          ", and the ledger is not valid: an entry is not the one that it is known to have had";
    } else if (!fault.empty()) {
      words += ", and the ledger is not valid: " + fault;
    } else {
      words += ", with nothing wrong so far";
    }
    if (saved_ != 0) {
      return words + "; what was found up to entry " + std::to_string(saved_) + " is in " +
             effort_.state_file.string() + ", and --resume with that file goes on there";
    }
    return words + (has_state_ ? "; " + effort_.state_file.string() + " is as it was"
                               : "; nothing was kept of it");
  }

  const ledger::LedgerStore& store_;
  const std::filesystem::path data_dir_;
  const KnownOfLedger& known_;
  const Effort& effort_;
  const Output& output_;
  const ledger::Hash venue_keys_;
  std::vector<ledger::Anchor> anchors_;
  std::vector<ledger::Anchor> held_;  // by earlier runs, up to `start_`
  std::optional<ledger::VerifyPoint> start_;
  std::unique_ptr<EntryChecks> checks_;
  CheckpointCheck checkpoints_;
  Clock::time_point next_state_;
  std::uint64_t saved_ = 0;
  bool has_failed_to_save_ = false;
  bool has_state_ = false;  // of an earlier run
  bool is_held_to_earlier_run_ = false;
  bool is_anchored_ = true;  // to all anchors that were passed
};

unsigned jobs_of(const Effort& effort, const std::filesystem::path& data_dir) {
  if (effort.jobs != 0) return std::min(effort.jobs, 2U);
  const bool has_room =
      std::thread::hardware_concurrency() > 1 && ledger::writer_at_work(data_dir) == 0;
  return has_room ? 2 : 1;
}

// The bytes come first: where an entry was changed, it is named, and not the checkpoint that shows
// it.
void judge_checkpoints(Findings& findings, bool closed) {
  if (!findings.verdict.result.ok()) return;
  findings.checkpoints.finish(closed);
  const std::string& fault = findings.checkpoints.fault();
  if (fault.empty()) return;
  findings.verdict.result = {ledger::Status::corrupt, "the ledger is not valid: " + fault};
}

}  // namespace

std::uint64_t Findings::entries_per_second() const {
  const std::uint64_t before = resumed ? resumed->entries : 0;
  return (verdict.entries - std::min(before, verdict.entries)) * 1'000 /
         static_cast<std::uint64_t>(std::max<std::int64_t>(taken_ms, 1));
}

ledger::Result audit_whole(const ledger::LedgerStore& store, const std::filesystem::path& data_dir,
                           const KnownOfLedger& known, const Effort& effort,
                           Clock::time_point start, const Output& output, Findings& findings) {
  Pass pass{store, data_dir, known, effort, output};
  if (ledger::Result result = pass.begin(findings); !result.ok()) return result;
  findings.anchored = known.anchor.has_value();
  if (known.anchor) findings.held_against.emplace_back("the given anchor");
  if (store.closed_at()) findings.held_against.emplace_back("the mark of the last close");
  if (pass.is_held_to_earlier_run()) {
    findings.held_against.emplace_back("what an earlier run knew of it");
  }
  findings.verdict = pass.run(jobs_of(effort, data_dir));
  findings.jobs = findings.verdict.jobs;
  findings.difference = pass.checks().difference();
  findings.checkpoints = std::move(pass.checkpoints());
  judge_checkpoints(findings, store.closed_at().has_value());
  if (findings.checkpoints.count() != 0) {
    findings.held_against.push_back(words_of(findings.checkpoints));
  }
  findings.taken_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count();
  // Someone may have changed an entry's link as well: then that is the reason, not the replay.
  if (findings.difference && findings.difference->sequence != findings.verdict.first_bad) {
    findings.difference.reset();
  }
  const ledger::Status status = findings.verdict.result.status;
  if (!effort.state_file.empty() &&
      (status == ledger::Status::ok || status == ledger::Status::corrupt)) {
    if (const auto removed = remove_state(effort.state_file); !removed.ok()) {
      output.err << "note: the state of this audit stays, which nobody needs any more: "
                 << removed.message << '\n';
    }
  }
  const bool has_verdict = status == ledger::Status::ok || status == ledger::Status::corrupt;
  return has_verdict ? ledger::Result{} : findings.verdict.result;
}

}  // namespace emx::audit

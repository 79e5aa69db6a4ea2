#include "tools/index/index_writer.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/rules_in_force.hpp"
#include "tools/index/format.hpp"
#include "tools/index/position.hpp"
#include "tools/index/resume.hpp"

namespace emx::index {

using ledger::Result;
using ledger::Status;

namespace {

constexpr std::uint64_t entries_between_resumes = 1'000'000;

// An entry touches so many things at most, and is never cut.
constexpr std::size_t links_of_one_entry_max = std::size_t{8} * entry_events_max;
constexpr std::size_t links_enough = ledger::IndexFile::commit_links_max - links_of_one_entry_max;

Result leaf_of(const ledger::LedgerStore& store, std::uint64_t sequence, ledger::Hash& out) {
  ledger::LeafHasher leaf_hash;
  Result result = store.get(
      SeqNo{sequence}, [&](const ledger::StoredEntry& entry) { out = leaf_hash(entry.bytes); });
  // Whatever is wrong with the ledger, the index is not.
  if (result.status == Status::corrupt) result.status = Status::io_failed;
  return result;
}

}  // namespace

Result IndexWriter::open(const std::filesystem::path& data_dir, const ledger::LedgerStore& store,
                         Start start) {
  Result result = file_.open(data_dir, ledger::IndexFile::Mode::write);
  if (!result.ok()) return result;
  discarded_ = file_.discarded();
  std::string fault;
  if (start == Start::go_on) result = judge(store, fault);
  if (result.ok() && (start == Start::anew || !fault.empty())) {
    if (!fault.empty()) discarded_ = fault;
    result = file_.begin_anew();
    state_ = {};
    names_ = {};
  }
  state_.format = index_format();
  if (result.ok() && state_.sequence == 0) result = leaf_of(store, 1, state_.genesis);
  return result;
}

// Whether what is there can be gone on with; not ok: the ledger cannot be read.
Result IndexWriter::judge(const ledger::LedgerStore& store, std::string& fault) {
  if (const Result result = file_.read_state(index_format(), state_); !result.ok()) {
    fault = result.message;
    return {};
  }
  if (state_.sequence == 0) return {};
  ledger::Hash genesis{};
  if (Result result = leaf_of(store, 1, genesis); !result.ok()) return result;
  if (genesis != state_.genesis) {
    fault = "the index is of another ledger";
    return {};
  }
  ledger::Hash head{};
  const Result result = leaf_of(store, state_.sequence, head);
  if (result.status == Status::missing) {
    fault =
        "the index goes to entry " + std::to_string(state_.sequence) + ", which the ledger has not";
    return {};
  }
  if (!result.ok()) return result;
  if (head != state_.head) {
    fault = "entry " + std::to_string(state_.sequence) + " of the ledger is not the indexed one";
    return {};
  }
  return resume(store, fault);
}

// Where an earlier writer was; without it, at the first entry.
Result IndexWriter::resume(const ledger::LedgerStore& store, std::string& fault) {
  std::vector<std::byte> bytes;
  const Result result = file_.read_value(ValueKind::resume, 0, bytes);
  if (result.status == Status::missing) return {};
  std::optional<Resume> found;
  if (result.ok()) found = decode_resume(bytes);
  if (!found || found->as_of.sequence > state_.sequence) {
    fault = result.ok() ? "the index does not say from where it goes on" : result.message;
    return {};
  }
  if (Result named = read_names(store, found->as_of.sequence); !named.ok()) {
    if (named.status != Status::corrupt) return named;
    fault = named.message;
    return {};
  }
  taken_ = found->as_of;
  resumes_at_ = taken_.sequence;
  date_ = found->date;
  provinces_ = std::move(found->provinces);
  tickets_ = found->tickets;
  touched_ = Touched{std::move(found->owners)};
  return {};
}

Result IndexWriter::read_names(const ledger::LedgerStore& store, std::uint64_t last) {
  Result of_ledger;
  Result result = file_.visit(
      {Kind::definition, 0, 1}, {Kind::definition, 0, last}, [&](const ledger::IndexLink& link) {
        of_ledger = store.get(SeqNo{link.entry}, [this](const ledger::StoredEntry& entry) {
          for_each_setting(entry.view, [this](auto setting) { names_.apply(setting); });
        });
        return of_ledger.ok();
      });
  if (of_ledger.ok()) return result;
  // Whatever is wrong with the ledger, the index is not.
  return {Status::io_failed, of_ledger.message};
}

void IndexWriter::take(const ledger::StoredEntry& entry) {
  const EntryView& view = entry.view;
  check(view.stamp.sequence.value == taken_.sequence + 1);
  const bool is_new = view.stamp.sequence.value > state_.sequence;
  const auto kind = static_cast<CommandKind>(entry.header.kind);
  const bool opens_day = kind == CommandKind::day_open && !is_refused(view);
  if (opens_day && is_new) keep_positions();  // as the day before ends
  taken_.take(view.stamp);
  for_each_setting(view, [this](std::span<const std::byte> setting) { names_.apply(setting); });
  static_cast<void>(provinces_.apply(view, names_));  // a fault is for the audit to tell
  tickets_.apply(view, names_);
  if (opens_day) date_ = read_record<DayOpenCommand>(view.command).date;
  const std::vector<ledger::IndexLink>& links = touched_.of(view, names_);
  if (!is_new) return;
  links_.insert(links_.end(), links.begin(), links.end());
  last_.assign(entry.bytes.begin(), entry.bytes.end());
}

bool IndexWriter::is_full() const { return links_.size() >= links_enough; }

void IndexWriter::keep_positions() {
  if (date_ <= 0) return;
  for (std::uint8_t province = 0; province < provinces_count; ++province) {
    positions_[position_number(Date{date_}, province)] =
        encode(DaysPosition{taken_, audit::position_of(province, provinces_, tickets_)});
  }
}

Result IndexWriter::commit() {
  if (!has_news()) return {};
  keep_positions();
  std::ranges::sort(links_);
  std::vector<ledger::IndexValue> values;
  for (const auto& [number, bytes] : positions_) {
    values.push_back({ValueKind::position, number, bytes});
  }
  const bool resumes = taken_.sequence - resumes_at_ >= entries_between_resumes;
  if (resumes) values.push_back(resume_value());
  ledger::IndexState next = state_;
  next.sequence = taken_.sequence;
  next.head = leaf_hash_(last_);
  if (Result result = file_.commit(links_, values, next); !result.ok()) return result;
  if (resumes) resumes_at_ = taken_.sequence;
  state_ = next;
  links_.clear();
  positions_.clear();
  return {};
}

ledger::IndexValue IndexWriter::resume_value() const {
  return {ValueKind::resume, 0,
          encode(Resume{taken_, date_, provinces_, tickets_, touched_.owners()})};
}

Result IndexWriter::close() {
  Result result;
  // What it knows must be of the last entry that is in the index.
  if (taken_.sequence == state_.sequence && resumes_at_ != taken_.sequence) {
    const ledger::IndexValue value = resume_value();
    result = file_.commit({}, std::span{&value, 1}, state_);
  }
  Result closed = file_.close();
  return result.ok() ? closed : result;
}

}  // namespace emx::index

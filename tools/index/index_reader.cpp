#include "tools/index/index_reader.hpp"

#include <algorithm>
#include <limits>

#include "ledger/hash.hpp"

namespace emx::index {

using ledger::IndexLink;
using ledger::Result;
using ledger::Status;

namespace {

constexpr std::uint64_t no_end = std::numeric_limits<std::uint64_t>::max();

Result stale(const std::string& why) {
  return {Status::corrupt, why + ". emxd makes it anew, and so does `emx index rebuild DIR`"};
}

Result hold(const ledger::LedgerStore& store, std::uint64_t sequence, const ledger::Hash& expected,
            const char* why) {
  ledger::LeafHasher leaf_hash;
  bool same = false;
  Result result = store.get(SeqNo{sequence}, [&](const ledger::StoredEntry& entry) {
    same = leaf_hash(entry.bytes) == expected;
  });
  if (result.ok() && same) return {};
  return result.ok() || result.status == Status::missing ? stale(why) : result;
}

std::uint64_t number_of(Date date) {
  return static_cast<std::uint64_t>(std::max<std::int32_t>(date.value, 0));
}

}  // namespace

Result IndexReader::open(const std::filesystem::path& data_dir, ledger::LedgerStore& store) {
  Result result = file_.open(data_dir, ledger::IndexFile::Mode::read);
  if (result.ok()) result = file_.read_state(index_format(), state_);
  if (!result.ok()) return result;
  // After the index, so that it has all that the index has.
  ledger::StoreOptions options;
  options.access = ledger::StoreOptions::Access::read;
  options.probe = ledger::Probe::none;
  result = store.open(data_dir, options);
  if (!result.ok() || state_.sequence == 0) return result;
  result = hold(store, 1, state_.genesis, "the index is of another ledger");
  if (!result.ok()) return result;
  return hold(store, state_.sequence, state_.head,
              "the index is of another history of this ledger, or goes further than it");
}

Result IndexReader::entries_of(Kind kind, std::uint64_t number, const Range& within,
                               std::vector<std::uint64_t>& out) const {
  out.clear();
  const Range known{std::max<std::uint64_t>(within.first, 1),
                    std::min(within.last, state_.sequence)};
  if (known.first > known.last) return {};
  return file_.visit({kind, number, known.first}, {kind, number, known.last},
                     [&](const IndexLink& link) {
                       out.push_back(link.entry);
                       return true;
                     });
}

Result IndexReader::first_entry_of(Kind kind, std::uint64_t number, std::uint64_t& out) const {
  out = 0;
  return file_.visit({kind, number, 1}, {kind, number, state_.sequence},
                     [&](const IndexLink& link) {
                       out = link.entry;
                       return false;
                     });
}

Result IndexReader::days(Date from, Date to, std::optional<Range>& out) const {
  out.reset();
  std::uint64_t next_day = 0;  // its first entry
  // Entries of days grow as their dates do.
  const Result result = file_.visit({Kind::trade_date, number_of(from), 0},
                                    {Kind::trade_date, no_end, no_end}, [&](const IndexLink& link) {
                                      if (link.entry > state_.sequence) return false;
                                      if (link.number > number_of(to)) {
                                        next_day = link.entry;
                                        return false;
                                      }
                                      if (!out) out = Range{link.entry, 0};
                                      return true;
                                    });
  if (out) out->last = next_day == 0 ? state_.sequence : next_day - 1;
  return result;
}

Result IndexReader::position(Date date, Province province, std::optional<DaysPosition>& out) const {
  out.reset();
  std::optional<Range> day;
  if (Result result = days(date, date, day); !result.ok() || !day) return result;
  std::vector<std::byte> bytes;
  Result result = file_.read_value(
      ValueKind::position, position_number(date, static_cast<std::uint8_t>(province)), bytes);
  // Each trade date has one.
  if (result.status == Status::missing) return stale("the index has lost a day's position");
  if (!result.ok()) return result;
  out = decode_position(bytes);
  return out ? Result{} : stale("the index has a position that is none");
}

}  // namespace emx::index

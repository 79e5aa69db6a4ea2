#include "ledger/verify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/store.hpp"
#include "tests/ledger/support.hpp"

namespace emx::ledger {
namespace {

using testing::Bytes;
using ::testing::HasSubstr;
using testing::RawLedger;
using testing::Sample;
using testing::TempFolder;

constexpr std::uint64_t entries = 12;

// A ledger that tests change past the store, as someone with the file could.
class VerifyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    testing::make_ledger(data_dir(), entries);
    const RawLedger raw{data_dir()};
    original_ = raw.entries();
    meta_ = raw.meta();
  }

  [[nodiscard]] Verdict audit(const VerifyOptions& options = {}) const {
    LedgerStore store;
    if (Result result = store.open(data_dir(), testing::to_read()); !result.ok()) {
      Verdict unreadable;
      unreadable.result = std::move(result);
      return unreadable;
    }
    return verify(store, options);
  }

  // The ledger with `sequence` exchanged and everything after it hashed again.
  void rewrite(std::uint64_t sequence, const Sample& sample) {
    RawLedger raw{data_dir()};
    LeafHasher leaf_hash;
    MetaRecord meta = read_record<MetaRecord>(meta_);
    Hash prev{};
    for (auto& [key, value] : original_) {
      StoredEntry entry;
      ASSERT_EQ(decode(value, entry), "");
      const EntryView view = key == sequence ? sample.view() : entry.view;
      Bytes bytes(encoded_bytes(view));
      encode(view, prev, bytes);
      prev = leaf_hash(bytes);
      if (key == 1) meta.genesis = prev;
      raw.put(key, bytes);
    }
    meta.head = prev;
    raw.put_meta(Sample::bytes_of(meta));
  }

  [[nodiscard]] std::filesystem::path data_dir() const { return folder_.path() / "data"; }

  std::map<std::uint64_t, Bytes> original_;
  Bytes meta_;

 private:
  TempFolder folder_;
};

// The negative control of every test here.
TEST_F(VerifyTest, AcceptsAnUntouchedLedger) {
  const Verdict verdict = audit();
  EXPECT_EQ(verdict.result.message, "");
  EXPECT_EQ(verdict.entries, entries);
  EXPECT_EQ(verdict.first_bad, 0U);
  EXPECT_EQ(verdict.head, read_record<MetaRecord>(meta_).head);
  EXPECT_EQ(verdict.balances.of(account_env_retired, 1), 6);
}

TEST_F(VerifyTest, AcceptsAnEmptyLedger) {
  const TempFolder folder;
  testing::make_ledger(folder.path(), 0);
  LedgerStore store;
  ASSERT_EQ(store.open(folder.path(), testing::to_read()).message, "");
  EXPECT_EQ(verify(store).result.message, "");
}

// In the file itself, which spares thousands of commits.
TEST_F(VerifyTest, NamesTheEntryInWhichAnyByteWasChanged) {
  for (const auto& [sequence, bytes] : original_) {
    const testing::StoredBytes stored{data_dir() / "ledger" / "data.mdb", bytes};
    for (std::size_t place = 0; place < bytes.size(); ++place) {
      const auto flipped = bytes[place] ^ static_cast<std::byte>(1U << ((place + sequence) % 8));
      stored.put(place, flipped);
      const Verdict verdict = audit();
      stored.put(place, bytes[place]);
      ASSERT_EQ(verdict.result.status, Status::corrupt) << sequence << " byte " << place;
      ASSERT_EQ(verdict.first_bad, sequence) << "byte " << place << ' ' << verdict.result.message;
      ASSERT_EQ(verdict.entries, sequence - 1) << "byte " << place;
    }
  }
  EXPECT_EQ(audit().result.message, "");
}

TEST_F(VerifyTest, NamesTheEntryThatWasChangedThroughLmdb) {
  for (const auto& [sequence, bytes] : original_) {
    for (std::size_t place = sequence % 8; place < bytes.size(); place += 32) {
      Bytes changed = bytes;
      changed[place] ^= std::byte{1};
      RawLedger{data_dir()}.put(sequence, changed);
      ASSERT_EQ(audit().first_bad, sequence) << "byte " << place;
    }
    RawLedger{data_dir()}.put(sequence, bytes);
  }
  EXPECT_EQ(audit().result.message, "");
}

TEST_F(VerifyTest, FindsEveryChangedByteOfTheMetaRecord) {
  for (std::size_t place = 0; place < meta_.size(); ++place) {
    Bytes changed = meta_;
    changed[place] ^= std::byte{1};
    RawLedger{data_dir()}.put_meta(changed);
    EXPECT_NE(audit().result.message, "") << place;
  }
  RawLedger{data_dir()}.put_meta(meta_);
  EXPECT_EQ(audit().result.message, "");
}

TEST_F(VerifyTest, NamesTheEntryThatWasDropped) {
  for (std::uint64_t sequence = 1; sequence <= entries; ++sequence) {
    RawLedger{data_dir()}.erase(sequence);
    const Verdict verdict = audit();
    EXPECT_EQ(verdict.first_bad, sequence) << verdict.result.message;
    EXPECT_THAT(verdict.result.message, HasSubstr("is missing"));
    RawLedger{data_dir()}.put(sequence, original_[sequence]);
  }
}

TEST_F(VerifyTest, NamesTheFirstOfTwoEntriesThatWereSwapped) {
  for (std::uint64_t sequence = 1; sequence < entries; ++sequence) {
    {
      RawLedger raw{data_dir()};
      raw.put(sequence, original_[entries]);
      raw.put(entries, original_[sequence]);
    }
    EXPECT_EQ(audit().first_bad, sequence);
    RawLedger{data_dir()}.put(sequence, original_[sequence]);
  }
}

TEST_F(VerifyTest, NamesTheEntryThatWasAppendedFromOutside) {
  // Well made, and linked to the last one: only the meta record does not know it.
  const Sample sample{entries + 1};
  Bytes bytes(encoded_bytes(sample.view()));
  encode(sample.view(), read_record<MetaRecord>(meta_).head, bytes);
  RawLedger{data_dir()}.put(entries + 1, bytes);
  EXPECT_EQ(audit().first_bad, entries + 1);
  EXPECT_EQ(audit().entries, entries);
  RawLedger{data_dir()}.erase(entries + 1);
  RawLedger{data_dir()}.put(entries + 5, bytes);
  EXPECT_EQ(audit().first_bad, entries + 5);
}

TEST_F(VerifyTest, NamesAMetaRecordThatCountsOtherwise) {
  MetaRecord meta = read_record<MetaRecord>(meta_);
  meta.size = entries + 3;
  RawLedger{data_dir()}.put_meta(Sample::bytes_of(meta));
  EXPECT_EQ(audit().first_bad, entries + 1);
  meta.size = entries - 3;
  RawLedger{data_dir()}.put_meta(Sample::bytes_of(meta));
  EXPECT_EQ(audit().first_bad, entries - 2);
}

// A state of the ledger that was once right, put back whole: nothing inside of it is wrong.
TEST_F(VerifyTest, FindsAnOlderStateByItsAnchor) {
  const TempFolder older;
  testing::make_ledger(older.path(), entries - 2);
  std::filesystem::copy_file(older.path() / "ledger" / "data.mdb",
                             data_dir() / "ledger" / "data.mdb",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(audit().first_bad, entries - 1);
  EXPECT_THAT(audit().result.message, HasSubstr("this is an older state of it"));
  {
    LedgerStore store;
    const Result result = store.open(data_dir(), testing::to_write());
    EXPECT_EQ(result.status, Status::corrupt);
    EXPECT_THAT(result.message, HasSubstr("it is an older state"));
  }
  // Control: without the mark of the last close nobody can tell.
  std::filesystem::remove(data_dir() / "ledger" / "clean");
  EXPECT_EQ(audit().result.message, "");
  // Any other anchor will do.
  EXPECT_EQ(audit({.anchors = {Anchor{entries, {}}}}).first_bad, entries - 1);
  EXPECT_EQ(audit({.anchors = {Anchor{3, {}}}}).first_bad, 3U);
}

// Hashed again from there to the end, with the meta record: the chain is whole, the books are not.
TEST_F(VerifyTest, FindsWhatIsWrongInARewrittenLedger) {
  rewrite(8, Sample{8});
  EXPECT_EQ(audit().result.message, "");  // the same again, so the anchor agrees
  Sample other{8};
  other.add_posting(asset_cash, account_bank, AccountId{1}, 5);
  rewrite(8, other);
  EXPECT_EQ(audit().first_bad, entries);
  EXPECT_THAT(audit().result.message, HasSubstr("not the entry that the ledger is known to have"));

  // Who rewrites a ledger can remove the mark, too.
  std::filesystem::remove(data_dir() / "ledger" / "clean");
  Sample overdrawn{8};
  overdrawn.add_posting(asset_cash, AccountId{0}, AccountId{1}, 9'000'000);
  rewrite(8, overdrawn);
  EXPECT_EQ(audit().first_bad, 8U);
  EXPECT_THAT(audit().result.message, HasSubstr("an account is below zero"));

  Sample one_sided{8};
  one_sided.add_posting(asset_cash, AccountId{1}, AccountId{1}, 5);
  rewrite(8, one_sided);
  EXPECT_EQ(audit().first_bad, 8U);
  EXPECT_THAT(audit().result.message, HasSubstr("debits and credits the same account"));

  Sample earlier{8};
  earlier.at_ns = Sample{7}.at_ns - 1;
  rewrite(8, earlier);
  EXPECT_EQ(audit().first_bad, 8U);
  EXPECT_THAT(audit().result.message, HasSubstr("its time is before"));

  // What only replay can see: the ledger is consistent in itself.
  Sample generous{8};
  generous.add_posting(asset_cash, account_bank, AccountId{1}, 5);
  rewrite(8, generous);
  EXPECT_EQ(audit().result.message, "");
  const Verdict replayed = audit({.inspect = [](const EntryView& entry) {
    const Sample wanted{entry.stamp.sequence.value};
    return entry.events.size() == wanted.view().events.size() ? std::string{}
                                                              : std::string{"replay differs"};
  }});
  EXPECT_EQ(replayed.first_bad, 8U);
  EXPECT_THAT(replayed.result.message, HasSubstr("entry 8: replay differs"));
}

TEST_F(VerifyTest, ReportsProgressToTheEnd) {
  std::uint64_t last = 0;
  std::uint64_t of = 0;
  EXPECT_TRUE(audit({.progress = [&](std::uint64_t done, std::uint64_t total) {
                last = done;
                of = total;
              }}).result.ok());
  EXPECT_EQ(last, entries);
  EXPECT_EQ(of, entries);
}

// A store that is opened for writing refuses what the audit refuses, before it writes.
TEST_F(VerifyTest, KeepsAChangedLedgerFromBeingWritten) {
  Bytes changed = original_[3];
  changed.back() ^= std::byte{1};
  RawLedger{data_dir()}.put(3, changed);
  LedgerStore store;
  const Result result = store.open(data_dir(), testing::to_write());
  EXPECT_EQ(result.status, Status::corrupt);
  EXPECT_THAT(result.message, HasSubstr("entry 3"));
  EXPECT_THAT(result.message, HasSubstr("Do not write to this ledger"));
}

// Even without the probe the ends are checked.
TEST_F(VerifyTest, KeepsALedgerWithAChangedEndFromBeingWritten) {
  const auto refuses = [&] {
    LedgerStore store;
    return store.open(data_dir(), testing::to_write(Probe::none)).status == Status::corrupt;
  };
  for (const std::uint64_t sequence : {std::uint64_t{1}, entries}) {
    Bytes changed = original_[sequence];
    changed.back() ^= std::byte{1};
    RawLedger{data_dir()}.put(sequence, changed);
    EXPECT_TRUE(refuses()) << sequence;
    RawLedger{data_dir()}.put(sequence, original_[sequence]);
  }
  EXPECT_FALSE(refuses());
}

// The first entry, too, where the last ones that are always checked do not reach it.
TEST_F(VerifyTest, KeepsALedgerWithAnotherGenesisFromBeingWritten) {
  const TempFolder folder;
  testing::make_ledger(folder.path(), 1'100);
  const auto open = [&] {
    LedgerStore store;
    Result result = store.open(folder.path(), testing::to_write(Probe::none));
    if (result.ok()) result = store.close();
    return result;
  };
  EXPECT_EQ(open().message, "");
  Bytes genesis = RawLedger{folder.path()}.entries().at(1);
  genesis.back() ^= std::byte{1};
  RawLedger{folder.path()}.put(1, genesis);
  EXPECT_THAT(open().message, HasSubstr("as the genesis hash"));
}

}  // namespace
}  // namespace emx::ledger

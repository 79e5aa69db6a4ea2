#include "ledger/store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <vector>

#include "ledger/command_log.hpp"
#include "ledger/verify.hpp"
#include "tests/ledger/support.hpp"

namespace emx::ledger {
namespace {

using testing::append_samples;
using ::testing::HasSubstr;
using testing::RawLedger;
using testing::Sample;
using testing::TempFolder;
using testing::to_read;
using testing::to_write;

class LedgerStoreTest : public ::testing::Test {
 protected:
  // Opens a ledger and appends the first `entries` sample entries.
  void open_with(LedgerStore& store, std::uint64_t entries) {
    ASSERT_EQ(store.open(data_dir(), to_write()).message, "");
    ASSERT_EQ(append_samples(store, 1, entries, 64).message, "");
  }
  [[nodiscard]] std::filesystem::path data_dir() const { return folder_.path() / "data"; }

 private:
  TempFolder folder_;
};

TEST_F(LedgerStoreTest, ReadsBackWhatWasAppended) {
  LedgerStore store;
  open_with(store, 100);
  EXPECT_EQ(store.size(), SeqNo{100});
  std::uint64_t expected = 1;
  const Result result = store.visit(SeqNo{1}, [&](const StoredEntry& entry) {
    const Sample sample{expected};
    EXPECT_EQ(entry.header.sequence, expected);
    EXPECT_TRUE(std::ranges::equal(entry.view.command, sample.view().command));
    EXPECT_TRUE(std::ranges::equal(entry.view.events, sample.view().events));
    EXPECT_EQ(entry.view.digest, sample.view().digest);
    ++expected;
    return true;
  });
  EXPECT_EQ(result.message, "");
  EXPECT_EQ(expected, 101U);
}

TEST_F(LedgerStoreTest, ChainsTheEntriesByTheirLeafHashes) {
  LedgerStore store;
  open_with(store, 50);
  LeafHasher leaf_hash;
  Hash prev{};
  const Result result = store.visit(SeqNo{1}, [&](const StoredEntry& entry) {
    EXPECT_EQ(entry.header.prev, prev);
    prev = leaf_hash(entry.bytes);
    if (entry.header.sequence == 1) {
      EXPECT_EQ(store.genesis(), prev);
    }
    return true;
  });
  EXPECT_EQ(result.message, "");
  EXPECT_EQ(store.head(), prev);
}

TEST_F(LedgerStoreTest, GoesOnAfterACleanClose) {
  Hash head{};
  for (std::uint64_t first = 1; first <= 81; first += 20) {
    LedgerStore store;
    ASSERT_EQ(store.open(data_dir(), to_write()).message, "");
    EXPECT_EQ(store.was_created(), first == 1);
    EXPECT_FALSE(store.was_copied_from_disk());
    EXPECT_EQ(store.size(), SeqNo{first - 1});
    EXPECT_EQ(store.head(), head);
    ASSERT_EQ(append_samples(store, first, first + 19).message, "");
    head = store.head();
    ASSERT_EQ(store.close().message, "");
  }
}

TEST_F(LedgerStoreTest, GoesOnFromACopyAfterAnUncleanEnd) {
  {
    LedgerStore store;
    open_with(store, 40);
  }
  LedgerStore store;
  ASSERT_EQ(store.open(data_dir(), to_write()).message, "");
  EXPECT_TRUE(store.was_copied_from_disk());
  EXPECT_EQ(store.size(), SeqNo{40});
  ASSERT_EQ(append_samples(store, 41, 60).message, "");
  EXPECT_EQ(verify(store).entries, 60U);
  EXPECT_FALSE(std::filesystem::exists(data_dir() / "ledger" / "data.mdb.new"));
}

TEST_F(LedgerStoreTest, LeavesNoTraceOfHowEntriesWereGrouped) {
  LedgerStore one;
  open_with(one, 64);  // in one batch
  const Hash head = one.head();
  ASSERT_EQ(one.close().message, "");
  std::filesystem::remove_all(data_dir());
  LedgerStore other;
  ASSERT_EQ(other.open(data_dir(), to_write()).message, "");
  ASSERT_EQ(append_samples(other, 1, 64, 5).message, "");
  EXPECT_EQ(other.head(), head);
}

TEST_F(LedgerStoreTest, TakesAnEmptyBatch) {
  LedgerStore store;
  open_with(store, 4);
  EXPECT_TRUE(store.append({}).ok());
  EXPECT_EQ(store.size(), SeqNo{4});
}

TEST_F(LedgerStoreTest, TakesEntriesOfEverySize) {
  LedgerStore store;
  open_with(store, 4);
  std::uint64_t sequence = 5;
  for (std::uint32_t events : {0U, 1U, 40U, 41U, 42U, 100U, 1'000U, 4'096U}) {
    Sample sample{sequence};
    sample.clear_events();
    for (std::uint32_t i = 0; i < events; ++i) {
      TradeEvent trade{};
      trade.trade_no = i;
      sample.add_event(EventKind::trade, trade);
    }
    const std::array batch{sample.view()};
    ASSERT_EQ(testing::append(store, batch).message, "");
    const Result result = store.get(SeqNo{sequence}, [&](const StoredEntry& entry) {
      EXPECT_TRUE(std::ranges::equal(entry.view.events, sample.view().events));
    });
    EXPECT_EQ(result.message, "");
    ++sequence;
  }
  EXPECT_EQ(verify(store).result.message, "");
}

TEST_F(LedgerStoreTest, GetsOneEntry) {
  LedgerStore store;
  open_with(store, 10);
  std::uint64_t found = 0;
  const auto take = [&](const StoredEntry& entry) { found = entry.header.sequence; };
  EXPECT_TRUE(store.get(SeqNo{7}, take).ok());
  EXPECT_EQ(found, 7U);
  EXPECT_EQ(store.get(SeqNo{11}, take).status, Status::missing);
}

TEST_F(LedgerStoreTest, VisitsFromAnywhereUntilTold) {
  LedgerStore store;
  open_with(store, 3'000);  // more than two read transactions
  std::vector<std::uint64_t> seen;
  const auto visit = [&](const StoredEntry& entry) {
    seen.push_back(entry.header.sequence);
    return entry.header.sequence < 2'990;
  };
  EXPECT_TRUE(store.visit(SeqNo{5}, visit).ok());
  ASSERT_EQ(seen.size(), 2'986U);
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  seen.clear();
  EXPECT_TRUE(store.visit(SeqNo{3'000}, visit).ok());
  EXPECT_EQ(seen, std::vector<std::uint64_t>{3'000});
  seen.clear();
  EXPECT_TRUE(store.visit(SeqNo{3'001}, visit).ok());
  EXPECT_TRUE(seen.empty());
}

// A read transaction that is held keeps the writer from reusing pages, so a visit never holds one
// for long.
TEST_F(LedgerStoreTest, LetsPagesBeReusedWhileAReaderVisits) {
  constexpr std::uint64_t commits = 120;
  // Visits a new ledger of 2,100 entries, more than two read transactions, and appends one entry
  // for each visited entry for which `due`; how much the file has grown.
  const auto growth = [&](const std::string& name, auto due, std::uint64_t at_once) {
    const auto folder = data_dir() / name;
    const auto bytes = [&] { return std::filesystem::file_size(folder / "ledger" / "data.mdb"); };
    LedgerStore store;
    EXPECT_EQ(store.open(folder, to_write()).message, "");
    EXPECT_EQ(append_samples(store, 1, 2'100, 2'100).message, "");
    const auto before = bytes();
    std::uint64_t seen = 0;
    const Result result = store.visit(SeqNo{1}, [&](const StoredEntry&) {
      if (due(++seen)) {
        const std::uint64_t last = store.size().value;
        EXPECT_EQ(append_samples(store, last + 1, last + at_once, 1).message, "");
      }
      return true;
    });
    EXPECT_EQ(result.message, "");
    // Entries that were appended meanwhile are visited, too.
    EXPECT_EQ(seen, 2'100 + commits);
    return bytes() - before;
  };
  // Half of them during the first read transaction, half during the second.
  const auto grown = growth(
      "visit",
      [](std::uint64_t seen) {
        return seen <= commits / 2 || (seen > 1'100 && seen <= 1'100 + commits / 2);
      },
      1);
  // Control: one visitor that does not return, as it is told not to, holds its transaction open.
  const auto grown_in_control = growth(
      "control", [](std::uint64_t seen) { return seen == 1; }, commits);
  EXPECT_LT(4 * grown, 3 * grown_in_control);
}

TEST_F(LedgerStoreTest, VisitsWhatIsAppendedAtItsVeryEnd) {
  LedgerStore store;
  open_with(store, 20);
  std::uint64_t last = 0;
  const Result result = store.visit(SeqNo{1}, [&](const StoredEntry& entry) {
    last = entry.header.sequence;
    if (last == 20) {
      EXPECT_EQ(append_samples(store, 21, 22).message, "");
    }
    return true;
  });
  EXPECT_EQ(result.message, "");
  EXPECT_EQ(last, 22U);
}

TEST_F(LedgerStoreTest, SaysWhichEntryIsMissing) {
  {
    LedgerStore store;
    open_with(store, 10);
    ASSERT_TRUE(store.close().ok());
  }
  RawLedger{data_dir()}.erase(7);
  RawLedger{data_dir()}.erase(10);
  LedgerStore store;
  ASSERT_EQ(store.open(data_dir(), to_read()).message, "");
  std::uint64_t seen = 0;
  const auto count = [&](const StoredEntry&) { return ++seen > 0; };
  const Result visited = store.visit(SeqNo{1}, count);
  EXPECT_EQ(visited.status, Status::corrupt);
  EXPECT_THAT(visited.message, HasSubstr("cannot read entry 7"));
  EXPECT_EQ(seen, 6U);
  EXPECT_EQ(store.get(SeqNo{7}, [](const StoredEntry&) {}).status, Status::corrupt);
  EXPECT_EQ(store.get(SeqNo{10}, [](const StoredEntry&) {}).status, Status::corrupt);
  EXPECT_EQ(store.get(SeqNo{11}, [](const StoredEntry&) {}).status, Status::missing);
}

// LMDB lets anyone with the permission write; our lock binds only us.
TEST_F(LedgerStoreTest, StopsWhenSomeoneElseWrote) {
  LedgerStore store;
  open_with(store, 10);
  ASSERT_TRUE(run_in_child(data_dir(), [&]() -> Result {
                RawLedger raw{data_dir()};
                auto meta = read_record<MetaRecord>(raw.meta());
                --meta.size;
                raw.put_meta(Sample::bytes_of(meta));
                return {};
              }).ok());
  const Result result = append_samples(store, 11, 11);
  EXPECT_EQ(result.status, Status::corrupt);
  EXPECT_THAT(result.message, HasSubstr("someone else wrote to"));
  EXPECT_EQ(store.close().message, result.message);
}

// Its slot would keep the writer from reusing pages for ever.
TEST_F(LedgerStoreTest, ClearsAwayAReaderThatWasKilled) {
  testing::make_ledger(data_dir(), 3);
  LedgerStore store;
  ASSERT_EQ(store.open(data_dir(), to_write()).message, "");
  const auto readers = [&] {
    return run_in_child(data_dir(),
                        [&]() -> Result {
                          return {Status::ok, std::to_string(RawLedger{data_dir()}.readers())};
                        })
        .message;
  };
  EXPECT_EQ(readers(), "0");
  const Result killed = run_in_child(data_dir(), [&]() -> Result {
    LogFile file;
    Result result = file.open(data_dir() / "ledger", LogFile::Mode::read, testing::test_map_bytes);
    if (!result.ok()) return result;
    return file.visit(1, 1, [](auto...) { return ::raise(SIGKILL) == 0; });
  });
  ASSERT_EQ(killed.status, Status::no_memory) << killed.message;
  EXPECT_EQ(readers(), "1");
  ASSERT_EQ(append_samples(store, 4, 4).message, "");
  EXPECT_EQ(readers(), "0");
}

// A reader that outlived the writer has the old file, and must not share locks with the new one.
TEST_F(LedgerStoreTest, GivesTheCopyFromTheDiskItsOwnReaderLock) {
  const auto lock = data_dir() / "ledger" / "lock.mdb";
  {
    LedgerStore store;
    open_with(store, 10);
  }
  // It stays in being, so that its number is not given again.
  std::filesystem::create_hard_link(lock, data_dir() / "held");
  LedgerStore store;
  ASSERT_EQ(store.open(data_dir(), to_write()).message, "");
  EXPECT_FALSE(std::filesystem::equivalent(lock, data_dir() / "held"));
}

TEST_F(LedgerStoreTest, VisitsWithinAVisit) {
  LedgerStore store;
  open_with(store, 20);
  std::uint64_t pairs = 0;
  const Result result = store.visit(SeqNo{1}, [&](const StoredEntry&) {
    return store.visit(SeqNo{1}, [&](const StoredEntry&) { return ++pairs > 0; }).ok();
  });
  EXPECT_EQ(result.message, "");
  EXPECT_EQ(pairs, 400U);
}

TEST_F(LedgerStoreTest, RefusesToAppendWhenOpenForReading) {
  {
    LedgerStore store;
    open_with(store, 4);
    ASSERT_TRUE(store.close().ok());
  }
  LedgerStore store;
  ASSERT_EQ(store.open(data_dir(), to_read()).message, "");
  EXPECT_EQ(append_samples(store, 5, 5).status, Status::read_only);
  EXPECT_EQ(store.size(), SeqNo{4});
  EXPECT_EQ(store.close().message, "");
}

TEST_F(LedgerStoreTest, TellsTheFreeSpaceOfItsFileSystem) {
  LedgerStore store;
  open_with(store, 1);
  std::uint64_t bytes = 0;
  EXPECT_EQ(store.free_bytes(bytes).message, "");
  const auto space = std::filesystem::space(data_dir());
  EXPECT_GT(bytes, 0U);
  EXPECT_LE(bytes, space.capacity);
}

TEST_F(LedgerStoreTest, IsDeadWhenTheMapIsFull) {
  auto options = to_write();
  options.map_bytes = 1 << 20;
  LedgerStore store;
  ASSERT_EQ(store.open(data_dir(), options).message, "");
  std::uint64_t durable = 0;
  Result result;
  while (result.ok() && durable < 10'000) {
    durable = store.size().value;
    result = append_samples(store, durable + 1, durable + 16);
  }
  EXPECT_EQ(result.status, Status::map_full);
  EXPECT_THAT(result.message, HasSubstr("Start again with a larger map"));
  EXPECT_THAT(result.message,
              HasSubstr("the last durable entry is " + std::to_string(durable) + "."));
  // The same answer to every later call.
  EXPECT_EQ(append_samples(store, durable + 1, durable + 1).message, result.message);
  EXPECT_EQ(store.get(SeqNo{1}, [](const StoredEntry&) {}).message, result.message);
  EXPECT_EQ(store.close().message, result.message);

  ASSERT_EQ(store.open(data_dir(), to_write()).message, "");
  EXPECT_TRUE(store.was_copied_from_disk());
  EXPECT_EQ(store.earlier_failure(), result.message);
  EXPECT_EQ(store.size(), SeqNo{durable});
  EXPECT_EQ(append_samples(store, durable + 1, durable + 1).message, "");
  ASSERT_TRUE(store.close().ok());
  ASSERT_TRUE(store.open(data_dir(), to_write()).ok());
  EXPECT_EQ(store.earlier_failure(), "");
}

// What the exchange must never do; the process ends before it is written.
using LedgerStoreDeathTest = LedgerStoreTest;

TEST_F(LedgerStoreDeathTest, RefusesAGapARepetitionAndAnEarlierTime) {
  LedgerStore store;
  open_with(store, 10);
  const auto append = [&](const Sample& sample) {
    const std::array batch{sample.view()};
    static_cast<void>(testing::append(store, batch).ok());
  };
  EXPECT_DEATH(append(Sample{12}), "check failed at .*chain.cpp");
  EXPECT_DEATH(append(Sample{10}), "check failed at .*chain.cpp");
  Sample earlier{11};
  earlier.at_ns = Sample{10}.at_ns - 1;
  EXPECT_DEATH(append(earlier), "check failed at .*chain.cpp");
  // Control: the right one is taken.
  append(Sample{11});
  EXPECT_EQ(store.size(), SeqNo{11});
}

TEST_F(LedgerStoreDeathTest, RefusesAGapInsideABatch) {
  LedgerStore store;
  open_with(store, 10);
  const Sample next{11};
  const Sample after_gap{13};
  const std::array batch{next.view(), after_gap.view()};
  EXPECT_DEATH(static_cast<void>(testing::append(store, batch).ok()),
               "check failed at .*chain.cpp");
}

TEST_F(LedgerStoreDeathTest, RefusesWhatIsChainedToAnotherEnd) {
  LedgerStore store;
  open_with(store, 10);
  const auto append = [&](const ChainEnd& end, const Sample& sample) {
    ChainedBatch batch{end};
    batch.add(sample.view());
    static_cast<void>(store.append(batch.entries()).ok());
  };
  const ChainEnd end = store.end();
  EXPECT_DEATH(append({end.size, end.at_ns, store.genesis()}, Sample{11}),
               "check failed at .*log_file.cpp");
  EXPECT_DEATH(append({end.size + 1, end.at_ns, end.head}, Sample{12}),
               "check failed at .*log_file.cpp");
  Sample earlier{11};
  earlier.at_ns = end.at_ns - 1;
  EXPECT_DEATH(append({end.size, earlier.at_ns, end.head}, earlier),
               "check failed at .*log_file.cpp");
  append(end, Sample{11});
  EXPECT_EQ(store.size(), SeqNo{11});
  EXPECT_DEATH(append(end, Sample{11}), "check failed at .*log_file.cpp");
}

TEST_F(LedgerStoreDeathTest, RefusesPostingsThatAreNotDoubleEntry) {
  LedgerStore store;
  open_with(store, 10);
  const auto append = [&](AccountId debit, AccountId credit, std::int64_t amount) {
    Sample sample{11};
    sample.clear_events();
    sample.add_posting(asset_cash, debit, credit, amount);
    const std::array batch{sample.view()};
    static_cast<void>(testing::append(store, batch).ok());
  };
  EXPECT_DEATH(append(AccountId{1}, AccountId{2}, 0), "check failed");
  EXPECT_DEATH(append(AccountId{1}, AccountId{2}, -1), "check failed");
  EXPECT_DEATH(append(AccountId{1}, AccountId{1}, 5), "check failed");
  append(account_bank, AccountId{1}, 5);
  EXPECT_EQ(store.size(), SeqNo{11});
}

TEST_F(LedgerStoreDeathTest, RefusesAFirstEntryThatIsNoGenesis) {
  LedgerStore store;
  open_with(store, 0);
  // A deposit with the number 1.
  const Sample deposit{2};
  EntryView view = deposit.view();
  view.stamp.sequence = SeqNo{1};
  const std::array batch{view};
  EXPECT_DEATH(static_cast<void>(testing::append(store, batch).ok()),
               "check failed at .*chain.cpp");
}

TEST_F(LedgerStoreTest, IsACommandLog) {
  LedgerStore store;
  open_with(store, 5);
  EmbeddedCommandLog embedded{store};
  CommandLog& log = embedded;
  ChainedBatch batch{log.end()};
  batch.add(Sample{6}.view());
  EXPECT_TRUE(log.append(batch.entries()).ok());
  EXPECT_EQ(log.durable(), SeqNo{6});
  std::uint64_t last = 0;
  EXPECT_TRUE(log.visit(SeqNo{2},
                        [&](const EntryView& entry) {
                          last = entry.stamp.sequence.value;
                          return true;
                        })
                  .ok());
  EXPECT_EQ(last, 6U);
}

}  // namespace
}  // namespace emx::ledger

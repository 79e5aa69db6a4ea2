#include "tools/emxd/snapshots.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <stdexcept>
#include <string>
#include <vector>

#include "gateway/session_records.hpp"
#include "ledger/command_log.hpp"
#include "ledger/snapshot_file.hpp"
#include "tests/audit/played.hpp"
#include "tools/emxd/recovery.hpp"
#include "tools/emxd/trial.hpp"

// A start from a snapshot: the same exchange as by a replay of all, or none.

namespace emx::daemon {
namespace {

using audit::testing::Entry;
using audit::testing::TempFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FromSnapshots : public ::testing::Test {
 protected:
  void SetUp() override {
    audit::testing::play_file("tests/audit/day.emx", folder.path());
    open();
  }
  void open() {
    ledger::StoreOptions options;
    options.access = ledger::StoreOptions::Access::read;
    options.probe = ledger::Probe::none;
    const ledger::Result result = store.open(folder.path(), options);
    ASSERT_TRUE(result.ok()) << result.message;
  }

  // From the first entry up to one.
  Recovered replayed(std::uint64_t last = 0, Past* past = nullptr) {
    RecoveryOptions options;
    options.last = SeqNo{last};
    if (past != nullptr) options.on_entry = [=](const EntryView& entry) { past->on_entry(entry); };
    return recover(ledger::EmbeddedCommandLog{store}, std::move(options));
  }
  void save_at(std::uint64_t sequence) {
    Past past;
    const Recovered recovered = replayed(sequence, &past);
    ASSERT_FALSE(recovered.exchange->more_to_do());
    std::uint64_t bytes = 0;
    const ledger::Result result = save_snapshot(*recovered.exchange, past, store, folder.path(),
                                                ledger::left_free_least, bytes);
    ASSERT_TRUE(result.ok()) << result.message;
    EXPECT_GT(bytes, 1'000U);
  }
  FromSnapshot newest() {
    warnings.clear();
    return from_snapshot(store, folder.path(),
                         [this](const std::string& words) { warnings.push_back(words); });
  }
  static std::vector<std::byte> saved(const engine::Exchange& exchange) {
    std::vector<std::byte> bytes;
    exchange.save(bytes);
    return bytes;
  }
  [[nodiscard]] std::uint64_t size() const { return store.size().value; }
  // The first entry that leaves an order open.
  [[nodiscard]] std::uint64_t first_with_open_order() {
    std::uint64_t found = 0;
    const auto result = store.visit(SeqNo{1}, [&](const ledger::StoredEntry& entry) {
      const auto header = read_record<CommandHeader>(entry.view.command);
      if (static_cast<CommandKind>(header.kind) != CommandKind::new_order) return true;
      found = entry.view.stamp.sequence.value;
      return false;
    });
    EXPECT_TRUE(result.ok()) << result.message;
    return found;
  }

  TempFolder folder;
  ledger::LedgerStore store;
  std::vector<std::string> warnings;
};

TEST_F(FromSnapshots, AStartComesToTheSameStateAsAReplay) {
  save_at(size() - 100);
  FromSnapshot from = newest();
  ASSERT_NE(from.exchange, nullptr);
  EXPECT_EQ(from.sequence, size() - 100);
  EXPECT_TRUE(warnings.empty());

  RecoveryOptions options;
  options.start = std::move(from.exchange);
  std::vector<std::uint64_t> seen;
  options.on_entry = [&](const EntryView& entry) { seen.push_back(entry.stamp.sequence.value); };
  const Recovered recovered = recover(ledger::EmbeddedCommandLog{store}, std::move(options));
  EXPECT_EQ(recovered.entries, 100U);
  EXPECT_EQ(seen.size(), size());  // whoever has seen none sees all
  EXPECT_EQ(seen.front(), 1U);

  const Recovered whole = replayed();
  EXPECT_EQ(whole.entries, size());
  EXPECT_EQ(saved(*recovered.exchange), saved(*whole.exchange));
  EXPECT_EQ(recovered.exchange->last_stamp().sequence, whole.exchange->last_stamp().sequence);
  EXPECT_EQ(recovered.exchange->last_stamp().at_ns, whole.exchange->last_stamp().at_ns);
}

// A past that is damaged, of another entry or of other orders costs time, and no more.
TEST_F(FromSnapshots, APastThatDoesNotFitIsLeft) {
  const std::uint64_t last = first_with_open_order();
  save_at(last);
  ASSERT_NE(newest().past, nullptr) << newest().without_past;
  ledger::Snapshot snapshot;
  ASSERT_TRUE(ledger::read_snapshot(ledger::snapshot_path(folder.path(), last), snapshot).ok());
  const auto exchange = snapshot.section(ledger::exchange_section);
  const auto take_with = [&](std::vector<std::byte> past) {
    const std::array sections{ledger::NamedBytes{ledger::exchange_section, *exchange},
                              ledger::NamedBytes{"past", past}};
    EXPECT_TRUE(ledger::write_snapshot(folder.path(), snapshot.header, sections).ok());
    const FromSnapshot found = newest();
    EXPECT_NE(found.exchange, nullptr);
    return found.past == nullptr ? found.without_past : "nothing";
  };
  const auto past_of = [&](std::uint64_t sequence) {
    Past past;
    static_cast<void>(replayed(sequence, &past));
    std::vector<std::byte> bytes;
    past.save(bytes);
    return bytes;
  };
  EXPECT_EQ(take_with(past_of(last)), "nothing");
  EXPECT_EQ(take_with(past_of(last - 1)), "it is of entry " + std::to_string(last - 1));
  std::vector<std::byte> bytes = past_of(last);
  bytes.pop_back();
  EXPECT_EQ(take_with(bytes), "it ends too early");
  bytes = past_of(last);
  bytes.push_back(std::byte{0});
  EXPECT_EQ(take_with(bytes), "more than a past");
  bytes = past_of(last);
  bytes[0] ^= std::byte{1};
  EXPECT_EQ(take_with(bytes), "another build wrote it");
  // The gateway would not know of the order.
  Past without;
  RecoveryOptions options;
  options.last = SeqNo{last};
  options.on_entry = [&](const EntryView& entry) {
    EntryView changed = entry;
    if (entry.stamp.sequence.value == last) {
      changed.events = {};
      changed.events_count = 0;
    }
    without.on_entry(changed);
  };
  static_cast<void>(recover(ledger::EmbeddedCommandLog{store}, std::move(options)));
  bytes.clear();
  without.save(bytes);
  EXPECT_EQ(take_with(bytes), "its orders are not those of the exchange");
}

TEST_F(FromSnapshots, AStartAtTheLastEntryReplaysNothing) {
  save_at(size());
  RecoveryOptions options;
  options.start = newest().exchange;
  ASSERT_NE(options.start, nullptr);
  const Recovered recovered = recover(ledger::EmbeddedCommandLog{store}, std::move(options));
  EXPECT_EQ(recovered.entries, 0U);
  EXPECT_EQ(recovered.exchange->last_stamp().sequence, store.size());
  EXPECT_EQ(recovered.exchange->last_stamp().at_ns, replayed().exchange->last_stamp().at_ns);
}

TEST_F(FromSnapshots, TheOneBeforeIsTakenWhenTheNewestIsDamaged) {
  save_at(size() - 100);
  save_at(size() - 10);
  EXPECT_EQ(newest().sequence, size() - 10);
  const auto path = ledger::snapshot_path(folder.path(), size() - 10);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
  EXPECT_EQ(newest().sequence, size() - 100);
  EXPECT_THAT(warnings, ElementsAre(HasSubstr(path.string())));
  std::filesystem::remove_all(folder.path() / "snapshots");
  EXPECT_EQ(newest().exchange, nullptr);
  EXPECT_TRUE(warnings.empty());
}

// What a start looks at before it serves: the ends alone only where it will read no more.
TEST_F(FromSnapshots, LetTheRestBeVerifiedBehindAStartThatGoesOn) {
  save_at(size());
  const std::uint64_t last = size();
  ASSERT_TRUE(store.close().ok());
  Config config;
  config.ledger_directory = folder.path();
  config.verified_before_start_max = last - 1;
  const auto probe_with = [&](std::uint64_t watermark) {
    gateway::SessionRecords{folder.path()}.save_now(
        {{"SH049", {.watermark = watermark, .concern = gateway::trader_of("SH049")}}});
    return probe_of_start(config);
  };
  EXPECT_EQ(probe_of_start(config), ledger::Probe::ends);
  config.sessions = {
      {.comp_id = "SH049", .concern = gateway::trader_of("SH049"), .password_hash = {}}};
  EXPECT_EQ(probe_of_start(config), ledger::Probe::ends);  // it is new
  EXPECT_EQ(probe_with(last - 1), ledger::Probe::whole);   // it is to be told what is not there
  EXPECT_EQ(probe_with(last), ledger::Probe::ends);
  config.renumber_sessions = true;
  EXPECT_EQ(probe_of_start(config), ledger::Probe::whole);
  config.renumber_sessions = false;
  config.verified_before_start_max = last;
  EXPECT_EQ(probe_of_start(config), ledger::Probe::whole);
  config.verified_before_start_max = 0;
  std::filesystem::remove_all(folder.path() / "snapshots");
  EXPECT_EQ(probe_of_start(config), ledger::Probe::whole);
}

// The hash is right, and the state is one of this program; but not that of the ledger's entry.
TEST_F(FromSnapshots, AStateOfAnotherEntryIsPassedOver) {
  const Recovered earlier = replayed(size() - 11);
  save_at(size() - 10);
  ledger::Snapshot snapshot;
  ASSERT_TRUE(
      ledger::read_snapshot(ledger::snapshot_path(folder.path(), size() - 10), snapshot).ok());
  const auto write = [&](const std::vector<std::byte>& state) {
    const ledger::NamedBytes section{ledger::exchange_section, state};
    ASSERT_TRUE(ledger::write_snapshot(folder.path(), snapshot.header, {&section, 1}).ok());
  };
  // Of the exchange alone, as if there were nothing else to know.
  write(saved(*replayed(size() - 10).exchange));
  ASSERT_NE(newest().exchange, nullptr);
  EXPECT_EQ(newest().without_past, "there is none in it");

  write(saved(*earlier.exchange));
  EXPECT_EQ(newest().exchange, nullptr);
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("its exchange is of another entry")));

  std::vector<std::byte> state = saved(*replayed(size() - 10).exchange);
  state[state.size() - 1] ^= std::byte{1};
  write(state);
  EXPECT_EQ(newest().exchange, nullptr);
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("its digest is not that of what it holds")));

  ASSERT_TRUE(ledger::write_snapshot(folder.path(), snapshot.header, {}).ok());
  EXPECT_EQ(newest().exchange, nullptr);
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("it has no exchange")));
}

// A fork: the same genesis, and another entry of the same number.
TEST_F(FromSnapshots, ASnapshotOfAnotherCourseIsPassedOver) {
  const std::uint64_t last = size();
  save_at(last);
  const std::filesystem::path snapshots = folder.path() / "snapshots";
  ASSERT_TRUE(store.close().ok());
  std::vector<Entry> entries = audit::testing::read_ledger(folder.path());
  TempFolder other;
  entries[5].stamp.at_ns -= 1;
  audit::testing::write_ledger(entries, other.path());
  std::filesystem::copy(snapshots, other.path() / "snapshots");
  ledger::LedgerStore forked;
  ASSERT_TRUE(forked.open(other.path()).ok());
  const FromSnapshot from = from_snapshot(
      forked, other.path(), [this](const std::string& words) { warnings.push_back(words); });
  EXPECT_EQ(from.exchange, nullptr);
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("the ledger's entry of its number is another one")));
}

TEST_F(FromSnapshots, WhatTheLedgerDoesNotGiveAgainIsNotServed) {
  save_at(size() - 10);
  const std::uint64_t sequence = size() - 4;
  ASSERT_TRUE(store.close().ok());
  std::vector<Entry> entries = audit::testing::read_ledger(folder.path());
  entries[sequence - 1].digest ^= 1;
  TempFolder other;
  audit::testing::write_ledger(entries, other.path());
  std::filesystem::copy(folder.path() / "snapshots", other.path() / "snapshots");
  ledger::LedgerStore altered;
  ASSERT_TRUE(altered.open(other.path()).ok());
  RecoveryOptions options;
  options.start = from_snapshot(altered, other.path(), [](const std::string&) {}).exchange;
  ASSERT_NE(options.start, nullptr);
  try {
    static_cast<void>(recover(ledger::EmbeddedCommandLog{altered}, std::move(options)));
    FAIL() << "it was served";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(),
                HasSubstr("ledger entry " + std::to_string(sequence) + " does not come out again"));
  }
}

}  // namespace
}  // namespace emx::daemon

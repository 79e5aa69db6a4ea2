#include "tools/backup/backup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "engine/vocabulary/commands.hpp"
#include "ledger/checkpoint_log.hpp"
#include "ledger/snapshot_file.hpp"
#include "tests/audit/played.hpp"
#include "tools/backup/seal.hpp"

// Copies of a played ledger that has checkpoints, and their way back.

namespace emx::backup {
namespace {

namespace fs = std::filesystem;
using audit::testing::Answer;
using ::testing::HasSubstr;

std::string content(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

void write_content(const fs::path& file, std::string_view text) {
  std::ofstream{file, std::ios::binary} << text;
}

class Backup : public ::testing::Test {
 protected:
  Backup() : data_dir{folder.path() / "played"}, copy{folder.path() / "copy"} {
    keys.push_back(ledger::PrivateKey::make());
    audit::testing::play_file("tests/audit/day.emx", data_dir);
  }

  // Signs the ledger at these sizes, as emxd would have.
  void sign(const fs::path& dir, const std::vector<std::uint64_t>& sizes) {
    ledger::LedgerStore store;
    ledger::StoreOptions options;
    options.access = ledger::StoreOptions::Access::read;
    ASSERT_TRUE(store.open(dir, options).ok());
    ledger::CheckpointLog log;
    ASSERT_TRUE(log.open(dir).ok());
    ledger::LeafHasher leaf_hash;
    ledger::MerkleFrontier tree;
    const auto visit = [&](const ledger::StoredEntry& entry) {
      const ledger::Hash leaf = leaf_hash(entry.bytes);
      tree.add(leaf);
      if (std::ranges::find(sizes, tree.size()) == sizes.end()) return true;
      EXPECT_TRUE(
          log.add({"emx/EMX", {tree.size(), tree.root()}, leaf, entry.header.digest}, keys).ok());
      return true;
    };
    ASSERT_TRUE(store.visit(SeqNo{1}, visit).ok());
  }

  [[nodiscard]] ledger::VerifierKey venue_key() const {
    return {"emx/EMX", ledger::KeyKind::ed25519, keys[0].public_key()};
  }
  [[nodiscard]] static Answer backup(const fs::path& from, const fs::path& to, bool json = false,
                                     std::uint64_t mib_per_second = 0) {
    return audit::testing::ask(
        [&](const fs::path& dir, const audit::Output& output) {
          return run_backup({dir, to, mib_per_second}, output);
        },
        from, json);
  }
  [[nodiscard]] Answer restore(const fs::path& from, const fs::path& to,
                               const fs::path& known = {}) const {
    return audit::testing::ask(
        [&](const fs::path& dir, const audit::Output& output) {
          return run_restore({dir, to, known, {venue_key()}}, output);
        },
        from);
  }
  [[nodiscard]] Answer verify(const fs::path& dir) const {
    return audit::testing::ask(
        [&](const fs::path& of, const audit::Output& output) {
          return report_verdict(of, {{}, {venue_key()}}, output);
        },
        dir);
  }

  audit::testing::TempFolder folder;
  fs::path data_dir;
  fs::path copy;
  std::vector<ledger::PrivateKey> keys;
};

TEST_F(Backup, IsTheLedgerWithItsCheckpoints) {
  sign(data_dir, {1, 700, 1'172});
  fs::create_directory(copy);
  const Answer made = backup(data_dir, copy, true);
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const auto json = nlohmann::json::parse(made.out);
  EXPECT_EQ(json["entries"], 1'172);
  EXPECT_EQ(json["checkpoints"]["count"], 3);
  EXPECT_EQ(json["checkpoints"]["last_size"], 1'172);
  EXPECT_EQ(json["snapshot"], nullptr);
  for (const char* name : {"clean", "checkpoints", "signed"}) {
    EXPECT_EQ(content(copy / "ledger" / name), content(data_dir / "ledger" / name)) << name;
    EXPECT_NE(content(copy / "ledger" / name), "") << name;
  }
  EXPECT_FALSE(fs::exists(copy / "unfinished"));
  const Answer verdict = verify(copy);
  EXPECT_EQ(verdict.exit_code, 0) << verdict.err << verdict.out;
}

// Nobody can tell from it what was signed after it was made, so nothing is signed of it.
TEST_F(Backup, WithoutCheckpointsSaysNothingOfWhatWasSigned) {
  fs::remove(data_dir / "ledger" / "checkpoints");
  ASSERT_TRUE(ledger::write_guard(data_dir, {}).ok());
  ASSERT_EQ(backup(data_dir, copy).exit_code, 0);
  EXPECT_FALSE(fs::exists(copy / "ledger" / "signed"));
  const fs::path back = folder.path() / "back";
  const Answer restored = audit::testing::ask(
      [&](const fs::path& from, const audit::Output& output) {
        return run_restore({from, back, {}, {}}, output);
      },
      copy);
  ASSERT_EQ(restored.exit_code, 0) << restored.err;
  ledger::CheckpointLog log;
  EXPECT_THAT(log.open(back).message, HasSubstr("nobody can tell what was signed last"));
}

TEST_F(Backup, TakesItsTimeWhenItIsTold) {
  const auto start = std::chrono::steady_clock::now();
  ASSERT_EQ(backup(data_dir, copy, false, 1).exit_code, 0);
  const auto taken = std::chrono::steady_clock::now() - start;
  std::uint64_t bytes = 0;
  for (const auto& entry : audit::testing::read_ledger(data_dir)) {
    bytes += ledger::encoded_bytes(entry.view());
  }
  EXPECT_GE(taken, std::chrono::milliseconds{bytes * 1'000 >> 20});
}

// The commits of whoever writes the ledger come first; of a closed one nobody's do.
TEST_F(Backup, LetsAWriterGoFirst) {
  const int before = ::getpriority(PRIO_PROCESS, 0);
  if (before >= 10) GTEST_SKIP() << "the tests have a low priority themselves";
  ASSERT_EQ(backup(data_dir, copy).exit_code, 0);
  EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), before);
  fs::remove(data_dir / "ledger" / "clean");
  const Answer made = backup(data_dir, folder.path() / "of a live one");
  EXPECT_EQ(made.exit_code, 0) << made.err;
  EXPECT_GE(::getpriority(PRIO_PROCESS, 0), 10);
  ::setpriority(PRIO_PROCESS, 0, before);  // where that is allowed
}

TEST_F(Backup, OverwritesNothingAndNeedsALedger) {
  fs::create_directory(copy);
  write_content(copy / "something", "of somebody");
  Answer refused = backup(data_dir, copy);
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("is not empty"));
  refused = backup(data_dir, copy / "something");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("is no folder"));
  fs::create_directory_symlink(data_dir, folder.path() / "link");
  for (const fs::path& within : {data_dir, data_dir / "copy", folder.path() / "link" / "copy"}) {
    refused = backup(data_dir, within);
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, HasSubstr("lies within"));
  }
  refused = backup(copy, folder.path() / "other");
  EXPECT_EQ(refused.exit_code, 2) << refused.err;
  EXPECT_FALSE(fs::exists(folder.path() / "other")) << "what it made is gone";
  EXPECT_EQ(content(copy / "something"), "of somebody");
}

// As on a full disk, by a limit on the size of files.
TEST_F(Backup, ThatCannotBeWrittenLeavesNothing) {
  struct ::rlimit before {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  struct ::rlimit small = before;
  small.rlim_cur = 100'000;
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const Answer refused = backup(data_dir, copy);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("the copy cannot be written"));
  EXPECT_FALSE(fs::exists(copy));
  EXPECT_EQ(backup(data_dir, copy).exit_code, 0) << "and the next one is made";
}

// The chain is right again after such a change, but not the balances; and nothing is left of it.
TEST_F(Backup, OfALedgerThatIsNotValidIsNone) {
  auto entries = audit::testing::read_ledger(data_dir);
  auto& entry = audit::testing::first_with(entries, EventKind::posting);
  auto posting = entry.event<PostingEvent>(EventKind::posting);
  std::swap(posting.debit_account, posting.credit_account);
  entry.set_event(EventKind::posting, posting);
  const fs::path bad = folder.path() / "bad";
  audit::testing::write_ledger(entries, bad);
  const Answer refused = backup(bad, copy);
  EXPECT_EQ(refused.exit_code, 1) << refused.err;
  EXPECT_FALSE(fs::exists(copy));
}

TEST_F(Backup, WithAForgedCheckpointIsNone) {
  sign(data_dir, {700});
  std::string text = content(data_dir / "ledger" / "checkpoints");
  const auto root = text.find('\n', text.find("700")) + 1;
  text[root] = text[root] == 'A' ? 'B' : 'A';
  write_content(data_dir / "ledger" / "checkpoints", text);
  const Answer refused = backup(data_dir, copy);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("checkpoint 1"));
  EXPECT_FALSE(fs::exists(copy));
}

TEST_F(Backup, ComesBackWhereThereIsNoLedger) {
  sign(data_dir, {700});
  ASSERT_EQ(backup(data_dir, copy).exit_code, 0);
  const fs::path back = folder.path() / "back";
  fs::create_directories(back / "fix");  // what else is there stays
  const Answer restored = restore(copy, back);
  ASSERT_EQ(restored.exit_code, 0) << restored.err;
  EXPECT_THAT(restored.err, HasSubstr("Before emxd is started"));
  EXPECT_TRUE(fs::exists(back / "fix"));
  EXPECT_EQ(verify(back).exit_code, 0);
  ledger::LedgerStore store;
  ASSERT_TRUE(store.open(back).ok()) << "as a start opens it";
  EXPECT_EQ(store.size().value, 1'172U);
  EXPECT_FALSE(store.was_copied_from_disk());
  ASSERT_TRUE(store.close().ok());
  const std::string before = content(back / "ledger" / "data.mdb");
  const Answer again = restore(copy, back);
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("nothing is overwritten"));
  EXPECT_EQ(content(back / "ledger" / "data.mdb"), before);
}

TEST_F(Backup, ThatDidNotComeToItsEndIsNotRestored) {
  ASSERT_EQ(backup(data_dir, copy).exit_code, 0);
  fs::remove(copy / "ledger" / "clean");
  const Answer refused = restore(copy, folder.path() / "back");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("not marked as closed"));
  EXPECT_FALSE(fs::exists(folder.path() / "back"));
}

// What was published after the backup was taken; and what was signed of its entries, but is not in
// it, becomes its last, so that nothing else of that size is ever signed.
TEST_F(Backup, IsHeldToWhatWasPublished) {
  auto entries = audit::testing::read_ledger(data_dir);
  entries.resize(900);
  const fs::path older = folder.path() / "older";
  audit::testing::write_ledger(entries, older);
  sign(older, {700});
  ASSERT_EQ(backup(older, copy).exit_code, 0);
  const fs::path known = folder.path() / "known";
  const fs::path back = folder.path() / "back";
  const auto publish = [&](std::uint64_t size) {
    fs::remove(data_dir / "ledger" / "checkpoints");
    EXPECT_TRUE(ledger::write_guard(data_dir, {}).ok());
    sign(data_dir, {size});
    std::string note = content(data_dir / "ledger" / "checkpoints");
    note.pop_back();
    write_content(known, note);
    return note;
  };
  publish(901);
  Answer refused = restore(copy, back, known);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("older than what the venue has published"));
  EXPECT_FALSE(fs::exists(back));

  const std::string note = publish(900);
  write_content(known, note.substr(0, note.size() - 1));
  refused = restore(copy, back, known);
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("no signed note"));

  write_content(known, note);
  const Answer restored = restore(copy, back, known);
  ASSERT_EQ(restored.exit_code, 0) << restored.err;
  EXPECT_THAT(content(back / "ledger" / "signed"), ::testing::StartsWith("900 "));
  EXPECT_THAT(content(back / "ledger" / "checkpoints"), HasSubstr("emx/EMX\n900\n"));
  EXPECT_EQ(verify(back).exit_code, 0);
}

// As many entries, signed by the venue, and others.
TEST_F(Backup, OfAForkIsNotRestored) {
  ASSERT_EQ(backup(data_dir, copy).exit_code, 0);
  auto entries = audit::testing::read_ledger(data_dir);
  entries.back().digest ^= 1;
  const fs::path other = folder.path() / "other";
  audit::testing::write_ledger(entries, other);
  sign(other, {1'172});
  std::string note = content(other / "ledger" / "checkpoints");
  note.pop_back();
  const fs::path known = folder.path() / "known";
  write_content(known, note);
  const Answer refused = restore(copy, folder.path() / "back", known);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("or a fork"));
}

// The newest that is of this ledger; one of another state is none.
TEST_F(Backup, HasTheNewestSnapshotThatFits) {
  const auto entries = audit::testing::read_ledger(data_dir);
  ledger::LedgerStore store;
  ledger::StoreOptions to_read;
  to_read.access = ledger::StoreOptions::Access::read;
  ASSERT_TRUE(store.open(data_dir, to_read).ok());
  ledger::LeafHasher leaf_hash;
  const auto write = [&](std::uint64_t sequence, std::uint64_t digest) {
    ledger::SnapshotHeader header;
    header.semantics_version = read_record<GenesisCommand>(entries[0].command).semantics_version;
    header.sequence = sequence;
    header.digest = digest;
    header.genesis = store.genesis();
    EXPECT_TRUE(store
                    .get(SeqNo{sequence},
                         [&](const ledger::StoredEntry& entry) {
                           header.at_ns = entry.header.at_ns;
                           header.head = leaf_hash(entry.bytes);
                         })
                    .ok());
    EXPECT_TRUE(ledger::write_snapshot(data_dir, header, {}).ok());
  };
  write(1'000, entries[999].digest);
  write(1'100, entries[1'099].digest + 1);
  ASSERT_TRUE(store.close().ok());
  ASSERT_EQ(backup(data_dir, copy).exit_code, 0);
  EXPECT_EQ(content(ledger::snapshot_path(copy, 1'000)),
            content(ledger::snapshot_path(data_dir, 1'000)));
  EXPECT_NE(content(ledger::snapshot_path(copy, 1'000)), "");
  EXPECT_FALSE(fs::exists(ledger::snapshot_path(copy, 1'100)));
}

// Segments, read by who knows FORMAT.md and shares no code with who wrote them.
class Seal : public Backup {
 protected:
  Seal() : to{folder.path() / "sealed"} { sign(data_dir, {1, 2, 4, 6, 700, 1'100, 1'172}); }

  [[nodiscard]] Answer seal(std::uint64_t entries_max, bool json = false) const {
    return audit::testing::ask(
        [&](const fs::path& dir, const audit::Output& output) {
          return run_seal({dir, to, entries_max, {venue_key()}}, output);
        },
        data_dir, json);
  }
  [[nodiscard]] int read(const std::string& option, const std::vector<fs::path>& files) const {
    std::string command = "python3 -B tests/independent_reader/sealed.py " + option + " '" +
                          text_of(venue_key()) + "'";
    for (const fs::path& file : files) command += " '" + file.string() + "'";
    return std::system(command.c_str());
  }
  [[nodiscard]] std::vector<fs::path> files() const {
    std::vector<fs::path> found;
    for (const auto& file : fs::directory_iterator{to}) found.push_back(file.path());
    std::ranges::sort(found);
    return found;
  }

  fs::path to;
};

TEST_F(Seal, MakesSegmentsThatStandWithoutTheLedger) {
  const Answer made = seal(1'000, true);
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(nlohmann::json::parse(made.out)["sealed_to"], 700) << "what may grow is not sealed";
  ASSERT_EQ(files().size(), 1U);
  EXPECT_EQ(files()[0].filename(), "00000000000000000001-00000000000000000700.sealed");
  EXPECT_EQ(read("", files()), 0);
  fs::copy(files()[0], to / "00000000000000000002-00000000000000000700.sealed");
  EXPECT_NE(read("", {files()[1]}), 0) << "another's name";
}

TEST_F(Seal, GivesFilesInWhichEveryChangedByteIsFound) {
  fs::remove(data_dir / "ledger" / "checkpoints");
  ASSERT_TRUE(ledger::write_guard(data_dir, {}).ok());
  sign(data_dir, {1, 2, 4, 6, 7});
  const Answer made = seal(2);
  ASSERT_EQ(made.exit_code, 0) << made.err;
  ASSERT_EQ(files().size(), 3U);
  EXPECT_EQ(read("--every-byte", files()), 0);
  EXPECT_NE(read("", {files()[0], files()[2]}), 0) << "one is missing";
  const auto others = keys[0].public_key();
  keys[0] = ledger::PrivateKey::make();
  ASSERT_NE(others, keys[0].public_key());
  EXPECT_NE(read("", files()), 0) << "another's key";
}

TEST_F(Seal, LeavesWhatIsThereAndHoldsItToTheLedger) {
  ASSERT_EQ(seal(1'000).exit_code, 0);
  const auto time = fs::last_write_time(files()[0]);
  Answer again = seal(1'000);
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("0 segments written, 1 there already"));
  EXPECT_EQ(fs::last_write_time(files()[0]), time);
  std::string bytes = content(files()[0]);
  bytes[bytes.size() / 2] ^= 1;
  write_content(files()[0], bytes);
  again = seal(1'000);
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.err, HasSubstr("is not what the ledger has"));
  EXPECT_EQ(content(files()[0]), bytes);
  bytes[bytes.size() / 2] ^= 1;
  write_content(files()[0], bytes + "x");
  EXPECT_THAT(seal(1'000).err, HasSubstr("is longer"));
}

TEST_F(Seal, NeedsACheckpointWithinASegmentAndTheVenuesSignature) {
  Answer refused = seal(10);
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("give a larger --entries"));
  keys[0] = ledger::PrivateKey::make();
  refused = seal(1'000);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("checkpoint 1"));
}

}  // namespace
}  // namespace emx::backup

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/vocabulary/state_stream.hpp"
#include "ledger/checkpoint_log.hpp"
#include "ledger/hash.hpp"
#include "tests/audit/played.hpp"
#include "tools/audit/audit_state.hpp"
#include "tools/audit/checkpoint_check.hpp"
#include "tools/audit/entry_checks.hpp"

// An audit that was interrupted goes on where it was, and says what another one says.

namespace emx::audit {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using namespace testing;

std::string whole_content(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

void put_content(const std::filesystem::path& file, const std::string& content) {
  std::ofstream{file, std::ios::binary} << content;
}

constexpr const char* venue_origin = "emx/EMX";

class Resume : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = new TempFolder;
    key = new ledger::PrivateKey{ledger::PrivateKey::make()};
    std::string script = whole_content("tests/audit/day.emx");
    // Some slices more, with trades among them.
    for (int i = 0; i < 2'500; ++i) {
      script += "buy AH064-1 VOC.AIR.YRD.IND.2630 1@11000\n";
    }
    play(script, folder->path() / "played");
    std::filesystem::copy(folder->path() / "played", folder->path() / "unsigned", recursive);
    sign(folder->path() / "played", venue_origin, {700, 1'100, 2'048, 3'000}, {key, 1});
  }
  static void TearDownTestSuite() {
    delete key;
    delete folder;
  }

  Resume() { std::filesystem::copy(folder->path() / "played", data_dir, recursive); }

  [[nodiscard]] Answer verify(const Effort& effort, bool json = true,
                              const KnownOfLedger& known = {}) const {
    return ask([&](const std::filesystem::path& from,
                   const Output& output) { return report_verdict(from, known, output, effort); },
               data_dir, json);
  }
  [[nodiscard]] nlohmann::json verdict(const Effort& effort,
                                       const KnownOfLedger& known = {}) const {
    auto json = nlohmann::json::parse(verify(effort, true, known).out);
    for (const char* name : {"jobs", "taken_ms", "entries_per_second", "earlier_run_at"}) {
      json.erase(name);
    }
    return json;
  }
  // The same of an audit that was not interrupted.
  [[nodiscard]] nlohmann::json verdict_at_once() const { return verdict({.jobs = 1}); }

  // Audits in a child process, which gets the signal when its state was written at this entry.
  void interrupt(int signal, std::uint64_t at, unsigned jobs = 2,
                 const KnownOfLedger& known = {}) const {
    const pid_t child = ::fork();
    if (child == 0) {
      Effort effort{jobs, state, std::chrono::milliseconds{0}};
      effort.state_written = [&](std::uint64_t entries) {
        if (entries >= at) ::kill(::getpid(), signal);
      };
      const Answer answer = verify(effort, true, known);
      put_content(said, answer.out);
      ::_exit(answer.exit_code);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    if (signal == SIGKILL) {
      ASSERT_TRUE(WIFSIGNALED(status));
    } else {
      ASSERT_TRUE(WIFEXITED(status));
      ASSERT_EQ(WEXITSTATUS(status), could_not_run);
    }
    ASSERT_TRUE(std::filesystem::exists(state));
  }

  // What an audit says that is told to end all the time, and so does as soon as it can.
  [[nodiscard]] std::string words_when_told_to_end(const KnownOfLedger& known) const {
    const pid_t child = ::fork();
    if (child == 0) {
      ::signal(SIGINT, [](int) {});
      ::signal(SIGALRM, [](int) { ::kill(::getpid(), SIGINT); });
      const itimerval often{{0, 1'000}, {0, 1'000}};
      ::setitimer(ITIMER_REAL, &often, nullptr);
      put_content(said, verify({1, state}, true, known).out);
      ::_exit(0);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return nlohmann::json::parse(whole_content(said))["reason"];
  }

  // The checkpoints of an audit that has taken these entries, and those after them.
  static void take(CheckpointCheck& check, const std::filesystem::path& from, std::uint64_t first,
                   std::uint64_t last) {
    ledger::LedgerStore store;
    ledger::StoreOptions options;
    options.access = ledger::StoreOptions::Access::read;
    ASSERT_TRUE(store.open(from, options).ok());
    const auto visit = [&](const ledger::StoredEntry& entry) {
      if (entry.header.sequence > last) return false;
      check.take(entry, ledger::LeafHasher{}(entry.bytes));
      return true;
    };
    ASSERT_TRUE(store.visit(SeqNo{first}, visit).ok());
  }
  // What go_on() says at entry 1,000 where this was signed after open(); then the fault at the end.
  struct WentOn {
    std::string words;
    std::string fault;
  };
  [[nodiscard]] WentOn go_on_where_was_signed(std::uint64_t size) const {
    const auto from = own.path() / ("signed-" + std::to_string(size));
    std::filesystem::copy(folder->path() / "unsigned", from, recursive);
    sign(from, venue_origin, {700}, {key, 1});
    CheckpointCheck earlier;
    EXPECT_TRUE(earlier.open(from, {}).ok());
    take(earlier, from, 1, 1'000);
    std::vector<std::byte> saved;
    StateWriter writer{saved};
    earlier.save(writer);

    CheckpointCheck check;
    EXPECT_TRUE(check.open(from, {}).ok());
    sign(from, venue_origin, {size}, {key, 1});
    StateReader reader{saved};
    WentOn went_on;
    went_on.words = check.go_on(from, reader);
    take(check, from, 1'001, 5'000);
    check.finish(false);
    went_on.fault = check.fault();
    return went_on;
  }

  [[nodiscard]] AuditState kept_state() const {
    AuditState read;
    std::string why;
    EXPECT_EQ(read_state(state, read, why), StateFile::usable) << why;
    return read;
  }
  [[nodiscard]] std::uint64_t point() const { return kept_state().point.entries; }

  // Flips a bit of the bytes of one entry, in the file.
  void damage(std::uint64_t sequence) const {
    std::vector<std::byte> bytes;
    {
      ledger::LedgerStore store;
      ledger::StoreOptions options;
      options.access = ledger::StoreOptions::Access::read;
      ASSERT_TRUE(store.open(data_dir, options).ok());
      ASSERT_TRUE(store
                      .get(SeqNo{sequence},
                           [&](const ledger::StoredEntry& entry) {
                             bytes.assign(entry.bytes.begin(), entry.bytes.end());
                           })
                      .ok());
    }
    const std::string wanted{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    std::string file = whole_content(data_dir / "ledger" / "data.mdb");
    for (std::size_t at = file.find(wanted); at != std::string::npos;
         at = file.find(wanted, at + 1)) {
      file[at + 32] ^= 1;  // of the digest
    }
    put_content(data_dir / "ledger" / "data.mdb", file);
  }

  static constexpr auto recursive = std::filesystem::copy_options::recursive;
  static inline TempFolder* folder = nullptr;
  static inline ledger::PrivateKey* key = nullptr;

  TempFolder own;
  std::filesystem::path data_dir = own.path() / "data";
  std::filesystem::path state = own.path() / "state";
  std::filesystem::path said = own.path() / "said";
};

TEST_F(Resume, SaysWhatAnAuditAtOnceSays) {
  auto at_once = verdict_at_once();
  EXPECT_EQ(at_once["verdict"], "valid");
  EXPECT_TRUE(at_once["resumed_from"].is_null());
  for (const unsigned jobs : {1U, 2U}) {
    interrupt(SIGKILL, 1'500, jobs);
    EXPECT_EQ(point(), 2'048U);
    interrupt(SIGKILL, 3'000, jobs);  // which itself goes on
    EXPECT_EQ(point(), 3'072U);
    auto resumed = verdict({.jobs = jobs, .state_file = state});
    EXPECT_EQ(resumed["resumed_from"], 3'072);
    resumed["resumed_from"] = nullptr;
    EXPECT_EQ(resumed, at_once);
    EXPECT_FALSE(std::filesystem::exists(state));
  }
}

TEST_F(Resume, SaysWhatWasNotReadAgain) {
  interrupt(SIGKILL, 1'024);
  const Answer answer = verify({.state_file = state}, false);
  EXPECT_EQ(answer.exit_code, ledger_is_valid);
  EXPECT_THAT(answer.out,
              AllOf(HasSubstr("entries 1 to 1,024 were verified in an earlier run"),
                    HasSubstr("the hash of entry 1,024 was held against the ledger again")));
  EXPECT_THAT(verify({}, false).out, Not(HasSubstr("earlier run")));
}

TEST_F(Resume, KeepsWhatItHasWhenItIsToldToEnd) {
  for (const int signal : {SIGINT, SIGTERM}) {
    interrupt(signal, 1'024);
    const auto json = nlohmann::json::parse(whole_content(said));
    EXPECT_EQ(json["verdict"], "could_not_run");
    EXPECT_THAT(json["reason"].get<std::string>(),
                AllOf(HasSubstr("interrupted after entry 1024 of "), HasSubstr("--resume")));
    EXPECT_EQ(verdict({.state_file = state})["resumed_from"], 1'024);
  }
}

TEST_F(Resume, FindsWhatIsWrongBehindThePoint) {
  for (const std::uint64_t bad : {std::uint64_t{1'025}, std::uint64_t{3'400}}) {
    std::filesystem::remove_all(data_dir);
    std::filesystem::copy(folder->path() / "played", data_dir, recursive);
    damage(bad);
    const auto at_once = verdict_at_once();
    EXPECT_EQ(at_once["first_bad"], bad);
    interrupt(SIGKILL, 1'024);
    auto resumed = verdict({.state_file = state});
    EXPECT_EQ(resumed["resumed_from"], 1'024);
    resumed["resumed_from"] = nullptr;
    EXPECT_EQ(resumed, at_once);
  }
}

TEST_F(Resume, BeginsAnewWhereTheEntryAtThePointIsAnotherOne) {
  interrupt(SIGKILL, 1'024);
  damage(1'024);
  const Answer answer = verify({.state_file = state});
  EXPECT_THAT(answer.err, HasSubstr("begins at the first entry: entry 1024 is not the one"));
  const auto json = nlohmann::json::parse(answer.out);
  EXPECT_TRUE(json["resumed_from"].is_null());
  EXPECT_EQ(json["first_bad"], 1'024);
  EXPECT_EQ(json["reason"], verdict_at_once()["reason"]);
}

// Another ledger of the same venue, valid in itself: the entry that was seen before is not there.
TEST_F(Resume, FindsALedgerThatWasWrittenAnew) {
  interrupt(SIGKILL, 2'048);
  std::filesystem::remove_all(data_dir);
  play(whole_content("tests/audit/day.emx"), data_dir);  // shorter
  auto json = verdict({.state_file = state});
  EXPECT_EQ(verdict_at_once()["verdict"], "valid");
  EXPECT_EQ(json["verdict"], "invalid") << json;
  EXPECT_THAT(json["reason"].get<std::string>(),
              HasSubstr("entries before, so this is an older state"));
}

// It cannot be made good by an audit that is interrupted and gone on from before that entry.
TEST_F(Resume, DoesNotForgetWhatItSawWhenItIsInterruptedAgain) {
  interrupt(SIGKILL, 2'048);
  const ledger::Anchor seen{2'048, kept_state().point.head};
  std::filesystem::remove_all(data_dir);
  play(whole_content("tests/audit/day.emx"), data_dir);
  interrupt(SIGTERM, 1'024);
  EXPECT_EQ(point(), 1'024U);
  EXPECT_THAT(kept_state().anchors, Contains(seen));
  interrupt(SIGTERM, 1'025);
  EXPECT_THAT(kept_state().anchors, Contains(seen));
  const std::uint64_t last = point();
  EXPECT_GT(last, 1'024U);
  const auto json = verdict({.state_file = state});
  EXPECT_EQ(json["resumed_from"], last);
  EXPECT_EQ(json["verdict"], "invalid") << json;
  EXPECT_THAT(json["reason"].get<std::string>(),
              HasSubstr("entries before, so this is an older state"));
  EXPECT_THAT(json["held_against"].dump(), HasSubstr("what an earlier run knew of it"));
}

// Nor where it begins at the first entry because it is asked for something else.
TEST_F(Resume, DoesNotForgetWhatAnAuditWithOtherKeysSaw) {
  interrupt(SIGKILL, 2'048);
  const ledger::Anchor seen{2'048, kept_state().point.head};
  const ledger::VerifierKey verifier{venue_origin, ledger::KeyKind::ed25519, key->public_key()};
  interrupt(SIGTERM, 1'024, 1, {{}, {verifier}});
  EXPECT_EQ(point(), 1'024U);
  EXPECT_THAT(kept_state().anchors, Contains(seen));
}

// As the verdict says: an entry before the point is not read again.
TEST_F(Resume, DoesNotSeeWhatWasChangedBeforeThePoint) {
  interrupt(SIGKILL, 2'048);
  damage(1'000);
  EXPECT_EQ(verdict({.state_file = state})["verdict"], "valid");
  EXPECT_EQ(verdict_at_once()["first_bad"], 1'000);
}

TEST_F(Resume, HoldsOnToCheckpointsAndAnchors) {
  const ledger::VerifierKey verifier{venue_origin, ledger::KeyKind::ed25519, key->public_key()};
  const KnownOfLedger with_key{{}, {verifier}};
  interrupt(SIGKILL, 2'048, 2, with_key);
  const auto kept = whole_content(state);
  auto json = verdict({.state_file = state}, with_key);
  EXPECT_EQ(json["resumed_from"], 2'048);
  EXPECT_EQ(json["checkpoints"]["count"], 4);

  // Asked otherwise, it is another audit.
  put_content(state, kept);
  EXPECT_THAT(verdict({.state_file = state})["not_resumed"].get<std::string>(),
              HasSubstr("other keys"));
  put_content(state, kept);
  KnownOfLedger with_anchor = with_key;
  with_anchor.anchor = ledger::Anchor{1'000, {}};
  json = verdict({.state_file = state}, with_anchor);
  EXPECT_TRUE(json["resumed_from"].is_null());
  EXPECT_EQ(json["first_bad"], 1'000);

  // A checkpoint that was there, and is another one now.
  put_content(state, kept);
  std::string notes = whole_content(ledger::checkpoints_file(data_dir));
  notes.erase(0, notes.find("\n\n", notes.find("\n\n") + 2) + 2);  // the first
  put_content(ledger::checkpoints_file(data_dir), notes);
  json = verdict({.state_file = state}, with_key);
  EXPECT_THAT(json["not_resumed"].get<std::string>(), HasSubstr("checkpoints are"));
}

// The exchange goes on signing while an audit of it begins.
TEST_F(Resume, TakesWhatIsSignedMeanwhileAsGood) {
  const WentOn behind = go_on_where_was_signed(1'100);
  EXPECT_EQ(behind.words, "");
  EXPECT_EQ(behind.fault, "");
  for (const std::uint64_t before : {std::uint64_t{900}, std::uint64_t{1'000}}) {
    EXPECT_NE(go_on_where_was_signed(before).words, "") << before;
  }
}

// Not that nothing is wrong.
TEST_F(Resume, SaysWhatIsWrongWhenItIsToldToEnd) {
  EXPECT_THAT(words_when_told_to_end({}),
              AllOf(HasSubstr("interrupted after entry "), HasSubstr("with nothing wrong so far")));
  std::filesystem::remove(state);
  KnownOfLedger known;
  known.anchor = ledger::Anchor{500, {}};
  EXPECT_THAT(words_when_told_to_end(known),
              AllOf(HasSubstr("interrupted after entry "), HasSubstr("is not the one"),
                    HasSubstr("nothing was kept"), Not(HasSubstr("nothing wrong"))));
  std::string notes = whole_content(ledger::checkpoints_file(data_dir));
  notes.replace(0, std::string{venue_origin}.size(), "emx/ENX");
  put_content(ledger::checkpoints_file(data_dir), notes);
  EXPECT_THAT(words_when_told_to_end({}),
              AllOf(HasSubstr("interrupted after entry "), HasSubstr("checkpoint 1: it is of "),
                    HasSubstr("nothing was kept"), Not(HasSubstr("nothing wrong"))));
}

// As in a script that runs it in the background.
TEST_F(Resume, GoesOnWhereASignalIsIgnored) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::signal(signal, SIG_IGN);
      Effort effort{1, state, std::chrono::milliseconds{0}};
      effort.state_written = [&](std::uint64_t) { ::kill(::getpid(), signal); };
      ::_exit(verify(effort).exit_code);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), ledger_is_valid);
  }
}

TEST_F(Resume, AsksForTheSameKeysInAnyOrder) {
  const ledger::VerifierKey one{venue_origin, ledger::KeyKind::ed25519, key->public_key()};
  const ledger::VerifierKey other{venue_origin, ledger::KeyKind::ed25519,
                                  ledger::PrivateKey::make().public_key()};
  interrupt(SIGKILL, 2'048, 2, {{}, {one, other}});
  EXPECT_EQ(verdict({.state_file = state}, {{}, {other, one}})["resumed_from"], 2'048);
}

TEST_F(Resume, LeavesNothingBesideTheState) {
  const auto aside = own.path() / "state.part";
  interrupt(SIGKILL, 1'024);
  put_content(aside, whole_content(state).substr(0, 5));  // a crash while it was written
  EXPECT_EQ(verdict({.state_file = state})["verdict"], "valid");
  EXPECT_FALSE(std::filesystem::exists(aside));

  put_content(aside, "what a person wrote");
  const Answer answer = verify({.state_file = state, .state_every = {}});
  EXPECT_EQ(answer.exit_code, could_not_run);
  EXPECT_THAT(answer.err, AllOf(HasSubstr("state.part"), HasSubstr("give another FILE")));
  EXPECT_EQ(whole_content(aside), "what a person wrote");
  EXPECT_NE(write_state(state, {}).message, "");
  EXPECT_EQ(whole_content(aside), "what a person wrote");
}

TEST_F(Resume, IsNotMisledByAFileThatIsNoneOfItsOwn) {
  interrupt(SIGKILL, 1'024);
  const std::string kept = whole_content(state);
  for (std::size_t at = 8; at < kept.size(); at += kept.size() / 7) {
    std::string changed = kept;
    changed[at] ^= 4;
    put_content(state, changed);
    const auto json = verdict({.state_file = state});
    EXPECT_EQ(json["verdict"], "valid");
    EXPECT_TRUE(json["resumed_from"].is_null()) << at;
    EXPECT_THAT(json["not_resumed"].get<std::string>(), HasSubstr("damaged"));
  }
  // Not to be written over: no state, of another ledger, in the ledger's folder.
  const auto refused = [&](const std::filesystem::path& file) {
    const std::string before = whole_content(file);
    const Answer answer = verify({.state_file = file, .state_every = {}});
    EXPECT_EQ(answer.exit_code, could_not_run);
    EXPECT_EQ(whole_content(file), before);
    return answer.err;
  };
  put_content(state, "what a person wrote");
  EXPECT_THAT(refused(state),
              AllOf(HasSubstr("not the state of an audit"), HasSubstr("give another FILE")));
  put_content(data_dir / "state", kept);
  EXPECT_THAT(refused(data_dir / "state"), HasSubstr("in the ledger's own folder"));
  put_content(state, kept);
  std::filesystem::remove_all(data_dir);
  std::vector<Entry> entries = read_ledger(folder->path() / "played");
  auto genesis = read_record<GenesisCommand>(entries[0].command);
  genesis.orders_max += 1;
  std::memcpy(entries[0].command.data(), &genesis, sizeof genesis);
  entries.resize(1);
  write_ledger(entries, data_dir);
  EXPECT_THAT(refused(state), HasSubstr("of another ledger"));
}

// The state is the whole state: from any entry of the golden ledger.
TEST(EntryChecksState, GoOnFromAnywhere) {
  const TempFolder folder;
  play_file("tests/exchange/golden.emx", folder.path());
  auto checks = std::make_unique<EntryChecks>();
  std::uint64_t times = 0;
  for (const Entry& entry : read_ledger(folder.path())) {
    ASSERT_EQ(checks->apply(entry.view()), "") << entry.stamp.sequence.value;
    if (entry.stamp.sequence.value % 13 != 0 || !checks->can_be_saved()) continue;
    std::vector<std::byte> saved;
    StateWriter writer{saved};
    checks->save(writer);
    auto loaded = std::make_unique<EntryChecks>();
    StateReader reader{saved};
    loaded->load(reader);
    ASSERT_EQ(reader.fault(), "");
    ASSERT_TRUE(reader.at_end());
    std::vector<std::byte> again;
    StateWriter to_again{again};
    loaded->save(to_again);
    ASSERT_EQ(again, saved);
    checks = std::move(loaded);
    ++times;
  }
  EXPECT_GT(times, 50U);
}

}  // namespace
}  // namespace emx::audit

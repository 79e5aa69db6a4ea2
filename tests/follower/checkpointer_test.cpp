#include "tools/follower/checkpointer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>

#include "tests/ledger/support.hpp"

namespace emx::follower {
namespace {

using ledger::testing::append_samples;
using ledger::testing::TempFolder;
using ledger::testing::to_write;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The same at each start.
std::vector<ledger::PrivateKey> one_key(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) ledger::PrivateKey::make().write(file);
  std::vector<ledger::PrivateKey> keys;
  keys.push_back(ledger::PrivateKey::read(file));
  return keys;
}

// A ledger whose entries a checkpointer is given by hand, at times of the test's own.
class CheckpointerTest : public ::testing::Test {
 protected:
  CheckpointerTest() {
    EXPECT_TRUE(store_.open(data_dir(), to_write(ledger::Probe::none)).ok());
    start();
  }

  void start() {
    checkpointer_.emplace(
        data_dir(), one_key(folder_.path() / "venue.pem"),
        Checkpointer::Words{[this](const std::string& words) { told_.push_back(words); },
                            [this](const std::string& words) { told_.push_back(words); },
                            [this](const std::string& words) { alarms_.push_back(words); }});
    taken_ = 0;
    now_ = std::chrono::steady_clock::now();
  }

  void append(std::uint64_t last) {
    ASSERT_TRUE(append_samples(store_, store_.size().value + 1, last, 512).ok());
  }
  void take_all() {
    ASSERT_TRUE(store_
                    .visit(SeqNo{taken_ + 1},
                           [&](const ledger::StoredEntry& entry) {
                             checkpointer_->take(entry, leaf_hash_(entry.bytes));
                             ++taken_;
                             return true;
                           })
                    .ok());
  }
  void settle_after(milliseconds time, bool closing = false) {
    now_ += time;
    checkpointer_->settle({now_, true, closing});
  }

  [[nodiscard]] std::filesystem::path data_dir() const { return folder_.path() / "data"; }
  [[nodiscard]] std::vector<std::uint64_t> sizes() const {
    ledger::CheckpointReader reader;
    EXPECT_TRUE(reader.open(data_dir()).ok());
    std::vector<std::uint64_t> found;
    std::optional<ledger::Note> note;
    while (reader.next(note).ok() && note) {
      const auto checkpoint = ledger::checkpoint_from_text(note->text);
      found.push_back(checkpoint ? checkpoint->tree.size : 0);
    }
    return found;
  }

  ledger::LedgerStore store_;
  std::optional<Checkpointer> checkpointer_;
  std::vector<std::string> told_;
  std::vector<std::string> alarms_;

 private:
  TempFolder folder_;
  ledger::LeafHasher leaf_hash_;
  std::uint64_t taken_ = 0;
  std::chrono::steady_clock::time_point now_;
};

TEST_F(CheckpointerTest, SignsEachSecondWhenThereIsSomethingNew) {
  append(3);
  take_all();
  settle_after(milliseconds{1});  // what was there at the start
  EXPECT_THAT(sizes(), ElementsAre(3));
  settle_after(seconds{5});
  EXPECT_THAT(sizes(), ElementsAre(3));
  append(4);
  take_all();
  settle_after(milliseconds{0});
  EXPECT_THAT(sizes(), ElementsAre(3, 4));
  append(5);
  take_all();
  settle_after(milliseconds{999});
  EXPECT_THAT(sizes(), ElementsAre(3, 4));
  EXPECT_EQ(checkpointer_->figures().size, 4U);
  EXPECT_EQ(checkpointer_->figures().made, 2U);
  settle_after(milliseconds{1});
  EXPECT_THAT(sizes(), ElementsAre(3, 4, 5));
}

TEST_F(CheckpointerTest, SignsAfterManyEntriesButNotTooOften) {
  append(1);
  take_all();
  settle_after(milliseconds{1});
  append(4'096);
  take_all();
  settle_after(milliseconds{200});
  EXPECT_THAT(sizes(), ElementsAre(1));
  append(4'097);
  take_all();
  settle_after(milliseconds{0});
  EXPECT_THAT(sizes(), ElementsAre(1, 4'097));
  append(8'193);
  take_all();
  settle_after(milliseconds{99});
  EXPECT_THAT(sizes(), ElementsAre(1, 4'097));
  settle_after(milliseconds{1});
  EXPECT_THAT(sizes(), ElementsAre(1, 4'097, 8'193));
}

TEST_F(CheckpointerTest, SignsTheEndWhenItIsOver) {
  append(3);
  take_all();
  settle_after(milliseconds{1}, true);
  EXPECT_THAT(sizes(), ElementsAre(3));
}

TEST_F(CheckpointerTest, GoesOnWhereItWas) {
  append(3);
  take_all();
  settle_after(seconds{1});
  start();
  EXPECT_EQ(checkpointer_->figures().size, 3U);
  take_all();
  settle_after(seconds{1}, true);
  EXPECT_THAT(sizes(), ElementsAre(3)) << "there is nothing new";
  append(4);
  take_all();
  settle_after(seconds{1});
  EXPECT_THAT(sizes(), ElementsAre(3, 4));
}

TEST_F(CheckpointerTest, SignsAgainWhatACrashKeptOutOfTheFile) {
  append(3);
  take_all();
  settle_after(seconds{1});
  std::filesystem::resize_file(ledger::checkpoints_file(data_dir()), 20);
  start();
  EXPECT_THAT(told_, ElementsAre(HasSubstr("20 bytes were cut off")));
  take_all();
  settle_after(seconds{1});
  EXPECT_THAT(sizes(), ElementsAre(3));
  EXPECT_THAT(alarms_, IsEmpty());
}

TEST_F(CheckpointerTest, NeverSignsLessThanWasSigned) {
  append(3);
  take_all();
  settle_after(seconds{1});
  std::ofstream{ledger::guard_file(data_dir())} << "4 " << std::string(64, 'a') << '\n';
  start();
  take_all();
  settle_after(seconds{1});
  EXPECT_THAT(alarms_, ElementsAre(HasSubstr("entries that were signed are gone")));
  EXPECT_TRUE(checkpointer_->figures().stopped);
  append(5);
  take_all();
  settle_after(seconds{1});
  settle_after(seconds{60}, true);
  EXPECT_THAT(sizes(), ElementsAre(3));
  EXPECT_EQ(alarms_.size(), 1U);
}

// The fork is seen on the way to an end that is larger than what was signed.
TEST_F(CheckpointerTest, NeverSignsAfterAnotherHistory) {
  append(3);
  take_all();
  settle_after(seconds{1});
  std::filesystem::remove(ledger::checkpoints_file(data_dir()));
  std::ofstream{ledger::checkpoints_file(data_dir())};
  std::ofstream{ledger::guard_file(data_dir())} << "3 " << std::string(64, 'a') << '\n';
  start();
  append(9);
  take_all();
  settle_after(seconds{1});
  EXPECT_THAT(alarms_, ElementsAre(HasSubstr("entries that were signed are others")));
  EXPECT_THAT(sizes(), IsEmpty());
}

// As a copy is that was taken without the files beside the entries.
TEST_F(CheckpointerTest, SignsNothingOfALedgerThatMayHaveBeenSigned) {
  append(3);
  take_all();
  settle_after(seconds{1});
  std::filesystem::remove(ledger::guard_file(data_dir()));
  std::filesystem::remove(ledger::checkpoints_file(data_dir()));
  start();
  EXPECT_THAT(alarms_, ElementsAre(HasSubstr("nobody can tell what was signed last")));
  take_all();
  settle_after(seconds{1}, true);
  EXPECT_THAT(sizes(), IsEmpty());
  EXPECT_TRUE(checkpointer_->figures().stopped);
}

TEST_F(CheckpointerTest, HasStoppedWhenNothingFollowsTheLedgerAnyMore) {
  append(3);
  take_all();
  checkpointer_->cut_off("the disk is gone.");
  EXPECT_THAT(alarms_, ElementsAre("the disk is gone."));
  EXPECT_TRUE(checkpointer_->figures().stopped);
  settle_after(seconds{1}, true);
  EXPECT_THAT(sizes(), IsEmpty());
}

TEST_F(CheckpointerTest, SaysWhyItCannotBegin) {
  append(3);
  take_all();
  settle_after(seconds{1});
  std::filesystem::remove(ledger::guard_file(data_dir()));
  start();
  EXPECT_THAT(alarms_, ElementsAre(HasSubstr("nobody can tell what was signed last")));
  take_all();
  settle_after(seconds{1});
  EXPECT_THAT(sizes(), ElementsAre(3));
  EXPECT_EQ(checkpointer_->figures().failed, 1U);
}

}  // namespace
}  // namespace emx::follower

#include "ledger/checkpoint_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace emx::ledger {
namespace {

using ::testing::HasSubstr;

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

void write(const std::filesystem::path& file, std::string_view text) {
  std::ofstream{file, std::ios::binary} << text;
}

Checkpoint checkpoint_of(std::uint64_t size) {
  Checkpoint checkpoint{origin_of("EMX"), {size, {}}, {}, size * 3};
  checkpoint.tree.root[0] = static_cast<std::byte>(size);
  return checkpoint;
}

// Thousands of flushes, of which none is to survive anything: in memory, where that is a folder.
std::filesystem::path quick_folder() {
  const std::filesystem::path memory{"/dev/shm"};
  const bool usable = ::access(memory.c_str(), W_OK) == 0;
  return (usable ? memory : std::filesystem::temp_directory_path()) /
         ("emx-checkpoints-" + std::to_string(::getpid()));
}

class CheckpointLogTest : public ::testing::Test {
 protected:
  CheckpointLogTest() {
    std::filesystem::create_directories(data_dir() / "ledger");
    EXPECT_TRUE(found_guard(data_dir()).ok());
    keys_.push_back(PrivateKey::make());
  }

  ~CheckpointLogTest() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::filesystem::path data_dir() const { return folder_ / "data"; }
  [[nodiscard]] std::filesystem::path file() const { return checkpoints_file(data_dir()); }
  [[nodiscard]] std::filesystem::path guard() const { return guard_file(data_dir()); }

  Result add(std::uint64_t size) {
    CheckpointLog log;
    if (Result result = log.open(data_dir()); !result.ok()) return result;
    return log.add(checkpoint_of(size), keys_);
  }

  // Sizes of the checkpoints that a reader finds; each must be signed with each key.
  [[nodiscard]] std::vector<std::uint64_t> sizes(std::uint64_t* torn_bytes = nullptr) const {
    CheckpointReader reader;
    EXPECT_TRUE(reader.open(data_dir()).ok());
    std::vector<std::uint64_t> found;
    std::optional<Note> note;
    while (reader.next(note).ok() && note) {
      for (const PrivateKey& key : keys_) {
        const VerifierKey verifier{origin_of("EMX"), KeyKind::ed25519, key.public_key()};
        Checkpoint read;
        EXPECT_EQ(fault_of(*note, {&verifier, 1}, read), "");
        EXPECT_EQ(read, checkpoint_of(read.tree.size));
        if (&key == &keys_.front()) found.push_back(read.tree.size);
      }
    }
    if (torn_bytes != nullptr) *torn_bytes = reader.torn_bytes();
    return found;
  }

  std::vector<PrivateKey> keys_;

 private:
  const std::filesystem::path folder_ = quick_folder();
};

TEST_F(CheckpointLogTest, KeepsWhatItSigned) {
  EXPECT_EQ(sizes(), std::vector<std::uint64_t>{});
  for (const std::uint64_t size : {3U, 4U, 9U}) ASSERT_TRUE(add(size).ok());
  EXPECT_EQ(sizes(), (std::vector<std::uint64_t>{3, 4, 9}));
  CheckpointLog log;
  ASSERT_TRUE(log.open(data_dir()).ok());
  EXPECT_EQ(log.guard(), checkpoint_of(9).tree);
  EXPECT_EQ(log.cut_bytes(), 0U);
}

TEST_F(CheckpointLogTest, SignsWithEveryKey) {
  ASSERT_TRUE(add(1).ok());
  keys_.push_back(PrivateKey::make());
  CheckpointLog log;
  ASSERT_TRUE(log.open(data_dir()).ok());
  ASSERT_TRUE(log.add(checkpoint_of(2), keys_).ok());
  // The first is signed with the first key only; then come both, then the new one.
  keys_.erase(keys_.begin());
  ASSERT_TRUE(log.add(checkpoint_of(3), keys_).ok());
  CheckpointReader reader;
  ASSERT_TRUE(reader.open(data_dir()).ok());
  const VerifierKey key{origin_of("EMX"), KeyKind::ed25519, keys_.front().public_key()};
  std::vector<Signed> found;
  std::optional<Note> note;
  while (reader.next(note).ok() && note) found.push_back(look_for_signature(*note, key));
  EXPECT_EQ(found, (std::vector<Signed>{Signed::not_signed, Signed::good, Signed::good}));
}

TEST_F(CheckpointLogTest, SignsNothingSmallerAndNoOtherRoot) {
  CheckpointLog log;
  ASSERT_TRUE(log.open(data_dir()).ok());
  ASSERT_TRUE(log.add(checkpoint_of(9), keys_).ok());
  const std::string before = content_of(file());
  Result result = log.add(checkpoint_of(8), keys_);
  EXPECT_EQ(result.status, Status::corrupt);
  EXPECT_THAT(result.message, HasSubstr("entries that were signed are gone"));
  EXPECT_THAT(result.message, HasSubstr("9 entries with root 09"));
  Checkpoint fork = checkpoint_of(9);
  fork.tree.root[5] = std::byte{1};
  result = log.add(fork, keys_);
  EXPECT_EQ(result.status, Status::corrupt);
  EXPECT_THAT(result.message, HasSubstr("entries that were signed are others"));
  EXPECT_EQ(content_of(file()), before);
  EXPECT_TRUE(log.add(checkpoint_of(10), keys_).ok());
}

// As a crash leaves it: guard and file, each with what had been written by then.
TEST_F(CheckpointLogTest, CutsOffWhatACrashLeftAtAnyByte) {
  ASSERT_TRUE(add(3).ok());
  const std::string one = content_of(file());
  ASSERT_TRUE(add(4).ok());
  const std::string two = content_of(file());
  for (std::size_t bytes = 0; bytes < two.size(); ++bytes) {
    write(file(), two.substr(0, bytes));
    std::uint64_t torn = 0;
    const auto whole =
        bytes < one.size() ? std::vector<std::uint64_t>{} : std::vector<std::uint64_t>{3};
    ASSERT_EQ(sizes(&torn), whole) << bytes;
    EXPECT_EQ(torn, bytes - (whole.empty() ? 0 : one.size())) << bytes;
    CheckpointLog log;
    ASSERT_TRUE(log.open(data_dir()).ok()) << bytes;
    EXPECT_EQ(log.cut_bytes(), torn) << bytes;
    ASSERT_EQ(content_of(file()).size(), bytes - torn) << bytes;
    EXPECT_EQ(log.guard(), checkpoint_of(4).tree);
    EXPECT_FALSE(log.add(checkpoint_of(3), keys_).ok()) << "it was signed, or may have been";
    ASSERT_TRUE(log.add(checkpoint_of(4), keys_).ok()) << bytes;
  }
}

// A file system may have given the file its new length, and not its bytes.
TEST_F(CheckpointLogTest, CutsOffZerosAndHalfARecordAfterThem) {
  ASSERT_TRUE(add(3).ok());
  const std::string one = content_of(file());
  ASSERT_TRUE(add(4).ok());
  std::string torn = content_of(file());
  std::fill_n(torn.begin() + static_cast<std::ptrdiff_t>(one.size()), 40, '\0');
  write(file(), torn);
  CheckpointLog log;
  ASSERT_TRUE(log.open(data_dir()).ok());
  EXPECT_EQ(log.cut_bytes(), torn.size() - one.size());
  EXPECT_EQ(sizes(), std::vector<std::uint64_t>{3});
}

TEST_F(CheckpointLogTest, DoesNotCutOffMoreThanACrashLeaves) {
  ASSERT_TRUE(add(3).ok());
  const std::string damaged =
      content_of(file()) + std::string(CheckpointLog::record_bytes_max + 1, 'x');
  write(file(), damaged);
  EXPECT_THAT(add(4).message, HasSubstr("more than a crash leaves"));
  EXPECT_EQ(content_of(file()), damaged);
}

TEST_F(CheckpointLogTest, FindsTheEndOfALongFile) {
  CheckpointLog log;
  ASSERT_TRUE(log.open(data_dir()).ok());
  std::vector<std::uint64_t> all;
  for (std::uint64_t size = 1; size <= 300; ++size) {
    ASSERT_TRUE(log.add(checkpoint_of(size), keys_).ok());
    all.push_back(size);
  }
  write(file(), content_of(file()) + "emx/EMX\n301\n");
  EXPECT_EQ(sizes(), all);
  ASSERT_TRUE(add(301).ok());
  all.push_back(301);
  EXPECT_EQ(sizes(), all);
}

TEST_F(CheckpointLogTest, SignsNothingWithoutItsGuard) {
  ASSERT_TRUE(add(3).ok());
  const std::string kept = content_of(guard());
  std::filesystem::remove(guard());
  EXPECT_THAT(add(4).message, HasSubstr("nobody can tell what was signed last"));
  for (std::size_t bytes = 0; bytes < kept.size(); ++bytes) {
    write(guard(), kept.substr(0, bytes));
    EXPECT_THAT(add(4).message, HasSubstr("is damaged")) << bytes;
  }
  write(guard(), kept);
  EXPECT_TRUE(add(4).ok());
}

// A copy of a ledger that was signed looks like that, if neither file was taken along.
TEST_F(CheckpointLogTest, SignsNothingOfALedgerThatNobodyCanTellWasNeverSigned) {
  std::filesystem::remove(guard());
  EXPECT_THAT(add(3).message, HasSubstr("may be a copy or an older state"));
  EXPECT_FALSE(std::filesystem::exists(file()));
  // A person has found out.
  write(guard(), "0 " + std::string(63, '0') + "1\n");
  EXPECT_THAT(add(3).message, HasSubstr("is damaged")) << "no tree has no entries and that root";
  write(guard(), "0 " + std::string(64, '0') + "\n");
  EXPECT_TRUE(add(3).ok());
  // The guard of a founding, put back.
  write(guard(), "0 " + std::string(64, '0') + "\n");
  EXPECT_THAT(add(4).message, HasSubstr("was put back or changed"));
}

TEST_F(CheckpointLogTest, FindsAGuardOrAFileThatWasPutBack) {
  ASSERT_TRUE(add(3).ok());
  const std::string old_guard = content_of(guard());
  ASSERT_TRUE(add(4).ok());
  const std::string new_guard = content_of(guard());
  write(guard(), old_guard);
  EXPECT_THAT(add(5).message, HasSubstr("was put back or changed"));
  std::string other_root = new_guard;
  other_root[4] = other_root[4] == '1' ? '2' : '1';
  write(guard(), other_root);
  EXPECT_THAT(add(5).message, HasSubstr("was put back or changed"));
  write(guard(), new_guard);
  std::filesystem::remove(file());
  EXPECT_THAT(add(5).message, HasSubstr("is missing"));
}

TEST_F(CheckpointLogTest, NamesTheNoteThatIsNone) {
  for (const std::uint64_t size : {3U, 4U, 5U}) ASSERT_TRUE(add(size).ok());
  std::string damaged = content_of(file());
  damaged[damaged.find("\n4\n") + 3] = '\t';
  write(file(), damaged);
  CheckpointReader reader;
  ASSERT_TRUE(reader.open(data_dir()).ok());
  std::optional<Note> note;
  ASSERT_TRUE(reader.next(note).ok());
  const Result result = reader.next(note);
  EXPECT_EQ(result.status, Status::corrupt);
  EXPECT_THAT(result.message, HasSubstr("checkpoint 2"));
  // Who needs the last one only need not care.
  ASSERT_TRUE(read_last_checkpoint(data_dir(), note).ok());
  ASSERT_TRUE(note);
  EXPECT_EQ(checkpoint_from_text(note->text), checkpoint_of(5));
}

// Reader and writer are of one mind on what a crash has left.
TEST_F(CheckpointLogTest, TakesADamagedNoteAtTheEndForTorn) {
  for (const std::uint64_t size : {3U, 4U}) ASSERT_TRUE(add(size).ok());
  std::string damaged = content_of(file());
  damaged[damaged.find("\n4\n") + 3] = '\t';
  write(file(), damaged);
  std::uint64_t torn = 0;
  EXPECT_EQ(sizes(&torn), std::vector<std::uint64_t>{3});
  CheckpointLog log;
  ASSERT_TRUE(log.open(data_dir()).ok());
  EXPECT_EQ(log.cut_bytes(), torn);
  EXPECT_GT(torn, 0U);
}

}  // namespace
}  // namespace emx::ledger

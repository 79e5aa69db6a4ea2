#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include "ledger/files.hpp"
#include "ledger/snapshot_file.hpp"
#include "tests/ledger/support.hpp"

namespace emx::ledger {
namespace {

using testing::Bytes;
using testing::TempFolder;

Bytes bytes_of_text(std::string_view text) {
  const auto bytes = std::as_bytes(std::span{text});
  return {bytes.begin(), bytes.end()};
}

Bytes file_bytes_of(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  return bytes_of_text(text);
}

void put_file(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  std::ofstream file{path, std::ios::binary | std::ios::trunc};
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

class Snapshots : public ::testing::Test {
 protected:
  static SnapshotHeader header_at(std::uint64_t sequence) {
    SnapshotHeader header;
    header.semantics_version = 1;
    header.sequence = sequence;
    header.at_ns = 5;
    header.digest = 6;
    header.head.fill(std::byte{7});
    header.genesis.fill(std::byte{8});
    return header;
  }
  Result write(const SnapshotHeader& header, std::string_view state = "state") {
    const Bytes bytes = bytes_of_text(state);
    const Bytes other = bytes_of_text("frontier");
    const NamedBytes sections[] = {{exchange_section, bytes}, {"tree", other}};
    return write_snapshot(folder.path(), header, sections);
  }
  // The sequence of the newest valid one; 0: none. Warnings go to `warnings`.
  std::uint64_t newest(std::uint64_t ledger_size = 100) {
    warnings.clear();
    SnapshotOf of{1, {}, ledger_size};
    of.genesis.fill(std::byte{8});
    const auto found = newest_valid(
        folder.path(), of, [this](const Snapshot& s) { return judge(s); },
        [this](const std::string& words) { warnings.push_back(words); });
    return found ? found->header.sequence : 0;
  }
  std::filesystem::path path_of(std::uint64_t sequence) {
    return snapshot_path(folder.path(), sequence);
  }

  TempFolder folder;
  std::vector<std::string> warnings;
  std::function<std::string(const Snapshot&)> judge = [](const Snapshot&) { return ""; };
};

TEST_F(Snapshots, AreReadAsTheyWereWritten) {
  ASSERT_TRUE(write(header_at(42)).ok());
  EXPECT_EQ(path_of(42).filename(), "00000000000000000042.snap");
  Snapshot snapshot;
  const Result result = read_snapshot(path_of(42), snapshot);
  ASSERT_TRUE(result.ok()) << result.message;
  EXPECT_EQ(snapshot.header.sequence, 42U);
  EXPECT_EQ(snapshot.header.at_ns, 5);
  EXPECT_EQ(snapshot.header.digest, 6U);
  EXPECT_EQ(snapshot.header.head, header_at(42).head);
  EXPECT_EQ(snapshot.header.file_bytes, std::filesystem::file_size(path_of(42)));
  const auto state = snapshot.section(exchange_section);
  ASSERT_TRUE(state.has_value());
  EXPECT_TRUE(std::ranges::equal(*state, bytes_of_text("state")));
  EXPECT_TRUE(std::ranges::equal(*snapshot.section("tree"), bytes_of_text("frontier")));
  EXPECT_FALSE(snapshot.section("desk").has_value());
}

TEST_F(Snapshots, AreKeptTheNewestTwo) {
  for (const std::uint64_t sequence : {3U, 1U, 7U, 5U}) {
    ASSERT_TRUE(write(header_at(sequence)).ok());
  }
  put_file(folder.path() / "snapshots" / "00000000000000000004.snap.new", {});  // of a crash
  put_file(folder.path() / "snapshots" / "notes.txt", {});
  ASSERT_TRUE(write(header_at(9)).ok());
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator{folder.path() / "snapshots"}) {
    names.push_back(file.path().filename().string());
  }
  std::ranges::sort(names);
  EXPECT_EQ(names,
            (std::vector<std::string>{"00000000000000000007.snap", "00000000000000000009.snap",
                                      "notes.txt", "writer.lock"}));
}

// Of a ledger that was longer, and was put back from a copy: they do not push the new one out.
TEST_F(Snapshots, StayWhenThoseOfHigherNumbersAreThere) {
  for (const std::uint64_t sequence : {201U, 202U, 10U, 20U}) {
    ASSERT_TRUE(write(header_at(sequence)).ok());
  }
  EXPECT_EQ(newest(), 20U);
  EXPECT_EQ(warnings.size(), 2U);
  std::filesystem::remove(path_of(20));
  EXPECT_EQ(newest(), 10U);
}

TEST_F(Snapshots, ThatCannotBeListedAreWarnedOf) {
  put_file(folder.path() / "snapshots", {});
  EXPECT_EQ(newest(), 0U);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].find("cannot be listed"), std::string::npos);
}

TEST_F(Snapshots, AreNoneWhereThereIsNoFolder) {
  EXPECT_EQ(newest(), 0U);
  EXPECT_TRUE(warnings.empty());
}

// Each is passed over with its name and the reason, and the one before is taken.
TEST_F(Snapshots, ArePassedOverWhenTheyAreOfSomethingElse) {
  ASSERT_TRUE(write(header_at(10)).ok());
  const auto reason_of_newer = [&](const SnapshotHeader& header) -> std::string {
    EXPECT_TRUE(write(header).ok());
    EXPECT_EQ(newest(), 10U);
    EXPECT_EQ(warnings.size(), 1U);
    std::filesystem::remove(path_of(header.sequence));
    if (warnings.empty()) return "";
    EXPECT_NE(warnings[0].find(path_of(header.sequence).string()), std::string::npos);
    return warnings[0];
  };
  SnapshotHeader header = header_at(20);
  header.genesis[0] ^= std::byte{1};
  EXPECT_NE(reason_of_newer(header).find("of another ledger"), std::string::npos);
  header = header_at(20);
  header.semantics_version = 2;
  EXPECT_NE(reason_of_newer(header).find("semantics version 2"), std::string::npos);
  EXPECT_NE(reason_of_newer(header_at(101)).find("the ledger ends at 100"), std::string::npos);
  judge = [](const Snapshot& s) { return s.header.sequence == 20 ? "its digest is another" : ""; };
  EXPECT_NE(reason_of_newer(header_at(20)).find("its digest is another"), std::string::npos);

  ASSERT_TRUE(write(header_at(21)).ok());
  std::filesystem::rename(path_of(21), path_of(22));
  EXPECT_EQ(newest(), 10U);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].find("its name is not that of its entry"), std::string::npos);
}

TEST_F(Snapshots, ArePassedOverWithEveryByteChanged) {
  ASSERT_TRUE(write(header_at(10)).ok());
  ASSERT_TRUE(write(header_at(20)).ok());
  const Bytes whole = file_bytes_of(path_of(20));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    Bytes changed = whole;
    changed[at] ^= std::byte{static_cast<unsigned char>(at % 2 == 0 ? 1 : 0x80)};
    put_file(path_of(20), changed);
    ASSERT_EQ(newest(), 10U) << "byte " << at;
    ASSERT_EQ(warnings.size(), 1U);
  }
  put_file(path_of(20), whole);
  EXPECT_EQ(newest(), 20U);
}

// What a hash cannot see, because whoever wrote it hashed it: no length is trusted.
TEST_F(Snapshots, ArePassedOverWhenTheirLengthsDoNotFitThoughTheHashIsRight) {
  ASSERT_TRUE(write(header_at(10)).ok());
  ASSERT_TRUE(write(header_at(20)).ok());
  const Bytes whole = file_bytes_of(path_of(20));
  const auto put_hashed = [&](Bytes bytes) {
    const std::span<const std::byte> hashed = std::span{bytes}.first(bytes.size() - 32);
    const Hash hash = sha256(std::span{&hashed, 1});
    std::ranges::copy(hash, bytes.end() - 32);
    put_file(path_of(20), bytes);
    return newest();
  };
  const auto with = [&](std::size_t at, int value) {
    Bytes bytes = whole;
    bytes[at] = std::byte{static_cast<unsigned char>(value)};
    return put_hashed(bytes);
  };
  constexpr std::size_t count_at = 48;
  constexpr std::size_t first_bytes_at = 120 + 16;
  constexpr std::size_t second_bytes_at = 120 + 24 + 16;
  EXPECT_EQ(put_hashed(whole), 20U);  // as it was: the control
  for (const int value : {0, 1, 3, 16, 17, 255}) {
    EXPECT_EQ(with(count_at, value), 10U) << value;
    EXPECT_EQ(with(first_bytes_at, value), 10U) << value;
  }
  EXPECT_EQ(with(count_at + 3, 255), 10U);
  EXPECT_EQ(with(first_bytes_at + 7, 255), 10U);
  // Two lengths that are right together, modulo 2^64.
  Bytes bytes = whole;
  std::fill_n(bytes.begin() + first_bytes_at, 8, std::byte{255});
  bytes[second_bytes_at] = std::byte{5 + 8 + 1};
  EXPECT_EQ(put_hashed(bytes), 10U);
}

TEST_F(Snapshots, ArePassedOverWhenTheyAreCutAtAnyLengthOrLonger) {
  ASSERT_TRUE(write(header_at(10)).ok());
  ASSERT_TRUE(write(header_at(20)).ok());
  Bytes bytes = file_bytes_of(path_of(20));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    put_file(path_of(20), std::span{bytes}.first(size));
    ASSERT_EQ(newest(), 10U) << size;
    ASSERT_EQ(warnings.size(), 1U);
  }
  bytes.push_back(std::byte{});
  put_file(path_of(20), bytes);
  EXPECT_EQ(newest(), 10U);
}

TEST_F(Snapshots, ThatAreNoFilesArePassedOver) {
  ASSERT_TRUE(write(header_at(10)).ok());
  std::filesystem::create_directory(path_of(20));
  std::filesystem::create_symlink("nowhere", path_of(30));
  EXPECT_EQ(newest(), 10U);
  EXPECT_EQ(warnings.size(), 2U);
}

// A disk that takes no more: told in words, nothing left behind, and the one before still there.
TEST_F(Snapshots, ThatDoNotFitTheDiskAreNotWritten) {
  ASSERT_TRUE(write(header_at(10)).ok());
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 200;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const Result result = write(header_at(20), std::string(4'096, 'x'));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(result.status, Status::no_space);
  EXPECT_NE(result.message.find("no snapshot was written"), std::string::npos) << result.message;
  EXPECT_EQ(newest(), 10U);
  EXPECT_TRUE(warnings.empty());
  for (const auto& file : std::filesystem::directory_iterator{folder.path() / "snapshots"}) {
    if (file.path().filename() == "writer.lock") continue;
    EXPECT_EQ(file.path(), path_of(10));
  }
}

// An exchange that stops because its disk is full would be a high price for a quicker start.
TEST_F(Snapshots, ThatWouldFillTheDiskAreNotWritten) {
  const Result told = run_in_child(folder.path(), [&]() -> Result {
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("emx", folder.path().c_str(), "tmpfs", 0, "size=20m") != 0) {
      return {Status::ok, "not possible here"};
    }
    if (Result small = write(header_at(10)); !small.ok()) return small;
    Result large = write(header_at(20), std::string(3 << 20, 'x'));
    return newest() == 10 ? large : Result{Status::corrupt, "the one before is gone"};
  });
  if (told.message == "not possible here") GTEST_SKIP() << "no permission to mount";
  EXPECT_EQ(told.status, Status::no_space) << told.message;
  EXPECT_NE(told.message.find("must leave"), std::string::npos) << told.message;
}

TEST_F(Snapshots, FindOutBeforeTheWorkWhetherAnotherWouldFit) {
  constexpr std::uint64_t more_than_any_disk = std::uint64_t{1} << 60;
  EXPECT_TRUE(find_room_for_another(folder.path(), more_than_any_disk).ok());  // of what size?
  ASSERT_TRUE(write(header_at(10)).ok());
  EXPECT_TRUE(find_room_for_another(folder.path(), 0).ok());
  const Result full = find_room_for_another(folder.path(), more_than_any_disk);
  EXPECT_EQ(full.status, Status::no_space);
  EXPECT_NE(full.message.find("must leave"), std::string::npos) << full.message;
}

TEST_F(Snapshots, AreWrittenByOneAtATime) {
  ASSERT_TRUE(write(header_at(10)).ok());
  FileDescriptor lock;
  ASSERT_TRUE(open_file(folder.path() / "snapshots" / "writer.lock", O_RDWR, lock).ok());
  ASSERT_EQ(::flock(lock.get(), LOCK_EX | LOCK_NB), 0);
  const Result result = write(header_at(20));
  EXPECT_EQ(result.status, Status::locked);
  EXPECT_NE(result.message.find("another process is writing one"), std::string::npos);
  lock.reset();
  EXPECT_TRUE(write(header_at(20)).ok());
  EXPECT_EQ(newest(), 20U);
}

}  // namespace
}  // namespace emx::ledger

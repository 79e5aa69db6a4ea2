#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <random>
#include <vector>

#include "ledger/page_check.hpp"
#include "ledger/store.hpp"
#include "ledger/verify.hpp"
#include "tests/ledger/support.hpp"

// LMDB 0.9 has no page checksums, and a damaged file may crash the process that reads it. Here the
// file itself is damaged, below LMDB: this process must never crash, and never take the damage for
// entries.

namespace emx::ledger {
namespace {

namespace fs = std::filesystem;
using testing::Bytes;
using testing::TempFolder;

class DamageTest : public ::testing::Test {
 protected:
  void SetUp() override { make_ledger(90); }  // some on pages of their own

  void make_ledger(std::uint64_t size) {
    entries = size;
    fs::remove_all(data_dir());
    testing::make_ledger(data_dir(), entries);
    std::ifstream file{data_file(), std::ios::binary};
    good_.assign(std::istreambuf_iterator<char>{file}, {});
    mark_ = read_file(clean_mark());
    edge_ = read_file(edge_mark());
  }

  // In place: a file that is cut to nothing and written again would be flushed by the system.
  void write_damaged(const std::string& bytes) const {
    std::fstream file{data_file(), std::ios::binary | std::ios::in | std::ios::out};
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    fs::resize_file(data_file(), bytes.size());
  }

  // "refused", "same" (the damage was where nothing is), or what is wrong with that.
  [[nodiscard]] std::string read() const {
    LedgerStore store;
    if (!store.open(data_dir(), testing::to_read(Probe::whole)).ok()) return "refused";
    if (!verify(store).result.ok()) return "refused";
    std::uint64_t next = 1;
    bool same = true;
    Result result = store.visit(SeqNo{1}, [&](const StoredEntry& entry) {
      const testing::Sample sample{next++};
      same = same && std::ranges::equal(entry.view.command, sample.view().command) &&
             std::ranges::equal(entry.view.events, sample.view().events);
      return true;
    });
    if (!result.ok()) return "verified, and then not readable: " + result.message;
    return same && next == entries + 1 ? "same" : "verified, with other entries";
  }

  // A writer comes after the damage and appends to what it takes for a ledger: "refused", "kept",
  // or what became of the entries.
  [[nodiscard]] std::string write(Probe probe) const {
    if (probe == Probe::none || probe == Probe::ends) {
      std::ofstream{clean_mark()} << mark_;  // without one no ledger is written unprobed
      std::ofstream{edge_mark()} << edge_;
    } else {
      fs::remove(clean_mark());
    }
    const Result written = run_in_child(data_file(), [&]() -> Result {
      LedgerStore store;
      if (!store.open(data_dir(), testing::to_write(probe)).ok()) return {Status::locked, ""};
      if (store.size().value != entries) return {Status::missing, "entries are missing"};
      Result result = testing::append_samples(store, store.size().value + 1, entries + 4, 1);
      return result.ok() ? store.close() : result;
    });
    if (written.status == Status::locked) return "refused";
    if (!written.ok()) return "the writer ended: " + written.message;
    const std::string lost = testing::what_is_lost(data_dir(), entries + 4);
    return lost.empty() ? "kept" : lost;
  }

  // Where LMDB keeps what only a writer trusts: page numbers, bounds, the list of free pages.
  [[nodiscard]] std::vector<std::size_t> places_a_writer_trusts() const {
    std::vector<std::size_t> places{144, 145, 4'096 + 144, 4'096 + 145};  // transaction numbers
    for (std::size_t page = 2; page < good_.size() / 4'096; ++page) {
      for (const std::size_t place : {0U, 12U, 17U}) places.push_back(page * 4'096 + place);
    }
    return places;
  }

  [[nodiscard]] std::string changed_at(std::size_t place) const {
    std::string bytes = good_;
    bytes[place] = static_cast<char>(bytes[place] ^ 1);
    return bytes;
  }

  [[nodiscard]] fs::path data_dir() const { return folder_.path() / "data"; }
  [[nodiscard]] fs::path data_file() const { return data_dir() / "ledger" / "data.mdb"; }

  [[nodiscard]] fs::path clean_mark() const { return data_dir() / "ledger" / "clean"; }

  [[nodiscard]] fs::path edge_mark() const { return data_dir() / "ledger" / "edge"; }

  std::uint64_t entries = 0;
  std::string good_;
  std::string mark_;
  std::string edge_;

 private:
  TempFolder folder_;
};

TEST_F(DamageTest, ReadsTheUndamagedFile) { EXPECT_EQ(read(), "same"); }

TEST_F(DamageTest, IsRefusedOrHarmlessWhereverAByteIsChanged) {
  std::mt19937_64 random{20260618};
  int refused = 0;
  for (int round = 0; round < 200; ++round) {
    std::string bytes = good_;
    const std::size_t place = random() % bytes.size();
    bytes[place] = static_cast<char>(bytes[place] ^ (1 << (random() % 8)));
    write_damaged(bytes);
    const std::string outcome = read();
    EXPECT_TRUE(outcome == "refused" || outcome == "same") << "byte " << place << ": " << outcome;
    refused += outcome == "refused" ? 1 : 0;
  }
  // A good part of the file is entries, so much damage must be seen, or the test looks at nothing.
  EXPECT_GT(refused, 50);
}

// Where LMDB keeps its own numbers: both meta pages, and the first bytes of every page.
TEST_F(DamageTest, IsRefusedOrHarmlessWhereverLmdbsNumbersAreChanged) {
  constexpr std::size_t page_bytes = 4'096;
  std::mt19937_64 random{20260619};
  for (std::size_t page = 0; page < good_.size() / page_bytes; ++page) {
    const std::size_t numbers = page < 2 ? 152 : 32;
    const std::size_t step = page < 2 ? 1 : 3;
    for (std::size_t i = 0; i < numbers; i += step) {
      std::string bytes = good_;
      const std::size_t place = page * page_bytes + i;
      bytes[place] = static_cast<char>(random());
      write_damaged(bytes);
      const std::string outcome = read();
      EXPECT_TRUE(outcome == "refused" || outcome == "same") << "byte " << place << ": " << outcome;
    }
  }
}

TEST_F(DamageTest, LosesNoEntryToAWriterThatComesAfterIt) {
  EXPECT_EQ(write(Probe::tail), "kept");
  int refused = 0;
  for (const std::size_t place : places_a_writer_trusts()) {
    write_damaged(changed_at(place));
    const std::string outcome = write(Probe::tail);
    EXPECT_TRUE(outcome == "refused" || outcome == "kept") << "byte " << place << ": " << outcome;
    refused += outcome == "refused" ? 1 : 0;
  }
  EXPECT_GT(refused, 20);
}

// Who verifies the whole ledger later: what is damaged is damaged, and nothing else is lost to the
// writer meanwhile, so that it can be mended.
TEST_F(DamageTest, LosesNothingElseToAWriterThatLooksAtTheEndsOnly) {
  EXPECT_EQ(write(Probe::ends), "kept");
  const auto is_whole_with = [&](std::size_t place) {
    std::fstream file{data_file(), std::ios::binary | std::ios::in | std::ios::out};
    file.seekp(static_cast<std::streamoff>(place));
    file.put(good_[place]);
    file.close();
    return testing::what_is_lost(data_dir(), entries + 4).empty();
  };
  int refused = 0;
  int mended = 0;
  const std::vector<std::size_t> places = places_a_writer_trusts();
  for (std::size_t i = 0; i < places.size(); i += 2) {
    const std::size_t place = places[i];
    write_damaged(changed_at(place));
    const std::string outcome = write(Probe::ends);
    if (outcome == "refused") {
      ++refused;
    } else if (outcome != "kept") {
      EXPECT_TRUE(is_whole_with(place)) << "byte " << place << ": " << outcome;
      ++mended;
    }
  }
  EXPECT_GT(refused, 5);
  EXPECT_GT(mended, 5);
}

// An edge that is gone, torn or of another state costs time: all is verified.
TEST_F(DamageTest, IsVerifiedWholeWithoutTheEdgeOfItsClose) {
  const auto outcome_with = [&](const std::string& edge) {
    edge_ = edge;
    return write(Probe::ends);
  };
  make_ledger(4'200);  // more than are looked at
  const testing::Sample sample{20};
  const auto events = sample.view().events;
  ASSERT_GT(events.size(), 8U);
  const std::size_t of_entry_20 =
      good_.find(std::string{reinterpret_cast<const char*>(events.data()), events.size()});
  ASSERT_NE(of_entry_20, std::string::npos);
  write_damaged(changed_at(of_entry_20 + 8));
  EXPECT_NE(outcome_with(edge_), "refused");  // control: nobody looks there
  for (const std::string& edge :
       {std::string{}, edge_.substr(0, 40), std::string(64, '0') + '\n'}) {
    write_damaged(changed_at(of_entry_20 + 8));
    EXPECT_EQ(outcome_with(edge), "refused") << edge;
  }
}

// What was found behind a start is not forgotten by a stop.
TEST_F(DamageTest, IsVerifiedWholeAfterAWriterThatDoesNotTrustIt) {
  make_ledger(4'200);
  const auto open_and_close = [&](bool trusts) {
    LedgerStore store;
    EXPECT_EQ(store.open(data_dir(), testing::to_write(Probe::ends)).message, "");
    const bool was_whole = store.was_verified_whole();
    if (!trusts) store.distrust();
    EXPECT_EQ(store.close().message, "");
    return was_whole;
  };
  EXPECT_FALSE(open_and_close(true));
  EXPECT_FALSE(open_and_close(false));
  EXPECT_TRUE(open_and_close(true));
  EXPECT_FALSE(open_and_close(true));
}

// Negative control: without the check of the pages (page_check.hpp) it does.
TEST_F(DamageTest, LosesEntriesToAWriterThatDoesNotCheckThePages) {
  std::string lost = "kept";
  for (const std::size_t place : places_a_writer_trusts()) {
    write_damaged(changed_at(place));
    lost = write(Probe::none);
    if (lost != "refused" && lost != "kept") break;
  }
  EXPECT_NE(lost, "refused");
  EXPECT_NE(lost, "kept");
}

// LMDB would give such a page to the next commit, over the entries that are on it.
TEST_F(DamageTest, IsFoundInAListOfFreePagesThatNamesAPageInUse) {
  const auto number_at = [&](std::size_t place) {
    std::uint64_t number = 0;
    std::memcpy(&number, good_.data() + place, sizeof number);
    return number;
  };
  // The younger meta page, the list's page in it, and there the first node's value, behind a key
  // of 8 bytes: how many, then the numbers, falling.
  const std::size_t meta = number_at(144) > number_at(4'096 + 144) ? 0 : 4'096;
  const std::size_t page = number_at(meta + 80) * 4'096;
  const std::size_t list = page + (number_at(page + 16) & 0xFFFF) + 16;
  const std::uint64_t count = number_at(list);
  ASSERT_GE(count, 2U);
  const std::size_t smallest = list + 8 * count;
  int found = 0;
  for (std::uint64_t other = 2; other < number_at(smallest - 8); ++other) {
    std::string bytes = good_;
    std::memcpy(bytes.data() + smallest, &other, sizeof other);
    write_damaged(bytes);
    const Result result = check_pages(data_file());
    found +=
        result.message.find("it is in use, and in the list of free pages") != std::string::npos;
    // As an open store finds it, beside a writer that may go on.
    LedgerStore store;
    ASSERT_TRUE(store.open(data_dir(), testing::to_read()).ok());
    EXPECT_EQ(store.check_structure().message, result.message);
  }
  EXPECT_GT(found, 0);
  write_damaged(good_);
  EXPECT_EQ(check_pages(data_file()).message, "");
}

TEST_F(DamageTest, IsRefusedWhereverAPageIsOverwritten) {
  constexpr std::size_t page_bytes = 4'096;
  std::mt19937_64 random{20260620};
  for (std::size_t page = 0; page < good_.size() / page_bytes; ++page) {
    std::string bytes = good_;
    std::generate_n(bytes.begin() + static_cast<std::ptrdiff_t>(page * page_bytes), page_bytes,
                    [&] { return static_cast<char>(random()); });
    write_damaged(bytes);
    const std::string outcome = read();
    EXPECT_TRUE(outcome == "refused" || outcome == "same") << "page " << page << ": " << outcome;
  }
}

TEST_F(DamageTest, IsRefusedWhereverTheFileIsCut) {
  for (std::size_t bytes = 0; bytes < good_.size(); bytes += 2'048) {
    write_damaged(good_.substr(0, bytes));
    const std::string outcome = read();
    EXPECT_TRUE(outcome == "refused" || outcome == "same") << bytes << " bytes: " << outcome;
  }
}

}  // namespace
}  // namespace emx::ledger

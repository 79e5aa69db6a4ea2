#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "ledger/probe.hpp"
#include "tests/index/indexed.hpp"
#include "tools/index/format.hpp"
#include "tools/index/index_reader.hpp"

// A file that is not as it was written gives the right answers, or none.

namespace emx::index {
namespace {

using namespace testing;

std::vector<ledger::IndexLink> truth;

// Every order, trade and account, one look-up each. Words: what is wrong with an answer.
std::string wrong_answer(const std::filesystem::path& dir, std::size_t& refused) {
  IndexReader reader;
  ledger::LedgerStore store;
  if (!reader.open(dir, store).ok()) {
    ++refused;
    return {};
  }
  for (std::size_t at = 0; at < truth.size();) {
    std::vector<std::uint64_t> expected;
    const auto [kind, number, entry] = truth[at];
    for (; at < truth.size() && truth[at].kind == kind && truth[at].number == number; ++at) {
      expected.push_back(truth[at].entry);
    }
    std::vector<std::uint64_t> found;
    if (!reader.entries_of(static_cast<Kind>(kind), number, {1, reader.indexed()}, found).ok()) {
      ++refused;
    } else if (found != expected) {
      return "kind " + std::to_string(kind) + ", number " + std::to_string(number);
    }
  }
  std::optional<DaysPosition> position;
  if (!reader.position(*date_from_text("2026-06-18"), Province::zj, position).ok()) ++refused;
  return {};
}

TEST(DamagedIndex, GivesRightAnswersOrNone) {
  const TempFolder folder;
  audit::testing::play(two_days, folder.path());
  index_up_to(folder.path(), {0, End::closed, 1'000'000});  // at once: no page of it is old
  truth = links_of(folder.path());
  const auto file = folder.path() / "index" / "data.mdb";
  std::string good;
  {
    std::ifstream in{file, std::ios::binary};
    good.assign(std::istreambuf_iterator<char>{in}, {});
  }
  std::mt19937_64 random{7};
  int noticed = 0;
  for (int change = 0; change < 80; ++change) {
    std::string bytes = good;
    const std::size_t place = random() % bytes.size();
    bytes[place] = static_cast<char>(bytes[place] ^ (1 << random() % 8));
    std::ofstream{file, std::ios::binary} << bytes;
    // A crash is an answer as well: the person is told that the file is damaged.
    const ledger::Result result = ledger::run_in_child(file, [&]() -> ledger::Result {
      std::size_t refused = 0;
      const std::string wrong = wrong_answer(folder.path(), refused);
      if (!wrong.empty()) return {ledger::Status::io_failed, wrong};
      return {refused == 0 ? ledger::Status::ok : ledger::Status::corrupt, "refused"};
    });
    EXPECT_NE(result.status, ledger::Status::io_failed)
        << "byte " << place << ": " << result.message;
    noticed += result.ok() ? 0 : 1;
  }
  EXPECT_GT(noticed, 12) << "many bytes of the file mean something";
}

}  // namespace
}  // namespace emx::index

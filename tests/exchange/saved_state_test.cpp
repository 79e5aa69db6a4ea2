#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ledger/command_log.hpp"
#include "tests/exchange/floor.hpp"
#include "tests/exchange/relay.hpp"
#include "tools/market/loader.hpp"
#include "tools/script/player.hpp"
#include "tools/script/recorder.hpp"
#include "tools/script/script.hpp"

// A saved state is the whole state: an exchange that is loaded answers as the one that was saved.

namespace emx::engine::testing {
namespace {

class NoLog final : public ledger::CommandLog {
 public:
  ledger::Result append(std::span<const ledger::ChainedEntry>) override { return {}; }
  [[nodiscard]] ledger::ChainEnd end() const override { return {}; }
  [[nodiscard]] SeqNo durable() const override { return {}; }
  ledger::Result visit(SeqNo, const EntryVisitor&) const override { return {}; }
};

// The golden stream goes everywhere. It is played on an exchange that is built for less, so that
// building one takes little time; that it is still the same stream, the relay sees.
Recorded golden_stream() {
  const market::LoadedMarket market = market::load_market("tools/market/delta");
  const script::Script script = script::read_script("tests/exchange/golden.emx", market.commands);
  EXPECT_TRUE(market.faults.empty() && script.faults.empty());
  Recorded recorded;
  recorded.genesis = read_record<GenesisCommand>(*market.commands.begin());
  NoLog log;
  script::Recorder recorder{recorded.genesis, log,
                            [&](const EntryView& entry, std::uint32_t) { recorded.add(entry); }};
  script::Player player{recorder};
  EXPECT_TRUE(player.play(market.commands).ok());
  EXPECT_TRUE(player.play(script).ok());
  recorded.genesis.firms_max = 192;
  recorded.genesis.facilities_max = 192;
  recorded.genesis.instruments_max = 32;
  recorded.genesis.zones_max = 64;
  recorded.genesis.orders_max = 256;
  recorded.genesis.level_cells_max = 150'016;
  return recorded;
}

// EMX_SNAPSHOT_EVERY=1: after every entry.
std::uint64_t every_so_many() {
  const char* const text = std::getenv("EMX_SNAPSHOT_EVERY");
  return text == nullptr ? 5 : std::stoull(text);
}

TEST(SavedState, IsTheWholeStateAllThroughTheGoldenStream) {
  const Recorded recorded = golden_stream();
  Relay relay{recorded, every_so_many()};
  EXPECT_EQ(relay.play(), "");
  EXPECT_GE(relay.loads(), recorded.entries.size() / every_so_many() / 2);
}

// What follows from what is saved, and what nothing uses, costs nothing.
TEST(SavedState, CostsByWhatIsInUse) {
  GenesisCommand genesis = Floor::small_genesis();
  genesis.orders_max = 1U << 16;
  genesis.facilities_max = 1U << 14;
  Floor floor{genesis};
  floor.open_market();
  floor.add("S", Province::sh);
  floor.sell("S", 100, 12'000_cny);
  std::vector<std::byte> bytes;
  floor.exchange().save(bytes);
  EXPECT_LT(bytes.size(), 4'096U);
  EXPECT_GT(bytes.size(), 1'024U);
}

// Two ways to one state: the bytes do not tell which was gone.
TEST(SavedState, IsTheSameBytesForTheSameState) {
  const auto saved_after = [](std::initializer_list<std::int64_t> lots_cancelled) {
    Floor floor;
    floor.open_market();
    floor.add("S", Province::sh);
    for (const std::int64_t lots : lots_cancelled) {
      const Outcome order = floor.sell("S", lots, 12'000_cny);
      floor.cancel("S", order.id());
    }
    std::vector<std::byte> bytes;
    floor.exchange().save(bytes);
    return bytes;
  };
  EXPECT_EQ(saved_after({1, 2}), saved_after({2, 1}));
  EXPECT_NE(saved_after({1, 2}), saved_after({1}));
}

class SmallState : public ::testing::Test {
 protected:
  void SetUp() override {
    floor.open_market();
    floor.add("S", Province::sh);
    floor.add({.name = "B", .province = Province::zj, .group = "G"});
    floor.cancel("S", floor.sell("S", 1, 12'000_cny).id());
    floor.sell("S", 100, 12'000_cny);
    floor.buy("B", 40, 12'000_cny);
    floor.buy("B", 7, 11'900_cny);
    floor.exchange().save(bytes);
  }
  std::unique_ptr<Exchange> load(std::span<const std::byte> from) {
    return Exchange::load(Floor::small_genesis(), from, fault);
  }

  Floor floor;
  std::vector<std::byte> bytes;
  std::string fault;
};

TEST_F(SmallState, IsLoadedWithItsLastStamp) {
  const auto loaded = load(bytes);
  ASSERT_NE(loaded, nullptr) << fault;
  EXPECT_EQ(fault, "");
  EXPECT_EQ(loaded->digest(), floor.exchange().digest());
  EXPECT_EQ(loaded->last_stamp().sequence, floor.exchange().last_stamp().sequence);
  EXPECT_EQ(loaded->last_stamp().at_ns, floor.exchange().last_stamp().at_ns);
}

// How many bytes apart they are looked at; odd, so that each of a number's comes. Sanitised builds
// are slower.
#ifdef NDEBUG
constexpr std::size_t stride = 13;
#else
constexpr std::size_t stride = 61;
#endif

TEST_F(SmallState, IsNoneWhenItIsCut) {
  for (std::size_t size = 0; size < bytes.size(); size += stride) {
    ASSERT_EQ(load(std::span{bytes}.first(size)), nullptr) << size;
    ASSERT_NE(fault, "");
  }
  bytes.push_back(std::byte{});
  EXPECT_EQ(load(bytes), nullptr);
  EXPECT_EQ(fault, "it is longer than its state");
}

// Nothing checks these bytes before load() does, as the file's hash would. Whatever they say, it is
// an answer: nothing is read or written beyond its place, and no check() ends the process.
TEST_F(SmallState, IsAnAnswerWhateverTheBytesSay) {
  std::size_t taken = 0;
  std::size_t tried = 0;
  constexpr std::array flips{std::byte{0x01}, std::byte{0x80}, std::byte{0xFF}};
  for (std::size_t at = 0; at < bytes.size(); at += stride) {
    const std::byte before = bytes[at];
    bytes[at] ^= flips[at % flips.size()];
    if (load(bytes) != nullptr) ++taken;
    bytes[at] = before;
    ++tried;
  }
  // What the digest does not hold: the time, exposures, what one may not say without a key ...
  EXPECT_LT(taken, tried / 4);
}

TEST_F(SmallState, IsOfOneGenesisAndOneProgram) {
  GenesisCommand other = Floor::small_genesis();
  other.orders_max += 1;
  EXPECT_EQ(Exchange::load(other, bytes, fault), nullptr);
  EXPECT_EQ(fault, "it is of another genesis");
  bytes[0] ^= std::byte{1};
  EXPECT_EQ(load(bytes), nullptr);
  EXPECT_EQ(fault, "another program wrote it, whose rules or layout may be others");
}

}  // namespace
}  // namespace emx::engine::testing

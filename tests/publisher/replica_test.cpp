#include "tools/publisher/replica.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "tests/publisher/market_house.hpp"

namespace emx::publisher::test {

namespace {

using ReplicaOfTheMarket = MarketHouse;

TEST_F(ReplicaOfTheMarket, FindsAFirmsOwnFacilitiesOnly) {
  const std::string_view firm = "ZJ";
  EXPECT_EQ(replica.find_facility("ZJ", firm).value, floor->id_of("ZJ"));
  EXPECT_EQ(replica.find_facility("SH", firm).value, no_id);
  EXPECT_EQ(replica.find_facility("nobody", firm).value, no_id);
  EXPECT_EQ(replica.find_facility("ZJ", "").value, no_id);
}

TEST_F(ReplicaOfTheMarket, KnowsAnInstrumentOnceItIsDefined) {
  EXPECT_EQ(replica.find_instrument("SO2.AIR.NEW").value, no_id);
  const std::uint32_t before = replica.instruments();
  floor->book({.symbol = "SO2.AIR.NEW", .pollutant = Pollutant::so2});
  EXPECT_EQ(replica.instruments(), before + 1);
  EXPECT_EQ(replica.find_instrument("SO2.AIR.NEW").value, before);
}

// An entry that says something else than what comes of its command.
TEST_F(ReplicaOfTheMarket, RefusesAnEntryThatDoesNotComeOut) {
  const auto twin = copy_of(floor->exchange());
  std::vector<EntryView> entries;
  std::vector<std::byte> command;
  std::vector<std::byte> events;
  floor->on_entry = [&](const EntryView& entry) {
    command.assign(entry.command.begin(), entry.command.end());
    events.assign(entry.events.begin(), entry.events.end());
    entries.push_back(entry);
  };
  floor->sell("ZJ", 10, 12'000_cny);
  ASSERT_EQ(entries.size(), 1U);
  EntryView entry = entries.front();
  entry.command = command;
  events.back() ^= std::byte{1};
  entry.events = events;
  std::vector<InstrumentId> touched;
  Replica other{copy_of(*twin)};
  EXPECT_THROW(other.apply(entry, touched), std::runtime_error);
  events.back() ^= std::byte{1};
  Replica same{copy_of(*twin)};
  EXPECT_NO_THROW(same.apply(entry, touched));
}

}  // namespace

}  // namespace emx::publisher::test

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "tests/exchange/floor.hpp"

// Market-rules 8.3: what a book shows to all, and what one participant could trade now.

namespace emx::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

DepthLevel at(std::int64_t price_ticks, std::int64_t lots) {
  return {PriceTicks{price_ticks}, lots};
}

class Views : public ::testing::Test {
 protected:
  Views() {
    floor.open_market();
    floor.add("ZJ", Province::zj);
    floor.add("BAD", Province::zj, "bad");
    floor.add("SH", Province::sh);
    floor.add("JS", Province::js);
  }

  std::vector<DepthLevel> depth(Side side, std::size_t most = 10) {
    std::vector<DepthLevel> levels(most);
    levels.resize(floor.exchange().depth(InstrumentId{0}, side, levels));
    return levels;
  }
  std::vector<DepthLevel> seen_by(std::string_view facility, Side side, Viewer terms = {},
                                  std::size_t most = 10) {
    terms.facility = FacilityId{floor.id_of(facility)};
    std::vector<DepthLevel> levels(most);
    levels.resize(floor.exchange().executable_depth(InstrumentId{0}, side, terms, levels));
    return levels;
  }

  Floor floor;
};

TEST_F(Views, AnEmptyBookShowsNothing) {
  EXPECT_THAT(depth(Side::buy), IsEmpty());
  EXPECT_THAT(depth(Side::sell), IsEmpty());
  EXPECT_THAT(seen_by("ZJ", Side::sell), IsEmpty());
}

TEST_F(Views, DepthAddsUpClassesBestFirst) {
  floor.sell("SH", 10, 12'010_cny);
  floor.sell("JS", 5, 12'000_cny);
  floor.sell("SH", 7, 12'000_cny);
  floor.buy("BAD", 3, 11'900_cny);
  floor.buy("ZJ", 4, 11'950_cny);
  EXPECT_THAT(depth(Side::sell), ElementsAre(at(1'200, 12), at(1'201, 10)));
  EXPECT_THAT(depth(Side::buy), ElementsAre(at(1'195, 4), at(1'190, 3)));
}

TEST_F(Views, ShowsAtMostWhatIsAskedFor) {
  for (int i = 0; i < 5; ++i) floor.sell("SH", 1 + i, Fen{1'200'000 + 1'000 * i});
  EXPECT_THAT(depth(Side::sell, 2), ElementsAre(at(1'200, 1), at(1'201, 2)));
  EXPECT_THAT(seen_by("ZJ", Side::sell, {}, 2), ElementsAre(at(1'200, 1), at(1'201, 2)));
  EXPECT_THAT(depth(Side::sell, 0), IsEmpty());
}

TEST_F(Views, ShowsNoHiddenPart) {
  floor.sell("SH", 100, 12'000_cny, {.display = 30});
  EXPECT_THAT(depth(Side::sell), ElementsAre(at(1'200, 30)));
  floor.buy("ZJ", 10, 12'000_cny);
  EXPECT_THAT(depth(Side::sell), ElementsAre(at(1'200, 20)));
  EXPECT_THAT(seen_by("ZJ", Side::sell), ElementsAre(at(1'200, 20)));
}

TEST_F(Views, FollowsFillsCancelsAndReplaces) {
  const OrderId first = floor.sell("SH", 10, 12'000_cny).id();
  const OrderId second = floor.sell("JS", 20, 12'010_cny).id();
  floor.buy("ZJ", 4, 12'000_cny);
  EXPECT_THAT(depth(Side::sell), ElementsAre(at(1'200, 6), at(1'201, 20)));
  floor.replace("JS", second, 20, 12'000_cny);
  EXPECT_THAT(depth(Side::sell), ElementsAre(at(1'200, 26)));
  floor.cancel("SH", first);
  EXPECT_THAT(depth(Side::sell), ElementsAre(at(1'200, 20)));
}

// A buyer of a zone that misses its target buys there only (E08).
TEST_F(Views, LeavesOutClassesThatMayNotTrade) {
  floor.sell("SH", 10, 12'000_cny);
  floor.add({.name = "BAD2", .province = Province::zj, .zone = "bad"});
  floor.sell("BAD2", 5, 12'010_cny);
  EXPECT_THAT(seen_by("BAD", Side::sell), ElementsAre(at(1'201, 5)));
  EXPECT_THAT(seen_by("ZJ", Side::sell), ElementsAre(at(1'200, 10), at(1'201, 5)));
  EXPECT_THAT(seen_by("ZJ", Side::sell, {.facility = {}, .local_only = true}),
              ElementsAre(at(1'201, 5)));
  floor.link(Province::sh, Province::zj, false);
  EXPECT_THAT(seen_by("ZJ", Side::sell), ElementsAre(at(1'201, 5)));
}

// Its repurchases are local, and need neither attainment nor an approval.
TEST_F(Views, AReserveSeesItsOwnProvince) {
  floor.add({.name = "RES",
             .province = Province::zj,
             .zone = "bad",
             .source_class = SourceClass::reserve});
  floor.demand("RES", 0);
  floor.sell("SH", 10, 12'000_cny);
  floor.sell("ZJ", 5, 12'010_cny);
  EXPECT_THAT(seen_by("RES", Side::sell), ElementsAre(at(1'201, 5)));
}

TEST_F(Views, LeavesOutProvincesWithoutRoom) {
  floor.sell("SH", 10, 12'000_cny);
  SetQuotaCommand caps = Floor::caps(Province::zj);
  caps.inflow_cap_kg = 0;
  floor.quota(caps);
  EXPECT_THAT(seen_by("ZJ", Side::sell), IsEmpty());
  EXPECT_THAT(seen_by("JS", Side::sell), ElementsAre(at(1'200, 10)));
  caps.inflow_cap_kg = 1;
  floor.quota(caps);
  EXPECT_THAT(seen_by("ZJ", Side::sell), ElementsAre(at(1'200, 10)));
}

TEST_F(Views, LeavesOutOrdersOfTheViewersGroup) {
  floor.add({.name = "SISTER", .province = Province::sh, .group = "G"});
  floor.add({.name = "BROTHER", .province = Province::zj, .group = "G"});
  floor.sell("SISTER", 5, 12'000_cny);
  floor.sell("SH", 10, 12'000_cny);
  EXPECT_THAT(seen_by("BROTHER", Side::sell), ElementsAre(at(1'200, 10)));
  EXPECT_THAT(seen_by("SH", Side::sell), ElementsAre(at(1'200, 5)));
  EXPECT_THAT(seen_by("ZJ", Side::sell), ElementsAre(at(1'200, 15)));
}

// Both the viewer's own bound, and that of the bids it looks at. A key zone's ratio is 2.
TEST_F(Views, LeavesOutWhatIsAboveAMaximumRatio) {
  floor.add("KEY", Province::zj, "key");
  floor.sell("SH", 10, 12'000_cny);
  const Viewer at_par{.facility = {}, .local_only = false, .max_ratio_n = 1, .max_ratio_d = 1};
  EXPECT_THAT(seen_by("KEY", Side::sell, at_par), IsEmpty());
  EXPECT_THAT(seen_by("KEY", Side::sell), ElementsAre(at(1'200, 10)));
  EXPECT_THAT(seen_by("ZJ", Side::sell, at_par), ElementsAre(at(1'200, 10)));
  floor.buy("KEY", 6, 11'900_cny, {.max_ratio_n = 1, .max_ratio_d = 1});
  floor.buy("KEY", 7, 11'900_cny);
  EXPECT_THAT(seen_by("SH", Side::buy), ElementsAre(at(1'190, 7)));
}

TEST_F(Views, ShowsNothingToWhoMayNotTrade) {
  floor.sell("SH", 10, 12'000_cny);
  floor.buy("JS", 10, 11'900_cny);
  floor.add({.name = "WORN", .province = Province::zj, .permit_valid_to = date_of(2026, 1, 1)});
  EXPECT_THAT(seen_by("WORN", Side::sell), IsEmpty());
  EXPECT_THAT(seen_by("WORN", Side::buy), IsEmpty());
  floor.demand("ZJ", 0);  // nothing approved: it may sell, not buy
  EXPECT_THAT(seen_by("ZJ", Side::sell), IsEmpty());
  EXPECT_THAT(seen_by("ZJ", Side::buy), ElementsAre(at(1'190, 10)));
}

TEST_F(Views, NothingCanBeTradedOutsideContinuousTrading) {
  floor.sell("SH", 10, 12'000_cny);
  for (const Phase phase : {Phase::pause, Phase::halt, Phase::closing_call}) {
    floor.phase(phase);
    EXPECT_THAT(seen_by("ZJ", Side::sell), IsEmpty());
    EXPECT_THAT(depth(Side::sell), ElementsAre(at(1'200, 10)));
  }
}

}  // namespace
}  // namespace emx::engine::testing

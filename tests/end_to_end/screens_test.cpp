#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "tests/end_to_end/venue.hpp"

// What keeps two orders apart, or cuts their fill (market-rules 5 to 8): not told as a refusal, but
// seen in what trades and what does not, and in the SKIPs of the ledger.
namespace emx::end_to_end {

namespace {

constexpr const char* nox = "NOX.AIR.YRD.IND.2630";
constexpr Fen voc_price{1'198'000};
constexpr Fen nox_price{532'000};
constexpr std::int64_t ample = 10'000'000;

struct Caps {
  std::int64_t inflow = ample;
  std::int64_t outflow = ample;
  std::int64_t gross = ample;
  std::int64_t holding = 1'000 * ample;
  std::int64_t pace = ample;
};

class Screens : public testing::Test {
 protected:
  Screens() : daemon{{"SH049", "ZJ063", "SH029", "JS030", "AH016", "JS066", "JS114"}} {
    daemon.start();
    daemon.open_market();
    for (Trader* trader : {&sh049, &zj063, &sh029, &js030, &ah016, &js066, &js114}) {
      trader->log_on(daemon.fix_port());
    }
  }

  void set_caps(const std::string& province, const Caps& caps) {
    daemon.admin({"quota", "2026", province, "VOC", "--inflow", std::to_string(caps.inflow),
                  "--outflow", std::to_string(caps.outflow), "--gross", std::to_string(caps.gross),
                  "--holding", std::to_string(caps.holding), "--pace", std::to_string(caps.pace)});
  }

  [[nodiscard]] std::int64_t held(const std::string& province) const {
    const auto audit = daemon.audit_json("quotas");
    for (const auto& row : audit.at("quotas")) {
      if (row.at("year") == 2026 && row.at("province") == province &&
          row.at("pollutant") == "VOC") {
        return row.at("holding").at("use_kg").get<std::int64_t>();
      }
    }
    ADD_FAILURE() << "no quota row of " << province;
    return 0;
  }

  // SH sells 1,000 to ZJ; only `cut` of it fills, with `code`. Once the caps are ample the rest
  // trades by itself, without an aggressor.
  void expect_cut(Lots cut, Code code, const std::string& capped_province) {
    sh049.sell(voc, Lots{1'000}, voc_price);
    EXPECT_EQ(sh049.next_report().exec_type, '0');
    zj063.buy(voc, Lots{1'000}, voc_price);
    EXPECT_EQ(zj063.next_report().exec_type, '0');
    const Report bought = zj063.next_report();
    EXPECT_TRUE(bought.is_trade());
    EXPECT_EQ(bought.last_quantity, cut);
    EXPECT_EQ(name_of(bought.code), name_of(code));
    EXPECT_EQ(bought.leaves, Lots{1'000} - cut) << "the rest rests";
    EXPECT_EQ(sh049.next_report().last_quantity, cut);
    zj063.expect_silence();

    set_caps(capped_province, {});
    const Message rest = zj063.next();
    EXPECT_EQ(read_report(rest).last_quantity, Lots{1'000} - cut);
    EXPECT_FALSE(rest.has(1057)) << "a fill of the fixpoint has no aggressor";
    EXPECT_EQ(daemon.audit("verify").exit_code, 0);
  }

  Daemon daemon;
  boost::asio::io_context io;
  Trader sh049{io, "SH049"};
  Trader zj063{io, "ZJ063"};
  Trader sh029{io, "SH029"};
  Trader js030{io, "JS030"};
  Trader ah016{io, "AH016"};
  Trader js066{io, "JS066"};
  Trader js114{io, "JS114"};
};

TEST_F(Screens, CutAtTheInflowCap) {
  set_caps("ZJ", {.inflow = 400});
  expect_cut(Lots{400}, Code::q01_net_inflow, "ZJ");
}

TEST_F(Screens, CutAtTheOutflowCap) {
  set_caps("SH", {.outflow = 700});
  expect_cut(Lots{700}, Code::q02_net_outflow, "SH");
}

TEST_F(Screens, CutAtTheGrossCap) {
  set_caps("ZJ", {.gross = 999});
  expect_cut(Lots{999}, Code::q03_gross, "ZJ");
}

TEST_F(Screens, CutAtTheHoldingCap) {
  set_caps("ZJ", {.holding = held("ZJ") + 1});
  expect_cut(Lots{1}, Code::q04_holding, "ZJ");
}

TEST_F(Screens, CutAtTheDailyPace) {
  set_caps("ZJ", {.pace = 10});
  expect_cut(Lots{10}, Code::q05_pace, "ZJ");
}

// A used-up cap is a warning on the acceptance, and the order waits.
TEST_F(Screens, WarnsWhenAnOwnCapIsUsedUp) {
  set_caps("ZJ", {.inflow = 0});
  sh049.sell(voc, Lots{100}, voc_price);
  sh049.next_report();
  zj063.buy(voc, Lots{100}, voc_price);
  const Report accepted = zj063.next_report();
  EXPECT_EQ(accepted.exec_type, '0');
  EXPECT_EQ(name_of(accepted.code), name_of(Code::q01_net_inflow));
  zj063.expect_silence();
  set_caps("ZJ", {});
  EXPECT_EQ(zj063.next_report().last_quantity, Lots{100});
}

TEST_F(Screens, CutAtTheApprovedDemandAndCancelTheRest) {
  daemon.admin({"demand", "ZJ063-1", "VOC", "600"});
  sh049.sell(voc, Lots{1'000}, voc_price);
  zj063.buy(voc, Lots{1'000}, voc_price);
  zj063.next_report();
  const Report bought = zj063.next_report();
  EXPECT_EQ(bought.last_quantity, Lots{600});
  EXPECT_EQ(name_of(bought.code), name_of(Code::d01_demand));
  const Report rest = zj063.next_report();
  EXPECT_EQ(rest.exec_type, '4');
  EXPECT_EQ(name_of(rest.code), name_of(Code::d01_demand));
  EXPECT_EQ(rest.cumulative, Lots{600});
}

// E03: one group. Both orders rest, and each trades with others.
TEST_F(Screens, KeepsAGroupApart) {
  js030.sell(nox, Lots{10}, nox_price);
  EXPECT_EQ(js030.next_report().exec_type, '0');
  const std::string related = sh029.buy(nox, Lots{10}, nox_price);
  EXPECT_EQ(sh029.next_report().exec_type, '0');
  sh029.expect_silence();
  expect_passed_over(daemon, "SH029", related, Code::e03_related);
  ah016.buy(nox, Lots{10}, nox_price);
  ah016.next_report();
  EXPECT_TRUE(ah016.next_report().is_trade());
  EXPECT_TRUE(js030.next_report().is_trade());
  sh029.expect_silence();
  ah016.sell(nox, Lots{10}, nox_price);
  EXPECT_TRUE(sh029.next_report().is_trade());
}

// E07: a link that is off, and on again.
TEST_F(Screens, WaitsForALink) {
  daemon.admin({"link", "VOC", "SH", "ZJ", "off"});
  sh049.sell(voc, Lots{10}, voc_price);
  sh049.next_report();
  const std::string waiting = zj063.buy(voc, Lots{10}, voc_price);
  EXPECT_EQ(zj063.next_report().exec_type, '0');
  zj063.expect_silence();
  expect_passed_over(daemon, "ZJ063", waiting, Code::e07_link);
  daemon.admin({"link", "VOC", "SH", "ZJ", "on"});
  EXPECT_EQ(zj063.next_report().last_quantity, Lots{10});
  EXPECT_EQ(sh049.next_report().last_quantity, Lots{10});
}

// E08: a zone that misses its target buys inside the zone only.
TEST_F(Screens, KeepsANonAttainingZoneToItself) {
  daemon.admin({"demand", "JS114-1", "VOC", "1000"});
  sh049.sell(voc, Lots{10}, voc_price);
  sh049.next_report();
  const std::string bid = js114.buy(voc, Lots{10}, Fen{1'230'000});
  EXPECT_EQ(js114.next_report().exec_type, '0');
  js114.expect_silence();
  sh049.expect_silence();
  expect_passed_over(daemon, "JS114", bid, Code::e08_attain);
  // Control: it does buy, from its own zone.
  js066.sell(voc, Lots{10}, voc_price);
  EXPECT_EQ(js114.next_report().last_quantity, Lots{10});
  sh049.expect_silence();
}

}  // namespace

}  // namespace emx::end_to_end

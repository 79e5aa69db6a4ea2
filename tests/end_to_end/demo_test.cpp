#include <gtest/gtest.h>

#include <sstream>

#include "tests/end_to_end/daemon.hpp"
#include "tests/why/every_reason.hpp"
#include "tools/demo/options.hpp"
#include "tools/whatif/report.hpp"

// `emx demo` against emxd: two days on one ledger, and a venue that is not as it should be.
namespace emx::end_to_end {

namespace {

Finished play(const Daemon& daemon) {
  return demo::run_program(
      {emx_program(), "demo", "--fix-port", std::to_string(daemon.fix_port()), "--admin-socket",
       daemon.admin_socket().string(), "--operator", daemon.operator_key(1).string(), "--as", "1",
       "--joint-operator", daemon.operator_key(2).string(), "--joint-as", "2", "--ledger",
       daemon.ledger().string(), "--password", Daemon::password},
      std::chrono::seconds{60});
}

TEST(Demo, HoldsOnEachDay) {
  Daemon daemon{demo::cast()};
  daemon.start();
  const Finished first = play(daemon);
  EXPECT_EQ(first.exit_code, 0) << first.output << first.errors;
  EXPECT_NE(first.output.find("Trade date 2026-06-18"), std::string::npos);
  EXPECT_NE(first.output.find("729,300.00 CNY"), std::string::npos);
  const Finished second = play(daemon);
  EXPECT_EQ(second.exit_code, 0) << second.output << second.errors;
  EXPECT_NE(second.output.find("Trade date 2026-06-19"), std::string::npos);
  EXPECT_EQ(daemon.stop(), 0);
}

// Of all that a real day refused, passed over, cut and cancelled there is a reason to be told; and
// with the rules as they were, nothing would have been another.
TEST(Demo, LeavesALedgerThatExplainsItself) {
  Daemon daemon{demo::cast()};
  daemon.start();
  ASSERT_EQ(play(daemon).exit_code, 0);
  ASSERT_EQ(daemon.stop(), 0);
  auto kinds = why::testing::expect_every_reason(daemon.ledger());
  EXPECT_GE(kinds[why::Finding::Kind::refusal], 3);
  EXPECT_GE(kinds[why::Finding::Kind::skip], 1);
  EXPECT_GE(kinds[why::Finding::Kind::cut_fill], 1);
  std::ostringstream out;
  EXPECT_EQ(whatif::report_whatif(daemon.ledger(), {{"quota 2026 AH SO2"}, {}}, {out, out}), 0);
  EXPECT_NE(out.str().find("no difference: "), std::string::npos) << out.str();
}

// What the demo says is what it found: with another outflow already used up, the deals differ.
TEST(Demo, SaysWhatIsNotAsExpected) {
  Daemon daemon{demo::cast()};
  daemon.start();
  daemon.admin({"quota", "2026", "JS", "VOC", "--inflow", "0", "--outflow", "4999", "--gross",
                "1000000", "--holding", "100000000", "--pace", "100000"});
  const Finished cut = play(daemon);
  EXPECT_EQ(cut.exit_code, 1);
  EXPECT_NE(cut.output.find("WRONG: net VOC of JS, kg: expected -5,000, found -4,999"),
            std::string::npos)
      << cut.output;
  EXPECT_NE(cut.output.find("expectations do not hold"), std::string::npos);
}

TEST(Demo, SaysWhenNobodyIsThere) {
  Daemon daemon{demo::cast()};
  const Finished nobody = play(daemon);
  EXPECT_EQ(nobody.exit_code, 1);
  EXPECT_NE(nobody.output.find("The demo stops"), std::string::npos) << nobody.output;
}

}  // namespace

}  // namespace emx::end_to_end

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "tests/end_to_end/daemon.hpp"
#include "tests/end_to_end/occurrences.hpp"
#include "tools/fix_client/fields.hpp"
#include "tools/load/order_flow.hpp"
#include "tools/load/summary.hpp"
#include "tools/load/tally.hpp"

// `emx load` against emxd, and the parts of it that judge.
namespace emx::load {

namespace {

using fix_client::Fields;
using fix_client::framed;
using fix_client::Message;

Message report(std::string_view cl_ord_id, char exec_type, std::string_view exec_id) {
  return Message{
      framed(Fields{}.add(35, '8').add(11, cl_ord_id).add(17, exec_id).add(150, exec_type).text())};
}

TEST(Tally, CountsAnAnswerOnceAndMissesWhatIsLost) {
  const Tally::Time now{};
  Tally tally{"L-", 3};
  const std::string first = tally.start(now);
  const std::string second = tally.start(now);
  EXPECT_TRUE(tally.take(report(first, '0', "1-0"), now + std::chrono::microseconds{7}));
  EXPECT_FALSE(tally.take(report(first, 'F', "1-1"), now)) << "a trade answers nothing";
  EXPECT_EQ(tally.lost(), 1U);
  EXPECT_FALSE(tally.is_good());
  EXPECT_TRUE(tally.take(report(second, '8', "2-0"), now));
  EXPECT_TRUE(tally.is_good());
  EXPECT_EQ(tally.latencies_ns().front(), 7'000);
}

TEST(Tally, SeesASecondAnswerAndASecondExecution) {
  const Tally::Time now{};
  Tally tally{"L-", 3};
  const std::string id = tally.start(now);
  tally.take(report(id, '0', "1-0"), now);
  tally.take(report(id, '0', "9-0"), now);
  EXPECT_EQ(tally.doubled(), 1U) << "answered twice";
  tally.take(report(id, 'F', "2-1"), now);
  tally.take(report(id, 'F', "2-1"), now);
  EXPECT_EQ(tally.doubled(), 2U) << "one execution told twice";
  tally.take(report("L-77", '0', "3-0"), now);
  EXPECT_EQ(tally.unexpected(), 1U) << "nothing of ours";
  EXPECT_FALSE(tally.is_good());
}

TEST(Latencies, AreLatenciesThatWereHad) {
  std::vector<std::int64_t> samples(1'000);
  std::iota(samples.begin(), samples.end(), 1);
  std::reverse(samples.begin(), samples.end());
  const Latencies latencies = latencies_of(samples);
  EXPECT_EQ(latencies.p50, 500);
  EXPECT_EQ(latencies.p99, 990);
  EXPECT_EQ(latencies.p999, 999);
  EXPECT_EQ(latencies.max, 1'000);
  EXPECT_EQ(latencies_of({5}).p50, 5);
  EXPECT_EQ(latencies_of({}).max, 0);
}

TEST(OrderFlow, KeepsItsMixAndItsDepth) {
  Options options;
  options.depth = 50;
  OrderFlow flow{options, "SH013-1", 1};
  std::size_t cancels = 0;
  std::size_t immediate = 0;
  const std::size_t all = 10'000;
  for (std::size_t i = 0; i < all; ++i) {
    const std::string id = "L-" + std::to_string(i);
    const Request request = flow.next(id);
    const Message sent{framed("35=D\x01" + request.body.text())};
    if (request.type == 'F') {
      ++cancels;
      continue;
    }
    if (sent.says(59, "3")) ++immediate;
    flow.see(Message{framed(Fields{}
                                .add(35, '8')
                                .add(11, id)
                                .add(150, '0')
                                .add(59, sent.text(59))
                                .add(54, sent.text(54))
                                .text())});
  }
  EXPECT_NEAR(static_cast<double>(immediate) / all, 0.10, 0.01);
  EXPECT_NEAR(static_cast<double>(cancels) / all, 0.40, 0.02);
}

}  // namespace

}  // namespace emx::load

namespace emx::end_to_end {

namespace {

// The environment's EMX_LOAD_REQUESTS over four sessions: each is answered, once, and what was told
// is in the ledger.
TEST(Load, IsAnsweredToTheLastOrder) {
  const std::uint32_t orders = setting_or("EMX_LOAD_REQUESTS", 5'000);
  Daemon daemon{{"SH013", "SH128", "SH132", "SH136"}};
  daemon.start();
  daemon.open_market();
  const Finished finished = demo::run_program(
      {emx_program(), "load", "--port", std::to_string(daemon.fix_port()), "--password",
       Daemon::password, "--orders", std::to_string(orders), "--json"},
      std::chrono::minutes{10});
  ASSERT_EQ(finished.exit_code, 0) << finished.output << finished.errors;
  const auto told = nlohmann::json::parse(finished.output);
  EXPECT_EQ(told.at("answered"), orders);
  EXPECT_EQ(told.at("lost"), 0);
  EXPECT_EQ(told.at("doubled"), 0);
  EXPECT_GT(told.at("fills"), orders / 20);

  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_EQ(daemon.audit("verify").exit_code, 0);
  const LedgerLog ledger = LedgerLog::read(daemon.ledger());
  std::size_t accepted = 0;
  std::size_t fills = 0;
  std::size_t requests = 0;
  for (const auto& [firm, lines] : ledger.lines) {
    for (const std::string& line : lines) {
      if (line.find(" accepted ") != std::string::npos) ++accepted;
      if (line.find(" trade ") != std::string::npos) ++fills;
    }
  }
  for (const auto& [firm, ids] : ledger.requests) requests += ids.size();
  EXPECT_EQ(told.at("accepted"), accepted);
  EXPECT_EQ(told.at("fills"), fills);
  EXPECT_EQ(told.at("sent"), requests);
  RecordProperty("answers_per_second", std::to_string(told.at("answers_per_second").get<double>()));
}

TEST(Load, SaysWhenItCannotLogOn) {
  Daemon daemon{{"SH013"}};
  daemon.start();
  const Finished finished =
      demo::run_program({emx_program(), "load", "--port", std::to_string(daemon.fix_port()),
                         "--password", "guess", "--sessions", "SH013"},
                        std::chrono::minutes{1});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_NE(finished.errors.find("unknown CompID, user name or password"), std::string::npos)
      << finished.errors;
}

}  // namespace

}  // namespace emx::end_to_end

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/events.hpp"
#include "tests/audit/played.hpp"
#include "tools/audit/questions.hpp"

// What was asked of a ledger, and what an answer sees that is on record in it.

namespace emx::audit {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using namespace testing;

class AskedLedger : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = new TempFolder;
    play(
        "day 2026-06-18\n"
        "query orders ZJ firm=ZJ063 from=2026-06-18\n"
        "phase continuous\n"
        "query verify venue\n"
        "phase closed\n",
        folder->path());
    for (const Entry& entry : read_ledger(folder->path())) {
      const auto header = read_record<CommandHeader>(entry.command);
      if (header.kind != static_cast<std::uint16_t>(CommandKind::query)) continue;
      asked.push_back(entry.stamp.sequence.value);
    }
  }
  static void TearDownTestSuite() {
    delete folder;
    folder = nullptr;
    asked.clear();
  }
  static Answer queries(const QueriesQuestion& question, bool as_json = true) {
    return ask(
        [&](const auto& dir, const auto& output) { return report_queries(dir, question, output); },
        folder->path(), as_json);
  }

  static inline TempFolder* folder = nullptr;
  static inline std::vector<std::uint64_t> asked;
};

TEST_F(AskedLedger, TellsWhoAskedWhatForWhom) {
  const json rows = json::parse(queries({}).out).at("queries");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0]["sequence"], asked.at(0));
  EXPECT_EQ(rows[0]["by"], "person 1");
  EXPECT_EQ(rows[0]["office"], "ZJ");
  EXPECT_EQ(rows[0]["question"], "orders");
  EXPECT_EQ(rows[0]["arguments"], "firm=ZJ063 from=2026-06-18");
  EXPECT_EQ(rows[0]["code"], nullptr);
  EXPECT_THAT(rows[0]["at"].get<std::string>(), HasSubstr("2026-06-18 09:00:00"));
  EXPECT_EQ(rows[1]["office"], "venue");
  EXPECT_EQ(rows[1]["arguments"], "");
  EXPECT_THAT(queries({}, false).out, HasSubstr("2 questions; each was answered from"));
}

TEST_F(AskedLedger, TellsOnlyThoseOfATime) {
  const auto rows = [](const QueriesQuestion& question) {
    return json::parse(queries(question).out).at("queries");
  };
  const Moment second{.sequence = asked.at(1)};
  const Moment between{.sequence = asked.at(1) - 1};
  ASSERT_EQ(rows({.from = second}).size(), 1U);
  EXPECT_EQ(rows({.from = second})[0]["question"], "verify");
  ASSERT_EQ(rows({.to = between}).size(), 1U);
  EXPECT_EQ(rows({.to = between})[0]["question"], "orders");
  EXPECT_TRUE(rows({.from = between, .to = between}).empty());
}

// The record itself, and all that came after it, is no part of the answer.
TEST_F(AskedLedger, AnswersFromTheEntriesBeforeTheRecord) {
  std::ostringstream out;
  std::ostringstream err;
  Output output{out, err, true};
  output.recorded = {asked.at(1), 0};
  EXPECT_EQ(report_queries(folder->path(), {}, output), ledger_is_valid) << err.str();
  const json answer = json::parse(out.str());
  EXPECT_EQ(answer.at("recorded_in"), asked.at(1));
  EXPECT_EQ(answer.at("as_of").at("sequence"), asked.at(1) - 1);
  EXPECT_EQ(answer.at("queries").size(), 1U);
}

TEST_F(AskedLedger, HasNoAnswerForARecordThatIsNotThere) {
  const std::uint64_t end = read_ledger(folder->path()).back().stamp.sequence.value;
  for (const Recorded& record : {Recorded{asked.at(1), 7}, Recorded{asked.at(1) - 1, 0},
                                 Recorded{end, 0}, Recorded{end + 1, 0}}) {
    std::ostringstream out;
    std::ostringstream err;
    Output output{out, err};
    output.recorded = record;
    EXPECT_EQ(report_queries(folder->path(), {}, output), could_not_run);
    EXPECT_EQ(report_entries(folder->path(), {}, output), could_not_run);
    EXPECT_EQ(report_verdict(folder->path(), {}, output), could_not_run);
    EXPECT_EQ(out.str(), "");
    EXPECT_THAT(err.str(), HasSubstr("another one or a copy"));
  }
}

// Nobody asked the exchange for it: a record in the ledger is all that can be told.
TEST_F(AskedLedger, TellsOfAQuestionThatWasRefused) {
  std::vector<Entry> entries = read_ledger(folder->path());
  Entry& entry = entries.at(asked.at(0) - 1);
  RefusedEvent refused{};
  refused.header = {static_cast<std::uint16_t>(EventKind::refused), sizeof refused, 0};
  refused.code = static_cast<std::uint16_t>(Code::o01_quantity);
  const auto bytes = std::as_bytes(std::span{&refused, 1});
  entry.events.assign(bytes.begin(), bytes.end());
  entry.events_count = 1;
  const TempFolder other;
  write_ledger(entries, other.path());
  const Answer answer =
      ask([](const auto& dir, const auto& output) { return report_queries(dir, {}, output); },
          other.path(), true);
  EXPECT_EQ(json::parse(answer.out).at("queries").at(0).at("code"), "O01_QUANTITY");
}

}  // namespace
}  // namespace emx::audit

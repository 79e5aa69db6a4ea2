#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "ledger/hash.hpp"
#include "tests/end_to_end/daemon.hpp"

// A question that is asked of a running venue stands in its ledger before it is answered.
namespace emx::end_to_end {

namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::chrono::seconds patience{30};

class RecordedQuestions : public testing::Test {
 protected:
  void start() {
    daemon.start();
    daemon.open_market();
  }

  // The way of a question onto the record, as the person.
  [[nodiscard]] std::vector<std::string> recorded(std::uint32_t person,
                                                  std::vector<std::string> arguments = {}) const {
    arguments.insert(arguments.end(),
                     {"--socket", daemon.admin_socket().string(), "--operator",
                      daemon.operator_key(person).string(), "--as", std::to_string(person)});
    return arguments;
  }
  [[nodiscard]] Finished run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), emx_program());
    return demo::run_program(std::move(arguments), patience);
  }
  [[nodiscard]] std::uint64_t entries() const {
    return daemon.audit_json("verify").at("entries").get<std::uint64_t>();
  }
  [[nodiscard]] json entry(std::uint64_t sequence) const {
    return daemon.audit_json("entries", {"--from", std::to_string(sequence), "--count", "1"})
        .at("entries")
        .at(0);
  }

  Daemon daemon{{"SH049"}};
};

TEST_F(RecordedQuestions, StandInTheLedgerBeforeTheyAreAnswered) {
  start();
  const std::uint64_t before = entries();
  const json answer = daemon.audit_json(
      "orders", recorded(2, {"--firm", "SH049", "--from", "2026-06-18 09:30", "--id", "77"}));
  EXPECT_EQ(answer.at("recorded_in"), before + 1);
  EXPECT_EQ(answer.at("as_of").at("sequence"), before);
  const json record = entry(before + 1);
  EXPECT_EQ(record["actor"], "person 2");
  EXPECT_EQ(record["command"]["kind"], "query");
  EXPECT_EQ(
      record["command"]["text"],
      "asks of the ledger, for the joint office: orders firm=SH049 from=\"2026-06-18 09:30\"");
  EXPECT_THAT(record["events"], IsEmpty());

  // As text it stands above the answer, as CSV beside it.
  const Finished text = daemon.audit("quotas", recorded(1));
  EXPECT_EQ(text.exit_code, 0) << text.errors;
  EXPECT_THAT(text.output, StartsWith("recorded_in: " + std::to_string(before + 2) + "\n"));
  const Finished csv = daemon.audit("holdings", recorded(1, {"--csv"}));
  EXPECT_EQ(csv.exit_code, 0) << csv.errors;
  EXPECT_THAT(csv.output, StartsWith("pollutant,"));
  EXPECT_EQ(csv.errors, "recorded_in: " + std::to_string(before + 3) + "\n");
  const Finished entries_text =
      daemon.audit("entries", recorded(1, {"--from", std::to_string(before)}));
  EXPECT_THAT(entries_text.output, AllOf(HasSubstr("holdings"), Not(HasSubstr("entries from="))));

  // The same again is the same record, and the answer of then.
  const json again = daemon.audit_json(
      "orders", recorded(2, {"--firm", "SH049", "--from", "2026-06-18 09:30", "--id", "77"}));
  EXPECT_EQ(again, answer);
  const Finished why =
      run(recorded(1, {"why", daemon.ledger().string(), "--cl-ord-id", "SH049/none"}));
  EXPECT_THAT(why.output, StartsWith("recorded_in: " + std::to_string(before + 5) + "\n"));
  EXPECT_EQ(entries(), before + 5);
  // The record says which keys the signatures were held to, as far as it has room.
  const Finished keygen =
      run({"keygen", (daemon.folder() / "venue.pem").string(), "--venue", "EMX"});
  const std::string key = keygen.output.substr(0, keygen.output.find('\n'));
  const std::string anchor = "1:" + std::string(64, 'a');
  static_cast<void>(daemon.audit(
      "verify", recorded(1, {"--anchor", anchor, "--venue-key", key, "--venue-key", key})));
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_EQ(daemon.audit("verify").exit_code, 0);
  const json queries = daemon.audit_json("queries").at("queries");
  ASSERT_EQ(queries.size(), 6U);
  const std::string lines = key + '\n' + key + '\n';
  const auto hashed = std::as_bytes(std::span{lines});
  const std::string digest = ledger::text_of(ledger::sha256(std::span{&hashed, 1}));
  EXPECT_EQ(queries[5]["arguments"], "anchor=" + anchor + " venue-key=2:" + digest.substr(0, 16));
  EXPECT_EQ(queries[0]["sequence"], before + 1);
  EXPECT_EQ(queries[0]["office"], "joint");
  EXPECT_EQ(queries[4]["arguments"], "cl-ord-id=SH049/none");
}

TEST_F(RecordedQuestions, ThatAreNotOnRecordAreNotAnswered) {
  daemon.change_config("office = \"joint\"", "office = \"ZJ\"");
  start();
  const std::filesystem::path copy = daemon.folder() / "copy";
  EXPECT_EQ(run({"backup", daemon.ledger().string(), copy.string()}).exit_code, 0);
  const std::uint64_t before = entries();
  const auto expect_none = [&](const Finished& asked, const std::string& why) {
    EXPECT_EQ(asked.exit_code, 2);
    EXPECT_EQ(asked.output, "");
    EXPECT_THAT(asked.errors,
                AllOf(HasSubstr("not on record, so it is not answered"), HasSubstr(why)));
  };
  expect_none(daemon.audit("holdings", recorded(2)), "may not ask it");
  expect_none(daemon.audit("position", recorded(2, {"--province", "SH"})), "may not ask it");
  EXPECT_EQ(daemon.audit("position", recorded(2, {"--province", "ZJ"})).exit_code, 0);
  expect_none(daemon.audit("rules", recorded(9)), "operator-9.pem");
  expect_none(daemon.audit("rules", {"--socket", daemon.admin_socket().string()}),
              "who acts signs");
  EXPECT_EQ(entries(), before + 1);

  // The record is in the ledger of the venue, and not in a copy from before.
  const Finished elsewhere = run(recorded(1, {"audit", "rules", copy.string(), "--json"}));
  EXPECT_EQ(elsewhere.exit_code, 2);
  const json no_answer = json::parse(elsewhere.output);
  EXPECT_EQ(no_answer.at("verdict"), "could_not_run");
  EXPECT_THAT(no_answer.at("reason").get<std::string>(), HasSubstr("another one or a copy"));
  EXPECT_EQ(entries(), before + 2);

  // Who asks beside the record is told so, while the venue runs.
  EXPECT_THAT(daemon.audit("rules").errors, HasSubstr("this question is not on record there"));
  EXPECT_THAT(run({"audit", "rules", copy.string()}).errors, IsEmpty());
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_THAT(daemon.audit("rules").errors, IsEmpty());
  expect_none(daemon.audit("rules", recorded(1)), "cannot reach emxd");
  EXPECT_NE(daemon.audit("rules", {"--as", "1"}).exit_code, 0) << "asks who, and tells nobody";
}

}  // namespace

}  // namespace emx::end_to_end

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>
#include <vector>

#include "tests/end_to_end/venue.hpp"

// The index that emxd keeps in the background, and that it is in nobody's way.
namespace emx::end_to_end {

namespace {

using ::testing::HasSubstr;

class LiveIndex : public ::testing::Test {
 protected:
  LiveIndex() : daemon{{"SH049"}} {
    daemon.change_config("index = false", "index = true");
    daemon.start();
    daemon.open_market();
  }

  [[nodiscard]] Finished look_up(std::vector<std::string> words) const {
    words.insert(words.begin(), {emx_program(), "index"});
    words.push_back(daemon.ledger().string());
    return demo::run_program(std::move(words), std::chrono::seconds{60});
  }
  // Nothing while there is none.
  [[nodiscard]] nlohmann::json status() const {
    return nlohmann::json::parse(look_up({"status", "--json"}).output, nullptr, false);
  }
  [[nodiscard]] bool is_up_to_date() const {
    const nlohmann::json now = status();
    return now.is_object() && now.value("lag_entries", 1U) == 0;
  }
  [[nodiscard]] bool catches_up() const {
    return wait_for([this] { return is_up_to_date(); });
  }
  // The process that writes it; 0: none.
  [[nodiscard]] pid_t writer() const {
    const nlohmann::json now = status();
    return now.contains("written_by") && now["written_by"].is_number()
               ? now["written_by"].get<pid_t>()
               : 0;
  }

  Daemon daemon;
};

TEST_F(LiveIndex, AnswersWhileItRunsWhatARebuiltOneDoes) {
  ASSERT_TRUE(catches_up()) << daemon.log();
  const Finished refused = look_up({"rebuild"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.errors, HasSubstr("is writing the index"));
  const std::vector<std::vector<std::string>> questions = {
      {"day", "2026-06-18"},
      {"account", "SH049-1"},
      {"position", "--province", "ZJ", "--day", "2026-06-18", "--json"}};
  std::vector<std::string> answers;
  for (const auto& question : questions) {
    const Finished live = look_up(question);
    EXPECT_EQ(live.exit_code, 0) << live.errors;
    answers.push_back(live.output);
  }
  EXPECT_THAT(answers[0], HasSubstr("2026-06-18: 2 entries, from 1164"));
  ASSERT_EQ(daemon.stop(), 0);
  EXPECT_EQ(read_file(daemon.ledger() / "index" / "mark"), "closed\n");
  const Finished rebuilt = look_up({"rebuild"});
  EXPECT_EQ(rebuilt.exit_code, 0) << rebuilt.errors;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    EXPECT_EQ(look_up(questions[i]).output, answers[i]);
  }
}

TEST_F(LiveIndex, HoldsNobodyUpWhenItIsStuckOrDies) {
  ASSERT_TRUE(catches_up()) << daemon.log();
  const pid_t stuck = writer();
  ASSERT_NE(stuck, 0);
  ASSERT_EQ(::kill(stuck, SIGSTOP), 0);
  for (const char* phase : {"pause", "continuous", "closed"}) {
    EXPECT_EQ(daemon.try_admin({"phase", phase}).exit_code, 0);  // durable, or it would not answer
  }
  EXPECT_EQ(status()["lag_entries"], 3);
  // Another takes its place, as kill -9 left it, or anew where the file is to blame.
  ASSERT_EQ(::kill(stuck, SIGKILL), 0);
  ASSERT_TRUE(wait_for([&] { return is_up_to_date() && writer() != stuck; })) << daemon.log();
  EXPECT_THAT(daemon.log(), HasSubstr("its process was ended by signal 9"));
  ASSERT_EQ(::kill(writer(), SIGABRT), 0);  // as LMDB does with a damaged file
  ASSERT_TRUE(wait_for(
      [&] { return daemon.log().find("its process was ended by signal 6") != std::string::npos; }));
  ASSERT_TRUE(wait_for([&] {
    return daemon.log().find("made anew: the process that wrote it crashed") != std::string::npos;
  })) << daemon.log();
  ASSERT_TRUE(catches_up()) << daemon.log();
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_THAT(daemon.log(), HasSubstr("the index is written again"));
  EXPECT_EQ(daemon.audit("verify").exit_code, 0);
}

}  // namespace

}  // namespace emx::end_to_end

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/admin/rules_desk.hpp"

// Who heard no answer asks again with the same id. What her first request did may have changed what
// the second would mean.
namespace emx::admin {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class Retries : public AdminDeskWithRules {
 protected:
  Retries() { know_a_venue(); }

  [[nodiscard]] static json newcomer(std::uint64_t id, const char* name = "New Works") {
    return {
        {"command", "admit-firm"}, {"id", id}, {"firm", "ZJ900"}, {"name", name}, {"uscc", "U"}};
  }
  [[nodiscard]] static json facility(std::uint64_t id, const char* key, const char* value) {
    return {{"command", "facility"}, {"id", id}, {"facility", "ZJ063-1"}, {key, value}};
  }
  // A little later, so it is another text.
  [[nodiscard]] static json again(json request) {
    request["time"] = "2026-06-18T02:03:09Z";
    return request;
  }
  void restart_venue() {
    desk = make_desk(persons.operators());
    know_a_venue();
    durable = 0;
    make_durable();
  }
};

TEST_F(Retries, GetTheFirstAnswerWhateverTheVenueHasNow) {
  EXPECT_EQ(ask(persons.line(2, newcomer(7)))["sequence"], 1);
  EXPECT_EQ(ask(persons.line(2, again(newcomer(7)))), (json{{"ok", true}, {"sequence", 1}}));
  const json permit = facility(8, "permit", "2030-12-31");
  ask(persons.line(4, permit));
  ask(persons.line(2, facility(9, "credit", "NEGATIVE")));
  EXPECT_EQ(ask(persons.line(4, again(permit))), (json{{"ok", true}, {"sequence", 2}}));
  EXPECT_EQ(log.size(), 3U);
}

TEST_F(Retries, OfAnActivationGetItsAnswer) {
  give_key();
  ask(persons.line(4, hand_in(9, zj)));
  const json request{{"command", "activate-rules"}, {"id", 7}, {"version", 1}, {"parts", {"ZJ"}}};
  const json waits = ask(persons.line(1, request));
  ask(persons.line(4, hand_in(10, zj)));  // "ZJ" is another document now
  EXPECT_EQ(ask(persons.line(1, again(request))), waits);
  const json anew{{"command", "activate-rules"}, {"id", 8}, {"version", 1}, {"parts", {"ZJ"}}};
  ask(persons.line(1, anew));
  const json activated = ask(persons.line(2, decision("approve", anew)));
  EXPECT_EQ(activated["ok"], true);
  EXPECT_EQ(ask(persons.line(1, again(anew))), activated);  // and none lies closed
}

TEST_F(Retries, WaitWithTheFirst) {
  const auto first = send(persons.line(2, newcomer(7)));
  const auto second = send(persons.line(2, again(newcomer(7))));
  EXPECT_TRUE(second->is_null());
  EXPECT_THAT(send(persons.line(2, newcomer(7, "Other")))->value("reason", ""),
              HasSubstr("id 7 is on its way into the ledger: firm ZJ900"));
  make_durable();
  EXPECT_EQ(*second, *first);
  EXPECT_EQ(log.size(), 1U);
}

// Only the command is known then.
TEST_F(Retries, AreToldAfterARestartWhatTheIdStandsFor) {
  ask(persons.line(2, newcomer(7)));
  const json permit = facility(8, "permit", "2030-12-31");
  ask(persons.line(4, permit));
  restart_venue();
  EXPECT_EQ(ask(persons.line(4, permit))["sequence"], 2);  // it would be made the same
  const std::string words = reason(persons.line(2, newcomer(7)));
  EXPECT_THAT(words, HasSubstr("id 7 is entry 1, applied: firm ZJ900"));
  EXPECT_THAT(words, HasSubstr("; as a new request it would be refused: 'ZJ900' is a firm"));
  ask(persons.line(2, facility(9, "credit", "NEGATIVE")));
  EXPECT_THAT(reason(persons.line(4, permit)), HasSubstr("id 8 is entry 2, applied: facility"));
  // Whoever does not sign for herself is told nothing of it.
  EXPECT_THAT(reason(signed_line(Persons::text(2, newcomer(7)), persons.stranger)),
              ::testing::StartsWith("'ZJ900' is a firm"));
  EXPECT_EQ(log.size(), 3U);
}

TEST_F(Retries, AreWithTheSendersSignatureOnly) {
  ask(persons.line(2, newcomer(7)));
  const std::string text = Persons::text(2, newcomer(7));
  EXPECT_EQ(reason(signed_line(text, persons.stranger)),
            "the signature is not by the key of person 2");
  EXPECT_EQ(reason(text), "the request is not signed; give --operator FILE and --as NUMBER");
  now_ns += 121'000'000'000;
  EXPECT_THAT(reason(persons.line(2, newcomer(7))), HasSubstr("more than two minutes"));
  EXPECT_EQ(desk.turned_away(), 3U);
}

}  // namespace
}  // namespace emx::admin

#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "tests/admin/admin_desk.hpp"

// Requests that say what changes, and leave the rest of a row as it is.
namespace emx::admin {
namespace {

using nlohmann::json;

class RowsAtTheDesk : public AdminDesk {
 protected:
  RowsAtTheDesk() { know_a_venue(); }

  [[nodiscard]] static json facility(std::uint64_t id, const char* key, const char* value,
                                     const char* code = "ZJ063-1") {
    return {{"command", "facility"}, {"id", id}, {"facility", code}, {key, value}};
  }
};

// A suspension is not undone by who says something else of the facility in the same commit.
TEST_F(RowsAtTheDesk, LosesNoChange) {
  const auto suspended = send(persons.line(2, facility(1, "credit", "NEGATIVE")));
  const json permit = facility(2, "permit", "2030-12-31");
  EXPECT_EQ(send(persons.line(4, permit))->value("reason", ""),
            "another change of facility ZJ063-1 is on its way; try again");
  EXPECT_EQ(log.size(), 1U);
  const auto again = send(persons.line(2, facility(1, "credit", "NEGATIVE")));  // the same
  EXPECT_TRUE(send(persons.line(2, facility(3, "reach", "0")))->contains("reason"));
  EXPECT_TRUE(send(persons.line(3, facility(4, "permit", "2030-12-31", "SH049-1")))->is_null());
  make_durable();
  EXPECT_EQ(suspended->value("ok", false), true);
  EXPECT_EQ(again->value("sequence", 0), 1);
  EXPECT_EQ(ask(persons.line(4, permit))["ok"], true);
  const auto row = read_record<SetFacilityCommand>(log.back());
  EXPECT_EQ(row.permit_valid_to, date_of(2030, 12, 31).value);
  EXPECT_EQ(static_cast<Credit>(row.credit), Credit::negative);
}

// What was refused changed nothing, and holds up nothing.
TEST_F(RowsAtTheDesk, GoesOnAfterARefusal) {
  refusals[1] = Code::p09_unsigned_rule;
  send(persons.line(2, facility(1, "credit", "NEGATIVE")));
  make_durable();
  EXPECT_EQ(ask(persons.line(4, facility(2, "permit", "2030-12-31")))["ok"], true);
  EXPECT_EQ(static_cast<Credit>(read_record<SetFacilityCommand>(log.back()).credit), Credit::good);
}

TEST_F(RowsAtTheDesk, KnowsEveryRowThatIsChangedInPart) {
  const auto of = [](const char* command, json more) {
    more["command"] = command;
    return more;
  };
  const json zone = of("zone", {{"province", "ZJ"}, {"zone", "JIASHAN"}, {"misses", "VOC"}});
  const json firm = of("firm", {{"firm", "ZJ063"}, {"group", "none"}});
  const json newcomer = of("admit-firm", {{"firm", "ZJ900"}, {"name", "N"}, {"uscc", "U"}});
  const json account = of("open-account", {{"facility", "ZJ063-2"},
                                           {"firm", "ZJ063"},
                                           {"province", "ZJ"},
                                           {"zone", "JIASHAN"},
                                           {"class", "INDUSTRY"}});
  const json instrument = of("instrument", {{"symbol", "SHEA25"}, {"band", 5}});
  const json parameters = of("parameters", {{"fee", 10}});
  const std::vector<std::pair<json, std::string>> acts{
      {zone, "zone ZJ JIASHAN"},         {firm, "firm ZJ063"},
      {newcomer, "firm ZJ900"},          {account, "facility ZJ063-2"},
      {instrument, "instrument SHEA25"}, {parameters, "the market's parameters"}};
  std::uint64_t id = 0;
  for (auto [act, row] : acts) {
    act["id"] = ++id;
    EXPECT_TRUE(send(persons.line(2, act))->is_null()) << row;
    act["id"] = ++id;
    EXPECT_EQ(send(persons.line(2, act))->value("reason", ""),
              "another change of " + row + " is on its way; try again");
  }
  EXPECT_EQ(log.size(), acts.size());
  // What says all that it sets is taken as it comes.
  EXPECT_TRUE(send(persons.line(2, quota(++id, "ZJ")))->is_null());
  EXPECT_TRUE(send(persons.line(2, quota(++id, "ZJ")))->is_null());
}

}  // namespace
}  // namespace emx::admin

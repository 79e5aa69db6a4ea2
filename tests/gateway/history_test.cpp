#include "gateway/history.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/gateway/house.hpp"

// A start behind a history. That every start in these tests comes to the same by one is House's to
// see; here is what a history must have, and when a gateway cannot go on behind one.

namespace emx::gateway::test {

namespace {

using std::chrono::milliseconds;

class Histories : public House {
 protected:
  Histories() { config.limits.tick = milliseconds{60'000}; }  // no watermark moves

  // Why a gateway cannot go on behind it.
  std::string refusal(History& history) {
    make_gateway();
    std::string why = gateway_->resume(history);
    gateway_.reset();
    return why;
  }
  // Live, filled in part, replaced, ended today and the day before, refused.
  void trade_two_days(FixClient& client) {
    for (const auto& [id, number] : {std::pair{"A-1", 11U}, {"A-2", 12U}, {"A-3", 13U}}) {
      rest_order(client, id, number);
    }
    client.send("F", cancel_fields("A-4", "A-1"));
    ASSERT_TRUE(wait_for_commands(4));
    cancel(last(), 100);
    append(venue_command<DayOpenCommand>(CommandKind::day_open));
    client.send("G", replace_fields("A-5", "A-2", "90", "12500"));
    ASSERT_TRUE(wait_for_commands(5));
    replace(last(), 90);
    EventBatch events;
    add_trade(events,
              {.buy_order = 12, .sell_order = 13, .lots = 40, .buy_left = 50, .sell_left = 60});
    append(venue_command<TickCommand>(CommandKind::tick), events);
    client.send("D", order_fields("A-6"));
    ASSERT_TRUE(wait_for_commands(6));
    refuse(last(), Code::o01_quantity);
  }
};

TEST_F(Histories, EachStartGoesOnBehindOne) {
  start();
  FixClient client = trader();
  trade_two_days(client);
  for (int life = 0; life < 4;
       ++life) {  // by House's turns: what was read from one is written again
    die();
    start();
    EXPECT_EQ(not_resumed, "");
    EXPECT_EQ(resumed, static_cast<unsigned>(life) + 2);
  }
  const auto history = history_of_all(false);
  EXPECT_NE(history->market().day_opened_ns, 0);
  const std::vector<std::byte> bytes = bytes_of(*history);
  History read{{.cl_ord_ids_per_firm_max = config.limits.cl_ord_ids_per_firm_max}};
  StateReader reader{bytes};
  read.load(reader);
  EXPECT_EQ(read.market().day_opened_ns, history->market().day_opened_ns);
  // What ended on the day before is still told, what lives has what it had.
  FixClient back = connect();
  back.next_out = client.next_out;
  ASSERT_TRUE(back.log_on());
  while (back.receive_business(milliseconds{300})) {
  }
  back.send("D", order_fields("A-1"), {{97, "Y"}});
  const auto ended = back.receive_business();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->at(39), "4");
  back.send("D", order_fields("A-2"), {{97, "Y"}});
  const auto lives = back.receive_business();
  ASSERT_TRUE(lives);
  EXPECT_EQ(lives->at(39), "1");
  EXPECT_EQ(lives->at(38), "90");
  EXPECT_EQ(lives->at(14), "40");
  EXPECT_EQ(lives->at(151), "50");
}

// Whoever is not known to have its reports must get them, so without them there is no start.
TEST_F(Histories, WithoutASessionsReportsAllEntriesAreRead) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  die();
  const auto bare = history_of_all(false);
  EXPECT_THAT(refusal(*bare),
              ::testing::StartsWith("it does not have all reports that the client of "));
  make_gateway();
  EXPECT_NE(gateway_->resume(*bare), "");
  show_from(0);
  FixClient back = connect();
  back.next_out = client.next_out;
  ASSERT_TRUE(back.log_on());
  auto report = back.receive_business();
  while (report && report->type() != "8") report = back.receive_business();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->at(11), "A-1");
  EXPECT_EQ(report->at(97), "Y");
}

TEST_F(Histories, ReportsAreOfTheFirmThatASessionActsFor) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  die();
  auto history = history_of_all(true);
  EXPECT_EQ(refusal(*history), "");
  history = history_of_all(true);
  config.sessions[0].concern = trader_of("BETA");
  EXPECT_NE(refusal(*history), "");
}

TEST_F(Histories, ALostRecordIsSeen) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  die();
  const auto history = history_of_all(true);
  std::filesystem::remove_all(config.directory / "fix");
  EXPECT_EQ(refusal(*history), "the record of the session ALPHA1 is lost");
}

TEST_F(Histories, AnotherBoundOfIdsIsSeen) {
  const auto history = history_of_all(true);
  config.limits.cl_ord_ids_per_firm_max = 5;
  EXPECT_EQ(refusal(*history), "it has another bound of ClOrdIDs");
}

// A session that lagged behind what a history has when it was made is not in it, nor in its heirs.
TEST_F(Histories, WhoLagsBehindAnEarlierOneIsLeftOut) {
  start();
  FixClient client = trader();
  rest_order(client, "A-1", 11);
  die();
  const std::vector<std::byte> bare = bytes_of(*history_of_all(false));
  History heir{{.cl_ord_ids_per_firm_max = config.limits.cl_ord_ids_per_firm_max}};
  StateReader reader{bare};
  heir.load(reader);
  ASSERT_TRUE(reader.ok()) << reader.fault();
  const auto records = read_session_records(config.directory);
  EXPECT_FALSE(heir.can_keep_reports_for(records));  // so it is made anew
  EXPECT_TRUE(history_of_all(true)->can_keep_reports_for(records));
  heir.keep_reports_for(records);
  EXPECT_NE(refusal(heir), "");
}

TEST_F(Histories, OfTooManyReportsNoneAreKept) {
  const std::vector<std::byte> names = bytes_of(*history_of_all(false));
  History history{{.cl_ord_ids_per_firm_max = config.limits.cl_ord_ids_per_firm_max,
                   .reports_max = 3,
                   .reports_in_all_max = 5}};
  StateReader reader{names};
  history.load(reader);
  const SessionRecord of_alpha{.watermark = history.entry(), .concern = trader_of("ALPHA")};
  const std::vector<NamedRecord> records{{"ALPHA1", of_alpha}, {"ALPHA2", of_alpha}};
  history.keep_reports_for(records);
  const auto has_all = [&](const char* comp_id) {
    return history.refusal_of(comp_id, of_alpha.concern, &of_alpha).empty();
  };
  const auto refuse_one = [&](const char* comp_id) {
    NewOrderCommand command{};
    command.header.kind = static_cast<std::uint16_t>(CommandKind::new_order);
    command.header.size = sizeof command;
    command.header.session = session_id_of(comp_id);
    EventBatch events;
    RefusedEvent refused{};
    refused.code = static_cast<std::uint16_t>(Code::o01_quantity);
    events.add(EventKind::refused, refused);
    history.on_entry({{SeqNo{history.entry() + 1}, 0},
                      std::as_bytes(std::span{&command, 1}),
                      events.bytes(),
                      events.count(),
                      0,
                      0});
  };
  for (int i = 0; i < 3; ++i) refuse_one("ALPHA1");
  refuse_one("ALPHA2");
  refuse_one("ALPHA2");
  EXPECT_TRUE(has_all("ALPHA1"));
  EXPECT_EQ(history.reports(session_id_of("ALPHA1")).size(), 3U);
  EXPECT_TRUE(has_all("ALPHA2"));
  refuse_one("ALPHA2");  // the sixth of all
  EXPECT_FALSE(has_all("ALPHA2"));
  EXPECT_TRUE(has_all("ALPHA1"));
  refuse_one("ALPHA1");  // the fourth of one
  EXPECT_FALSE(has_all("ALPHA1"));
  // A history that goes on has them no more, and to make it anew would change nothing.
  EXPECT_TRUE(history.can_keep_reports_for(records));
  history.keep_reports_for(records);
  EXPECT_TRUE(history.can_keep_reports_for(records));
  EXPECT_FALSE(has_all("ALPHA1"));
  refuse_one("ALPHA1");
  EXPECT_TRUE(history.reports(session_id_of("ALPHA1")).empty());
}

// Bytes that end anywhere, or are of anything, are no history, and do no harm.
TEST_F(Histories, DamagedBytesAreNone) {
  start();
  FixClient client = trader();
  trade_two_days(client);
  die();
  const std::vector<std::byte> bytes = bytes_of(*history_of_all(true));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    History cut{{.cl_ord_ids_per_firm_max = config.limits.cl_ord_ids_per_firm_max}};
    StateReader reader{std::span{bytes}.first(size)};
    cut.load(reader);
    ASSERT_FALSE(reader.ok()) << size << " of " << bytes.size();
  }
  for (std::size_t at = 0; at < bytes.size(); at += 7) {
    std::vector<std::byte> damaged = bytes;
    damaged[at] ^= std::byte{0xFF};
    History history{{.cl_ord_ids_per_firm_max = config.limits.cl_ord_ids_per_firm_max}};
    StateReader reader{damaged};
    history.load(reader);
  }
}

}  // namespace

}  // namespace emx::gateway::test

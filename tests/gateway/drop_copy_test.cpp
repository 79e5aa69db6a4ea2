#include <gmock/gmock.h>

#include "tests/gateway/house.hpp"

// Copies of what is told to others: for a firm's own desk, for a province's regulator, for the
// joint office.

namespace emx::gateway::test {

namespace {

class DropCopy : public House {
 protected:
  DropCopy() {
    add("COPY-A", {.role = Role::copies_of_firm, .of = FirmCode{"ALPHA"}});
    add("REG-SH", {.role = Role::copies_of_province, .of = FirmCode{"SH"}});
    add("REG-JS", {.role = Role::copies_of_province, .of = FirmCode{"JS"}});
    add("JOINT", {.role = Role::copies_of_all});
  }

  // By a facility of BETA, which is in Jiangsu.
  static Fields beta_order(const std::string& cl_ord_id, const std::string& side = "2") {
    return with(order_fields(cl_ord_id, side), 1, "B-PLANT");
  }

  static std::string firm_of(const FixMessage& report) { return report.at(448); }

 private:
  void add(const std::string& comp_id, const Concern& concern) {
    SessionConfig& session = config.sessions.emplace_back(config.sessions.front());
    session.comp_id = comp_id;
    session.concern = concern;
  }
};

TEST_F(DropCopy, IsOfWhatTheOwnerIsTold) {
  start();
  FixClient owner = trader();
  std::vector<FixClient> watchers;
  for (const char* comp_id : {"COPY-A", "REG-SH", "JOINT"}) watchers.push_back(trader(comp_id));
  FixClient foreign = trader("REG-JS");
  owner.send("D", order_fields("A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  accept(last(), 11);
  const auto report = owner.receive_business();
  ASSERT_TRUE(report);
  for (FixClient& watcher : watchers) {
    const auto copy = watcher.receive_business();
    ASSERT_TRUE(copy);
    EXPECT_EQ(copy->at(797), "Y");
    EXPECT_EQ(copy->at(453), "1");
    EXPECT_EQ(firm_of(*copy), "ALPHA");
    EXPECT_EQ(copy->at(452), "1");
    for (const auto& [tag, value] : report->fields) {
      const bool is_framing = tag == 9 || tag == 10 || tag == 34 || tag == 52 || tag == 56;
      if (is_framing) continue;
      EXPECT_EQ(copy->at(tag), value) << tag;
    }
  }
  EXPECT_FALSE(report->has(797));
  EXPECT_TRUE(foreign.is_silent(std::chrono::milliseconds{200}));
}

TEST_F(DropCopy, OfATradeIsOfEachSideForWhomItConcerns) {
  start();
  FixClient alpha = trader();
  FixClient beta = trader("BETA1");
  FixClient sh = trader("REG-SH");
  FixClient js = trader("REG-JS");
  FixClient joint = trader("JOINT");
  rest_order(alpha, "A-1", 11, "1");
  EXPECT_EQ(firm_of(*sh.receive_business()), "ALPHA");
  EXPECT_EQ(firm_of(*joint.receive_business()), "ALPHA");
  beta.send("D", beta_order("B-1"));
  ASSERT_TRUE(wait_for_commands(2));
  EventBatch events;
  add_accepted(events, last().as<NewOrderCommand>(), 12);
  add_trade(events, {.buy_order = 11, .sell_order = 12, .lots = 100, .aggressor = 2});
  append(last().as<NewOrderCommand>(), events);
  const auto bought = sh.receive_business();
  ASSERT_TRUE(bought);
  EXPECT_EQ(bought->at(150), "F");
  EXPECT_EQ(bought->at(54), "1");
  EXPECT_EQ(js.receive_business()->at(150), "0");
  const auto sold = js.receive_business();
  ASSERT_TRUE(sold);
  EXPECT_EQ(sold->at(150), "F");
  EXPECT_EQ(firm_of(*sold), "BETA");
  EXPECT_EQ(sold->at(1003), bought->at(1003));
  EXPECT_EQ(joint.receive_business()->at(150), "0");
  std::vector<std::string> both{firm_of(*joint.receive_business()),
                                firm_of(*joint.receive_business())};
  EXPECT_EQ(both, (std::vector<std::string>{"ALPHA", "BETA"}));
  EXPECT_TRUE(sh.is_silent(std::chrono::milliseconds{100}));
  EXPECT_TRUE(js.is_silent(std::chrono::milliseconds{100}));
}

// A replace or cancel of another session is told to two; there is one copy.
TEST_F(DropCopy, OfEachOccurrenceIsOne) {
  start();
  FixClient owner = trader();
  FixClient colleague = trader("ALPHA2");
  FixClient watcher = trader("COPY-A");
  rest_order(owner, "A-1", 11);
  EXPECT_EQ(watcher.receive_business()->at(150), "0");
  colleague.send("G", replace_fields("R-1", "A-1", "90", "12000"));
  ASSERT_TRUE(wait_for_commands(2));
  replace(last(), 90);
  colleague.send("F", cancel_fields("C-1", "R-1"));
  ASSERT_TRUE(wait_for_commands(3));
  cancel(last(), 90);
  for (const char* type : {"5", "4"}) {
    const auto copy = watcher.receive_business();
    ASSERT_TRUE(copy);
    EXPECT_EQ(copy->at(150), type);
    EXPECT_EQ(copy->at(17), colleague.receive_business()->at(17));
  }
  EXPECT_TRUE(watcher.is_silent(std::chrono::milliseconds{200}));
}

TEST_F(DropCopy, OfARefusalIsThereToo) {
  start();
  FixClient owner = trader();
  FixClient sh = trader("REG-SH");
  FixClient watcher = trader("COPY-A");
  owner.send("D", order_fields("A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  refuse(last(), Code::l01_cash);
  for (FixClient* client : {&sh, &watcher}) {
    const auto copy = client->receive_business();
    ASSERT_TRUE(copy);
    EXPECT_EQ(copy->at(150), "8");
    EXPECT_EQ(copy->at(9701), std::to_string(static_cast<int>(Code::l01_cash)));
  }
  // Whose account nobody knows is the firm's affair, and no province's.
  owner.send("D", with(order_fields("A-2"), 1, "NO-PLANT"));
  ASSERT_TRUE(wait_for_commands(2));
  refuse(last(), Code::p04_unknown_account);
  EXPECT_EQ(watcher.receive_business()->at(11), "A-2");
  EXPECT_TRUE(sh.is_silent(std::chrono::milliseconds{100}));
}

TEST_F(DropCopy, EntersNothing) {
  start();
  FixClient watcher = trader("COPY-A");
  for (const auto& [type, body] : std::vector<std::pair<std::string, Fields>>{
           {"D", order_fields("A-1")},
           {"F", cancel_fields("C-1", "A-1")},
           {"q", {{11, "Q-1"}, {530, "7"}, {60, time_now()}}},
           {"H", {{11, "A-1"}, {55, "X"}, {54, "1"}}}}) {
    watcher.send(type, body);
    const auto reject = watcher.receive_business();
    ASSERT_TRUE(reject);
    EXPECT_EQ(reject->type(), "j");
    EXPECT_EQ(reject->at(372), type);
    EXPECT_EQ(reject->at(380), "6");
  }
  EXPECT_TRUE(sink.submitted.empty());
}

TEST_F(DropCopy, MayAskForTheOpenOrdersItHasCopiesOf) {
  start();
  FixClient alpha = trader();
  FixClient beta = trader("BETA1");
  rest_order(alpha, "A-1", 11);
  beta.send("D", beta_order("B-1"));
  ASSERT_TRUE(wait_for_commands(2));
  accept(last(), 12);
  for (const auto& [comp_id, ids] : std::vector<std::pair<std::string, std::string>>{
           {"COPY-A", "A-1"}, {"REG-SH", "A-1"}, {"REG-JS", "B-1"}, {"JOINT", "A-1 B-1"}}) {
    FixClient watcher = trader(comp_id);
    watcher.send("AF", {{584, "ALL"}, {585, "7"}});
    std::string told;
    for (auto answer = watcher.receive_business(); answer; answer = watcher.receive_business()) {
      if (!answer->has(584)) continue;  // a copy that waited
      told += (told.empty() ? "" : " ") + answer->at(11);
      if (answer->at(912) == "Y") break;
    }
    EXPECT_EQ(told, ids) << comp_id;
  }
}

TEST_F(DropCopy, OfABlockIsThereForBothSides) {
  start();
  FixClient alpha = trader();
  FixClient sh = trader("REG-SH");
  FixClient joint = trader("JOINT");
  alpha.send("AE", {{571, "S-1"},
                    {856, "0"},
                    {828, "1"},
                    {55, FixMessage{order_fields("X")}.at(55)},
                    {31, "12000"},
                    {32, "30000"},
                    {60, time_now()},
                    {552, "1"},
                    {54, "2"},
                    {1, "A-PLANT"},
                    {453, "1"},
                    {448, "B-PLANT"},
                    {447, "D"},
                    {452, "17"}});
  ASSERT_TRUE(wait_for_commands(1));
  BlockEvent event{};
  event.block_no = 1;
  event.facility = 0;
  event.counterparty = 1;
  event.instrument = instrument_id;
  event.side = 2;
  event.price_ticks = 1'200;
  event.quantity_lots = 30'000;
  event.stage = static_cast<std::uint8_t>(BlockStage::alleged);
  EventBatch events;
  events.add(EventKind::block, event);
  append(last().as<SubmitBlockCommand>(), events);
  // It is alleged to BETA, which is not in Shanghai.
  const auto alleged = joint.receive_business();
  ASSERT_TRUE(alleged);
  EXPECT_EQ(alleged->type(), "AE");
  EXPECT_EQ(alleged->at(797), "Y");
  EXPECT_EQ(alleged->at(856), "1");
  EXPECT_EQ(alleged->at(1), "B-PLANT");
  EXPECT_TRUE(sh.is_silent(std::chrono::milliseconds{100}));
  // Ended, it is told to both.
  BlockEvent ended = event;
  ended.stage = static_cast<std::uint8_t>(BlockStage::ended);
  ended.code = static_cast<std::uint16_t>(Code::c01_expired);
  EventBatch end;
  end.add(EventKind::block, ended);
  append(venue_command<TickCommand>(CommandKind::tick), end);
  EXPECT_EQ(sh.receive_business()->at(1), "A-PLANT");
  std::vector<std::string> both{joint.receive_business()->at(1), joint.receive_business()->at(1)};
  EXPECT_THAT(both, ::testing::UnorderedElementsAre("A-PLANT", "B-PLANT"));
}

// A session that is for something else now has no part any more in what it once entered; what it
// left open as a trader ends as if it had stayed one.
TEST_F(DropCopy, IsAllThatAFormerTraderIsTold) {
  start();
  FixClient before = connect();
  before.keep_orders(false);
  ASSERT_TRUE(before.log_on());
  rest_order(before, "A-1", 11);
  die();
  for (const auto& [role, of] :
       {std::pair{Role::copies_of_province, "JS"}, std::pair{Role::copies_of_firm, "ALPHA"}}) {
    config.sessions[0].concern = {.role = role, .of = FirmCode{of}};
    sink.submitted.clear();
    start();
    ASSERT_EQ(sink.submitted.size(), 1U);
    EXPECT_TRUE(last().as<MassCancelCommand>().firm.empty());
    EXPECT_EQ(last().as<MassCancelCommand>().order_session, session_id_of("ALPHA1"));
    FixClient now = connect();
    now.keep_orders(false);
    now.next_out = before.next_out;
    ASSERT_TRUE(now.log_on());
    before.next_out = now.next_out;
    const bool has_copies = role == Role::copies_of_firm;
    if (has_copies) {
      EventBatch events;
      add_cancelled(events, 11, 100, Code::c02_disconnect);
      append(last().as<MassCancelCommand>(), events);
    }
    bool is_told = false;
    for (auto report = now.receive_business(std::chrono::milliseconds{300}); report;
         report = now.receive_business(std::chrono::milliseconds{300})) {
      if (report->type() != "8")
        continue;  // after a death, numbers that are not known are asked for
      EXPECT_EQ(report->at(797), "Y");
      is_told = is_told || report->at(150) == "4";
    }
    EXPECT_EQ(is_told, has_copies);
    die();
  }
}

// What came while it was away, and what it had not confirmed when the venue died.
TEST_F(DropCopy, LosesNothing) {
  start();
  FixClient owner = trader();
  {
    FixClient watcher = trader("REG-SH");
    rest_order(owner, "A-1", 11);
    EXPECT_EQ(watcher.receive_business()->at(11), "A-1");
    watcher.close();
    ASSERT_TRUE(run_until([&] { return counters().sessions_open == 1; }));
  }
  rest_order(owner, "A-2", 12);
  die();
  start();
  FixClient watcher = connect("REG-SH");
  watcher.next_out = 2;
  ASSERT_TRUE(watcher.log_on());
  for (const char* id : {"A-1", "A-2"}) {
    const auto copy = watcher.receive_business();
    ASSERT_TRUE(copy);
    EXPECT_EQ(copy->at(11), id);
    EXPECT_EQ(copy->at(97), "Y");
    EXPECT_EQ(copy->at(797), "Y");
  }
}

}  // namespace

}  // namespace emx::gateway::test

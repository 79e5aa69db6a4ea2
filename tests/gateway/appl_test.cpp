#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <set>

#include "gateway/session_records.hpp"
#include "tests/gateway/house.hpp"

// Reports by their ApplSeqNum (1181): numbers that nothing starts again, and what a client that
// asks for some (35=BW) is sent.

namespace emx::gateway::test {

namespace {

using std::chrono::milliseconds;
using Numbers = std::vector<std::uint64_t>;

std::uint64_t number_of(const FixMessage& report) { return std::stoull("0" + report.at(1181)); }

Numbers numbers_of(const std::vector<FixMessage>& messages) {
  Numbers numbers;
  for (const FixMessage& message : messages) {
    if (message.has(1181)) numbers.push_back(number_of(message));
  }
  return numbers;
}

Numbers from_to(std::uint64_t first, std::uint64_t last) {
  Numbers numbers;
  for (std::uint64_t number = first; number <= last; ++number) numbers.push_back(number);
  return numbers;
}

Fields range_fields(const std::string& begin, const std::string& end,
                    const std::string& id = "MISSED") {
  return {{1346, id}, {1347, "0"}, {1351, "1"}, {1355, "REPORTS"}, {1182, begin}, {1183, end}};
}

const Fields last_number_fields = {{1346, "LAST"}, {1347, "2"}, {1351, "1"}, {1355, "REPORTS"}};

// What a report tells: all but its framing.
Fields told_by(const FixMessage& report) {
  Fields told;
  for (const auto& [tag, value] : report.fields) {
    const bool is_framing = tag == 9 || tag == 10 || tag == 34 || tag == 43 || tag == 52 ||
                            tag == 97 || tag == 122 || tag == 1352;
    if (!is_framing) told.emplace_back(tag, value);
  }
  return told;
}

class Appl : public House {
 protected:
  Appl() {
    config.limits.tick = milliseconds{20};
    config.limits.logout_deadline = milliseconds{200};
    for (SessionConfig& session : config.sessions) session.allow_reset = true;
  }

  // A client whose numbers start again, which forgets all but the reports it has.
  FixClient anew(const std::string& comp_id = "ALPHA1", bool speaks_fix44 = false) {
    FixClient client = connect(comp_id);
    if (speaks_fix44) client.speak_fix44();
    client.answer_test_requests(true);
    EXPECT_TRUE(client.log_on("secret", {{141, "Y"}}));
    return client;
  }

  // Orders that rest; the reports about them.
  std::vector<FixMessage> enter(FixClient& client, int count) {
    std::vector<FixMessage> reports;
    for (int i = 0; i < count; ++i) {
      const std::size_t before = sink.submitted.size();
      client.send("D", order_fields("E-" + std::to_string(++orders_)));
      EXPECT_TRUE(wait_for_commands(before + 1));
      accept(last(), orders_);
      auto report = client.receive_business();
      if (!report) break;
      reports.push_back(*std::move(report));
    }
    return reports;
  }

  // As many reports of one order, for a test that needs many.
  std::vector<FixMessage> tell(FixClient& client, std::size_t count) {
    const std::size_t before = sink.submitted.size();
    client.send("D", order_fields("T-" + std::to_string(++orders_)));
    EXPECT_TRUE(wait_for_commands(before + 1));
    const auto command = last();
    std::vector<FixMessage> reports;
    for (std::size_t made = 0; made < count;) {
      for (int i = 0; i < 200 && made < count; ++i, ++made) accept(command, ++orders_);
      while (reports.size() < made) {
        auto report = client.receive_business();
        if (!report) return reports;
        reports.push_back(*std::move(report));
      }
    }
    return reports;
  }

  // An order that trades at once with one of its own session's: three reports of one entry.
  SeqNo trade_with_itself(const ScriptedSink::Submitted& command, std::uint64_t with) {
    EventBatch events;
    const std::uint64_t order = ++orders_;
    add_accepted(events, command.as<NewOrderCommand>(), order);
    add_trade(events, {.buy_order = with, .sell_order = order, .lots = 1, .buy_left = 99});
    return append_bytes(command.bytes, events);
  }

  // All that comes until nothing does.
  static std::vector<FixMessage> all_from(FixClient& client,
                                          milliseconds rest = milliseconds{150}) {
    std::vector<FixMessage> messages;
    while (auto message = client.receive_business(rest)) messages.push_back(*std::move(message));
    return messages;
  }

  // The answer to a request: up to a BX that is all of it, or to the BY.
  static std::vector<FixMessage> ask(FixClient& client, const Fields& request) {
    client.send("BW", request);
    std::vector<FixMessage> answer;
    while (auto message = client.receive_business()) {
      answer.push_back(*std::move(message));
      const std::string type = answer.back().type();
      if (type == "BY" || type == "j" || type == "3") break;
      if (type == "BX" && (answer.back().at(1348) != "0" || answer.back().at(1347) == "2")) break;
    }
    return answer;
  }

  SessionRecord record_on_disk() {
    const SessionRecords records{config.directory};
    return records.find("ALPHA1").value();
  }

  std::uint64_t orders_ = 10;
};

// --- The numbers ---

TEST_F(Appl, ReportsAreNumberedAndAnswersAreNot) {
  for (const bool speaks_fix44 : {false, true}) {
    start();
    FixClient client = anew(speaks_fix44 ? "BETA1" : "ALPHA1", speaks_fix44);
    client.send("D", order_fields("A-1"));
    ASSERT_TRUE(wait_for_commands(1));
    accept(last(), ++orders_);
    const auto accepted = client.receive_business();
    client.send("F", cancel_fields("A-2", "NEVER"));
    ASSERT_TRUE(wait_for_commands(2));
    refuse(last(), Code::d03_unknown_order);
    const auto refused = client.receive_business();
    client.send("q", {{11, "A-3"}, {530, "7"}, {60, time_now()}});
    ASSERT_TRUE(wait_for_commands(3));
    append(last().as<MassCancelCommand>());
    const auto mass = client.receive_business();
    client.send("H", {{11, "A-1"}, {55, "VOC.AIR.YRD.IND.2630"}, {54, "1"}});
    const auto state = client.receive_business();
    client.send("D", order_fields("A-1"), {{97, "Y"}});
    const auto repeated = client.receive_business();
    sink.outcome = CommandSink::Outcome::busy;
    client.send("D", order_fields("A-4"));
    const auto busy = client.receive_business();
    sink.outcome = CommandSink::Outcome::queued;
    std::uint64_t number = 0;
    for (const auto& [message, type] : {std::pair{accepted, "8"}, {refused, "9"}, {mass, "r"}}) {
      ASSERT_TRUE(message);
      EXPECT_EQ(message->type(), type);
      EXPECT_EQ(message->at(1180), "REPORTS");
      EXPECT_EQ(number_of(*message), ++number);
      EXPECT_FALSE(message->has(1352));
    }
    for (const auto& message : {state, repeated, busy}) {
      ASSERT_TRUE(message);
      EXPECT_FALSE(message->has(1180)) << message->type();
      EXPECT_FALSE(message->has(1181)) << message->type();
    }
    die();
  }
}

// Many lives of one client and one gateway, which closes or dies: connections, numbers that start
// again, histories, starts without one.
TEST_F(Appl, NumbersAreWithoutAGapAndAReportKeepsItsOwn) {
  const unsigned seed = 20'261'127;
  SCOPED_TRACE(seed);
  std::mt19937 random{seed};
  const auto chance = [&](unsigned percent) { return random() % 100 < percent; };
  std::map<std::string, std::uint64_t> numbers;  // by ExecID
  std::map<std::string, int> unmarked;
  int again = 0;
  const auto note = [&](const std::vector<FixMessage>& messages) {
    for (const FixMessage& report : messages) {
      ASSERT_TRUE(report.has(1181)) << report.type();
      EXPECT_EQ(report.at(1180), "REPORTS");
      const auto [known, is_new] = numbers.try_emplace(report.at(17), number_of(report));
      EXPECT_EQ(known->second, number_of(report)) << report.at(17);
      if (!is_new) ++again;
      if (report.at(97) != "Y") ++unmarked[report.at(17)];
    }
  };
  constexpr int lives = 18;
  for (int life = 0; life < lives; ++life) {
    start();
    for (int connection = 0; connection < 2; ++connection) {
      FixClient client = connect();
      client.answer_test_requests(chance(60));
      ASSERT_TRUE(client.log_on("secret", {{141, "Y"}}));
      for (auto i = 1 + random() % 3; i > 0; --i) {
        const std::size_t before = sink.submitted.size();
        client.send("D", order_fields(std::to_string(++orders_), "1"));
        client.send("D", order_fields(std::to_string(++orders_), "2"));
        ASSERT_TRUE(wait_for_commands(before + 2));
        const std::uint64_t bought = ++orders_;
        accept(sink.submitted[before], bought);
        trade_with_itself(sink.submitted[before + 1], bought);
        if (chance(50)) note(all_from(client, milliseconds{5}));
      }
      note(all_from(client, milliseconds{chance(50) ? 1 : 60}));
      client.close();
      ASSERT_TRUE(run_until([&] { return counters().sessions_open == 0; }));
    }
    if (chance(30)) {
      close();
    } else {
      die();
    }
  }
  start();
  FixClient client = anew();
  note(all_from(client));
  Numbers seen;
  for (const auto& [id, number] : numbers) seen.push_back(number);
  std::ranges::sort(seen);
  EXPECT_EQ(seen, from_to(1, seen.size()));
  EXPECT_GT(seen.size(), 100U);
  EXPECT_GT(again, 20);
  EXPECT_GT(resumed, static_cast<unsigned>(lives) / 2) << not_resumed;
  for (const auto& [id, times] : unmarked) EXPECT_EQ(times, 1) << id;
}

// The client has some of an entry's reports and not the others: all of them come again after a
// crash, with the numbers they had.
TEST_F(Appl, AnEntryThatIsKnownInPartCountsNotAtAll) {
  config.limits.resend_window = 4;
  start();
  FixClient client = anew();
  ASSERT_EQ(enter(client, 6).size(), 6U);
  client.send("D", order_fields("A-7"));
  ASSERT_TRUE(wait_for_commands(7));
  ASSERT_TRUE(all_from(client).empty());
  client.answer_test_requests(false);
  accept(last(), ++orders_);
  EventBatch events;
  for (std::uint64_t order = 11; order <= 16; ++order) {
    add_cancelled(events, order, 100, Code::c01_expired);
  }
  const SeqNo entry = append(venue_command<TickCommand>(CommandKind::tick), events);
  std::vector<FixMessage> told;
  while (auto message = client.receive(milliseconds{200})) {
    if (message->type() == "1" && told.size() == 2) {
      client.send("0", {{112, message->at(112)}});  // the first question, and no other
    }
    if (message->type() == "8") told.push_back(*std::move(message));
  }
  ASSERT_GE(told.size(), 4U);
  EXPECT_EQ(number_of(told[0]), 7U);
  die();
  // What was proven is the seventh, of the entry before, and the eighth.
  EXPECT_EQ(record_on_disk().watermark, entry.value - 1);
  EXPECT_EQ(record_on_disk().reports, 7U);
  start();
  FixClient back = anew();
  const auto again = all_from(back);
  ASSERT_EQ(numbers_of(again), from_to(8, 13));
  for (std::size_t i = 1; i < told.size(); ++i) {
    EXPECT_EQ(told_by(again[i - 1]), told_by(told[i]));
    EXPECT_EQ(again[i - 1].at(97), "Y");
  }
}

// A later life tells it.
TEST_F(Appl, WhatFindsNoRoomHasItsNumberAllTheSame) {
  config.limits.reports_waiting_max = 2;
  start();
  FixClient client = anew();
  client.send("D", order_fields("A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  const auto command = last();
  client.close();
  ASSERT_TRUE(run_until([&] { return counters().sessions_open == 0; }));
  for (int i = 0; i < 4; ++i) accept(command, ++orders_);
  EXPECT_EQ(counters().reports_dropped, 2U);
  FixClient back = anew();
  EXPECT_EQ(numbers_of(all_from(back)), from_to(1, 2));
  const auto next = enter(back, 1);
  EXPECT_EQ(numbers_of(next), Numbers{5});
  const auto none = ask(back, range_fields("3", "4"));
  ASSERT_EQ(none.size(), 1U);
  EXPECT_EQ(none[0].at(1348), "2");
  EXPECT_EQ(none[0].at(1357), "5");
  // Those on either side of the gap can be had, but not across it; the newest are offered.
  EXPECT_EQ(none[0].at(1182), "5");
  EXPECT_EQ(none[0].at(1183), "5");
  EXPECT_EQ(numbers_of(ask(back, range_fields("1", "2"))), from_to(1, 2));
  EXPECT_EQ(ask(back, range_fields("2", "5")).at(0).at(1348), "2");
  config.limits.reports_waiting_max = 100;
  die();
  start();
  FixClient again = anew();
  const auto told = all_from(again);
  EXPECT_EQ(numbers_of(told), from_to(3, 5));
  EXPECT_EQ(told_by(told.back()), told_by(next.back()));
}

TEST_F(Appl, ANewSessionBeginsWithOne) {
  start();
  FixClient client = anew();
  ASSERT_EQ(enter(client, 3).size(), 3U);
  die();
  SessionConfig& copies = config.sessions.emplace_back(config.sessions.front());
  copies.comp_id = "COPIES";
  copies.concern = {.role = Role::copies_of_all};
  std::vector<FixMessage> told;
  for (int life = 0; life < 6; ++life) {  // by House's turns: behind histories, and without one
    start();
    FixClient owner = anew();
    all_from(owner, milliseconds{30});
    ASSERT_EQ(enter(owner, 1).size(), 1U);
    FixClient watcher = connect("COPIES");
    ASSERT_TRUE(watcher.log_on("secret", {{141, "Y"}}));
    const auto copies_now = all_from(watcher, milliseconds{60});
    const auto now = static_cast<std::uint64_t>(life) + 1;
    ASSERT_EQ(numbers_of(copies_now), from_to(1, now)) << "all of them, for nothing is proven";
    for (std::size_t i = 0; i < told.size(); ++i) EXPECT_EQ(copies_now[i].at(17), told[i].at(17));
    told = copies_now;
    die();
  }
}

// Of all the blocks there ever were, those that wait are told to a new session of their firm; what
// is over takes neither room nor numbers.
TEST_F(Appl, ANewTraderBeginsWithTheFirstBlockThatWaits) {
  const auto block = [&](std::uint64_t number, BlockStage stage) {
    BlockEvent event{};
    event.block_no = number;
    event.facility = 0;
    event.counterparty = 1;
    event.instrument = instrument_id;
    event.side = 2;
    event.price_ticks = 1'200;
    event.quantity_lots = 30'000;
    event.stage = static_cast<std::uint8_t>(stage);
    if (stage == BlockStage::ended) event.code = static_cast<std::uint16_t>(Code::c01_expired);
    EventBatch events;
    events.add(EventKind::block, event);
    if (stage == BlockStage::ended) {
      append(venue_command<TickCommand>(CommandKind::tick), events);
    } else {
      SubmitBlockCommand command{};
      command.header.kind = static_cast<std::uint16_t>(CommandKind::submit_block);
      command.header.size = sizeof command;
      command.header.session = session_id_of("ALPHA1");
      command.header.actor = firm_id;
      command.cl_ord_id = ClOrdId{"S-" + std::to_string(number)};
      append(command, events);
    }
  };
  for (std::uint64_t number = 1; number <= 6; ++number) {
    block(number, BlockStage::alleged);
    block(number, BlockStage::ended);
  }
  block(7, BlockStage::alleged);
  block(8, BlockStage::alleged);
  block(8, BlockStage::ended);
  config.limits.reports_waiting_max = 4;
  config.sessions.erase(config.sessions.begin());  // who submitted them has reports that wait, too
  std::vector<std::string> told;
  for (int life = 0; life < 2; ++life) {
    start();
    FixClient client = connect("BETA1");  // which proves nothing
    ASSERT_TRUE(client.log_on("secret", {{141, "Y"}}));
    const auto reports = all_from(client, milliseconds{60});
    ASSERT_EQ(numbers_of(reports), from_to(1, 3));
    EXPECT_EQ(reports[0].at(9713), "7");
    EXPECT_EQ(reports[2].at(9713), "8");
    for (const FixMessage& report : reports) told.push_back(report.at(17));
    EXPECT_EQ(counters().reports_dropped, 0U);
    die();
  }
  EXPECT_TRUE(std::equal(told.begin(), told.begin() + 3, told.begin() + 3, told.end()));
  // Another, with room for all that there was.
  config.limits.reports_waiting_max = 1'000;
  config.sessions.emplace_back(config.sessions.back()).comp_id = "BETA2";
  start();
  FixClient client = connect("BETA2");
  ASSERT_TRUE(client.log_on());
  EXPECT_EQ(numbers_of(all_from(client, milliseconds{60})), from_to(1, 3));
}

// --- A retransmission ---

TEST_F(Appl, ReportsAreSentAgainAsTheyWere) {
  for (const bool speaks_fix44 : {false, true}) {
    const std::string comp_id = speaks_fix44 ? "BETA1" : "ALPHA1";
    start();
    FixClient before = anew(comp_id, speaks_fix44);
    const auto told = enter(before, 5);
    before.close();
    ASSERT_TRUE(run_until([&] { return counters().sessions_open == 0; }));
    FixClient client = anew(comp_id, speaks_fix44);
    all_from(client);  // what was unproven at the reset
    const auto answer = ask(client, range_fields("2", "4"));
    ASSERT_EQ(answer.size(), 5U);
    const FixMessage& ack = answer.front();
    EXPECT_EQ(ack.type(), "BX");
    EXPECT_EQ(ack.at(1346), "MISSED");
    EXPECT_FALSE(ack.at(1353).empty());
    EXPECT_EQ(ack.at(1347), "0");
    EXPECT_EQ(ack.at(1348), "0");
    EXPECT_EQ(ack.at(1349), "3");
    EXPECT_EQ(ack.at(1351), "1");
    EXPECT_EQ(ack.at(1355), "REPORTS");
    EXPECT_EQ(ack.at(1182), "2");
    EXPECT_EQ(ack.at(1183), "4");
    EXPECT_EQ(ack.at(1357), "5");
    EXPECT_FALSE(ack.has(1354));
    for (std::size_t i = 1; i <= 3; ++i) {
      EXPECT_EQ(told_by(answer[i]), told_by(told[i]));
      EXPECT_EQ(answer[i].at(97), "Y");
      EXPECT_EQ(answer[i].at(1352), "Y");
    }
    const FixMessage& end = answer.back();
    EXPECT_EQ(end.type(), "BY");
    EXPECT_FALSE(end.at(1356).empty());
    EXPECT_EQ(end.at(1346), "MISSED");
    EXPECT_EQ(end.at(1426), "3");
    EXPECT_EQ(end.at(1355), "REPORTS");
    EXPECT_EQ(end.at(1357), "4");
    EXPECT_EQ(counters().reports_sent_again, 3U);
    EXPECT_EQ(numbers_of(enter(client, 1)), Numbers{6})
        << "a retransmission has no numbers of its own";
    die();
  }
}

TEST_F(Appl, ARangeMayBeUpToTheLast) {
  start();
  FixClient client = anew();
  const auto nothing_yet = ask(client, range_fields("1", "0"));
  ASSERT_EQ(nothing_yet.size(), 2U);
  EXPECT_EQ(nothing_yet[0].at(1357), "0");
  enter(client, 3);
  EXPECT_EQ(numbers_of(ask(client, range_fields("2", "0"))), from_to(2, 3));
  // A client that has all and asks from its next one on is sent nothing, and told so.
  const auto none = ask(client, range_fields("4", "0"));
  ASSERT_EQ(none.size(), 2U);
  EXPECT_EQ(none[0].at(1348), "0");
  EXPECT_EQ(none[0].at(1349), "0");
  EXPECT_FALSE(none[0].has(1182));
  EXPECT_EQ(none[1].type(), "BY");
  EXPECT_EQ(none[1].at(1357), "3");
}

TEST_F(Appl, TheLastNumberMayBeAskedFor) {
  start();
  FixClient client = anew();
  const auto none = ask(client, last_number_fields);
  ASSERT_EQ(none.size(), 1U);
  EXPECT_EQ(none[0].at(1357), "0");
  EXPECT_FALSE(none[0].has(1182));
  enter(client, 3);
  const auto answer = ask(client, last_number_fields);
  ASSERT_EQ(answer.size(), 1U);
  EXPECT_EQ(answer[0].type(), "BX");
  EXPECT_EQ(answer[0].at(1347), "2");
  EXPECT_EQ(answer[0].at(1348), "0");
  EXPECT_EQ(answer[0].at(1349), "0");
  EXPECT_EQ(answer[0].at(1357), "3");
  EXPECT_EQ(answer[0].at(1182), "1");
  EXPECT_EQ(answer[0].at(1183), "3");
  EXPECT_TRUE(client.is_silent(milliseconds{100}));
}

// Before the answer come the reports that wait, so that its last number is no news.
TEST_F(Appl, TheAnswerComesBehindTheReportsThatWait) {
  start();
  FixClient client = anew();
  client.send("D", order_fields("A-1"));
  ASSERT_TRUE(wait_for_commands(1));
  const auto command = last();
  client.close();
  ASSERT_TRUE(run_until([&] { return counters().sessions_open == 0; }));
  for (int i = 0; i < 500; ++i) accept(command, ++orders_);
  FixClient back = connect();
  back.answer_test_requests(true);
  const std::string logon = back.next_message(
      "A", {{98, "0"}, {108, "30"}, {553, "ALPHA1"}, {554, "secret"}, {1137, "9"}, {141, "Y"}});
  back.send_raw(logon + back.next_message("BW", last_number_fields));
  EXPECT_EQ(back.receive()->type(), "A");
  const auto messages = all_from(back);
  ASSERT_EQ(messages.size(), 501U);
  EXPECT_EQ(numbers_of(messages), from_to(1, 500));
  EXPECT_EQ(messages.back().type(), "BX");
  EXPECT_EQ(messages.back().at(1357), "500");
}

TEST_F(Appl, WhatIsNotKeptIsNotAvailable) {
  config.limits.reports_kept_max = 3;
  start();
  FixClient client = anew();
  const auto told = enter(client, 5);
  for (const auto& [begin, end] : {std::pair{"1", "0"}, {"2", "3"}, {"1", "5"}}) {
    const auto answer = ask(client, range_fields(begin, end));
    ASSERT_EQ(answer.size(), 1U);
    EXPECT_EQ(answer[0].type(), "BX");
    EXPECT_EQ(answer[0].at(1348), "2");
    EXPECT_EQ(answer[0].at(1349), "0");
    EXPECT_EQ(answer[0].at(1354), "1");
    EXPECT_EQ(answer[0].at(1182), "3") << "what could be had";
    EXPECT_EQ(answer[0].at(1183), "5");
    EXPECT_EQ(answer[0].at(1357), "5");
    EXPECT_NE(answer[0].at(58).find("AF"), std::string::npos);
  }
  EXPECT_TRUE(client.is_silent(milliseconds{100}));
  EXPECT_EQ(numbers_of(ask(client, range_fields("3", "5"))), from_to(3, 5));
  // Nor is what there is not yet.
  ASSERT_FALSE(
      run_until([] { return false; }, milliseconds{1'000}));  // as many requests as in a second
  for (const auto& [begin, end] :
       {std::pair{"3", "6"}, {"7", "0"}, {"18446744073709551615", "18446744073709551615"}}) {
    const auto answer = ask(client, range_fields(begin, end));
    ASSERT_EQ(answer.size(), 1U);
    EXPECT_EQ(answer[0].at(1348), "2");
    EXPECT_EQ(answer[0].at(58), "the last report is 5");
    EXPECT_EQ(answer[0].at(1182), "3");
  }
}

TEST_F(Appl, AStartHasWhatTheClientWasNotKnownToHave) {
  start();
  FixClient client = anew();
  enter(client, 2);
  ASSERT_TRUE(all_from(client).empty());  // proven, and on disk
  client.answer_test_requests(false);
  const auto unproven = enter(client, 2);
  die();
  start();
  FixClient back = anew();
  EXPECT_EQ(numbers_of(all_from(back)), from_to(3, 4));
  const auto none = ask(back, range_fields("2", "0"));
  ASSERT_EQ(none.size(), 1U);
  EXPECT_EQ(none[0].at(1348), "2");
  EXPECT_EQ(none[0].at(1182), "3");
  EXPECT_EQ(none[0].at(1183), "4");
  EXPECT_EQ(none[0].at(1357), "4");
  const auto again = ask(back, range_fields("3", "0"));
  ASSERT_EQ(again.size(), 4U);
  EXPECT_EQ(told_by(again[1]), told_by(unproven[0]));
  // A client that has all is none the worse.
  EXPECT_EQ(ask(back, range_fields("5", "0")).size(), 2U);
}

TEST_F(Appl, OfAnotherApplicationThereIsNone) {
  start();
  FixClient client = anew();
  enter(client, 1);
  for (Fields request : {range_fields("1", "0"), last_number_fields}) {
    const auto answer = ask(client, with(without(request, 1351), 1355, "ORDERS"));
    ASSERT_EQ(answer.size(), 1U);
    EXPECT_EQ(answer[0].type(), "3") << "the group has no count";
    for (auto& [tag, value] : request) {
      if (tag == 1355) value = "ORDERS";
    }
    const auto unknown = ask(client, request);
    ASSERT_EQ(unknown.size(), 1U);
    EXPECT_EQ(unknown[0].type(), "BX");
    EXPECT_EQ(unknown[0].at(1348), "1");
    EXPECT_EQ(unknown[0].at(1354), "0");
    EXPECT_EQ(unknown[0].at(1355), "ORDERS");
    EXPECT_FALSE(unknown[0].has(1357));
  }
  EXPECT_TRUE(client.is_silent(milliseconds{100}));
}

TEST_F(Appl, ARequestThatIsNoneIsRejected) {
  start();
  FixClient client = anew();
  FixClient old = anew("BETA1", true);
  const Fields id = {{1346, "R"}, {1347, "0"}};
  const auto group = [&](const Fields& fields) {
    Fields all = id;
    all.emplace_back(1351, "1");
    all.insert(all.end(), fields.begin(), fields.end());
    return all;
  };
  struct Case {
    Fields body;
    std::string tag;
    std::string reason;
  };
  const std::vector<Case> cases = {
      {without(range_fields("1", "0"), 1346), "1346", "1"},
      {without(range_fields("1", "0"), 1347), "1347", "1"},
      {{{1346, "R"}, {1347, "1"}, {1351, "1"}, {1355, "REPORTS"}}, "1347", "5"},
      {range_fields("1", "0", std::string(41, 'x')), "1346", "5"},
      {id, "1351", "1"},
      {{{1346, "R"}, {1347, "0"}, {1351, "2"}, {1355, "REPORTS"}, {1182, "1"}, {1183, "0"}},
       "1351",
       "16"},
      {{{1346, "R"}, {1347, "2"}, {1351, "2"}, {1355, "REPORTS"}, {1355, "REPORTS"}}, "1351", "5"},
      {group({{1355, std::string(33, 'x')}, {1182, "1"}, {1183, "0"}}), "1355", "5"},
      {group({{1355, "REPORTS"}, {1183, "0"}}), "1182", "1"},
      {group({{1355, "REPORTS"}, {1182, "1"}}), "1183", "1"},
      {range_fields("0", "0"), "1182", "5"},
      {range_fields("-1", "0"), "1182", "6"},
      {range_fields("x", "0"), "1182", "6"},
      {range_fields("18446744073709551616", "0"), "1182", "6"},
      {range_fields("2", "1"), "1183", "5"},
      {range_fields("1", "1.5"), "1183", "6"}};
  for (FixClient* asks : {&client, &old}) {
    for (const Case& one : cases) {
      asks->send("BW", one.body);
      const auto reject = asks->receive_business();
      ASSERT_TRUE(reject);
      EXPECT_EQ(reject->type(), "3") << one.tag;
      EXPECT_EQ(reject->at(372), "BW");
      EXPECT_EQ(reject->at(371), one.tag);
      EXPECT_EQ(reject->at(373), one.reason) << one.tag;
    }
    EXPECT_EQ(ask(*asks, range_fields("1", "0")).size(), 2U) << "control: a good one";
  }
  // Only the venue numbers reports.
  client.send("AE", {{571, "S-1"},
                     {856, "0"},
                     {828, "1"},
                     {1180, "REPORTS"},
                     {1181, "1"},
                     {55, "VOC.AIR.YRD.IND.2630"},
                     {31, "12000"},
                     {32, "1"},
                     {60, time_now()}});
  EXPECT_EQ(client.receive_business()->at(371), "1180");
}

TEST_F(Appl, AFewMayBeAskedForInASecond) {
  start();
  FixClient client = anew();
  enter(client, 1);
  for (int i = 0; i < 20; ++i) {
    client.send("BW", range_fields("1", "0", "R-" + std::to_string(i)));
  }
  int answered = 0;
  int refused = 0;
  while (answered + refused < 20) {
    const auto answer = client.receive_business();
    ASSERT_TRUE(answer);
    if (answer->type() == "BX") ++answered;
    if (answer->type() != "j") continue;
    ++refused;
    EXPECT_EQ(answer->at(372), "BW");
    EXPECT_EQ(answer->at(379).substr(0, 2), "R-");
    EXPECT_EQ(answer->at(380), "8");
  }
  EXPECT_GE(answered, 1);
  EXPECT_LE(answered, 7);
  EXPECT_GE(refused, 1);
}

TEST_F(Appl, OneIsAnsweredAtATime) {
  start();
  FixClient client = anew();
  ASSERT_EQ(tell(client, 1'000).size(), 1'000U);
  const std::string first = client.next_message("BW", range_fields("1", "0", "FIRST"));
  client.send_raw(first + client.next_message("BW", range_fields("1", "0", "SECOND")));
  std::map<std::string, int> types;
  while (const auto message = client.receive_business()) {
    ++types[message->type()];
    if (message->type() == "j") {
      EXPECT_EQ(message->at(379), "SECOND");
      EXPECT_EQ(message->at(380), "8");
    } else if (!message->has(1181)) {
      EXPECT_EQ(message->at(1346), "FIRST");
    }
    if (types["BY"] == 1 && types["j"] == 1) break;
  }
  EXPECT_EQ(types, (std::map<std::string, int>{{"BX", 1}, {"8", 1'000}, {"BY", 1}, {"j", 1}}));
  EXPECT_EQ(ask(client, range_fields("1000", "0")).size(), 3U) << "the next one may come";
}

// More than may wait for a client that reads nothing: a slice at a time.
TEST_F(Appl, ManyAreSentAgainWithoutHoldingAnybodyUp) {
  constexpr std::uint64_t reports = 6'000;
  config.limits.out_bytes_max = std::size_t{320} * 1024;
  start();
  FixClient before = anew();
  ASSERT_EQ(tell(before, reports).size(), reports);
  ASSERT_TRUE(all_from(before).empty());
  before.close();
  ASSERT_TRUE(run_until([&] { return counters().sessions_open == 0; }));
  FixClient other = anew("BETA1");
  FixClient client = connect();
  client.read_little(65'536);
  ASSERT_TRUE(client.log_on("secret", {{141, "Y"}}));
  client.send("BW", range_fields("1", "0"));
  EXPECT_EQ(enter(other, 1).size(), 1U);
  EXPECT_LT(counters().reports_sent_again, reports) << "or it is no test";
  const auto answer = all_from(client);
  ASSERT_EQ(answer.size(), reports + 2);
  EXPECT_EQ(numbers_of(answer), from_to(1, reports));
  EXPECT_EQ(answer.back().type(), "BY");
  EXPECT_EQ(counters().slow_consumers, 0U);
}

// What comes up meanwhile comes first, and what was asked for comes whole, though the window has
// moved on.
TEST_F(Appl, AReportOfNowComesBeforeThoseOfOld) {
  constexpr std::uint64_t kept = 1'500;
  config.limits.reports_kept_max = kept;
  config.limits.resend_window = 500;  // and so a rate of 500 a second
  start();
  FixClient client = anew();
  ASSERT_EQ(tell(client, kept).size(), kept);
  ASSERT_TRUE(all_from(client).empty());
  const auto command = last();
  client.send("BW", range_fields("1", "0"));
  Numbers live;
  Numbers again;
  std::size_t again_before_last_live = 0;
  while (const auto message = client.receive_business()) {
    if (message->type() == "BY") break;
    if (message->type() != "8") continue;
    if (message->at(1352) == "Y") {
      again.push_back(number_of(*message));
      if (again.size() % 50 == 0 && again.size() <= 1'000) accept(command, ++orders_);
    } else {
      EXPECT_FALSE(message->has(97));
      live.push_back(number_of(*message));
      again_before_last_live = again.size();
    }
  }
  EXPECT_EQ(again, from_to(1, kept));
  EXPECT_EQ(live, from_to(kept + 1, kept + 20));
  EXPECT_LT(again_before_last_live, kept);
  EXPECT_EQ(counters().reports_sent_again, kept);
  EXPECT_EQ(ask(client, range_fields("20", "0")).at(0).at(1348), "2");
  EXPECT_EQ(ask(client, range_fields("21", "25")).size(), 7U);
}

// As fast as what is asked for by MsgSeqNum, and no faster.
TEST_F(Appl, ThereIsARateToWhatIsSentAgain) {
  config.limits.resend_window = 100;
  start();
  FixClient client = anew();
  ASSERT_EQ(tell(client, 150).size(), 150U);
  ASSERT_TRUE(all_from(client).empty());
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(numbers_of(ask(client, range_fields("1", "0"))), from_to(1, 150));
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_GE(took, milliseconds{400}) << "100 at once, and 100 a second";
}

// Neither is it proof, nor does it need any.
TEST_F(Appl, ARetransmissionIsNoDelivery) {
  start();
  FixClient client = anew();
  enter(client, 3);
  ASSERT_TRUE(all_from(client).empty());
  client.answer_test_requests(false);
  ASSERT_EQ(ask(client, range_fields("1", "0")).size(), 5U);
  EXPECT_FALSE(client.receive(milliseconds{200})) << "nobody asks how far it has been read";
  enter(client, 1);
  const auto question = client.receive(milliseconds{500});
  ASSERT_TRUE(question) << "control: after a report of now somebody does";
  EXPECT_EQ(question->type(), "1");
  ASSERT_EQ(ask(client, range_fields("4", "0")).size(), 3U);
  die();
  EXPECT_EQ(record_on_disk().reports, 3U) << "the fourth is unproven still";
  start();
  FixClient back = anew();
  EXPECT_EQ(numbers_of(all_from(back)), Numbers{4});
}

// Its connection is the end of it; the next one may ask anew. So is a reset of the numbers.
TEST_F(Appl, ARetransmissionEndsWithItsConnection) {
  config.limits.resend_window = 200;  // and so a rate of 200 a second
  start();
  FixClient client = anew();
  ASSERT_EQ(tell(client, 500).size(), 500U);
  ASSERT_TRUE(all_from(client).empty());
  client.send("BW", range_fields("1", "0"));
  ASSERT_TRUE(run_until([&] { return counters().reports_sent_again >= 100; }));
  client.close();
  ASSERT_TRUE(run_until([&] { return counters().sessions_open == 0; }));
  FixClient back = connect();
  back.next_out = client.next_out;
  back.answer_test_requests(true);
  ASSERT_TRUE(back.log_on());
  EXPECT_TRUE(all_from(back).empty());
  back.send("BW", range_fields("1", "0"));
  ASSERT_EQ(back.receive_business()->type(), "BX");
  back.next_out = 1;
  back.send_logon("secret", {{141, "Y"}});
  auto message = back.receive();
  while (message && message->type() != "A") message = back.receive();
  ASSERT_TRUE(message);
  EXPECT_TRUE(all_from(back).empty());
  EXPECT_EQ(numbers_of(ask(back, range_fields("499", "0"))), from_to(499, 500));
}

TEST_F(Appl, CopiesAreNumberedAndSentAgainToo) {
  SessionConfig& copies = config.sessions.emplace_back(config.sessions.front());
  copies.comp_id = "REG-SH";
  copies.concern = {.role = Role::copies_of_province, .of = FirmCode{"SH"}};
  start();
  FixClient alpha = anew("ALPHA1");
  FixClient colleague = anew("ALPHA2");
  FixClient watcher = anew("REG-SH");
  FixClient foreign = anew("BETA1");
  std::vector<FixMessage> told;
  for (FixClient* owner : {&alpha, &colleague, &alpha}) {
    ASSERT_EQ(enter(*owner, 1).size(), 1U);
    auto copy = watcher.receive_business();
    ASSERT_TRUE(copy);
    told.push_back(*std::move(copy));
  }
  EXPECT_EQ(numbers_of(told), from_to(1, 3)) << "its own, not those of the owners";
  const auto answer = ask(watcher, range_fields("1", "3"));
  ASSERT_EQ(answer.size(), 5U);
  for (std::size_t i = 0; i < told.size(); ++i) {
    EXPECT_EQ(told_by(answer[i + 1]), told_by(told[i]));
    EXPECT_EQ(answer[i + 1].at(797), "Y");
    EXPECT_EQ(answer[i + 1].at(1352), "Y");
  }
  // Nobody has another's.
  EXPECT_EQ(numbers_of(ask(alpha, range_fields("1", "0"))), from_to(1, 2));
  EXPECT_EQ(ask(foreign, range_fields("1", "0")).at(0).at(1349), "0");
}

// A session keeps its reports in whatever version it speaks.
TEST_F(Appl, TheOtherVersionMayAskForThem) {
  start();
  FixClient client = anew();
  const auto told = enter(client, 2);
  ASSERT_TRUE(all_from(client).empty());
  client.close();
  ASSERT_TRUE(run_until([&] { return counters().sessions_open == 0; }));
  FixClient old = anew("ALPHA1", true);
  const auto answer = ask(old, range_fields("1", "0"));
  ASSERT_EQ(answer.size(), 4U);
  for (std::size_t i = 0; i < told.size(); ++i) {
    Fields fields = told_by(told[i]);
    fields[0].second = "FIX.4.4";
    EXPECT_EQ(told_by(answer[i + 1]), fields);
  }
}

TEST_F(Appl, WhileDrainingIsAnswered) {
  start();
  FixClient client = anew();
  enter(client, 2);
  gateway_->begin_drain();
  EXPECT_EQ(numbers_of(ask(client, range_fields("1", "0"))), from_to(1, 2));
}

}  // namespace

}  // namespace emx::gateway::test

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/vocabulary/enums.hpp"
#include "gateway/report_parts.hpp"
#include "tests/gateway/house.hpp"

// Blocks: what clients send of them, and what they are told.

namespace emx::gateway::test {

namespace {

using std::chrono::milliseconds;

constexpr const char* symbol = "VOC.AIR.YRD.IND.2630";
constexpr std::int64_t expires_ns = 1'781'766'000'000'000'000;  // 2026-06-18 07:00 UTC

Fields submission(const std::string& id, const std::string& side = "2") {
  return {{571, id},     {856, "0"},       {487, "0"},  {828, "1"}, {55, symbol}, {31, "12000"},
          {32, "30001"}, {60, time_now()}, {9712, "5"}, {552, "1"}, {54, side},   {1, "A-PLANT"},
          {453, "1"},    {448, "B-PLANT"}, {447, "D"},  {452, "17"}};
}

Fields answer(const std::string& id, const std::string& type, const std::string& ref) {
  return {{571, id}, {572, ref}, {856, type}, {55, symbol}, {60, time_now()}};
}

// The same with another value in its place: groups are in an order.
Fields with_value(Fields fields, int tag, const std::string& value) {
  for (auto& [name, text] : fields) {
    if (name == tag) text = value;
  }
  return fields;
}

class Blocks : public House {
 protected:
  // --- The exchange's answers ---
  static BlockEvent block(BlockStage stage, Code code = Code::none, std::uint64_t number = 1) {
    BlockEvent event{};
    event.block_no = number;
    event.price_ticks = 1'200;
    event.quantity_lots = 30'001;
    event.expires_ns = expires_ns;
    event.instrument = instrument_id;
    event.facility = 0;
    event.counterparty = 1;
    event.code = static_cast<std::uint16_t>(code);
    event.stage = static_cast<std::uint8_t>(stage);
    event.side = static_cast<std::uint8_t>(Side::sell);
    return event;
  }
  static void add_block_trade(EventBatch& events) {
    TradeEvent trade{};
    trade.trade_no = 9;
    trade.buy_facility = 1;
    trade.is_block = 1;
    trade.price_ticks = 1'200;
    trade.quantity_lots = 30'001;
    trade.ratio_n = 3;
    trade.ratio_d = 2;
    trade.credited_lots = 20'000;
    trade.retired_lots = 10'001;
    events.add(EventKind::trade, trade);
  }
  SeqNo becomes(const ScriptedSink::Submitted& command, BlockStage stage, Code code = Code::none,
                std::uint64_t number = 1) {
    EventBatch events;
    events.add(EventKind::block, block(stage, code, number));
    if (stage == BlockStage::traded) add_block_trade(events);
    return append_bytes(command.bytes, events);
  }

  // A block that waits for its answer: gives the id of the report that alleged it.
  std::string alleged(FixClient& seller, FixClient& buyer, const std::string& id = "S-1") {
    const std::size_t before = sink.submitted.size();
    seller.send("AE", submission(id));
    EXPECT_TRUE(wait_for_commands(before + 1));
    becomes(last(), BlockStage::alleged);
    const auto taken = seller.receive_business();
    EXPECT_TRUE(taken && taken->type() == "AR" && taken->at(939) == "0");
    const auto told = buyer.receive_business();
    EXPECT_TRUE(told && told->type() == "AE");
    return told ? told->at(571) : std::string{};
  }
};

TEST_F(Blocks, ASubmissionBecomesACommand) {
  start();
  FixClient client = trader();
  client.send("AE", submission("S-1"));
  ASSERT_TRUE(wait_for_commands(1));
  EXPECT_EQ(last().urgency, CommandSink::Urgency::order);
  const auto command = last().as<SubmitBlockCommand>();
  EXPECT_EQ(command.header.kind, static_cast<std::uint16_t>(CommandKind::submit_block));
  EXPECT_EQ(command.header.size, sizeof command);
  EXPECT_EQ(command.header.session, session_id_of("ALPHA1"));
  EXPECT_EQ(command.header.epoch, 1U);
  EXPECT_EQ(command.header.msg_seq_num, 2U);
  EXPECT_EQ(command.header.actor, firm_id);
  EXPECT_EQ(command.cl_ord_id.view(), "S-1");
  EXPECT_EQ(command.facility.view(), "A-PLANT");
  EXPECT_EQ(command.counterparty.view(), "B-PLANT");
  EXPECT_EQ(command.symbol.view(), symbol);
  EXPECT_EQ(command.price_fen, 1'200'000);
  EXPECT_EQ(command.quantity_lots, 30'001);
  EXPECT_EQ(command.side, static_cast<std::uint8_t>(Side::sell));
  EXPECT_EQ(command.minutes, 5);
  EXPECT_EQ(command.flags, 0);
}

TEST_F(Blocks, WhatIsOddReachesTheExchangeMarked) {
  start();
  FixClient client = trader();
  client.send("AE", with_value(submission("S-1"), 31, "12000.001"));
  client.send("AE", with_value(submission("S-2"), 32, "30001.5"));
  client.send("AE", with_value(submission("S-3"), 9712, "300"));
  client.send("AE", without(submission("S-4"), 9712));
  ASSERT_TRUE(wait_for_commands(4));
  EXPECT_EQ(sink.submitted[0].as<SubmitBlockCommand>().flags, order_inexact_price);
  EXPECT_EQ(sink.submitted[1].as<SubmitBlockCommand>().flags, order_inexact_quantity);
  EXPECT_EQ(sink.submitted[2].as<SubmitBlockCommand>().minutes, 255) << "more than 30 in any case";
  EXPECT_EQ(sink.submitted[3].as<SubmitBlockCommand>().minutes, 30);
  refuse(sink.submitted[0], Code::o06_tick_or_lot, 1'000, 1'200'000);
  const auto report = client.receive_business();
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->has(31)) << "it was cut";
  EXPECT_EQ(report->at(32), "30001");
}

TEST_F(Blocks, TheOtherSideIsToldInAllItsSessions) {
  start();
  FixClient seller = trader("BETA1");
  FixClient first = trader("ALPHA1");
  FixClient second = trader("ALPHA2");
  Fields sale = with_value(with_value(submission("S-1"), 1, "B-PLANT"), 448, "A-PLANT");
  seller.send("AE", sale);
  ASSERT_TRUE(wait_for_commands(1));
  BlockEvent event = block(BlockStage::alleged);
  std::swap(event.facility, event.counterparty);
  EventBatch events;
  events.add(EventKind::block, event);
  const SeqNo entry = append_bytes(last().bytes, events);
  const std::string id = std::to_string(entry.value) + "-0";

  const auto taken = seller.receive_business();
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->type(), "AR");
  for (const auto& [tag, value] :
       std::vector<std::pair<int, std::string>>{{571, "S-1"},
                                                {17, id},
                                                {856, "0"},
                                                {939, "0"},
                                                {150, "A"},
                                                {573, "1"},
                                                {828, "1"},
                                                {9713, "1"},
                                                {55, symbol},
                                                {31, "12000.00"},
                                                {32, "30001"},
                                                {552, "1"},
                                                {54, "2"},
                                                {1, "B-PLANT"},
                                                {453, "1"},
                                                {448, "A-PLANT"},
                                                {447, "D"},
                                                {452, "17"},
                                                {126, "20260618-07:00:00.000"},
                                                {60, "20260618-06:30:00.123"},
                                                {9706, std::to_string(entry.value)},
                                                {9707, "5"}}) {
    EXPECT_EQ(taken->at(tag), value) << tag;
  }
  EXPECT_FALSE(taken->has(751) || taken->has(572) || taken->has(9701));
  for (FixClient* buyer : {&first, &second}) {
    const auto told = buyer->receive_business();
    ASSERT_TRUE(told);
    EXPECT_EQ(told->type(), "AE");
    for (const auto& [tag, value] :
         std::vector<std::pair<int, std::string>>{{571, id + "-B"},
                                                  {17, id + "-B"},
                                                  {856, "1"},
                                                  {487, "0"},
                                                  {150, "A"},
                                                  {573, "1"},
                                                  {828, "1"},
                                                  {9713, "1"},
                                                  {55, symbol},
                                                  {31, "12000.00"},
                                                  {32, "30001"},
                                                  {54, "1"},
                                                  {1, "A-PLANT"},
                                                  {448, "B-PLANT"},
                                                  {126, "20260618-07:00:00.000"},
                                                  {9706, std::to_string(entry.value)}}) {
      EXPECT_EQ(told->at(tag), value) << tag;
    }
    EXPECT_FALSE(told->has(572) || told->has(939) || told->has(97) || told->has(1003));
  }
  EXPECT_TRUE(seller.is_silent(milliseconds{100}));

  // What becomes of it, too: the second session need not take it for open for ever.
  first.send("AE", answer("A-1", "3", id + "-B"));
  ASSERT_TRUE(wait_for_commands(2));
  BlockEvent declined = block(BlockStage::ended, Code::c03_requested);
  std::swap(declined.facility, declined.counterparty);
  EventBatch end;
  end.add(EventKind::block, declined);
  append_bytes(last().bytes, end);
  const auto answered = first.receive_business();
  ASSERT_TRUE(answered);
  EXPECT_EQ(answered->type(), "AR");
  for (FixClient* client : {&first, &second, &seller}) {
    const auto told = client->receive_business();
    ASSERT_TRUE(told);
    EXPECT_EQ(told->type(), "AE");
    EXPECT_EQ(told->at(856), "3");
    EXPECT_EQ(told->at(150), "4");
  }
}

// A group's fields come behind its count, or a client would read another message.
TEST_F(Blocks, TheSideStandsInItsGroup) {
  start();
  FixClient seller = trader("ALPHA1");
  FixClient buyer = trader("BETA1");
  seller.send("AE", submission("S-1"));
  ASSERT_TRUE(wait_for_commands(1));
  becomes(last(), BlockStage::alleged);
  const auto told = buyer.receive_business();
  ASSERT_TRUE(told);
  std::vector<int> tags;
  for (const auto& [tag, value] : told->fields) tags.push_back(tag);
  const std::vector<int> group = {552, 54, 453, 448, 447, 452, 1};
  EXPECT_NE(std::search(tags.begin(), tags.end(), group.begin(), group.end()), tags.end());
}

TEST_F(Blocks, AnAcceptedBlockIsConfirmedAndTradesLater) {
  start();
  FixClient seller = trader("ALPHA1");
  FixClient buyer = trader("BETA1");
  const std::string id = alleged(seller, buyer);
  Fields yes = answer("B-1", "2", id);
  for (const auto& field : Fields{{487, "0"},
                                  {31, "12000.00"},
                                  {32, "30001"},
                                  {552, "1"},
                                  {54, "1"},
                                  {1, "B-PLANT"},
                                  {453, "1"},
                                  {448, "A-PLANT"},
                                  {447, "D"},
                                  {452, "17"}}) {
    yes.push_back(field);
  }
  buyer.send("AE", yes);
  ASSERT_TRUE(wait_for_commands(2));
  EXPECT_EQ(last().urgency, CommandSink::Urgency::order);
  const auto command = last().as<AnswerBlockCommand>();
  EXPECT_EQ(command.block_no, 1U);
  EXPECT_EQ(command.answer, static_cast<std::uint8_t>(BlockAnswer::accept));
  EXPECT_EQ(command.cl_ord_id.view(), "B-1");
  EXPECT_EQ(command.header.actor, 1U);
  const SeqNo entry = becomes(last(), BlockStage::confirmed);
  const auto taken = buyer.receive_business();
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->type(), "AR");
  EXPECT_EQ(taken->at(571), "B-1");
  EXPECT_EQ(taken->at(572), id);
  EXPECT_EQ(taken->at(939), "0");
  EXPECT_EQ(taken->at(17), std::to_string(entry.value) + "-0");
  const auto bought = buyer.receive_business();
  const auto sold = seller.receive_business();
  ASSERT_TRUE(bought && sold);
  for (const auto& told : {*bought, *sold}) {
    EXPECT_EQ(told.type(), "AE");
    EXPECT_EQ(told.at(856), "2");
    EXPECT_EQ(told.at(150), "0");
    EXPECT_EQ(told.at(573), "0");
  }
  EXPECT_EQ(bought->at(572), id);
  EXPECT_EQ(sold->at(572), "S-1");
  EXPECT_EQ(sold->at(54), "2");
  EXPECT_EQ(sold->at(571), std::to_string(entry.value) + "-0-S");

  // The session opens.
  EventBatch events;
  events.add(EventKind::block, block(BlockStage::traded));
  add_block_trade(events);
  const SeqNo traded =
      append(venue_command<BlockSessionCommand>(CommandKind::block_session), events);
  for (FixClient* side : {&seller, &buyer}) {
    const auto told = side->receive_business();
    ASSERT_TRUE(told);
    const bool sells = side == &seller;
    for (const auto& [tag, value] : std::vector<std::pair<int, std::string>>{
             {571, std::to_string(traded.value) + (sells ? "-1-S" : "-1-B")},
             {856, "2"},
             {150, "F"},
             {573, "0"},
             {31, "12000.00"},
             {32, "30001"},
             {1003, "9"},
             {880, "9"},
             {9702, "3/2"},
             {9703, "20000"},
             {9704, "10001"},
             {572, sells ? "S-1" : id}}) {
      EXPECT_EQ(told->at(tag), value) << tag;
    }
    EXPECT_FALSE(told->has(126));
    EXPECT_TRUE(side->is_silent(milliseconds{50}));
  }
}

TEST_F(Blocks, OneThatIsAcceptedInTheSessionTradesAtOnce) {
  start();
  FixClient seller = trader("ALPHA1");
  FixClient buyer = trader("BETA1");
  buyer.send("AE", answer("B-1", "2", alleged(seller, buyer)));
  ASSERT_TRUE(wait_for_commands(2));
  becomes(last(), BlockStage::traded);
  const auto taken = buyer.receive_business();
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->type(), "AR");
  EXPECT_EQ(taken->at(150), "F");
  EXPECT_EQ(buyer.receive_business()->at(1003), "9");
  EXPECT_EQ(seller.receive_business()->at(1003), "9");
}

TEST_F(Blocks, DeclinesAndCancelsMayUseThePartOfTheRingThatIsKept) {
  start();
  FixClient seller = trader("ALPHA1");
  FixClient buyer = trader("BETA1");
  buyer.send("AE", answer("B-1", "3", alleged(seller, buyer)));
  ASSERT_TRUE(wait_for_commands(2));
  EXPECT_EQ(last().urgency, CommandSink::Urgency::cancel);
  EXPECT_EQ(last().as<AnswerBlockCommand>().answer,
            static_cast<std::uint8_t>(BlockAnswer::decline));
  becomes(last(), BlockStage::ended, Code::c03_requested);
  EXPECT_EQ(buyer.receive_business()->type(), "AR");
  for (FixClient* side : {&seller, &buyer}) {
    const auto told = side->receive_business();
    ASSERT_TRUE(told);
    EXPECT_EQ(told->at(856), "3");
    EXPECT_EQ(told->at(150), "4");
    EXPECT_EQ(told->at(487), "1");
    EXPECT_EQ(told->at(9701), "803");
  }
  seller.send("AE", answer("S-3", "6", "S-1"));
  ASSERT_TRUE(wait_for_commands(3));
  EXPECT_EQ(last().urgency, CommandSink::Urgency::cancel);
  EXPECT_EQ(last().as<AnswerBlockCommand>().block_no, 1U) << "the exchange says that it is over";
  refuse(last(), Code::d04_too_late);
  const auto late = seller.receive_business();
  ASSERT_TRUE(late);
  EXPECT_EQ(late->at(939), "1");
  EXPECT_EQ(late->at(751), "99");
  EXPECT_EQ(late->at(9701), "953");
  EXPECT_EQ(late->at(572), "S-1");
}

// Though the other side never answered; and its end is not the answer's that found it over.
TEST_F(Blocks, OneWhoseTimeIsOverIsToldToBothSides) {
  start();
  FixClient seller = trader("ALPHA1");
  FixClient buyer = trader("BETA1");
  buyer.send("AE", answer("B-1", "2", alleged(seller, buyer)));
  ASSERT_TRUE(wait_for_commands(2));
  EventBatch events;
  RefusedEvent refused{};
  refused.code = static_cast<std::uint16_t>(Code::d04_too_late);
  events.add(EventKind::refused, refused);
  events.add(EventKind::block, block(BlockStage::ended, Code::c01_expired));
  const SeqNo entry = append_bytes(last().bytes, events);
  const auto late = buyer.receive_business();
  ASSERT_TRUE(late);
  EXPECT_EQ(late->type(), "AR");
  EXPECT_EQ(late->at(939), "1");
  for (FixClient* side : {&seller, &buyer}) {
    const auto told = side->receive_business();
    ASSERT_TRUE(told);
    EXPECT_EQ(told->type(), "AE");
    EXPECT_EQ(told->at(150), "C");
    EXPECT_EQ(told->at(856), "6");
    EXPECT_EQ(told->at(9701), "801");
    EXPECT_EQ(told->at(571), std::to_string(entry.value) + (side == &seller ? "-1-S" : "-1-B"));
  }
}

TEST_F(Blocks, RefusalsSayWhyInFixAndInWords) {
  start();
  FixClient client = trader();
  struct Case {
    Code code;
    std::int64_t limit;
    std::int64_t value;
    std::string reason;
    std::string figures;
  };
  const std::vector<Case> cases = {
      {Code::p03_unknown_symbol, 0, 0, "2", ""},
      {Code::p04_unknown_account, 0, 0, "1", ""},
      {Code::p05_not_your_account, 1, 0, "3", ""},
      {Code::o08_block_min, 30'001, 30'000, "4", " (limit 30001, value 30000)"},
      {Code::d02_duplicate_cl_ord_id, 0, 0, "99", ""},
      {Code::e04_basin, 0, 0, "99", " (the facility's basin is HUAIHE, the instrument's TAIHU)"},
      {Code::l01_cash, 150, 1'198'000, "99", " (limit 1.50 CNY, value 11980.00 CNY)"},
      {Code::p01_phase, 1, 0, "99", " (the two firms had a ticket today)"}};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Case& one = cases[i];
    client.send("AE", submission("S-" + std::to_string(i)));
    ASSERT_TRUE(wait_for_commands(i + 1));
    const SeqNo entry = refuse(last(), one.code, one.limit, one.value);
    const auto report = client.receive_business();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->type(), "AR");
    EXPECT_EQ(report->at(571), "S-" + std::to_string(i));
    EXPECT_EQ(report->at(17), std::to_string(entry.value) + "-0");
    EXPECT_EQ(report->at(856), "0");
    EXPECT_EQ(report->at(939), "1");
    EXPECT_EQ(report->at(751), one.reason);
    EXPECT_EQ(report->at(58), text_of(one.code) + one.figures);
    EXPECT_EQ(report->at(9701), std::to_string(static_cast<int>(one.code)));
    EXPECT_EQ(report->at(55), symbol);
    EXPECT_EQ(report->at(448), "B-PLANT");
  }
}

TEST_F(Blocks, AnIdIsUsedOnceByAFirmWhateverFor) {
  start();
  FixClient client = trader();
  client.send("AE", submission("X-1"));
  client.send("AE", submission("X-1"));
  client.send("D", order_fields("X-1"));
  client.send("D", order_fields("X-2"));
  client.send("AE", answer("X-2", "2", "1-0-B"));
  ASSERT_TRUE(wait_for_commands(5));
  EXPECT_EQ(sink.submitted[0].as<SubmitBlockCommand>().flags, 0);
  EXPECT_EQ(sink.submitted[1].as<SubmitBlockCommand>().flags, order_duplicate_cl_ord_id);
  EXPECT_EQ(sink.submitted[2].as<NewOrderCommand>().flags, order_duplicate_cl_ord_id);
  EXPECT_EQ(sink.submitted[3].as<NewOrderCommand>().flags, 0);
  EXPECT_EQ(sink.submitted[4].as<AnswerBlockCommand>().flags, order_duplicate_cl_ord_id);
  EXPECT_EQ(sink.submitted[4].as<AnswerBlockCommand>().block_no, 0U) << "it names none";
}

TEST_F(Blocks, ARepetitionIsAnsweredAndNeverASecondBlock) {
  start();
  FixClient seller = trader("ALPHA1");
  FixClient buyer = trader("BETA1");
  seller.send("AE", submission("S-1"));
  ASSERT_TRUE(wait_for_commands(1));
  seller.send("AE", submission("S-1"), {{97, "Y"}});
  const auto pending = seller.receive_business();
  ASSERT_TRUE(pending);
  EXPECT_EQ(pending->type(), "AR");
  EXPECT_EQ(pending->at(939), "4");
  EXPECT_EQ(pending->at(17), "0");
  becomes(last(), BlockStage::alleged);
  ASSERT_TRUE(seller.receive_business());
  const std::string id = buyer.receive_business()->at(571);
  seller.send("AE", submission("S-1"), {{43, "Y"}, {122, time_now()}});
  const auto state = seller.receive_business();
  ASSERT_TRUE(state);
  EXPECT_EQ(state->at(939), "0");
  EXPECT_EQ(state->at(150), "A");
  EXPECT_EQ(state->at(17), "0");
  EXPECT_EQ(state->at(54), "2");

  buyer.send("AE", answer("B-1", "2", id));
  ASSERT_TRUE(wait_for_commands(2));
  refuse(last(), Code::l01_cash);
  ASSERT_TRUE(buyer.receive_business());
  buyer.send("AE", answer("B-1", "2", id), {{97, "Y"}});
  const auto refused = buyer.receive_business();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->at(939), "1");
  EXPECT_EQ(refused->at(9701), "401");
  EXPECT_EQ(refused->at(150), "A");
  EXPECT_EQ(refused->at(54), "1");
  EXPECT_EQ(sink.submitted.size(), 2U);
  // Control: an id that was an order's is no repetition, but a second use of it.
  rest_order(seller, "O-1", 11);
  seller.send("AE", submission("O-1"), {{97, "Y"}});
  ASSERT_TRUE(wait_for_commands(4));
  EXPECT_EQ(last().as<SubmitBlockCommand>().flags, order_duplicate_cl_ord_id);
}

// It would be answered with another block's state, and lost.
TEST_F(Blocks, AnAnswerToAnotherBlockIsNoRepetition) {
  start();
  FixClient seller = trader("ALPHA1");
  FixClient buyer = trader("BETA1");
  buyer.send("AE", answer("B-1", "3", alleged(seller, buyer)));
  ASSERT_TRUE(wait_for_commands(2));
  becomes(last(), BlockStage::ended, Code::c03_requested);
  EXPECT_EQ(buyer.receive_business()->type(), "AR");
  EXPECT_EQ(buyer.receive_business()->type(), "AE");
  EXPECT_EQ(seller.receive_business()->type(), "AE");
  seller.send("AE", submission("S-2"));
  ASSERT_TRUE(wait_for_commands(3));
  becomes(last(), BlockStage::alleged, Code::none, 2);
  EXPECT_EQ(seller.receive_business()->type(), "AR");
  const std::string second = buyer.receive_business()->at(571);
  buyer.send("AE", answer("B-1", "2", second), {{97, "Y"}});
  ASSERT_TRUE(wait_for_commands(4));
  const auto command = last().as<AnswerBlockCommand>();
  EXPECT_EQ(command.block_no, 2U);
  EXPECT_EQ(command.flags, order_duplicate_cl_ord_id) << "the id is of today: D02";
}

TEST_F(Blocks, ACancelWaitsForTheBlockItNames) {
  start();
  FixClient client = trader();
  client.send("AE", submission("S-1"));
  client.send("AE", answer("C-1", "6", "S-1"));
  ASSERT_TRUE(wait_for_commands(1));
  EXPECT_FALSE(run_until([&] { return sink.submitted.size() > 1; }, milliseconds{100}));
  becomes(sink.submitted[0], BlockStage::alleged, Code::none, 7);
  ASSERT_TRUE(wait_for_commands(2));
  EXPECT_EQ(last().as<AnswerBlockCommand>().block_no, 7U);
}

TEST_F(Blocks, AnAnswerThatIsOfAnotherBlockIsNotTaken) {
  start();
  FixClient seller = trader("ALPHA1");
  FixClient buyer = trader("BETA1");
  const std::string id = alleged(seller, buyer);
  const Fields yes = answer("B-1", "2", id);
  const Fields side = {{552, "1"},       {54, "1"},  {1, "B-PLANT"}, {453, "1"},
                       {448, "A-PLANT"}, {447, "D"}, {452, "17"}};
  const auto and_side = [&](Fields of_side) {
    Fields whole = yes;
    whole.insert(whole.end(), of_side.begin(), of_side.end());
    return whole;
  };
  const std::vector<std::pair<Fields, std::string>> wrong = {
      {with_value(yes, 55, "SHEA25"), "Symbol (55)"},
      {with(yes, 31, "12000.01"), "LastPx (31)"},
      {with(yes, 32, "30000"), "LastQty (32)"},
      {and_side(with_value(side, 54, "2")), "Side (54)"},
      {and_side(with_value(side, 448, "B-PLANT")), "Account (1) and PartyID (448)"}};
  for (const auto& [fields, word] : wrong) {
    buyer.send("AE", fields);
    const auto reject = buyer.receive_business();
    ASSERT_TRUE(reject) << word;
    EXPECT_EQ(reject->type(), "j");
    EXPECT_EQ(reject->at(372), "AE");
    EXPECT_EQ(reject->at(379), "B-1");
    EXPECT_EQ(reject->at(380), "0");
    EXPECT_TRUE(reject->at(58).starts_with(word)) << reject->at(58);
  }
  EXPECT_EQ(sink.submitted.size(), 1U);
  // Whose block it is not is refused in the ledger, and learns nothing of it.
  FixClient stranger = trader("ALPHA2");
  stranger.send("AE", with(answer("A-9", "2", id), 31, "1"));
  ASSERT_TRUE(wait_for_commands(2));
  refuse(last(), Code::p05_not_your_account, 1, 0);
  const auto refused = stranger.receive_business();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->at(751), "3");
  EXPECT_FALSE(refused->has(32) || refused->has(448) || refused->has(150));
  stranger.send("AE", answer("A-9", "2", id), {{97, "Y"}});
  const auto again = stranger.receive_business();
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->has(32) || again->has(448) || again->has(150));
  // Also when it is over, and whatever the code.
  stranger.send("AE", answer("A-10", "2", id));
  ASSERT_TRUE(wait_for_commands(3));
  refuse(last(), Code::d04_too_late, 0, 0);
  const auto late = stranger.receive_business();
  ASSERT_TRUE(late);
  EXPECT_EQ(late->at(9701), "953");
  EXPECT_FALSE(late->has(32) || late->has(448) || late->has(150) || late->has(572));
  // Control: the right ones.
  buyer.send("AE", and_side(side));
  ASSERT_TRUE(wait_for_commands(4));
  EXPECT_EQ(last().as<AnswerBlockCommand>().block_no, 1U);
}

TEST_F(Blocks, WhatCannotBeReadIsRejectedByItsField) {
  start();
  FixClient client = trader();
  const Fields good = submission("S-1");
  Fields two_parties = good;
  two_parties.insert(two_parties.end(), {{448, "C-PLANT"}, {447, "D"}, {452, "17"}});
  struct Case {
    Fields fields;
    std::string tag;
    std::string reason;
  };
  const std::vector<Case> cases = {{without(good, 571), "571", "1"},
                                   {with_value(good, 571, std::string(41, 'x')), "571", "5"},
                                   {without(good, 856), "856", "1"},
                                   {with_value(good, 856, "1"), "856", "5"},
                                   {with_value(good, 856, "4"), "856", "5"},
                                   {with_value(good, 828, "0"), "828", "5"},
                                   {without(good, 828), "828", "1"},
                                   {with_value(good, 487, "1"), "487", "5"},
                                   {without(good, 31), "31", "1"},
                                   {without(good, 32), "32", "1"},
                                   {with_value(good, 31, "dear"), "31", "6"},
                                   {with_value(good, 9712, "soon"), "9712", "6"},
                                   {with_value(good, 60, "now"), "60", "6"},
                                   {with_value(good, 54, "3"), "54", "5"},
                                   {with_value(good, 1, std::string(17, 'x')), "1", "5"},
                                   {with_value(good, 448, std::string(17, 'x')), "448", "5"},
                                   {with_value(good, 447, "C"), "447", "5"},
                                   {with_value(good, 452, "1"), "452", "5"},
                                   {two_parties, "453", "5"},
                                   {with(good, 572, "S-0"), "572", "5"},
                                   {with(good, 9713, "1"), "9713", "5"},
                                   {without(answer("S-1", "2", "1-0-B"), 572), "572", "1"},
                                   {with(answer("S-1", "2", "1-0-B"), 9712, "1"), "9712", "5"}};
  for (const Case& one : cases) {
    client.send("AE", one.fields);
    const auto reject = client.receive_business();
    ASSERT_TRUE(reject) << one.tag;
    EXPECT_EQ(reject->type(), "3") << one.tag;
    EXPECT_EQ(reject->at(371), one.tag);
    EXPECT_EQ(reject->at(372), "AE");
    EXPECT_EQ(reject->at(373), one.reason) << one.tag << ": " << reject->at(58);
  }
  // Two sides are none.
  Fields two = with_value(good, 552, "2");
  two.insert(two.end(), {{54, "1"}, {1, "B-PLANT"}});
  client.send("AE", two);
  EXPECT_EQ(client.receive_business()->at(371), "552");
  // The venue's own word.
  client.send("AR", {{571, "S-1"}, {856, "0"}, {939, "0"}, {60, time_now()}});
  const auto reject = client.receive_business();
  ASSERT_TRUE(reject);
  EXPECT_EQ(reject->type(), "j");
  EXPECT_EQ(reject->at(380), "3");
  EXPECT_TRUE(sink.submitted.empty());
  client.send("AE", good);
  EXPECT_TRUE(wait_for_commands(1));
}

TEST_F(Blocks, BusyAndDrainingConsumeNothing) {
  start();
  FixClient seller = trader("ALPHA1");
  FixClient buyer = trader("BETA1");
  const std::string id = alleged(seller, buyer);
  sink.outcome = CommandSink::Outcome::busy;
  seller.send("AE", submission("S-2"));
  const auto busy = seller.receive_business();
  ASSERT_TRUE(busy);
  EXPECT_EQ(busy->type(), "j");
  EXPECT_EQ(busy->at(372), "AE");
  EXPECT_EQ(busy->at(9701), "991");
  sink.outcome = CommandSink::Outcome::queued;
  gateway_->begin_drain();
  buyer.send("AE", answer("B-1", "2", id));
  seller.send("AE", submission("S-2"));
  EXPECT_EQ(buyer.receive_business()->at(9701), "992");
  EXPECT_EQ(seller.receive_business()->at(9701), "992");
  EXPECT_EQ(sink.submitted.size(), 1U);
  buyer.send("AE", answer("B-1", "3", id));
  ASSERT_TRUE(wait_for_commands(2));
  EXPECT_EQ(last().as<AnswerBlockCommand>().flags, 0) << "its id was not used";
}

TEST_F(Blocks, OutliveTheSessionsOfTheirSides) {
  start();
  FixClient seller = connect("ALPHA1");
  seller.keep_orders(false);  // cancel on disconnect is of orders
  ASSERT_TRUE(seller.log_on());
  FixClient buyer = trader("BETA1");
  const std::string id = alleged(seller, buyer);
  seller.close();
  ASSERT_TRUE(run_until([&] { return counters().sessions_open == 1; }));
  buyer.send("AE", answer("B-1", "2", id));
  ASSERT_TRUE(wait_for_commands(2));
  EXPECT_EQ(last().kind(), CommandKind::answer_block);
  becomes(last(), BlockStage::traded);
  ASSERT_TRUE(buyer.receive_business());
  FixClient back = connect("ALPHA1");
  back.next_out = seller.next_out;
  ASSERT_TRUE(back.log_on());
  const auto told = back.receive_business();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->at(150), "F");
  EXPECT_EQ(told->at(54), "2");
}

// Whoever has been told is not told again but with 97=Y, and a report that was missed comes.
TEST_F(Blocks, AfterACrashAllIsToldAgainAsAPossibleRepeat) {
  config.limits.tick = milliseconds{20};
  start();
  FixClient seller = trader("ALPHA1");
  FixClient there = trader("BETA1");
  const std::string first = alleged(seller, there);
  die();
  EventBatch events;
  events.add(EventKind::block, block(BlockStage::ended, Code::k01_killed));
  append(venue_command<KillSwitchCommand>(CommandKind::kill_switch), events);
  start();
  FixClient buyer = connect("BETA1");
  buyer.next_out = there.next_out;
  ASSERT_TRUE(buyer.log_on());
  const auto again = buyer.receive_business();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->at(571), first);
  EXPECT_EQ(again->at(97), "Y");
  const auto over = buyer.receive_business();
  ASSERT_TRUE(over);
  EXPECT_EQ(over->at(150), "4");
  EXPECT_EQ(over->at(9701), "901");
  EXPECT_EQ(over->at(97), "Y");
  EXPECT_EQ(over->at(572), first);
}

TEST_F(Blocks, AreAnsweredAfterACrash) {
  start();
  FixClient seller = trader("ALPHA1");
  FixClient there = trader("BETA1");
  const std::string id = alleged(seller, there);
  die();
  start();
  FixClient buyer = connect("BETA1");
  buyer.next_out = there.next_out;
  ASSERT_TRUE(buyer.log_on());
  buyer.send("AE", answer("B-1", "2", id));
  ASSERT_TRUE(wait_for_commands(1));
  EXPECT_EQ(last().as<AnswerBlockCommand>().block_no, 1U);
}

// What waits for its firm, but not what is over.
TEST_F(Blocks, ANewSessionIsToldWhatIsOpen) {
  start();
  FixClient seller = trader("ALPHA1");
  FixClient buyer = trader("BETA1");
  seller.send("AE", submission("S-1"));
  ASSERT_TRUE(wait_for_commands(1));
  becomes(last(), BlockStage::alleged);
  EventBatch over;
  over.add(EventKind::block, block(BlockStage::ended, Code::c01_expired));
  append(venue_command<TickCommand>(CommandKind::tick), over);
  seller.send("AE", submission("S-2"));
  ASSERT_TRUE(wait_for_commands(2));
  becomes(last(), BlockStage::alleged, Code::none, 2);
  die();
  SessionConfig late = config.sessions.back();
  late.comp_id = "BETA2";
  config.sessions.push_back(late);
  start();
  FixClient second = connect("BETA2");
  ASSERT_TRUE(second.log_on());
  const auto told = second.receive_business();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->at(9713), "2");
  EXPECT_EQ(told->at(150), "A");
  EXPECT_TRUE(second.is_silent(milliseconds{100}));
  EXPECT_EQ(not_resumed, "the session BETA2 is new, and a block waits for its firm");
}

}  // namespace

}  // namespace emx::gateway::test

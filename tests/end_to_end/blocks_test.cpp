#include "tools/fix_client/blocks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "tests/end_to_end/venue.hpp"

// Blocks over FIX sockets against emxd: what each side says and is told.
namespace emx::end_to_end {

namespace {

using fix_client::AnswerBlock;
using fix_client::BlockReport;
using fix_client::SubmitBlock;
using testing::HasSubstr;

constexpr Lots smallest{30'001};
constexpr Fen price{1'200'000};

class Blocks : public testing::Test {
 protected:
  Blocks() : daemon{{"SH049", "SH065", "ZJ063", "JS074"}} {
    daemon.start();
    daemon.open_market();
    seller.log_on(daemon.fix_port());
    buyer.log_on(daemon.fix_port());
  }

  // The seller's to the buyer, unless said otherwise. Gives the id.
  struct Terms {
    std::string_view account = "SH049-1";
    std::string_view counterparty = "SH065-1";
    std::string_view symbol = voc;
    Side side = Side::sell;
    Lots quantity = smallest;
    int minutes = 30;
  };
  static std::string submit(Trader& trader, const Terms& terms) {
    const std::string id = trader.new_id();
    submit_as(trader, id, terms);
    return id;
  }
  static void submit_as(Trader& trader, const std::string& id, const Terms& terms,
                        bool again = false) {
    trader.client.send("AE",
                       fields_of(SubmitBlock{.report_id = id,
                                             .account = terms.account,
                                             .counterparty = terms.counterparty,
                                             .symbol = terms.symbol,
                                             .side = terms.side,
                                             .quantity = terms.quantity,
                                             .price = price,
                                             .minutes = terms.minutes}),
                       again);
  }
  static std::string answer(Trader& trader, BlockAnswer what, std::string_view ref,
                            std::string_view symbol = voc) {
    const std::string id = trader.new_id();
    trader.client.send(
        "AE",
        fields_of(AnswerBlock{.report_id = id, .ref_id = ref, .symbol = symbol, .answer = what}));
    return id;
  }
  static BlockReport told(Trader& trader) { return read_block_report(trader.next()); }
  static BlockReport acknowledged(Trader& trader, const std::string& id) {
    const BlockReport report = told(trader);
    EXPECT_EQ(report.report_id, id);
    EXPECT_TRUE(report.is_acknowledgement());
    return report;
  }
  static Code refused(Trader& trader, const std::string& id) {
    const BlockReport report = acknowledged(trader, id);
    EXPECT_EQ(report.status, '1') << id;
    return report.code;
  }
  // Gives the seller's id and the buyer's name for the block.
  std::pair<std::string, std::string> alleged(const Terms& terms) {
    const std::string id = submit(seller, terms);
    EXPECT_EQ(acknowledged(seller, id).status, '0');
    return {id, told(buyer).report_id};
  }
  std::pair<std::string, std::string> alleged() { return alleged(Terms{}); }
  void expect_silence() {
    seller.expect_silence();
    buyer.expect_silence();
  }

  Daemon daemon;
  boost::asio::io_context io;
  Trader seller{io, "SH049"};
  Trader buyer{io, "SH065"};
};

TEST_F(Blocks, TradeWhenTheOtherSideAcceptsInTheSession) {
  daemon.admin({"block-session", "open"});
  const std::string id = submit(seller, {});
  const BlockReport taken = acknowledged(seller, id);
  EXPECT_EQ(taken.status, '0');
  EXPECT_EQ(taken.exec_type, 'A');
  const BlockReport claim = told(buyer);
  EXPECT_FALSE(claim.is_acknowledgement());
  EXPECT_EQ(claim.type, '1');
  EXPECT_EQ(claim.account, "SH065-1");
  EXPECT_EQ(claim.counterparty, "SH049-1");
  EXPECT_EQ(claim.side, Side::buy);
  EXPECT_EQ(claim.quantity, smallest);
  EXPECT_EQ(claim.price, price);
  EXPECT_EQ(claim.symbol, voc);

  const std::string yes = answer(buyer, BlockAnswer::accept, claim.report_id);
  EXPECT_EQ(acknowledged(buyer, yes).status, '0');
  const BlockReport bought = told(buyer);
  const BlockReport sold = told(seller);
  EXPECT_EQ(bought.exec_type, 'F');
  EXPECT_EQ(sold.exec_type, 'F');
  EXPECT_FALSE(bought.trade_id.empty());
  EXPECT_EQ(bought.trade_id, sold.trade_id);
  EXPECT_NE(bought.exec_id, sold.exec_id);
  EXPECT_EQ(bought.ref_id, claim.report_id);
  EXPECT_EQ(sold.ref_id, id);
  EXPECT_EQ(bought.match, '0');
  EXPECT_EQ(bought.ratio, "3/2");
  EXPECT_EQ(bought.credited, Lots{20'000});
  EXPECT_EQ(bought.retired, Lots{10'001});
  EXPECT_EQ(sold.ledger_seq, bought.ledger_seq);
  expect_silence();

  const auto trades = daemon.audit_json("trades").at("trades");
  ASSERT_EQ(trades.size(), 1U);
  EXPECT_EQ(trades[0].at("buyer"), "SH065-1");
  EXPECT_EQ(trades[0].at("quantity_lots"), smallest.value);
  EXPECT_EQ(trades[0].at("sequence"), bought.ledger_seq);
  EXPECT_EQ(daemon.audit("verify").exit_code, 0);
}

TEST_F(Blocks, WaitWithATicketForTheSession) {
  const auto [id, name] = alleged();
  const std::string yes = answer(buyer, BlockAnswer::accept, name);
  EXPECT_EQ(acknowledged(buyer, yes).exec_type, '0');
  for (Trader* side : {&seller, &buyer}) {
    const BlockReport confirmed = told(*side);
    EXPECT_EQ(confirmed.exec_type, '0');
    EXPECT_EQ(confirmed.type, '2');
    EXPECT_EQ(confirmed.match, '0');
    EXPECT_TRUE(confirmed.trade_id.empty());
  }
  // Nobody can take it back any more.
  EXPECT_EQ(refused(seller, answer(seller, BlockAnswer::cancel, id)), Code::d04_too_late);
  expect_silence();
  daemon.admin({"block-session", "open"});
  for (Trader* side : {&seller, &buyer}) {
    const BlockReport traded = told(*side);
    EXPECT_EQ(traded.exec_type, 'F');
    EXPECT_FALSE(traded.trade_id.empty());
  }
  // Two firms have one ticket a day.
  daemon.admin({"block-session", "closed"});
  const auto [second, second_name] = alleged();
  const BlockReport no = acknowledged(buyer, answer(buyer, BlockAnswer::accept, second_name));
  EXPECT_EQ(no.code, Code::p01_phase);
  EXPECT_THAT(no.text, HasSubstr("the two firms had a ticket today"));
  expect_silence();
}

TEST_F(Blocks, AreDeclinedAndCancelled) {
  const auto [first, first_name] = alleged();
  EXPECT_EQ(acknowledged(buyer, answer(buyer, BlockAnswer::decline, first_name)).status, '0');
  for (Trader* side : {&seller, &buyer}) {
    const BlockReport over = told(*side);
    EXPECT_EQ(over.type, '3');
    EXPECT_EQ(over.exec_type, '4');
    EXPECT_EQ(over.code, Code::c03_requested);
  }
  const auto [second, second_name] = alleged();
  EXPECT_EQ(acknowledged(seller, answer(seller, BlockAnswer::cancel, second)).status, '0');
  for (Trader* side : {&seller, &buyer}) {
    const BlockReport over = told(*side);
    EXPECT_EQ(over.type, '6');
    EXPECT_EQ(over.exec_type, '4');
    EXPECT_EQ(over.ref_id, side == &seller ? second : second_name);
  }
  EXPECT_EQ(refused(buyer, answer(buyer, BlockAnswer::accept, second_name)), Code::d04_too_late);
  expect_silence();
}

// The venue's clock is the machine's, so this takes the minute.
TEST_F(Blocks, EndWhenTheirTimeIsOverThoughNothingElseHappens) {
  const auto [id, name] = alleged({.minutes = 1});
  for (Trader* side : {&seller, &buyer}) {
    auto message = side->client.next(std::chrono::seconds{75});
    ASSERT_TRUE(message.has_value());
    const BlockReport over = read_block_report(*message);
    EXPECT_EQ(over.exec_type, 'C');
    EXPECT_EQ(over.code, Code::c01_expired);
    EXPECT_EQ(over.ref_id, side == &seller ? id : name);
  }
  expect_silence();
}

TEST_F(Blocks, AreRefusedWithCodeLimitAndValue) {
  // 30,001 kg pass, 30,000 do not.
  const BlockReport small = acknowledged(seller, submit(seller, {.quantity = Lots{30'000}}));
  EXPECT_EQ(small.status, '1');
  EXPECT_EQ(small.code, Code::o08_block_min);
  EXPECT_EQ(small.reject_reason, 4);
  EXPECT_THAT(small.text, HasSubstr("(limit 30001, value 30000)"));
  EXPECT_EQ(acknowledged(seller, submit(seller, {.quantity = smallest})).status, '0');
  const std::string name = told(buyer).report_id;
  EXPECT_EQ(refused(seller, submit(seller, {.symbol = "VOC.AIR.YRD.IND.9999"})),
            Code::p03_unknown_symbol);
  EXPECT_EQ(refused(seller, submit(seller, {.counterparty = "NOBODY-1"})),
            Code::p04_unknown_account);
  EXPECT_EQ(refused(seller, submit(seller, {.account = "SH065-1", .counterparty = "SH049-1"})),
            Code::p05_not_your_account);
  EXPECT_EQ(refused(seller, submit(seller, {.minutes = 31})), Code::o01_quantity);
  EXPECT_EQ(refused(seller, submit(seller, {.quantity = Lots{75'249}})), Code::l02_rights);

  Trader other{io, "JS074"};
  other.log_on(daemon.fix_port());
  const Terms dear{.account = "JS074-1",
                   .counterparty = "SH049-1",
                   .side = Side::buy,
                   .quantity = Lots{2'000'000}};
  const BlockReport poor = acknowledged(other, submit(other, dear));
  EXPECT_EQ(poor.code, Code::l01_cash);
  EXPECT_THAT(poor.text, HasSubstr(" CNY, value 120120000.00 CNY)"));
  Terms sulphur = dear;
  sulphur.symbol = "SO2.AIR.YRD.IND.2630";
  EXPECT_EQ(refused(other, submit(other, sulphur)), Code::e01_permit);

  // What names a block: it must exist, and be the sender's to answer.
  EXPECT_EQ(refused(buyer, answer(buyer, BlockAnswer::accept, "1-0-B")), Code::d03_unknown_order);
  const BlockReport foreign = acknowledged(other, answer(other, BlockAnswer::accept, name));
  EXPECT_EQ(foreign.code, Code::p05_not_your_account);
  EXPECT_EQ(foreign.reject_reason, 3);
  EXPECT_EQ(foreign.counterparty, "");

  // The pair's own tests are made at the acceptance: ZJ063 may not hold so much.
  Trader third{io, "ZJ063"};
  third.log_on(daemon.fix_port());
  EXPECT_EQ(acknowledged(seller, submit(seller, {.counterparty = "ZJ063-1"})).status, '0');
  EXPECT_EQ(refused(third, answer(third, BlockAnswer::accept, told(third).report_id)),
            Code::d01_demand);
  seller.expect_silence();
  buyer.expect_silence();
}

TEST_F(Blocks, AreNeverTwoForOneId) {
  const auto [id, name] = alleged();
  submit_as(seller, id, {});
  EXPECT_EQ(refused(seller, id), Code::d02_duplicate_cl_ord_id);
  submit_as(seller, id, {}, true);
  EXPECT_EQ(acknowledged(seller, id).status, '0') << "the present state";
  // One space with orders.
  const std::string order = seller.sell(voc, Lots{1}, Fen{1'200'000});
  EXPECT_EQ(seller.next_report().exec_type, '0');
  submit_as(seller, order, {});
  EXPECT_EQ(refused(seller, order), Code::d02_duplicate_cl_ord_id);
  expect_silence();
}

// What a side missed comes when it is back.
TEST_F(Blocks, AreToldAfterAReconnect) {
  buyer.client.drop();
  const std::string id = submit(seller, {});
  EXPECT_EQ(acknowledged(seller, id).status, '0');
  buyer.log_on(daemon.fix_port());
  const BlockReport claim = told(buyer);
  EXPECT_EQ(claim.type, '1');
  seller.client.drop();
  EXPECT_EQ(acknowledged(buyer, answer(buyer, BlockAnswer::decline, claim.report_id)).status, '0');
  EXPECT_EQ(told(buyer).type, '3');
  seller.log_on(daemon.fix_port());
  const BlockReport over = told(seller);
  EXPECT_EQ(over.type, '3');
  EXPECT_EQ(over.ref_id, id);
  expect_silence();
}

// Killed at the worst moments. Trader::next() passes over what comes again with 97=Y, and over
// nothing else.
TEST_F(Blocks, SurviveACrash) {
  const auto restart = [&] {
    daemon.kill();
    daemon.start();
    seller.client.drop();
    buyer.client.drop();
    seller.log_on(daemon.fix_port());
    buyer.log_on(daemon.fix_port());
  };
  daemon.admin({"block-session", "open"});
  const auto [id, name] = alleged();
  restart();
  submit_as(seller, id, {}, true);
  EXPECT_EQ(acknowledged(seller, id).status, '0') << "it knows the block";
  const std::string yes = answer(buyer, BlockAnswer::accept, name);
  EXPECT_EQ(acknowledged(buyer, yes).status, '0');
  const BlockReport bought = told(buyer);
  EXPECT_EQ(bought.exec_type, 'F');
  restart();
  const BlockReport sold = told(seller);  // whether it came before or not, it comes now or came
  EXPECT_EQ(sold.exec_type, 'F');
  EXPECT_EQ(sold.trade_id, bought.trade_id);

  // Sent, and nobody knows whether it came: if it did, it is answered twice. So is what the venue
  // only answered, whose number it does not know any more, and asks for again (43=Y).
  const std::string unsure = submit(seller, {});
  seller.client.round_trip(std::chrono::milliseconds{0});
  restart();
  submit_as(seller, unsure, {}, true);
  const std::string back = answer(seller, BlockAnswer::cancel, unsure);
  BlockReport report = told(seller);
  while (report.report_id == unsure || report.report_id == id) {
    EXPECT_NE(report.status, '1') << "taken, or on its way";
    report = told(seller);
  }
  EXPECT_EQ(report.report_id, back);
  EXPECT_EQ(report.status, '0');
  EXPECT_EQ(told(seller).type, '6');
  const BlockReport claim = told(buyer);
  EXPECT_EQ(claim.type, '1');
  EXPECT_EQ(told(buyer).ref_id, claim.report_id);
  expect_silence();
  EXPECT_EQ(daemon.audit_json("trades").at("trades").size(), 1U);
  EXPECT_EQ(daemon.audit("verify").exit_code, 0);
}

}  // namespace

}  // namespace emx::end_to_end

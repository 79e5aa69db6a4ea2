#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "tests/end_to_end/venue.hpp"

// Codes by which the venue refuses an order (market-rules 10, 16), with their words. No price that
// fits the ladders makes 2^31 lots worth 2^62 fen, so O02 is of a firm's own limit. codes_test says
// where the other codes are.
namespace emx::end_to_end {

namespace {

constexpr const char* so2 = "SO2.AIR.YRD.IND.2630";
constexpr const char* cod_taihu = "COD.WAT.TAIHU.IND.2630";

struct Row {
  Code code;
  std::string reason;  // FIX 103
  std::string what;
  std::string figures;  // after the code's words, in 58
  std::string firm;
  char side;
  std::string symbol;
  std::string quantity;
  std::string price;
  std::string account{};  // empty: the firm's own
  char time_in_force = '0';
  std::vector<std::string> admin{};        // applied before
  std::vector<std::string> admin_after{};  // and taken back
};

const std::vector<Row>& rows() {
  static const std::vector<Row> all = {
      {Code::p03_unknown_symbol, "1", "no such symbol", "", "SH049", '2', "GOLD", "1", "11980"},
      {Code::p04_unknown_account, "99", "no such account", "", "SH049", '2', voc, "1", "11980",
       "SH999-1"},
      {Code::p05_not_your_account, "99", "another firm's", "", "SH049", '2', voc, "1", "11980",
       "SH065-1"},
      {Code::o04_rate,
       "99",
       "a rate of nothing",
       " (0 a second; the next in 1000 ms)",
       "SH049",
       '2',
       voc,
       "1",
       "11980",
       "",
       '0',
       {"limit", "order-rate", "firm", "--name=SH049", "--value=0"},
       {"limit", "order-rate", "firm", "--name=SH049", "--value=none"}},
      {Code::o03_open_orders,
       "3",
       "no order may be open",
       " (limit 0, value 1)",
       "SH049",
       '2',
       voc,
       "1",
       "11980",
       "",
       '0',
       {"limit", "open-orders", "firm", "--name=SH049", "--value=0"},
       {"limit", "open-orders", "firm", "--name=SH049", "--value=none"}},
      {Code::o01_quantity,
       "13",
       "more than the firm's limit",
       " (limit 10, value 11)",
       "SH049",
       '2',
       voc,
       "11",
       "11980",
       "",
       '0',
       {"limit", "order-quantity", "firm", "--name=SH049", "--value=10"},
       {"limit", "order-quantity", "firm", "--name=SH049", "--value=none"}},
      {Code::o02_value,
       "3",
       "worth more than the facility's limit",
       " (limit 100.00 CNY, value 119.80 CNY)",
       "SH049",
       '2',
       voc,
       "2",
       "11980",
       "",
       '0',
       {"limit", "order-value", "facility", "--name=SH049-1", "--value=100.00"},
       {"limit", "order-value", "facility", "--name=SH049-1", "--value=none"}},
      {Code::p02_venue, "99", "the national market's", "", "SH144", '1', "CEA25", "1", "62.36"},
      {Code::p01_phase,
       "2",
       "the book is halted",
       " (now halt)",
       "SH049",
       '2',
       voc,
       "1",
       "11980",
       "",
       '0',
       {"phase", "halt", voc},
       {"phase", "continuous", voc}},
      {Code::p01_phase,
       "2",
       "the book is closed",
       " (now closed)",
       "SH049",
       '2',
       voc,
       "1",
       "11980",
       "",
       '0',
       {"phase", "closed", voc},
       {"phase", "continuous", voc}},
      {Code::p01_phase,
       "2",
       "immediate before the opening",
       " (now pre-open)",
       "SH049",
       '2',
       voc,
       "1",
       "11980",
       "",
       '3',
       {"phase", "pre-open", voc},
       {"phase", "continuous", voc}},
      {Code::o06_tick_or_lot, "18", "between two ticks", " (limit 10.00 CNY, value 11985.00 CNY)",
       "SH049", '2', voc, "1", "11985"},
      {Code::o06_tick_or_lot, "18", "below a fen", "", "SH144", '1', "SHEA25", "1", "70.001"},
      {Code::o06_tick_or_lot, "13", "a fraction of a lot", "", "SH049", '2', voc, "1.5", "11980"},
      {Code::o05_price, "16", "a tick above the band", " (limit 13170.00 CNY, value 13180.00 CNY)",
       "SH049", '2', voc, "1", "13180"},
      {Code::o05_price, "16", "a tick below the band", " (limit 10790.00 CNY, value 10780.00 CNY)",
       "SH049", '2', voc, "1", "10780"},
      {Code::o05_price, "16", "a negative price", " (limit 10790.00 CNY, value -11980.00 CNY)",
       "SH049", '2', voc, "1", "-11980"},
      {Code::o05_price, "16", "a price beyond 64 bits", "", "SH144", '1', "SHEA25", "1",
       "99999999999999999999999"},
      {Code::o01_quantity, "13", "nothing", " (limit 1, value 0)", "SH049", '2', voc, "0", "11980"},
      {Code::o01_quantity, "13", "less than nothing", " (limit 1, value -1)", "SH049", '2', voc,
       "-1", "11980"},
      {Code::o01_quantity, "13", "a lot more than 31 bits", " (limit 2147483647, value 2147483648)",
       "SH049", '2', voc, "2147483648", "11980"},
      {Code::o01_quantity, "13", "more than 64 bits", "", "SH049", '2', voc, "99999999999999999999",
       "11980"},
      {Code::o07_use_block, "3", "a pollutant's block", " (limit 30000, value 30001)", "SH049", '2',
       voc, "30001", "11980"},
      {Code::o07_use_block, "3", "a carbon block", " (limit 99999, value 100000)", "SH144", '1',
       "SHEA25", "100000", "70.00"},
      {Code::e01_permit, "99", "a pollutant not permitted", " (the permit covers VOC; this is SO2)",
       "SH065", '2', so2, "1", "9800"},
      {Code::e02_credit, "99", "negative credit sells", " (credit NEGATIVE, at worst WATCH)",
       "SH057", '2', voc, "1", "11980"},
      {Code::e02_credit, "99", "negative credit buys", " (credit NEGATIVE, at worst WATCH)",
       "SH057", '1', voc, "1", "11980"},
      {Code::e10_double_ets, "99", "covered by the national scheme",
       " (covered by scheme NATIONAL, the instrument is SHEA)", "SH001", '1', "SHEA25", "1",
       "70.00"},
      {Code::e11_not_emitter, "99", "an investor", " (class FIN, the book is IND)", "SH144", '1',
       voc, "1", "11980"},
      {Code::e04_basin, "99", "another basin",
       " (the facility's basin is TAIHU, the instrument's YANGTZE)", "SH049", '2',
       "COD.WAT.YANGTZE.IND.2630", "1", "36830"},
      {Code::e05_power, "99", "power in the other book", " (class POWER, the book is IND)", "SH001",
       '2', so2, "1", "9800"},
      {Code::e05_power, "99", "industry in the power book", " (class INDUSTRY, the book is PWR)",
       "AH016", '1', "SO2.AIR.YRD.PWR.2630", "1", "9800"},
      {Code::e06_agri, "99", "agriculture in industry's book", " (class AGRI, the book is IND)",
       "JS125", '2', cod_taihu, "1", "36830"},
      {Code::e06_agri, "99", "industry in agriculture's book", " (class INDUSTRY, the book is AGR)",
       "SH049", '1', "COD.WAT.TAIHU.AGR.2630", "1", "36830"},
      {Code::d01_demand,
       "3",
       "no approved demand",
       "",
       "SH049",
       '1',
       voc,
       "1",
       "11980",
       "",
       '0',
       {"demand", "SH049-1", "VOC", "0"},
       {"demand", "SH049-1", "VOC", "80000"}},
      {Code::l02_rights, "3", "more than it holds", " (limit 0, value 1)", "SH144", '2', "SHEA25",
       "1", "70.00"},
      {Code::l01_cash, "3", "more than it can pay", " (limit 3754262.48 CNY, value 7707622.92 CNY)",
       "SH144", '1', "SHEA25", "99999", "77.00"},
  };
  return all;
}

class Refusals : public OpenMarket {
 protected:
  Refusals() : OpenMarket{{"SH049", "SH065", "SH144", "SH057", "SH001", "AH016", "JS125"}} {}

  // Sends what the row says, whether it makes sense or not.
  static std::string send(Trader& trader, const Row& row) {
    const std::string id = trader.new_id();
    Fields order;
    order.add(11, id).add(1, row.account.empty() ? trader.account() : row.account);
    order.add(55, row.symbol).add(54, row.side).add(60, "20260618-02:00:00");
    order.add(38, row.quantity).add(40, '2').add(44, row.price).add(59, row.time_in_force);
    trader.client.send("D", order);
    return id;
  }
};

TEST_F(Refusals, SayCodeAndWords) {
  // For L01: cash for six orders of the largest size and not for a seventh.
  Trader& investor = trader("SH144");
  for (int i = 0; i < 6; ++i) {
    investor.buy("SHEA25", Lots{99'999}, Fen{7'700});
    ASSERT_EQ(investor.next_report().exec_type, '0');
  }
  std::uint64_t last_entry = 0;
  for (const Row& row : rows()) {
    SCOPED_TRACE(std::string{name_of(row.code)} + ": " + row.what);
    if (!row.admin.empty()) daemon.admin(row.admin);
    Trader& party = trader(row.firm);
    // A closed book ends the day orders in it.
    const std::string id = send(party, row);
    const Message message = party.next();
    EXPECT_EQ(message.type(), "8") << message.readable();
    EXPECT_TRUE(message.says(150, "8") && message.says(39, "8")) << message.readable();
    EXPECT_EQ(message.text(103), row.reason);
    EXPECT_TRUE(message.says(11, id) && message.says(151, "0") && message.says(14, "0"));
    const Report report = read_report(message);
    EXPECT_EQ(name_of(report.code), name_of(row.code));
    const std::string words =
        std::string{name_of(row.code)} + ": " + std::string{words_of(row.code)};
    EXPECT_EQ(report.text, words + row.figures);
    EXPECT_GT(report.ledger_seq, last_entry) << "every refusal is in the ledger";
    last_entry = report.ledger_seq;
    if (!row.admin_after.empty()) daemon.admin(row.admin_after);
  }
  expect_silence();
  EXPECT_EQ(daemon.audit("verify").exit_code, 0);
  EXPECT_TRUE(daemon.audit_json("trades").at("trades").empty());
}

TEST_F(Refusals, OfADuplicateClOrdId) {
  Trader& party = trader("SH049");
  const std::string id = party.sell(voc, Lots{1}, Fen{1'198'000});
  const Report rests = party.next_report();
  party.client.send("D", fields_of(fix_client::NewOrder{.cl_ord_id = id,
                                                        .account = party.account(),
                                                        .symbol = voc,
                                                        .side = Side::sell,
                                                        .quantity = Lots{2},
                                                        .price = Fen{1'198'000}}));
  const Message refused = party.next();
  EXPECT_TRUE(refused.says(150, "8") && refused.says(103, "6"));
  EXPECT_EQ(read_report(refused).code, Code::d02_duplicate_cl_ord_id);

  // A cancel, too, needs an id of its own; the order stands.
  party.client.send("F",
                    fields_of(fix_client::CancelOrder{
                        .cl_ord_id = id, .orig_cl_ord_id = id, .symbol = voc, .side = Side::sell}));
  const Message cancel_refused = party.next();
  EXPECT_TRUE(cancel_refused.type() == "9" && cancel_refused.says(102, "6"));
  party.cancel(id, voc, Side::sell);
  EXPECT_EQ(party.next_report().order_id, rests.order_id);
}

TEST_F(Refusals, OfACancelOrReplaceOfNoOrder) {
  Trader& party = trader("SH049");
  party.cancel("never entered", voc, Side::sell);
  const Message unknown = party.next();
  EXPECT_TRUE(unknown.type() == "9" && unknown.says(102, "1") && unknown.says(434, "1"));
  EXPECT_EQ(read_report(unknown).code, Code::d03_unknown_order);

  // Another firm's order is unknown to you.
  const std::string id = party.sell(voc, Lots{1}, Fen{1'198'000});
  party.next_report();
  Trader& stranger = trader("SH065");
  stranger.client.send("G", fields_of(fix_client::ReplaceOrder{.cl_ord_id = stranger.new_id(),
                                                               .orig_cl_ord_id = id,
                                                               .account = stranger.account(),
                                                               .symbol = voc,
                                                               .side = Side::sell,
                                                               .quantity = Lots{1},
                                                               .price = Fen{1'199'000}}));
  const Message foreign = stranger.next();
  EXPECT_TRUE(foreign.type() == "9" && foreign.says(102, "1") && foreign.says(434, "2"));
  EXPECT_EQ(read_report(foreign).code, Code::d03_unknown_order);

  party.cancel(id, voc, Side::sell);
  EXPECT_EQ(party.next_report().exec_type, '4');
  party.client.send("G", fields_of(fix_client::ReplaceOrder{.cl_ord_id = party.new_id(),
                                                            .orig_cl_ord_id = id,
                                                            .account = party.account(),
                                                            .symbol = voc,
                                                            .side = Side::sell,
                                                            .quantity = Lots{2},
                                                            .price = Fen{1'198'000}}));
  const Message late = party.next();
  EXPECT_TRUE(late.type() == "9" && late.says(102, "0") && late.says(434, "2"));
  EXPECT_EQ(read_report(late).code, Code::d04_too_late);
}

// Day orders whose day is over.
TEST_F(Refusals, EndsDayOrdersAtTheClose) {
  Trader& party = trader("SH049");
  const std::string id = party.sell(voc, Lots{1}, Fen{1'198'000});
  party.next_report();
  daemon.admin({"phase", "closed"});
  const Report expired = party.next_report();
  EXPECT_EQ(expired.exec_type, 'C');
  EXPECT_EQ(expired.ord_status, 'C');
  EXPECT_EQ(expired.code, Code::c01_expired);
  EXPECT_EQ(expired.cl_ord_id, id);
}

}  // namespace

}  // namespace emx::end_to_end

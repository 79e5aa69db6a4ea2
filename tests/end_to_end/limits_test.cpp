#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "tests/end_to_end/venue.hpp"

// Each code at its limit and one beyond it, through FIX: an order that is just allowed, and the
// next that is not. What an authority changes between the two ends the first one as well, where the
// rule is tested again (market-rules 5, 7, 10).
namespace emx::end_to_end {

namespace {

constexpr const char* so2 = "SO2.AIR.YRD.IND.2630";
constexpr const char* so2_power = "SO2.AIR.YRD.PWR.2630";
constexpr const char* nox = "NOX.AIR.YRD.IND.2630";
constexpr const char* cod = "COD.WAT.TAIHU.IND.2630";
constexpr const char* cod_agri = "COD.WAT.TAIHU.AGR.2630";
constexpr const char* carbon = "SHEA25";

using Act = std::vector<std::string>;

struct Order {
  std::string firm;
  char side;
  std::string symbol;
  std::string quantity;
  std::string price;
  std::string account{};  // empty: the firm's own
  char time_in_force = '0';
  std::vector<std::pair<std::uint32_t, std::string>> terms{};  // more tags
};

Order with(Order order, std::uint32_t tag, const std::string& value) {
  order.terms.emplace_back(tag, value);
  return order;
}
Order in_force(Order order, char time_in_force) {
  order.time_in_force = time_in_force;
  return order;
}

// What becomes of the allowed order before the other is sent.
enum class First { cancelled, left, ended_by_act };

struct Row {
  Code code;
  std::string what;
  Order allowed;
  Order refused;
  std::vector<Act> before{};
  First first = First::cancelled;
  std::vector<Act> between{};
  std::vector<Act> after{};
};

Act limit(const char* kind, const char* scope, const char* name, const char* value) {
  return {"limit", kind, scope, std::string{"--name="} + name, std::string{"--value="} + value};
}

Act facility(const char* name, const char* option, const char* value) {
  return {"facility", name, option, value};
}

// Of a limit of one scope: the first order is within it, the second is not.
Row limited(Code code, const char* kind, const char* scope, const char* name, const char* value,
            const Order& allowed, const Order& refused, First first = First::cancelled) {
  return {code,    std::string{kind} + " of a " + scope, allowed,
          refused, {limit(kind, scope, name, value)},    first,
          {},      {limit(kind, scope, name, "none")}};
}

Order voc_sale(const char* quantity) { return {"SH049", '2', voc, quantity, "11980"}; }
Order nox_sale(const char* quantity) { return {"SH029", '2', nox, quantity, "5320"}; }

std::vector<Row> rows_of_limits() {
  std::vector<Row> rows;
  for (const auto& [scope, name] : {std::pair{"firm", "SH049"}, std::pair{"facility", "SH049-1"},
                                    std::pair{"instrument", voc}}) {
    rows.push_back(limited(Code::o01_quantity, "order-quantity", scope, name, "10", voc_sale("10"),
                           voc_sale("11")));
    rows.push_back(limited(Code::o02_value, "order-value", scope, name, "119.80", voc_sale("2"),
                           voc_sale("3")));
    rows.push_back(limited(Code::o03_open_orders, "open-orders", scope, name, "1", voc_sale("1"),
                           voc_sale("1"), First::left));
  }
  rows.push_back(limited(Code::o01_quantity, "order-quantity", "group", "GRP07", "10",
                         nox_sale("10"), {"JS030", '2', nox, "11", "5320"}));
  rows.push_back(limited(Code::o02_value, "order-value", "group", "GRP07", "26.60", nox_sale("1"),
                         {"JS030", '2', nox, "2", "5320"}));
  rows.push_back(limited(Code::o03_open_orders, "open-orders", "group", "GRP07", "1", nox_sale("1"),
                         {"JS030", '2', nox, "1", "5320"}, First::left));
  rows.push_back(limited(Code::o04_rate, "order-rate", "firm", "SH049", "1", voc_sale("1"),
                         voc_sale("1"), First::left));
  return rows;
}

std::vector<Row> rows_of_orders() {
  const Order sale = voc_sale("1");
  const auto at = [](const char* price) { return Order{"SH049", '2', voc, "1", price}; };
  const auto of_carbon = [](const char* quantity, const char* price) {
    return Order{"SH144", '1', carbon, quantity, price};
  };
  Order of_nobody = sale;
  of_nobody.account = "SH999-1";
  Order of_another = sale;
  of_another.account = "SH065-1";
  return {
      {Code::p03_unknown_symbol, "no such symbol", sale, {"SH049", '2', "GOLD", "1", "11980"}},
      {Code::p04_unknown_account, "no such account", sale, of_nobody},
      {Code::p05_not_your_account, "another firm's account", sale, of_another},
      {Code::p02_venue,
       "the national market's",
       of_carbon("1", "70.00"),
       {"SH144", '1', "CEA25", "1", "62.36"}},
      {Code::p01_phase,
       "a pause",
       sale,
       sale,
       {{"phase", "pre-open", voc}},
       First::left,
       {{"phase", "pause", voc}},
       {{"phase", "continuous", voc}}},
      {Code::p01_phase,
       "a halt",
       sale,
       sale,
       {{"phase", "opening-call", voc}},
       First::left,
       {{"phase", "halt", voc}},
       {{"phase", "continuous", voc}}},
      {Code::p01_phase,
       "immediate in a call",
       sale,
       in_force(sale, '3'),
       {{"phase", "opening-call", voc}},
       First::cancelled,
       {},
       {{"phase", "continuous", voc}}},
      {Code::o05_price, "the upper limit", at("13170"), at("13180")},
      {Code::o05_price, "the lower limit", at("10790"), at("10780")},
      {Code::o06_tick_or_lot, "the tick", at("11990"), at("11985")},
      {Code::o06_tick_or_lot, "the fen", of_carbon("1", "70.01"), of_carbon("1", "70.001")},
      {Code::o06_tick_or_lot, "the lot", sale, {"SH049", '2', voc, "1.5", "11980"}},
      {Code::o01_quantity, "the least", sale, voc_sale("0")},
      {Code::o07_use_block, "a pollutant's block", voc_sale("30000"), voc_sale("30001")},
      {Code::o07_use_block, "a carbon block", of_carbon("99999", "70.00"),
       of_carbon("100000", "70.00")},
  };
}

std::vector<Row> rows_of_eligibility() {
  const Order sale = voc_sale("1");
  const Order purchase{"SH049", '1', voc, "1", "11980"};
  const Order of_carbon{"SH144", '1', carbon, "1", "70.00"};
  return {
      {Code::e01_permit,
       "the last day of the permit",
       sale,
       sale,
       {facility("SH049-1", "--permit", "2026-06-18")},
       First::ended_by_act,
       {facility("SH049-1", "--permit", "2026-06-17")},
       {facility("SH049-1", "--permit", "2030-12-31")}},
      {Code::e01_permit,
       "a pollutant of the permit",
       sale,
       sale,
       {},
       First::ended_by_act,
       {facility("SH049-1", "--pollutants", "COD,NH3N")},
       {facility("SH049-1", "--pollutants", "VOC,COD,NH3N")}},
      {Code::e02_credit,
       "a seller's credit",
       sale,
       sale,
       {facility("SH049-1", "--credit", "WATCH")},
       First::ended_by_act,
       {facility("SH049-1", "--credit", "NEGATIVE")},
       {facility("SH049-1", "--credit", "GOOD")}},
      {Code::e02_credit,
       "a buyer's credit",
       purchase,
       purchase,
       {},
       First::ended_by_act,
       {facility("SH049-1", "--credit", "NEGATIVE")},
       {facility("SH049-1", "--credit", "GOOD")}},
      {Code::e02_credit,
       "a negative buyer cures with carbon, and sells none",
       of_carbon,
       {"SH144", '2', carbon, "1", "70.00"},
       {facility("SH144-1", "--credit", "NEGATIVE")},
       First::cancelled,
       {},
       {facility("SH144-1", "--credit", "GOOD")}},
      {Code::e10_double_ets,
       "the scheme",
       of_carbon,
       of_carbon,
       {facility("SH144-1", "--ets", "SH")},
       First::ended_by_act,
       {facility("SH144-1", "--ets", "NATIONAL")},
       {facility("SH144-1", "--ets", "NONE")}},
      {Code::e11_not_emitter,
       "an investor",
       of_carbon,
       {"SH144", '1', voc, "1", "11980"},
       {facility("SH144-1", "--pollutants", "VOC,CO2E")},
       First::cancelled,
       {},
       {facility("SH144-1", "--pollutants", "CO2E")}},
      {Code::e04_basin,
       "the basin",
       {"SH049", '2', cod, "1", "36830"},
       {"SH049", '2', "COD.WAT.YANGTZE.IND.2630", "1", "36830"}},
      {Code::e05_power,
       "industry",
       {"AH016", '2', so2, "1", "9800"},
       {"AH016", '2', so2_power, "1", "9800"}},
      {Code::e05_power,
       "power",
       {"SH001", '2', so2_power, "1", "9800"},
       {"SH001", '2', so2, "1", "9800"}},
      {Code::e06_agri,
       "agriculture",
       {"JS125", '2', cod_agri, "1", "36830"},
       {"JS125", '2', cod, "1", "36830"}},
      {Code::e06_agri,
       "industry",
       {"SH049", '2', cod, "1", "36830"},
       {"SH049", '2', cod_agri, "1", "36830"}},
      {Code::d01_demand,
       "a kilogram of approved demand",
       purchase,
       purchase,
       {{"demand", "SH049-1", "VOC", "1"}},
       First::ended_by_act,
       {{"demand", "SH049-1", "VOC", "0"}},
       {{"demand", "SH049-1", "VOC", "80000"}}},
  };
}

// These take from the facilities what they leave them, so they come last. 70.00 CNY and a fee of
// 10 bp are 70.07, and 70.01 are 70.08.
std::vector<Row> rows_of_funds() {
  return {
      {Code::l01_cash,
       "a fen",
       {"SH144", '1', carbon, "1", "70.00"},
       {"SH144", '1', carbon, "1", "70.01"},
       {{"freeze", "SH144-1", "cash", "49999929.93"}}},
      {Code::l02_rights,
       "a kilogram",
       voc_sale("1"),
       voc_sale("1"),
       {{"freeze", "SH049-1", voc, "75247"}},
       First::left},
      {Code::l02_rights,
       "a freeze ends what is then without rights",
       {"SH065", '2', voc, "1", "11980"},
       {"SH065", '2', voc, "1", "11980"},
       {{"pledge", "SH065-1", voc, "53663"}},
       First::ended_by_act,
       {{"freeze", "SH065-1", voc, "1"}}},
  };
}

class Limits : public OpenMarket {
 protected:
  Limits()
      : OpenMarket{
            {"SH049", "SH065", "SH144", "SH029", "JS030", "AH016", "SH001", "JS125", "ZJ063"}} {}

  // The venue's answer.
  Report send(const Order& order) {
    Trader& party = trader(order.firm);
    last_id = party.new_id();
    Fields fields;
    fields.add(11, last_id).add(1, order.account.empty() ? party.account() : order.account);
    fields.add(55, order.symbol).add(54, order.side).add(60, "20260618-02:00:00");
    fields.add(38, order.quantity).add(40, '2').add(44, order.price);
    fields.add(59, order.time_in_force);
    for (const auto& [tag, value] : order.terms) fields.add(tag, value);
    party.client.send("D", fields);
    return party.next_report();
  }
  void expect_allowed(const Order& order) {
    const Report report = send(order);
    EXPECT_EQ(report.exec_type, '0') << report.text;
    EXPECT_EQ(name_of(report.code), name_of(Code::none));
  }
  void expect_refused(const Order& order, Code code) {
    const Report report = send(order);
    EXPECT_EQ(report.exec_type, '8');
    EXPECT_EQ(name_of(report.code), name_of(code));
  }
  void expect_ended(const std::string& firm, Code code) {
    const Report ended = trader(firm).next_report();
    EXPECT_EQ(ended.exec_type, '4');
    EXPECT_EQ(ended.leaves, Lots{0});
    EXPECT_EQ(name_of(ended.code), name_of(code));
  }
  void cancel(const Order& order, const std::string& id) {
    Trader& party = trader(order.firm);
    party.cancel(id, order.symbol, order.side == '1' ? Side::buy : Side::sell);
    EXPECT_EQ(party.next_report().exec_type, '4');
  }
  void apply(const std::vector<Act>& acts) {
    for (const Act& act : acts) daemon.admin(act);
  }

  void expect_limit(const Row& row) {
    SCOPED_TRACE(std::string{name_of(row.code)} + ": " + row.what);
    apply(row.before);
    expect_allowed(row.allowed);
    const std::string first = last_id;
    if (row.first == First::cancelled) cancel(row.allowed, first);
    apply(row.between);
    if (row.first == First::ended_by_act) expect_ended(row.allowed.firm, row.code);
    expect_refused(row.refused, row.code);
    if (row.first == First::left) cancel(row.allowed, first);
    apply(row.after);
  }

  std::string last_id;
};

TEST_F(Limits, AllowWhatIsWithinAndRefuseOneBeyond) {
  for (const auto& rows :
       {rows_of_limits(), rows_of_orders(), rows_of_eligibility(), rows_of_funds()}) {
    for (const Row& row : rows) expect_limit(row);
  }
  expect_silence();
  EXPECT_EQ(daemon.audit("verify").exit_code, 0);
}

// Without allocations a group may hold, and bid for, 1,000,000 t of carbon.
TEST_F(Limits, OfCarbonThatAGroupMayHold) {
  const auto bid = [](const std::string& quantity) {
    return Order{"SH144", '1', carbon, quantity, "63.00"};
  };
  daemon.admin({"deposit", "SH144-1", "20000000.00"});
  for (int i = 0; i < 10; ++i) expect_allowed(bid("99999"));
  expect_refused(bid("11"), Code::h01_holding);
  expect_allowed(bid("10"));
  const Report refused = send(bid("1"));
  EXPECT_EQ(name_of(refused.code), name_of(Code::h01_holding));
  EXPECT_NE(refused.text.find("limit 1000000, value 1000001"), std::string::npos) << refused.text;
  // An allocation is so much more room.
  daemon.admin({"issue", "SH144-1", carbon, "1", "ALLOCATION-1"});
  expect_refused(bid("1"), Code::h01_holding);  // it is held as well
  daemon.admin({"mass-cancel", "--symbol", carbon});
  for (int i = 0; i < 11; ++i) expect_ended("SH144", Code::c04_mass);
  expect_allowed(bid("1"));
}

// The kill switch of each scope stops whom it names, and nobody else.
TEST_F(Limits, OfTheKillSwitchByScope) {
  const Order nox_of_ah{"AH016", '2', nox, "1", "5320"};
  const Order nox_of_js{"JS030", '2', nox, "1", "5320"};
  const Order voc_of_sh{"SH049", '2', voc, "1", "11980"};
  const Order cod_of_sh{"SH049", '2', cod, "1", "36830"};
  const Order voc_of_another{"SH065", '2', voc, "1", "11980"};
  struct Scope {
    std::vector<std::string> name;
    Order stopped;
    const Order* goes_on;
  };
  for (const auto& [name, stopped, goes_on] :
       {Scope{{"all"}, nox_of_ah, nullptr}, Scope{{"firm", "SH049"}, voc_of_sh, &voc_of_another},
        Scope{{"group", "GRP07"}, nox_of_js, &nox_of_ah},
        Scope{{"province", "SH"}, voc_of_sh, &nox_of_ah},
        Scope{{"basin", "TAIHU"}, cod_of_sh, &nox_of_ah},
        Scope{{"instrument", voc}, voc_of_sh, &cod_of_sh}}) {
    SCOPED_TRACE(name.front());
    expect_allowed(stopped);
    if (goes_on != nullptr) expect_allowed(*goes_on);
    const std::string before = last_id;
    Act kill{"kill-switch"};
    kill.insert(kill.end(), name.begin(), name.end());
    daemon.admin(kill);
    expect_ended(stopped.firm, Code::k01_killed);
    expect_refused(stopped, Code::k01_killed);
    if (goes_on != nullptr) {
      expect_allowed(*goes_on);
      cancel(*goes_on, last_id);
      cancel(*goes_on, before);
    }
    Act release{"release"};
    release.insert(release.end(), name.begin(), name.end());
    daemon.admin_by_two(release);
    expect_allowed(stopped);
    cancel(stopped, last_id);
  }
  expect_silence();
}

// Who says that all must fill at once, or so much of it, is told when a kilogram lacks.
TEST_F(Limits, OfWhatMustFillAtOnce) {
  const Order bid{"ZJ063", '1', voc, "10", "11980"};
  const auto of = [&](const char* quantity) {
    Order order = bid;
    order.quantity = quantity;
    return order;
  };
  for (const auto& [fits, beyond] : {std::pair{in_force(of("10"), '4'), in_force(of("11"), '4')},
                                     std::pair{with(in_force(of("20"), '3'), 110, "10"),
                                               with(in_force(of("20"), '3'), 110, "11")}}) {
    expect_allowed({"SH049", '2', voc, "10", "11980"});
    expect_allowed(beyond);
    expect_ended("ZJ063", Code::o09_not_fillable);
    expect_allowed(fits);
    const Report bought = trader("ZJ063").next_report();
    EXPECT_TRUE(bought.is_trade());
    EXPECT_EQ(bought.last_quantity, Lots{10});
    EXPECT_TRUE(trader("SH049").next_report().is_trade());
    if (bought.leaves != Lots{0}) expect_ended("ZJ063", Code::c01_expired);
  }
  // A minimum is for immediate orders only.
  expect_refused(with(bid, 110, "10"), Code::o01_quantity);
}

// A post-only order is refused where it would trade, and not where it only seems to.
TEST_F(Limits, OfPostOnly) {
  const auto bid = [](const char* price) {
    return with({"ZJ063", '1', voc, "10", price}, 18, "6");
  };
  expect_allowed({"SH049", '2', voc, "10", "11980"});
  expect_allowed(bid("11970"));
  cancel(bid("11970"), last_id);
  const Report refused = send(bid("11990"));
  EXPECT_EQ(name_of(refused.code), name_of(Code::o10_post_only));
  EXPECT_NE(refused.text.find("limit 11980.00 CNY, value 11990.00 CNY"), std::string::npos)
      << refused.text;
  daemon.admin({"link", "VOC", "SH", "ZJ", "off"});
  expect_allowed(bid("11980"));
  daemon.admin({"link", "VOC", "SH", "ZJ", "on"});  // in a fixpoint it trades as any other
  EXPECT_TRUE(trader("ZJ063").next_report().is_trade());
  EXPECT_TRUE(trader("SH049").next_report().is_trade());
}

// X01: it trades inside its province only. X02: and at no higher a ratio than it says; Shanghai's
// Qingpu is a key zone, so who buys there needs 3/2.
TEST_F(Limits, OfWhomAnOrderTradesWith) {
  const Order ask{"SH049", '2', voc, "3", "11980"};
  const Order local = with({"ZJ063", '1', voc, "3", "11980"}, 9708, "Y");
  expect_allowed(ask);
  const std::string resting = last_id;
  expect_allowed(local);
  trader("ZJ063").expect_silence();
  expect_passed_over(daemon, "ZJ063", last_id, Code::x01_local_only);
  cancel(local, last_id);
  const Order buyer{"SH065", '1', voc, "3", "11980"};
  expect_allowed(with(buyer, 9709, "149/100"));
  trader("SH065").expect_silence();
  expect_passed_over(daemon, "SH065", last_id, Code::x02_max_ratio);
  cancel(buyer, last_id);
  cancel(ask, resting);
  // Control: each trades with whom it may.
  expect_allowed(ask);
  expect_allowed(with(with(buyer, 9709, "3/2"), 9708, "Y"));
  const Report bought = trader("SH065").next_report();
  EXPECT_TRUE(bought.is_trade());
  EXPECT_EQ(bought.ratio, "3/2");
  EXPECT_EQ(bought.credited, Lots{2});
  EXPECT_TRUE(trader("SH049").next_report().is_trade());
}

// A kilogram of room is no warning; none is one, with the cap's own code, of the side it is for.
// Who wants to be refused rather than warned is.
TEST_F(Limits, OfQuotas) {
  constexpr std::int64_t ample = 1'000'000'000;
  const auto quotas = daemon.audit_json("quotas");
  std::int64_t held = 0;
  for (const auto& row : quotas.at("quotas")) {
    if (row.at("year") == 2026 && row.at("province") == "ZJ" && row.at("pollutant") == "VOC") {
      held = row.at("holding").at("use_kg").get<std::int64_t>();
    }
  }
  const Order bid{"ZJ063", '1', voc, "1", "11980"};
  const Order ask{"SH049", '2', voc, "1", "11980"};
  struct Cap {
    Code code;
    const char* province;
    std::string option;
    std::int64_t used;
    const Order& order;
  };
  for (const Cap& cap : {Cap{Code::q01_net_inflow, "ZJ", "--inflow", 0, bid},
                         Cap{Code::q03_gross, "ZJ", "--gross", 0, bid},
                         Cap{Code::q04_holding, "ZJ", "--holding", held, bid},
                         Cap{Code::q05_pace, "ZJ", "--pace", 0, bid},
                         Cap{Code::q02_net_outflow, "SH", "--outflow", 0, ask},
                         Cap{Code::q03_gross, "SH", "--gross", 0, ask}}) {
    SCOPED_TRACE(std::string{name_of(cap.code)} + " of " + cap.province);
    const auto set = [&](std::int64_t value) {
      Act act{"quota", "2026", cap.province, "VOC"};
      for (const char* option : {"--inflow", "--outflow", "--gross", "--holding", "--pace"}) {
        act.emplace_back(option);
        act.push_back(std::to_string(cap.option == option ? value : ample));
      }
      daemon.admin(act);
    };
    const Order strict = with(cap.order, 9710, "Y");
    set(cap.used + 1);
    for (const Order& order : {cap.order, strict}) {
      expect_allowed(order);
      cancel(order, last_id);
    }
    set(cap.used);
    expect_refused(strict, cap.code);
    const Report warned = send(cap.order);
    EXPECT_EQ(warned.exec_type, '0');
    EXPECT_EQ(name_of(warned.code), name_of(cap.code));
    cancel(cap.order, last_id);
    set(ample);
  }
}

}  // namespace

}  // namespace emx::end_to_end

#include "tools/admin/request.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/trading_days.hpp"
#include "tests/admin/small_venue.hpp"
#include "tools/admin/signed_line.hpp"
#include "tools/audit/refused_act.hpp"

namespace emx::admin {
namespace {

constexpr const char* sender = R"({"person":7,"time":"2026-06-18T02:03:04Z",)";

// The request with a sender. Requires: it begins with a brace.
std::string sent(std::string_view request) { return sender + std::string{request.substr(1)}; }

const market::Names& names() {
  static const market::Names known = [] {
    market::Names names;
    for (const auto& command : SmallVenue::commands()) names.apply(command);
    return names;
  }();
  return known;
}

CommandRequest made_of(std::string_view request) {
  Request read = read_request(sent(request), names());
  if (auto* made = std::get_if<CommandRequest>(&read)) return std::move(*made);
  throw std::runtime_error{"not a command: " + std::string{request}};
}

template <class Command>
Command command_of(std::string_view request) {
  const CommandRequest made = made_of(request);
  Command command{};
  if (made.command.size() != sizeof command) throw std::runtime_error{"of another size"};
  std::memcpy(&command, made.command.data(), sizeof command);
  EXPECT_EQ(command.header.size, sizeof command);
  EXPECT_EQ(command.header.command_id, made.id);
  EXPECT_EQ(command.header.actor, operator_actor(7));
  EXPECT_EQ(command.header.approver, 0U);
  return command;
}

std::string fault_of(std::string_view text) {
  const Request request = read_request(text, names());
  const auto* bad = std::get_if<BadRequest>(&request);
  return bad == nullptr ? "" : bad->reason;
}

TEST(AdminRequest, MakesEachCommand) {
  const auto price = command_of<SetReferencePriceCommand>(
      R"({"command":"reference-price","id":7,"symbol":"SHEA25","price":"70.01"})");
  EXPECT_EQ(price.symbol.view(), "SHEA25");
  EXPECT_EQ(price.price_fen, 7'001);
  EXPECT_EQ(price.header.command_id, 7U);
  const auto quota = command_of<SetQuotaCommand>(
      R"({"command":"quota","id":8,"year":2026,"province":"ZJ","pollutant":"VOC","inflow":1,)"
      R"("outflow":2,"gross":3,"holding":4,"pace":5})");
  EXPECT_EQ(quota.province, static_cast<std::uint8_t>(Province::zj));
  EXPECT_EQ(quota.outflow_cap_kg, 2);
  EXPECT_EQ(quota.daily_pace_kg, 5);
  const auto link = command_of<SetLinkCommand>(
      R"({"command":"link","id":9,"pollutant":"VOC","seller":"SH","buyer":"ZJ","enabled":false})");
  EXPECT_EQ(link.enabled, 0);
  const auto set = command_of<SetParametersCommand>(
      R"({"command":"parameters","id":9,"fee":7,"key-zone":"5/4","listed":500})");
  EXPECT_EQ(set.fee_rate_bp, 7U);
  EXPECT_EQ(set.key_zone_n, 5);
  EXPECT_EQ(set.key_zone_d, 4);
  EXPECT_EQ(set.listed_kg_max, 500);
  EXPECT_EQ(set.header.command_id, 9U);
  const auto instrument = command_of<SetInstrumentCommand>(
      R"({"command":"instrument","id":9,"symbol":"SHEA25","band":5,"collar":0,"approval":"P-1"})");
  EXPECT_EQ(instrument.symbol.view(), "SHEA25");
  EXPECT_EQ(instrument.band_pct, 5);
  EXPECT_EQ(instrument.block_band_pct, 30) << "as it is";
  EXPECT_EQ(instrument.approval_ref.view(), "P-1");
  const auto calendar = command_of<SetCalendarCommand>(
      R"({"command":"calendar","id":9,"year":2026,"closed":"2026-10-01,2026-10-02","open":"2026-10-10"})");
  EXPECT_EQ(calendar.year, 2026);
  EXPECT_FALSE(has_day(calendar.days, 273));
  EXPECT_FALSE(has_day(calendar.days, 274));
  EXPECT_TRUE(has_day(calendar.days, 282));
  EXPECT_EQ(calendar.header.command_id, 9U);
  const auto demand = command_of<SetDemandCommand>(
      R"({"command":"demand","id":1,"facility":"ZJ063-1","pollutant":"TP","approved":12})");
  EXPECT_EQ(demand.approved_kg, 12);
  const auto blocks =
      command_of<BlockSessionCommand>(R"({"command":"block-session","id":1,"open":true})");
  EXPECT_EQ(blocks.open, 1);
  const auto phase = command_of<PhaseCommand>(R"({"command":"phase","id":1,"phase":"pause"})");
  EXPECT_TRUE(phase.symbol.empty());
  const auto day = command_of<DayOpenCommand>(R"({"command":"day","id":1,"date":"2026-06-18"})");
  EXPECT_EQ(day.date, date_of(2026, 6, 18).value);
  const auto limit = command_of<SetLimitCommand>(
      R"({"command":"limit","id":1,"limit":"order-rate","scope":"firm","name":"F","value":"5"})");
  EXPECT_EQ(limit.kind, static_cast<std::uint8_t>(LimitKind::order_rate));
  EXPECT_EQ(limit.name.view(), "F");
  EXPECT_EQ(limit.value, 5);
  EXPECT_EQ(limit.until_ns, 0);
  const auto kill = command_of<KillSwitchCommand>(
      R"({"command":"kill-switch","id":1,"scope":"all","killed":true})");
  EXPECT_EQ(kill.killed, 1);
  EXPECT_TRUE(kill.name.empty());
  const auto until = command_of<SetLimitCommand>(
      R"({"command":"limit","id":1,"limit":"open-orders","scope":"group","value":"5",)"
      R"("until":"2026-06-18T02:03:04Z"})");
  EXPECT_EQ(until.until_ns, 1'781'748'184'000'000'000);
  EXPECT_TRUE(until.name.empty());
  EXPECT_TRUE(
      std::holds_alternative<StatusRequest>(read_request(R"({"command":"status"})", names())));
}

// Readers of JSON differ in which of two they take.
TEST(AdminRequest, SaysNothingTwice) {
  EXPECT_EQ(fault_of(sent(R"({"command":"kill-switch","id":1,"scope":"all","killed":true,)"
                          R"("killed":false})")),
            "the request is ambiguous: it says 'killed' twice");
  EXPECT_EQ(fault_of(sent(R"({"command":"activate-rules","id":1,"version":1,)"
                          R"("parts":[{"a":1,"b":[],"a":1}]})")),
            "the request is ambiguous: it says 'a' twice");
  EXPECT_EQ(fault_of(sent(R"({"command":"day","id":1,"date":"2026-06-18","da\u0074e":"x"})")),
            "the request is ambiguous: it says 'date' twice");
  const auto line = read_line(R"({"signed":"{}","signature":"","signed":"[]"})");
  EXPECT_EQ(std::get<BadRequest>(line).reason, "the line is ambiguous: it says 'signed' twice");
  // The same key of two objects is none of these.
  EXPECT_EQ(fault_of(sent(R"({"command":"activate-rules","id":1,"version":1,)"
                          R"("parts":[{"a":1},{"a":1}]})")),
            "'parts' must be a list of texts");
}

// What is deep is told by recursion.
TEST(AdminRequest, IsNestedNoDeeperThanRequestsAre) {
  const std::string deep = std::string(30'000, '[') + std::string(30'000, ']');
  EXPECT_EQ(fault_of(sent(R"({"command":"status","x":)" + deep + "}")),
            "the request is nested too deeply");
  EXPECT_EQ(std::get<BadRequest>(read_line(deep)).reason, "the line is nested too deeply");
  EXPECT_EQ(fault_of(R"({"command":"status","x":[[[[[[1]]]]]]})"),
            "it has a field that is not known here");
}

TEST(AdminRequest, AddsWhoIsNewToTheVenue) {
  const auto firm = command_of<SetFirmCommand>(
      R"({"command":"admit-firm","id":1,"firm":"ZJ900","name":"New Works","uscc":"91330400X"})");
  EXPECT_EQ(firm.firm.view(), "ZJ900");
  EXPECT_EQ(firm.name.view(), "New Works");
  EXPECT_EQ(firm.uscc.view(), "91330400X");
  EXPECT_TRUE(firm.group.empty());
  const std::string opened = R"({"command":"open-account","id":1,"facility":"ZJ063-2",)"
                             R"("firm":"ZJ063","province":"ZJ","zone":"JIASHAN","class":"WWTP")";
  const auto bare = command_of<SetFacilityCommand>(opened + "}");
  EXPECT_EQ(bare.facility.view(), "ZJ063-2");
  EXPECT_EQ(bare.firm.view(), "ZJ063");
  EXPECT_EQ(bare.province, static_cast<std::uint8_t>(Province::zj));
  EXPECT_EQ(bare.zone.view(), "JIASHAN");
  EXPECT_EQ(bare.basin.view(), "TAIHU") << "the zone's";
  EXPECT_EQ(bare.source_class, static_cast<std::uint8_t>(SourceClass::wwtp));
  EXPECT_EQ(bare.permit_valid_to, 0);
  EXPECT_EQ(bare.pollutants_mask, 0);
  const auto whole = command_of<SetFacilityCommand>(
      opened + R"(,"basin":"QIANTANG","permit":"2027-12-31","pollutants":"COD","reach":2,)"
               R"("ets":"NATIONAL","credit":"WATCH"})");
  EXPECT_EQ(whole.basin.view(), "QIANTANG");
  EXPECT_EQ(whole.permit_valid_to, date_of(2027, 12, 31).value);
  EXPECT_EQ(whole.pollutants_mask, 1 << static_cast<int>(Pollutant::cod));
  EXPECT_EQ(whole.reach, 2);
  EXPECT_EQ(whole.ets, static_cast<std::uint8_t>(Ets::national));
  EXPECT_EQ(whole.credit, static_cast<std::uint8_t>(Credit::watch));
}

// What a request leaves out of a row stays as the venue has it.
TEST(AdminRequest, ChangesWhatItSaysOfARow) {
  const auto zone = command_of<SetZoneCommand>(
      R"({"command":"zone","id":1,"province":"ZJ","zone":"JIASHAN","misses":"VOC,TP"})");
  EXPECT_EQ(zone.attaining_mask, 0x7f & ~(1 << 2) & ~(1 << 5));
  EXPECT_EQ(zone.basin.view(), "TAIHU");
  EXPECT_EQ(zone.key_zone, 0);
  const auto key = command_of<SetZoneCommand>(
      R"({"command":"zone","id":1,"province":"ZJ","zone":"JIASHAN","key":true})");
  EXPECT_EQ(key.attaining_mask, 0x7f);
  EXPECT_EQ(key.key_zone, 1);
  const auto facility = command_of<SetFacilityCommand>(
      R"({"command":"facility","id":1,"facility":"ZJ063-1","credit":"NEGATIVE","permit":"none",)"
      R"("pollutants":"VOC"})");
  EXPECT_EQ(facility.credit, static_cast<std::uint8_t>(Credit::negative));
  EXPECT_EQ(facility.permit_valid_to, 0);
  EXPECT_EQ(facility.pollutants_mask, 1 << 2);
  EXPECT_EQ(facility.reach, 3);
  const auto group = [](const char* name) {
    return command_of<SetFirmCommand>(R"({"command":"firm","id":1,"firm":"ZJ063","group":")" +
                                      std::string{name} + "\"}");
  };
  EXPECT_EQ(group("G8").group.view(), "G8");
  EXPECT_TRUE(group("none").group.empty());
}

TEST(AdminRequest, ReadsCashInCnyAndRightsInLots) {
  const auto deposit = command_of<DepositCommand>(
      R"({"command":"deposit","id":1,"facility":"ZJ063-1","amount":"1250.5"})");
  EXPECT_EQ(deposit.facility.view(), "ZJ063-1");
  EXPECT_EQ(deposit.amount_fen, 125'050);
  const auto withdrawal = command_of<WithdrawCommand>(
      R"({"command":"withdraw","id":1,"facility":"ZJ063-1","amount":"0.01"})");
  EXPECT_EQ(withdrawal.amount_fen, 1);
  const auto issue = command_of<IssueCommand>(
      R"({"command":"issue","id":1,"facility":"ZJ063-1","symbol":"SHEA25","quantity":7,)"
      R"("batch":"B-1"})");
  EXPECT_EQ(issue.quantity_lots, 7);
  EXPECT_EQ(issue.batch.view(), "B-1");
  const auto hold = [](const char* command, const char* asset, const char* amount) {
    return std::string{R"({"command":")"} + command + R"(","id":1,"facility":"ZJ063-1","asset":")" +
           asset + R"(","amount":")" + amount + "\"}";
  };
  const auto cash = command_of<FreezeCommand>(hold("freeze", "cash", "10.25"));
  EXPECT_TRUE(cash.symbol.empty());
  EXPECT_EQ(cash.amount, 1'025);
  const auto rights = command_of<FreezeCommand>(hold("unfreeze", "SHEA25", "4"));
  EXPECT_EQ(rights.symbol.view(), "SHEA25");
  EXPECT_EQ(rights.amount, -4);
  EXPECT_EQ(command_of<PledgeCommand>(hold("pledge", "SHEA25", "4")).amount, 4);
  EXPECT_EQ(command_of<PledgeCommand>(hold("unpledge", "cash", "4")).amount, -400);
  EXPECT_EQ(fault_of(sent(hold("freeze", "SHEA25", "1.5"))),
            "'1.5' is not a quantity in lots: a whole number from 0 to 2^62");
  EXPECT_EQ(fault_of(sent(hold("freeze", "cash", "-1"))),
            "'-1' is not an amount in CNY, such as 1250.00");
  EXPECT_EQ(fault_of(sent(hold("freeze", "cash", "0"))), "'amount' must be above 0");
  EXPECT_EQ(fault_of(sent(hold("freeze", "GOLD", "1"))),
            "'GOLD' is no instrument of this venue, and not cash");
  const auto trust =
      command_of<TrustCommand>(R"({"command":"trust","id":1,"from":"ZJ063-1","to":"SH049-1"})");
  EXPECT_EQ(trust.trusted, 1);
  EXPECT_EQ(trust.to.view(), "SH049-1");
  const auto distrust =
      command_of<TrustCommand>(R"({"command":"distrust","id":1,"from":"ZJ063-1","to":"SH049-1"})");
  EXPECT_EQ(distrust.trusted, 0);
  const auto transfer = command_of<TransferCommand>(
      R"({"command":"transfer","id":1,"from":"ZJ063-1","to":"SH049-1","symbol":"SHEA25",)"
      R"("quantity":9})");
  EXPECT_EQ(transfer.from.view(), "ZJ063-1");
  EXPECT_EQ(transfer.quantity_lots, 9);
  const auto value = command_of<SetLimitCommand>(
      R"({"command":"limit","id":1,"limit":"order-value","scope":"firm","value":"12.5"})");
  EXPECT_EQ(value.value, 1'250);
  const auto none = command_of<SetLimitCommand>(
      R"({"command":"limit","id":1,"limit":"order-value","scope":"firm","value":"none"})");
  EXPECT_EQ(none.value, -1);
  const auto mass = command_of<MassCancelCommand>(
      R"({"command":"mass-cancel","id":1,"firm":"ZJ063","side":"sell"})");
  EXPECT_EQ(mass.firm.view(), "ZJ063");
  EXPECT_EQ(mass.side, static_cast<std::uint8_t>(Side::sell));
  const auto call =
      command_of<IndicativeCommand>(R"({"command":"indicative","id":1,"symbol":"SHEA25"})");
  EXPECT_EQ(call.symbol.view(), "SHEA25");
}

TEST(AdminRequest, TellsUnknownNamesAndRanges) {
  EXPECT_EQ(fault_of(sent(R"({"command":"phase","id":1,"phase":"halt","symbol":"GOLD"})")),
            "'GOLD' is no instrument of this venue");
  EXPECT_EQ(fault_of(sent(R"({"command":"deposit","id":1,"facility":"X-1","amount":"1"})")),
            "'X-1' is no facility of this venue");
  EXPECT_EQ(fault_of(sent(R"({"command":"firm","id":1,"firm":"X","group":"G"})")),
            "'X' is no firm of this venue");
  EXPECT_EQ(fault_of(sent(R"({"command":"admit-firm","id":1,"firm":"ZJ063"})")),
            "'ZJ063' is a firm of this venue; 'firm' changes its group");
  EXPECT_EQ(fault_of(sent(R"({"command":"open-account","id":1,"facility":"ZJ063-1"})")),
            "'ZJ063-1' has an account at this venue; 'facility' changes its permit and standing");
  EXPECT_EQ(fault_of(sent(R"({"command":"open-account","id":1,"facility":"X-1","firm":"X"})")),
            "'X' is no firm of this venue; 'admit-firm' makes it one");
  EXPECT_EQ(fault_of(sent(R"({"command":"mass-cancel","id":1,"firm":"X"})")),
            "'X' is no firm of this venue");
  EXPECT_EQ(fault_of(sent(R"({"command":"mass-cancel","id":1})")),
            "say which orders: 'symbol', 'firm', 'side'");
  EXPECT_EQ(fault_of(sent(R"({"command":"zone","id":1,"province":"SH","zone":"JIASHAN"})")),
            "'JIASHAN' is no zone of SH");
  EXPECT_EQ(fault_of(sent(R"({"command":"zone","id":1,"province":"ZJ","zone":"JIASHAN"})")),
            "say what changes: 'misses', 'key'");
  EXPECT_EQ(fault_of(sent(R"({"command":"parameters","id":1})")),
            "say what changes: 'fee', 'gtc-days', 'listed', 'listed-carbon', 'carbon-extra', "
            "'ticket-room', 'key-zone', 'upstream', 'non-attaining', 'carbon'");
  EXPECT_EQ(fault_of(sent(R"({"command":"instrument","id":1,"symbol":"X"})")),
            "'X' is no instrument of this venue");
  EXPECT_EQ(fault_of(sent(R"({"command":"instrument","id":1,"symbol":"SHEA25"})")),
            "say what changes: 'band', 'block-band', 'collar', 'approval'");
  EXPECT_EQ(fault_of(sent(R"({"command":"instrument","id":1,"symbol":"SHEA25","band":0})")),
            "'band' must be a whole number from 1 to 99");
  EXPECT_EQ(fault_of(sent(R"({"command":"calendar","id":1,"year":2026,"open":"2026-10-09"})")),
            "'open': 2026-10-09 is from Monday to Friday, with trading anyway");
  EXPECT_EQ(fault_of(sent(R"({"command":"calendar","id":1,"year":2026,"closed":""})")),
            "'' is not a date such as 2026-06-18");
  EXPECT_EQ(fault_of(sent(R"({"command":"parameters","id":1,"carbon":"3"})")),
            "'carbon' must be a ratio such as 3/2");
  EXPECT_EQ(fault_of(sent(R"({"command":"parameters","id":1,"carbon":"256/1"})")),
            "'carbon': a ratio's parts are at most 255");
  EXPECT_EQ(fault_of(sent(R"({"command":"facility","id":1,"facility":"ZJ063-1"})")),
            "say what changes: 'permit', 'pollutants', 'reach', 'ets', 'credit'");
  EXPECT_EQ(
      fault_of(sent(R"({"command":"zone","id":1,"province":"ZJ","zone":"JIASHAN","misses":"CO"})")),
      "'CO' is not a pollutant; 'misses' is a list such as VOC,NOX, or none");
  EXPECT_EQ(fault_of(sent(R"({"command":"facility","id":1,"facility":"ZJ063-1","reach":256})")),
            "'reach' must be a whole number from 0 to 255");
  EXPECT_EQ(fault_of(sent(R"({"command":"demand","id":1,"facility":"ZJ063-1","pollutant":"VOC",)"
                          R"("approved":-1})")),
            "'approved' must be a whole number from 0 to 4611686018427387904");
  EXPECT_EQ(fault_of(sent(R"({"command":"limit","id":1,"limit":"open-orders","scope":"firm",)"
                          R"("value":"many"})")),
            "'many' is not a limit: a whole number from 0 to 2^62");
}

TEST(AdminRequest, TellsARefusalInTheUnitsOfPeople) {
  const auto reason = [](Code code, std::int64_t limit, std::int64_t value) {
    WithdrawCommand command{};
    command.header.kind = static_cast<std::uint16_t>(CommandKind::withdraw);
    command.header.actor = operator_actor(1);
    RefusedEvent refused{};
    refused.code = static_cast<std::uint16_t>(code);
    refused.limit = limit;
    refused.value = value;
    return audit::reason_of_refusal(std::as_bytes(std::span{&command, 1}), refused);
  };
  const std::string of_cash{words_of(Code::l01_cash)};
  EXPECT_EQ(reason(Code::l01_cash, 123'456, 200'000),
            of_cash + " (limit 1,234.56 CNY, value 2,000.00 CNY)");
  const std::string of_rights{words_of(Code::l02_rights)};
  EXPECT_EQ(reason(Code::l02_rights, 0, 12'000), of_rights + " (limit 0, value 12,000)");
  EXPECT_EQ(reason(Code::p06_four_eyes, 0, 0), words_of(Code::p06_four_eyes));
  EXPECT_EQ(reason(Code::p04_unknown_account, 0, 0), "no such account, firm, group or basin");
  const std::string of_phase{words_of(Code::p01_phase)};
  EXPECT_EQ(reason(Code::p01_phase, 1, 3), of_phase + " (now continuous)");
  const std::string of_scheme{words_of(Code::e10_double_ets)};
  EXPECT_EQ(reason(Code::e10_double_ets, 1, 1),
            of_scheme + " (covered by scheme NATIONAL, the instrument is SHEA)");
}

TEST(AdminRequest, SaysWhatIsWrong) {
  EXPECT_EQ(fault_of("{"), "the request is not JSON");
  // What stands behind a zero byte would be signed, and not read.
  using namespace std::string_literals;
  EXPECT_EQ(fault_of(R"({"command":"status"})"), "");
  EXPECT_EQ(fault_of("{\"command\":\"status\"}\0 and more"s), "the request is not JSON");
  EXPECT_EQ(fault_of("[]"), "it is not a JSON object");
  EXPECT_EQ(fault_of("{}"), "'command' is missing");
  EXPECT_EQ(fault_of(R"({"command":"dance"})"), "'dance' is not a command");
  EXPECT_EQ(fault_of(R"({"command":"phase","phase":"pause"})"), "'id' is missing");
  EXPECT_EQ(fault_of(sent(R"({"command":"phase","id":0,"phase":"pause"})")),
            "'id' must be a whole number above 0");
  EXPECT_EQ(fault_of(sent(R"({"command":"phase","id":1,"phase":"siesta"})")),
            "'siesta' is not a phase");
  EXPECT_EQ(fault_of(sent(R"({"command":"phase","id":1,"phase":"pause","colour":1})")),
            "it has a field that is not known here");
  EXPECT_EQ(fault_of(sent(R"({"command":"day","id":1,"date":"2026-02-30"})")),
            "'2026-02-30' is not a date such as 2026-06-18");
  EXPECT_NE(
      fault_of(sent(R"({"command":"reference-price","id":1,"symbol":"SHEA25","price":"1.001"})")),
      "");
  EXPECT_NE(fault_of(sent(R"({"command":"demand","id":1,"facility":"ZJ063-1","pollutant":"VOC",)"
                          R"("approved":18446744073709551615})")),
            "");
  EXPECT_NE(fault_of(std::string(100'000, '[')), "");
  EXPECT_NE(fault_of("\xff\xfe{}"), "");
}

TEST(AdminRequest, KnowsWhatNeedsASecondPerson) {
  const auto needs = [](std::string_view request) { return made_of(request).needs_second; };
  EXPECT_TRUE(needs(R"({"command":"kill-switch","id":1,"scope":"all","killed":false})"));
  EXPECT_FALSE(needs(R"({"command":"kill-switch","id":1,"scope":"all","killed":true})"));
  EXPECT_TRUE(needs(R"({"command":"limit","id":1,"limit":"order-rate","scope":"firm","value":"5",)"
                    R"("until":"2026-06-18T02:03:04Z"})"));
  EXPECT_FALSE(
      needs(R"({"command":"limit","id":1,"limit":"order-rate","scope":"firm","value":"5"})"));
  EXPECT_FALSE(needs(R"({"command":"phase","id":1,"phase":"pause"})"));
}

TEST(AdminRequest, HasASenderWhenItActs) {
  EXPECT_EQ(fault_of(R"({"command":"phase","id":1,"phase":"pause"})"), "'person' is missing");
  EXPECT_EQ(fault_of(R"({"command":"phase","id":1,"person":1,"phase":"pause"})"),
            "'time' is missing");
  EXPECT_EQ(fault_of(R"({"command":"approve","person":2000000,"time":"2026-06-18T02:03:04Z"})"),
            "'person' is too large");
  EXPECT_EQ(fault_of(sent(R"({"command":"approve","approval":0,"request":"x"})")),
            "'approval' must be a whole number above 0");
  EXPECT_EQ(fault_of(sent(R"({"command":"reject","approval":1})")), "'request' is missing");
  EXPECT_EQ(fault_of(R"({"command":"status","person":1})"),
            "it has a field that is not known here");
  const Request read =
      read_request(sent(R"({"command":"reject","approval":3,"request":"x"})"), names());
  const auto* rejection = std::get_if<DecisionRequest>(&read);
  ASSERT_NE(rejection, nullptr);
  EXPECT_FALSE(rejection->approves);
  EXPECT_EQ(rejection->approval, 3U);
  EXPECT_EQ(rejection->request, "x");
  EXPECT_EQ(rejection->sender.person, 7U);
}

TEST(AdminRequest, ReadsTimesOfOneForm) {
  const auto fault_of_time = [](const std::string& time) {
    return fault_of(R"({"command":"limit","id":1,"person":1,"time":"2026-06-18T02:03:04Z",)"
                    R"("limit":"order-rate","scope":"firm","value":"5","until":")" +
                    time + "\"}");
  };
  EXPECT_EQ(fault_of_time("2199-12-31T23:59:59Z"), "");
  for (const char* wrong :
       {"", "2026-06-18", "2026-06-18T02:03:04", "2026-06-18 02:03:04Z",
        "2026-06-18T02:03:04+08:00", "2026-02-30T02:03:04Z", "2026-06-18T24:00:00Z",
        "2026-06-18T02:60:00Z", "2026-06-18T02:03:04z", "2026-06-18T02:03:60Z",
        "2026-06-18T-2:03:04Z", "2200-01-01T00:00:00Z", "1969-12-31T23:59:59Z"}) {
    EXPECT_EQ(fault_of_time(wrong),
              "'" + std::string{wrong} + "' is not a UTC time such as 2026-06-18T02:03:04Z");
  }
  EXPECT_EQ(fault_of_time("1970-01-01T00:00:00Z"), "'until' must be a time to come");
}

// Bytes changed, cut and put in, at random but the same each time: every line has an answer, and
// what it says in refusing is text.
TEST(AdminRequest, HasAnAnswerToEveryLine) {
  const PrivateKey key = PrivateKey::make();
  const std::vector<std::string> valid = {
      sent(
          R"({"command":"limit","id":1,"limit":"order-rate","scope":"firm","name":"F","value":"5",)"
          R"("until":"2026-06-18T02:03:04Z"})"),
      sent(R"({"command":"kill-switch","id":18446744073709551615,"scope":"all","killed":true})"),
      sent(R"({"command":"reference-price","id":7,"symbol":"SHEA25","price":"70.01"})"),
      sent(R"({"command":"day","id":1,"date":"2026-06-18"})"),
      sent(R"({"command":"approve","approval":3,"request":"{\"command\":\"phase\"}"})"),
      R"({"command":"status"})",
      signed_line(sent(R"({"command":"phase","id":1,"phase":"pause"})"), key)};
  std::mt19937 random{20'260'618};
  const auto below = [&](std::size_t bound) { return random() % bound; };
  std::size_t refused = 0;
  std::size_t read = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string line = valid[below(valid.size())];
    for (std::size_t changes = 1 + below(3); changes > 0 && !line.empty(); --changes) {
      const std::size_t at = below(line.size());
      const auto byte = static_cast<char>(below(256));
      switch (below(4)) {
        case 0:
          line[at] = byte;
          break;
        case 1:
          line.erase(at, 1 + below(8));
          break;
        case 2:
          line.insert(at, 1 + below(3), byte);
          break;
        default:
          line.insert(at, line.substr(below(line.size()), 1 + below(8)));
      }
    }
    const auto framed = read_line(line);
    std::string reason;
    if (const auto* bad = std::get_if<BadRequest>(&framed)) {
      reason = bad->reason;
    } else {
      reason = fault_of(std::get<Line>(framed).text);
    }
    ++(reason.empty() ? read : refused);
    EXPECT_NO_THROW(static_cast<void>(refusal_text(reason))) << line;
  }
  EXPECT_GT(refused, 10'000U);
  EXPECT_GT(read, 100U);
}

// The fuzzer changes what its corpus has; an act that is missing there is never seen changed.
TEST(AdminRequest, StandsInTheFuzzersCorpusWithEveryAct) {
  std::set<std::string> commands;
  for (const auto& file : std::filesystem::directory_iterator{"tests/fuzz/admin"}) {
    std::ifstream lines{file.path()};
    for (std::string line; std::getline(lines, line);) {
      commands.insert(nlohmann::json::parse(line).value("command", ""));
    }
  }
  std::vector<std::string_view> names = names_of_acts();
  EXPECT_GT(names.size(), 30U);
  names.insert(names.end(), {"status", "pending"});
  for (const std::string_view name : names) {
    EXPECT_TRUE(commands.contains(std::string{name})) << name;
  }
}

}  // namespace
}  // namespace emx::admin

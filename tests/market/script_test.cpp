#include "tools/script/script.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/rule_record.hpp"
#include "engine/vocabulary/trading_days.hpp"
#include "ledger/command_log.hpp"
#include "tests/market/folder.hpp"
#include "tools/market/loader.hpp"
#include "tools/market/names.hpp"
#include "tools/script/player.hpp"
#include "tools/script/recorder.hpp"

// Scripts against the sample market: what each statement becomes, what is said of a bad one, and
// how a script is played.

namespace emx::script {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const market::CommandList& delta() {
  static const market::LoadedMarket market = market::load_market(market::testing::delta);
  return market.commands;
}

Script parse(std::string_view text) { return parse_script(text, "s", delta()); }

std::vector<std::string> faults_of(std::string_view text) {
  std::vector<std::string> texts;
  for (const market::Fault& fault : parse(text).faults) texts.push_back(market::text_of(fault));
  return texts;
}

template <class Command>
Command only(std::string_view text, CommandKind kind) {
  const Script script = parse(text);
  EXPECT_THAT(faults_of(text), IsEmpty());
  EXPECT_EQ(script.steps.size(), 1U);
  const auto bytes = *script.steps.at(0).command.begin();
  EXPECT_EQ(read_record<CommandHeader>(bytes).kind, static_cast<std::uint16_t>(kind));
  EXPECT_EQ(bytes.size(), sizeof(Command));
  return read_record<Command>(bytes);
}

TEST(Script, PassesOverCommentsAndEmptyLines) {
  const Script script = parse("# nothing\n\n   \t\nday 2026-06-18  # the day\r\n");
  ASSERT_EQ(script.steps.size(), 1U);
  EXPECT_EQ(script.steps[0].line, 4U);
  EXPECT_EQ(script.steps[0].text, "day 2026-06-18");
}

TEST(Script, ReadsDaysAndPhases) {
  EXPECT_EQ(only<DayOpenCommand>("day 2026-06-18", CommandKind::day_open).date,
            date_of(2026, 6, 18).value);
  const auto all = only<PhaseCommand>("phase pre-open", CommandKind::phase);
  EXPECT_EQ(static_cast<Phase>(all.phase), Phase::pre_open);
  EXPECT_TRUE(all.symbol.empty());
  EXPECT_EQ(only<PhaseCommand>("phase halt SHEA25", CommandKind::phase).symbol.view(), "SHEA25");
}

TEST(Script, TheClockGoesToTheMorningOfTheDay) {
  // 2026-06-18 09:00 at UTC+8.
  EXPECT_EQ(parse("day 2026-06-18").steps.at(0).not_before_ns, 1'781'744'400'000'000'000);
  EXPECT_EQ(parse("phase closed").steps.at(0).not_before_ns, 0);
}

TEST(Script, ReadsPricesInCny) {
  EXPECT_EQ(
      only<SetReferencePriceCommand>("reference SHEA25 71.5", CommandKind::set_reference_price)
          .price_fen,
      7'150);
}

TEST(Script, AQuotaKeepsTheCapsThatAreLeftOut) {
  const auto changed =
      only<SetQuotaCommand>("quota 2026 SH VOC outflow=5000 pace=1", CommandKind::set_quota);
  EXPECT_EQ(changed.inflow_cap_kg, 300'000);
  EXPECT_EQ(changed.outflow_cap_kg, 5'000);
  EXPECT_EQ(changed.gross_cap_kg, 1'000'000);
  EXPECT_EQ(changed.holding_cap_kg, 8'000'000);
  EXPECT_EQ(changed.daily_pace_kg, 1);
  const Script twice = parse("quota 2026 SH VOC outflow=5\nquota 2026 SH VOC inflow=6\n");
  const auto second = read_record<SetQuotaCommand>(*twice.steps.at(1).command.begin());
  EXPECT_EQ(second.outflow_cap_kg, 5);
  EXPECT_EQ(second.inflow_cap_kg, 6);
  EXPECT_EQ(
      only<SetQuotaCommand>("quota 2028 SH VOC gross=7", CommandKind::set_quota).inflow_cap_kg,
      0);  // where there was none
}

TEST(Script, ReadsParametersAndKeepsWhatIsLeftOut) {
  const auto first =
      only<SetParametersCommand>("parameters fee=7 key-zone=5/4", CommandKind::set_parameters);
  EXPECT_EQ(first.fee_rate_bp, 7U);
  EXPECT_EQ(first.key_zone_n, 5);
  EXPECT_EQ(first.key_zone_d, 4);
  EXPECT_EQ(first.gtc_days, 90U);  // the genesis'
  EXPECT_EQ(first.non_attaining_n, 2);
  const Script twice = parse(
      "parameters gtc-days=30 listed=5 listed-carbon=6 carbon-extra=7\n"
      "parameters upstream=7/4 non-attaining=9/4 carbon=2/1\n");
  const auto second = read_record<SetParametersCommand>(*twice.steps.at(1).command.begin());
  EXPECT_EQ(second.gtc_days, 30U);
  EXPECT_EQ(second.listed_kg_max, 5);
  EXPECT_EQ(second.listed_carbon_t_max, 6);
  EXPECT_EQ(second.carbon_extra_t_max, 7);
  EXPECT_EQ(second.upstream_n, 7);
  EXPECT_EQ(second.non_attaining_n, 9);
  EXPECT_EQ(second.carbon_n, 2);
  EXPECT_THAT(faults_of("parameters carbon=2\n"), ElementsAre(HasSubstr("\"2\" is no ratio")));
}

TEST(Script, ChangesWhatItNamesOfAnInstrument) {
  const auto changed = only<SetInstrumentCommand>("instrument VOC.AIR.YRD.IND.2630 band=5 collar=3",
                                                  CommandKind::set_instrument);
  EXPECT_EQ(changed.band_pct, 5);
  EXPECT_EQ(changed.block_band_pct, 30);
  EXPECT_EQ(changed.collar_pct, 3);
  EXPECT_EQ(changed.last_year, 2030);
  EXPECT_EQ(changed.tick_fen, 1'000);
  const Script twice = parse(
      "instrument VOC.AIR.YRD.IND.2630 block-band=20 approval=NEW\n"
      "instrument VOC.AIR.YRD.IND.2630 last-year=2031\n");
  const auto second = read_record<SetInstrumentCommand>(*twice.steps.at(1).command.begin());
  EXPECT_EQ(second.block_band_pct, 20);
  EXPECT_EQ(second.approval_ref.view(), "NEW");
  EXPECT_EQ(second.last_year, 2031);
  EXPECT_THAT(faults_of("instrument VOC.NOWHERE band=5\n"),
              ElementsAre(HasSubstr("is no instrument of this market")));
}

TEST(Script, ReadsACalendar) {
  const auto plain = only<SetCalendarCommand>("calendar 2026", CommandKind::set_calendar);
  EXPECT_EQ(plain.year, 2026);
  EXPECT_EQ(plain.days, monday_to_friday(2026));
  const auto other = only<SetCalendarCommand>(
      "calendar 2026 closed=2026-10-01;2026-10-02 open=2026-10-10", CommandKind::set_calendar);
  EXPECT_FALSE(has_day(other.days, 273));
  EXPECT_FALSE(has_day(other.days, 274));
  EXPECT_TRUE(has_day(other.days, 282));
  EXPECT_THAT(faults_of("calendar 2026 closed=2026-10-03\n"),
              ElementsAre(HasSubstr("2026-10-03 is a Saturday or Sunday")));
  EXPECT_THAT(faults_of("calendar 2026 open=2026-10-xx\n"),
              ElementsAre(HasSubstr("\"2026-10-xx\" is no date")));
  EXPECT_THAT(faults_of("calendar 70000\n"), ElementsAre(HasSubstr("a year has four digits")));
}

TEST(Script, ReadsWhatAuthoritiesSay) {
  const auto demand = only<SetDemandCommand>("demand ZJ063-1 VOC 1000", CommandKind::set_demand);
  EXPECT_EQ(demand.facility.view(), "ZJ063-1");
  EXPECT_EQ(demand.approved_kg, 1'000);
  const auto link = only<SetLinkCommand>("link VOC SH ZJ off", CommandKind::set_link);
  EXPECT_EQ(static_cast<Province>(link.seller_province), Province::sh);
  EXPECT_EQ(static_cast<Province>(link.buyer_province), Province::zj);
  EXPECT_EQ(link.enabled, 0);
  EXPECT_EQ(only<SetLinkCommand>("link VOC SH ZJ on", CommandKind::set_link).enabled, 1);
  const auto deposit = only<DepositCommand>("deposit SH140-1 600000.05", CommandKind::deposit);
  EXPECT_EQ(deposit.amount_fen, 60'000'005);
  const auto issue = only<IssueCommand>("issue SH140-1 SHEA25 7 B-1", CommandKind::issue);
  EXPECT_EQ(issue.quantity_lots, 7);
  EXPECT_EQ(issue.batch.view(), "B-1");
}

TEST(Script, ChangesOfParticipantsKeepWhatIsLeftOut) {
  const auto facility =
      only<SetFacilityCommand>("facility SH001-1 permit=2026-06-17", CommandKind::set_facility);
  EXPECT_EQ(facility.permit_valid_to, date_of(2026, 6, 17).value);
  EXPECT_EQ(facility.reach, 4);
  EXPECT_EQ(facility.firm.view(), "SH001");
  EXPECT_EQ(only<SetFacilityCommand>("facility SH001-1 permit=none", CommandKind::set_facility)
                .permit_valid_to,
            0);
  const auto more =
      only<SetFacilityCommand>("facility SH001-1 pollutants=VOC;TP reach=2 ets=NONE credit=WATCH",
                               CommandKind::set_facility);
  EXPECT_EQ(more.pollutants_mask, 0b100100);
  EXPECT_EQ(more.reach, 2);
  EXPECT_EQ(static_cast<Ets>(more.ets), Ets::none);
  EXPECT_EQ(static_cast<Credit>(more.credit), Credit::watch);
  const auto firm = only<SetFirmCommand>("firm SH001 group=none", CommandKind::set_firm);
  EXPECT_TRUE(firm.group.empty());
  EXPECT_FALSE(firm.name.empty());
  EXPECT_EQ(only<SetFirmCommand>("firm SH001 group=NEW", CommandKind::set_firm).group.view(),
            "NEW");
}

TEST(Script, ChangesAZoneOrDefinesOne) {
  const auto known = only<SetZoneCommand>("zone SH QINGPU misses=VOC;TP", CommandKind::set_zone);
  EXPECT_EQ(known.attaining_mask, 0b1011011);
  EXPECT_EQ(known.key_zone, 1);
  EXPECT_EQ(known.name_zh.view(), "青浦");
  const auto fresh =
      only<SetZoneCommand>("zone SH CHONGMING basin=YANGTZE key=yes", CommandKind::set_zone);
  EXPECT_EQ(fresh.zone.view(), "CHONGMING");
  EXPECT_EQ(fresh.basin.view(), "YANGTZE");
  EXPECT_EQ(fresh.attaining_mask, 0x7F);
  EXPECT_EQ(fresh.key_zone, 1);
}

TEST(Script, ReadsOrdersOfAFacilitysOwnFirm) {
  const auto bid =
      only<NewOrderCommand>("buy ZJ063-1 SHEA25 300@70.01 ioc as b", CommandKind::new_order);
  market::Names names;
  for (const auto command : delta()) names.apply(command);
  EXPECT_EQ(bid.facility, names.find_facility("ZJ063-1"));
  EXPECT_EQ(bid.instrument, names.find_instrument("SHEA25"));
  EXPECT_EQ(bid.header.actor, names.find_firm("ZJ063"));
  EXPECT_EQ(bid.quantity_lots, 300);
  EXPECT_EQ(bid.price_fen, 7'001);
  EXPECT_EQ(static_cast<Side>(bid.side), Side::buy);
  EXPECT_EQ(static_cast<TimeInForce>(bid.time_in_force), TimeInForce::ioc);
  EXPECT_EQ(bid.cl_ord_id.view(), "b");
  const auto ask = only<NewOrderCommand>("\nsell ZJ063-1 SHEA25 1@70", CommandKind::new_order);
  EXPECT_EQ(static_cast<Side>(ask.side), Side::sell);
  EXPECT_EQ(ask.cl_ord_id.view(), "line-2");
}

TEST(Script, ReadsTheTermsOfAnOrderInAnyOrder) {
  const auto iceberg = only<NewOrderCommand>(
      "buy ZJ063-1 SHEA25 300@70 local-only gtd=2026-12-31 session=7 as b show=10 ratio=3/2",
      CommandKind::new_order);
  EXPECT_EQ(static_cast<TimeInForce>(iceberg.time_in_force), TimeInForce::gtd);
  EXPECT_EQ(iceberg.expire_date, date_of(2026, 12, 31).value);
  EXPECT_EQ(iceberg.display_quantity_lots, 10);
  EXPECT_EQ(iceberg.max_ratio_n, 3);
  EXPECT_EQ(iceberg.max_ratio_d, 2);
  EXPECT_EQ(iceberg.instructions, order_local_only);
  EXPECT_EQ(iceberg.header.session, 7U);
  EXPECT_EQ(iceberg.cl_ord_id.view(), "b");
  const auto at_once = only<NewOrderCommand>(
      "sell ZJ063-1 SHEA25 300@market min=20 ioc if-headroom post-only", CommandKind::new_order);
  EXPECT_EQ(static_cast<OrderType>(at_once.order_type), OrderType::market);
  EXPECT_EQ(at_once.price_fen, 0);
  EXPECT_EQ(static_cast<TimeInForce>(at_once.time_in_force), TimeInForce::ioc);
  EXPECT_EQ(at_once.min_quantity_lots, 20);
  EXPECT_EQ(at_once.instructions, order_refuse_if_no_headroom | order_post_only);
  const auto plain = only<NewOrderCommand>("sell ZJ063-1 SHEA25 1@70", CommandKind::new_order);
  EXPECT_EQ(static_cast<OrderType>(plain.order_type), OrderType::limit);
  EXPECT_EQ(static_cast<TimeInForce>(plain.time_in_force), TimeInForce::day);
  EXPECT_EQ(plain.instructions, 0);
}

// Names that a gateway does not know are the exchange's to refuse; that they are none is said, so
// that a slip of the pen stays a fault.
TEST(Script, ReadsNamesThatNobodyKnows) {
  const auto gold = only<NewOrderCommand>(
      "buy ZJ063-1 SHEA25 1@70 unknown-symbol=GOLD as b used-id", CommandKind::new_order);
  EXPECT_EQ(gold.instrument, no_id);
  EXPECT_NE(gold.facility, no_id);
  EXPECT_EQ(gold.unresolved.view(), "GOLD");
  EXPECT_EQ(gold.cl_ord_id.view(), "b");
  EXPECT_EQ(gold.flags, order_duplicate_cl_ord_id);
  const auto nobody = only<NewOrderCommand>("sell ZJ063-1 SHEA25 1@70 unknown-account=ZJ999-1",
                                            CommandKind::new_order);
  EXPECT_EQ(nobody.facility, no_id);
  EXPECT_EQ(nobody.unresolved.view(), "ZJ999-1");
  EXPECT_EQ(nobody.flags, 0);
  EXPECT_THAT(faults_of("buy ZJ063-1 SHEA25 1@70 unknown-symbol=CEA25\n"
                        "buy ZJ063-1 SHEA25 1@70 unknown-account=SH049-1\n"),
              ElementsAre(HasSubstr("s:1: unknown-symbol: the market has \"CEA25\""),
                          HasSubstr("s:2: unknown-account: the market has \"SH049-1\"")));
}

TEST(Script, AReplaceNamesAPrice) {
  EXPECT_THAT(faults_of("buy ZJ063-1 SHEA25 1@70 as b\nreplace b 1@market\n"),
              ElementsAre(HasSubstr("s:2: a replace names a price")));
}

// An order that another firm sends, or wants changed or gone, is for the exchange to refuse.
TEST(Script, ReadsWhoSendsAnOrderACancelAndAReplace) {
  const Script script = parse(
      "sell SH049-1 VOC.AIR.YRD.IND.2630 1@11900 by=ZJ063 as a\n"
      "cancel a by=ZJ063\nreplace a 2@11900 by=ZJ063\ncancel a\n");
  EXPECT_THAT(script.faults, IsEmpty());
  market::Names names;
  for (const auto command : delta()) names.apply(command);
  std::vector<std::uint32_t> senders;
  for (const Step& step : script.steps) {
    senders.push_back(read_record<CommandHeader>(*step.command.begin()).actor);
  }
  const std::uint32_t other = names.find_firm("ZJ063");
  EXPECT_THAT(senders, ElementsAre(other, other, other, names.find_firm("SH049")));
}

TEST(Script, ReadsMassCancels) {
  const auto all = only<MassCancelCommand>("mass-cancel", CommandKind::mass_cancel);
  EXPECT_EQ(all.header.actor, no_id);
  EXPECT_TRUE(all.symbol.view().empty());
  EXPECT_EQ(all.on_disconnect, 0);
  const auto some =
      only<MassCancelCommand>("mass-cancel side=sell symbol=SHEA25 firm=NOBODY session=3 by=ZJ063",
                              CommandKind::mass_cancel);
  market::Names names;
  for (const auto command : delta()) names.apply(command);
  EXPECT_EQ(some.header.actor, names.find_firm("ZJ063"));
  EXPECT_EQ(some.symbol.view(), "SHEA25");
  EXPECT_EQ(some.firm.view(), "NOBODY");
  EXPECT_EQ(some.order_session, 3U);
  EXPECT_EQ(static_cast<Side>(some.side), Side::sell);
  const auto lost = only<MassCancelCommand>("mass-cancel firm=ZJ063 session=3 on-disconnect",
                                            CommandKind::mass_cancel);
  EXPECT_EQ(lost.order_session, 3U);
  EXPECT_EQ(lost.on_disconnect, 1);
}

TEST(Script, ReadsLimitsAndTheKillSwitch) {
  const auto limit = only<SetLimitCommand>("limit order-value firm=ZJ063 1000.50 approved-by=3",
                                           CommandKind::set_limit);
  EXPECT_EQ(static_cast<LimitKind>(limit.kind), LimitKind::order_value);
  EXPECT_EQ(static_cast<Scope>(limit.scope), Scope::firm);
  EXPECT_EQ(limit.name.view(), "ZJ063");
  EXPECT_EQ(limit.value, 100'050);
  EXPECT_EQ(limit.until_ns, 0);
  EXPECT_EQ(limit.header.approver, 3U);
  const auto others =
      only<SetLimitCommand>("limit open-orders facility none", CommandKind::set_limit);
  EXPECT_EQ(others.value, -1);
  EXPECT_TRUE(others.name.empty());
  const auto kill = only<KillSwitchCommand>("kill basin TAIHU", CommandKind::kill_switch);
  EXPECT_EQ(kill.killed, 1);
  EXPECT_EQ(kill.name.view(), "TAIHU");
  const auto release =
      only<KillSwitchCommand>("release all approved-by=2", CommandKind::kill_switch);
  EXPECT_EQ(release.killed, 0);
  EXPECT_EQ(static_cast<Scope>(release.scope), Scope::all);
  EXPECT_EQ(release.header.approver, 2U);
}

TEST(Script, ReadsWhatIsHeldBack) {
  const auto withdraw =
      only<WithdrawCommand>("withdraw ZJ063-1 10.50 approved-by=3", CommandKind::withdraw);
  EXPECT_EQ(withdraw.facility.view(), "ZJ063-1");
  EXPECT_EQ(withdraw.amount_fen, 1'050);
  EXPECT_EQ(withdraw.header.approver, 3U);
  const auto freeze = only<FreezeCommand>("freeze ZJ063-1 cash 10", CommandKind::freeze);
  EXPECT_TRUE(freeze.symbol.empty());
  EXPECT_EQ(freeze.amount, 1'000);
  const auto unfreeze =
      only<FreezeCommand>("unfreeze ZJ063-1 SHEA25 10 approved-by=3", CommandKind::freeze);
  EXPECT_EQ(unfreeze.symbol.view(), "SHEA25");
  EXPECT_EQ(unfreeze.amount, -10);
  EXPECT_EQ(unfreeze.header.approver, 3U);
  EXPECT_EQ(only<PledgeCommand>("pledge ZJ063-1 SHEA25 7", CommandKind::pledge).amount, 7);
  EXPECT_EQ(only<PledgeCommand>("unpledge ZJ063-1 cash 7.01", CommandKind::pledge).amount, -701);
}

TEST(Script, ReadsTransfers) {
  const auto trust = only<TrustCommand>("trust ZJ063-1 SH049-1 approved-by=3", CommandKind::trust);
  EXPECT_EQ(trust.from.view(), "ZJ063-1");
  EXPECT_EQ(trust.to.view(), "SH049-1");
  EXPECT_EQ(trust.trusted, 1);
  EXPECT_EQ(trust.header.approver, 3U);
  EXPECT_EQ(only<TrustCommand>("distrust ZJ063-1 SH049-1", CommandKind::trust).trusted, 0);
  const auto transfer = only<TransferCommand>("transfer ZJ063-1 SH049-1 SHEA25 12 approved-by=3",
                                              CommandKind::transfer);
  EXPECT_EQ(transfer.from.view(), "ZJ063-1");
  EXPECT_EQ(transfer.to.view(), "SH049-1");
  EXPECT_EQ(transfer.symbol.view(), "SHEA25");
  EXPECT_EQ(transfer.quantity_lots, 12);
  EXPECT_EQ(transfer.header.approver, 3U);
}

TEST(Script, ReadsBlocks) {
  const auto block = only<SubmitBlockCommand>("block ZJ063-1 buy SHEA25 100000@70 with SH049-1",
                                              CommandKind::submit_block);
  EXPECT_EQ(block.facility.view(), "ZJ063-1");
  EXPECT_EQ(block.counterparty.view(), "SH049-1");
  EXPECT_EQ(block.symbol.view(), "SHEA25");
  EXPECT_EQ(block.side, static_cast<std::uint8_t>(Side::buy));
  EXPECT_EQ(block.quantity_lots, 100'000);
  EXPECT_EQ(block.price_fen, 7'000);
  EXPECT_EQ(block.minutes, 30);
  EXPECT_EQ(block.cl_ord_id.view().substr(0, 5), "line-");
  EXPECT_TRUE(is_firm(block.header.actor));
  EXPECT_EQ(only<SubmitBlockCommand>("block ZJ063-1 sell SHEA25 1@70 with SH049-1 minutes=5",
                                     CommandKind::submit_block)
                .minutes,
            5);
  const auto answer =
      only<AnswerBlockCommand>("decline-block SH049-1 3", CommandKind::answer_block);
  EXPECT_EQ(answer.block_no, 3U);
  EXPECT_EQ(answer.flags, 0);
  const auto named = only<AnswerBlockCommand>("accept-block SH049-1 3 used-id as yes-1",
                                              CommandKind::answer_block);
  EXPECT_EQ(named.cl_ord_id.view(), "yes-1");
  EXPECT_EQ(named.flags, order_duplicate_cl_ord_id);
  const auto again = only<SubmitBlockCommand>(
      "block ZJ063-1 buy SHEA25 100000@70 with SH049-1 as B7 used-id", CommandKind::submit_block);
  EXPECT_EQ(again.cl_ord_id.view(), "B7");
  EXPECT_EQ(again.flags, order_duplicate_cl_ord_id);
  EXPECT_EQ(answer.answer, static_cast<std::uint8_t>(BlockAnswer::decline));
  EXPECT_EQ(only<AnswerBlockCommand>("accept-block SH049-1 3", CommandKind::answer_block).answer,
            static_cast<std::uint8_t>(BlockAnswer::accept));
  EXPECT_EQ(only<AnswerBlockCommand>("cancel-block ZJ063-1 3", CommandKind::answer_block).answer,
            static_cast<std::uint8_t>(BlockAnswer::cancel));
  EXPECT_EQ(only<BlockSessionCommand>("block-session open", CommandKind::block_session).open, 1);
  EXPECT_EQ(only<BlockSessionCommand>("block-session closed", CommandKind::block_session).open, 0);
  EXPECT_EQ(only<TickCommand>("tick", CommandKind::tick).header.actor, no_id);
  EXPECT_THAT(faults_of("block ZJ063-1 buy SHEA25 100000@market with SH049-1\n"),
              ElementsAre(HasSubstr("a block names a price")));
  EXPECT_THAT(faults_of("accept-block SH049-1 3 as " + std::string(41, 'x') + "\n"),
              ElementsAre(HasSubstr("is too long a name")));
  EXPECT_THAT(faults_of("block-session ajar\n"), ElementsAre(HasSubstr("expected open or closed")));
}

TEST(Script, ReadsRuleSets) {
  const std::string key(43, 'A');
  const auto given = only<SetAuthorityKeyCommand>("authority-key ZJ " + key + "= approved-by=3",
                                                  CommandKind::set_authority_key);
  EXPECT_EQ(given.authority, 2);
  EXPECT_EQ(given.header.approver, 3U);
  const auto record =
      only<RuleRecordCommand>("rule-record joint 7 2 link VOC SH ZJ off", CommandKind::rule_record);
  EXPECT_EQ(record.authority, 4);
  EXPECT_EQ(record.version, 7U);
  EXPECT_EQ(record.record, 2);
  EXPECT_EQ(record.record_kind, static_cast<std::uint16_t>(CommandKind::set_link));
  const auto link = rule_command<SetLinkCommand>(record.record_kind, record.body);
  EXPECT_EQ(link.buyer_province, 2);
  EXPECT_EQ(link.enabled, 0);
  const auto document =
      only<RuleDocumentCommand>("rule-document joint 7 3 2026-07-01", CommandKind::rule_document);
  EXPECT_EQ(document.records, 3);
  EXPECT_EQ(document.effective_date, date_of(2026, 7, 1).value);
  const auto activation = only<ActivateRulesCommand>("activate-rules 7 SH joint approved-by=3",
                                                     CommandKind::activate_rules);
  EXPECT_EQ(activation.version, 7U);
  EXPECT_EQ(activation.parts_mask, 0b10001);
  const auto named = only<ActivateRulesCommand>("activate-rules 7 SH:12 joint approved-by=3",
                                                CommandKind::activate_rules);
  EXPECT_EQ(named.parts_mask, 0b10001);
  EXPECT_EQ(named.documents[0], 12U);
  EXPECT_EQ(named.documents[4], 0U);
  const auto withdrawal =
      only<WithdrawRulesCommand>("withdraw-rules 7 approved-by=3", CommandKind::withdraw_rules);
  EXPECT_EQ(withdrawal.version, 7U);
  EXPECT_EQ(withdrawal.header.approver, 3U);
  const auto query =
      only<QueryCommand>("query orders ZJ firm=ZJ063 from=2026-06-18", CommandKind::query);
  EXPECT_EQ(query.question, static_cast<std::uint8_t>(Question::orders));
  EXPECT_EQ(query.office, static_cast<std::uint8_t>(Office::zj));
  EXPECT_EQ(query.arguments.view(), "firm=ZJ063 from=2026-06-18");
  EXPECT_EQ(query.header.actor, operator_actor(1));
  EXPECT_THAT(faults_of("query fortune ZJ\n"), ElementsAre(HasSubstr("is no question")));
  EXPECT_THAT(faults_of("query orders ZJ firm=" + std::string(121, 'x') + "\n"),
              ElementsAre(HasSubstr("is more than a record of a question takes")));
  EXPECT_THAT(faults_of("rule-record joint 7 2 day 2026-07-01\n"),
              ElementsAre(HasSubstr("\"day\" is no rule of a rule set")));
  EXPECT_THAT(faults_of("authority-key ZJ short\n"), ElementsAre(HasSubstr("is no public key")));
  EXPECT_THAT(faults_of("rule-document joint 7 3 2026-07-01 signature=short\n"),
              ElementsAre(HasSubstr("is no signature")));
}

TEST(Script, ReadsTimesOfTheTradeDate) {
  EXPECT_THAT(faults_of("phase continuous at=09:30\n"),
              ElementsAre(HasSubstr("s:1: a time of day needs a day statement before it")));
  const Script script = parse(
      "day 2026-06-18\nphase continuous at=09:30\n"
      "limit order-quantity instrument=SHEA25 5 until=10:00:00.250\n");
  ASSERT_EQ(script.steps.size(), 3U);
  const std::int64_t midnight = script.steps[0].not_before_ns - 9 * 3'600'000'000'000;
  EXPECT_EQ(script.steps[1].not_before_ns, midnight + 34'200'000'000'000);
  const auto limit = read_record<SetLimitCommand>(*script.steps[2].command.begin());
  EXPECT_EQ(limit.until_ns, midnight + 36'000'250'000'000);
}

TEST(Script, ChainsTheClOrdIdsOfAnOrder) {
  const Script script =
      parse("buy ZJ063-1 SHEA25 300@70 as b\nreplace b 200@70\nreplace b 100@70\ncancel b\n");
  ASSERT_EQ(script.steps.size(), 4U);
  const auto second = read_record<ReplaceOrderCommand>(*script.steps[2].command.begin());
  EXPECT_EQ(second.cl_ord_id.view(), "b/2");
  EXPECT_EQ(second.orig_cl_ord_id.view(), "b/1");
  const auto cancel = read_record<CancelOrderCommand>(*script.steps[3].command.begin());
  EXPECT_EQ(cancel.cl_ord_id.view(), "b/c1");
  EXPECT_EQ(cancel.orig_cl_ord_id.view(), "b/2");
  EXPECT_EQ(script.steps[3].order, "b");
}

struct BadLine {
  const char* name;
  const char* line;
  const char* fault;
};
class ScriptFault : public ::testing::TestWithParam<BadLine> {};

TEST_P(ScriptFault, IsNamedWithItsLine) {
  const std::string text = "day 2026-06-18\n" + std::string{GetParam().line} + "\n";
  EXPECT_THAT(faults_of(text), ElementsAre(HasSubstr(std::string{"s:2: "} + GetParam().fault)));
  EXPECT_THAT(parse(text).steps, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Lines, ScriptFault,
    ::testing::Values(
        BadLine{"Verb", "open", "\"open\" is no statement; expected one of day, phase"},
        BadLine{"Date", "day 2026-02-30", "\"2026-02-30\" is no date; expected for example"},
        BadLine{"Missing", "day", "the line ends early; expected a date"},
        BadLine{"TooMany", "day 2026-06-19 now", "\"now\" is one word too many"},
        BadLine{"Phase", "phase open", "\"open\" is no phase; expected one of closed, pre-open"},
        BadLine{"Symbol", "phase halt VOC", "\"VOC\" is no instrument of this market"},
        BadLine{"Facility", "buy ZJ063 SHEA25 1@70", "\"ZJ063\" is no facility of this market"},
        BadLine{"NoAt", "buy ZJ063-1 SHEA25 100", "\"100\" has no @; expected LOTS@PRICE"},
        BadLine{"Quantity", "buy ZJ063-1 SHEA25 1,000@70", "\"1,000\" is no quantity"},
        BadLine{"Price", "buy ZJ063-1 SHEA25 1@70.001", "\"70.001\" is no amount in CNY"},
        BadLine{"NoName", "buy ZJ063-1 SHEA25 1@70 as", "the line ends early; expected a name"},
        BadLine{"Cancel", "cancel nothing", "there is no order \"nothing\" above"},
        BadLine{"Replace", "replace nothing 1@70", "there is no order \"nothing\" above"},
        BadLine{"Province", "link VOC SH BJ on", "\"BJ\" is no province; expected one of SH, JS"},
        BadLine{"Pollutant", "demand ZJ063-1 SO3 1", "\"SO3\" is no pollutant; expected one of"},
        BadLine{"OnOff", "link VOC SH ZJ maybe", "expected on or off after the two provinces"},
        BadLine{"TwoEnds", "buy ZJ063-1 SHEA25 1@70 ioc gtd=2026-12-31", "an order ends once"},
        BadLine{"Session", "buy ZJ063-1 SHEA25 1@70 session=0", "\"0\" is no number of a session"},
        BadLine{"Ratio", "buy ZJ063-1 SHEA25 1@70 ratio=3",
                "\"3\" is no ratio; expected for example 3/2"},
        BadLine{"RatioPart", "buy ZJ063-1 SHEA25 1@70 ratio=256/1",
                "a ratio's parts are at most 255"},
        BadLine{"OrderSender", "buy ZJ063-1 SHEA25 1@70 by=NOBODY", "there is no firm \"NOBODY\""},
        BadLine{"Sender", "mass-cancel by=NOBODY", "there is no firm \"NOBODY\""},
        BadLine{"LongFirm", "mass-cancel firm=A-NAME-BEYOND-ALL-BOUNDS-OF-FIRMS",
                "\"A-NAME-BEYOND-ALL-BOUNDS-OF-FIRMS\" is too long a name"},
        BadLine{"Option", "quota 2026 SH VOC inflows=1", "\"inflows=1\" is one word too many"},
        BadLine{"OptionEmpty", "quota 2026 SH VOC inflow=", "inflow= has no value"},
        BadLine{"Key", "zone SH QINGPU key=1", "expected key=yes or key=no"},
        BadLine{"LongZone", "zone SH A-NAME-TOO-LONG-X", "\"A-NAME-TOO-LONG-X\" is longer than 16"},
        BadLine{"Group", "firm SH001", "expected group=GROUP or group=none"},
        BadLine{"Time", "day 2026-06-18 at=9:30", "\"9:30\" is no time of day"},
        BadLine{"TimeOfNoDay", "day 2026-06-18 at=24:00", "\"24:00\" is no time of day"},
        BadLine{"LimitKind", "limit orders firm 1", "\"orders\" is no limit; expected one of"},
        BadLine{"LimitScope", "limit open-orders venue 1", "\"venue\" is no scope"},
        BadLine{"LimitValue", "limit open-orders firm few", "\"few\" is no limit"},
        BadLine{"KillName", "kill firm", "the line ends early; expected a name"},
        BadLine{"Firm", "firm SH999 group=none", "\"SH999\" is no firm of this market"},
        BadLine{"Reach", "facility SH001-1 reach=256", "reach is at most 255"},
        BadLine{"Credit", "facility SH001-1 credit=BAD", "\"BAD\" is no credit; expected one of"}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST(Script, FindsAllFaultsInOneRun) {
  EXPECT_THAT(faults_of("open\nday 2026-06-18\nclose\n"),
              ElementsAre(HasSubstr("s:1: "), HasSubstr("s:3: ")));
}

TEST(Script, AnOrderHasItsNameAlone) {
  EXPECT_THAT(faults_of("buy ZJ063-1 SHEA25 1@70 as b\nsell SH013-1 SHEA25 1@70 as b\n"),
              ElementsAre("s:2: there is an order \"b\" already, on line 1"));
}

TEST(Script, NamesAFileThatIsNotThere) {
  const Script script = read_script("tests/market/nothing.emx", delta());
  ASSERT_EQ(script.faults.size(), 1U);
  EXPECT_EQ(market::text_of(script.faults[0]),
            "tests/market/nothing.emx: cannot be read; is it there?");
}

// Keeps stamps and group sizes, and fails when told to.
class MemoryLog final : public ledger::CommandLog {
 public:
  ledger::Result append(std::span<const ledger::ChainedEntry> batch) override {
    if (groups.size() == fails_at) return {ledger::Status::no_space, "the disk is full"};
    groups.push_back(batch.size());
    for (const ledger::ChainedEntry& chained : batch) {
      const EntryView entry = ledger::view_of(chained.bytes);
      stamps.push_back(entry.stamp);
      kinds.push_back(static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind));
      rule_sets.push_back(entry.rule_set);
    }
    return {};
  }
  [[nodiscard]] ledger::ChainEnd end() const override { return {}; }
  [[nodiscard]] SeqNo durable() const override { return SeqNo{stamps.size()}; }
  ledger::Result visit(SeqNo, const EntryVisitor&) const override { return {}; }

  std::size_t fails_at = ~std::size_t{0};
  std::vector<std::size_t> groups;
  std::vector<Stamp> stamps;
  std::vector<CommandKind> kinds;
  std::vector<std::uint64_t> rule_sets;
};

class Playing : public ::testing::Test {
 protected:
  ledger::Result play(std::string_view text, const RecorderOptions& options = {},
                      Recorder::Watcher watcher = {}) {
    const Script script = parse(text);
    EXPECT_THAT(faults_of(text), IsEmpty());
    Recorder recorder{read_record<GenesisCommand>(*delta().begin()), log, std::move(watcher),
                      options};
    Player player{recorder};
    ledger::Result result = player.play(delta());
    return result.ok() ? player.play(script) : result;
  }
  MemoryLog log;
};

TEST_F(Playing, StampsOneStepAfterTheOther) {
  ASSERT_TRUE(
      play("phase closed\nday 2026-06-18\nphase closed\n", {.start_ns = 1'000, .step_ns = 10})
          .ok());
  ASSERT_EQ(log.stamps.size(), 1'166U);
  EXPECT_EQ(log.stamps[0].sequence.value, 1U);
  EXPECT_EQ(log.stamps[0].at_ns, 1'000);
  EXPECT_EQ(log.stamps[1].at_ns, 1'010);
  EXPECT_EQ(log.stamps[1'163].at_ns, 1'000 + 1'163 * 10);
  EXPECT_EQ(log.stamps[1'164].at_ns, 1'781'744'400'000'000'000);  // the day's morning
  EXPECT_EQ(log.stamps[1'165].at_ns, 1'781'744'400'000'000'010);
}

TEST_F(Playing, AppendsInGroups) {
  ASSERT_TRUE(play("day 2026-06-18\n", {.group_entries = 500}).ok());
  EXPECT_THAT(log.groups, ElementsAre(500U, 500U, 163U, 1U));
}

TEST_F(Playing, TellsTheRuleSetACommandIsJudgedBy) {
  ASSERT_TRUE(play("link VOC SH ZJ off\nday 2026-06-18\n").ok());
  EXPECT_EQ(log.rule_sets[0], 1U);        // the genesis, its own
  EXPECT_EQ(log.rule_sets[1], 2U);        // a zone
  EXPECT_EQ(log.rule_sets[1'162], 675U);  // the market's last rule; deposits and issues are none
  EXPECT_EQ(log.rule_sets[1'163], 1'164U);
  EXPECT_EQ(log.rule_sets[1'164], 1'164U);
}

TEST_F(Playing, ContinuesForAsLongAsThereIsMoreToDo) {
  std::string script = "day 2026-06-18\nphase continuous\n";
  for (int i = 0; i < 4'000; ++i) script += "buy AH064-1 VOC.AIR.YRD.IND.2630 1@11000\n";
  ASSERT_TRUE(play(script + "phase closed\nday 2026-06-19\n").ok());
  const std::size_t last = log.kinds.size() - 1;
  EXPECT_EQ(log.kinds[last], CommandKind::day_open);
  EXPECT_EQ(log.kinds[last - 1], CommandKind::proceed);
  EXPECT_EQ(log.kinds[last - 2], CommandKind::phase);
}

TEST_F(Playing, ShowsEntriesOnceTheyAreDurable) {
  std::vector<std::uint32_t> lines;
  bool durable = true;
  ASSERT_TRUE(play("day 2026-06-18\n\nphase closed\n", {.group_entries = 1'000},
                   [&](const EntryView& entry, std::uint32_t line) {
                     if (line != 0) lines.push_back(line);
                     durable = durable && entry.stamp.sequence <= log.durable();
                   })
                  .ok());
  EXPECT_THAT(lines, ElementsAre(1U, 3U));
  EXPECT_TRUE(durable);
}

TEST_F(Playing, StopsWhenTheLogFails) {
  log.fails_at = 2;
  std::uint64_t shown = 0;
  const ledger::Result result = play("day 2026-06-18\n", {.group_entries = 100},
                                     [&](const EntryView&, std::uint32_t) { ++shown; });
  EXPECT_EQ(result.status, ledger::Status::no_space);
  EXPECT_EQ(shown, 200U);
}

TEST_F(Playing, GivesAnOrdersIdToItsCancel) {
  std::vector<EventKind> kinds;
  ASSERT_TRUE(play("day 2026-06-18\nphase continuous\nbuy ZJ063-1 VOC.AIR.YRD.IND.2630 1@12000 "
                   "as b\ncancel b\n",
                   {},
                   [&](const EntryView& entry, std::uint32_t line) {
                     if (line < 3) return;
                     kinds.push_back(
                         static_cast<EventKind>(read_record<EventHeader>(entry.events).kind));
                   })
                  .ok());
  EXPECT_THAT(kinds, ElementsAre(EventKind::order_accepted, EventKind::order_cancelled));
}

}  // namespace
}  // namespace emx::script

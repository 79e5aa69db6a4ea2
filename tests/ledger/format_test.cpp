#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/events.hpp"
#include "engine/vocabulary/ids.hpp"
#include "ledger/entry.hpp"
#include "ledger/meta.hpp"
#include "ledger/records.hpp"
#include "ledger/snapshot_file.hpp"

// Holds the tables of ledger/FORMAT.md to the code: every record with every byte, and every number
// of every enumeration. The document is read from the project's root, where tests run.

namespace emx::ledger {
namespace {

struct Row {
  std::size_t offset;
  std::size_t bytes;
  std::string type;
  std::string field;

  friend bool operator==(const Row&, const Row&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Row& row) {
    return out << row.offset << ' ' << row.bytes << ' ' << row.type << ' ' << row.field;
  }
};

struct Record {
  std::size_t bytes = 0;
  std::uint16_t kind = 0;  // 0: a header, or the meta record
  std::vector<Row> rows;
};

// --- The document ---

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  for (std::size_t begin = 1; begin < line.size();) {
    const auto end = line.find('|', begin);
    if (end == std::string::npos) break;
    std::string cell = line.substr(begin, end - begin);
    cell.erase(0, cell.find_first_not_of(' '));
    cell.erase(cell.find_last_not_of(' ') + 1);
    cells.push_back(cell);
    begin = end + 1;
  }
  return cells;
}

class Document {
 public:
  Document() {
    std::ifstream file{"ledger/FORMAT.md"};
    std::string heading;
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("#")) {
        heading = line.substr(line.find(' ') + 1);
      } else if (line.starts_with("| ") && std::isdigit(line[2])) {
        take(heading, cells_of(line));
      }
    }
  }

  std::map<std::string, Record> records;
  std::map<std::string, std::map<std::uint64_t, std::string>> numbers;

 private:
  // "SetZoneCommand: kind 2, 96 bytes", "EntryHeader: 96 bytes", or "Side".
  void take(const std::string& heading, const std::vector<std::string>& cells) {
    const auto colon = heading.find(": ");
    const std::string name = heading.substr(0, colon);
    if (colon == std::string::npos) {
      // "0 and up": where a range begins.
      numbers[name][std::stoull(cells.at(0))] = cells.at(1);
      return;
    }
    Record& record = records[name];
    const auto kind = heading.find("kind ");
    if (kind != std::string::npos) {
      record.kind = static_cast<std::uint16_t>(std::stoul(heading.substr(kind + 5)));
    }
    const auto size = heading.find(", ") == std::string::npos ? colon : heading.find(", ");
    record.bytes = std::stoul(heading.substr(size + 2));
    record.rows.push_back(
        {std::stoul(cells.at(0)), std::stoul(cells.at(1)), cells.at(2), cells.at(3)});
  }
};

// --- The code ---

template <class Type>
std::string type_of() {
  if constexpr (std::is_same_v<Type, Hash>) {
    return "hash";
  } else if constexpr (std::is_same_v<Type, CommandHeader>) {
    return "command header";
  } else if constexpr (std::is_same_v<Type, EventHeader>) {
    return "event header";
  } else if constexpr (requires {
                         requires std::is_same_v<typename Type::value_type, std::uint8_t>;
                       }) {
    return "bytes";
  } else if constexpr (requires {
                         requires std::is_same_v<typename Type::value_type, std::uint64_t>;
                       }) {
    return std::to_string(sizeof(Type) / 8) + " x u64";
  } else if constexpr (std::is_array_v<Type>) {
    return "zeros";
  } else if constexpr (std::is_integral_v<Type>) {
    return (std::is_signed_v<Type> ? "i" : "u") + std::to_string(8 * sizeof(Type));
  } else {
    return "text";
  }
}

#define FIELD(record, field) \
  Row { offsetof(record, field), sizeof(record::field), type_of<decltype(record::field)>(), #field }
#define COMMAND(record, command_kind, ...)                                                   \
  {                                                                                          \
#record, {                                                                               \
      sizeof(record), static_cast<std::uint16_t>(CommandKind::command_kind), { __VA_ARGS__ } \
    }                                                                                        \
  }
#define EVENT(record, event_kind, ...)                                                   \
  {                                                                                      \
#record, {                                                                           \
      sizeof(record), static_cast<std::uint16_t>(EventKind::event_kind), { __VA_ARGS__ } \
    }                                                                                    \
  }
#define HEADER(record, ...)              \
  {                                      \
#record, {                           \
      sizeof(record), 0, { __VA_ARGS__ } \
    }                                    \
  }

std::map<std::string, Record> records_of_code() {
  return {
      HEADER(EntryHeader, FIELD(EntryHeader, format), FIELD(EntryHeader, kind),
             FIELD(EntryHeader, payload_bytes), FIELD(EntryHeader, sequence),
             FIELD(EntryHeader, at_ns), FIELD(EntryHeader, rule_set), FIELD(EntryHeader, digest),
             FIELD(EntryHeader, actor), FIELD(EntryHeader, approver),
             FIELD(EntryHeader, command_bytes), FIELD(EntryHeader, events_count),
             FIELD(EntryHeader, reserved), FIELD(EntryHeader, prev)),
      HEADER(MetaRecord, FIELD(MetaRecord, magic), FIELD(MetaRecord, schema),
             FIELD(MetaRecord, reserved), FIELD(MetaRecord, size), FIELD(MetaRecord, head),
             FIELD(MetaRecord, genesis)),
      HEADER(SnapshotHeader, FIELD(SnapshotHeader, magic), FIELD(SnapshotHeader, format),
             FIELD(SnapshotHeader, semantics_version), FIELD(SnapshotHeader, sequence),
             FIELD(SnapshotHeader, at_ns), FIELD(SnapshotHeader, digest),
             FIELD(SnapshotHeader, file_bytes), FIELD(SnapshotHeader, sections_count),
             FIELD(SnapshotHeader, reserved), FIELD(SnapshotHeader, head),
             FIELD(SnapshotHeader, genesis)),
      HEADER(SnapshotSection, FIELD(SnapshotSection, name), FIELD(SnapshotSection, bytes)),
      HEADER(CommandHeader, FIELD(CommandHeader, kind), FIELD(CommandHeader, size),
             FIELD(CommandHeader, session), FIELD(CommandHeader, epoch),
             FIELD(CommandHeader, msg_seq_num), FIELD(CommandHeader, command_id),
             FIELD(CommandHeader, actor), FIELD(CommandHeader, approver)),
      COMMAND(GenesisCommand, genesis, FIELD(GenesisCommand, header), FIELD(GenesisCommand, venue),
              FIELD(GenesisCommand, semantics_version), FIELD(GenesisCommand, firms_max),
              FIELD(GenesisCommand, facilities_max), FIELD(GenesisCommand, instruments_max),
              FIELD(GenesisCommand, zones_max), FIELD(GenesisCommand, orders_max),
              FIELD(GenesisCommand, level_cells_max), FIELD(GenesisCommand, fee_rate_bp),
              FIELD(GenesisCommand, listed_kg_max), FIELD(GenesisCommand, listed_carbon_t_max),
              FIELD(GenesisCommand, carbon_extra_t_max), FIELD(GenesisCommand, gtc_days),
              FIELD(GenesisCommand, reserved)),
      COMMAND(SetZoneCommand, set_zone, FIELD(SetZoneCommand, header), FIELD(SetZoneCommand, zone),
              FIELD(SetZoneCommand, name_zh), FIELD(SetZoneCommand, basin),
              FIELD(SetZoneCommand, province), FIELD(SetZoneCommand, attaining_mask),
              FIELD(SetZoneCommand, key_zone), FIELD(SetZoneCommand, reserved)),
      COMMAND(SetLinkCommand, set_link, FIELD(SetLinkCommand, header),
              FIELD(SetLinkCommand, pollutant), FIELD(SetLinkCommand, seller_province),
              FIELD(SetLinkCommand, buyer_province), FIELD(SetLinkCommand, enabled),
              FIELD(SetLinkCommand, reserved)),
      COMMAND(SetInstrumentCommand, set_instrument, FIELD(SetInstrumentCommand, header),
              FIELD(SetInstrumentCommand, symbol), FIELD(SetInstrumentCommand, basin),
              FIELD(SetInstrumentCommand, approval_ref),
              FIELD(SetInstrumentCommand, venue_of_record), FIELD(SetInstrumentCommand, tick_fen),
              FIELD(SetInstrumentCommand, pollutant), FIELD(SetInstrumentCommand, scheme),
              FIELD(SetInstrumentCommand, medium), FIELD(SetInstrumentCommand, book_class),
              FIELD(SetInstrumentCommand, first_year), FIELD(SetInstrumentCommand, last_year),
              FIELD(SetInstrumentCommand, band_pct), FIELD(SetInstrumentCommand, block_band_pct),
              FIELD(SetInstrumentCommand, lot), FIELD(SetInstrumentCommand, levels_max),
              FIELD(SetInstrumentCommand, collar_pct), FIELD(SetInstrumentCommand, reserved)),
      COMMAND(SetFirmCommand, set_firm, FIELD(SetFirmCommand, header), FIELD(SetFirmCommand, firm),
              FIELD(SetFirmCommand, group), FIELD(SetFirmCommand, uscc),
              FIELD(SetFirmCommand, name)),
      COMMAND(SetFacilityCommand, set_facility, FIELD(SetFacilityCommand, header),
              FIELD(SetFacilityCommand, facility), FIELD(SetFacilityCommand, firm),
              FIELD(SetFacilityCommand, zone), FIELD(SetFacilityCommand, basin),
              FIELD(SetFacilityCommand, permit_valid_to), FIELD(SetFacilityCommand, province),
              FIELD(SetFacilityCommand, source_class), FIELD(SetFacilityCommand, ets),
              FIELD(SetFacilityCommand, credit), FIELD(SetFacilityCommand, pollutants_mask),
              FIELD(SetFacilityCommand, reach), FIELD(SetFacilityCommand, reserved)),
      COMMAND(SetQuotaCommand, set_quota, FIELD(SetQuotaCommand, header),
              FIELD(SetQuotaCommand, year), FIELD(SetQuotaCommand, province),
              FIELD(SetQuotaCommand, pollutant), FIELD(SetQuotaCommand, reserved),
              FIELD(SetQuotaCommand, inflow_cap_kg), FIELD(SetQuotaCommand, outflow_cap_kg),
              FIELD(SetQuotaCommand, gross_cap_kg), FIELD(SetQuotaCommand, holding_cap_kg),
              FIELD(SetQuotaCommand, daily_pace_kg)),
      COMMAND(SetDemandCommand, set_demand, FIELD(SetDemandCommand, header),
              FIELD(SetDemandCommand, facility), FIELD(SetDemandCommand, approved_kg),
              FIELD(SetDemandCommand, pollutant), FIELD(SetDemandCommand, reserved)),
      COMMAND(SetReferencePriceCommand, set_reference_price,
              FIELD(SetReferencePriceCommand, header), FIELD(SetReferencePriceCommand, symbol),
              FIELD(SetReferencePriceCommand, price_fen)),
      COMMAND(DepositCommand, deposit, FIELD(DepositCommand, header),
              FIELD(DepositCommand, facility), FIELD(DepositCommand, amount_fen)),
      COMMAND(IssueCommand, issue, FIELD(IssueCommand, header), FIELD(IssueCommand, facility),
              FIELD(IssueCommand, symbol), FIELD(IssueCommand, batch),
              FIELD(IssueCommand, quantity_lots)),
      COMMAND(DayOpenCommand, day_open, FIELD(DayOpenCommand, header), FIELD(DayOpenCommand, date),
              FIELD(DayOpenCommand, reserved)),
      COMMAND(PhaseCommand, phase, FIELD(PhaseCommand, header), FIELD(PhaseCommand, symbol),
              FIELD(PhaseCommand, phase), FIELD(PhaseCommand, reserved)),
      COMMAND(ProceedCommand, proceed, FIELD(ProceedCommand, header)),
      COMMAND(IndicativeCommand, indicative, FIELD(IndicativeCommand, header),
              FIELD(IndicativeCommand, symbol)),
      COMMAND(SetLimitCommand, set_limit, FIELD(SetLimitCommand, header),
              FIELD(SetLimitCommand, name), FIELD(SetLimitCommand, value),
              FIELD(SetLimitCommand, until_ns), FIELD(SetLimitCommand, kind),
              FIELD(SetLimitCommand, scope), FIELD(SetLimitCommand, reserved)),
      COMMAND(KillSwitchCommand, kill_switch, FIELD(KillSwitchCommand, header),
              FIELD(KillSwitchCommand, name), FIELD(KillSwitchCommand, scope),
              FIELD(KillSwitchCommand, killed), FIELD(KillSwitchCommand, reserved)),
      COMMAND(NewOrderCommand, new_order, FIELD(NewOrderCommand, header),
              FIELD(NewOrderCommand, cl_ord_id), FIELD(NewOrderCommand, unresolved),
              FIELD(NewOrderCommand, instrument), FIELD(NewOrderCommand, facility),
              FIELD(NewOrderCommand, price_fen), FIELD(NewOrderCommand, quantity_lots),
              FIELD(NewOrderCommand, min_quantity_lots),
              FIELD(NewOrderCommand, display_quantity_lots), FIELD(NewOrderCommand, expire_date),
              FIELD(NewOrderCommand, side), FIELD(NewOrderCommand, order_type),
              FIELD(NewOrderCommand, time_in_force), FIELD(NewOrderCommand, flags),
              FIELD(NewOrderCommand, instructions), FIELD(NewOrderCommand, max_ratio_n),
              FIELD(NewOrderCommand, max_ratio_d), FIELD(NewOrderCommand, reserved)),
      COMMAND(CancelOrderCommand, cancel_order, FIELD(CancelOrderCommand, header),
              FIELD(CancelOrderCommand, cl_ord_id), FIELD(CancelOrderCommand, orig_cl_ord_id),
              FIELD(CancelOrderCommand, order_id), FIELD(CancelOrderCommand, flags),
              FIELD(CancelOrderCommand, reserved)),
      COMMAND(ReplaceOrderCommand, replace_order, FIELD(ReplaceOrderCommand, header),
              FIELD(ReplaceOrderCommand, cl_ord_id), FIELD(ReplaceOrderCommand, orig_cl_ord_id),
              FIELD(ReplaceOrderCommand, order_id), FIELD(ReplaceOrderCommand, price_fen),
              FIELD(ReplaceOrderCommand, quantity_lots), FIELD(ReplaceOrderCommand, flags),
              FIELD(ReplaceOrderCommand, reserved)),
      COMMAND(MassCancelCommand, mass_cancel, FIELD(MassCancelCommand, header),
              FIELD(MassCancelCommand, cl_ord_id), FIELD(MassCancelCommand, symbol),
              FIELD(MassCancelCommand, firm), FIELD(MassCancelCommand, order_session),
              FIELD(MassCancelCommand, side), FIELD(MassCancelCommand, flags),
              FIELD(MassCancelCommand, on_disconnect), FIELD(MassCancelCommand, reserved)),
      HEADER(EventHeader, FIELD(EventHeader, kind), FIELD(EventHeader, size),
             FIELD(EventHeader, index)),
      COMMAND(WithdrawCommand, withdraw, FIELD(WithdrawCommand, header),
              FIELD(WithdrawCommand, facility), FIELD(WithdrawCommand, amount_fen)),
      COMMAND(FreezeCommand, freeze, FIELD(FreezeCommand, header), FIELD(FreezeCommand, facility),
              FIELD(FreezeCommand, symbol), FIELD(FreezeCommand, amount)),
      COMMAND(PledgeCommand, pledge, FIELD(PledgeCommand, header), FIELD(PledgeCommand, facility),
              FIELD(PledgeCommand, symbol), FIELD(PledgeCommand, amount)),
      COMMAND(TransferCommand, transfer, FIELD(TransferCommand, header),
              FIELD(TransferCommand, from), FIELD(TransferCommand, to),
              FIELD(TransferCommand, symbol), FIELD(TransferCommand, quantity_lots)),
      COMMAND(TrustCommand, trust, FIELD(TrustCommand, header), FIELD(TrustCommand, from),
              FIELD(TrustCommand, to), FIELD(TrustCommand, trusted), FIELD(TrustCommand, reserved)),
      COMMAND(SubmitBlockCommand, submit_block, FIELD(SubmitBlockCommand, header),
              FIELD(SubmitBlockCommand, cl_ord_id), FIELD(SubmitBlockCommand, facility),
              FIELD(SubmitBlockCommand, counterparty), FIELD(SubmitBlockCommand, symbol),
              FIELD(SubmitBlockCommand, price_fen), FIELD(SubmitBlockCommand, quantity_lots),
              FIELD(SubmitBlockCommand, side), FIELD(SubmitBlockCommand, minutes),
              FIELD(SubmitBlockCommand, flags), FIELD(SubmitBlockCommand, reserved)),
      COMMAND(AnswerBlockCommand, answer_block, FIELD(AnswerBlockCommand, header),
              FIELD(AnswerBlockCommand, cl_ord_id), FIELD(AnswerBlockCommand, block_no),
              FIELD(AnswerBlockCommand, answer), FIELD(AnswerBlockCommand, flags),
              FIELD(AnswerBlockCommand, reserved)),
      COMMAND(BlockSessionCommand, block_session, FIELD(BlockSessionCommand, header),
              FIELD(BlockSessionCommand, open), FIELD(BlockSessionCommand, reserved)),
      COMMAND(TickCommand, tick, FIELD(TickCommand, header)),
      COMMAND(SetAuthorityKeyCommand, set_authority_key, FIELD(SetAuthorityKeyCommand, header),
              FIELD(SetAuthorityKeyCommand, public_key), FIELD(SetAuthorityKeyCommand, authority),
              FIELD(SetAuthorityKeyCommand, reserved)),
      COMMAND(RuleRecordCommand, rule_record, FIELD(RuleRecordCommand, header),
              FIELD(RuleRecordCommand, version), FIELD(RuleRecordCommand, record_kind),
              FIELD(RuleRecordCommand, record), FIELD(RuleRecordCommand, authority),
              FIELD(RuleRecordCommand, reserved), FIELD(RuleRecordCommand, body)),
      COMMAND(RuleDocumentCommand, rule_document, FIELD(RuleDocumentCommand, header),
              FIELD(RuleDocumentCommand, version), FIELD(RuleDocumentCommand, effective_date),
              FIELD(RuleDocumentCommand, records), FIELD(RuleDocumentCommand, authority),
              FIELD(RuleDocumentCommand, reserved), FIELD(RuleDocumentCommand, source_sha256),
              FIELD(RuleDocumentCommand, signature)),
      COMMAND(ActivateRulesCommand, activate_rules, FIELD(ActivateRulesCommand, header),
              FIELD(ActivateRulesCommand, version), FIELD(ActivateRulesCommand, parts_mask),
              FIELD(ActivateRulesCommand, reserved), FIELD(ActivateRulesCommand, documents)),
      COMMAND(WithdrawRulesCommand, withdraw_rules, FIELD(WithdrawRulesCommand, header),
              FIELD(WithdrawRulesCommand, version), FIELD(WithdrawRulesCommand, reserved)),
      COMMAND(SetParametersCommand, set_parameters, FIELD(SetParametersCommand, header),
              FIELD(SetParametersCommand, fee_rate_bp), FIELD(SetParametersCommand, gtc_days),
              FIELD(SetParametersCommand, listed_kg_max),
              FIELD(SetParametersCommand, listed_carbon_t_max),
              FIELD(SetParametersCommand, carbon_extra_t_max),
              FIELD(SetParametersCommand, key_zone_n), FIELD(SetParametersCommand, key_zone_d),
              FIELD(SetParametersCommand, upstream_n), FIELD(SetParametersCommand, upstream_d),
              FIELD(SetParametersCommand, non_attaining_n),
              FIELD(SetParametersCommand, non_attaining_d), FIELD(SetParametersCommand, carbon_n),
              FIELD(SetParametersCommand, carbon_d), FIELD(SetParametersCommand, ticket_room_pct),
              FIELD(SetParametersCommand, reserved)),
      COMMAND(SetCalendarCommand, set_calendar, FIELD(SetCalendarCommand, header),
              FIELD(SetCalendarCommand, year), FIELD(SetCalendarCommand, reserved),
              FIELD(SetCalendarCommand, days)),
      COMMAND(QueryCommand, query, FIELD(QueryCommand, header), FIELD(QueryCommand, arguments),
              FIELD(QueryCommand, question), FIELD(QueryCommand, office),
              FIELD(QueryCommand, reserved)),
      EVENT(RefusedEvent, refused, FIELD(RefusedEvent, header), FIELD(RefusedEvent, code),
            FIELD(RefusedEvent, reserved), FIELD(RefusedEvent, limit), FIELD(RefusedEvent, value)),
      EVENT(OrderAcceptedEvent, order_accepted, FIELD(OrderAcceptedEvent, header),
            FIELD(OrderAcceptedEvent, order_id), FIELD(OrderAcceptedEvent, arrival),
            FIELD(OrderAcceptedEvent, instrument), FIELD(OrderAcceptedEvent, facility),
            FIELD(OrderAcceptedEvent, price_ticks), FIELD(OrderAcceptedEvent, quantity_lots),
            FIELD(OrderAcceptedEvent, reserved_amount), FIELD(OrderAcceptedEvent, warning),
            FIELD(OrderAcceptedEvent, side), FIELD(OrderAcceptedEvent, time_in_force),
            FIELD(OrderAcceptedEvent, expire_date)),
      EVENT(OrderReplacedEvent, order_replaced, FIELD(OrderReplacedEvent, header),
            FIELD(OrderReplacedEvent, order_id), FIELD(OrderReplacedEvent, arrival),
            FIELD(OrderReplacedEvent, price_ticks), FIELD(OrderReplacedEvent, quantity_lots),
            FIELD(OrderReplacedEvent, remaining_lots), FIELD(OrderReplacedEvent, reserved_amount),
            FIELD(OrderReplacedEvent, warning), FIELD(OrderReplacedEvent, reserved)),
      EVENT(OrderCancelledEvent, order_cancelled, FIELD(OrderCancelledEvent, header),
            FIELD(OrderCancelledEvent, order_id), FIELD(OrderCancelledEvent, remaining_lots),
            FIELD(OrderCancelledEvent, released_amount), FIELD(OrderCancelledEvent, code),
            FIELD(OrderCancelledEvent, reserved)),
      EVENT(TradeEvent, trade, FIELD(TradeEvent, header), FIELD(TradeEvent, trade_no),
            FIELD(TradeEvent, buy_order_id), FIELD(TradeEvent, sell_order_id),
            FIELD(TradeEvent, buy_facility), FIELD(TradeEvent, sell_facility),
            FIELD(TradeEvent, instrument), FIELD(TradeEvent, code), FIELD(TradeEvent, aggressor),
            FIELD(TradeEvent, ratio_n), FIELD(TradeEvent, ratio_d),
            FIELD(TradeEvent, cross_province), FIELD(TradeEvent, is_block),
            FIELD(TradeEvent, reserved), FIELD(TradeEvent, price_ticks),
            FIELD(TradeEvent, quantity_lots), FIELD(TradeEvent, credited_lots),
            FIELD(TradeEvent, retired_lots), FIELD(TradeEvent, buy_remaining_lots),
            FIELD(TradeEvent, sell_remaining_lots)),
      EVENT(BillEvent, bill, FIELD(BillEvent, header), FIELD(BillEvent, trade_no),
            FIELD(BillEvent, amount_fen), FIELD(BillEvent, buyer_fee_fen),
            FIELD(BillEvent, seller_fee_fen), FIELD(BillEvent, buyer_released_fen),
            FIELD(BillEvent, years), FIELD(BillEvent, reserved)),
      EVENT(PostingEvent, posting, FIELD(PostingEvent, header), FIELD(PostingEvent, asset),
            FIELD(PostingEvent, debit_account), FIELD(PostingEvent, credit_account),
            FIELD(PostingEvent, reserved), FIELD(PostingEvent, amount)),
      EVENT(QuotaUsedEvent, quota_used, FIELD(QuotaUsedEvent, header), FIELD(QuotaUsedEvent, year),
            FIELD(QuotaUsedEvent, province), FIELD(QuotaUsedEvent, pollutant),
            FIELD(QuotaUsedEvent, reserved), FIELD(QuotaUsedEvent, net_kg),
            FIELD(QuotaUsedEvent, net_today_kg), FIELD(QuotaUsedEvent, gross_kg)),
      EVENT(DemandUsedEvent, demand_used, FIELD(DemandUsedEvent, header),
            FIELD(DemandUsedEvent, facility), FIELD(DemandUsedEvent, pollutant),
            FIELD(DemandUsedEvent, reserved), FIELD(DemandUsedEvent, approved_kg),
            FIELD(DemandUsedEvent, credited_kg)),
      EVENT(SkipEvent, skip, FIELD(SkipEvent, header), FIELD(SkipEvent, order_id),
            FIELD(SkipEvent, zone), FIELD(SkipEvent, code), FIELD(SkipEvent, province),
            FIELD(SkipEvent, local_only), FIELD(SkipEvent, price_ticks),
            FIELD(SkipEvent, quantity_lots)),
      EVENT(BandSetEvent, band_set, FIELD(BandSetEvent, header), FIELD(BandSetEvent, instrument),
            FIELD(BandSetEvent, reserved), FIELD(BandSetEvent, reference_ticks),
            FIELD(BandSetEvent, lower_ticks), FIELD(BandSetEvent, upper_ticks)),
      EVENT(MoreToDoEvent, more_to_do, FIELD(MoreToDoEvent, header)),
      EVENT(UncrossedEvent, uncrossed, FIELD(UncrossedEvent, header),
            FIELD(UncrossedEvent, instrument), FIELD(UncrossedEvent, reserved),
            FIELD(UncrossedEvent, price_ticks), FIELD(UncrossedEvent, quantity_lots)),
      EVENT(IndicativeEvent, indicative, FIELD(IndicativeEvent, header),
            FIELD(IndicativeEvent, instrument), FIELD(IndicativeEvent, reserved),
            FIELD(IndicativeEvent, price_ticks), FIELD(IndicativeEvent, quantity_lots),
            FIELD(IndicativeEvent, imbalance_lots)),
      EVENT(CollarHitEvent, collar_hit, FIELD(CollarHitEvent, header),
            FIELD(CollarHitEvent, instrument), FIELD(CollarHitEvent, reserved),
            FIELD(CollarHitEvent, price_ticks), FIELD(CollarHitEvent, lower_ticks),
            FIELD(CollarHitEvent, upper_ticks)),
      EVENT(HeldBackEvent, held_back, FIELD(HeldBackEvent, header), FIELD(HeldBackEvent, asset),
            FIELD(HeldBackEvent, account), FIELD(HeldBackEvent, pledged_amount),
            FIELD(HeldBackEvent, frozen_amount)),
      EVENT(TransferEvent, transfer, FIELD(TransferEvent, header),
            FIELD(TransferEvent, transfer_no), FIELD(TransferEvent, instrument),
            FIELD(TransferEvent, from_facility), FIELD(TransferEvent, to_facility),
            FIELD(TransferEvent, due_date), FIELD(TransferEvent, code), FIELD(TransferEvent, stage),
            FIELD(TransferEvent, ratio_n), FIELD(TransferEvent, ratio_d),
            FIELD(TransferEvent, reserved), FIELD(TransferEvent, quantity_lots),
            FIELD(TransferEvent, credited_lots), FIELD(TransferEvent, retired_lots)),
      EVENT(BlockEvent, block, FIELD(BlockEvent, header), FIELD(BlockEvent, block_no),
            FIELD(BlockEvent, price_ticks), FIELD(BlockEvent, quantity_lots),
            FIELD(BlockEvent, reserved_amount), FIELD(BlockEvent, other_reserved_amount),
            FIELD(BlockEvent, credited_lots), FIELD(BlockEvent, expires_ns),
            FIELD(BlockEvent, instrument), FIELD(BlockEvent, facility),
            FIELD(BlockEvent, counterparty), FIELD(BlockEvent, code), FIELD(BlockEvent, stage),
            FIELD(BlockEvent, side)),
      EVENT(RuleSetEvent, rule_set, FIELD(RuleSetEvent, header), FIELD(RuleSetEvent, version),
            FIELD(RuleSetEvent, effective_date), FIELD(RuleSetEvent, code),
            FIELD(RuleSetEvent, record), FIELD(RuleSetEvent, authority), FIELD(RuleSetEvent, stage),
            FIELD(RuleSetEvent, reserved)),
      EVENT(RuleAppliedEvent, rule_applied, FIELD(RuleAppliedEvent, header),
            FIELD(RuleAppliedEvent, version), FIELD(RuleAppliedEvent, record_kind),
            FIELD(RuleAppliedEvent, record), FIELD(RuleAppliedEvent, authority),
            FIELD(RuleAppliedEvent, reserved), FIELD(RuleAppliedEvent, body)),
  };
}

TEST(Format, DocumentsEveryRecordAsItIs) {
  const Document document;
  const auto code = records_of_code();
  for (const auto& [name, record] : code) {
    ASSERT_TRUE(document.records.contains(name)) << name;
    const Record& documented = document.records.at(name);
    EXPECT_EQ(documented.bytes, record.bytes) << name;
    EXPECT_EQ(documented.kind, record.kind) << name;
    EXPECT_EQ(documented.rows, record.rows) << name;
  }
  EXPECT_EQ(document.records.size(), code.size());
}

// Together with the test above: no byte of a record is in no field.
TEST(Format, LeavesNoByteOut) {
  for (const auto& [name, record] : Document{}.records) {
    std::size_t next = 0;
    for (const Row& row : record.rows) {
      EXPECT_EQ(row.offset, next) << name << ' ' << row.field;
      next += row.bytes;
    }
    EXPECT_EQ(next, record.bytes) << name;
  }
}

TEST(Format, DocumentsEveryKind) {
  std::map<std::uint16_t, std::size_t> commands;
  std::map<std::uint16_t, std::size_t> events;
  for (const auto& [name, record] : Document{}.records) {
    if (record.kind != 0)
      (name.ends_with("Command") ? commands : events)[record.kind] = record.bytes;
  }
  for (std::uint32_t number = 0; number <= 0xFFFF; ++number) {
    const auto kind = static_cast<std::uint16_t>(number);
    EXPECT_EQ(commands.contains(kind) ? commands[kind] : 0, command_bytes_of(kind)) << kind;
    EXPECT_EQ(events.contains(kind) ? events[kind] : 0, event_bytes_of(kind)) << kind;
  }
}

template <class Enum>
void expect_documented(const Document& document, const std::string& name) {
  ASSERT_TRUE(document.numbers.contains(name)) << name;
  const auto& numbers = document.numbers.at(name);
  for (std::uint32_t number = 0; number <= 0xFFFF; ++number) {
    if (number > std::numeric_limits<std::underlying_type_t<Enum>>::max()) break;
    const auto value = static_cast<Enum>(number);
    ASSERT_EQ(numbers.contains(number), is_known(value)) << name << ' ' << number;
    if (!is_known(value)) continue;
    const std::string_view word = name_of(value);
    EXPECT_EQ(numbers.at(number), word.empty() ? "(none)" : word) << name;
  }
}

TEST(Format, DocumentsEveryNumber) {
  const Document document;
  expect_documented<Side>(document, "Side");
  expect_documented<OrderType>(document, "OrderType");
  expect_documented<TimeInForce>(document, "TimeInForce");
  expect_documented<Phase>(document, "Phase");
  expect_documented<Province>(document, "Province");
  expect_documented<Pollutant>(document, "Pollutant");
  expect_documented<Medium>(document, "Medium");
  expect_documented<Scheme>(document, "Scheme");
  expect_documented<SourceClass>(document, "SourceClass");
  expect_documented<BookClass>(document, "BookClass");
  expect_documented<Ets>(document, "Ets");
  expect_documented<Credit>(document, "Credit");
  expect_documented<Scope>(document, "Scope");
  expect_documented<LimitKind>(document, "LimitKind");
  expect_documented<TransferStage>(document, "TransferStage");
  expect_documented<BlockStage>(document, "BlockStage");
  expect_documented<BlockAnswer>(document, "BlockAnswer");
  expect_documented<Authority>(document, "Authority");
  expect_documented<Office>(document, "Office");
  expect_documented<Question>(document, "Question");
  expect_documented<RuleSetStage>(document, "RuleSetStage");
  expect_documented<Code>(document, "Code");

  const auto numbers_of = [&](const std::string& name) {
    std::set<std::uint64_t> numbers;
    for (const auto& row : document.numbers.at(name)) numbers.insert(row.first);
    return numbers;
  };
  EXPECT_EQ(numbers_of("OrderFlags"),
            (std::set<std::uint64_t>{order_duplicate_cl_ord_id, order_inexact_price,
                                     order_inexact_quantity}));
  EXPECT_EQ(
      numbers_of("OrderInstructions"),
      (std::set<std::uint64_t>{order_post_only, order_local_only, order_refuse_if_no_headroom}));
  EXPECT_EQ(numbers_of("Account"),
            (std::set<std::uint64_t>{0, account_bank.value, account_registry.value,
                                     account_venue_fees.value, account_env_retired.value}));
  EXPECT_EQ(numbers_of("Asset"), (std::set<std::uint64_t>{asset_cash, asset_of_instrument(0)}));
}

}  // namespace
}  // namespace emx::ledger

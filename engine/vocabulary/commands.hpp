#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/ids.hpp"
#include "engine/vocabulary/text.hpp"
#include "engine/vocabulary/trading_days.hpp"

// Commands: everything that can change the exchange's state, as ledger format. Little-endian raw
// integers with their unit in the name, no padding; ledger/FORMAT.md documents every byte.
// Enumerations stand as their numbers; the core refuses a number it does not know.
// The command's number and time are not in it: the sequencer gives them (Stamp).

namespace emx {

enum class CommandKind : std::uint16_t {
  genesis = 1,
  set_zone = 2,
  set_link = 3,
  set_instrument = 4,
  set_firm = 5,
  set_facility = 6,
  set_quota = 7,
  set_demand = 8,
  set_reference_price = 9,
  deposit = 10,
  issue = 11,
  day_open = 12,
  phase = 13,
  proceed = 14,  // Continue
  indicative = 15,
  set_limit = 16,
  kill_switch = 17,
  new_order = 20,
  cancel_order = 21,
  replace_order = 22,
  mass_cancel = 23,
  withdraw = 24,
  freeze = 25,
  pledge = 26,
  transfer = 27,
  trust = 28,
  submit_block = 30,
  answer_block = 31,
  block_session = 32,
  tick = 33,
  set_authority_key = 40,
  rule_record = 41,
  rule_document = 42,
  activate_rules = 43,
  set_parameters = 44,
  set_calendar = 45,
  withdraw_rules = 46,
  query = 47,
};

struct CommandHeader {
  std::uint16_t kind;         // CommandKind
  std::uint16_t size;         // bytes of the whole command, this header included
  std::uint32_t session;      // the FIX session it came by; 0: the venue itself
  std::uint32_t epoch;        // of the session's numbering; grows at each reset
  std::uint32_t msg_seq_num;  // FIX 34 within the epoch
  std::uint64_t command_id;   // of an authority's or operator's command, for idempotency; 0: none
  std::uint32_t actor;        // firm of the session, operator_actor() of a person, or `no_id`: the
                              // venue's own schedule
  std::uint32_t approver;     // number of the second person, where one is required; 0: none
};
static_assert(sizeof(CommandHeader) == 32);

// Persons who act for the venue or an authority are numbered from 1; firms never reach this bit.
inline constexpr std::uint32_t operator_bit = std::uint32_t{1} << 31;
constexpr std::uint32_t operator_actor(std::uint32_t person) { return person | operator_bit; }
// Requires: is_person(actor).
constexpr std::uint32_t person_of(std::uint32_t actor) { return actor & ~operator_bit; }
constexpr bool is_firm(std::uint32_t actor) { return actor < operator_bit; }
constexpr bool is_person(std::uint32_t actor) { return actor > operator_bit && actor != no_id; }

// Whether two different persons stand behind the command (market-rules 10): the venue's own
// schedule is nobody, so one person's approval of it makes no four eyes. needs_four_eyes() says
// which commands want them.
constexpr bool has_four_eyes(const CommandHeader& header) {
  const std::uint32_t second = operator_actor(header.approver);
  return is_person(header.actor) && is_person(second) && second != header.actor;
}

// The first command of a ledger, and only there: what the core is built for.
struct GenesisCommand {
  CommandHeader header;
  Text<32> venue;
  std::uint32_t semantics_version;
  std::uint32_t firms_max;
  std::uint32_t facilities_max;
  std::uint32_t instruments_max;
  std::uint32_t zones_max;
  std::uint32_t orders_max;          // resting, over all books
  std::uint32_t level_cells_max;     // price levels, over all books, classes and sides
  std::uint32_t fee_rate_bp;         // a side; market-rules 11
  std::int64_t listed_kg_max;        // O07 above; market-rules 9
  std::int64_t listed_carbon_t_max;  // O07 above
  std::int64_t carbon_extra_t_max;   // H01: what a group may hold beyond its allocations
  std::uint32_t gtc_days;            // calendar days that a GTC order lives; market-rules 8.6
  std::uint32_t reserved;
};
static_assert(sizeof(GenesisCommand) == 128);

// Defines a zone, or changes it when the province has one of that name.
struct SetZoneCommand {
  CommandHeader header;
  ZoneCode zone;
  Text<24> name_zh;  // UTF-8
  BasinCode basin;
  std::uint8_t province;        // Province
  std::uint8_t attaining_mask;  // bit = Pollutant; 1: meets its target
  std::uint8_t key_zone;        // 0 or 1
  std::uint8_t reserved[5];
};
static_assert(sizeof(SetZoneCommand) == 96);

// Switches trading of a pollutant from one province to another on or off (E07). All start on.
struct SetLinkCommand {
  CommandHeader header;
  std::uint8_t pollutant;        // Pollutant
  std::uint8_t seller_province;  // Province
  std::uint8_t buyer_province;   // Province
  std::uint8_t enabled;          // 0 or 1
  std::uint8_t reserved[4];
};
static_assert(sizeof(SetLinkCommand) == 40);

// Defines an instrument. It has no price limits until it gets a reference price (P01 until then).
struct SetInstrumentCommand {
  CommandHeader header;
  Symbol symbol;
  BasinCode basin;
  Text<24> approval_ref;
  Text<8> venue_of_record;  // other than the venue's own "EMX": reference data only (P02)
  std::int64_t tick_fen;
  std::uint8_t pollutant;   // Pollutant
  std::uint8_t scheme;      // Scheme
  std::uint8_t medium;      // Medium
  std::uint8_t book_class;  // BookClass
  std::uint16_t first_year;
  std::uint16_t last_year;
  std::uint16_t band_pct;  // price limits around the reference
  std::uint16_t block_band_pct;
  std::uint32_t lot;         // kg or t; 1
  std::uint32_t levels_max;  // width of the price ladder; the band must fit; 0: as it is
  std::uint16_t collar_pct;  // around the last trade; market-rules 9; 0: none
  std::uint16_t reserved;
};
static_assert(sizeof(SetInstrumentCommand) == 144);

struct SetFirmCommand {
  CommandHeader header;
  FirmCode firm;
  Text<16> group;  // empty: none
  Text<24> uscc;   // unified social credit code
  Text<64> name;   // UTF-8
};
static_assert(sizeof(SetFirmCommand) == 152);

// Defines a facility (one account), or changes its permit, pollutants, reach, scheme and credit.
struct SetFacilityCommand {
  CommandHeader header;
  AccountCode facility;
  FirmCode firm;
  ZoneCode zone;
  BasinCode basin;
  std::int32_t permit_valid_to;  // days since 1970-01-01, inclusive; 0: none
  std::uint8_t province;         // Province
  std::uint8_t source_class;     // SourceClass
  std::uint8_t ets;              // Ets
  std::uint8_t credit;           // Credit
  std::uint8_t pollutants_mask;  // bit = Pollutant
  std::uint8_t reach;            // grows downstream
  std::uint8_t reserved[6];
};
static_assert(sizeof(SetFacilityCommand) == 112);

// Caps of one province and pollutant for one calendar year (market-rules 7).
struct SetQuotaCommand {
  CommandHeader header;
  std::uint16_t year;
  std::uint8_t province;   // Province
  std::uint8_t pollutant;  // Pollutant
  std::uint8_t reserved[4];
  std::int64_t inflow_cap_kg;
  std::int64_t outflow_cap_kg;
  std::int64_t gross_cap_kg;
  std::int64_t holding_cap_kg;
  std::int64_t daily_pace_kg;
};
static_assert(sizeof(SetQuotaCommand) == 80);

// A new approval of a facility's demand; what was credited under the one before counts no more.
struct SetDemandCommand {
  CommandHeader header;
  AccountCode facility;
  std::int64_t approved_kg;
  std::uint8_t pollutant;  // Pollutant
  std::uint8_t reserved[7];
};
static_assert(sizeof(SetDemandCommand) == 64);

struct SetReferencePriceCommand {
  CommandHeader header;
  Symbol symbol;
  std::int64_t price_fen;
};
static_assert(sizeof(SetReferencePriceCommand) == 72);

struct DepositCommand {
  CommandHeader header;
  AccountCode facility;
  std::int64_t amount_fen;
};
static_assert(sizeof(DepositCommand) == 56);

struct IssueCommand {
  CommandHeader header;
  AccountCode facility;
  Symbol symbol;
  Text<24> batch;
  std::int64_t quantity_lots;
};
static_assert(sizeof(IssueCommand) == 112);

// Starts a trade date; every book is then closed until its Phase. Dates only grow.
struct DayOpenCommand {
  CommandHeader header;
  std::int32_t date;  // days since 1970-01-01
  std::uint32_t reserved;
};
static_assert(sizeof(DayOpenCommand) == 40);

struct PhaseCommand {
  CommandHeader header;
  Symbol symbol;       // empty: all books
  std::uint8_t phase;  // Phase
  std::uint8_t reserved[7];
};
static_assert(sizeof(PhaseCommand) == 72);

// Goes on with work that an entry's bound cut off; no other command is taken before it.
struct ProceedCommand {
  CommandHeader header;
};
static_assert(sizeof(ProceedCommand) == 32);

// Asks for a call's price and volume as they would be now; market-rules 9.
struct IndicativeCommand {
  CommandHeader header;
  Symbol symbol;
};
static_assert(sizeof(IndicativeCommand) == 64);

// A limit on orders (market-rules 10), of one by name or of all of a scope that have none of their
// own; for good, or, with a second person, up to a time.
struct SetLimitCommand {
  CommandHeader header;
  Text<32> name;          // of the scope; empty: all that have none of their own
  std::int64_t value;     // orders, orders a second, lots or fen; -1: no lasting limit
  std::int64_t until_ns;  // UTC since 1970: up to then above the lasting one; 0: lasting
  std::uint8_t kind;      // LimitKind
  std::uint8_t scope;     // Scope: firm, group, facility or instrument; of a rate firm only
  std::uint8_t reserved[6];
};
static_assert(sizeof(SetLimitCommand) == 88);

// Stops all orders of a scope and cancels those that rest (K01), or, with a second person, lets
// them in again.
struct KillSwitchCommand {
  CommandHeader header;
  Text<32> name;        // of the scope; of `all` empty
  std::uint8_t scope;   // Scope
  std::uint8_t killed;  // 1: stop; 0: release
  std::uint8_t reserved[6];
};
static_assert(sizeof(KillSwitchCommand) == 72);

// Cash goes back to the bank account; with a second person.
struct WithdrawCommand {
  CommandHeader header;
  AccountCode facility;
  std::int64_t amount_fen;
};
static_assert(sizeof(WithdrawCommand) == 56);

// Freezes so much more of a facility's cash, or of its rights of an instrument; below 0: frees so
// much, with a second person (market-rules 10 and 17).
struct FreezeCommand {
  CommandHeader header;
  AccountCode facility;
  Symbol symbol;        // empty: cash
  std::int64_t amount;  // fen or lots
};
static_assert(sizeof(FreezeCommand) == 88);

// The same of what is pledged.
struct PledgeCommand {
  CommandHeader header;
  AccountCode facility;
  Symbol symbol;        // empty: cash
  std::int64_t amount;  // fen or lots
};
static_assert(sizeof(PledgeCommand) == 88);

// Rights of one facility for another that it trusts; with a second person. They are frozen at once
// and go on the first trade date four days on or later (market-rules 12 and 17).
struct TransferCommand {
  CommandHeader header;
  AccountCode from;
  AccountCode to;
  Symbol symbol;
  std::int64_t quantity_lots;
};
static_assert(sizeof(TransferCommand) == 104);

// Puts a pair on the list of those between whom rights may be transferred, with a second person, or
// takes it off.
struct TrustCommand {
  CommandHeader header;
  AccountCode from;
  AccountCode to;
  std::uint8_t trusted;  // 0 or 1
  std::uint8_t reserved[7];
};
static_assert(sizeof(TrustCommand) == 72);

// A block: one deal that two facilities have negotiated (market-rules 9). It trades when the other
// side accepts it; until then the submitter's funds or rights are reserved.
struct SubmitBlockCommand {
  CommandHeader header;
  ClOrdId cl_ord_id;     // of the report; one space of ids with the firm's orders
  AccountCode facility;  // the submitter
  AccountCode counterparty;
  Symbol symbol;
  std::int64_t price_fen;
  std::int64_t quantity_lots;
  std::uint8_t side;     // Side of the submitter
  std::uint8_t minutes;  // that it lives on command time, 1 to 30
  std::uint8_t flags;    // OrderFlags
  std::uint8_t reserved[5];
};
static_assert(sizeof(SubmitBlockCommand) == 160);

// What a side says of an open block: the counterparty accepts or declines, the submitter cancels.
struct AnswerBlockCommand {
  CommandHeader header;
  ClOrdId cl_ord_id;
  std::uint64_t block_no;  // 0: what it names is no block (D03)
  std::uint8_t answer;     // BlockAnswer
  std::uint8_t flags;      // OrderFlags
  std::uint8_t reserved[6];
};
static_assert(sizeof(AnswerBlockCommand) == 88);

// Opens or closes the session in which blocks trade, for all instruments (market-rules 9).
struct BlockSessionCommand {
  CommandHeader header;
  std::uint8_t open;  // 0 or 1
  std::uint8_t reserved[7];
};
static_assert(sizeof(BlockSessionCommand) == 40);

// Time has passed: blocks whose time is over end, as before any command. For a quiet market.
struct TickCommand {
  CommandHeader header;
};
static_assert(sizeof(TickCommand) == 32);

// The public key (Ed25519) that an authority signs its rules with, with a second person.
struct SetAuthorityKeyCommand {
  CommandHeader header;
  std::array<std::uint8_t, 32> public_key;
  std::uint8_t authority;  // Authority
  std::uint8_t reserved[7];
};
static_assert(sizeof(SetAuthorityKeyCommand) == 72);

inline constexpr std::uint32_t rule_body_bytes_max = 112;

// One rule of an authority's document for the next rule set, as the command that sets it without
// its header. A document's records come one after the other; the first begins it anew. What lies
// closed stays until another document closes.
struct RuleRecordCommand {
  CommandHeader header;
  std::uint32_t version;      // of the rule set
  std::uint16_t record_kind;  // CommandKind, of those that set such a rule
  std::uint16_t record;       // from 0
  std::uint8_t authority;     // Authority
  std::uint8_t reserved[7];
  std::array<std::uint8_t, rule_body_bytes_max> body;  // what it does not need is 0
};
static_assert(sizeof(RuleRecordCommand) == 160);

// Closes an authority's document, with its signature over all of it.
struct RuleDocumentCommand {
  CommandHeader header;
  std::uint32_t version;        // of the rule set
  std::int32_t effective_date;  // days since 1970-01-01
  std::uint16_t records;        // how many there are
  std::uint8_t authority;       // Authority
  std::uint8_t reserved[5];
  std::array<std::uint8_t, 32> source_sha256;  // of the text that it was made from
  std::array<std::uint8_t, 64> signature;      // Ed25519; ledger/FORMAT.md says over what
};
static_assert(sizeof(RuleDocumentCommand) == 144);

// Puts the documents of a version into force, on their date or at once when that has come; with a
// second person. Documents that lie closed and are not named are left out, and over.
struct ActivateRulesCommand {
  CommandHeader header;
  std::uint32_t version;
  std::uint8_t parts_mask;  // bit = Authority: whose documents the set has
  std::uint8_t reserved[3];
  // By Authority: the entry that closed its document, as the two persons read it; 0: not in the set
  std::array<std::uint64_t, authorities_count> documents;
};
static_assert(sizeof(ActivateRulesCommand) == 80);

// Takes back a set that was activated and waits for its date; with a second person. Its version is
// used up.
struct WithdrawRulesCommand {
  CommandHeader header;
  std::uint32_t version;
  std::uint8_t reserved[4];
};
static_assert(sizeof(WithdrawRulesCommand) == 40);

// What the joint office sets for the whole market; the record replaces all of it. Each ratio n/d
// (market-rules 6) is at least 1, in lowest terms.
struct SetParametersCommand {
  CommandHeader header;
  std::uint32_t fee_rate_bp;         // a side, of new orders; market-rules 11
  std::uint32_t gtc_days;            // calendar days that a new GTC order lives; market-rules 8.6
  std::int64_t listed_kg_max;        // O07 above; market-rules 9
  std::int64_t listed_carbon_t_max;  // O07 above
  std::int64_t carbon_extra_t_max;   // H01: what a group may hold beyond its allocations
  std::uint8_t key_zone_n;
  std::uint8_t key_zone_d;
  std::uint8_t upstream_n;  // the buyer upstream of the seller, on water
  std::uint8_t upstream_d;
  std::uint8_t non_attaining_n;
  std::uint8_t non_attaining_d;
  std::uint8_t carbon_n;
  std::uint8_t carbon_d;
  std::uint8_t ticket_room_pct;  // of a room, that open tickets hold at most; market-rules 7
  std::uint8_t reserved[7];
};
static_assert(sizeof(SetParametersCommand) == 80);

// The trading days of a year (market-rules 9), all of them; what was said of it before counts no
// more.
struct SetCalendarCommand {
  CommandHeader header;
  std::uint16_t year;
  std::uint8_t reserved[6];
  TradingDays days;
};
static_assert(sizeof(SetCalendarCommand) == 88);

// A question that somebody asks of the ledger (market-rules 15): that it was asked, by whom and for
// which office, stands there before it is answered. Nothing in the market is changed by it.
struct QueryCommand {
  CommandHeader header;
  Text<120> arguments;    // as the one who asks gave them: "firm=SH049 from=2026-06-18"
  std::uint8_t question;  // Question
  std::uint8_t office;    // Office
  std::uint8_t reserved[6];
};
static_assert(sizeof(QueryCommand) == 160);

// Acts that need two persons: the core refuses them without (P06), and the administrative channel
// lets them wait for the second.
template <class Command>
constexpr bool needs_four_eyes(const Command&) {
  return false;
}
constexpr bool needs_four_eyes(const SetLimitCommand& command) { return command.until_ns != 0; }
constexpr bool needs_four_eyes(const KillSwitchCommand& command) { return command.killed == 0; }
constexpr bool needs_four_eyes(const WithdrawCommand&) { return true; }
constexpr bool needs_four_eyes(const FreezeCommand& command) { return command.amount < 0; }
constexpr bool needs_four_eyes(const PledgeCommand& command) { return command.amount < 0; }
constexpr bool needs_four_eyes(const TransferCommand&) { return true; }
constexpr bool needs_four_eyes(const TrustCommand& command) { return command.trusted != 0; }
constexpr bool needs_four_eyes(const SetAuthorityKeyCommand&) { return true; }
constexpr bool needs_four_eyes(const ActivateRulesCommand&) { return true; }
constexpr bool needs_four_eyes(const WithdrawRulesCommand&) { return true; }

// What the gateway saw and cannot say in the other fields.
enum OrderFlags : std::uint8_t {
  order_duplicate_cl_ord_id = 1,  // D02
  order_inexact_price = 2,        // more decimals than fen; price_fen is cut toward zero (O06)
  order_inexact_quantity = 4,     // not a whole lot; quantity_lots is cut toward zero (O06)
};

// How an order wants to be treated; market-rules 8.6 and 7.
enum OrderInstructions : std::uint8_t {
  order_post_only = 1,              // O10 rather than trade at once
  order_local_only = 2,             // only inside its province
  order_refuse_if_no_headroom = 4,  // refused where it would be warned of its quota
  order_instructions_all = 7,
};

// An order. What does not fit 64 bits comes as the nearest 64-bit value.
struct NewOrderCommand {
  CommandHeader header;
  ClOrdId cl_ord_id;
  Text<32> unresolved;       // the symbol, or else the account, when it names nothing known
  std::uint32_t instrument;  // InstrumentId; `no_id`: unknown symbol (P03)
  std::uint32_t facility;    // FacilityId; `no_id`: unknown account (P04)
  std::int64_t price_fen;    // of a limit order
  std::int64_t quantity_lots;
  std::int64_t min_quantity_lots;      // IOC only; 0: none
  std::int64_t display_quantity_lots;  // what is shown of it at rest; 0: all
  std::int32_t expire_date;            // of a GTD order: days since 1970-01-01, inclusive
  std::uint8_t side;                   // Side
  std::uint8_t order_type;             // OrderType
  std::uint8_t time_in_force;          // TimeInForce; a market order is IOC unless it is FOK
  std::uint8_t flags;                  // OrderFlags
  std::uint8_t instructions;           // OrderInstructions
  std::uint8_t max_ratio_n;            // a buy's highest replacement ratio n/d; 0/0: any
  std::uint8_t max_ratio_d;
  std::uint8_t reserved[5];
};
static_assert(sizeof(NewOrderCommand) == 160);

struct CancelOrderCommand {
  CommandHeader header;
  ClOrdId cl_ord_id;
  ClOrdId orig_cl_ord_id;
  std::uint64_t order_id;  // what orig_cl_ord_id names; 0: nothing (D03)
  std::uint8_t flags;      // OrderFlags
  std::uint8_t reserved[7];
};
static_assert(sizeof(CancelOrderCommand) == 128);

// New price and new total quantity, filled part included; market-rules 8.6.
struct ReplaceOrderCommand {
  CommandHeader header;
  ClOrdId cl_ord_id;
  ClOrdId orig_cl_ord_id;
  std::uint64_t order_id;  // what orig_cl_ord_id names; 0: nothing (D03)
  std::int64_t price_fen;
  std::int64_t quantity_lots;
  std::uint8_t flags;  // OrderFlags
  std::uint8_t reserved[7];
};
static_assert(sizeof(ReplaceOrderCommand) == 144);

// Cancels every open order that fits all that is named (C04), or, because a session has ended, the
// DAY orders of these (C02).
struct MassCancelCommand {
  CommandHeader header;
  ClOrdId cl_ord_id;
  Symbol symbol;                // empty: all books
  FirmCode firm;                // empty: all firms; a firm's own command means its own orders only
  std::uint32_t order_session;  // that entered the order; 0: any
  std::uint8_t side;            // Side; 0: both
  std::uint8_t flags;           // OrderFlags
  std::uint8_t on_disconnect;   // 0 or 1: DAY orders only, C02
  std::uint8_t reserved;
};
static_assert(sizeof(MassCancelCommand) == 128);

// Largest command, for buffers.
inline constexpr std::uint32_t command_bytes_max = 160;

// What every record must be to be hashed and compared byte for byte.
template <class Record>
inline constexpr bool is_record =
    std::is_trivially_copyable_v<Record>&& std::has_unique_object_representations_v<Record> &&
    sizeof(Record) % 8 == 0;

static_assert(
    is_record<CommandHeader> && is_record<GenesisCommand> && is_record<SetZoneCommand> &&
    is_record<SetLinkCommand> && is_record<SetInstrumentCommand> && is_record<SetFirmCommand> &&
    is_record<SetFacilityCommand> && is_record<SetQuotaCommand> && is_record<SetDemandCommand> &&
    is_record<SetReferencePriceCommand> && is_record<DepositCommand> && is_record<IssueCommand> &&
    is_record<DayOpenCommand> && is_record<PhaseCommand> && is_record<ProceedCommand> &&
    is_record<IndicativeCommand> && is_record<SetLimitCommand> && is_record<KillSwitchCommand> &&
    is_record<NewOrderCommand> && is_record<CancelOrderCommand> && is_record<ReplaceOrderCommand> &&
    is_record<MassCancelCommand> && is_record<WithdrawCommand> && is_record<FreezeCommand> &&
    is_record<PledgeCommand> && is_record<TransferCommand> && is_record<TrustCommand> &&
    is_record<SubmitBlockCommand> && is_record<AnswerBlockCommand> &&
    is_record<BlockSessionCommand> && is_record<TickCommand> && is_record<SetAuthorityKeyCommand> &&
    is_record<RuleRecordCommand> && is_record<RuleDocumentCommand> &&
    is_record<ActivateRulesCommand> && is_record<SetParametersCommand> &&
    is_record<SetCalendarCommand> && is_record<WithdrawRulesCommand> && is_record<QueryCommand>);

}  // namespace emx

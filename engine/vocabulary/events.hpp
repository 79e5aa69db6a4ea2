#pragma once

#include <cstdint>

#include "engine/vocabulary/commands.hpp"

// Events: everything a command did, in order, as ledger format (see commands.hpp for the form).
// What the command itself says is not said again. A command that is neither refused nor followed
// by an event of its own simply applied.

namespace emx {

enum class EventKind : std::uint16_t {
  refused = 1,
  order_accepted = 2,
  order_replaced = 3,
  order_cancelled = 4,
  trade = 5,
  bill = 6,
  posting = 7,
  quota_used = 8,
  demand_used = 9,
  skip = 10,
  band_set = 11,
  more_to_do = 12,
  uncrossed = 13,
  indicative = 14,
  collar_hit = 15,
  held_back = 20,
  transfer = 21,
  block = 30,
  rule_set = 40,
  rule_applied = 41,
};

struct EventHeader {
  std::uint16_t kind;   // EventKind
  std::uint16_t size;   // bytes of the whole event, this header included
  std::uint32_t index;  // position within the entry, from 0
};
static_assert(sizeof(EventHeader) == 8);

// The command changed nothing; Blocks behind it are those whose time was over. With a code of
// market-rules 16 for orders; set-up and authority commands use the same codes with the field's
// limit and value.
struct RefusedEvent {
  EventHeader header;
  std::uint16_t code;  // Code
  std::uint8_t reserved[6];
  std::int64_t limit;  // the bound that decided, in the unit of the value
  std::int64_t value;  // what hit it
};
static_assert(sizeof(RefusedEvent) == 32);

struct OrderAcceptedEvent {
  EventHeader header;
  std::uint64_t order_id;
  std::uint64_t arrival;  // market-rules 8.1
  std::uint32_t instrument;
  std::uint32_t facility;
  std::int64_t price_ticks;
  std::int64_t quantity_lots;
  std::int64_t reserved_amount;  // fen for a buy, lots for a sell
  std::uint16_t warning;         // Code: own side's quota is at 0 (market-rules 7), or none
  std::uint8_t side;             // Side
  std::uint8_t time_in_force;    // TimeInForce, as it counts: of a market order IOC or FOK
  std::int32_t expire_date;      // last day of a GTD or GTC order, as in the command; else 0
};
static_assert(sizeof(OrderAcceptedEvent) == 64);

struct OrderReplacedEvent {
  EventHeader header;
  std::uint64_t order_id;
  std::uint64_t arrival;  // a new one when priority was lost
  std::int64_t price_ticks;
  std::int64_t quantity_lots;  // total, filled part included
  std::int64_t remaining_lots;
  std::int64_t reserved_amount;  // fen for a buy, lots for a sell
  std::uint16_t warning;         // Code, as in OrderAccepted
  std::uint8_t reserved[6];
};
static_assert(sizeof(OrderReplacedEvent) == 64);

struct OrderCancelledEvent {
  EventHeader header;
  std::uint64_t order_id;
  std::int64_t remaining_lots;   // what was cancelled
  std::int64_t released_amount;  // fen for a buy, lots for a sell
  std::uint16_t code;            // Code: why
  std::uint8_t reserved[6];
};
static_assert(sizeof(OrderCancelledEvent) == 40);

struct TradeEvent {
  EventHeader header;
  std::uint64_t trade_no;
  std::uint64_t buy_order_id;
  std::uint64_t sell_order_id;
  std::uint32_t buy_facility;
  std::uint32_t sell_facility;
  std::uint32_t instrument;
  std::uint16_t code;      // Code: the quota that cut the quantity (market-rules 7), or none
  std::uint8_t aggressor;  // Side of the order whose pass it was; 0: fixpoint
  std::uint8_t ratio_n;    // replacement ratio n/d (market-rules 6)
  std::uint8_t ratio_d;
  std::uint8_t cross_province;  // 1: a pollutant between provinces, so quota was taken
  std::uint8_t is_block;        // 1: a block (the Block before it), of no orders: their ids are 0
  std::uint8_t reserved[5];
  std::int64_t price_ticks;
  std::int64_t quantity_lots;  // sold
  std::int64_t credited_lots;  // to the buyer
  std::int64_t retired_lots;   // to ENV-RETIRED; sold = credited + retired
  std::int64_t buy_remaining_lots;
  std::int64_t sell_remaining_lots;
};
static_assert(sizeof(TradeEvent) == 104);

// The money of the trade before it.
struct BillEvent {
  EventHeader header;
  std::uint64_t trade_no;
  std::int64_t amount_fen;
  std::int64_t buyer_fee_fen;
  std::int64_t seller_fee_fen;
  std::int64_t buyer_released_fen;  // reservation no longer needed, over what was paid
  std::uint32_t years;
  std::uint32_t reserved;
};
static_assert(sizeof(BillEvent) == 56);

inline constexpr std::uint32_t asset_cash = 0;
constexpr std::uint32_t asset_of_instrument(std::uint32_t instrument) { return instrument + 1; }

// Double entry: `amount` leaves `debit_account` and enters `credit_account`; a balance is credits
// less debits, as the holder of the account sees it.
struct PostingEvent {
  EventHeader header;
  std::uint32_t asset;           // asset_cash (fen), or asset_of_instrument (lots)
  std::uint32_t debit_account;   // AccountId
  std::uint32_t credit_account;  // AccountId
  std::uint32_t reserved;
  std::int64_t amount;  // > 0
};
static_assert(sizeof(PostingEvent) == 32);

// A province's counters after a cross-province trade (market-rules 7).
struct QuotaUsedEvent {
  EventHeader header;
  std::uint16_t year;
  std::uint8_t province;   // Province
  std::uint8_t pollutant;  // Pollutant
  std::uint8_t reserved[4];
  std::int64_t net_kg;
  std::int64_t net_today_kg;
  std::int64_t gross_kg;
};
static_assert(sizeof(QuotaUsedEvent) == 40);

// A facility's use of its approval in force, after a trade.
struct DemandUsedEvent {
  EventHeader header;
  std::uint32_t facility;
  std::uint8_t pollutant;  // Pollutant
  std::uint8_t reserved[3];
  std::int64_t approved_kg;
  std::int64_t credited_kg;
};
static_assert(sizeof(DemandUsedEvent) == 32);

// Orders passed over (market-rules 8.2). The class is (province, zone if non-attaining, local).
struct SkipEvent {
  EventHeader header;
  std::uint64_t order_id;      // the taker; in a fixpoint the bid
  std::uint32_t zone;          // ZoneId of a non-attaining zone; `no_id` otherwise
  std::uint16_t code;          // Code
  std::uint8_t province;       // Province of the class passed over; 255: a book without provinces
  std::uint8_t local_only;     // 0 or 1
  std::int64_t price_ticks;    // best price passed over
  std::int64_t quantity_lots;  // displayed there, of that class and code
};
static_assert(sizeof(SkipEvent) == 40);

// New reference price and the day's price limits (market-rules 9).
struct BandSetEvent {
  EventHeader header;
  std::uint32_t instrument;
  std::uint32_t reserved;
  std::int64_t reference_ticks;
  std::int64_t lower_ticks;
  std::int64_t upper_ticks;
};
static_assert(sizeof(BandSetEvent) == 40);

// The price at which a call's orders trade, in the trades that follow (market-rules 9).
struct UncrossedEvent {
  EventHeader header;
  std::uint32_t instrument;
  std::uint32_t reserved;
  std::int64_t price_ticks;
  std::int64_t quantity_lots;  // that trades
};
static_assert(sizeof(UncrossedEvent) == 32);

// What a call would give now; all 0: no price.
struct IndicativeEvent {
  EventHeader header;
  std::uint32_t instrument;
  std::uint32_t reserved;
  std::int64_t price_ticks;
  std::int64_t quantity_lots;
  std::int64_t imbalance_lots;  // bids at the price or better, less such asks
};
static_assert(sizeof(IndicativeEvent) == 40);

// A fill that was not made, for its price lies outside the collar: the book goes to volatility
// (market-rules 9).
struct CollarHitEvent {
  EventHeader header;
  std::uint32_t instrument;
  std::uint32_t reserved;
  std::int64_t price_ticks;  // of the fill
  std::int64_t lower_ticks;  // of the collar
  std::int64_t upper_ticks;
};
static_assert(sizeof(CollarHitEvent) == 40);

// What an authority holds back of a balance, after it changed that (market-rules 11).
struct HeldBackEvent {
  EventHeader header;
  std::uint32_t asset;    // asset_cash (fen), or asset_of_instrument (lots)
  std::uint32_t account;  // AccountId
  std::int64_t pledged_amount;
  std::int64_t frozen_amount;
};
static_assert(sizeof(HeldBackEvent) == 32);

// Where a transfer of rights stands (market-rules 12).
struct TransferEvent {
  EventHeader header;
  std::uint64_t transfer_no;
  std::uint32_t instrument;
  std::uint32_t from_facility;
  std::uint32_t to_facility;
  std::int32_t due_date;  // not carried out before
  std::uint16_t code;     // Code: why it ended
  std::uint8_t stage;     // TransferStage
  std::uint8_t ratio_n;   // replacement ratio n/d, when carried out
  std::uint8_t ratio_d;
  std::uint8_t reserved[3];
  std::int64_t quantity_lots;
  std::int64_t credited_lots;  // when carried out
  std::int64_t retired_lots;   // to ENV-RETIRED; quantity = credited + retired
};
static_assert(sizeof(TransferEvent) == 64);

// Where a block stands (market-rules 9). The Trade of one that traded follows.
struct BlockEvent {
  EventHeader header;
  std::uint64_t block_no;
  std::int64_t price_ticks;
  std::int64_t quantity_lots;
  // Of the submitter, and from its acceptance on of the other side: fen of a buy, else lots. Until
  // it trades or ends.
  std::int64_t reserved_amount;
  std::int64_t other_reserved_amount;
  // What a ticket holds of the buyer province's rooms, as it holds the quantity of the seller's; 0
  // within a province.
  std::int64_t credited_lots;
  std::int64_t expires_ns;  // UTC since 1970: it ends (C01) before what comes then or later
  std::uint32_t instrument;
  std::uint32_t facility;  // the submitter
  std::uint32_t counterparty;
  std::uint16_t code;  // Code: why it ended
  std::uint8_t stage;  // BlockStage
  std::uint8_t side;   // Side of the submitter
};
static_assert(sizeof(BlockEvent) == 80);

// What became of a rule set when it was activated, or came to its date.
struct RuleSetEvent {
  EventHeader header;
  std::uint32_t version;
  std::int32_t effective_date;  // days since 1970-01-01
  std::uint16_t code;           // Code: why it lapsed
  std::uint16_t record;         // of a set that lapsed: the record that could not apply
  std::uint8_t authority;       // and whose it is; of a document that is left out, whose
  std::uint8_t stage;           // RuleSetStage
  std::uint8_t reserved[2];
};
static_assert(sizeof(RuleSetEvent) == 24);

// A rule of a set that comes into force; each applies before all that follows in the entry.
struct RuleAppliedEvent {
  EventHeader header;
  std::uint32_t version;
  std::uint16_t record_kind;  // CommandKind
  std::uint16_t record;       // of its authority's document, from 0
  std::uint8_t authority;     // Authority
  std::uint8_t reserved[7];
  std::array<std::uint8_t, rule_body_bytes_max> body;  // as in RuleRecord
};
static_assert(sizeof(RuleAppliedEvent) == 136);

// Last event of an entry whose work goes on in the Continue that follows.
struct MoreToDoEvent {
  EventHeader header;
};
static_assert(sizeof(MoreToDoEvent) == 8);

static_assert(is_record<EventHeader> && is_record<RefusedEvent> && is_record<OrderAcceptedEvent> &&
              is_record<OrderReplacedEvent> && is_record<OrderCancelledEvent> &&
              is_record<TradeEvent> && is_record<BillEvent> && is_record<PostingEvent> &&
              is_record<QuotaUsedEvent> && is_record<DemandUsedEvent> && is_record<SkipEvent> &&
              is_record<BandSetEvent> && is_record<UncrossedEvent> && is_record<IndicativeEvent> &&
              is_record<CollarHitEvent> && is_record<MoreToDoEvent> && is_record<HeldBackEvent> &&
              is_record<TransferEvent> && is_record<BlockEvent> && is_record<RuleSetEvent> &&
              is_record<RuleAppliedEvent>);

// Bounds of one entry (architecture: "an entry is bounded").
inline constexpr std::uint32_t entry_events_max = 4'096;
inline constexpr std::uint32_t entry_bytes_max = 1 << 20;

}  // namespace emx

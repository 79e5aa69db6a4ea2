#pragma once

#include <cstdint>
#include <string>

// The canonical text of each event. The reference market and the harness of the real engine both
// end here, so that a difference between two lines is a difference of the market and not of style.

namespace emx::model {

struct RefusedLine {
  std::string code;
  std::int64_t limit = 0;  // the two are told unless both are 0
  std::int64_t value = 0;
};

struct AcceptedLine {
  int order;
  std::int64_t arrival;
  std::int64_t price;  // ticks
  std::int64_t quantity;
  std::int64_t reserved;  // fen for a buy, lots for a sell
  std::string warning;
  std::string expires;  // 2026-06-18, or "-"
};

struct ReplacedLine {
  int order;
  std::int64_t arrival;
  std::int64_t price;
  std::int64_t quantity;
  std::int64_t remaining;
  std::int64_t reserved;
  std::string warning;
};

struct CancelledLine {
  int order;
  std::string code;
  std::int64_t remaining;
  std::int64_t released;
};

struct TradeLine {
  std::int64_t number;
  int buy;
  int sell;
  std::int64_t price;
  std::int64_t quantity;
  std::int64_t credited;
  std::int64_t retired;
  std::int64_t ratio_n;
  std::int64_t ratio_d;
  bool cross;
  std::string code;
  std::string aggressor;  // "buy", "sell" or "none"
  std::int64_t buy_left;
  std::int64_t sell_left;
};

struct BillLine {
  std::int64_t number;
  std::int64_t amount;
  std::int64_t buyer_fee;
  std::int64_t seller_fee;
  std::int64_t released;
  std::int64_t years;
};

struct PostLine {
  std::string asset;  // "cash", or a symbol
  std::string from;
  std::string to;
  std::int64_t amount;
};

struct QuotaLine {
  std::string province;
  std::string pollutant;
  std::int64_t year;
  std::int64_t net;
  std::int64_t today;
  std::int64_t gross;
};

struct DemandLine {
  std::string facility;
  std::string pollutant;
  std::int64_t approved;
  std::int64_t credited;
};

struct SkipLine {
  int order;
  std::string province;  // "-": a book without provinces
  std::string zone;      // "-": none
  bool local;
  std::string code;
  std::int64_t price;
  std::int64_t quantity;
};

struct BandLine {
  std::string symbol;
  std::int64_t reference;
  std::int64_t lower;
  std::int64_t upper;
};

// What a call gave: `volume` at `price`, both above 0.
struct UncrossedLine {
  std::string symbol;
  std::int64_t price;  // ticks
  std::int64_t volume;
};

// What a call would give; all 0 when it has no price.
struct IndicativeLine {
  std::string symbol;
  std::int64_t price;
  std::int64_t volume;
  std::int64_t imbalance;  // bid quantity less ask quantity
};

// A fill that was not made; the book goes to volatility.
struct CollarLine {
  std::string symbol;
  std::int64_t price;  // ticks, as all
  std::int64_t lower;
  std::int64_t upper;
};

// What authorities hold back of a balance.
struct HeldLine {
  std::string asset;  // "cash", or a symbol
  std::string facility;
  std::int64_t pledged;
  std::int64_t frozen;
};

// Where a transfer stands; ratio 0/0 and nothing credited unless it is carried out.
struct TransferLine {
  std::int64_t number = 0;
  std::string stage;  // "requested", "carried-out" or "ended"
  std::string code;
  std::string from;
  std::string to;
  std::string symbol;
  std::string due;
  std::int64_t quantity = 0;
  std::int64_t credited = 0;
  std::int64_t retired = 0;
  std::int64_t ratio_n = 0;
  std::int64_t ratio_d = 0;
};

// What became of a rule set: "waits", "in-force", "lapsed", "withdrawn"; or of an authority's
// document that is no part of it, or was handed in under another key: "left-out".
struct RuleSetLine {
  std::int64_t version;
  std::string stage;
  std::string effective;
  std::string authority{};  // of a document that is left out, or in which a set could not apply
  std::string code{};       // why one lapsed
  std::int64_t record = 0;  // of the document, that could not apply
};

// A rule of it that applies.
struct RuleLine {
  std::int64_t version;
  std::string authority;
  std::int64_t record;
};

// Where a block stands: "alleged", "traded" or "ended".
struct BlockLine {
  std::int64_t number = 0;
  std::string stage;
  std::string code;
  std::string facility;
  std::string counterparty;
  std::string symbol;
  std::string side;
  std::int64_t price = 0;  // ticks
  std::int64_t quantity = 0;
  std::int64_t reserved = 0;
  std::int64_t other_reserved = 0;  // of the other side, once it has accepted
  std::int64_t room = 0;            // that a ticket holds of the buyer's province
  std::int64_t expires_ms = 0;
};

// The trade of a block, which is one of no orders.
struct BlockTradeLine {
  std::int64_t number;
  std::string buyer;
  std::string seller;
  std::string symbol;
  std::int64_t price;
  std::int64_t quantity;
  std::int64_t credited;
  std::int64_t retired;
  std::int64_t ratio_n;
  std::int64_t ratio_d;
  bool cross;
};

[[nodiscard]] std::string line(const RefusedLine& event);
[[nodiscard]] std::string line(const AcceptedLine& event);
[[nodiscard]] std::string line(const ReplacedLine& event);
[[nodiscard]] std::string line(const CancelledLine& event);
[[nodiscard]] std::string line(const TradeLine& event);
[[nodiscard]] std::string line(const BillLine& event);
[[nodiscard]] std::string line(const PostLine& event);
[[nodiscard]] std::string line(const QuotaLine& event);
[[nodiscard]] std::string line(const DemandLine& event);
[[nodiscard]] std::string line(const SkipLine& event);
[[nodiscard]] std::string line(const BandLine& event);
[[nodiscard]] std::string line(const UncrossedLine& event);
[[nodiscard]] std::string line(const IndicativeLine& event);
[[nodiscard]] std::string line(const CollarLine& event);
[[nodiscard]] std::string line(const HeldLine& event);
[[nodiscard]] std::string line(const TransferLine& event);
[[nodiscard]] std::string line(const RuleSetLine& event);
[[nodiscard]] std::string line(const RuleLine& event);
[[nodiscard]] std::string line(const BlockLine& event);
[[nodiscard]] std::string line(const BlockTradeLine& event);

}  // namespace emx::model

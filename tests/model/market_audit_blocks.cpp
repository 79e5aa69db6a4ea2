#include <string>
#include <variant>

#include "tests/model/market_audit.hpp"

// The audit of blocks (market-rules 9).

namespace emx::model {

namespace {

constexpr std::int64_t minute_ms = 60'000;

bool is_hold(const Command& command) {
  return std::holds_alternative<Freeze>(command) || std::holds_alternative<Pledge>(command);
}

}  // namespace

void MarketAudit::take(const BlockSession& c) { block_session_ = c.open; }

MarketAudit::Order MarketAudit::side_of(const Block& block, bool submitter) {
  Order order;
  order.facility = submitter ? block.facility : block.counterparty;
  order.symbol = block.symbol;
  order.side = submitter == (block.side == Side::buy) ? Side::buy : Side::sell;
  return order;
}

void MarketAudit::read_block(const Command& command, const ParsedLine& line) {
  const std::int64_t number = std::stoll(line.word(1));
  const std::string& stage = line.word(2);
  Block said;
  said.facility = line.value("facility");
  said.counterparty = line.value("counterparty");
  said.symbol = line.value("symbol");
  said.side = line.value("side") == "buy" ? Side::buy : Side::sell;
  said.price = line.number("price");
  said.quantity = line.number("qty");
  said.reserved = line.number("reserved");
  said.other_reserved = line.number("other");
  said.room = line.number("room");
  said.expires_ms = line.number("expires");
  if (stage == "alleged") {
    judge_new_block(command, said);
    if (!blocks_.emplace(number, said).second) find("block", "a number given twice");
    return;
  }
  const auto found = blocks_.find(number);
  if (found == blocks_.end()) return find("block", "none is open");
  Block& open = found->second;
  if (open.quantity != said.quantity || open.price != said.price ||
      open.reserved != said.reserved) {
    find("block", "not what was submitted");
  }
  if (stage == "confirmed") {
    open.other_reserved = said.other_reserved;
    open.room = said.room;
    if (open.confirmed) find("block", "confirmed twice");
    open.confirmed = true;
    return judge_ticket(command, open);
  }
  if (open.other_reserved != said.other_reserved || open.room != said.room) {
    find("block", "not what its ticket held");
  }
  const Block block = open;
  blocks_.erase(found);
  if (stage == "ended") {
    ended_blocks_.push_back(block);
    return judge_end(command, block, line.value("code"));
  }
  const bool accepted = block.confirmed ? std::holds_alternative<BlockSession>(command)
                                        : is_acceptance(command, block);
  if (!accepted) find("block", "traded although nobody accepted it");
  if (!block_session_) find("block", "traded outside of its session");
  traded_block_ = block;
}

bool MarketAudit::is_acceptance(const Command& command, const Block& block) const {
  const auto* answer = std::get_if<AnswerBlock>(&command);
  return answer != nullptr && answer->answer == BlockAnswer::accept &&
         answer->actor == facilities_.at(block.counterparty).firm;
}

// Of every room all tickets hold at most their part, this one included.
void MarketAudit::judge_ticket(const Command& command, const Block& block) {
  if (!is_acceptance(command, block)) find("ticket", "nobody accepted the block");
  if (block_session_) find("ticket", "taken in the session");
  const std::string& one = facilities_.at(block.facility).firm;
  const std::string& other = facilities_.at(block.counterparty).firm;
  if (!tickets_.insert({one, other}).second) {
    find("ticket", "a second one of two firms on one day");
  }
  const bool buys = block.side == Side::buy;
  const Order bid = side_of(block, buys);
  const Order ask = side_of(block, !buys);
  if (!across(bid, ask)) return;
  const Pollutant pollutant = book_of(bid).pollutant;
  const Where to{facility_of(bid).province, pollutant};
  const Where from{facility_of(ask).province, pollutant};
  const SetQuota& in = caps_[{today_.year, to}];
  const SetQuota& out = caps_[{today_.year, from}];
  const SetQuota open_in = open_caps(to);
  const SetQuota open_out = open_caps(from);
  const Counters& bought = counters_[to];
  const Counters& sold = counters_[from];
  const auto within = [&](std::int64_t cap, std::int64_t open, std::int64_t use) {
    if (100 * (cap - open) > parameters_.ticket_room_pct * (cap - use)) {
      find("ticket", "tickets hold more than their part of a room");
    }
  };
  within(in.inflow_cap, open_in.inflow_cap, bought.net);
  within(in.gross_cap, open_in.gross_cap, bought.gross);
  within(in.daily_pace, open_in.daily_pace, bought.today);
  within(in.holding_cap, open_in.holding_cap, held(to.first, pollutant));
  within(out.outflow_cap, open_out.outflow_cap, -sold.net);
  within(out.gross_cap, open_out.gross_cap, sold.gross);
}

// What the caps leave beside the tickets; none are 0.
SetQuota MarketAudit::open_caps(const Where& where) const {
  const auto row = caps_.find({today_.year, where});
  SetQuota open = row == caps_.end() ? SetQuota{} : row->second;
  for (const auto& [number, block] : blocks_) {
    const bool buys = block.side == Side::buy;
    const Order bid = side_of(block, buys);
    const Order ask = side_of(block, !buys);
    if (!block.confirmed || book_of(bid).pollutant != where.second || !across(bid, ask)) continue;
    if (facility_of(bid).province == where.first) {
      open.inflow_cap -= block.room;
      open.gross_cap -= block.room;
      open.holding_cap -= block.room;
      open.daily_pace -= block.room;
    }
    if (facility_of(ask).province == where.first) {
      open.outflow_cap -= block.quantity;
      open.gross_cap -= block.quantity;
    }
  }
  return open;
}

void MarketAudit::judge_new_block(const Command& command, const Block& block) {
  const auto* sent = std::get_if<SubmitBlock>(&command);
  if (sent == nullptr || sent->actor != facilities_.at(block.facility).firm) {
    return find("block", "nobody submitted it");
  }
  if (sent->quantity != block.quantity) find("block", "not of the size submitted");
  if (block.expires_ms != now_ms_ + sent->minutes * minute_ms) find("block", "lives another time");
  if (phases_[block.symbol] == Phase::closed) find("block", "in a closed book");
  const std::int64_t reference = references_.at(block.symbol);
  const std::int64_t band = books_.at(block.symbol).block_band_pct;
  if (block.price * 100 < reference * (100 - band) ||
      block.price * 100 > reference * (100 + band)) {
    find("block", "priced outside the block band");
  }
}

void MarketAudit::judge_end(const Command& command, const Block& block, const std::string& code) {
  const Order sides[] = {side_of(block, true), side_of(block, false)};
  bool right = false;
  if (code == "C01_EXPIRED") {
    right = block.expires_ms <= now_ms_ || phases_[block.symbol] == Phase::closed;
  } else if (code == "C03_REQUESTED") {
    const auto* answer = std::get_if<AnswerBlock>(&command);
    const bool cancels = answer != nullptr && answer->answer == BlockAnswer::cancel;
    const Order& whose = sides[cancels ? 0 : 1];
    right = answer != nullptr && answer->answer != BlockAnswer::accept &&
            answer->actor == facility_of(whose).firm;
  } else if (code == "K01_KILLED") {
    right = is_killed(sides[0]) || is_killed(sides[1]);
  } else if (code == "L01_CASH" || code == "L02_RIGHTS") {
    const bool submitters = (code == "L01_CASH") == (block.side == Side::buy);
    right = is_hold(command) && (submitters || block.confirmed);
  } else if (std::holds_alternative<BlockSession>(command)) {
    right = block.confirmed && block_session_;  // the reference says by which rule
  } else {
    right = !may_hold_orders_of(sides[0]) || !may_hold_orders_of(sides[1]) || !belongs(sides[1]);
  }
  if (!right) find("block", "ended without a reason by " + code);
}

// Whether the book is for such facilities, which never changes: the submitter was tested.
bool MarketAudit::belongs(const Order& order) const {
  const SetFacility& facility = facility_of(order);
  const SetInstrument& book = book_of(order);
  if (book.pollutant == Pollutant::co2e || is_reserve(order)) return true;
  const bool power = facility.source_class == SourceClass::power;
  const bool agri = facility.source_class == SourceClass::agri;
  const bool right_basin = book.medium != Medium::water || facility.basin == book.basin;
  const bool right_power =
      book.medium != Medium::air || power == (book.book_class == BookClass::pwr);
  return facility.source_class != SourceClass::fin && right_basin && right_power &&
         agri == (book.book_class == BookClass::agr);
}

// A trade like any other, of orders that nobody sent.
void MarketAudit::read_block_trade(const ParsedLine& line) {
  judge_accounts();
  last_trade_ = line;
  const Block& block = traded_block_;
  const bool buys = block.side == Side::buy;
  Order bid = side_of(block, buys);
  const Order ask = side_of(block, !buys);
  if (line.value("buyer") != bid.facility || line.value("seller") != ask.facility ||
      line.value("symbol") != block.symbol || line.number("price") != block.price) {
    find("block", "traded as another");
  }
  const std::int64_t sold = line.number("qty");
  if (sold != block.quantity) find("block", "traded in part");
  if (sold != line.number("credited") + line.number("retired")) {
    find("rights", "sold is not credited and retired");
  }
  if (std::stoll(line.word(1)) != ++trades_) find("order", "trade numbers have a gap");
  if (!executable(bid, ask) || !may_hold_orders(bid) || !may_hold_orders(ask)) {
    find("block", "traded although it may not");
  }
  judge_ratio(bid, ask, line);
  expected_[{block.symbol, ask.facility}] -= sold;
  expected_[{block.symbol, bid.facility}] += line.number("credited");
  expected_[{block.symbol, "ENV-RETIRED"}] += line.number("retired");
  count(bid, ask, line);
}

void MarketAudit::read_block_bill(const ParsedLine& line) {
  const Block& block = traded_block_;
  const bool buys = block.side == Side::buy;
  const std::int64_t amount = line.number("amount");
  const std::int64_t paid = amount + line.number("buyer_fee");
  const bool bound = buys || block.confirmed;
  if (line.number("released") != 0) find("block", "released what no order reserved");
  if (bound && paid != block.reserved_of(side_of(block, buys).facility, true)) {
    find("block", "cost other than was reserved");
  }
  expected_[{"cash", side_of(block, buys).facility}] -= paid;
  expected_[{"cash", side_of(block, !buys).facility}] += amount - line.number("seller_fee");
  expected_[{"cash", "VENUE-FEES"}] += line.number("buyer_fee") + line.number("seller_fee");
}

void MarketAudit::judge_blocks() {
  for (auto& [number, block] : blocks_) {
    const std::string name = std::to_string(number);
    if (block.expires_ms <= now_ms_) find("block", name + " outlived its time");
    if (phases_[block.symbol] == Phase::closed) find("block", name + " outlived its book's day");
    const bool other_may = may_hold_orders(side_of(block, false));
    if (!may_hold_orders(side_of(block, true)) || (block.other_may && !other_may)) {
      find("block", name + " is open although it may not");
    }
    block.other_may = other_may;
  }
}

}  // namespace emx::model

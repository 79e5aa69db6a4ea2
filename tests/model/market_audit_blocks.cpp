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
  said.expires_ms = line.number("expires");
  if (stage == "alleged") {
    judge_new_block(command, said);
    if (!blocks_.emplace(number, said).second) find("block", "a number given twice");
    return;
  }
  const auto found = blocks_.find(number);
  if (found == blocks_.end()) return find("block", "none is open");
  const Block block = found->second;
  blocks_.erase(found);
  if (block.quantity != said.quantity || block.price != said.price ||
      block.reserved != said.reserved) {
    find("block", "not what was submitted");
  }
  if (stage == "ended") {
    ended_blocks_.push_back(block);
    return judge_end(command, block, line.value("code"));
  }
  const auto* answer = std::get_if<AnswerBlock>(&command);
  const bool accepted = answer != nullptr && answer->answer == BlockAnswer::accept &&
                        answer->actor == facilities_.at(block.counterparty).firm;
  if (!accepted) find("block", "traded although nobody accepted it");
  if (!block_session_) find("block", "traded outside of its session");
  traded_block_ = block;
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
    right = is_hold(command) && (code == "L01_CASH") == (block.side == Side::buy);
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
  if (line.number("released") != 0) find("block", "released what no order reserved");
  if (buys && paid != block.reserved) find("block", "cost other than was reserved");
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

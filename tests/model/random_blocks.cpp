#include <algorithm>
#include <cstdint>
#include <string>

#include "tests/model/random_market.hpp"

// Blocks: mostly of a size and at a price that may trade, answered by the other side.

namespace emx::model {

SubmitBlock RandomMarket::block_of(const BookSketch& book) {
  const SetFacility* seller = &likely_facility(book.terms);
  const SetFacility* buyer = &likely_facility(book.terms);
  std::int64_t has = 0;
  for (int attempt = 0; attempt < 8 && has <= listed_max; ++attempt) {
    seller = &likely_facility(book.terms);
    has = held_of_[{book.terms.symbol, seller->facility}];
  }
  for (int attempt = 0; attempt < 4 && seller->firm == buyer->firm; ++attempt) {
    buyer = &likely_facility(book.terms);
  }
  if (random_.chance(3)) buyer = seller;
  SubmitBlock block;
  block.side = random_.chance(50) ? Side::buy : Side::sell;
  block.actor = block.side == Side::buy ? buyer->firm : seller->firm;
  block.facility = block.side == Side::buy ? buyer->facility : seller->facility;
  block.counterparty = block.side == Side::buy ? seller->facility : buyer->facility;
  block.symbol = book.terms.symbol;
  const std::int64_t most = std::max(has + (random_.chance(10) ? 1 : 0), listed_max + 1);
  block.quantity = random_.chance(60) ? listed_max + 1 : random_.between(listed_max + 1, most);
  std::int64_t price = price_near(book);
  if (random_.chance(20)) price = book.reference * random_.between(72, 128) / 100;
  if (random_.chance(6)) price = book.reference * (random_.chance(50) ? 70 : 130) / 100;
  if (random_.chance(4)) price = book.reference * (random_.chance(50) ? 60 : 140) / 100;
  block.price_fen = price * book.terms.tick_fen;
  block.minutes = static_cast<int>(random_.chance(50) ? 1 : random_.between(1, 30));
  block.at_ms = now_ms_;
  switch (random_.between(1, 72)) {
    case 1:
      block.symbol = "VOC.AIR.YRD.IND.9999";
      break;
    case 2:
      block.counterparty = "JS999-9";
      break;
    case 3:
      block.facility = "JS999-9";
      break;
    case 4:
    case 5:
      block.actor = random_.pick(firms_);
      break;
    case 6:
      block.minutes = random_.chance(50) ? 0 : 31;
      break;
    case 7:
      block.quantity = random_.chance(50) ? 0 : largest_amount;
      break;
    case 8:
    case 9:
      block.quantity = random_.between(listed_max - 1, listed_max);
      break;
    case 10:
      block.price_fen += 1;
      break;
    case 11:
      for (const SetFacility& facility : facilities_) {
        if (facility.credit != Credit::negative) continue;
        block.facility = facility.facility;
        block.actor = facility.firm;
      }
      break;
    case 12:
      block.duplicate = true;
      break;
    case 13:
      (random_.chance(50) ? block.inexact_price : block.inexact_quantity) = true;
      break;
    default:
      break;
  }
  return block;
}

const SetFacility& RandomMarket::buyer_of(const SubmitBlock& block) {
  return facility_of(block.side == Side::buy ? block.facility : block.counterparty);
}

const SetFacility& RandomMarket::seller_of(const SubmitBlock& block) {
  return facility_of(block.side == Side::buy ? block.counterparty : block.facility);
}

// All but the inflow is ample.
void RandomMarket::plan_inflow(Province province, Pollutant pollutant, std::int64_t room) {
  SetQuota quota;
  quota.year = today_.year;
  quota.province = province;
  quota.pollutant = pollutant;
  quota.inflow_cap = quota.outflow_cap = quota.gross_cap = quota.holding_cap = ample_cap;
  quota.daily_pace = ample_cap;
  quota.inflow_cap = std::clamp<std::int64_t>(use_[{province, pollutant}].net + room, 0, ample_cap);
  planned_.emplace_back(quota);
}

// A bid and an ask across the block's provinces that cross, whichever comes first.
void RandomMarket::plan_pair(const SetFacility& buyer, const SetFacility& seller,
                             const BookSketch& book) {
  for (const SetFacility* facility : {&seller, &buyer}) {
    NewOrder order;
    order.actor = facility->firm;
    order.symbol = book.terms.symbol;
    order.facility = facility->facility;
    order.side = facility == &seller ? Side::sell : Side::buy;
    order.price_fen = (book.mid + (facility == &seller ? -2 : 2)) * book.terms.tick_fen;
    order.quantity = random_.between(1, 60);
    planned_.emplace_back(order);
  }
}

// The seller's province has no room to buy until the block has traded, and a bid there waits for
// it.
void RandomMarket::plan_freeing_block(const SubmitBlock& block) {
  const SetFacility& seller = seller_of(block);
  const SetFacility& buyer = buyer_of(block);
  const BookSketch& book = book_of(block.symbol);
  const Pollutant pollutant = book.terms.pollutant;
  if (pollutant == Pollutant::co2e || seller.province == buyer.province) return;
  plan_inflow(seller.province, pollutant, 0);
  plan_inflow(buyer.province, pollutant, ample_cap);
  plan_pair(seller, buyer, book);
}

// A fifth of the buyer's room, or hardly not; nothing else of the rules' figures bars the block.
void RandomMarket::plan_room_for_ticket(const SubmitBlock& block) {
  const Pollutant pollutant = book_of(block.symbol).terms.pollutant;
  if (pollutant == Pollutant::co2e) return;
  planned_.emplace_back(SetDemand{buyer_of(block).facility, pollutant, ample_cap});
  if (seller_of(block).province == buyer_of(block).province) return;
  planned_.emplace_back(
      SetLink{pollutant, seller_of(block).province, buyer_of(block).province, true});
  plan_inflow(seller_of(block).province, pollutant, ample_cap);
  const std::int64_t room =
      random_.chance(50) ? ample_cap : 5 * std::min(block.quantity, ample_cap);
  plan_inflow(buyer_of(block).province, pollutant, room - random_.between(0, 6));
}

// The ticket holds all that is left of the buyer's room, and a bid there waits for its end: here a
// command that comes too late for it, and is refused for something else, or a tick.
void RandomMarket::plan_freeing_ticket(const SubmitBlock& block) {
  const SetFacility& seller = seller_of(block);
  const SetFacility& buyer = buyer_of(block);
  const BookSketch& book = book_of(block.symbol);
  const Pollutant pollutant = book.terms.pollutant;
  if (pollutant == Pollutant::co2e || seller.province == buyer.province) return;
  plan_inflow(buyer.province, pollutant, block.quantity);
  plan_pair(buyer, seller, book);
  const std::int64_t over_ms = now_ms_ + (block.minutes + 1) * std::int64_t{60'000};
  if (random_.chance(30)) {
    planned_.emplace_back(Tick{over_ms});
    return;
  }
  NewOrder late;
  late.actor = buyer.firm;
  late.symbol = block.symbol;
  late.facility = random_.chance(70) ? "JS999-9" : buyer.facility;
  late.price_fen = book.mid * book.terms.tick_fen;
  late.quantity = random_.between(1, 60);
  late.at_ms = over_ms;
  planned_.emplace_back(late);
}

void RandomMarket::plan_block() {
  BookSketch& book = random_.chance(50) ? books_.front() : random_.pick(books_);
  const SubmitBlock block = block_of(book);
  const bool early = random_.chance(45);  // accepted before the session
  if (early || random_.chance(50)) planned_.emplace_back(BlockSession{!early});
  const bool killed = random_.chance(2);
  if (killed) planned_.emplace_back(KillSwitch{Scope::firm, block.actor, true, false});
  planned_.emplace_back(block);
  if (killed) planned_.emplace_back(KillSwitch{Scope::firm, block.actor, false, true});
  const bool known = block.symbol == book.terms.symbol && block.facility != "JS999-9" &&
                     block.counterparty != "JS999-9";
  if (known && !early && random_.chance(25)) plan_freeing_block(block);
  if (known && early && random_.chance(80)) plan_room_for_ticket(block);
  plan_trading(random_.between(0, 3));
  AnswerBlock answer;
  answer.block = blocks_given_ + 1;
  answer.actor = random_.pick(firms_);
  const bool submitter = random_.chance(10);
  for (const SetFacility& facility : facilities_) {
    const bool theirs = facility.facility == (submitter ? block.facility : block.counterparty);
    if (theirs && random_.chance(95)) answer.actor = facility.firm;
  }
  answer.answer = submitter            ? BlockAnswer::cancel
                  : random_.chance(10) ? BlockAnswer::decline
                                       : BlockAnswer::accept;
  answer.duplicate = random_.chance(2);
  if (random_.chance(5)) answer.block = static_cast<int>(random_.between(0, blocks_given_ + 2));
  const std::int64_t draw = random_.between(1, 100);
  if (draw <= 20) {  // its time is over, or it waits for long
    now_ms_ += random_.between(1, 4) * 30'000;
  } else if (draw <= 26) {
    planned_.emplace_back(KillSwitch{Scope::firm, block.actor, true, false});
    planned_.emplace_back(KillSwitch{Scope::firm, block.actor, false, true});
  } else if (draw <= 36) {  // what it has reserved is needed
    const std::string symbol = block.side == Side::buy ? "" : block.symbol;
    const std::int64_t has = held_of_[{symbol, block.facility}];
    const Freeze freeze{block.facility, symbol, has - random_.between(0, listed_max), false};
    planned_.emplace_back(freeze);
    holds_.emplace_back(freeze);
  } else if (draw <= 44) {
    planned_.emplace_back(facility());
  }
  answer.at_ms = now_ms_;
  if (random_.chance(93)) planned_.emplace_back(answer);
  if (random_.chance(10)) planned_.emplace_back(answer);
  if (early && known) plan_wait(block, answer);
}

// What may befall a ticket until its session opens.
void RandomMarket::plan_wait(const SubmitBlock& block, const AnswerBlock& answer) {
  plan_trading(random_.between(0, 3));
  const Pollutant pollutant = book_of(block.symbol).terms.pollutant;
  switch (random_.between(1, 18)) {
    case 1:
      now_ms_ += random_.between(1, 31) * 60'000;
      break;
    case 2:
      planned_.emplace_back(KillSwitch{Scope::firm, block.actor, true, false});
      planned_.emplace_back(KillSwitch{Scope::firm, block.actor, false, true});
      break;
    case 3:
    case 4: {  // what either side has reserved is needed
      const bool buyers = random_.chance(50);
      const std::string& facility = (buyers ? buyer_of(block) : seller_of(block)).facility;
      const std::string symbol = buyers ? "" : block.symbol;
      const std::int64_t has = held_of_[{symbol, facility}];
      const Freeze freeze{facility, symbol, has - random_.between(0, listed_max), false};
      planned_.emplace_back(freeze);
      holds_.emplace_back(freeze);
      break;
    }
    case 5:
      planned_.emplace_back(facility());
      break;
    case 6: {
      if (pollutant == Pollutant::co2e) break;
      if (seller_of(block).province == buyer_of(block).province) break;
      const SetLink off{pollutant, seller_of(block).province, buyer_of(block).province, false};
      planned_.emplace_back(off);
      planned_.emplace_back(BlockSession{true});
      planned_.emplace_back(SetLink{off.pollutant, off.seller, off.buyer, true});
      break;
    }
    case 7:
      if (random_.chance(50) || pollutant == Pollutant::co2e) {
        plan_quota(random_.pick(provinces_), random_.pick(pollutants_));
      } else {
        planned_.emplace_back(SetDemand{buyer_of(block).facility, pollutant, listed_max / 9});
      }
      break;
    case 8:
      planned_.emplace_back(SetPhase{block.symbol, Phase::halt});
      break;
    case 9:
    case 10:
    case 11:
    case 12:
    case 13:
    case 14:
    case 15:
    case 16:
      if (random_.chance(40)) {
        plan_freeing_ticket(block);
      } else {
        plan_freeing_block(block);
      }
      break;
    default: {  // again, on the same day
      planned_.emplace_back(BlockSession{true});
      planned_.emplace_back(BlockSession{false});
      planned_.emplace_back(block);
      AnswerBlock again = answer;
      again.block = answer.block + 1;
      planned_.emplace_back(again);
      break;
    }
  }
  if (random_.chance(85)) planned_.emplace_back(BlockSession{true});
  if (random_.chance(50)) planned_.emplace_back(SetPhase{block.symbol, Phase::continuous});
}

}  // namespace emx::model

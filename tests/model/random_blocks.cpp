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
  switch (random_.between(1, 70)) {
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
    default:
      break;
  }
  return block;
}

// The seller's province has no room to buy until the block has traded, and a bid there waits for
// it.
void RandomMarket::plan_freeing_block(const SubmitBlock& block) {
  const bool buys = block.side == Side::buy;
  const SetFacility& seller = facility_of(buys ? block.counterparty : block.facility);
  const SetFacility& buyer = facility_of(buys ? block.facility : block.counterparty);
  const BookSketch& book = book_of(block.symbol);
  const Pollutant pollutant = book.terms.pollutant;
  if (pollutant == Pollutant::co2e || seller.province == buyer.province) return;
  for (const Province province : {seller.province, buyer.province}) {
    SetQuota quota;
    quota.year = today_.year;
    quota.province = province;
    quota.pollutant = pollutant;
    quota.inflow_cap = quota.outflow_cap = quota.gross_cap = quota.holding_cap = ample_cap;
    quota.daily_pace = ample_cap;
    if (province == seller.province) {
      quota.inflow_cap = std::max<std::int64_t>(0, use_[{province, pollutant}].net);
    }
    planned_.emplace_back(quota);
  }
  for (const SetFacility* facility : {&buyer, &seller}) {
    NewOrder order;
    order.actor = facility->firm;
    order.symbol = block.symbol;
    order.facility = facility->facility;
    order.side = facility == &buyer ? Side::sell : Side::buy;
    order.price_fen = (book.mid + (facility == &buyer ? -2 : 2)) * book.terms.tick_fen;
    order.quantity = random_.between(1, 60);
    planned_.emplace_back(order);
  }
}

void RandomMarket::plan_block() {
  BookSketch& book = random_.chance(50) ? books_.front() : random_.pick(books_);
  const SubmitBlock block = block_of(book);
  if (random_.chance(50)) planned_.emplace_back(BlockSession{random_.chance(90)});
  const bool killed = random_.chance(2);
  if (killed) planned_.emplace_back(KillSwitch{Scope::firm, block.actor, true, false});
  planned_.emplace_back(block);
  if (killed) planned_.emplace_back(KillSwitch{Scope::firm, block.actor, false, true});
  const bool known = block.symbol == book.terms.symbol && block.facility != "JS999-9" &&
                     block.counterparty != "JS999-9";
  if (known && random_.chance(25)) plan_freeing_block(block);
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
}

}  // namespace emx::model

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "tests/model/event_lines.hpp"
#include "tests/model/reference_market.hpp"

// Market-rules 9 and 17: blocks, from the tests of each side to the trade.

namespace emx::model {

namespace {

constexpr int minutes_max = 30;
constexpr std::int64_t minute_ms = 60'000;

// The order that the other side of a block would send.
Order other_side(const Block& block) {
  Order other = block.offer;
  other.side = block.offer.is_buy() ? Side::sell : Side::buy;
  other.facility = block.counterparty;
  return other;
}

// Market-rules 7: what all tickets together would hold of each room, which is what caps and use
// leave.
Code ticket_code(const State& state, const Block& block) {
  const Pollutant pollutant = state.books[block.offer.book].terms.pollutant;
  const Province to = state.facilities[block.bid().facility].terms.province;
  const Province from = state.facilities[block.ask().facility].terms.province;
  const Caps caps_b = state.caps_of(to, pollutant);
  const Caps caps_s = state.caps_of(from, pollutant);
  const Caps open_b = state.open_caps_of(to, pollutant);
  const Caps open_s = state.open_caps_of(from, pollutant);
  const Used used_b = state.used_of(to, pollutant);
  const Used used_s = state.used_of(from, pollutant);
  const std::int64_t sold = block.offer.quantity;
  struct Row {
    Code code;
    Wide room;
    Wide held;
    Wide wanted;
  };
  const Row rows[] = {
      {Code::q01_net_inflow, Wide{caps_b.inflow} - used_b.net, Wide{caps_b.inflow} - open_b.inflow,
       block.credited},
      {Code::q02_net_outflow, Wide{caps_s.outflow} + used_s.net,
       Wide{caps_s.outflow} - open_s.outflow, sold},
      {Code::q03_gross, Wide{caps_b.gross} - used_b.gross, Wide{caps_b.gross} - open_b.gross,
       block.credited},
      {Code::q03_gross, Wide{caps_s.gross} - used_s.gross, Wide{caps_s.gross} - open_s.gross, sold},
      {Code::q04_holding, Wide{caps_b.holding} - state.held(to, pollutant),
       Wide{caps_b.holding} - open_b.holding, block.credited},
      {Code::q05_pace, Wide{caps_b.pace} - used_b.today, Wide{caps_b.pace} - open_b.pace,
       block.credited}};
  for (const Row& row : rows) {
    if ((row.held + row.wanted) * 100 > row.room * state.parameters.ticket_room_pct) {
      return row.code;
    }
  }
  return Code::none;
}

Code block_price_code(const Book& book, std::int64_t price_fen, bool inexact) {
  if (inexact || price_fen % book.terms.tick_fen != 0) return Code::o06_tick_or_lot;
  const std::int64_t price = price_fen / book.terms.tick_fen;
  const std::int64_t band = book.terms.block_band_pct;
  const std::int64_t lower = (book.reference * (100 - band) + 99) / 100;
  const std::int64_t upper = book.reference * (100 + band) / 100;
  return price < lower || price > upper ? Code::o05_price : Code::none;
}

}  // namespace

// What an order of the side would be tested for, from O04 on; `price_fen` is what was sent, and
// `inexact` whether it or the quantity had to be cut.
Code ReferenceMarket::block_side_code(const Order& side, std::int64_t price_fen, bool inexact) {
  const Book& book = state_.books[side.book];
  const Facility& facility = state_.facilities[side.facility];
  const Code rate = rate_code(facility.terms.firm);
  if (rate != Code::none) return rate;
  if (book.terms.scheme == Scheme::cea || book.terms.venue_of_record != "EMX") {
    return Code::p02_venue;
  }
  if (state_.is_killed(facility, book)) return Code::k01_killed;
  const bool runs = book.terms.last_year >= state_.today.year;
  const bool shut = book.phase == Phase::closed || book.phase == Phase::halt;
  if (!state_.has_day || shut || !book.has_reference || !runs) {
    return Code::p01_phase;
  }
  const Code price = block_price_code(book, price_fen, inexact);
  if (price != Code::none) return price;
  if (side.quantity < 1 || side.quantity > order_lots_max) return Code::o01_quantity;
  const Code amount = amount_code(side);
  if (amount != Code::none) return amount;
  if (side.quantity <= state_.listed_max(book)) return Code::o08_block_min;
  const Code entry = entry_and_demand_code(side);
  if (entry != Code::none) return entry;
  const Code carbon = carbon_code(side, side.quantity);
  if (carbon != Code::none) return carbon;
  return funds_code(side, state_.reservation(side));
}

void ReferenceMarket::run(const SubmitBlock& command) {
  const Book* book = state_.find_book(command.symbol);
  if (book == nullptr) return refuse(Code::p03_unknown_symbol);
  const Facility* facility = state_.find_facility(command.facility);
  const Facility* counterparty = state_.find_facility(command.counterparty);
  if (facility == nullptr || counterparty == nullptr) return refuse(Code::p04_unknown_account);
  if (facility->terms.firm != command.actor) return refuse(Code::p05_not_your_account);
  if (command.duplicate) return refuse(Code::d02_duplicate_cl_ord_id);
  if (command.minutes < 1 || command.minutes > minutes_max) return refuse(Code::o01_quantity);
  Block block;
  block.offer.book = state_.index_of(*book);
  block.offer.facility = state_.index_of(*facility);
  block.offer.side = command.side;
  block.offer.price = command.price_fen / book->terms.tick_fen;
  block.offer.quantity = block.offer.remaining = command.quantity;
  block.offer.fee_rate_bp = state_.parameters.figures.fee_rate_bp;
  block.counterparty = state_.index_of(*counterparty);
  block.expires_ms = state_.now_ms + command.minutes * minute_ms;
  const Code code = block_side_code(block.offer, command.price_fen,
                                    command.inexact_price || command.inexact_quantity);
  if (code != Code::none) return refuse(code, *facility, *book);
  block.number = state_.next_block++;
  Matching{state_, lines_}.say(block, "alleged", Code::none);
  state_.blocks.push_back(block);
}

void ReferenceMarket::run(const AnswerBlock& command) {
  const auto found = std::find_if(state_.blocks.begin(), state_.blocks.end(),
                                  [&](const Block& b) { return b.number == command.block; });
  const bool cancels = command.answer == BlockAnswer::cancel;
  if (found != state_.blocks.end()) {
    const std::size_t whose = cancels ? found->offer.facility : found->counterparty;
    if (state_.facilities[whose].terms.firm != command.actor) {
      return refuse(Code::p05_not_your_account);
    }
  }
  if (command.duplicate) return refuse(Code::d02_duplicate_cl_ord_id);
  if (found == state_.blocks.end()) {
    const bool was_given = command.block >= 1 && command.block < state_.next_block;
    return refuse(was_given ? Code::d04_too_late : Code::d03_unknown_order);
  }
  const Block block = *found;
  if (block.other) return refuse(Code::d04_too_late);
  if (command.answer == BlockAnswer::accept) return accept(block);
  end_block(block, Code::c03_requested);
}

void ReferenceMarket::run(const BlockSession& command) {
  if (!state_.has_day) return refuse(Code::p01_phase);
  state_.block_session = command.open;
  if (!command.open) return;
  const std::vector<Block> blocks = state_.blocks;
  for (const Block& block : blocks) {
    if (block.other) carry_out(block);
  }
}

void ReferenceMarket::accept(const Block& block) {
  const Book& own = state_.books[block.offer.book];
  Order other = other_side(block);
  other.fee_rate_bp = state_.parameters.figures.fee_rate_bp;
  const Code code = block_side_code(other, block.offer.price * own.terms.tick_fen, false);
  if (code != Code::none) return refuse(code, state_.facilities[other.facility], own);
  const Order& bid = block.offer.is_buy() ? block.offer : other;
  const Order& ask = block.offer.is_buy() ? other : block.offer;
  const Trial trial = try_deal(state_, bid, ask, Related::barred);
  if (trial.quantity < block.offer.quantity) return refuse(trial.code);
  if (!state_.block_session) return take_ticket(block, other);
  own_ = block.offer.book;
  Matching matching{state_, lines_};
  matching.trade(block, bid, ask);
  if (matching.headroom_moved()) fixpoint(own.terms.pollutant);
}

// Market-rules 7: a ticket for what is accepted before the session. Of each room, all tickets hold
// at most a part; a pair has one a day.
void ReferenceMarket::take_ticket(const Block& asked, const Order& other) {
  Block block = asked;
  block.other = other;
  const std::set<std::size_t> pair = {block.offer.facility, block.counterparty};
  if (state_.day_tickets.contains(pair)) return refuse(Code::p01_phase);
  if (is_cross_province(state_, block.bid(), block.ask())) {
    const Ratio ratio = ratio_of(state_, block.bid(), block.ask());
    block.credited = block.offer.quantity * ratio.d / ratio.n;
    const Code code = ticket_code(state_, block);
    block.holds_room = true;
    if (code != Code::none) return refuse(code);
  }
  state_.day_tickets.insert(pair);
  std::replace_if(
      state_.blocks.begin(), state_.blocks.end(),
      [&](const Block& open) { return open.number == block.number; }, block);
  Matching{state_, lines_}.say(block, "confirmed", Code::none);
}

// The session is open: whole, or not at all. Its own ticket does not stand in its way.
void ReferenceMarket::carry_out(const Block& block) {
  const Book& book = state_.books[block.offer.book];
  if (block.holds_room) fixpoint(book.terms.pollutant);
  std::erase_if(state_.blocks, [&](const Block& open) { return open.number == block.number; });
  Matching matching{state_, lines_};
  if (book.phase == Phase::halt) return matching.say(block, "ended", Code::p01_phase);
  const Trial trial = try_deal(state_, block.bid(), block.ask(), Related::barred);
  if (trial.quantity < block.offer.quantity) return matching.say(block, "ended", trial.code);
  matching.trade(block, block.bid(), block.ask());
  if (matching.headroom_moved()) fixpoint(book.terms.pollutant);
}

void ReferenceMarket::end_block(const Block& block, Code code) {
  Matching{state_, lines_}.say(block, "ended", code);
  std::erase_if(state_.blocks, [&](const Block& open) { return open.number == block.number; });
  if (block.holds_room) fixpoint(state_.books[block.offer.book].terms.pollutant);
}

// In the order of their numbers; what one frees counts for the next.
void ReferenceMarket::end_blocks(Code code, const std::function<bool(const Block&)>& fits) {
  const std::vector<Block> blocks = state_.blocks;
  for (const Block& block : blocks) {
    if (fits(block)) end_block(block, code);
  }
}

void ReferenceMarket::expire_blocks() {
  end_blocks(Code::c01_expired,
             [this](const Block& block) { return block.expires_ms <= state_.now_ms; });
}

// How many lines say what the command itself is answered: blocks whose time was over stand behind.
// Time goes on with these commands alone.
std::size_t ReferenceMarket::answer_lines(const Command& command) const {
  if (lines_.empty() || lines_.front().starts_with("refused")) return lines_.size();
  if (std::holds_alternative<ReplaceOrder>(command)) return 1;
  if (std::holds_alternative<NewOrder>(command)) {
    const bool barred =
        lines_.size() > 1 && lines_[1].find("O09_NOT_FILLABLE") != std::string::npos;
    return barred ? 2 : 1;
  }
  if (!std::holds_alternative<AnswerBlock>(command)) return lines_.size();
  const auto is_consequence = [](const std::string& line) {
    return line.starts_with("cancelled") || line.starts_with("trade") ||
           line.starts_with("collar") || line.starts_with("skip");
  };
  return static_cast<std::size_t>(std::find_if(lines_.begin(), lines_.end(), is_consequence) -
                                  lines_.begin());
}

void Matching::say(const Block& block, const std::string& stage, Code code) {
  const Order& offer = block.offer;
  BlockLine said;
  said.number = block.number;
  said.stage = stage;
  said.code = text(code);
  said.facility = state_.facilities[offer.facility].terms.facility;
  said.counterparty = state_.facilities[block.counterparty].terms.facility;
  said.symbol = state_.books[offer.book].terms.symbol;
  said.side = text(offer.side);
  said.price = offer.price;
  said.quantity = offer.quantity;
  said.reserved = static_cast<std::int64_t>(state_.reservation(offer));
  if (block.other)
    said.other_reserved = static_cast<std::int64_t>(state_.reservation(*block.other));
  said.room = block.credited;
  said.expires_ms = block.expires_ms;
  lines_.push_back(line(said));
}

// A trade of its own: no order's, and not the last of the book.
void Matching::trade(const Block& block, const Order& bid, const Order& ask) {
  say(block, "traded", Code::none);
  std::erase_if(state_.blocks, [&](const Block& open) { return open.number == block.number; });
  const Ratio ratio = ratio_of(state_, bid, ask);
  Fill fill;
  fill.number = state_.next_trade++;
  fill.cross = is_cross_province(state_, bid, ask);
  fill.price = bid.price;
  fill.sold = bid.quantity;
  fill.credited = fill.sold * ratio.d / ratio.n;
  fill.retired = fill.sold - fill.credited;
  lines_.push_back(line(BlockTradeLine{fill.number, state_.facilities[bid.facility].terms.facility,
                                       state_.facilities[ask.facility].terms.facility,
                                       state_.books[bid.book].terms.symbol, fill.price, fill.sold,
                                       fill.credited, fill.retired, ratio.n, ratio.d, fill.cross}));
  Order bought = bid;
  Order sold = ask;
  bought.remaining = sold.remaining = 0;
  settle(bought, sold, fill, state_.reservation(bid));
  if (fill.cross) count_quota(bid, ask, fill);
  if (fill.cross || fill.retired > 0) headroom_moved_ = true;
  if (needs_demand(state_.facilities[bid.facility], state_.books[bid.book])) {
    count_demand(bid, fill);
  }
}

}  // namespace emx::model

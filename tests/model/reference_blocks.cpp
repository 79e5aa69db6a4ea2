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
Refusal ticket_refusal(const State& state, const Block& block) {
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
      const Wide share = std::max<Wide>(0, row.room) * state.parameters.ticket_room_pct / 100;
      return {row.code, std::max<Wide>(0, share - row.held), row.wanted};
    }
  }
  return Code::none;
}

Refusal block_price_refusal(const Book& book, std::int64_t price_fen) {
  const std::int64_t price = price_fen / book.terms.tick_fen;
  const std::int64_t band = book.terms.block_band_pct;
  const std::int64_t lower = (book.reference * (100 - band) + 99) / 100;
  const std::int64_t upper = book.reference * (100 + band) / 100;
  if (price >= lower && price <= upper) return {};
  return {Code::o05_price, Wide{price < lower ? lower : upper} * book.terms.tick_fen, price_fen};
}

}  // namespace

// What an order of the side would be tested for, from O04 on; of what was sent the price and the
// quantity are seen.
Refusal ReferenceMarket::block_side_refusal(const Order& side, const SubmitBlock& sent) {
  const Book& book = state_.books[side.book];
  const Facility& facility = state_.facilities[side.facility];
  const Refusal rate = rate_refusal(facility.terms.firm);
  if (rate != Code::none) return rate;
  if (book.terms.scheme == Scheme::cea || book.terms.venue_of_record != "EMX") {
    return Code::p02_venue;
  }
  const Refusal killed = kill_refusal(state_, facility, book);
  if (killed != Code::none) return killed;
  const bool runs = book.terms.last_year >= state_.today.year;
  const bool shut = book.phase == Phase::closed || book.phase == Phase::halt;
  if (!state_.has_day || shut || !book.has_reference || !runs) {
    return {Code::p01_phase, number_of(Phase::continuous), number_of(book.phase)};
  }
  const Refusal tick = tick_refusal(book, sent.price_fen, sent.inexact_price);
  if (tick != Code::none) return tick;
  if (sent.inexact_quantity) return {Code::o06_tick_or_lot, 1, sent.quantity};
  const Refusal price = block_price_refusal(book, sent.price_fen);
  if (price != Code::none) return price;
  if (side.quantity < 1) return {Code::o01_quantity, 1, side.quantity};
  if (side.quantity > order_lots_max) return {Code::o01_quantity, order_lots_max, side.quantity};
  const Refusal amount = amount_refusal(side);
  if (amount != Code::none) return amount;
  const std::int64_t listed_max = state_.listed_max(book);
  if (side.quantity <= listed_max) return {Code::o08_block_min, listed_max + 1, side.quantity};
  const Refusal entry = entry_and_demand_refusal(side);
  if (entry != Code::none) return entry;
  const Refusal carbon = carbon_refusal(side, side.quantity);
  if (carbon != Code::none) return carbon;
  return funds_refusal(side, state_.reservation(side));
}

void ReferenceMarket::run(const SubmitBlock& command) {
  const Book* book = state_.find_book(command.symbol);
  if (book == nullptr) return refuse(Code::p03_unknown_symbol);
  const Facility* facility = state_.find_facility(command.facility);
  const Facility* counterparty = state_.find_facility(command.counterparty);
  if (facility == nullptr || counterparty == nullptr) return refuse(Code::p04_unknown_account);
  if (facility->terms.firm != command.actor) {
    return refuse({Code::p05_not_your_account, state_.number_of_firm(facility->terms.firm),
                   state_.number_of_firm(command.actor)});
  }
  if (command.duplicate) return refuse(Code::d02_duplicate_cl_ord_id);
  if (command.minutes < 1) return refuse({Code::o01_quantity, 1, command.minutes});
  if (command.minutes > minutes_max) {
    return refuse({Code::o01_quantity, minutes_max, command.minutes});
  }
  Block block;
  block.offer.book = state_.index_of(*book);
  block.offer.facility = state_.index_of(*facility);
  block.offer.side = command.side;
  block.offer.price = command.price_fen / book->terms.tick_fen;
  block.offer.quantity = block.offer.remaining = command.quantity;
  block.offer.fee_rate_bp = state_.parameters.figures.fee_rate_bp;
  block.counterparty = state_.index_of(*counterparty);
  block.expires_ms = state_.now_ms + command.minutes * minute_ms;
  const Refusal code = block_side_refusal(block.offer, command);
  if (code != Code::none) return refuse(code);
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
    const std::string& owner = state_.facilities[whose].terms.firm;
    if (owner != command.actor) {
      return refuse({Code::p05_not_your_account, state_.number_of_firm(owner),
                     state_.number_of_firm(command.actor)});
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
  SubmitBlock sent;  // as if the counterparty had
  sent.price_fen = block.offer.price * own.terms.tick_fen;
  sent.quantity = block.offer.quantity;
  const Refusal code = block_side_refusal(other, sent);
  if (code != Code::none) return refuse(code);
  const Order& bid = block.offer.is_buy() ? block.offer : other;
  const Order& ask = block.offer.is_buy() ? other : block.offer;
  const Trial trial = try_deal(state_, bid, ask, Related::barred);
  if (trial.quantity < block.offer.quantity) {
    return refuse({trial.code, trial.quantity, block.offer.quantity});
  }
  if (!state_.block_session) return take_ticket(block, other);
  own_ = block.offer.book;
  Matching matching{state_, lines_};
  matching.trade(block, bid, ask);
  if (matching.headroom_moved()) fixpoint(own.terms.pollutant);
}

// Market-rules 7: a ticket for what is accepted before the session. Of each room, all tickets hold
// at most a part; two firms have one a day.
void ReferenceMarket::take_ticket(const Block& asked, const Order& other) {
  Block block = asked;
  block.other = other;
  const std::set<std::string> pair = {state_.facilities[block.offer.facility].terms.firm,
                                      state_.facilities[block.counterparty].terms.firm};
  if (state_.day_tickets.contains(pair)) return refuse({Code::p01_phase, 1, 0});
  if (is_cross_province(state_, block.bid(), block.ask())) {
    const Ratio ratio = ratio_of(state_, block.bid(), block.ask());
    block.credited = block.offer.quantity * ratio.d / ratio.n;
    const Refusal code = ticket_refusal(state_, block);
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

#include "engine/block_entry.hpp"

#include <limits>

#include "engine/admission_limits.hpp"
#include "engine/block.hpp"
#include "engine/order_entry.hpp"

namespace emx::engine {

namespace {

constexpr std::int64_t minute_ns = 60'000'000'000;

std::int64_t as_number(auto value) { return static_cast<std::int64_t>(value); }

// One side of a block, on its way through the tests that both sides take.
struct BlockSide {
  FacilityId facility;
  InstrumentId instrument;
  Side side;
  std::int64_t price_fen;
  std::int64_t lots;
  std::int64_t now_ns;
  std::int32_t fee_rate_bp;
  std::uint8_t flags = 0;     // OrderFlags, of what was submitted
  std::int64_t reserved = 0;  // by check_side(): fen of a buy, else lots
};

// P01: a block needs a book whose day is open and that is not halted, with a reference; not one in
// which orders match.
Refusal check_phase(const MarketState& state, InstrumentId id) {
  const BookState& book = state.book(id);
  const bool running = state.data.instruments[id].years_from(state.year) >= 1;
  const bool open = book.phase != Phase::closed && book.phase != Phase::halt;
  if (state.date.value != 0 && open && book.has_band && running) return {};
  return {Code::p01_phase, as_number(Phase::continuous), as_number(book.phase)};
}

// O06, O05.
Refusal check_price(const MarketState& state, const BlockSide& asked) {
  const risk::Instrument& instrument = state.data.instruments[asked.instrument];
  if ((asked.flags & order_inexact_price) != 0 || asked.price_fen % instrument.tick_fen != 0) {
    return {Code::o06_tick_or_lot, instrument.tick_fen, asked.price_fen};
  }
  if ((asked.flags & order_inexact_quantity) != 0) return {Code::o06_tick_or_lot, 1, asked.lots};
  const PriceTicks price{asked.price_fen / instrument.tick_fen};
  const risk::Band band =
      risk::band_around(state.book(asked.instrument).reference, instrument.block_band_pct);
  if (price >= band.lower && price <= band.upper) return {};
  const PriceTicks bound = price < band.lower ? band.lower : band.upper;
  return {Code::o05_price, bound.value * instrument.tick_fen, asked.price_fen};
}

// O01, O02, O08. Gives the amount without fee.
Refusal check_size(const MarketState& state, const BlockSide& asked, Fen& amount) {
  const risk::Instrument& instrument = state.data.instruments[asked.instrument];
  if (asked.lots < 1 || asked.lots > order_lots_max.value) {
    return {Code::o01_quantity, asked.lots < 1 ? 1 : order_lots_max.value, asked.lots};
  }
  const auto within = [&](LimitKind kind, std::int64_t wanted) {
    return check_order_limit(state, kind, asked.facility, asked.instrument, wanted, asked.now_ns);
  };
  if (const Refusal r = within(LimitKind::order_quantity, asked.lots)) return r;
  const PriceTicks price{asked.price_fen / instrument.tick_fen};
  const auto whole = risk::amount_of(Lots{asked.lots}, price, instrument.fen_per_tick,
                                     instrument.years_from(state.year));
  if (!whole) return {Code::o02_value, amount_max.value, std::numeric_limits<std::int64_t>::max()};
  if (const Refusal r = within(LimitKind::order_value, whole->value)) return r;
  const std::int64_t listed_max = state.data.parameters.listed_max(instrument.pollutant);
  if (asked.lots <= listed_max) return {Code::o08_block_min, listed_max + 1, asked.lots};
  amount = *whole;
  return {};
}

// L01, L02.
Refusal check_funds(const MarketState& state, BlockSide& asked, Fen amount) {
  if (asked.side == Side::buy) {
    asked.reserved = risk::Charges{.rate_bp = asked.fee_rate_bp}.reservation(amount).value;
    const std::int64_t available = state.accounts.cash(asked.facility).available();
    if (asked.reserved > available) return {Code::l01_cash, available, asked.reserved};
    return {};
  }
  asked.reserved = asked.lots;
  const std::int64_t available =
      state.accounts.rights(asked.facility, asked.instrument).available();
  if (asked.reserved > available) return {Code::l02_rights, available, asked.reserved};
  return {};
}

// O04 to L02, in the order of market-rules 10; P03 to P05 come before.
Refusal check_side(MarketState& state, BlockSide& asked) {
  const risk::Instrument& instrument = state.data.instruments[asked.instrument];
  const FirmId firm = state.data.facilities[asked.facility].firm;
  if (const Refusal r = take_rate_token(state, firm, asked.now_ns)) return r;
  if (instrument.reference_only) return {Code::p02_venue, 0, 0};
  if (const Refusal r = check_kill_switch(state, asked.facility, asked.instrument)) return r;
  if (const Refusal r = check_phase(state, asked.instrument)) return r;
  if (const Refusal r = check_price(state, asked)) return r;
  Fen amount{0};
  if (const Refusal r = check_size(state, asked, amount)) return r;
  if (const Refusal r = entry_refusal(state, instrument, asked.facility, asked.side)) return r;
  if (asked.side == Side::buy && is_carbon(instrument.pollutant)) {
    if (const Refusal r = check_carbon_holding(state, asked.facility, asked.lots)) return r;
  }
  return check_funds(state, asked, amount);
}

// Market-rules 7: the block waits for the session, and holds what it will need of the rooms.
Refusal take_ticket(MarketState& state, const risk::Block& block, const BlockSide& other,
                    EventBatch& events) {
  const auto firm_of = [&](FacilityId facility) { return state.data.facilities[facility].firm; };
  if (state.blocks.had_ticket(firm_of(block.submitter), firm_of(block.counterparty))) {
    return {Code::p01_phase, 1, 0};
  }
  const risk::Instrument& instrument = state.data.instruments[block.instrument];
  const risk::Facility& buyer = state.data.facilities[block.buyer()];
  const risk::Facility& seller = state.data.facilities[block.seller()];
  const risk::Ratio ratio = risk::ratio_of(state.data, block.buyer(), block.seller(), instrument);
  const risk::Ticket ticket{
      .reserved = other.reserved,
      .fee_rate_bp = other.fee_rate_bp,
      .holds_room = buyer.province != seller.province && !is_carbon(instrument.pollutant),
      .credited = risk::credit(block.lots, ratio, {}).credited};
  if (ticket.holds_room) {
    const auto share =
        state.quotas.ticket_share(buyer.province, seller.province, instrument.pollutant, block.lots,
                                  ticket.credited, state.data.parameters.ticket_room_pct);
    if (share.code != Code::none) return {share.code, share.left, share.wanted};
  }
  if (state.blocks.tickets_full()) {
    return {Code::o11_capacity, risk::Blocks::day_tickets_max, risk::Blocks::day_tickets_max};
  }
  confirm_block(state, block, ticket, events);
  return {};
}

Refusal accept(MarketState& state, PendingWork& work, const risk::Block& block, std::int64_t now_ns,
               EventBatch& events) {
  const risk::Instrument& instrument = state.data.instruments[block.instrument];
  BlockSide other{.facility = block.counterparty,
                  .instrument = block.instrument,
                  .side = opposite(block.side),
                  .price_fen = block.price.value * instrument.tick_fen,
                  .lots = block.lots.value,
                  .now_ns = now_ns,
                  .fee_rate_bp = fee_rate_bp(state, block.counterparty, opposite(block.side))};
  if (const Refusal r = check_side(state, other)) return r;
  const FillSize size = admitted_block(state, block);
  if (size.code != Code::none) return {size.code, as_number(size.lots), block.lots.value};
  if (!state.blocks.in_session()) return take_ticket(state, block, other, events);
  const InstrumentId own = block.instrument;
  const Settled settled = trade_block(state, block, other.fee_rate_bp, events);
  if (settled.demand_used_up) work.demand_used_up(settled.buyer, settled.pollutant);
  if (settled.lowered_held) work.start_fixpoint(mask_of(settled.pollutant), own);
  return {};
}

}  // namespace

Refusal submit_block(MarketState& state, const SubmitBlockCommand& command, std::int64_t now_ns,
                     EventBatch& events) {
  const InstrumentId instrument = state.data.instruments.find(
      [&](const risk::Instrument& row) { return row.symbol == command.symbol; });
  if (instrument.value == no_id) return {Code::p03_unknown_symbol, 0, 0};
  const auto find = [&](const AccountCode& code) {
    return state.data.facilities.find([&](const risk::Facility& row) { return row.code == code; });
  };
  const FacilityId facility = find(command.facility);
  const FacilityId counterparty = find(command.counterparty);
  if (facility.value == no_id || counterparty.value == no_id) {
    return {Code::p04_unknown_account, 0, 0};
  }
  const FirmId owner = state.data.facilities[facility].firm;
  if (owner.value != command.header.actor) {
    return {Code::p05_not_your_account, owner.value, command.header.actor};
  }
  if ((command.flags & order_duplicate_cl_ord_id) != 0) {
    return {Code::d02_duplicate_cl_ord_id, 0, 0};
  }
  const auto side = static_cast<Side>(command.side);
  if (!is_known(side)) return {Code::o01_quantity, as_number(Side::sell), command.side};
  if (command.minutes < 1 || command.minutes > risk::Blocks::minutes_max) {
    return {Code::o01_quantity, command.minutes < 1 ? 1 : risk::Blocks::minutes_max,
            command.minutes};
  }
  BlockSide asked{.facility = facility,
                  .instrument = instrument,
                  .side = side,
                  .price_fen = command.price_fen,
                  .lots = command.quantity_lots,
                  .now_ns = now_ns,
                  .fee_rate_bp = fee_rate_bp(state, facility, side),
                  .flags = command.flags};
  if (const Refusal r = check_side(state, asked)) return r;
  if (state.blocks.full()) {
    return {Code::o11_capacity, risk::Blocks::open_max, risk::Blocks::open_max};
  }
  open_block(state,
             {.number = 0,
              .submitter = facility,
              .counterparty = counterparty,
              .instrument = instrument,
              .side = side,
              .price = PriceTicks{command.price_fen / state.data.instruments[instrument].tick_fen},
              .lots = Lots{command.quantity_lots},
              .reserved = asked.reserved,
              .fee_rate_bp = asked.fee_rate_bp,
              .expires_ns = now_ns + command.minutes * minute_ns},
             events);
  return {};
}

Refusal answer_block(MarketState& state, PendingWork& work, const AnswerBlockCommand& command,
                     std::int64_t now_ns, EventBatch& events) {
  const auto answer = static_cast<BlockAnswer>(command.answer);
  if (!is_known(answer)) {
    return {Code::o01_quantity, as_number(BlockAnswer::cancel), command.answer};
  }
  const risk::Block* block = state.blocks.find(command.block_no);
  if (block != nullptr) {
    const FacilityId whose = answer == BlockAnswer::cancel ? block->submitter : block->counterparty;
    const FirmId firm = state.data.facilities[whose].firm;
    if (firm.value != command.header.actor) {
      return {Code::p05_not_your_account, firm.value, command.header.actor};
    }
  }
  if ((command.flags & order_duplicate_cl_ord_id) != 0) {
    return {Code::d02_duplicate_cl_ord_id, 0, 0};
  }
  if (block == nullptr) {
    const bool was_given = state.blocks.was_given(command.block_no);
    return {was_given ? Code::d04_too_late : Code::d03_unknown_order, 0, 0};
  }
  if (block->confirmed()) return {Code::d04_too_late, 0, 0};
  if (answer == BlockAnswer::accept) return accept(state, work, *block, now_ns, events);
  end_block(state, *block, Code::c03_requested, events);
  return {};
}

Refusal set_block_session(MarketState& state, PendingWork& work,
                          const BlockSessionCommand& command) {
  if (command.open > 1) return {Code::o01_quantity, 1, command.open};
  if (state.date.value == 0) return {Code::p01_phase, 0, 0};  // no DayOpen yet
  state.blocks.set_session(command.open != 0);
  if (state.blocks.in_session()) work.carry_out_blocks();
  return {};
}

}  // namespace emx::engine

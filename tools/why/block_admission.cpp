#include "tools/why/block_admission.hpp"

#include <string>
#include <utility>

#include "risk/charges.hpp"
#include "risk/ratio.hpp"
#include "tools/market/amount_text.hpp"
#include "tools/why/counters.hpp"
#include "tools/why/deals.hpp"
#include "tools/why/order_access.hpp"
#include "tools/why/order_identity.hpp"
#include "tools/why/order_means.hpp"
#include "tools/why/order_terms.hpp"

namespace emx::why {

using market::cny;
using market::grouped;

namespace {

// P01. Blocks need a day and a book that is neither closed nor halted, not one in which orders
// match.
bool has_open_book(Judgement& judge, const Asked& asked) {
  const auto book = judge.state.book(InstrumentId{asked.instrument});
  const risk::Instrument& instrument = judge.what(asked);
  const bool open = book.phase != Phase::closed && book.phase != Phase::halt;
  const bool running = instrument.years_from(judge.state.trade_year()) >= 1;
  const bool has_day = judge.state.trade_date().value != 0;
  std::string compared = "phase " + text(book.phase);
  if (!has_day) compared += "; no trade date was ever opened";
  if (!book.has_limits) compared += "; no reference price was ever set";
  if (!running) compared += "; the series ended with " + std::to_string(instrument.last_year);
  SetBys by;
  if (!open) by.push_back(judge.context.rules.phase(instrument.symbol.view()));
  if (!book.has_limits || !running) by.push_back(judge.set_instrument(asked));
  if (!running) by.push_back(judge.context.rules.trade_date());
  return judge.test(
      Code::p01_phase, "phase", std::move(compared), open && running && has_day && book.has_limits,
      by, static_cast<std::int64_t>(Phase::continuous), static_cast<std::int64_t>(book.phase));
}

// O06, O05: the block band around the book's reference.
bool has_price_in_band(Judgement& judge, const Asked& asked) {
  const risk::Instrument& instrument = judge.what(asked);
  const std::int64_t tick = instrument.tick_fen;
  const bool exact = (asked.flags & order_inexact_price) == 0;
  if (!judge.test(Code::o06_tick_or_lot, "tick",
                  cny(asked.price_fen) + " CNY" + (exact ? "" : " and decimals beyond") +
                      ", tick " + cny(tick) + " CNY",
                  exact && asked.price_fen % tick == 0, {judge.set_instrument(asked)}, tick,
                  asked.price_fen)) {
    return false;
  }
  if ((asked.flags & order_inexact_quantity) != 0) {
    return judge.test(Code::o06_tick_or_lot, "lot", "no whole lot", false,
                      {judge.set_instrument(asked)}, 1, asked.lots);
  }
  const risk::Band band = risk::band_around(
      judge.state.book(InstrumentId{asked.instrument}).reference, instrument.block_band_pct);
  const std::int64_t lower = band.lower.value * tick;
  const std::int64_t upper = band.upper.value * tick;
  return judge.test(
      Code::o05_price, "price",
      cny(asked.price_fen) + " CNY, limits of blocks " + cny(lower) + " to " + cny(upper) + " CNY",
      asked.price_fen >= lower && asked.price_fen <= upper,
      {judge.context.rules.reference_price(instrument.symbol.view()), judge.set_instrument(asked)},
      asked.price_fen < lower ? lower : upper, asked.price_fen);
}

// O01, O02, O08.
bool has_size_of_block(Judgement& judge, const Asked& asked) {
  const risk::Instrument& instrument = judge.what(asked);
  const std::int64_t most = order_lots_max.value;
  if (!judge.test(
          Code::o01_quantity, "quantity", grouped(asked.lots) + ", from 1 to " + grouped(most),
          asked.lots >= 1 && asked.lots <= most, {}, asked.lots < 1 ? 1 : most, asked.lots) ||
      !is_within_limit(judge, LimitKind::order_quantity, asked, asked.lots) ||
      !is_within_value(judge, asked)) {
    return false;
  }
  const std::int64_t listed = judge.state.data().parameters.listed_max(instrument.pollutant);
  return judge.test(
      Code::o08_block_min, "size",
      judge.lots(asked.lots, asked) + ", blocks are of more than " + judge.lots(listed, asked),
      asked.lots > listed, {judge.context.rules.figures()}, listed + 1, asked.lots);
}

// O04 to L02, which both sides take.
bool stands(Judgement& judge, const Asked& asked) {
  const bool here = !judge.what(asked).reference_only;
  return is_within_rate(judge, judge.context.facility(asked.facility).firm.value) &&
         judge.test(Code::p02_venue, "venue", here ? "trades here" : "reference data only", here,
                    {judge.set_instrument(asked)}) &&
         passes_kill_switch(judge, asked) && has_open_book(judge, asked) &&
         has_price_in_band(judge, asked) && has_size_of_block(judge, asked) &&
         is_eligible(judge, asked) && has_demand(judge, asked) && may_hold_carbon(judge, asked) &&
         has_funds(judge, asked, nullptr);
}

// Section 5 of the pair, and the caps of section 7: the whole block or nothing.
bool is_admitted(Judgement& judge, const risk::Block& block) {
  const Deal deal{.from = block.seller().value,
                  .to = block.buyer().value,
                  .instrument = block.instrument.value,
                  .lots = block.lots.value,
                  .giver = "seller",
                  .receiver = "buyer",
                  .bars_related = true};
  Counters now;
  now.start(judge.state);
  if (!explain_barred_deal(judge.context, deal, now, 0, judge.finding)) return true;
  std::int64_t fits = 0;
  for (const Cap& cap : judge.finding.caps) {
    if (cap.decides) fits = cap.lots;
  }
  judge.finding.agrees = judge.finding.agrees && judge.refused.limit == fits &&
                         judge.refused.value == block.lots.value;
  judge.failed = true;
  return false;
}

// Of one that waits for its session: P01, Q01 to Q05, O11.
void gets_ticket(Judgement& judge, const risk::Block& block) {
  const risk::ReferenceData& data = judge.state.data();
  const risk::Blocks& blocks = judge.state.blocks();
  const FirmId one = data.facilities[block.submitter].firm;
  const FirmId other = data.facilities[block.counterparty].firm;
  const std::string pair = "the firms " + std::string{data.firms[one].code.view()} + " and " +
                           std::string{data.firms[other].code.view()};
  const bool had = blocks.had_ticket(one, other);
  if (!judge.test(Code::p01_phase, "ticket of the two firms",
                  pair + (had ? " had a ticket" : " had no ticket") + " on " +
                      text_of(judge.state.trade_date()),
                  !had, {judge.context.rules.trade_date()}, 1, 0)) {
    return;
  }
  const risk::Instrument& instrument = data.instruments[block.instrument];
  const risk::Facility& buyer = data.facilities[block.buyer()];
  const risk::Facility& seller = data.facilities[block.seller()];
  if (buyer.province != seller.province && !is_carbon(instrument.pollutant)) {
    const risk::Ratio ratio = risk::ratio_of(data, block.buyer(), block.seller(), instrument);
    const std::int64_t percent = data.parameters.ticket_room_pct;
    const auto share = judge.state.quotas().ticket_share(
        buyer.province, seller.province, instrument.pollutant, block.lots,
        risk::credit(block.lots, ratio, {}).credited, percent);
    const bool fits = share.code == Code::none;
    const std::string held =
        "all tickets together hold at most " + grouped(percent) + " % of each room";
    if (!judge.test(fits ? Code::q01_net_inflow : share.code, "room for tickets",
                    fits ? held
                         : held + ": " + grouped(share.left) + " kg are left, this one asks for " +
                               grouped(share.wanted) + " kg",
                    fits, {judge.context.rules.figures()}, share.left, share.wanted)) {
      return;
    }
  }
  static_cast<void>(judge.test(Code::o11_capacity, "tickets of the day",
                               "room for " + grouped(risk::Blocks::day_tickets_max),
                               !blocks.tickets_full(), {}, risk::Blocks::day_tickets_max,
                               risk::Blocks::day_tickets_max));
}

// Of the side that accepts.
void judge_acceptance(Judgement& judge, const risk::Block& block) {
  const Asked asked{
      .facility = block.counterparty.value,
      .instrument = block.instrument.value,
      .side = opposite(block.side),
      .price_fen = block.price.value * judge.context.instrument(block.instrument.value).tick_fen,
      .lots = block.lots.value,
      .open_more = block.lots.value};
  if (!stands(judge, asked) || !is_admitted(judge, block)) return;
  if (!judge.state.blocks().in_session()) gets_ticket(judge, block);
}

}  // namespace

void judge_submission(Judgement& judge, const SubmitBlockCommand& c) {
  const market::Names& names = judge.context.words.names();
  const auto quoted = [](std::string_view name) { return '"' + std::string{name} + '"'; };
  const std::uint32_t instrument = names.instrument_named(c.symbol);
  const bool has_instrument = instrument != no_id;
  if (!judge.test(Code::p03_unknown_symbol, "symbol",
                  quoted(c.symbol.view()) + (has_instrument ? "" : " is none"), has_instrument)) {
    return;
  }
  const std::uint32_t facility = names.facility_named(c.facility);
  for (const auto& [id, code] : {std::pair{facility, c.facility},
                                 std::pair{names.facility_named(c.counterparty), c.counterparty}}) {
    if (!judge.test(Code::p04_unknown_account, "account",
                    quoted(code.view()) + (id != no_id ? "" : " is none"), id != no_id)) {
      return;
    }
  }
  if (!is_of_sender(judge, "submitter", facility, c.header.actor) ||
      !has_new_cl_ord_id(judge, c.header, c.cl_ord_id, c.flags)) {
    return;
  }
  const auto side = static_cast<Side>(c.side);
  constexpr std::int64_t most = risk::Blocks::minutes_max;
  const std::int64_t minutes = c.minutes;
  if (!judge.test(Code::o01_quantity, "side", is_known(side) ? text(side) : "of no meaning",
                  is_known(side), {}, static_cast<std::int64_t>(Side::sell), c.side) ||
      !judge.test(Code::o01_quantity, "minutes", grouped(minutes) + ", from 1 to " + grouped(most),
                  minutes >= 1 && minutes <= most, {}, minutes < 1 ? 1 : most, minutes)) {
    return;
  }
  const Asked asked{.facility = facility,
                    .instrument = instrument,
                    .side = side,
                    .flags = c.flags,
                    .price_fen = c.price_fen,
                    .lots = c.quantity_lots,
                    .open_more = c.quantity_lots};
  if (!stands(judge, asked)) return;
  static_cast<void>(
      judge.test(Code::o11_capacity, "open blocks", "room for " + grouped(risk::Blocks::open_max),
                 !judge.state.blocks().full(), {}, risk::Blocks::open_max, risk::Blocks::open_max));
}

void judge_answer(Judgement& judge, const AnswerBlockCommand& c) {
  const auto answer = static_cast<BlockAnswer>(c.answer);
  if (!judge.test(Code::o01_quantity, "answer", is_known(answer) ? text(answer) : "of no meaning",
                  is_known(answer), {}, static_cast<std::int64_t>(BlockAnswer::cancel), c.answer)) {
    return;
  }
  const risk::Blocks& blocks = judge.state.blocks();
  const risk::Block* block = blocks.find(c.block_no);
  const bool cancels = answer == BlockAnswer::cancel;
  if (block != nullptr &&
      !is_of_sender(judge, cancels ? "submitter" : "counterparty",
                    (cancels ? block->submitter : block->counterparty).value, c.header.actor)) {
    return;
  }
  if (!has_new_cl_ord_id(judge, c.header, c.cl_ord_id, c.flags)) return;
  const std::string which = "block " + std::to_string(c.block_no);
  const bool given = block != nullptr || blocks.was_given(c.block_no);
  if (!judge.test(Code::d03_unknown_order, "block", which + (given ? "" : " was never given"),
                  given)) {
    return;
  }
  const bool open = block != nullptr && !block->confirmed();
  if (!judge.test(Code::d04_too_late, "block",
                  which + (block == nullptr ? " is over"
                           : open           ? " is open"
                                            : " is confirmed, and waits for its session"),
                  open)) {
    return;
  }
  if (answer == BlockAnswer::accept) judge_acceptance(judge, *block);
}

}  // namespace emx::why

#include <algorithm>
#include <cstddef>
#include <set>
#include <vector>

#include "tests/model/event_lines.hpp"
#include "tests/model/reference_call.hpp"
#include "tests/model/reference_market.hpp"

// Trade dates and phases (market-rules 9), and the orders whose time is over (8.6).

namespace emx::model {

void ReferenceMarket::run(const DayOpen& command) {
  if (state_.has_day && command.date <= state_.today) {
    return refuse({Code::p01_phase, number_of(state_.today), number_of(command.date)});
  }
  if (!state_.may_trade_on(command.date)) {
    Day next = days_after(command.date, 1);
    while (!state_.may_trade_on(next)) next = days_after(next, 1);
    return refuse({Code::p01_phase, number_of(next), number_of(command.date)});
  }
  for (const Book& book : state_.books) {
    if (book.phase == Phase::closed) continue;
    return refuse({Code::p01_phase, number_of(Phase::closed), number_of(book.phase)});
  }
  std::erase_if(state_.calendar, [&](const auto& row) { return row.first < command.date.year; });
  state_.block_session = false;
  state_.day_tickets.clear();
  if (state_.rules_wait && state_.documents.begin()->second.effective <= command.date) {
    bring_rules_into_force();
  }
  // Before the date changes: what they release is what the old year had them reserve.
  expire_before(command.date);
  if (command.date.year != state_.today.year) state_.used.clear();
  for (auto& [key, used] : state_.used) used.today = 0;
  state_.today = command.date;
  for (Book& book : state_.books) book.last_trade = 0;
  state_.has_day = true;
  retest_all();
  carry_out_transfers();
  for (Book& book : state_.books) {  // a band that was changed counts from here
    const std::int64_t band = book.terms.band_pct;
    const bool same = book.lower == (book.reference * (100 - band) + 99) / 100 &&
                      book.upper == book.reference * (100 + band) / 100;
    if (book.has_reference && !same) book.band_due = true;
  }
  set_bands();
}

// Those whose last day fell on days without trading, and at the year roll all of tenure series.
void ReferenceMarket::expire_before(const Day& date) {
  Matching matching{state_, lines_};
  const bool year_rolls = date.year != state_.today.year;
  for (std::size_t book = 0; book < state_.books.size(); ++book) {
    const bool ends = year_rolls && !state_.books[book].is_carbon();
    for (const Side side : {Side::buy, Side::sell}) {
      for (Order* order : state_.ranked(book, side)) {
        const bool overdue = order->expires && *order->expires < date;
        if (ends || overdue) matching.cancel(*order, Code::c01_expired);
      }
    }
  }
}

void ReferenceMarket::expire_at_close(std::size_t book) {
  // A day to come on which an order could still trade.
  Day next = days_after(state_.today, 1);
  while (!state_.may_trade_on(next)) next = days_after(next, 1);
  Matching matching{state_, lines_};
  for (const Side side : {Side::buy, Side::sell}) {
    for (Order* order : state_.ranked(book, side)) {
      const bool last_day = order->expires && *order->expires < next;
      const bool day = order->time_in_force == TimeInForce::day;
      if (day || last_day) matching.cancel(*order, Code::c01_expired);
    }
  }
}

void ReferenceMarket::run(const SetPhase& command) {
  if (!command.symbol.empty() && state_.find_book(command.symbol) == nullptr) {
    return refuse(Code::p03_unknown_symbol);
  }
  std::vector<std::size_t> touched;
  for (std::size_t i = 0; i < state_.books.size(); ++i) {
    const bool all = command.symbol.empty();
    if (all || state_.books[i].terms.symbol == command.symbol) touched.push_back(i);
  }
  if (!command.symbol.empty()) own_ = touched.front();
  for (const std::size_t i : touched) {
    Book& book = state_.books[i];
    const bool call_ends = is_call(book.phase) && !is_call(command.phase);
    const bool starts = command.phase == Phase::continuous && book.phase != Phase::continuous;
    if (starts) fixpoint(book.terms.pollutant);
    book.phase = command.phase;
    if (!call_ends || command.phase == Phase::halt) continue;
    const CallResult result = call_result(state_, i);
    if (result.volume == 0) continue;
    lines_.push_back(line(UncrossedLine{book.terms.symbol, result.price, result.volume}));
    Matching matching{state_, lines_};
    matching.uncross(i, result.price);
    if (matching.headroom_moved()) fixpoint(book.terms.pollutant);
  }
  if (command.phase == Phase::closed) {
    for (const std::size_t i : touched) {
      end_blocks(Code::c01_expired, [i](const Block& block) { return block.offer.book == i; });
      expire_at_close(i);
    }
  }
}

}  // namespace emx::model

#include <algorithm>
#include <string>
#include <vector>

#include "tests/model/random_market.hpp"

// Phases, calls and days, and what is asked meanwhile.

namespace emx::model {

void RandomMarket::plan_trading(std::int64_t commands) {
  for (std::int64_t i = 0; i < commands; ++i) planned_.emplace_back(std::nullopt);
}

Command RandomMarket::indicative() {
  std::string symbol = random_.pick(books_).terms.symbol;
  for (const BookSketch& book : books_) {
    if (is_call(book.phase) && random_.chance(70)) symbol = book.terms.symbol;
  }
  if (random_.chance(5)) symbol = "NOX.AIR.NOWHERE";
  return Indicative{symbol, now_ms_};
}

Command RandomMarket::query() {
  Query query{static_cast<int>(random_.between(1, 15)), static_cast<int>(random_.between(0, 5))};
  if (random_.chance(10)) query.question = random_.chance(50) ? 0 : 16;
  if (random_.chance(10)) query.office = 6;
  query.hides = random_.chance(10);
  return query;
}

// The call of one book, or of all; what ends it is not planned here.
void RandomMarket::plan_call(const std::string& symbol, Phase call) {
  planned_.emplace_back(SetPhase{symbol, call});
  if (!symbol.empty() && random_.chance(40)) {
    // Caps near their use: the other books of the pollutant lock, and the call may free them.
    for (const Province province : provinces_) plan_quota(province, pollutants_.front());
  }
  plan_trading(random_.between(3, 14));
  if (random_.chance(10)) planned_.emplace_back(SetPhase{symbol, Phase::volatility});
  if (random_.chance(10)) planned_.emplace_back(SetPhase{"", call});
}

// A province without room to buy, whose sale in the call of one book makes room in another book
// of the pollutant: seldom met by chance.
void RandomMarket::plan_freeing_call() {
  std::vector<BookSketch*> books;
  for (BookSketch& book : books_) {
    if (book.terms.pollutant == pollutants_.front()) books.push_back(&book);
  }
  const SetFacility& inner = likely_facility(books.front()->terms);
  const SetFacility& outer = likely_facility(books.front()->terms);
  if (books.size() < 2 || inner.province == outer.province) return plan_trading(1);
  SetQuota quota = quota_of(inner.province, pollutants_.front());
  quota.inflow_cap = std::max<std::int64_t>(0, use_[{inner.province, pollutants_.front()}].net);
  quota.outflow_cap = ample_cap;
  const auto plan_order = [&](const SetFacility& facility, const BookSketch& book, Side side) {
    NewOrder order;
    order.actor = facility.firm;
    order.symbol = book.terms.symbol;
    order.facility = facility.facility;
    order.side = side;
    order.price_fen = (book.mid + (side == Side::buy ? 1 : -1)) * book.terms.tick_fen;
    order.quantity = random_.between(1, 60);
    planned_.emplace_back(order);
  };
  planned_.emplace_back(quota);
  planned_.emplace_back(SetPhase{books[0]->terms.symbol, Phase::volatility});
  plan_order(outer, *books[1], Side::sell);
  plan_order(inner, *books[1], Side::buy);
  plan_order(inner, *books[0], Side::sell);
  plan_order(outer, *books[0], Side::buy);
  planned_.emplace_back(SetPhase{books[0]->terms.symbol, Phase::pause});
  planned_.emplace_back(SetPhase{books[0]->terms.symbol, Phase::continuous});
}

Command RandomMarket::phase() {
  if (night_) return trading();
  for (const BookSketch& book : books_) {
    if (book.phase != Phase::continuous && random_.chance(80)) {
      return SetPhase{random_.chance(70) ? book.terms.symbol : "", Phase::continuous};
    }
  }
  if (random_.chance(3)) return SetPhase{"NOX.AIR.NOWHERE", Phase::halt};
  if (random_.chance(5)) return DayOpen{today_};
  if (random_.chance(15)) {
    plan_freeing_call();
    return next();
  }
  const std::string symbol = random_.chance(60) ? random_.pick(books_).terms.symbol : "";
  // A break does not last: the stream would be nothing but refusals.
  const auto plan_break = [&](Phase phase) {
    planned_.emplace_back(SetPhase{symbol, phase});
    plan_trading(phase == Phase::pre_open ? random_.between(4, 12) : random_.between(1, 5));
  };
  const std::vector<Phase> breaks = {Phase::pre_open, Phase::pause, Phase::halt, Phase::closed};
  const std::vector<Phase> calls = {Phase::volatility, Phase::volatility, Phase::opening_call,
                                    Phase::closing_call};
  if (random_.chance(40)) {
    plan_break(random_.pick(breaks));
  } else {
    plan_call(symbol, random_.pick(calls));
    if (random_.chance(35)) plan_break(random_.pick(breaks));
  }
  planned_.emplace_back(SetPhase{symbol, Phase::continuous});
  return next();
}

// Often without the days to come, so that orders have none left. Sometimes none at all, which is
// refused.
SetCalendar RandomMarket::calendar() {
  SetCalendar set;
  set.year = today_.year + (random_.chance(15) ? 1 : 0);
  if (random_.chance(4)) return set;
  const std::int64_t open = random_.between(60, 97);
  for (Day day{set.year, 1, 1}; day.year == set.year; day = days_after(day, 1)) {
    if (random_.chance(static_cast<int>(is_weekend(day) ? 4 : open))) set.days.insert(day);
  }
  const std::int64_t pause = random_.chance(50) ? random_.between(1, 9) : 0;
  for (std::int64_t i = 1; i <= pause; ++i) set.days.erase(days_after(today_, i));
  set.days.insert({set.year, 12, 31});
  return set;
}

bool RandomMarket::may_trade_on(const Day& day) const {
  const auto year = calendar_.find(day.year);
  return year == calendar_.end() || year->second.contains(day);
}

void RandomMarket::plan_end_of_day() {
  if (night_) return plan_trading(1);
  if (random_.chance(20)) {  // too early: not every book is closed
    planned_.emplace_back(DayOpen{{today_.year, 12, 30}});
  }
  if (random_.chance(60)) plan_call("", Phase::closing_call);
  planned_.emplace_back(SetPhase{"", Phase::closed});
  night_ = today_.year < last_random_year || today_.month < 9;
  if (!night_) planned_.emplace_back(SetPhase{"", Phase::continuous});
}

void RandomMarket::plan_next_day() {
  night_ = false;
  const std::vector<std::int64_t> steps = {1, 1, 1, 1, 1, 2, 3, 4, 4, 30, 89, 90, 91, 95};
  Day date = days_after(today_, random_.pick(steps));
  if (random_.chance(20) && today_.year < last_random_year) {
    date = {today_.year + 1, 1, static_cast<int>(random_.between(2, 8))};
  }
  if (!may_trade_on(date) && random_.chance(20)) planned_.emplace_back(DayOpen{date});
  while (!may_trade_on(date)) date = days_after(date, 1);
  const bool year_rolls = date.year != today_.year;
  for (const Province province : provinces_) {  // under which transfers go, or do not
    for (const Pollutant pollutant : pollutants_) {
      if (year_rolls || !random_.chance(60)) continue;
      SetQuota quota = quota_of(province, pollutant);
      if (random_.chance(15)) {
        quota.gross_cap = use_[{province, pollutant}].gross + random_.between(0, 60);
      }
      planned_.emplace_back(quota);
    }
  }
  if (random_.chance(25)) {  // a band that the orders of the day before may be outside of
    SetInstrument narrow = random_.pick(books_).terms;
    narrow.band_pct = random_.between(1, 3);
    planned_.emplace_back(narrow);
  }
  planned_.emplace_back(DayOpen{date});
  today_ = date;
  if (year_rolls) {
    for (auto& [key, use] : use_) use.net = use.today = use.gross = 0;
    for (const Province province : provinces_) {
      for (const Pollutant pollutant : pollutants_) {
        if (random_.chance(90)) plan_quota(province, pollutant);
      }
    }
  }
  planned_.emplace_back(SetPhase{"", Phase::pre_open});
  plan_trading(random_.between(0, 10));
  if (random_.chance(60)) plan_call("", Phase::opening_call);
  planned_.emplace_back(SetPhase{"", Phase::continuous});
}

}  // namespace emx::model

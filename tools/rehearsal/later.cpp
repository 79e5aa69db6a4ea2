#include "tools/rehearsal/later.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "engine/vocabulary/bounds.hpp"
#include "risk/parameters.hpp"
#include "tools/rehearsal/days.hpp"

namespace emx::rehearsal {

namespace {

// Of several commands.
void add(Effect&& more, Effect& effect) {
  std::ranges::move(more.cancelled, std::back_inserter(effect.cancelled));
  std::ranges::move(more.transfers, std::back_inserter(effect.transfers));
  std::ranges::move(more.rule_sets, std::back_inserter(effect.rule_sets));
}

// Turns on the same trade date are one.
std::vector<Later> days_of(const std::vector<Turn>& turns, const Rehearsal& course) {
  std::map<Date, Later> days;
  for (const Turn& turn : turns) {
    const Date date = trading_day_from(turn.from, course);
    if (date_last < date) continue;  // no day that the exchange will open
    const auto [place, is_new] = days.try_emplace(date);
    Later& later = place->second;
    later.date = date;
    later.told = turn.told || (!is_new && later.told);
    if (is_new) {
      later.what = turn.what;
    } else if (later.what.find(turn.what) == std::string::npos) {
      later.what += "; " + turn.what;
    }
  }
  std::vector<Later> laters;
  for (auto& [date, later] : days) laters.push_back(std::move(later));
  return laters;
}

// Those of `effect` that were open in both courses and that the other does not cancel.
std::vector<Effect::Cancelled> only_in(const Effect& effect, const Effect& other,
                                       const std::set<std::uint64_t>& open_in_both) {
  std::set<std::uint64_t> there;
  for (const Effect::Cancelled& row : other.cancelled) there.insert(row.order.id);
  std::vector<Effect::Cancelled> rows;
  for (const Effect::Cancelled& row : effect.cancelled) {
    if (open_in_both.contains(row.order.id) && !there.contains(row.order.id)) rows.push_back(row);
  }
  return rows;
}

std::set<std::uint64_t> open_in_both(const Rehearsal& with, const Rehearsal& without) {
  std::set<std::uint64_t> ids;
  for (const auto& [id, order] : with.orders().open()) {
    if (without.orders().open().contains(id)) ids.insert(id);
  }
  return ids;
}

void compare_price_limits(const Rehearsal& with, const Rehearsal& without, Later& later) {
  for (std::uint32_t i = 0; i < without.state().data().instruments.size(); ++i) {
    const auto one = without.state().book(InstrumentId{i});
    const auto other = with.state().book(InstrumentId{i});
    if (one.lower == other.lower && one.upper == other.upper) continue;
    later.price_limits.push_back(
        {i, one.lower.value, one.upper.value, other.lower.value, other.upper.value});
  }
}

void compare_trades(const Effect& with, const Effect& without, Later& later) {
  for (const auto& [pair, turnover] : without.trades) later.trades[pair].first = turnover;
  for (const auto& [pair, turnover] : with.trades) later.trades[pair].second = turnover;
  std::erase_if(later.trades,
                [](const auto& row) { return row.second.first == row.second.second; });
}

// The day is looked for in each course by itself: the act may have changed the calendar, also of
// the days that lie between.
Effect open_from(Date date, Rehearsal& course) {
  const Date tomorrow{course.state().trade_date().value + 1};
  return open(trading_day_from(std::max(date, tomorrow), course), course);
}

void compare_day(Rehearsal& with, Rehearsal& without, Later& later) {
  const std::set<std::uint64_t> open_before = open_in_both(with, without);
  Effect one = close(without);
  Effect other = close(with);
  add(open_from(later.date, without), one);
  add(open_from(later.date, with), other);
  later.year = with.state().trade_year();
  later.rooms = changes(without.rooms(), with.rooms());
  compare_price_limits(with, without, later);
  if (one.rule_sets != other.rule_sets) {
    later.rule_sets_else = one.rule_sets;
    later.rule_sets = other.rule_sets;
  }
  for (const auto& [transfer, words] : other.transfers) later.what += "; " + words;
  const Effect trading_without = start_trading(without);
  const Effect trading_with = start_trading(with);
  compare_trades(trading_with, trading_without, later);
  add(Effect{trading_without}, one);
  add(Effect{trading_with}, other);
  later.cancelled = only_in(other, one, open_before);
  later.kept = only_in(one, other, open_before);
}

// An order's end in the course of the closes: on which date, and how.
using Ends = std::map<std::uint64_t, std::pair<Date, Effect::Cancelled>>;

Ends ends_of(Rehearsal& course, Date last) {
  Ends ends;
  const auto note = [&](const Effect& effect) {
    const Date date = course.state().trade_date();
    for (const Effect::Cancelled& row : effect.cancelled) ends.try_emplace(row.order.id, date, row);
  };
  while (true) {
    note(close(course));
    const Date next = trading_day_from(Date{course.state().trade_date().value + 1}, course);
    if (last < next || course.orders().open().empty()) return ends;
    note(open(next, course));
  }
}

}  // namespace

std::vector<Later> compare(std::vector<Turn> turns, Rehearsal& with, Rehearsal& without) {
  std::vector<Later> laters = days_of(turns, with);
  for (Later& later : laters) compare_day(with, without, later);
  std::erase_if(laters, [](const Later& later) { return !later.told && !later.differs(); });
  return laters;
}

std::vector<Later> compare_closes(std::int32_t year, Rehearsal& with, Rehearsal& without) {
  // As far as a GTC order may live; a GTD order beyond is not looked at.
  constexpr auto days_most = static_cast<std::int32_t>(risk::gtc_days_most);
  const Date last =
      std::min(date_of(year, 12, 31), Date{with.state().trade_date().value + days_most});
  const std::set<std::uint64_t> open_before = open_in_both(with, without);
  const Ends one = ends_of(without, last);
  const Ends other = ends_of(with, last);
  const auto date_in = [](const Ends& ends, std::uint64_t id) {
    const auto found = ends.find(id);
    return found == ends.end() ? Date{} : found->second.first;
  };
  std::map<std::pair<Date, Date>, std::vector<Effect::Cancelled>> moved;  // with, without
  for (const std::uint64_t id : open_before) {
    const Date ends_without = date_in(one, id);
    const Date ends_with = date_in(other, id);
    if (ends_with == ends_without) continue;
    const Ends& known = ends_with.value != 0 ? other : one;
    moved[{ends_with, ends_without}].push_back(known.at(id).second);
  }
  std::vector<Later> laters;
  for (auto& [dates, orders] : moved) {
    const auto& [ends_with, ends_without] = dates;
    const std::string beyond = "after " + std::to_string(year);
    const auto words = [&](Date date) { return date.value == 0 ? beyond : text_of(date); };
    Later& later = laters.emplace_back();
    later.date = ends_with.value == 0 ? ends_without : ends_with;
    later.what = "orders would end " + words(ends_with) + ", without it " + words(ends_without);
    later.cancelled = std::move(orders);
  }
  return laters;
}

}  // namespace emx::rehearsal

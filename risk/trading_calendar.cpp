#include "risk/trading_calendar.hpp"

#include <cstring>

#include "engine/vocabulary/check.hpp"

namespace emx::risk {

void TradingCalendar::set(std::int32_t year, const TradingDays& days) {
  const std::uint32_t at = find(year);
  if (at == years_) {
    check(years_ < years_max);
    ++years_;
  } else {
    digest_.remove(cell(rows_[at]));
  }
  rows_[at] = {year, days};
  digest_.add(cell(rows_[at]));
}

void TradingCalendar::forget_before(std::int32_t year) {
  for (std::uint32_t i = 0; i < years_;) {
    if (rows_[i].year >= year) {
      ++i;
      continue;
    }
    digest_.remove(cell(rows_[i]));
    rows_[i] = rows_[--years_];
  }
}

bool TradingCalendar::is_closed(Date date) const {
  if (years_ == 0) return false;
  const std::int32_t year = civil_of(date).year;
  const std::uint32_t at = find(year);
  return at != years_ && !has_day(rows_[at].days, date.value - date_of(year, 1, 1).value);
}

Date TradingCalendar::next(Date date) const {
  Date day{date.value + 1};
  while (is_closed(day)) ++day.value;  // to a year that is not known, at the latest
  return day;
}

std::uint32_t TradingCalendar::find(std::int32_t year) const {
  std::uint32_t at = 0;
  while (at < years_ && rows_[at].year != year) ++at;
  return at;
}

std::uint64_t TradingCalendar::cell(const Year& row) {
  CellHash hash = cell_hash(Cell::calendar).word(std::int64_t{row.year});
  for (std::size_t i = 0; i < row.days.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, row.days.data() + i, 8);
    hash.word(word);
  }
  return hash.value();
}

std::uint64_t TradingCalendar::digest_from_scratch() const {
  Digest digest;
  for (std::uint32_t i = 0; i < years_; ++i) digest.add(cell(rows_[i]));
  return digest.value();
}

}  // namespace emx::risk

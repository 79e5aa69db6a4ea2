#include "engine/vocabulary/trading_days.hpp"

namespace emx {

std::string set_exception(TradingDays& days, std::int32_t year, Date date, bool trading) {
  if (civil_of(date).year != year) return text_of(date) + " is no day of " + std::to_string(year);
  const std::string rule = is_weekend(date) ? "a Saturday or Sunday, without trading"
                                            : "from Monday to Friday, with trading";
  if (is_weekend(date) != trading) return text_of(date) + " is " + rule + " anyway";
  const std::int32_t day = date.value - date_of(year, 1, 1).value;
  if (has_day(days, day) == trading) return text_of(date) + " is named twice";
  set_day(days, day, trading);
  return {};
}

}  // namespace emx

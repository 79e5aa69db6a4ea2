#include "tools/fix_client/utc_time.hpp"

#include <cstdio>

namespace emx::fix_client {

std::string_view UtcTimestamp::text(std::chrono::system_clock::time_point utc) {
  namespace time = std::chrono;
  const auto second = time::floor<time::seconds>(utc);
  if (second != second_) {
    second_ = second;
    const auto day = time::floor<time::days>(second);
    const time::year_month_day date{day};
    const time::hh_mm_ss clock{second - day};
    char text[32];
    std::snprintf(text, sizeof text, "%04d%02u%02u-%02d:%02d:%02d.000",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    text_ = text;
  }
  const auto ms = time::duration_cast<time::milliseconds>(utc - second).count();
  text_[18] = static_cast<char>('0' + ms / 100);
  text_[19] = static_cast<char>('0' + ms / 10 % 10);
  text_[20] = static_cast<char>('0' + ms % 10);
  return text_;
}

std::string transact_time() {
  UtcTimestamp timestamp;
  return std::string{timestamp.text(Now::read().utc)};
}

}  // namespace emx::fix_client

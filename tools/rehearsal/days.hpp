#pragma once

#include "engine/vocabulary/date.hpp"
#include "tools/rehearsal/rehearsal.hpp"

// Days of a course, as the venue's schedule makes them.

namespace emx::rehearsal {

// The first trading day from the date on: by the calendar, or Monday to Friday of a year that it
// does not know.
[[nodiscard]] Date trading_day_from(Date date, const Rehearsal& course);

// The close of all books; the opening of the date; and the start of trading, by a call.
[[nodiscard]] Effect close(Rehearsal& course);
[[nodiscard]] Effect open(Date date, Rehearsal& course);
[[nodiscard]] Effect start_trading(Rehearsal& course);

}  // namespace emx::rehearsal

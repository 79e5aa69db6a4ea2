#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/vocabulary/entry_view.hpp"
#include "risk/trading_calendar.hpp"
#include "tools/emxd/phase_plan.hpp"

namespace emx::daemon {

// The scheduler's side of the day: where the market stands by the ledger, and which step of the
// plan comes next. Its own commands have no command id and are for all books, and every operator's
// has one. Each of its own is one step done. A phase by hand, for all books, stands in for the
// steps that were due when it came and for no later one: a pause by hand lasts until the plan's
// next step, and a venue that was led by hand goes on from there. Which days are trading days is
// the joint office's calendar. All of it follows from the ledger, so a restart changes nothing. Not
// thread-safe.
class Schedule {
 public:
  explicit Schedule(PhasePlan plan) : plan_{std::move(plan)} {}

  // Every durable entry, in order. True: it is a step that was issued and then refused.
  bool follow(const EntryView& entry, std::int64_t now_ns);

  // What to issue now (UTC); nothing while the step before it is not durable, and for a minute
  // after one was refused, unless the market changed meanwhile: each try is an entry.
  [[nodiscard]] std::optional<DueStep> next(std::int64_t now_ns) const;
  // What next() gave is on its way.
  void issued() { under_way_ = true; }

  // Whether a step is overdue: an outage let it pass, so the phase is not the one of this hour.
  [[nodiscard]] bool is_behind(std::int64_t now_ns) const;

  [[nodiscard]] const MarketDay& day() const { return day_; }

 private:
  void follow_calendar(std::span<const std::byte> setting);

  PhasePlan plan_;
  risk::TradingCalendar calendar_;
  MarketDay day_;
  bool under_way_ = false;
  std::int64_t not_before_ns_ = 0;
};

}  // namespace emx::daemon

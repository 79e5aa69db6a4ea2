#include "tools/emxd/schedule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "engine/vocabulary/events.hpp"
#include "tests/daemon/daemon_words.hpp"

namespace emx::daemon {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Date thursday = date_of(2026, 6, 18);

// A schedule, and the ledger it sees.
class Scheduling : public ::testing::Test {
 protected:
  Scheduling() : schedule{default_phase_plan()} {}

  template <class Command>
  bool see(const Command& command, std::int64_t now_ns, Code refusal = Code::none) {
    EventBatch events;
    if (refusal != Code::none) {
      RefusedEvent event{};
      event.code = static_cast<std::uint16_t>(refusal);
      events.add(EventKind::refused, event);
    }
    EntryView entry{};
    entry.stamp = {SeqNo{++entries}, now_ns};
    entry.command = std::as_bytes(std::span{&command, 1});
    entry.events = events.bytes();
    entry.events_count = events.count();
    return schedule.follow(entry, now_ns);
  }
  bool day(Date date, std::uint64_t id, std::int64_t now_ns, Code refusal = Code::none) {
    auto command = command_of<DayOpenCommand>(CommandKind::day_open, id);
    command.date = date.value;
    return see(command, now_ns, refusal);
  }
  bool phase(Phase phase, std::uint64_t id, std::int64_t now_ns, std::string_view symbol = "") {
    auto command = command_of<PhaseCommand>(CommandKind::phase, id);
    command.phase = static_cast<std::uint8_t>(phase);
    if (!symbol.empty()) command.symbol = Symbol{symbol};
    return see(command, now_ns);
  }

  bool blocks(std::uint64_t id, std::int64_t now_ns) {
    return see(command_of<BlockSessionCommand>(CommandKind::block_session, id), now_ns);
  }

  // Issues what is due and applies it, until nothing is.
  std::vector<std::string> run(std::int64_t now_ns) {
    std::vector<std::string> issued;
    while (const auto step = schedule.next(now_ns)) {
      schedule.issued();
      issued.push_back(words_of(*step));
      switch (step->step) {
        case Step::day_open:
          day(step->date, its_own, now_ns);
          break;
        case Step::phase:
          phase(step->phase, its_own, now_ns);
          break;
        case Step::blocks_open:
        case Step::blocks_closed:
          blocks(its_own, now_ns);
          break;
      }
    }
    return issued;
  }

  Schedule schedule;
  std::uint64_t entries = 0;
};

TEST_F(Scheduling, IssuesTheNextStepWhenTheOneBeforeIsDurable) {
  const std::int64_t now = at(thursday, 9, 40);
  ASSERT_TRUE(schedule.next(now));
  schedule.issued();
  EXPECT_FALSE(schedule.next(now));
  day(thursday, its_own, now);
  EXPECT_EQ(schedule.next(now)->phase, Phase::pre_open);
  EXPECT_THAT(run(now), ElementsAre("pre-open", "continuous"));
}

TEST_F(Scheduling, TakesAPauseByHandForNoStepOfItsOwn) {
  run(at(thursday, 9, 30));
  phase(Phase::pause, by_hand, at(thursday, 10, 0));
  EXPECT_EQ(schedule.day().phase, Phase::pause);
  EXPECT_THAT(run(at(thursday, 11, 29)), IsEmpty()) << "it lasts until the plan's next step";
  EXPECT_THAT(run(at(thursday, 11, 30)), ElementsAre("pause"));
  EXPECT_THAT(run(at(thursday, 13, 0)), ElementsAre("continuous", "blocks open"));
  EXPECT_THAT(run(at(thursday, 15, 0)), ElementsAre("blocks closed", "closed"));
}

TEST_F(Scheduling, TakesACloseByHandForNoLaterStepEither) {
  run(at(thursday, 9, 30));
  phase(Phase::closed, by_hand, at(thursday, 10, 0));
  EXPECT_THAT(run(at(thursday, 13, 1)), ElementsAre("pause", "continuous", "blocks open"));
}

TEST_F(Scheduling, GoesOnFromWhereTheDayWasLedByHand) {
  day(thursday, by_hand, at(thursday, 9, 0));
  phase(Phase::continuous, by_hand, at(thursday, 10, 0));
  EXPECT_THAT(run(at(thursday, 10, 1)), IsEmpty());
  EXPECT_THAT(run(at(thursday, 11, 30)), ElementsAre("pause"));
  phase(Phase::closed, by_hand, at(thursday, 15, 1));
  EXPECT_THAT(run(at(thursday, 23, 0)), IsEmpty());
}

// Entries of a missed day have times of the day of the catch-up.
TEST_F(Scheduling, CountsItsOwnLateStepsOneByOne) {
  run(at(thursday, 9, 30));
  const Date friday{thursday.value + 1};
  EXPECT_THAT(run(at(friday, 9, 20)),
              ElementsAre("pause", "continuous", "blocks open", "blocks closed", "closed",
                          "day 2026-06-19", "pre-open"));
}

TEST_F(Scheduling, TakesASessionOfBlocksByHandForNoStep) {
  run(at(thursday, 9, 30));
  blocks(by_hand, at(thursday, 10, 0));
  EXPECT_THAT(run(at(thursday, 13, 0)), ElementsAre("pause", "continuous", "blocks open"));
}

// A calendar of the ledger, and not one that was refused.
TEST_F(Scheduling, KeepsToTheCalendarOfTheLedger) {
  auto command = command_of<SetCalendarCommand>(CommandKind::set_calendar, by_hand);
  command.year = 2026;
  command.days = monday_to_friday(2026);
  set_day(command.days, date_of(2026, 6, 19).value - date_of(2026, 1, 1).value, false);
  see(command, at(thursday, 9, 0), Code::p08_not_its_rule);
  EXPECT_TRUE(schedule.next(at(Date{thursday.value + 1}, 9, 20)));
  see(command, at(thursday, 9, 0));
  run(at(thursday, 15, 0));
  EXPECT_THAT(run(at(Date{thursday.value + 1}, 9, 20)), IsEmpty());
  EXPECT_FALSE(schedule.is_behind(at(Date{thursday.value + 1}, 9, 20)));
  EXPECT_THAT(run(at(Date{thursday.value + 4}, 9, 20)), ElementsAre("day 2026-06-22", "pre-open"));
}

TEST_F(Scheduling, LetsABookByItselfBe) {
  run(at(thursday, 9, 30));
  phase(Phase::halt, by_hand, at(thursday, 11, 30), "SHEA25");
  EXPECT_EQ(schedule.day().phase, Phase::continuous);
  EXPECT_THAT(run(at(thursday, 11, 30)), ElementsAre("pause"));
}

// The venue's own phase of one book, such as the end of an interruption, is no step, and does not
// stand for one that is under way.
TEST_F(Scheduling, CountsNoPhaseOfABookAsItsStep) {
  run(at(thursday, 9, 30));
  ASSERT_TRUE(schedule.next(at(thursday, 11, 30)));
  schedule.issued();
  phase(Phase::continuous, its_own, at(thursday, 11, 30), "SHEA25");
  EXPECT_FALSE(schedule.next(at(thursday, 11, 30)));
  phase(Phase::pause, its_own, at(thursday, 11, 30));
  EXPECT_EQ(schedule.day().phase, Phase::pause);
}

TEST_F(Scheduling, IsBehindFromAnOutageUntilTheLastMissedStep) {
  EXPECT_FALSE(schedule.is_behind(at(thursday, 9, 14)));
  run(at(thursday, 9, 30));
  EXPECT_FALSE(schedule.is_behind(at(thursday, 11, 30, 1))) << "due, and about to be issued";
  EXPECT_TRUE(schedule.is_behind(at(thursday, 11, 31)));
  EXPECT_TRUE(schedule.is_behind(at(thursday, 13, 1)));
  phase(Phase::pause, its_own, at(thursday, 13, 1));
  EXPECT_TRUE(schedule.is_behind(at(thursday, 13, 1)));
  phase(Phase::continuous, its_own, at(thursday, 13, 1));
  EXPECT_TRUE(schedule.is_behind(at(thursday, 13, 1)));
  blocks(its_own, at(thursday, 13, 1));
  EXPECT_FALSE(schedule.is_behind(at(thursday, 13, 1)));
}

TEST_F(Scheduling, WaitsAMinuteWithWhatWasRefused) {
  const std::int64_t now = at(thursday, 9, 15);
  schedule.issued();
  EXPECT_TRUE(day(thursday, its_own, now, Code::p01_phase));
  EXPECT_FALSE(schedule.next(now));
  EXPECT_FALSE(schedule.next(at(thursday, 9, 15, 59)));
  EXPECT_TRUE(schedule.next(at(thursday, 9, 16)));
  EXPECT_FALSE(day(thursday, by_hand, now, Code::p01_phase)) << "not its own";
}

TEST_F(Scheduling, TriesAgainAtOnceWhenTheMarketHasChanged) {
  const std::int64_t now = at(thursday, 9, 15);
  schedule.issued();
  day(thursday, its_own, now, Code::p01_phase);
  phase(Phase::closed, by_hand, now, "SHEA25");
  EXPECT_TRUE(schedule.next(now));
}

}  // namespace
}  // namespace emx::daemon

#include "tools/emxd/interruptions.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <string_view>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "engine/vocabulary/events.hpp"
#include "tests/daemon/daemon_words.hpp"
#include "tools/emxd/clock.hpp"

namespace emx::daemon {
namespace {

constexpr std::int64_t hit_at_ns = 1'000 * second_ns;

// A ledger with two books, of which a collar stops the second.
class Interrupted : public ::testing::Test {
 protected:
  Interrupted() { start(interruptions); }

  template <class Command>
  static void see(Interruptions& follower, const Command& command, const EventBatch& events,
                  std::int64_t at_ns = hit_at_ns) {
    EntryView entry{};
    entry.stamp = {SeqNo{1}, at_ns};
    entry.command = std::as_bytes(std::span{&command, 1});
    entry.events = events.bytes();
    entry.events_count = events.count();
    follower.follow(entry);
  }
  static void start(Interruptions& follower) {
    for (const char* symbol : {"SHEA25", "VOC"}) {
      auto instrument = command_of<SetInstrumentCommand>(CommandKind::set_instrument);
      instrument.symbol = Symbol{symbol};
      see(follower, instrument, EventBatch{});
    }
    EventBatch events;
    CollarHitEvent hit{};
    hit.instrument = 1;
    events.add(EventKind::collar_hit, hit);
    see(follower, command_of<NewOrderCommand>(CommandKind::new_order), events);
  }
  static PhaseCommand phase(std::uint64_t id, std::string_view symbol = "") {
    auto command = command_of<PhaseCommand>(CommandKind::phase, id);
    command.phase = static_cast<std::uint8_t>(Phase::pause);
    command.symbol = Symbol{symbol};
    return command;
  }
  void see(const PhaseCommand& command, Code refusal = Code::none) {
    EventBatch events;
    if (refusal != Code::none) {
      RefusedEvent refused{};
      refused.code = static_cast<std::uint16_t>(refusal);
      events.add(EventKind::refused, refused);
    }
    see(interruptions, command, events);
  }
  // The book that is due so many seconds after the hit; empty: none.
  [[nodiscard]] std::string due(std::int64_t seconds) const {
    const auto symbol = interruptions.due(hit_at_ns + seconds * second_ns);
    return symbol ? std::string{symbol->view()} : "";
  }

  Interruptions interruptions{300 * second_ns};
};

TEST_F(Interrupted, EndsAfterItsTimeAndNoSooner) {
  EXPECT_EQ(due(299), "");
  EXPECT_EQ(due(300), "VOC");
}

TEST_F(Interrupted, IsOverWithAnyPhaseOfTheBook) {
  see(phase(by_hand, "SHEA25"));
  EXPECT_EQ(due(300), "VOC") << "another book's";
  see(phase(by_hand, "VOC"), Code::p01_phase);
  EXPECT_EQ(due(300), "VOC") << "refused";
  see(phase(by_hand, "VOC"));
  EXPECT_EQ(due(300), "");
}

TEST_F(Interrupted, IsOverWithAPhaseOfAllBooks) {
  see(phase(its_own));
  EXPECT_EQ(due(300), "");
}

// Another phase may be a pause, and the book must not leave it.
TEST_F(Interrupted, WaitsForAPhaseThatIsOnItsWay) {
  const PhaseCommand pause = phase(by_hand, "SHEA25");
  interruptions.expect(std::as_bytes(std::span{&pause, 1}));
  EXPECT_EQ(due(300), "");
  see(pause);
  EXPECT_EQ(due(300), "VOC");
  const auto kill = command_of<KillSwitchCommand>(CommandKind::kill_switch, by_hand);
  interruptions.expect(std::as_bytes(std::span{&kill, 1}));
  EXPECT_EQ(due(300), "VOC");
}

TEST_F(Interrupted, IsNotEndedTwice) {
  const PhaseCommand end = phase(its_own, "VOC");
  interruptions.expect(std::as_bytes(std::span{&end, 1}));
  EXPECT_EQ(due(301), "") << "on its way";
  see(end);
  EXPECT_EQ(due(302), "");
}

TEST_F(Interrupted, KnowsABookThatCameWithARuleSet) {
  auto instrument = command_of<SetInstrumentCommand>(CommandKind::set_instrument);
  instrument.symbol = Symbol{"COD"};
  EventBatch rules;
  RuleAppliedEvent& rule = rules.add<RuleAppliedEvent>(EventKind::rule_applied);
  rule.record_kind = instrument.header.kind;
  std::memcpy(rule.body.data(), reinterpret_cast<const char*>(&instrument) + sizeof(CommandHeader),
              sizeof instrument - sizeof(CommandHeader));
  see(interruptions, command_of<ActivateRulesCommand>(CommandKind::activate_rules, by_hand), rules);
  see(phase(by_hand, "VOC"));
  EventBatch events;
  events.add<CollarHitEvent>(EventKind::collar_hit).instrument = 2;
  see(interruptions, command_of<NewOrderCommand>(CommandKind::new_order), events);
  EXPECT_EQ(due(300), "COD");
}

TEST_F(Interrupted, KnowsABookWhoseBandsWereChanged) {
  for (const char* symbol : {"SHEA25", "COD"}) {
    auto instrument = command_of<SetInstrumentCommand>(CommandKind::set_instrument);
    instrument.symbol = Symbol{symbol};
    see(interruptions, instrument, EventBatch{});
  }
  see(phase(by_hand, "VOC"));
  EventBatch events;
  events.add<CollarHitEvent>(EventKind::collar_hit).instrument = 2;
  see(interruptions, command_of<NewOrderCommand>(CommandKind::new_order), events);
  EXPECT_EQ(due(300), "COD");
}

// What the end uncrosses may hit the collar anew.
TEST_F(Interrupted, BeginsAnewInTheEntryThatEndsIt) {
  EventBatch events;
  CollarHitEvent hit{};
  hit.instrument = 1;
  events.add(EventKind::collar_hit, hit);
  see(interruptions, phase(its_own, "VOC"), events, hit_at_ns + 300 * second_ns);
  EXPECT_EQ(due(599), "");
  EXPECT_EQ(due(600), "VOC");
}

TEST_F(Interrupted, LastsUntilSomebodyEndsItWithoutATime) {
  Interruptions lasting{0};
  start(lasting);
  EXPECT_FALSE(lasting.due(INT64_MAX));
}

}  // namespace
}  // namespace emx::daemon

#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string_view>

#include "engine/inspection.hpp"
#include "tests/exchange/floor.hpp"

// What the tests of blocks share: an open market with a seller in SH and buyers in ZJ, its block
// session open, and the commands of blocks in one line each.

namespace emx::engine::testing {

inline constexpr std::int64_t minute_ns = 60'000'000'000;
inline constexpr std::int64_t smallest = 30'001;

class Blocks : public ::testing::Test {
 protected:
  Blocks() {
    floor.open_market();
    floor.add("S", Province::sh);
    floor.add("Z", Province::zj);
    floor.add("K", Province::zj, "key");
    session(1);
  }

  struct Terms {
    std::int64_t lots = smallest;
    Fen price = 12'000_cny;
    std::uint8_t minutes = 30;
    std::string_view symbol = voc;
    std::string_view by = {};  // empty: the submitter's own firm
    std::uint8_t flags = 0;    // OrderFlags
  };

  Outcome session(std::uint8_t open) {
    BlockSessionCommand command{};
    command.open = open;
    return floor.apply(CommandKind::block_session, command);
  }
  Outcome submit(std::string_view facility, Side side, std::string_view other, Terms terms) {
    SubmitBlockCommand command{};
    command.facility = AccountCode{facility};
    command.counterparty = AccountCode{other};
    command.symbol = Symbol{terms.symbol};
    command.price_fen = terms.price.value;
    command.quantity_lots = terms.lots;
    command.side = static_cast<std::uint8_t>(side);
    command.minutes = terms.minutes;
    command.flags = terms.flags;
    return floor.apply(CommandKind::submit_block, command,
                       floor.firm_of(terms.by.empty() ? facility : terms.by));
  }
  Outcome submit(std::string_view facility, Side side, std::string_view other) {
    return submit(facility, side, other, Terms{});
  }
  Outcome sell() { return submit("S", Side::sell, "Z"); }
  Outcome answer(std::string_view facility, BlockAnswer answer, std::uint64_t number = 1,
                 std::uint8_t flags = 0) {
    AnswerBlockCommand command{};
    command.block_no = number;
    command.answer = static_cast<std::uint8_t>(answer);
    command.flags = flags;
    return floor.apply(CommandKind::answer_block, command, floor.firm_of(facility));
  }
  Outcome accept(std::string_view facility, std::uint64_t number = 1) {
    return answer(facility, BlockAnswer::accept, number);
  }
  Outcome freeze(std::string_view facility, std::int64_t amount, std::string_view symbol = {}) {
    FreezeCommand command{};
    command.facility = AccountCode{facility};
    if (!symbol.empty()) command.symbol = Symbol{symbol};
    command.amount = amount;
    return floor.apply(CommandKind::freeze, command);
  }
  Outcome kill(std::string_view firm) {
    KillSwitchCommand command{};
    command.scope = static_cast<std::uint8_t>(Scope::firm);
    command.name = Text<32>{firm};
    command.killed = 1;
    return floor.apply(CommandKind::kill_switch, command);
  }
  Outcome release(std::string_view firm) {
    KillSwitchCommand command{};
    command.scope = static_cast<std::uint8_t>(Scope::firm);
    command.name = Text<32>{firm};
    command.header.approver = second_person;
    return floor.apply(CommandKind::kill_switch, command);
  }
  void next_day() {
    floor.phase(Phase::closed);
    floor.day(Date{floor.exchange().inspection().trade_date().value + 1});
    floor.phase(Phase::continuous);
  }
  static Code ended_by(const Outcome& outcome) {
    if (outcome.blocks.size() != 1) return Code::none;
    EXPECT_EQ(outcome.blocks[0].stage, static_cast<std::uint8_t>(BlockStage::ended));
    return static_cast<Code>(outcome.blocks[0].code);
  }

  Floor floor;
};

}  // namespace emx::engine::testing

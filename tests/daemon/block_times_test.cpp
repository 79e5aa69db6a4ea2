#include "tools/emxd/block_times.hpp"

#include <gtest/gtest.h>

#include <span>
#include <vector>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/events.hpp"

namespace emx::daemon {
namespace {

class BlockTimesTest : public ::testing::Test {
 protected:
  void entry(CommandKind kind, const std::vector<BlockEvent>& blocks) {
    CommandHeader command{};
    command.kind = static_cast<std::uint16_t>(kind);
    command.size = sizeof command;
    EntryView view{};
    view.command = std::as_bytes(std::span{&command, 1});
    view.events = std::as_bytes(std::span{blocks});
    view.events_count = static_cast<std::uint32_t>(blocks.size());
    times.follow(view);
  }
  static BlockEvent block(std::uint64_t number, BlockStage stage, std::int64_t expires_ns) {
    BlockEvent event{};
    event.header.kind = static_cast<std::uint16_t>(EventKind::block);
    event.header.size = sizeof event;
    event.block_no = number;
    event.stage = static_cast<std::uint8_t>(stage);
    event.expires_ns = expires_ns;
    return event;
  }

  BlockTimes times;
};

TEST_F(BlockTimesTest, AreOverWhenTheFirstIs) {
  EXPECT_FALSE(times.over(1'000));
  entry(CommandKind::submit_block, {block(1, BlockStage::alleged, 900)});
  entry(CommandKind::submit_block, {block(2, BlockStage::alleged, 800)});
  EXPECT_FALSE(times.over(799));
  EXPECT_TRUE(times.over(800));
}

TEST_F(BlockTimesTest, AreThoseOfTicketsToo) {
  entry(CommandKind::submit_block, {block(1, BlockStage::alleged, 900)});
  entry(CommandKind::answer_block, {block(1, BlockStage::confirmed, 900)});
  EXPECT_TRUE(times.over(900));
}

TEST_F(BlockTimesTest, EndWithTheBlock) {
  entry(CommandKind::submit_block, {block(1, BlockStage::alleged, 900)});
  entry(CommandKind::submit_block, {block(2, BlockStage::alleged, 900)});
  entry(CommandKind::answer_block, {block(1, BlockStage::traded, 900)});
  EXPECT_TRUE(times.over(900));
  entry(CommandKind::new_order, {block(2, BlockStage::ended, 900)});
  EXPECT_FALSE(times.over(900));
}

TEST_F(BlockTimesTest, AskForOneTickAtATime) {
  entry(CommandKind::submit_block, {block(1, BlockStage::alleged, 900)});
  times.ticked();
  EXPECT_FALSE(times.over(900));
  entry(CommandKind::new_order, {});
  EXPECT_FALSE(times.over(900));
  entry(CommandKind::tick, {block(1, BlockStage::ended, 900), block(2, BlockStage::alleged, 950)});
  EXPECT_FALSE(times.over(900));
  EXPECT_TRUE(times.over(950));
}

}  // namespace
}  // namespace emx::daemon

#include "tools/pipeline/pipeline.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace emx::pipeline {
namespace {

GenesisCommand genesis() {
  GenesisCommand command{};
  command.header.kind = static_cast<std::uint16_t>(CommandKind::genesis);
  command.header.size = sizeof command;
  command.header.actor = no_id;
  command.venue = Text<32>{"EMX"};
  command.semantics_version = engine::semantics_version;
  command.firms_max = 8;
  command.facilities_max = 8;
  command.instruments_max = 8;
  command.zones_max = 8;
  command.orders_max = 64;
  command.level_cells_max = 4'096;
  command.fee_rate_bp = 10;
  command.listed_kg_max = 30'000;
  command.listed_carbon_t_max = 99'999;
  command.carbon_extra_t_max = 1'000'000;
  command.gtc_days = 90;
  return command;
}

SetFirmCommand firm(std::uint32_t number) {
  SetFirmCommand command{};
  command.header.kind = static_cast<std::uint16_t>(CommandKind::set_firm);
  command.header.size = sizeof command;
  command.header.actor = no_id;
  command.header.msg_seq_num = number;
  command.firm = FirmCode{"F" + std::to_string(number % 8)};
  return command;
}

template <class Command>
std::span<const std::byte> bytes_of(const Command& command) {
  return std::as_bytes(std::span{&command, 1});
}

// A log whose flush the test controls: it can be made to wait, and to fail.
class GatedLog final : public ledger::CommandLog {
 public:
  ledger::Result append(std::span<const ledger::ChainedEntry> batch) override {
    while (held.load()) std::this_thread::yield();
    if (fail.load()) return {ledger::Status::io_failed, "the disk is gone"};
    const std::lock_guard lock{mutex};
    for (const ledger::ChainedEntry& entry : batch) {
      sequences.push_back(ledger::view_of(entry.bytes).stamp.sequence.value);
    }
    ++batches;
    return {};
  }
  [[nodiscard]] ledger::ChainEnd end() const override { return {}; }
  [[nodiscard]] SeqNo durable() const override { return SeqNo{sequences.size()}; }
  ledger::Result visit(SeqNo, const EntryVisitor&) const override { return {}; }

  std::atomic<bool> held = false;
  std::atomic<bool> fail = false;
  std::mutex mutex;
  std::vector<std::uint64_t> sequences;
  std::uint64_t batches = 0;
};

class PipelineTest : public ::testing::Test {
 protected:
  PipelineTest()
      : exchange{genesis()},
        pipeline{exchange,
                 log,
                 {.command_slots = 16, .entry_ring_bytes = 1U << 22},
                 {[this] { ++commits; },
                  [this](const ledger::Result& result) { failure = result.message; }}} {}
  ~PipelineTest() override { pipeline.stop(); }

  // Takes durable entries until `last` has come; the taken sequences are in `taken`.
  void take_until(std::uint64_t last) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (taken.empty() || taken.back() < last) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
      pipeline.take_durable(100, [&](const EntryView& entry) {
        EXPECT_LE(entry.stamp.sequence, pipeline.durable());
        EXPECT_GE(entry.stamp.at_ns, last_at_ns);
        last_at_ns = entry.stamp.at_ns;
        taken.push_back(entry.stamp.sequence.value);
      });
      std::this_thread::yield();
    }
  }
  void submit_all(std::uint32_t count) {
    for (std::uint32_t i = 0; i < count;) {
      if (pipeline.submit(bytes_of(firm(i)), false)) {
        ++i;
      } else {
        pipeline.take_durable(
            100, [&](const EntryView& entry) { taken.push_back(entry.stamp.sequence.value); });
        std::this_thread::yield();
      }
    }
  }

  GatedLog log;
  engine::Exchange exchange;
  std::atomic<int> commits = 0;
  std::string failure;
  std::vector<std::uint64_t> taken;
  std::int64_t last_at_ns = 0;
  Pipeline pipeline;
};

TEST_F(PipelineTest, MakesEverythingDurableOnceAndInOrder) {
  pipeline.start();
  const GenesisCommand first = genesis();
  ASSERT_TRUE(pipeline.submit(bytes_of(first), false));
  submit_all(5'000);
  take_until(5'001);
  ASSERT_EQ(taken.size(), 5'001U);
  for (std::uint64_t i = 0; i < taken.size(); ++i) ASSERT_EQ(taken[i], i + 1);
  EXPECT_EQ(log.sequences, taken);
  EXPECT_TRUE(pipeline.drained());
  EXPECT_LT(log.batches, 5'001U);  // the flush was the batching window
}

TEST_F(PipelineTest, ReleasesNothingThatIsNotDurable) {
  pipeline.start();
  const GenesisCommand first = genesis();
  ASSERT_TRUE(pipeline.submit(bytes_of(first), false));
  take_until(1);
  log.held = true;
  submit_all(10);
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds{50};
  while (std::chrono::steady_clock::now() < until) {
    pipeline.take_durable(
        100, [&](const EntryView& entry) { taken.push_back(entry.stamp.sequence.value); });
  }
  EXPECT_EQ(taken.size(), 1U);
  EXPECT_FALSE(pipeline.drained());
  log.held = false;  // the control: now they come
  take_until(11);
  EXPECT_EQ(taken.size(), 11U);
}

TEST_F(PipelineTest, RefusesWhenItsRingIsFullAndTakesUrgentCommandsLonger) {
  // Not started: nothing is taken off the ring.
  int normal = 0;
  while (pipeline.submit(bytes_of(firm(0)), false)) ++normal;
  int urgent = 0;
  while (pipeline.submit(bytes_of(firm(0)), true)) ++urgent;
  EXPECT_EQ(normal, 14);
  EXPECT_EQ(urgent, 2);
  EXPECT_EQ(pipeline.cells().refused_busy.value(), 2U);
}

TEST_F(PipelineTest, StopsReleasingWhenACommitFails) {
  pipeline.start();
  const GenesisCommand first = genesis();
  ASSERT_TRUE(pipeline.submit(bytes_of(first), false));
  take_until(1);
  log.fail = true;
  ASSERT_TRUE(pipeline.submit(bytes_of(firm(1)), false));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!pipeline.failed()) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    std::this_thread::yield();
  }
  log.fail = false;  // a log that works again does not bring it back
  [[maybe_unused]] const bool queued = pipeline.submit(bytes_of(firm(2)), false);
  pipeline.stop();
  pipeline.take_durable(
      100, [&](const EntryView& entry) { taken.push_back(entry.stamp.sequence.value); });
  EXPECT_EQ(taken, std::vector<std::uint64_t>{1});
  EXPECT_EQ(pipeline.durable(), SeqNo{1});
  EXPECT_EQ(failure, "the disk is gone");
}

}  // namespace
}  // namespace emx::pipeline

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "engine/vocabulary/code.hpp"
#include "ledger/command_log.hpp"
#include "ledger/entry.hpp"
#include "ledger/hash.hpp"
#include "tools/market/loader.hpp"
#include "tools/script/player.hpp"
#include "tools/script/recorder.hpp"
#include "tools/script/script.hpp"

// One stream of commands gives the same bytes with every compiler, in every build, in every run:
// the same events, digests, rule sets and stamps, entry by entry.

namespace emx::engine {
namespace {

// The chain's head over all entries. A change here is a change of what the exchange does, or of
// what its records look like: a new semantics version, unless no ledger was ever made with the old.
constexpr std::string_view golden_head =
    "bfd4f5c435afc5c77da000ad57783cde5f913a596cd4d0f7b78d7570b44b5c25";
constexpr std::uint64_t golden_entries = 1'940;

// A log that keeps of its entries what a ledger would chain, and nothing else.
class HashingLog final : public ledger::CommandLog {
 public:
  ledger::Result append(std::span<const ledger::ChainedEntry> batch) override {
    for (const ledger::ChainedEntry& chained : batch) {
      const EntryView entry = ledger::view_of(chained.bytes);
      EXPECT_EQ(ledger::fault_of(entry), "") << entry.stamp.sequence.value;
      std::vector<std::byte> bytes(ledger::encoded_bytes(entry));
      ledger::encode(entry, head_, bytes);
      head_ = leaf_hash_(bytes);
      size_ = entry.stamp.sequence;
      if (entry.stamp.sequence.value == altered_) head_[0] ^= std::byte{1};
    }
    return {};
  }
  [[nodiscard]] ledger::ChainEnd end() const override { return {}; }
  [[nodiscard]] SeqNo durable() const override { return size_; }
  ledger::Result visit(SeqNo, const EntryVisitor&) const override { return {}; }

  // Flips a bit of this entry's hash, as any other byte in it would.
  void alter(std::uint64_t sequence) { altered_ = sequence; }
  [[nodiscard]] std::string head() const { return ledger::text_of(head_); }

 private:
  ledger::LeafHasher leaf_hash_;
  ledger::Hash head_{};
  SeqNo size_{};
  std::uint64_t altered_ = 0;
};

class Golden : public ::testing::Test {
 protected:
  void SetUp() override {
    market = market::load_market("tools/market/delta");
    ASSERT_TRUE(market.faults.empty()) << market::text_of(market.faults.front());
    script = script::read_script("tests/exchange/golden.emx", market.commands);
    ASSERT_TRUE(script.faults.empty()) << market::text_of(script.faults.front());
  }

  void play(HashingLog& log, const script::RecorderOptions& options = {},
            script::Recorder::Watcher watcher = {}) {
    script::Recorder recorder{read_record<GenesisCommand>(*market.commands.begin()), log,
                              std::move(watcher), options};
    script::Player player{recorder};
    ASSERT_TRUE(player.play(market.commands).ok());
    ASSERT_TRUE(player.play(script).ok());
  }

  market::LoadedMarket market;
  script::Script script;
};

TEST_F(Golden, TheEntriesAreTheSameBytesForEver) {
  HashingLog log;
  play(log);
  EXPECT_EQ(log.head(), golden_head);
  EXPECT_EQ(log.durable().value, golden_entries);
}

TEST_F(Golden, ASecondRunGivesThemAgain) {
  HashingLog first;
  HashingLog second;
  play(first);
  play(second, {.group_entries = 7});  // how entries are grouped is not in them
  EXPECT_EQ(first.head(), second.head());
}

TEST_F(Golden, OneOtherBitIsAnotherHead) {
  HashingLog log;
  log.alter(golden_entries / 2);
  play(log);
  EXPECT_NE(log.head(), golden_head);
}

TEST_F(Golden, AnotherStartIsAnotherHead) {
  HashingLog log;
  play(log, {.start_ns = script::RecorderOptions{}.start_ns + 1});
  EXPECT_NE(log.head(), golden_head);
}

// The stream is worth its hash only while it goes everywhere: every kind of event but MoreToDo,
// and every code that a script can bring about.
TEST_F(Golden, TheStreamGoesEverywhere) {
  std::set<EventKind> kinds;
  std::set<Code> codes;
  std::uint64_t fixpoint_trades = 0;
  const auto look = [&](const EntryView& entry, std::uint32_t) {
    const bool whole = for_each_event(
        entry.events, [&](const EventHeader& header, std::span<const std::byte> event) {
          const auto kind = static_cast<EventKind>(header.kind);
          kinds.insert(kind);
          if (kind == EventKind::refused) {
            codes.insert(static_cast<Code>(read_record<RefusedEvent>(event).code));
          } else if (kind == EventKind::order_accepted) {
            codes.insert(static_cast<Code>(read_record<OrderAcceptedEvent>(event).warning));
          } else if (kind == EventKind::order_cancelled) {
            codes.insert(static_cast<Code>(read_record<OrderCancelledEvent>(event).code));
          } else if (kind == EventKind::skip) {
            codes.insert(static_cast<Code>(read_record<SkipEvent>(event).code));
          } else if (kind == EventKind::trade) {
            if (read_record<TradeEvent>(event).aggressor == 0) ++fixpoint_trades;
          }
        });
    EXPECT_TRUE(whole);
  };
  HashingLog log;
  play(log, {}, look);
  for (std::uint16_t kind = 1; kind <= static_cast<std::uint16_t>(EventKind::indicative); ++kind) {
    if (static_cast<EventKind>(kind) == EventKind::more_to_do) continue;
    EXPECT_TRUE(kinds.contains(static_cast<EventKind>(kind))) << "event kind " << kind;
  }
  EXPECT_TRUE(kinds.contains(EventKind::held_back));
  EXPECT_TRUE(kinds.contains(EventKind::transfer));
  EXPECT_TRUE(kinds.contains(EventKind::block));
  EXPECT_TRUE(kinds.contains(EventKind::rule_set));
  EXPECT_TRUE(kinds.contains(EventKind::rule_applied));
  for (const Code code :
       {Code::p01_phase,        Code::p02_venue,          Code::d03_unknown_order,
        Code::d04_too_late,     Code::o01_quantity,       Code::o05_price,
        Code::o06_tick_or_lot,  Code::o07_use_block,      Code::e01_permit,
        Code::e02_credit,       Code::e03_related,        Code::e04_basin,
        Code::e05_power,        Code::e06_agri,           Code::e07_link,
        Code::e08_attain,       Code::e10_double_ets,     Code::e11_not_emitter,
        Code::d01_demand,       Code::l01_cash,           Code::l02_rights,
        Code::x01_local_only,   Code::q01_net_inflow,     Code::q02_net_outflow,
        Code::q03_gross,        Code::q04_holding,        Code::q05_pace,
        Code::c01_expired,      Code::c03_requested,      Code::c04_mass,
        Code::o04_rate,         Code::o09_not_fillable,   Code::o10_post_only,
        Code::x02_max_ratio,    Code::p03_unknown_symbol, Code::p04_unknown_account,
        Code::o02_value,        Code::o03_open_orders,    Code::k01_killed,
        Code::p06_four_eyes,    Code::o08_block_min,      Code::p07_rule_set,
        Code::p08_not_its_rule, Code::c02_disconnect,     Code::p09_unsigned_rule,
        Code::p10_rule_version}) {
    EXPECT_TRUE(codes.contains(code)) << name_of(code);
  }
  EXPECT_GE(fixpoint_trades, 5U);
}

}  // namespace
}  // namespace emx::engine

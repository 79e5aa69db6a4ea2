#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "engine/exchange.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "tests/model/market_commands.hpp"
#include "tests/model/views.hpp"

namespace emx::model {

// Runs the reference market's commands on the real exchange and says its events in the same lines.
class EngineHarness {
 public:
  // Called for each entry, as a ledger would have it.
  using Watcher = std::function<void(const EntryView& entry)>;

  explicit EngineHarness(const Genesis& genesis, Watcher watcher = {});

  [[nodiscard]] std::vector<std::string> apply(const Command& command);

  // Requires: the names are known.
  [[nodiscard]] ListedLevels depth(const std::string& symbol, Side side) const;
  [[nodiscard]] ListedLevels executable_depth(const ViewOf& view) const;

  [[nodiscard]] std::uint64_t digest() const { return exchange_->digest(); }
  [[nodiscard]] std::uint64_t digest_from_scratch() const {
    return exchange_->digest_from_scratch();
  }

  // Of the last command: the bytes of all its events, those of its Continues included.
  [[nodiscard]] const std::vector<std::byte>& bytes() const { return bytes_; }

  // How many Continues all commands so far took.
  [[nodiscard]] int continues() const { return continues_; }
  // The last trade before each Continue of the last command.
  [[nodiscard]] const std::set<std::int64_t>& cut_behind() const { return cut_behind_; }

 private:
  // Of a firm, or of the venue.
  template <class Record>
  void send(CommandKind kind, Record record, const std::string& firm = "");
  // Of a person, which another one approves; else there are too few persons, in one way after
  // another.
  template <class Record>
  void send_for_two(CommandKind kind, Record record, bool approved);
  template <class Record>
  void send_as(CommandKind kind, Record record, std::uint32_t actor);

  void run(const SetZone& command);
  void run(const SetLink& command);
  void run(const SetInstrument& command);
  void run(const SetFirm& command);
  void run(const SetFacility& command);
  void run(const SetQuota& command);
  void run(const SetDemand& command);
  void run(const SetReferencePrice& command);
  void run(const Deposit& command);
  void run(const Issue& command);
  void run(const DayOpen& command);
  void run(const SetPhase& command);
  void run(const SetLimit& command);
  void run(const KillSwitch& command);
  void run(const NewOrder& command);
  void run(const CancelOrder& command);
  void run(const ReplaceOrder& command);
  void run(const MassCancel& command);
  void run(const Indicative& command);
  void run(const Withdraw& command);
  void run(const Freeze& command);
  void run(const Pledge& command);
  void run(const Trust& command);
  void run(const Transfer& command);
  void run(const SetAuthorityKey& command);
  void run(const RuleRecord& command);
  void run(const RuleDocument& command);
  void run(const ActivateRules& command);
  void run(const WithdrawRules& command);
  void run(const Query& command);
  void run(const SubmitBlock& command);
  void run(const AnswerBlock& command);
  void run(const BlockSession& command);
  void run(const Tick& command);
  void run(const SetParameters& command);
  void run(const SetCalendar& command);

  // The clock goes there; 0: it stays.
  void wait_until(std::int64_t at_ms);
  [[nodiscard]] bool is_refused() const {
    return !lines_.empty() && lines_.front().starts_with("refused");
  }
  void apply_bytes(std::span<const std::byte> command);
  void take_events();
  void say(EventKind kind, std::span<const std::byte> event);
  void say_order(EventKind kind, std::span<const std::byte> event);
  void say_settlement(EventKind kind, std::span<const std::byte> event);
  void say_block(const BlockEvent& event);
  void say_block_trade(const TradeEvent& event);
  [[nodiscard]] std::int64_t figure_of(const RefusedEvent& event, std::int64_t figure) const;
  [[nodiscard]] std::string account_name(std::uint32_t account) const;
  [[nodiscard]] std::uint64_t order_id(int number) const;
  [[nodiscard]] int number_of(std::uint64_t order_id) const;

  Watcher watcher_;
  std::unique_ptr<engine::Exchange> exchange_;
  EventBatch events_;
  std::uint64_t sequence_ = 0;
  std::vector<std::uint64_t> closings_;  // sequences of the documents that were closed
  std::int64_t at_ns_ = clock_ns(0);
  CommandKind last_kind_ = CommandKind::genesis;
  int continues_ = 0;
  std::set<std::int64_t> cut_behind_;
  std::int64_t last_trade_ = 0;
  std::size_t unapproved_ = 0;  // acts of too few persons so far
  std::vector<std::byte> bytes_;
  std::vector<std::string> lines_;
  // Names by dense index.
  std::vector<std::string> zones_;  // "ZJ/name"
  std::vector<std::string> firms_;
  std::vector<std::string> facilities_;
  std::vector<std::string> symbols_;
  std::vector<std::uint64_t> order_ids_;  // of order 1, 2 ...
  std::map<std::uint64_t, int> numbers_;  // the reverse
};

}  // namespace emx::model

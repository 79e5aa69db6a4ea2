#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "engine/vocabulary/events.hpp"
#include "engine/vocabulary/ids.hpp"
#include "gateway/framer.hpp"
#include "gateway/gateway.hpp"
#include "gateway/history.hpp"
#include "tests/gateway/fix_client.hpp"

namespace emx::gateway::test {

// The ring: keeps what was submitted, or refuses as told.
class ScriptedSink final : public CommandSink {
 public:
  Outcome submit(std::span<const std::byte> command, Urgency urgency) override;

  struct Submitted {
    std::vector<std::byte> bytes;
    Urgency urgency;

    [[nodiscard]] CommandKind kind() const;
    template <class Command>
    [[nodiscard]] Command as() const {
      return read_record<Command>(bytes);
    }
  };

  Outcome outcome = Outcome::queued;
  std::vector<Submitted> submitted;
};

// A gateway with everything around it: a ring that the test answers, a ledger that the gateway is
// fed from, a folder of its own. The process may die (or close) and start again from the same
// ledger and folder: most starts go on behind a history, made of all entries, of all but the last
// ones, or of an earlier start's, and of these each is held against one that all entries make; some
// read all entries.
class House : public ::testing::Test {
 protected:
  static constexpr std::uint32_t firm_id = 0;
  static constexpr std::uint32_t instrument_id = 0;
  static constexpr std::int64_t tick_fen = 1'000;  // 10 CNY

  House();
  ~House() override;

  void start();  // with `config`
  // A start up to the moment at which a history may stand for its entries, or they are shown.
  void make_gateway();
  void show_from(std::size_t first);  // and begin
  // Of all entries and, if it keeps reports, of the sessions' records. Requires: no gateway.
  [[nodiscard]] std::unique_ptr<History> history_of_all(bool keeps_reports) const;
  static std::vector<std::byte> bytes_of(const History& history);
  // How often a start went on behind a history, and why the last one that could not did not.
  unsigned resumed = 0;
  std::string not_resumed;
  void start_forgetful();  // wrongly: without records, and shows the ledger after the start
  void die();              // as kill -9 would
  void close();            // as a clean stop does

  [[nodiscard]] FixClient connect(const std::string& comp_id = "ALPHA1");
  // One that is logged on.
  [[nodiscard]] FixClient trader(const std::string& comp_id = "ALPHA1");
  // Sends an order, lets the exchange accept it as `order_id`, and reads the report.
  void rest_order(FixClient& client, const std::string& cl_ord_id, std::uint64_t order_id,
                  const std::string& side = "1", const std::string& quantity = "100");
  [[nodiscard]] bool run_until(const std::function<bool()>& condition,
                               std::chrono::milliseconds timeout = FixClient::patience);
  // Runs the gateway until it has submitted so many commands in all.
  [[nodiscard]] bool wait_for_commands(std::size_t count);

  // --- The ledger. Each appends one entry and shows it to the gateway. ---
  template <class Command>
  SeqNo append(const Command& command) {
    EventBatch none;
    return append(command, none);
  }
  template <class Command>
  SeqNo append(const Command& command, const EventBatch& events) {
    return append_bytes(std::as_bytes(std::span{&command, 1}), events);
  }
  SeqNo append_bytes(std::span<const std::byte> command, const EventBatch& events);

  // Answers to a submitted command.
  SeqNo accept(const ScriptedSink::Submitted& command, std::uint64_t order_id, Code warning = {});
  SeqNo refuse(const ScriptedSink::Submitted& command, Code code, std::int64_t limit = 0,
               std::int64_t value = 0);
  SeqNo cancel(const ScriptedSink::Submitted& command, std::int64_t remaining_lots);
  SeqNo replace(const ScriptedSink::Submitted& command, std::int64_t remaining_lots);

  [[nodiscard]] const Counters& counters() const { return gateway_->counters(); }
  [[nodiscard]] const ScriptedSink::Submitted& last() const { return sink.submitted.back(); }

  boost::asio::io_context io;
  ScriptedSink sink;
  GatewayConfig config;
  std::unique_ptr<Gateway> gateway_;
  std::string failure;

 private:
  struct Stored {
    Stamp stamp;
    std::vector<std::byte> command;
    std::vector<std::byte> events;
    std::uint32_t events_count;
  };

  void show(const Stored& entry);
  static EntryView view_of(const Stored& entry);
  [[nodiscard]] std::size_t resume();
  [[nodiscard]] std::unique_ptr<History> kept_history() const;
  void bring_up(History& history, std::size_t entries) const;
  void define_market();

  std::filesystem::path directory_;
  std::vector<Stored> ledger_;
  std::vector<std::byte> history_;  // the last that was made
  bool is_whole_ = true;            // and it is that of all its entries
  unsigned starts_ = 0;
};

// A command of the venue's own.
template <class Command>
[[nodiscard]] Command venue_command(CommandKind kind) {
  Command command{};
  command.header.kind = static_cast<std::uint16_t>(kind);
  command.header.size = static_cast<std::uint16_t>(sizeof command);
  command.header.actor = no_id;
  return command;
}

// Fields of an order as a client would send it.
[[nodiscard]] Fields order_fields(const std::string& cl_ord_id, const std::string& side = "1",
                                  const std::string& quantity = "100",
                                  const std::string& price = "12000");
[[nodiscard]] Fields cancel_fields(const std::string& cl_ord_id, const std::string& orig,
                                   const std::string& side = "1");
[[nodiscard]] Fields replace_fields(const std::string& cl_ord_id, const std::string& orig,
                                    const std::string& quantity, const std::string& price);
// The same without one tag, or with another value for it.
[[nodiscard]] Fields without(Fields fields, int tag);
[[nodiscard]] Fields with(Fields fields, int tag, const std::string& value);

// A trade of `lots` at `price_ticks`; what is left of either order.
struct TestTrade {
  std::uint64_t trade_no = 1;
  std::uint64_t buy_order = 0;
  std::uint64_t sell_order = 0;
  std::int64_t lots = 0;
  std::int64_t price_ticks = 1'200;
  std::int64_t buy_left = 0;
  std::int64_t sell_left = 0;
  std::uint8_t aggressor = 1;
};
void add_trade(EventBatch& events, const TestTrade& trade);
void add_accepted(EventBatch& events, const NewOrderCommand& command, std::uint64_t order_id,
                  Code warning = {});
void add_cancelled(EventBatch& events, std::uint64_t order_id, std::int64_t remaining_lots,
                   Code code);

}  // namespace emx::gateway::test

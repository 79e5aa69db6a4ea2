#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "engine/exchange.hpp"
#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/event_batch.hpp"
#include "tests/audit/played.hpp"
#include "tools/whatif/report.hpp"

namespace emx::whatif {
namespace {

using audit::testing::Entry;

// A ledger that was played, gone on with by commands that no script has words for.
class Continued {
 public:
  explicit Continued(std::vector<Entry> played)
      : entries{std::move(played)},
        exchange_{read_record<GenesisCommand>(entries.front().command)} {
    for (const Entry& entry : entries) exchange_.apply(entry.stamp, entry.command, events_);
  }

  template <class Command>
  void add(CommandKind kind, Command command, std::uint32_t actor = no_id) {
    command.header.kind = static_cast<std::uint16_t>(kind);
    command.header.size = sizeof command;
    command.header.actor = actor;
    append(std::as_bytes(std::span{&command, 1}));
    const ProceedCommand proceed = engine::proceed_command();
    while (exchange_.more_to_do()) append(std::as_bytes(std::span{&proceed, 1}));
  }

  // All commands of a kind.
  template <class Command>
  [[nodiscard]] std::vector<Command> commands(CommandKind kind) const {
    std::vector<Command> found;
    for (const Entry& entry : entries) {
      const auto header = read_record<CommandHeader>(entry.command);
      if (header.kind != static_cast<std::uint16_t>(kind)) continue;
      found.push_back(read_record<Command>(entry.command));
    }
    return found;
  }

  std::vector<Entry> entries;

 private:
  void append(std::span<const std::byte> command) {
    const Stamp stamp{SeqNo{entries.back().stamp.sequence.value + 1}, entries.back().stamp.at_ns};
    exchange_.apply(stamp, command, events_);
    EXPECT_FALSE(is_refused({stamp, command, events_.bytes(), events_.count(), 0, 0}))
        << name_of(static_cast<Code>(read_record<RefusedEvent>(events_.bytes()).code));
    entries.push_back({stamp,
                       {command.begin(), command.end()},
                       {events_.bytes().begin(), events_.bytes().end()},
                       events_.count(),
                       exchange_.digest(),
                       exchange_.rule_set()});
  }

  engine::Exchange exchange_;
  EventBatch events_;
};

TEST(ListedByRules, HasItsNameInBothCourses) {
  const audit::testing::TempFolder folder;
  audit::testing::play(
      "authority-key joint bnoc3Smwt4/ROvTFWY/v9O8qlxZuPKby5Pv8zYBQW/E= approved-by=2\n"
      "day 2026-06-18\n"
      "phase continuous\n"
      "buy ZJ083-1 VOC.AIR.YRD.IND.2630 100@12000\n",
      folder.path() / "played");
  Continued ledger{audit::testing::read_ledger(folder.path() / "played")};

  const Symbol symbol{"NEW.AIR.YRD.IND.2630"};
  const auto books = ledger.commands<SetInstrumentCommand>(CommandKind::set_instrument);
  auto instrument =
      *std::ranges::find(books, Symbol{"VOC.AIR.YRD.IND.2630"}, &SetInstrumentCommand::symbol);
  instrument.symbol = symbol;
  RuleRecordCommand record{};
  record.version = 1;
  record.record_kind = static_cast<std::uint16_t>(CommandKind::set_instrument);
  record.authority = static_cast<std::uint8_t>(Authority::joint);
  std::memcpy(record.body.data(),
              reinterpret_cast<const unsigned char*>(&instrument) + sizeof(CommandHeader),
              sizeof instrument - sizeof(CommandHeader));
  ledger.add(CommandKind::rule_record, record);
  RuleDocumentCommand document{};
  document.version = 1;
  document.effective_date = date_of(2026, 6, 18).value;
  document.records = 1;
  document.authority = record.authority;
  ledger.add(CommandKind::rule_document, document);
  ActivateRulesCommand activation{};
  activation.header.approver = 2;
  activation.version = 1;
  activation.parts_mask = static_cast<std::uint8_t>(1U << record.authority);
  activation.documents[record.authority] = ledger.entries.back().stamp.sequence.value;
  ledger.add(CommandKind::activate_rules, activation, operator_actor(1));
  SetReferencePriceCommand reference{};
  reference.symbol = symbol;
  reference.price_fen = 1'200'000;
  ledger.add(CommandKind::set_reference_price, reference);
  PhaseCommand phase{};
  phase.symbol = symbol;
  phase.phase = static_cast<std::uint8_t>(Phase::continuous);
  ledger.add(CommandKind::phase, phase);
  auto order = ledger.commands<NewOrderCommand>(CommandKind::new_order).front();
  order.instrument = static_cast<std::uint32_t>(books.size());
  order.cl_ord_id = ClOrdId{"new"};
  ledger.add(CommandKind::new_order, order, order.header.actor);
  audit::testing::write_ledger(ledger.entries, folder.path() / "continued");

  const audit::testing::Answer answer = audit::testing::ask(
      [](const std::filesystem::path& from, const audit::Output& output) {
        return report_whatif(from, {{"quota 2026 SH VOC outflow=9000"}, {}}, output);
      },
      folder.path() / "continued", true);
  ASSERT_EQ(answer.exit_code, compared) << answer.err;
  const nlohmann::json told = nlohmann::json::parse(answer.out);
  int found = 0;
  for (const nlohmann::json& row : told["instruments"]) {
    if (row["of"] != "NEW.AIR.YRD.IND.2630") continue;
    ++found;
    EXPECT_EQ(row["measure"], "unfilled, open bids");
    EXPECT_EQ(row["was"], 100);
    EXPECT_EQ(row["would_be"], 100);
  }
  EXPECT_EQ(found, 1);
}

}  // namespace
}  // namespace emx::whatif

#include "tools/why/blocks.hpp"

#include <array>

#include "tools/market/amount_text.hpp"
#include "tools/why/deals.hpp"
#include "tools/why/entry_rules.hpp"
#include "tools/why/rules_of_acts.hpp"

namespace emx::why {

using market::cny;
using market::grouped;

namespace {

// Who stands on a side of the block.
struct Party {
  std::uint32_t facility;
  Side side;
};

std::array<Party, 2> parties_of(const BlockEvent& block) {
  const auto side = static_cast<Side>(block.side);
  return {Party{block.facility, side}, Party{block.counterparty, opposite(side)}};
}

// Its time was over before the command came, or its book has closed.
void expired(const Context& context, const BlockEvent& block, Finding& finding) {
  const std::int64_t now_ns = context.entry.stamp.at_ns;
  if (block.expires_ns <= now_ns) {
    finding.because = "its time was over at " + audit::text_of_time(block.expires_ns) +
                      ", before this command of " + audit::text_of_time(now_ns);
    return;
  }
  const Phase phase = context.state.book(InstrumentId{block.instrument}).phase;
  const std::string_view symbol = context.instrument(block.instrument).symbol.view();
  finding.because = "book " + std::string{symbol} + " is in phase " + text(phase);
  finding.agrees = phase == Phase::closed;
  add_set_by(finding, context.rules.phase(symbol));
}

// The session opens, and its book is halted.
void halted(const Context& context, const BlockEvent& block, Finding& finding) {
  const Phase phase = context.state.book(InstrumentId{block.instrument}).phase;
  const std::string_view symbol = context.instrument(block.instrument).symbol.view();
  finding.because =
      context.origin + ", and book " + std::string{symbol} + " is in phase " + text(phase);
  finding.agrees = phase == Phase::halt;
  add_set_by(finding, context.rules.phase(symbol));
}

void killed(const Context& context, const BlockEvent& block, Finding& finding) {
  for (const Party& party : parties_of(block)) {
    for (const SetBy* by : kill_switches_over(context, context.facility(party.facility),
                                              context.instrument(block.instrument))) {
      finding.because += (finding.because.empty() ? "" : "; ") + by->command;
      add_set_by(finding, by);
    }
  }
  finding.agrees = !finding.because.empty();
}

// A freeze or a pledge left too little for what it had reserved.
void held_back(const Context& context, const BlockEvent& block, Finding& finding) {
  const bool cash = finding.code == Code::l01_cash;
  const bool submitters = cash == (static_cast<Side>(block.side) == Side::buy);
  const std::int64_t amount = submitters ? block.reserved_amount : block.other_reserved_amount;
  finding.because =
      context.origin + "; the block had reserved " +
      (cash ? cny(amount) + " CNY"
            : grouped(amount) + ' ' + std::string{context.words.names().unit(block.instrument)}) +
      ", and blocks go after the orders until the rest fits";
  finding.agrees =
      context.origin_kind == CommandKind::freeze || context.origin_kind == CommandKind::pledge;
}

void not_eligible(const Context& context, const BlockEvent& block, Finding& finding) {
  finding.agrees = false;
  for (const Party& party : parties_of(block)) {
    for (const EntryRule& rule :
         entry_rules(context, party.facility, block.instrument, party.side)) {
      if (rule.passed || rule.code != finding.code) continue;
      finding.because = std::string{context.name(party.facility)} + ": " + rule.compared;
      finding.agrees = true;
      for (const SetBy* by : rule.set_by) add_set_by(finding, by);
      return;
    }
  }
}

}  // namespace

std::uint32_t buyer_of(const BlockEvent& block) {
  return static_cast<Side>(block.side) == Side::buy ? block.facility : block.counterparty;
}

Finding explain_block_end(const Context& context, const BlockEvent& block, const Counters& counters,
                          std::int64_t credited_later_kg) {
  Finding finding = finding_of(context, Finding::Kind::block_end, static_cast<Code>(block.code));
  finding.block_no = block.block_no;
  switch (finding.code) {
    case Code::c01_expired:
      expired(context, block, finding);
      break;
    case Code::c03_requested:
      finding.because = context.origin;
      break;
    case Code::k01_killed:
      killed(context, block, finding);
      break;
    case Code::p01_phase:
      halted(context, block, finding);
      break;
    case Code::l01_cash:
    case Code::l02_rights:
      held_back(context, block, finding);
      break;
    default: {
      if (context.origin_kind != CommandKind::block_session) {
        not_eligible(context, block, finding);
        break;
      }
      const bool buys = static_cast<Side>(block.side) == Side::buy;
      const Deal deal{.from = buys ? block.counterparty : block.facility,
                      .to = buyer_of(block),
                      .instrument = block.instrument,
                      .lots = block.quantity_lots,
                      .giver = "seller",
                      .receiver = "buyer",
                      .bars_related = true};
      const bool barred = explain_barred_deal(context, deal, counters, credited_later_kg, finding);
      finding.agrees = finding.agrees && barred;
      break;
    }
  }
  return finding;
}

}  // namespace emx::why

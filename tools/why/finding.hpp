#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"

namespace emx::why {

// An enumerator, as it is named to people.
[[nodiscard]] std::string text(auto value) { return std::string{name_of(value)}; }

// One rule of an authority's signed document.
struct SignedRule {
  std::uint8_t authority = 0;   // Authority
  std::uint32_t version = 0;    // of the rule set
  std::uint16_t record = 0;     // within the document, from 0
  std::uint64_t recorded = 0;   // sequence of the entry that handed it in
  std::uint64_t activated = 0;  // of the one that put the set into force, or on wait for its date
  std::string words;            // what it says
};

// The entry that set a rule's value, in words. Of a signed rule it is the entry that brought it
// into force: the activation, or the DayOpen of its date.
struct SetBy {
  std::uint64_t sequence = 0;
  std::int64_t at_ns = 0;
  std::string command;
  std::optional<SignedRule> rule{};  // none: the entry's command says it itself
};

// One and the same rule. An entry brings many signed rules into force, each with a record of its
// own.
[[nodiscard]] inline bool is_same(const SetBy& one, const SetBy& other) {
  const auto recorded = [](const SetBy& by) { return by.rule ? by.rule->recorded : 0; };
  return one.sequence == other.sequence && recorded(one) == recorded(other);
}

// One test of market-rules 10, with the values it compared.
struct Test {
  Code code = Code::none;
  std::string name;      // "price"
  std::string compared;  // "13,180.00 CNY, limits 10,790.00 to 13,170.00 CNY"
  bool passed = true;
};

// One row of market-rules 7 for a pair, as it stood before the fill.
struct Cap {
  int row = 0;
  Code code = Code::none;
  std::string name;               // "outflow cap of SH"
  std::int64_t cap_kg = 0;        // D01: the approval
  std::int64_t use_kg = 0;        // counted against it
  std::int64_t tickets_kg = 0;    // held by tickets of blocks
  std::int64_t room_kg = 0;       // that is left, not below 0
  std::int64_t lots = 0;          // that may be sold: In(room) on the buyer's side
  std::optional<SetBy> set_by{};  // none: nobody ever set it
  bool decides = false;
};

// One thing that an entry did to an order, a block or a transfer, and why.
struct Finding {
  enum class Kind : std::uint8_t { refusal, skip, cut_fill, cancel, block_end, transfer_end };

  Kind kind = Kind::refusal;
  std::uint64_t sequence = 0;  // of the entry
  std::uint64_t rule_set = 0;  // that it was judged by
  Code code = Code::none;
  std::optional<CommandKind> act{};  // of a refusal: what was refused, when it is no order's
  std::uint64_t order_id = 0;        // 0: there is none (a refused new order)
  std::uint64_t sell_order_id = 0;   // of a cut fill; order_id is then the bid
  std::uint64_t trade_no = 0;
  std::uint64_t block_no = 0;     // of the end of a block, which has no order
  std::uint64_t transfer_no = 0;  // likewise
  std::string event;              // in words
  std::string because;            // the values that decided
  std::int64_t limit = 0;         // of a refusal, as the ledger has them
  std::int64_t value = 0;
  std::vector<Test> tests;  // of a refusal or a transfer's end; up to the one that failed
  std::vector<Cap> caps;    // of a cut fill, or of a SKIP or an end for a cap
  std::vector<SetBy> set_by;

  // The values give the code that stands in the ledger. If not, what is said here is not the
  // reason, and there is a mistake in this program or in the exchange.
  bool agrees = true;
  // False: the reason is told as it stands in the ledger, and was not held against values found
  // anew; so it is of most acts of authorities and operators.
  bool judged_again = true;
};

}  // namespace emx::why

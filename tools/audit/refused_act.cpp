#include "tools/audit/refused_act.hpp"

#include "engine/vocabulary/bounds.hpp"
#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "tools/audit/describer.hpp"
#include "tools/market/amount_text.hpp"
#include "tools/market/refusal_text.hpp"

namespace emx::audit {

namespace {

using market::cny;
using market::grouped;

// What is said of one kind of command; empty: what is said of its code by itself.
using Reason = std::string;

std::string number(std::uint64_t value) { return std::to_string(value); }
std::string day(std::int64_t days) { return text_of(Date{static_cast<std::int32_t>(days)}); }
std::string time(std::int64_t at_ns) { return text_of_time(at_ns) + " (UTC+8)"; }

std::string scope_name(std::int64_t scope) {
  return std::string{name_of(static_cast<Scope>(scope))};
}

// Of rule records, documents and activations.
Reason version_reason(const RefusedEvent& refused) {
  if (refused.limit == 0) {
    return "an activated version waits for its date; another one can come after that, or after the "
           "withdrawal of this one";
  }
  return "the next version is " + number(static_cast<std::uint64_t>(refused.limit)) + ", not " +
         number(static_cast<std::uint64_t>(refused.value));
}

Reason no_key_reason(std::uint8_t authority) {
  return authority_words(authority) + " has no key in the ledger; two persons give it one";
}

Reason reason(const RuleRecordCommand& c, const RefusedEvent& refused, Code code) {
  if (code == Code::p04_unknown_account && refused.value == c.authority) {
    const bool names_one = c.record_kind == static_cast<std::uint16_t>(CommandKind::set_limit);
    if (!names_one) return no_key_reason(c.authority);
  }
  if (code == Code::p10_rule_version) return version_reason(refused);
  if (code != Code::p07_rule_set) return {};
  return "record " + number(c.record) + " came where record " +
         number(static_cast<std::uint64_t>(refused.limit)) + " of the document follows";
}

Reason reason(const RuleDocumentCommand& c, const RefusedEvent& refused, Code code) {
  if (code == Code::p04_unknown_account) return no_key_reason(c.authority);
  if (code == Code::o01_quantity && refused.value == c.effective_date) {
    return "it is for " + day(refused.value) + "; its date must be one from " +
           text_of(date_first) + " to " + day(refused.limit);
  }
  if (code == Code::p10_rule_version) return version_reason(refused);
  if (code != Code::p07_rule_set) return {};
  return "it closes a document of " + number(c.records) + " records, and " +
         number(static_cast<std::uint64_t>(refused.limit)) + " of them are there";
}

// The first of them that is a part of the activation and was named so.
std::string whose(const ActivateRulesCommand& c, std::uint64_t named) {
  for (std::uint8_t a = 0; a < authorities_count; ++a) {
    if ((c.parts_mask >> a & 1U) != 0 && c.documents[a] == named) return authority_words(a);
  }
  return "an authority";
}

Reason reason(const ActivateRulesCommand& c, const RefusedEvent& refused, Code code) {
  if (code == Code::p06_four_eyes) return {};
  constexpr int all_parts = (1 << authorities_count) - 1;
  if (code == Code::o01_quantity && refused.limit == all_parts && refused.value == c.parts_mask) {
    return "it names no authority, or one that is none";
  }
  if (code == Code::p10_rule_version) return version_reason(refused);
  if (code == Code::o01_quantity && refused.limit >= date_first.value) {
    return "its documents are for different dates, " + day(refused.limit) + " and " +
           day(refused.value);
  }
  if (code != Code::p07_rule_set) {  // of a record that cannot apply
    return place_words(c.version, static_cast<std::uint8_t>(refused.limit),
                       static_cast<std::uint16_t>(refused.value)) +
           ": " + market::words_of_act(code);
  }
  const auto named = static_cast<std::uint64_t>(refused.value);
  if (refused.limit == 0) return "no document of " + whose(c, named) + " lies closed";
  return "the document of " + whose(c, named) + " that lies closed is that of entry " +
         number(static_cast<std::uint64_t>(refused.limit)) + ", not " + number(named);
}

Reason reason(const WithdrawRulesCommand& c, const RefusedEvent& refused, Code code) {
  if (code != Code::p10_rule_version) return {};
  if (refused.limit == 0) return "no activated version waits for its date";
  return "the version that waits for its date is " +
         number(static_cast<std::uint64_t>(refused.limit)) + ", not " + number(c.version);
}

Reason reason(const QueryCommand& c, const RefusedEvent& refused, Code code) {
  if (code != Code::o01_quantity) return {};
  if (refused.limit != 0) return "its arguments have bytes behind their end";
  const bool is_office = is_known(static_cast<Question>(c.question));
  return number(static_cast<std::uint64_t>(refused.value)) + " is no " +
         (is_office ? "office" : "question of the ledger");
}

Reason reason(const DayOpenCommand& c, const RefusedEvent& refused, Code code) {
  if (code == Code::o01_quantity) {
    return "a trade date is one from " + text_of(date_first) + " to " + day(refused.limit) +
           ", and this is " + day(c.date);
  }
  return {};
}

Reason reason(const SetLimitCommand& c, const RefusedEvent& refused, Code code) {
  if (code != Code::o01_quantity) return {};
  if (c.until_ns != 0 && refused.value == c.until_ns) {
    const bool too_early = refused.value <= refused.limit;
    return "it would end at " + time(refused.value) + "; the time must be " +
           (too_early ? "after " : "at the latest ") + time(refused.limit);
  }
  if (refused.value == c.scope && refused.value != c.value) {
    return "there is no such limit of scope " + scope_name(c.scope);
  }
  return {};
}

Reason reason(const KillSwitchCommand& c, const RefusedEvent&, Code code) {
  if (code != Code::o01_quantity || c.killed > 1) return {};
  return "there is no kill switch of scope " + scope_name(c.scope);
}

Reason reason(const SetDemandCommand& c, const RefusedEvent&, Code code) {
  const auto pollutant = static_cast<Pollutant>(c.pollutant);
  if (code != Code::o01_quantity || !is_carbon(pollutant)) return {};
  return "a demand is approved of a pollutant; carbon has none";
}

Reason reason(const IssueCommand&, const RefusedEvent& refused, Code code) {
  if (code != Code::o02_value) return {};
  return "of an instrument at most " + grouped(refused.limit) +
         " lots more can be issued; this is " + grouped(refused.value);
}

// Of a freeze or pledge, or less of it.
template <class Command>
Reason hold_reason(const Command& c, const RefusedEvent& refused, Code code,
                   std::string_view held) {
  if (code != Code::o01_quantity || c.amount >= 0) return {};
  const bool cash = c.symbol.empty();
  const auto amount = [&](std::int64_t value) {
    return cash ? cny(value) + " CNY" : grouped(value) + " lots";
  };
  return amount(-refused.limit) + " of it are " + std::string{held} + ", so " +
         amount(-refused.value) + " cannot be released";
}
Reason reason(const FreezeCommand& c, const RefusedEvent& refused, Code code) {
  return hold_reason(c, refused, code, "frozen");
}
Reason reason(const PledgeCommand& c, const RefusedEvent& refused, Code code) {
  return hold_reason(c, refused, code, "pledged");
}

Reason reason(const TransferCommand& c, const RefusedEvent&, Code code) {
  if (code != Code::p05_not_your_account) return {};
  return "transfers from " + std::string{c.from.view()} + " to " + std::string{c.to.view()} +
         " are not trusted";
}

// Of an order, a replace or a block: what the record has is not what was sent.
template <class Command>
Reason inexact_reason(const Command& c, Code code) {
  if (code != Code::o06_tick_or_lot) return {};
  const std::string words{words_of(code)};
  if ((c.flags & order_inexact_price) != 0) return words + " (the price has further decimals)";
  if ((c.flags & order_inexact_quantity) != 0) return words + " (the quantity is not whole)";
  return {};
}
Reason reason(const NewOrderCommand& c, const RefusedEvent&, Code code) {
  return inexact_reason(c, code);
}
Reason reason(const ReplaceOrderCommand& c, const RefusedEvent&, Code code) {
  return inexact_reason(c, code);
}
Reason reason(const SubmitBlockCommand& c, const RefusedEvent&, Code code) {
  return inexact_reason(c, code);
}

Reason reason_of(std::span<const std::byte> command, const RefusedEvent& refused, Code code) {
  const auto say = [&](auto c) { return reason(c, refused, code); };
  switch (static_cast<CommandKind>(read_record<CommandHeader>(command).kind)) {
    case CommandKind::new_order:
      return say(read_record<NewOrderCommand>(command));
    case CommandKind::replace_order:
      return say(read_record<ReplaceOrderCommand>(command));
    case CommandKind::submit_block:
      return say(read_record<SubmitBlockCommand>(command));
    case CommandKind::rule_record:
      return say(read_record<RuleRecordCommand>(command));
    case CommandKind::rule_document:
      return say(read_record<RuleDocumentCommand>(command));
    case CommandKind::activate_rules:
      return say(read_record<ActivateRulesCommand>(command));
    case CommandKind::withdraw_rules:
      return say(read_record<WithdrawRulesCommand>(command));
    case CommandKind::query:
      return say(read_record<QueryCommand>(command));
    case CommandKind::day_open:
      return say(read_record<DayOpenCommand>(command));
    case CommandKind::set_limit:
      return say(read_record<SetLimitCommand>(command));
    case CommandKind::kill_switch:
      return say(read_record<KillSwitchCommand>(command));
    case CommandKind::set_demand:
      return say(read_record<SetDemandCommand>(command));
    case CommandKind::issue:
      return say(read_record<IssueCommand>(command));
    case CommandKind::freeze:
      return say(read_record<FreezeCommand>(command));
    case CommandKind::pledge:
      return say(read_record<PledgeCommand>(command));
    case CommandKind::transfer:
      return say(read_record<TransferCommand>(command));
    default:
      return {};
  }
}

bool is_participants(std::span<const std::byte> command) {
  return is_firm(read_record<CommandHeader>(command).actor);
}

}  // namespace

std::string reason_of_refusal(std::span<const std::byte> command, const RefusedEvent& refused) {
  const auto code = static_cast<Code>(refused.code);
  if (Reason own = reason_of(command, refused, code); !own.empty()) return own;
  const std::string words =
      is_participants(command) ? std::string{words_of(code)} : market::words_of_act(code);
  const std::string figures = market::refusal_figures(code, refused.limit, refused.value);
  return figures.empty() ? words : words + " (" + figures + ')';
}

std::string words_of_refusal(std::span<const std::byte> command, const RefusedEvent& refused) {
  return "refused " + std::string{name_of(static_cast<Code>(refused.code))} + ": " +
         reason_of_refusal(command, refused);
}

}  // namespace emx::audit

#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>

#include "engine/vocabulary/commands.hpp"
#include "tools/market/names.hpp"
#include "tools/script/script.hpp"
#include "tools/script/statement.hpp"

// How statements become commands. The script's own; not what others call.

namespace emx::script {

// What a statement may name: the market as the statements so far would leave it, were none of them
// refused.
struct Present {
  struct NamedOrder {
    std::string firm;  // that sends what is done with it
    std::uint32_t line;
    std::string cl_ord_id;  // the last of its chain
    int replaces = 0;
    int cancels = 0;
  };

  market::Names names;
  std::map<std::tuple<std::uint16_t, std::uint8_t, std::uint8_t>, SetQuotaCommand> quotas;
  std::map<std::string, NamedOrder, std::less<>> orders;
  std::optional<Date> today;

  void apply(std::span<const std::byte> command);
  // UTC, of a time of the trade date (UTC+8).
  [[nodiscard]] std::int64_t time_ns(Statement& statement, std::string_view time_of_day) const;
};

// "3/2"
struct RatioParts {
  std::uint8_t n = 0;
  std::uint8_t d = 0;
};
[[nodiscard]] RatioParts ratio_from(Statement& statement, std::string_view text);

// Reads the rest of the statement after its verb, and gives the command when it is good.
using Reader = Step (*)(Statement& statement, Present& present);

struct Verb {
  std::string_view name;
  Reader reader;
};
// nullptr: it is none of them.
[[nodiscard]] inline Reader reader_of(std::string_view verb, std::span<const Verb> verbs) {
  const auto found = std::ranges::find(verbs, verb, &Verb::name);
  return found == verbs.end() ? nullptr : found->reader;
}

// nullptr: not one of theirs.
[[nodiscard]] Reader find_rule_statement(std::string_view verb);
[[nodiscard]] Reader find_order_statement(std::string_view verb);
[[nodiscard]] Reader find_limit_statement(std::string_view verb);
[[nodiscard]] Reader find_account_statement(std::string_view verb);
[[nodiscard]] Reader find_block_statement(std::string_view verb);
[[nodiscard]] Reader find_rule_set_statement(std::string_view verb);

// Who asks for what another person approves.
inline constexpr std::uint32_t first_person = 1;

// A step with one command in it; the actor is the venue's own schedule, and the first person where
// a second one is named.
template <class Command>
[[nodiscard]] Step step_of(CommandKind kind, Command command) {
  Step step;
  step.command.add(kind, command,
                   command.header.approver == 0 ? no_id : operator_actor(first_person));
  return step;
}

// Names that must be known; otherwise a Fault. Ids as in Names.
[[nodiscard]] std::uint32_t known_symbol(Statement& statement, const Present& present);
[[nodiscard]] std::uint32_t known_facility(Statement& statement, const Present& present);

// approved-by=N: the person who approves what person 1 asks for; 0: none.
[[nodiscard]] std::uint32_t approver_of(Statement& statement);

}  // namespace emx::script

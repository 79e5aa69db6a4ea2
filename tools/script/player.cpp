#include "tools/script/player.hpp"

#include <cstring>

namespace emx::script {

namespace {

// The record with the order's id in its place.
template <class Command>
std::vector<std::byte> with_order(std::span<const std::byte> bytes, OrderId id) {
  auto command = read_record<Command>(bytes);
  command.order_id = id.value;
  const auto record = std::as_bytes(std::span{&command, 1});
  return {record.begin(), record.end()};
}

}  // namespace

ledger::Result Player::play(const market::CommandList& market) {
  for (const auto command : market) {
    if (ledger::Result result = recorder_.apply(command); !result.ok()) return result;
  }
  return recorder_.flush();
}

ledger::Result Player::play(const Script& script) {
  for (const Step& step : script.steps) {
    if (ledger::Result result = play(step); !result.ok()) return result;
  }
  return recorder_.flush();
}

// The documents that lie closed, where the script names no others.
ActivateRulesCommand Player::with_documents(ActivateRulesCommand command) const {
  for (std::size_t a = 0; a < documents_.size(); ++a) {
    const bool is_part = (command.parts_mask >> a & 1U) != 0;
    if (is_part && command.documents[a] == 0) command.documents[a] = documents_[a];
  }
  return command;
}

ledger::Result Player::play(const Step& step) {
  const std::span<const std::byte> command = *step.command.begin();
  recorder_.wait_until(step.not_before_ns);
  switch (static_cast<CommandKind>(read_record<CommandHeader>(command).kind)) {
    case CommandKind::cancel_order:
      return recorder_.apply(with_order<CancelOrderCommand>(command, orders_[step.order]),
                             step.line);
    case CommandKind::replace_order:
      return recorder_.apply(with_order<ReplaceOrderCommand>(command, orders_[step.order]),
                             step.line);
    case CommandKind::activate_rules: {
      const auto named = with_documents(read_record<ActivateRulesCommand>(command));
      return recorder_.apply(std::as_bytes(std::span{&named, 1}), step.line);
    }
    case CommandKind::rule_document: {
      const std::uint64_t sequence = recorder_.last().value + 1;
      ledger::Result result = recorder_.apply(command, step.line);
      const auto closed = read_record<RuleDocumentCommand>(command);
      if (!recorder_.refused()) documents_.at(closed.authority) = sequence;
      return result;
    }
    default: {
      ledger::Result result = recorder_.apply(command, step.line);
      if (!step.order.empty()) orders_[step.order] = recorder_.entered();
      return result;
    }
  }
}

}  // namespace emx::script

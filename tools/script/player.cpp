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
    default: {
      ledger::Result result = recorder_.apply(command, step.line);
      if (!step.order.empty()) orders_[step.order] = recorder_.entered();
      return result;
    }
  }
}

}  // namespace emx::script

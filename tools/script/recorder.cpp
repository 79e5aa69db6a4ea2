#include "tools/script/recorder.hpp"

#include <algorithm>

#include "ledger/entry.hpp"

namespace emx::script {

namespace {

OrderId entered_in(const EventBatch& events) {
  if (events.count() == 0) return OrderId{0};
  const auto header = read_record<EventHeader>(events.bytes());
  if (header.kind != static_cast<std::uint16_t>(EventKind::order_accepted)) return OrderId{0};
  return OrderId{read_record<OrderAcceptedEvent>(events.bytes()).order_id};
}

}  // namespace

Recorder::Recorder(const GenesisCommand& genesis, ledger::CommandLog& log, Watcher watcher,
                   const RecorderOptions& options)
    : exchange_{genesis},
      log_{log},
      watcher_{std::move(watcher)},
      options_{options},
      next_at_ns_{options.start_ns},
      group_{log.end()} {}

void Recorder::wait_until(std::int64_t at_ns) { next_at_ns_ = std::max(next_at_ns_, at_ns); }

ledger::Result Recorder::apply(std::span<const std::byte> command, std::uint32_t tag) {
  ledger::Result result = apply_one(command, tag);
  entered_ = entered_in(events_);
  refused_ = is_refused({{}, command, events_.bytes(), events_.count(), 0, 0});
  const ProceedCommand proceed = engine::proceed_command();
  while (result.ok() && exchange_.more_to_do()) {
    result = apply_one(std::as_bytes(std::span{&proceed, 1}), tag);
  }
  return result;
}

ledger::Result Recorder::apply_one(std::span<const std::byte> command, std::uint32_t tag) {
  const Stamp stamp{SeqNo{++sequence_}, next_at_ns_};
  next_at_ns_ += options_.step_ns;
  exchange_.apply(stamp, command, events_);
  group_.add(
      {stamp, command, events_.bytes(), events_.count(), exchange_.digest(), exchange_.rule_set()});
  tags_.push_back(tag);
  return tags_.size() < options_.group_entries ? ledger::Result{} : flush();
}

ledger::Result Recorder::flush() {
  ledger::Result result = log_.append(group_.entries());
  if (!result.ok()) return result;
  for (std::size_t i = 0; watcher_ && i < tags_.size(); ++i) {
    watcher_(ledger::view_of(group_.entries()[i].bytes), tags_[i]);
  }
  group_.clear();
  tags_.clear();
  return result;
}

}  // namespace emx::script

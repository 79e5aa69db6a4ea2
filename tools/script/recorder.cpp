#include "tools/script/recorder.hpp"

#include <algorithm>

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
      next_at_ns_{options.start_ns} {}

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
  const std::size_t at = bytes_.size();
  bytes_.insert(bytes_.end(), command.begin(), command.end());
  bytes_.insert(bytes_.end(), events_.bytes().begin(), events_.bytes().end());
  const EntryView view{stamp, {}, {}, events_.count(), exchange_.digest(), exchange_.rule_set()};
  group_.push_back({at, command.size(), events_.bytes().size(), view, tag});
  return group_.size() < options_.group_entries ? ledger::Result{} : flush();
}

ledger::Result Recorder::flush() {
  std::vector<EntryView> views;
  for (Entry& entry : group_) {
    const auto bytes = std::span{bytes_}.subspan(entry.command_at);
    entry.view.command = bytes.first(entry.command_bytes);
    entry.view.events = bytes.subspan(entry.command_bytes, entry.events_bytes);
    views.push_back(entry.view);
  }
  ledger::Result result = log_.append(views);
  if (!result.ok()) return result;
  for (const Entry& entry : group_) {
    if (watcher_) watcher_(entry.view, entry.tag);
  }
  group_.clear();
  bytes_.clear();
  return result;
}

}  // namespace emx::script

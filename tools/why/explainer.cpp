#include "tools/why/explainer.hpp"

#include <algorithm>

#include "tools/why/admission.hpp"
#include "tools/why/blocks.hpp"
#include "tools/why/cancels.hpp"
#include "tools/why/pairs.hpp"
#include "tools/why/transfers.hpp"

namespace emx::why {

namespace {

using Bytes = std::span<const std::byte>;

CommandKind kind_of_command(const EntryView& entry) {
  return static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind);
}

EventKind kind_of_event(Bytes event) {
  return static_cast<EventKind>(read_record<EventHeader>(event).kind);
}

std::vector<Bytes> split(Bytes events) {
  std::vector<Bytes> list;
  static_cast<void>(
      for_each_event(events, [&](const EventHeader&, Bytes event) { list.push_back(event); }));
  return list;
}

// The DemandUsed of the trade at `i`: before any other trade.
std::optional<DemandUsedEvent> demand_of(const std::vector<Bytes>& events, std::size_t i) {
  for (++i; i < events.size() && kind_of_event(events[i]) != EventKind::trade; ++i) {
    if (kind_of_event(events[i]) == EventKind::demand_used) {
      return read_record<DemandUsedEvent>(events[i]);
    }
  }
  return std::nullopt;
}

// What the transfers and trades behind event `i` credit a facility with, of an instrument's
// pollutant.
std::int64_t credited_behind(const std::vector<Bytes>& events, std::size_t i,
                             std::uint32_t facility, std::uint32_t instrument,
                             const engine::Inspection& state) {
  const auto pollutant = [&](std::uint32_t id) {
    return state.data().instruments[InstrumentId{id}].pollutant;
  };
  std::int64_t credited = 0;
  const auto add = [&](std::uint32_t to, std::uint32_t of, std::int64_t lots) {
    if (to == facility && pollutant(of) == pollutant(instrument)) credited += lots;
  };
  for (++i; i < events.size(); ++i) {
    if (kind_of_event(events[i]) == EventKind::transfer) {
      const auto other = read_record<TransferEvent>(events[i]);
      add(other.to_facility, other.instrument, other.credited_lots);
    } else if (kind_of_event(events[i]) == EventKind::trade) {
      const auto other = read_record<TradeEvent>(events[i]);
      add(other.buy_facility, other.instrument, other.credited_lots);
    }
  }
  return credited;
}

// The many, whose words nobody asks for later.
bool is_one_order(CommandKind kind) {
  return kind == CommandKind::new_order || kind == CommandKind::cancel_order ||
         kind == CommandKind::replace_order;
}

bool was_accepted(const EntryView& entry) {
  return entry.events_count > 0 && kind_of_event(entry.events) == EventKind::order_accepted;
}

bool must_fill(const NewOrderCommand& command) {
  return static_cast<TimeInForce>(command.time_in_force) == TimeInForce::fok ||
         command.min_quantity_lots != 0;
}

}  // namespace

bool Explainer::replay(const EntryView& entry) {
  exchange_->apply(entry.stamp, entry.command, events_);
  return events_.count() == entry.events_count && std::ranges::equal(events_.bytes(), entry.events);
}

std::vector<Finding> Explainer::take(const EntryView& entry, bool wanted) {
  const CommandKind kind = kind_of_command(entry);
  if (!exchange_) {
    const auto genesis = read_record<GenesisCommand>(entry.command);
    if (kind != CommandKind::genesis || !engine::Exchange::may_start(genesis)) {
      fault_ = "this program cannot run its genesis; semantics version " +
               std::to_string(genesis.semantics_version);
      return {};
    }
    exchange_ = std::make_unique<engine::Exchange>(genesis);
  }
  if ((kind == CommandKind::proceed) != exchange_->more_to_do()) {
    fault_ = "a Continue is missing, or one too many";
    return {};
  }
  const std::string command =
      wanted || !is_one_order(kind) ? describer_.command(entry.command) : std::string{};
  if (kind != CommandKind::proceed) {
    origin_ = command;
    origin_kind_ = kind;
  }
  if (wanted) {
    counters_.start(exchange_->inspection());
    fillable_lots_.reset();
    if (kind == CommandKind::new_order && was_accepted(entry)) {
      const auto order = read_record<NewOrderCommand>(entry.command);
      if (must_fill(order)) fillable_lots_ = fillable_by(*exchange_, order);
    }
  }
  if (!replay(entry)) {
    fault_ = "its events are not what its commands give";
    return {};
  }
  if (!wanted) {
    describer_.take(entry);
    rules_.take(entry, command, describer_);
    orders_.take(entry);
    return {};
  }
  const audit::EntryWords words = describer_.describe(entry);
  rules_.take(entry, command, describer_);
  orders_.start(entry);
  return explain(entry, words.events);
}

std::vector<Finding> Explainer::explain(const EntryView& entry,
                                        const std::vector<std::string>& words) {
  const engine::Inspection state = exchange_->inspection();
  const Context context{entry, state, rules_, orders_, describer_, origin_, origin_kind_};
  if (kind_of_command(entry) == CommandKind::day_open && !is_refused(entry)) {
    counters_.open_day(state);
  }
  std::vector<Finding> findings;
  std::optional<DemandUsedEvent> used;
  const std::vector<Bytes> events = split(entry.events);
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::size_t before = findings.size();
    switch (kind_of_event(events[i])) {
      case EventKind::refused:
        findings.push_back(explain_refusal(context, *exchange_));
        break;
      case EventKind::trade: {
        const auto trade = read_record<TradeEvent>(events[i]);
        if (trade.code != 0) {
          findings.push_back(explain_cut(context, trade, demand_of(events, i), counters_));
        }
        counters_.take(trade, state);
        break;
      }
      case EventKind::demand_used:
        used = read_record<DemandUsedEvent>(events[i]);
        break;
      case EventKind::skip:
        findings.push_back(explain_skip(context, read_record<SkipEvent>(events[i]), counters_));
        break;
      case EventKind::order_cancelled:
        findings.push_back(explain_cancel(context, read_record<OrderCancelledEvent>(events[i]),
                                          used, fillable_lots_));
        break;
      case EventKind::block: {
        const auto block = read_record<BlockEvent>(events[i]);
        counters_.take(block, state);  // its own ticket was no bar to it
        if (block.code == 0) break;
        const std::int64_t credited =
            credited_behind(events, i, buyer_of(block), block.instrument, state);
        findings.push_back(explain_block_end(context, block, counters_, credited));
        break;
      }
      case EventKind::transfer: {
        const auto transfer = read_record<TransferEvent>(events[i]);
        if (transfer.code != 0) {
          const std::int64_t credited =
              credited_behind(events, i, transfer.to_facility, transfer.instrument, state);
          findings.push_back(explain_transfer_end(context, transfer, counters_, credited));
        } else if (static_cast<TransferStage>(transfer.stage) == TransferStage::carried_out) {
          counters_.take(transfer, state);
        }
        break;
      }
      default:
        break;
    }
    if (findings.size() > before) findings.back().event = words[i];
    orders_.take(events[i]);
  }
  return findings;
}

}  // namespace emx::why

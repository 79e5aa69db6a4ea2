#include "tools/publisher/replica.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "engine/inspection.hpp"
#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/order_commands.hpp"

namespace emx::publisher {

namespace {

// A Continue is none: it goes on with whatever its command has begun.
bool changes_books_by_its_events(CommandKind kind) {
  return is_of_orders(kind) || kind == CommandKind::indicative || kind == CommandKind::tick ||
         kind == CommandKind::query;
}

}  // namespace

Replica::Replica(std::unique_ptr<engine::Exchange> exchange) : exchange_{std::move(exchange)} {
  if (exchange_ != nullptr) learn_names();
}

void Replica::apply(const EntryView& entry, std::vector<InstrumentId>& touched) {
  if (exchange_ == nullptr) {
    exchange_ = std::make_unique<engine::Exchange>(read_record<GenesisCommand>(entry.command));
  }
  find_touched(entry, touched);
  exchange_->apply(entry.stamp, entry.command, events_);
  const bool same = entry.events_count == events_.count() && entry.digest == exchange_->digest() &&
                    std::ranges::equal(entry.events, events_.bytes());
  if (!same) {
    throw std::runtime_error{"entry " + std::to_string(entry.stamp.sequence.value) +
                             " does not come out again when it is replayed; run `emx audit "
                             "verify` for what differs"};
  }
  learn_names();
}

// Before it is applied: an order that ends is still known then.
void Replica::find_touched(const EntryView& entry, std::vector<InstrumentId>& touched) const {
  const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind);
  if (!changes_books_by_its_events(kind) && !is_refused(entry)) {
    for (std::uint32_t i = 0; i < instruments(); ++i) touched.push_back(InstrumentId{i});
  }
  const engine::Inspection state = exchange_->inspection();
  const auto touch_book_of = [&](std::uint64_t order_id) {
    // Nothing: it came with this entry, which says so.
    if (const auto order = state.order(OrderId{order_id})) touched.push_back(order->instrument);
  };
  const bool whole = for_each_event(entry.events, [&](const EventHeader& header, auto bytes) {
    switch (static_cast<EventKind>(header.kind)) {
      case EventKind::order_accepted:
        return touched.push_back(InstrumentId{read_record<OrderAcceptedEvent>(bytes).instrument});
      case EventKind::order_replaced:
        return touch_book_of(read_record<OrderReplacedEvent>(bytes).order_id);
      case EventKind::order_cancelled:
        return touch_book_of(read_record<OrderCancelledEvent>(bytes).order_id);
      case EventKind::trade:
        return touched.push_back(InstrumentId{read_record<TradeEvent>(bytes).instrument});
      case EventKind::indicative:
        return touched.push_back(InstrumentId{read_record<IndicativeEvent>(bytes).instrument});
      case EventKind::collar_hit:
        return touched.push_back(InstrumentId{read_record<CollarHitEvent>(bytes).instrument});
      default:
        return;
    }
  });
  check(whole);
}

void Replica::learn_names() {
  const risk::ReferenceData& data = exchange_->inspection().data();
  for (auto i = static_cast<std::uint32_t>(symbols_.size()); i < data.instruments.size(); ++i) {
    const InstrumentId id{i};
    symbols_.emplace(data.instruments[id].symbol.view(), id);
  }
  for (auto i = static_cast<std::uint32_t>(accounts_.size()); i < data.facilities.size(); ++i) {
    const FacilityId id{i};
    accounts_.emplace(data.facilities[id].code.view(), id);
  }
}

Stamp Replica::last() const { return exchange_->last_stamp(); }

Date Replica::trade_date() const { return exchange_->inspection().trade_date(); }

std::uint32_t Replica::instruments() const {
  return exchange_->inspection().data().instruments.size();
}

InstrumentId Replica::find_instrument(std::string_view symbol) const {
  const auto found = symbols_.find(std::string{symbol});
  return found == symbols_.end() ? InstrumentId{no_id} : found->second;
}

FacilityId Replica::find_facility(std::string_view account, std::string_view firm) const {
  const auto found = accounts_.find(std::string{account});
  if (found == accounts_.end()) return FacilityId{no_id};
  const risk::ReferenceData& data = exchange_->inspection().data();
  const bool is_theirs = data.firms[data.facilities[found->second].firm].code.view() == firm;
  return is_theirs ? found->second : FacilityId{no_id};
}

gateway::market_data::Instrument Replica::instrument(InstrumentId id) const {
  const risk::Instrument& row = exchange_->inspection().data().instruments[id];
  return {.symbol = row.symbol,
          .basin = row.basin,
          .pollutant = row.pollutant,
          .scheme = row.scheme,
          .book_class = row.book_class,
          .first_year = row.first_year,
          .last_year = row.last_year,
          .tick_fen = row.tick_fen,
          .is_reference_only = row.reference_only};
}

gateway::market_data::Book Replica::book(InstrumentId id) const {
  const engine::Inspection::Book book = exchange_->inspection().book(id);
  return {.phase = book.phase,
          .has_limits = book.has_limits,
          .reference = book.reference,
          .lower = book.lower,
          .upper = book.upper};
}

std::size_t Replica::depth(InstrumentId id, Side side, std::span<DepthLevel> levels) const {
  return exchange_->depth(id, side, levels);
}

std::size_t Replica::executable_depth(InstrumentId id, Side side, const Viewer& viewer,
                                      std::span<DepthLevel> levels) const {
  return exchange_->executable_depth(id, side, viewer, levels);
}

gateway::market_data::Headroom Replica::headroom(Province province, Pollutant pollutant) const {
  const risk::ProvinceQuotas& quotas = exchange_->inspection().quotas();
  const risk::ProvinceCaps& caps = quotas.open_caps(province, pollutant);
  const risk::ProvinceUse& use = quotas.use(province, pollutant);
  const std::int64_t gross = caps.gross - use.gross;
  return {.buy_kg = std::min({caps.inflow - use.net, gross, caps.holding - use.held,
                              caps.daily_pace - use.net_today}),
          .sell_kg = std::min(caps.outflow + use.net, gross)};
}

}  // namespace emx::publisher

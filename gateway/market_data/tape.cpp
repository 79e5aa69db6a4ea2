#include "gateway/market_data/tape.hpp"

#include <algorithm>

#include "engine/vocabulary/check.hpp"

namespace emx::gateway::market_data {

const Tape::OfBook& Tape::of(InstrumentId id) const {
  static const OfBook nothing;
  return id.value < books_.size() ? books_[id.value] : nothing;
}

Tape::OfBook& Tape::of(std::uint32_t instrument) {
  if (instrument >= books_.size()) books_.resize(instrument + 1);
  return books_[instrument];
}

const PublicTrade* Tape::trade(InstrumentId id, std::uint64_t i) const {
  const OfBook& book = of(id);
  const std::uint64_t first = book.trades - book.kept.size();
  return i < first ? nullptr : &book.kept[i - first];
}

void Tape::on_entry(const EntryView& entry) {
  const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind);
  const bool whole = for_each_event(entry.events, [&](const EventHeader& event, auto bytes) {
    if (static_cast<EventKind>(event.kind) == EventKind::trade) {
      on_trade(read_record<TradeEvent>(bytes), entry.stamp.at_ns);
    } else if (static_cast<EventKind>(event.kind) == EventKind::indicative) {
      const auto now = read_record<IndicativeEvent>(bytes);
      of(now.instrument).indicative = {PriceTicks{now.price_ticks}, Lots{now.quantity_lots},
                                       now.imbalance_lots};
    } else if (static_cast<EventKind>(event.kind) == EventKind::collar_hit) {
      of(read_record<CollarHitEvent>(bytes).instrument).indicative = {};
    }
  });
  check(whole);
  if (is_refused(entry)) return;
  if (kind == CommandKind::day_open) {
    books_.clear();
    phase_ = Phase::closed;
    ++day_;
  } else if (kind == CommandKind::phase) {
    const auto command = read_record<PhaseCommand>(entry.command);
    if (command.symbol.empty()) phase_ = static_cast<Phase>(command.phase);
    // What an earlier call would have given is nothing of the next one's. (Calls of other books,
    // which a phase of one book leaves alone, are asked for again.)
    for (OfBook& book : books_) book.indicative = {};
  }
}

void Tape::on_trade(const TradeEvent& trade, std::int64_t at_ns) {
  OfBook& book = of(trade.instrument);
  const PublicTrade told{.trade_no = trade.trade_no,
                         .at_ns = at_ns,
                         .price = PriceTicks{trade.price_ticks},
                         .quantity = Lots{trade.quantity_lots},
                         .aggressor = trade.aggressor,
                         .is_block = trade.is_block != 0};
  DayStatistics& day = book.day;
  day.volume_lots += told.quantity.value;
  if (!told.is_block) {
    const bool is_first = day.book_lots == 0;
    day.high = is_first ? told.price : std::max(day.high, told.price);
    day.low = is_first ? told.price : std::min(day.low, told.price);
    day.book_lots += told.quantity.value;
    day.book_value += static_cast<Int128>(told.price.value) * told.quantity.value;
  }
  ++book.trades;
  book.kept.push_back(told);
  if (book.kept.size() > trades_kept) book.kept.pop_front();
}

}  // namespace emx::gateway::market_data

#include "tools/whatif/figures.hpp"

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/events.hpp"

namespace emx::whatif {

namespace {

std::string code_name(std::uint16_t code) {
  return std::string{emx::name_of(static_cast<Code>(code))};
}

std::string province_name(std::uint8_t province) {
  return std::string{emx::name_of(static_cast<Province>(province))};
}

std::string of_side(Side side) { return side == Side::buy ? "bids" : "asks"; }

// Of a refused new order; 0: it is none.
std::int64_t lots_asked(const EntryView& entry) {
  const auto header = read_record<CommandHeader>(entry.command);
  if (header.kind != static_cast<std::uint16_t>(CommandKind::new_order)) return 0;
  return read_record<NewOrderCommand>(entry.command).quantity_lots;
}

}  // namespace

std::string_view name_of(Section section) {
  switch (section) {
    case Section::instruments:
      return "instruments";
    case Section::cross_province:
      return "cross_province";
    case Section::provinces:
      return "provinces";
    case Section::firms:
      return "firms";
    case Section::gains:
      return "gains";
    case Section::refusals:
      return "refusals";
    case Section::skips:
      return "skips";
  }
  return "?";
}

void Counter::take(const EntryView& entry, const market::Names& names) {
  orders_.start(entry);
  static_cast<void>(
      for_each_event(entry.events, [&](const EventHeader&, std::span<const std::byte> event) {
        if (counts_) count(entry, event, names);
        orders_.take(event);
      }));
}

void Counter::count(const EntryView& entry, std::span<const std::byte> event,
                    const market::Names& names) {
  switch (static_cast<EventKind>(read_record<EventHeader>(event).kind)) {
    case EventKind::refused: {
      const auto refused = read_record<RefusedEvent>(event);
      add(Section::refusals, code_name(refused.code), "refusals", "", 1);
      add(Section::refusals, code_name(refused.code), "asked for", "lots", lots_asked(entry));
      return;
    }
    case EventKind::order_cancelled: {
      const auto cancel = read_record<OrderCancelledEvent>(event);
      const why::OrderFacts* order = orders_.find(cancel.order_id);
      if (order == nullptr) return;
      add(Section::instruments, names.symbol(order->instrument),
          "unfilled, cancelled " + of_side(order->side), names.unit(order->instrument),
          cancel.remaining_lots);
      return;
    }
    case EventKind::trade:
      trade_ = read_record<TradeEvent>(event);
      return count(trade_, names);
    case EventKind::bill:
      return count(read_record<BillEvent>(event), names);
    case EventKind::skip: {
      const auto skip = read_record<SkipEvent>(event);
      add(Section::skips, code_name(skip.code), "skips", "", 1);
      add(Section::skips, code_name(skip.code), "passed over", "lots", skip.quantity_lots);
      return;
    }
    default:
      return;
  }
}

void Counter::count(const TradeEvent& trade, const market::Names& names) {
  const SetInstrumentCommand* book = names.instrument(trade.instrument);
  const std::string symbol = names.symbol(trade.instrument);
  const std::string_view unit = names.unit(trade.instrument);
  add(Section::instruments, symbol, "trades", "", 1);
  add(Section::instruments, symbol, "volume", unit, trade.quantity_lots);
  Turnover& turnover = turnover_[trade.instrument];
  turnover.lots += trade.quantity_lots;
  turnover.price_fen_by_lots += trade.price_ticks * book->tick_fen * trade.quantity_lots;
  if (trade.cross_province != 0) {
    const std::string pair = std::string{emx::name_of(static_cast<Pollutant>(book->pollutant))} +
                             ' ' + province_name(names.facility(trade.sell_facility)->province) +
                             " -> " + province_name(names.facility(trade.buy_facility)->province);
    add(Section::cross_province, pair, "sold", "kg", trade.quantity_lots);
    add(Section::cross_province, pair, "credited", "kg", trade.credited_lots);
  }
  count_party(trade.buy_facility, trade.instrument, "bought", trade.quantity_lots, false, names);
  count_party(trade.sell_facility, trade.instrument, "sold", trade.quantity_lots, false, names);
}

// Of the last trade: what the buyer pays and the seller gets, fees included.
void Counter::count(const BillEvent& bill, const market::Names& names) {
  count_party(trade_.buy_facility, trade_.instrument, "paid", bill.amount_fen + bill.buyer_fee_fen,
              true, names);
  count_party(trade_.sell_facility, trade_.instrument, "received",
              bill.amount_fen - bill.seller_fee_fen, true, names);
  count_gains(bill, names);
}

// Of the last trade. A lot's price for a year is whole fen (market-rules 2), and what an order
// reserves at its limit fits, so its surplus does. A market order's limit is the edge of the price
// limits, which its firm did not choose, and a block has no order: no surplus can be said of them.
void Counter::count_gains(const BillEvent& bill, const market::Names& names) {
  const SetInstrumentCommand* book = names.instrument(trade_.instrument);
  const auto pollutant = static_cast<Pollutant>(book->pollutant);
  const std::string_view unit = names.unit(trade_.instrument);
  const std::int64_t fen_a_tick =
      book->tick_fen / (is_carbon(pollutant) ? 1 : 1'000) * trade_.quantity_lots * bill.years;
  const auto add_surplus = [&](std::uint64_t order_id, std::uint32_t facility) {
    const why::OrderFacts* order = orders_.find(order_id);
    if (order == nullptr || order->market) {
      return add_gain(facility, "filled without a limit", unit, trade_.quantity_lots, names);
    }
    const std::int64_t better = order->side == Side::buy ? order->price_ticks - trade_.price_ticks
                                                         : trade_.price_ticks - order->price_ticks;
    add_gain(facility, surplus_measure, "fen", better * fen_a_tick, names);
  };
  add_surplus(trade_.buy_order_id, trade_.buy_facility);
  add_surplus(trade_.sell_order_id, trade_.sell_facility);
  add_gain(trade_.buy_facility, "money, net", "fen", -(bill.amount_fen + bill.buyer_fee_fen),
           names);
  add_gain(trade_.sell_facility, "money, net", "fen", bill.amount_fen - bill.seller_fee_fen, names);
  const std::string rights = "rights, net, " + std::string{emx::name_of(pollutant)};
  add_gain(trade_.buy_facility, rights, unit, trade_.credited_lots, names);
  add_gain(trade_.sell_facility, rights, unit, -trade_.quantity_lots, names);
}

void Counter::add_gain(std::uint32_t facility, std::string_view what, std::string_view unit,
                       std::int64_t by, const market::Names& names) {
  const std::string measure{what};
  add(Section::gains, std::string{names.facility(facility)->firm.view()}, measure, unit, by);
  add(Section::gains, std::string{all_firms}, measure, unit, by);
}

void Counter::count_party(std::uint32_t facility, std::uint32_t instrument, const std::string& what,
                          std::int64_t by, bool money, const market::Names& names) {
  const SetFacilityCommand* who = names.facility(facility);
  const std::string_view unit = money ? std::string_view{"fen"} : names.unit(instrument);
  add(Section::firms, std::string{who->firm.view()}, what, unit, by);
  add(Section::provinces, province_name(who->province), what, unit, by);
}

Figures Counter::figures(const market::Names& names) const {
  Figures figures = figures_;
  for (const auto& [id, turnover] : turnover_) {
    const std::int64_t half = turnover.lots / 2;
    figures[{Section::instruments, names.symbol(id), "average price", "fen"}] =
        (turnover.price_fen_by_lots + half) / turnover.lots;
  }
  for (const auto& [id, order] : orders_.open()) {
    figures[{Section::instruments, names.symbol(order.instrument),
             "unfilled, open " + of_side(order.side), std::string{names.unit(order.instrument)}}] +=
        order.open_lots;
  }
  return figures;
}

}  // namespace emx::whatif

#include "tools/scenario/accounts_from_events.hpp"

#include <algorithm>

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/date.hpp"
#include "tools/scenario/figure_text.hpp"

namespace emx::scenario {

namespace {

template <class Enum>
std::uint8_t number_of(const std::string& name) {
  return static_cast<std::uint8_t>(from_name<Enum>(name).value_or(Enum{}));
}

std::string amount_text(std::int64_t amount, std::uint32_t asset) {
  return asset == asset_cash ? money_text(amount) : std::to_string(amount);
}

// Fields as the check names them.
void add(EventLine& answer, std::string_view name, std::string value) {
  answer.fields.push_back({std::string{name}, std::move(value)});
}

}  // namespace

std::string AccountsFromEvents::apply(const EntryView& entry, const market::Names& names) {
  static_cast<void>(for_each_event(
      entry.events,
      [&](const EventHeader& header, std::span<const std::byte> event) { take(header, event); }));
  if (read_record<CommandHeader>(entry.command).kind ==
      static_cast<std::uint16_t>(CommandKind::day_open)) {
    const auto opened = read_record<DayOpenCommand>(entry.command);
    if (!is_refused(entry)) year_ = civil_of(Date{opened.date}).year;
  }
  std::string fault{balances_.apply(entry.events)};
  if (std::string words = settlement_.apply(entry); fault.empty()) fault = std::move(words);
  if (std::string words = provinces_.apply(entry, names); fault.empty()) fault = std::move(words);
  return fault.empty() ? reserved_by_nothing() : fault;
}

void AccountsFromEvents::take(const EventHeader& header, std::span<const std::byte> event) {
  switch (static_cast<EventKind>(header.kind)) {
    case EventKind::order_accepted: {
      const auto e = read_record<OrderAcceptedEvent>(event);
      const bool buys = static_cast<Side>(e.side) == Side::buy;
      orders_[e.order_id] = {e.facility, buys ? asset_cash : asset_of_instrument(e.instrument),
                             e.reserved_amount, e.quantity_lots};
      break;
    }
    case EventKind::order_replaced: {
      const auto e = read_record<OrderReplacedEvent>(event);
      orders_[e.order_id].reserved = e.reserved_amount;
      orders_[e.order_id].open_lots = e.remaining_lots;
      break;
    }
    case EventKind::order_cancelled: {
      const auto e = read_record<OrderCancelledEvent>(event);
      orders_[e.order_id].reserved -= e.released_amount;
      orders_[e.order_id].open_lots -= e.remaining_lots;
      break;
    }
    case EventKind::block: {
      const auto e = read_record<BlockEvent>(event);
      const bool buys = static_cast<Side>(e.side) == Side::buy;
      const auto asset = [&](bool cash) {
        return cash ? asset_cash : asset_of_instrument(e.instrument);
      };
      switch (static_cast<BlockStage>(e.stage)) {
        case BlockStage::alleged:
          blocks_.insert({e.block_no, {e.facility, asset(buys), e.reserved_amount}});
          break;
        case BlockStage::confirmed:
          blocks_.insert({e.block_no, {e.counterparty, asset(!buys), e.other_reserved_amount}});
          break;
        case BlockStage::traded:
        case BlockStage::ended:
          blocks_.erase(e.block_no);
          break;
      }
      break;
    }
    case EventKind::held_back: {
      const auto e = read_record<HeldBackEvent>(event);
      held_back_[{e.account, e.asset}] = {e.pledged_amount, e.frozen_amount};
      break;
    }
    case EventKind::trade:
      take_trade(read_record<TradeEvent>(event));
      break;
    case EventKind::bill: {
      if (buyer_ == 0) break;  // of a block, which had nothing reserved any longer
      const auto e = read_record<BillEvent>(event);
      orders_[buyer_].reserved -= e.amount_fen + e.buyer_fee_fen + e.buyer_released_fen;
      break;
    }
    default:
      break;
  }
}

void AccountsFromEvents::take_trade(const TradeEvent& trade) {
  buyer_ = trade.buy_order_id;
  if (trade.is_block != 0) return;
  orders_[trade.buy_order_id].open_lots -= trade.quantity_lots;
  orders_[trade.sell_order_id].open_lots -= trade.quantity_lots;
  orders_[trade.sell_order_id].reserved -= trade.quantity_lots;
}

std::int64_t AccountsFromEvents::reserved(std::uint32_t facility, std::uint32_t asset) const {
  std::int64_t sum = 0;
  for (const auto& [id, order] : orders_) {
    if (order.facility == facility && order.asset == asset) sum += order.reserved;
  }
  for (const auto& [number, side] : blocks_) {
    if (side.facility == facility && side.asset == asset) sum += side.reserved;
  }
  return sum;
}

AccountsFromEvents::HeldBack AccountsFromEvents::held_back(std::uint32_t facility,
                                                           std::uint32_t asset) const {
  const auto found = held_back_.find({facility, asset});
  return found == held_back_.end() ? HeldBack{} : found->second;
}

// An order that is gone reserves nothing, and no order less than nothing.
std::string AccountsFromEvents::reserved_by_nothing() const {
  for (const auto& [id, order] : orders_) {
    if (order.reserved >= 0 && order.open_lots >= 0 &&
        (order.open_lots > 0 || order.reserved == 0)) {
      continue;
    }
    return "order " + std::to_string(id) + " has " + std::to_string(order.open_lots) +
           " lots open and reserves " + amount_text(order.reserved, order.asset);
  }
  return {};
}

audit::ProvinceCount::Row AccountsFromEvents::use_of(const std::string& province,
                                                     const std::string& pollutant) const {
  const auto found = provinces_.rows().find(
      {year_, number_of<Province>(province), number_of<Pollutant>(pollutant)});
  return found == provinces_.rows().end() ? audit::ProvinceCount::Row{} : found->second;
}

EventLine AccountsFromEvents::answer(const EventLine& wanted, const EventWriter& writer) const {
  using audit::ProvinceCount;
  const market::Names& names = writer.names();
  EventLine answer{wanted.form, wanted.words, {}};
  const std::string_view form = wanted.form->name;
  const auto holding = [&](std::uint32_t facility, std::uint32_t asset) {
    const std::int64_t total = balances_.of(AccountId{facility}, asset);
    const std::int64_t in_orders = reserved(facility, asset);
    const auto [pledged, frozen] = held_back(facility, asset);
    add(answer, "total", amount_text(total, asset));
    add(answer, "reserved", amount_text(in_orders, asset));
    add(answer, "pledged", amount_text(pledged, asset));
    add(answer, "frozen", amount_text(frozen, asset));
    add(answer, "available", amount_text(total - in_orders - pledged - frozen, asset));
  };
  const auto asset_named = [&](const std::string& symbol) {
    return asset_of_instrument(names.find_instrument(symbol));
  };
  if (form == "check cash") {
    holding(names.find_facility(wanted.words[0]), asset_cash);
  } else if (form == "check rights") {
    holding(names.find_facility(wanted.words[0]), asset_named(wanted.words[1]));
  } else if (form == "check quota") {
    const ProvinceCount::Row use = use_of(wanted.words[0], wanted.words[1]);
    add(answer, "net", std::to_string(use.use[ProvinceCount::inflow]));
    add(answer, "today", std::to_string(use.use[ProvinceCount::pace]));
    add(answer, "gross", std::to_string(use.use[ProvinceCount::gross]));
    add(answer, "held", std::to_string(use.use[ProvinceCount::holding]));
  } else if (form == "check retired") {
    answer.words[1] =
        std::to_string(balances_.of(account_env_retired, asset_named(wanted.words[0])));
  } else if (form == "check fees") {
    answer.words[0] = money_text(balances_.of(account_venue_fees, asset_cash));
  } else {
    check(form == "check open");
    std::int64_t open = 0;
    for (const auto& [id, order] : orders_) {
      if (writer.name_of_order(id) == wanted.words[0]) open += order.open_lots;
    }
    answer.words[1] = std::to_string(open);
  }
  return answer;
}

}  // namespace emx::scenario

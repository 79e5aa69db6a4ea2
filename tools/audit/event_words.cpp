#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/date.hpp"
#include "tools/audit/describer.hpp"
#include "tools/audit/enum_words.hpp"
#include "tools/market/amount_text.hpp"
#include "tools/market/refusal_text.hpp"

namespace emx::audit {

using market::cny;
using market::grouped;

namespace {

std::string code_name(std::uint16_t code) { return std::string{name_of(static_cast<Code>(code))}; }

std::string warning(std::uint16_t code) {
  return code == 0 ? std::string{} : "; warning " + code_name(code);
}

std::string order(std::uint64_t order_id) { return "order " + std::to_string(order_id); }

std::string words(const RefusedEvent& e) {
  std::string text =
      "refused " + code_name(e.code) + ": " + std::string{words_of(static_cast<Code>(e.code))};
  const std::string figures = market::refusal_figures(static_cast<Code>(e.code), e.limit, e.value);
  return figures.empty() ? text : text + " (" + figures + ')';
}

std::string words(const BillEvent& e) {
  return "bill of trade " + std::to_string(e.trade_no) + ": " + cny(e.amount_fen) + " CNY for " +
         std::to_string(e.years) + (e.years == 1 ? " year" : " years") + "; fees " +
         cny(e.buyer_fee_fen) + " of the buyer, " + cny(e.seller_fee_fen) + " of the seller; " +
         cny(e.buyer_released_fen) + " CNY released";
}

std::string words(const QuotaUsedEvent& e) {
  return "quota " + std::to_string(e.year) + ' ' + name<Province>(e.province) + ' ' +
         name<Pollutant>(e.pollutant) + ": net " + grouped(e.net_kg) + ", today " +
         grouped(e.net_today_kg) + ", gross " + grouped(e.gross_kg) + " kg";
}

std::string words(const RuleSetEvent& e) {
  const std::string what = "rule set " + std::to_string(e.version);
  switch (static_cast<RuleSetStage>(e.stage)) {
    case RuleSetStage::waits:
      return what + " waits for " + text_of(Date{e.effective_date});
    case RuleSetStage::in_force:
      return what + " is in force";
    case RuleSetStage::withdrawn:
      return what + " is withdrawn, nothing of it applies";
    case RuleSetStage::left_out:
      return what + " leaves out the document of " + authority_words(e.authority) +
             ", which is over";
    case RuleSetStage::lapsed:
      break;
  }
  return what + " lapses, nothing of it applies: " + code_name(e.code) + " at record " +
         std::to_string(e.record) + " of " + authority_words(e.authority);
}

}  // namespace

std::string_view name_of_event(std::uint16_t kind) {
  switch (static_cast<EventKind>(kind)) {
    case EventKind::refused:
      return "refused";
    case EventKind::order_accepted:
      return "order_accepted";
    case EventKind::order_replaced:
      return "order_replaced";
    case EventKind::order_cancelled:
      return "order_cancelled";
    case EventKind::trade:
      return "trade";
    case EventKind::bill:
      return "bill";
    case EventKind::posting:
      return "posting";
    case EventKind::quota_used:
      return "quota_used";
    case EventKind::demand_used:
      return "demand_used";
    case EventKind::skip:
      return "skip";
    case EventKind::band_set:
      return "band_set";
    case EventKind::more_to_do:
      return "more_to_do";
    case EventKind::uncrossed:
      return "uncrossed";
    case EventKind::indicative:
      return "indicative";
    case EventKind::collar_hit:
      return "collar_hit";
    case EventKind::held_back:
      return "held_back";
    case EventKind::transfer:
      return "transfer";
    case EventKind::block:
      return "block";
    case EventKind::rule_set:
      return "rule_set";
    case EventKind::rule_applied:
      return "rule_applied";
  }
  return "?";
}

std::string Describer::event(std::span<const std::byte> bytes) const {
  switch (static_cast<EventKind>(read_record<EventHeader>(bytes).kind)) {
    case EventKind::refused:
      return audit::words(read_record<RefusedEvent>(bytes));
    case EventKind::order_accepted:
      return words(read_record<OrderAcceptedEvent>(bytes));
    case EventKind::order_replaced:
      return words(read_record<OrderReplacedEvent>(bytes));
    case EventKind::order_cancelled:
      return words(read_record<OrderCancelledEvent>(bytes));
    case EventKind::trade:
      return words(read_record<TradeEvent>(bytes));
    case EventKind::bill:
      return audit::words(read_record<BillEvent>(bytes));
    case EventKind::posting:
      return words(read_record<PostingEvent>(bytes));
    case EventKind::quota_used:
      return audit::words(read_record<QuotaUsedEvent>(bytes));
    case EventKind::demand_used:
      return words(read_record<DemandUsedEvent>(bytes));
    case EventKind::skip:
      return words(read_record<SkipEvent>(bytes));
    case EventKind::band_set:
      return words(read_record<BandSetEvent>(bytes));
    case EventKind::more_to_do:
      return "more to do: a Continue follows";
    case EventKind::uncrossed:
      return words(read_record<UncrossedEvent>(bytes));
    case EventKind::indicative:
      return words(read_record<IndicativeEvent>(bytes));
    case EventKind::collar_hit:
      return words(read_record<CollarHitEvent>(bytes));
    case EventKind::held_back:
      return words(read_record<HeldBackEvent>(bytes));
    case EventKind::transfer:
      return words(read_record<TransferEvent>(bytes));
    case EventKind::block:
      return words(read_record<BlockEvent>(bytes));
    case EventKind::rule_set:
      return audit::words(read_record<RuleSetEvent>(bytes));
    case EventKind::rule_applied: {
      const auto e = read_record<RuleAppliedEvent>(bytes);
      return place_words(e.version, e.authority, e.record) +
             " applies: " + rule(e.record_kind, e.body);
    }
  }
  return "an event of no known kind";
}

std::string Describer::words(const OrderAcceptedEvent& e) const {
  const OpenOrder entered{e.instrument, static_cast<Side>(e.side)};
  return "accepted as " + order(e.order_id) + ", arrival " +
         grouped(static_cast<std::int64_t>(e.arrival)) + "; reserves " +
         amount(e.reserved_amount, &entered) +
         (e.expire_date == 0 ? "" : "; expires " + text_of(Date{e.expire_date})) +
         warning(e.warning);
}

std::string Describer::words(const OrderReplacedEvent& e) const {
  const OpenOrder* known = find_order(e.order_id);
  return order(e.order_id) + " is now " + lots_of(e.quantity_lots, known) + " at " +
         price_of(e.price_ticks, known) + ", arrival " +
         grouped(static_cast<std::int64_t>(e.arrival)) + "; " + lots_of(e.remaining_lots, known) +
         " open; reserves " + amount(e.reserved_amount, known) + warning(e.warning);
}

std::string Describer::words(const OrderCancelledEvent& e) const {
  const OpenOrder* known = find_order(e.order_id);
  return order(e.order_id) + " cancelled, " + code_name(e.code) + ": " +
         lots_of(e.remaining_lots, known) + " open; releases " + amount(e.released_amount, known);
}

std::string Describer::words(const TradeEvent& e) const {
  std::string text = "trade " + std::to_string(e.trade_no) + ": " + names_.account(e.buy_facility) +
                     " buys " + quantity(e.quantity_lots, e.instrument) + ' ' +
                     names_.symbol(e.instrument) + " from " + names_.account(e.sell_facility) +
                     " at " + price(e.price_ticks, e.instrument);
  text += e.cross_province != 0 ? ", across provinces" : "";
  text += "; credited " + grouped(e.credited_lots) + ", retired " + grouped(e.retired_lots) +
          " at ratio " + std::to_string(e.ratio_n) + '/' + std::to_string(e.ratio_d);
  if (e.is_block != 0) return text + "; a block";
  text += "; left " + grouped(e.buy_remaining_lots) + " of the bid, " +
          grouped(e.sell_remaining_lots) + " of the ask";
  if (e.code != 0) text += "; cut by " + code_name(e.code);
  if (e.aggressor == 0) text += "; between resting orders";
  return text;
}

std::string Describer::words(const PostingEvent& e) const {
  const bool cash = e.asset == asset_cash;
  const std::uint32_t instrument = e.asset - asset_of_instrument(0);
  return "posting: " +
         (cash ? cny(e.amount) + " CNY"
               : quantity(e.amount, instrument) + ' ' + names_.asset(e.asset)) +
         " from " + names_.account(e.debit_account) + " to " + names_.account(e.credit_account);
}

std::string Describer::words(const HeldBackEvent& e) const {
  const bool cash = e.asset == asset_cash;
  const auto amount = [&](std::int64_t held) {
    return cash ? cny(held) + " CNY" : quantity(held, e.asset - asset_of_instrument(0));
  };
  return "of the " + (cash ? std::string{"cash"} : names_.asset(e.asset)) + " of " +
         names_.account(e.account) + ' ' + amount(e.pledged_amount) + " are pledged and " +
         amount(e.frozen_amount) + " frozen";
}

std::string Describer::words(const TransferEvent& e) const {
  const std::string what = "transfer " + std::to_string(e.transfer_no) + " of " +
                           quantity(e.quantity_lots, e.instrument) + ' ' +
                           names_.symbol(e.instrument) + " from " +
                           names_.account(e.from_facility) + " to " + names_.account(e.to_facility);
  switch (static_cast<TransferStage>(e.stage)) {
    case TransferStage::requested:
      return what + ": requested, due on " + text_of(Date{e.due_date});
    case TransferStage::carried_out:
      return what + ": carried out; credited " + grouped(e.credited_lots) + ", retired " +
             grouped(e.retired_lots) + " at ratio " + std::to_string(e.ratio_n) + '/' +
             std::to_string(e.ratio_d);
    case TransferStage::ended:
      break;
  }
  return what + ": ended by " + code_name(e.code);
}

std::string Describer::words(const BlockEvent& e) const {
  const bool buys = static_cast<Side>(e.side) == Side::buy;
  const std::string what =
      "block " + std::to_string(e.block_no) + ": " + names_.account(e.facility) +
      (buys ? " buys " : " sells ") + quantity(e.quantity_lots, e.instrument) + ' ' +
      names_.symbol(e.instrument) + " at " + price(e.price_ticks, e.instrument) + ", with " +
      names_.account(e.counterparty);
  const auto held = [&](std::int64_t amount, bool cash) {
    return cash ? cny(amount) + " CNY" : quantity(amount, e.instrument);
  };
  switch (static_cast<BlockStage>(e.stage)) {
    case BlockStage::alleged:
      return what + ": alleged; reserves " + held(e.reserved_amount, buys);
    case BlockStage::confirmed:
      return what + ": accepted before the session; " + names_.account(e.counterparty) +
             " reserves " + held(e.other_reserved_amount, !buys) +
             (e.credited_lots == 0
                  ? std::string{}
                  : "; the ticket holds " + quantity(e.credited_lots, e.instrument) +
                        " of the buyer province's rooms");
    case BlockStage::traded:
      return what + ": trades";
    case BlockStage::ended:
      break;
  }
  const std::string released = held(e.reserved_amount, buys);
  return what + ": ended by " + code_name(e.code) + "; releases " + released +
         (e.other_reserved_amount == 0 ? std::string{}
                                       : " and " + held(e.other_reserved_amount, !buys));
}

std::string Describer::words(const DemandUsedEvent& e) const {
  return "demand of " + names_.account(e.facility) + " for " + name<Pollutant>(e.pollutant) + ": " +
         grouped(e.credited_kg) + " of " + grouped(e.approved_kg) + " kg used";
}

std::string Describer::words(const SkipEvent& e) const {
  const OpenOrder* known = find_order(e.order_id);
  const SetZoneCommand* zone = names_.zone(e.zone);
  std::string text = order(e.order_id) + " passes over " + lots_of(e.quantity_lots, known);
  text += e.province < provinces_count ? " of " + name<Province>(e.province) : "";
  if (zone != nullptr) text += '/' + std::string{zone->zone.view()};
  text += e.local_only != 0 ? ", local only," : "";
  return text + " at " + price_of(e.price_ticks, known) + ": " + code_name(e.code);
}

std::string Describer::words(const BandSetEvent& e) const {
  return "price limits of " + names_.symbol(e.instrument) + ": " +
         price(e.lower_ticks, e.instrument) + " to " + price(e.upper_ticks, e.instrument) +
         " around " + price(e.reference_ticks, e.instrument);
}

std::string Describer::words(const UncrossedEvent& e) const {
  return "call of " + names_.symbol(e.instrument) + ": " + quantity(e.quantity_lots, e.instrument) +
         " trade at " + price(e.price_ticks, e.instrument);
}

std::string Describer::words(const CollarHitEvent& e) const {
  return names_.symbol(e.instrument) + " goes to volatility: a fill at " +
         price(e.price_ticks, e.instrument) + " is not made, the collar is " +
         price(e.lower_ticks, e.instrument) + " to " + price(e.upper_ticks, e.instrument);
}

std::string Describer::words(const IndicativeEvent& e) const {
  const std::string of = "call of " + names_.symbol(e.instrument) + " would give ";
  if (e.quantity_lots == 0) return of + "no price";
  return of + quantity(e.quantity_lots, e.instrument) + " at " +
         price(e.price_ticks, e.instrument) + ", imbalance " + grouped(e.imbalance_lots);
}

}  // namespace emx::audit

#include "tools/scenario/event_writer.hpp"

#include "engine/vocabulary/check.hpp"
#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/rules_in_force.hpp"
#include "tools/scenario/figure_text.hpp"

namespace emx::scenario {

namespace {

std::string number(std::int64_t value) { return std::to_string(value); }
std::string yes_no(std::uint8_t flag) { return flag != 0 ? "yes" : "no"; }

std::string code_text(std::uint16_t code) {
  return code == 0 ? "none" : std::string{name_of(static_cast<Code>(code))};
}

template <class Enum>
std::string name(std::uint8_t value) {
  return std::string{name_of(static_cast<Enum>(value))};
}

EventLine line_of(std::string_view form, std::vector<std::string> words,
                  std::vector<EventLine::Field> fields = {}) {
  const EventForm* known = find_form(event_forms(), form);
  check(known != nullptr);
  return {known, std::move(words), std::move(fields)};
}

EventLine::Field code_field(std::string_view name, std::uint16_t code) {
  return {std::string{name}, code_text(code), code != 0};
}

// Whether a refusal's limit and value are money: fen.
bool in_money(Code code) {
  return code == Code::l01_cash || code == Code::o05_price || code == Code::o06_tick_or_lot ||
         code == Code::o10_post_only;
}

EventLine line(const RefusedEvent& e) {
  const bool money = in_money(static_cast<Code>(e.code));
  const auto text = [&](std::int64_t value) { return money ? money_text(value) : number(value); };
  const bool telling = e.limit != 0 || e.value != 0;
  return line_of("refused", {code_text(e.code)},
                 {{"limit", text(e.limit), telling}, {"value", text(e.value), telling}});
}

EventLine line(const BillEvent& e) {
  return line_of("bill", {},
                 {{"amount", money_text(e.amount_fen)},
                  {"buyer_fee", money_text(e.buyer_fee_fen)},
                  {"seller_fee", money_text(e.seller_fee_fen)},
                  {"released", money_text(e.buyer_released_fen)},
                  {"years", number(e.years), false}});
}

EventLine line(const QuotaUsedEvent& e) {
  return line_of("quota", {name<Province>(e.province), name<Pollutant>(e.pollutant)},
                 {{"net", number(e.net_kg)},
                  {"today", number(e.net_today_kg)},
                  {"gross", number(e.gross_kg)}});
}

EventLine line(const RuleSetEvent& e) {
  const bool lapsed = static_cast<RuleSetStage>(e.stage) == RuleSetStage::lapsed;
  const bool left_out = static_cast<RuleSetStage>(e.stage) == RuleSetStage::left_out;
  return line_of(
      "rules", {number(e.version), std::string{name_of(static_cast<RuleSetStage>(e.stage))}},
      {{"date", emx::text_of(Date{e.effective_date}), !lapsed},
       {"authority", std::string{name_of(static_cast<Authority>(e.authority))}, lapsed || left_out},
       {"record", number(e.record), lapsed},
       code_field("code", e.code)});
}

EventLine line(const RuleAppliedEvent& e) {
  return line_of("rule",
                 {number(e.version), std::string{name_of(static_cast<Authority>(e.authority))},
                  number(e.record)},
                 {});
}

}  // namespace

std::vector<EventLine> EventWriter::write(const EntryView& entry, std::string_view order) {
  std::vector<EventLine> lines;
  for_each_setting(entry, [this](std::span<const std::byte> setting) { names_.apply(setting); });
  static_cast<void>(for_each_event(
      entry.events, [&](const EventHeader& header, std::span<const std::byte> event) {
        if (static_cast<EventKind>(header.kind) == EventKind::order_accepted) {
          const auto accepted = read_record<OrderAcceptedEvent>(event);
          orders_[accepted.order_id] = {std::string{order}, accepted.instrument,
                                        static_cast<Side>(accepted.side), accepted.arrival};
        }
        write(event, lines);
      }));
  return lines;
}

void EventWriter::write(std::span<const std::byte> event, std::vector<EventLine>& lines) {
  switch (static_cast<EventKind>(read_record<EventHeader>(event).kind)) {
    case EventKind::refused:
      return lines.push_back(scenario::line(read_record<RefusedEvent>(event)));
    case EventKind::order_accepted:
      return lines.push_back(line(read_record<OrderAcceptedEvent>(event)));
    case EventKind::order_replaced:
      return lines.push_back(line(read_record<OrderReplacedEvent>(event)));
    case EventKind::order_cancelled:
      return lines.push_back(line(read_record<OrderCancelledEvent>(event)));
    case EventKind::trade:
      return lines.push_back(line(read_record<TradeEvent>(event)));
    case EventKind::bill:
      return lines.push_back(scenario::line(read_record<BillEvent>(event)));
    case EventKind::posting:
      return lines.push_back(line(read_record<PostingEvent>(event)));
    case EventKind::quota_used:
      return lines.push_back(scenario::line(read_record<QuotaUsedEvent>(event)));
    case EventKind::demand_used:
      return lines.push_back(line(read_record<DemandUsedEvent>(event)));
    case EventKind::skip:
      return lines.push_back(line(read_record<SkipEvent>(event)));
    case EventKind::band_set:
      return lines.push_back(line(read_record<BandSetEvent>(event)));
    case EventKind::uncrossed:
      return lines.push_back(line(read_record<UncrossedEvent>(event)));
    case EventKind::indicative:
      return lines.push_back(line(read_record<IndicativeEvent>(event)));
    case EventKind::collar_hit:
      return lines.push_back(line(read_record<CollarHitEvent>(event)));
    case EventKind::held_back:
      return lines.push_back(line(read_record<HeldBackEvent>(event)));
    case EventKind::transfer:
      return lines.push_back(line(read_record<TransferEvent>(event)));
    case EventKind::block:
      return lines.push_back(line(read_record<BlockEvent>(event)));
    case EventKind::rule_set:
      return lines.push_back(scenario::line(read_record<RuleSetEvent>(event)));
    case EventKind::rule_applied:
      return lines.push_back(scenario::line(read_record<RuleAppliedEvent>(event)));
    case EventKind::more_to_do:  // the next entry goes on with it
      return;
  }
}

std::string EventWriter::name_of_order(std::uint64_t order_id) const {
  const auto found = orders_.find(order_id);
  return found == orders_.end() ? std::string{} : found->second.name;
}

std::string EventWriter::price(std::int64_t ticks, std::uint32_t instrument) const {
  const SetInstrumentCommand* known = names_.instrument(instrument);
  return price_text(known == nullptr ? ticks : ticks * known->tick_fen);
}

std::string EventWriter::terms(std::int64_t lots, std::int64_t ticks,
                               std::uint32_t instrument) const {
  return number(lots) + '@' + price(ticks, instrument);
}

std::string EventWriter::reserved(std::int64_t amount, Side side) {
  return side == Side::buy ? money_text(amount) : number(amount);
}

EventLine EventWriter::line(const OrderAcceptedEvent& e) const {
  return line_of("accepted",
                 {name_of_order(e.order_id), terms(e.quantity_lots, e.price_ticks, e.instrument)},
                 {{"reserved", reserved(e.reserved_amount, static_cast<Side>(e.side)), false},
                  {"expires", e.expire_date == 0 ? "none" : emx::text_of(Date{e.expire_date}),
                   e.expire_date != 0},
                  code_field("warning", e.warning)});
}

EventLine EventWriter::line(const OrderReplacedEvent& e) {
  Order& known = orders_[e.order_id];
  const bool kept = known.arrival == e.arrival;
  known.arrival = e.arrival;
  return line_of("replaced", {known.name, terms(e.quantity_lots, e.price_ticks, known.instrument)},
                 {{"open", number(e.remaining_lots), e.remaining_lots != e.quantity_lots},
                  {"reserved", reserved(e.reserved_amount, known.side), false},
                  {"priority", kept ? "kept" : "lost"},
                  code_field("warning", e.warning)});
}

EventLine EventWriter::line(const OrderCancelledEvent& e) const {
  const auto known = orders_.find(e.order_id);
  const Side side = known == orders_.end() ? Side::sell : known->second.side;
  return line_of("cancelled",
                 {name_of_order(e.order_id), number(e.remaining_lots), code_text(e.code)},
                 {{"released", reserved(e.released_amount, side), false}});
}

EventLine EventWriter::line(const TradeEvent& e) const {
  const std::string taker = e.aggressor == 0 ? "none" : name<Side>(e.aggressor);
  const bool retires = e.retired_lots != 0;
  const std::string deal = terms(e.quantity_lots, e.price_ticks, e.instrument);
  const bool block = e.is_block != 0;
  return line_of(
      block ? "block-trade" : "trade",
      block ? std::vector{deal}
            : std::vector{name_of_order(e.buy_order_id), name_of_order(e.sell_order_id), deal},
      {code_field("code", e.code),
       {"credited", number(e.credited_lots), retires},
       {"retired", number(e.retired_lots), retires},
       {"ratio", number(e.ratio_n) + '/' + number(e.ratio_d), e.ratio_n != e.ratio_d},
       {"across", yes_no(e.cross_province), false},
       {"taker", taker, false},
       {"bid_left", number(e.buy_remaining_lots), e.buy_remaining_lots != 0},
       {"ask_left", number(e.sell_remaining_lots), e.sell_remaining_lots != 0},
       {"symbol", names_.symbol(e.instrument), false},
       {"buyer", names_.account(e.buy_facility), false},
       {"seller", names_.account(e.sell_facility), false}});
}

EventLine EventWriter::line(const SkipEvent& e) const {
  const auto known = orders_.find(e.order_id);
  const std::uint32_t instrument = known == orders_.end() ? no_id : known->second.instrument;
  const SetZoneCommand* zone = names_.zone(e.zone);
  return line_of(
      "skip",
      {name_of_order(e.order_id),
       e.province < provinces_count ? name<Province>(e.province) : "none", code_text(e.code),
       terms(e.quantity_lots, e.price_ticks, instrument)},
      {{"zone", zone == nullptr ? "none" : std::string{zone->zone.view()}, zone != nullptr},
       {"local", yes_no(e.local_only), e.local_only != 0}});
}

EventLine EventWriter::line(const UncrossedEvent& e) const {
  return line_of("uncrossed", {names_.symbol(e.instrument),
                               terms(e.quantity_lots, e.price_ticks, e.instrument)});
}

EventLine EventWriter::line(const IndicativeEvent& e) const {
  const bool priced = e.quantity_lots != 0;
  return line_of("indicative",
                 {names_.symbol(e.instrument),
                  priced ? terms(e.quantity_lots, e.price_ticks, e.instrument) : "none"},
                 {{"imbalance", number(e.imbalance_lots), priced}});
}

EventLine EventWriter::line(const BandSetEvent& e) const {
  return line_of("band",
                 {names_.symbol(e.instrument),
                  price(e.lower_ticks, e.instrument) + ".." + price(e.upper_ticks, e.instrument)},
                 {{"reference", price(e.reference_ticks, e.instrument), false}});
}

EventLine EventWriter::line(const CollarHitEvent& e) const {
  return line_of("collar",
                 {names_.symbol(e.instrument), price(e.price_ticks, e.instrument),
                  price(e.lower_ticks, e.instrument) + ".." + price(e.upper_ticks, e.instrument)});
}

EventLine EventWriter::line(const HeldBackEvent& e) const {
  const auto text = [&](std::int64_t amount) {
    return e.asset == asset_cash ? money_text(amount) : number(amount);
  };
  return line_of("held", {names_.account(e.account), names_.asset(e.asset)},
                 {{"pledged", text(e.pledged_amount)}, {"frozen", text(e.frozen_amount)}});
}

// One field says how far it came: `due` when it was requested, `credited` when it was carried out,
// `ended` when it will not be.
EventLine EventWriter::line(const TransferEvent& e) const {
  const auto stage = static_cast<TransferStage>(e.stage);
  const bool requested = stage == TransferStage::requested;
  const bool carried_out = stage == TransferStage::carried_out;
  const bool retires = carried_out && e.retired_lots != 0;
  return line_of("transfer",
                 {names_.symbol(e.instrument), names_.account(e.from_facility),
                  names_.account(e.to_facility), number(e.quantity_lots)},
                 {{"due", emx::text_of(Date{e.due_date}), requested},
                  {"credited", number(e.credited_lots), carried_out},
                  {"retired", number(e.retired_lots), retires},
                  {"ratio", number(e.ratio_n) + '/' + number(e.ratio_d), retires},
                  code_field("ended", e.code)});
}

// `reserved` when it was submitted, `traded` when it traded, `ended` when it never will.
EventLine EventWriter::line(const BlockEvent& e) const {
  const auto side = static_cast<Side>(e.side);
  const auto stage = static_cast<BlockStage>(e.stage);
  return line_of(
      "block",
      {names_.account(e.facility), name<Side>(e.side), names_.symbol(e.instrument),
       terms(e.quantity_lots, e.price_ticks, e.instrument), names_.account(e.counterparty)},
      {{"no", number(static_cast<std::int64_t>(e.block_no)), false},
       {"reserved", reserved(e.reserved_amount, side), stage == BlockStage::alleged},
       {"confirmed", reserved(e.other_reserved_amount, opposite(side)),
        stage == BlockStage::confirmed},
       {"room", number(e.credited_lots), stage == BlockStage::confirmed && e.credited_lots != 0},
       {"traded", "yes", stage == BlockStage::traded},
       code_field("ended", e.code)});
}

EventLine EventWriter::line(const PostingEvent& e) const {
  return line_of("posting", {names_.asset(e.asset), names_.account(e.debit_account),
                             names_.account(e.credit_account),
                             e.asset == asset_cash ? money_text(e.amount) : number(e.amount)});
}

EventLine EventWriter::line(const DemandUsedEvent& e) const {
  return line_of("demand", {names_.account(e.facility), name<Pollutant>(e.pollutant)},
                 {{"used", number(e.credited_kg)}, {"approved", number(e.approved_kg)}});
}

}  // namespace emx::scenario

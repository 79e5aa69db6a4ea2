#include "engine/vocabulary/date.hpp"
#include "tools/audit/describer.hpp"
#include "tools/audit/enum_words.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::audit {

using market::cny;
using market::grouped;

namespace {

template <std::size_t size>
std::string text(const Text<size>& field) {
  return std::string{field.view()};
}

// "SO2, NOX"; "none".
std::string pollutants(unsigned mask) {
  std::string list;
  for (std::uint8_t k = 0; k < pollutants_count; ++k) {
    if ((mask >> k & 1U) == 0) continue;
    list += (list.empty() ? "" : ", ") + name<Pollutant>(k);
  }
  return list.empty() ? "none" : list;
}

std::string words(const GenesisCommand& c) {
  return "genesis of " + text(c.venue) + ": semantics " + std::to_string(c.semantics_version) +
         ", fee " + std::to_string(c.fee_rate_bp) + " bp a side, listed sizes up to " +
         grouped(c.listed_kg_max) + " kg and " + grouped(c.listed_carbon_t_max) +
         " t, carbon beyond allocations up to " + grouped(c.carbon_extra_t_max) + " t, room for " +
         grouped(c.orders_max) + " orders";
}

std::string words(const SetZoneCommand& c) {
  constexpr unsigned all = (1U << pollutants_count) - 1;
  const unsigned missed = all & ~unsigned{c.attaining_mask};
  return "zone " + name<Province>(c.province) + '/' + text(c.zone) + ", basin " + text(c.basin) +
         (c.key_zone != 0 ? ", key zone" : "") +
         (missed == 0 ? ", meets all targets" : ", misses its targets for " + pollutants(missed));
}

std::string words(const SetLinkCommand& c) {
  return "link for " + name<Pollutant>(c.pollutant) + " from " + name<Province>(c.seller_province) +
         " to " + name<Province>(c.buyer_province) + (c.enabled != 0 ? " on" : " off");
}

std::string words(const SetParametersCommand& c) {
  const auto ratio = [](std::uint8_t n, std::uint8_t d) {
    return std::to_string(n) + '/' + std::to_string(d);
  };
  return "parameters: fee " + std::to_string(c.fee_rate_bp) + " bp a side, GTC orders " +
         std::to_string(c.gtc_days) + " days, listed sizes up to " + grouped(c.listed_kg_max) +
         " kg and " + grouped(c.listed_carbon_t_max) + " t, carbon beyond allocations up to " +
         grouped(c.carbon_extra_t_max) + " t; replacement ratios: key zone " +
         ratio(c.key_zone_n, c.key_zone_d) + ", upstream " + ratio(c.upstream_n, c.upstream_d) +
         ", non-attaining " + ratio(c.non_attaining_n, c.non_attaining_d) + ", carbon " +
         ratio(c.carbon_n, c.carbon_d) + "; tickets hold up to " +
         std::to_string(c.ticket_room_pct) + " % of a room";
}

// The days that are other than Monday to Friday would have them.
std::string words(const SetCalendarCommand& c) {
  const std::int32_t first = date_of(c.year, 1, 1).value;
  std::int32_t count = 0;
  std::string closed;
  std::string open;
  for (std::int32_t day = 0; day < days_of_year(c.year); ++day) {
    const Date date{first + day};
    const bool trading = has_day(c.days, day);
    count += trading ? 1 : 0;
    if (trading != is_weekend(date)) continue;
    std::string& list = trading ? open : closed;
    list += (list.empty() ? "" : ", ") + text_of(date);
  }
  return "calendar of " + std::to_string(c.year) + ": " + std::to_string(count) +
         " trading days, Monday to Friday" + (closed.empty() ? "" : " but " + closed) +
         (open.empty() ? "" : "; and " + open);
}

std::string words(const SetInstrumentCommand& c) {
  return "instrument " + text(c.symbol) + ": " + name<Pollutant>(c.pollutant) + ' ' +
         name<Medium>(c.medium) + ", basin " + text(c.basin) + ", book " +
         name<BookClass>(c.book_class) + ", years " + std::to_string(c.first_year) + " to " +
         std::to_string(c.last_year) + ", tick " + cny(c.tick_fen) + " CNY, " +
         (c.levels_max == 0 ? "price levels as they are"
                            : grouped(c.levels_max) + " price levels") +
         ", band " + std::to_string(c.band_pct) + " %, of blocks " +
         std::to_string(c.block_band_pct) + " %, " +
         (c.collar_pct == 0 ? "no collar" : "collar " + std::to_string(c.collar_pct) + " %") +
         (c.approval_ref.empty() ? "" : ", approval " + text(c.approval_ref)) + ", venue " +
         text(c.venue_of_record);
}

std::string words(const RuleDocumentCommand& c) {
  return "rule set " + std::to_string(c.version) + ": document of " + authority_words(c.authority) +
         " with " + std::to_string(c.records) + (c.records == 1 ? " record" : " records") +
         ", effective " + text_of(Date{c.effective_date}) + ", signed";
}

std::string words(const ActivateRulesCommand& c) {
  std::string parts;
  for (std::uint8_t a = 0; a < 8; ++a) {
    if ((c.parts_mask >> a & 1U) == 0) continue;
    parts += (parts.empty() ? "" : ", ") + authority_words(a);
    if (a < c.documents.size()) parts += " (entry " + std::to_string(c.documents[a]) + ')';
  }
  return "rule set " + std::to_string(c.version) + ": activation, with the documents of " +
         (parts.empty() ? "nobody" : parts);
}

std::string words(const WithdrawRulesCommand& c) {
  return "rule set " + std::to_string(c.version) + ": withdrawal, before its date";
}

std::string words(const QueryCommand& c) {
  return "asks of the ledger, for " +
         (static_cast<Office>(c.office) == Office::venue ? "the venue"
                                                         : authority_words(c.office)) +
         ": " + name<Question>(c.question) + (c.arguments.empty() ? "" : ' ' + text(c.arguments));
}

std::string words(const SetFirmCommand& c) {
  return "firm " + text(c.firm) + " (" + text(c.name) + ", " + text(c.uscc) + "), " +
         (c.group.empty() ? "no group" : "group " + text(c.group));
}

std::string words(const SetFacilityCommand& c) {
  return "facility " + text(c.facility) + " of " + text(c.firm) + ": " +
         name<SourceClass>(c.source_class) + " in " + name<Province>(c.province) + '/' +
         text(c.zone) + ", basin " + text(c.basin) + " reach " + std::to_string(c.reach) +
         (c.permit_valid_to == 0 ? ", no permit"
                                 : ", permit to " + text_of(Date{c.permit_valid_to})) +
         " for " + pollutants(c.pollutants_mask) + ", ets " + name<Ets>(c.ets) + ", credit " +
         name<Credit>(c.credit);
}

std::string words(const SetQuotaCommand& c) {
  return "quota " + std::to_string(c.year) + ' ' + name<Province>(c.province) + ' ' +
         name<Pollutant>(c.pollutant) + ": net inflow " + grouped(c.inflow_cap_kg) +
         ", net outflow " + grouped(c.outflow_cap_kg) + ", gross " + grouped(c.gross_cap_kg) +
         ", holding " + grouped(c.holding_cap_kg) + ", daily inflow " + grouped(c.daily_pace_kg) +
         " kg";
}

std::string words(const SetDemandCommand& c) {
  return "demand of " + text(c.facility) + " for " + name<Pollutant>(c.pollutant) + ": " +
         grouped(c.approved_kg) + " kg approved";
}

std::string words(const SetReferencePriceCommand& c) {
  return "reference price of " + text(c.symbol) + ": " + cny(c.price_fen) + " CNY";
}

std::string words(const DepositCommand& c) {
  return "deposit of " + cny(c.amount_fen) + " CNY for " + text(c.facility);
}

std::string words(const WithdrawCommand& c) {
  return "withdrawal of " + cny(c.amount_fen) + " CNY by " + text(c.facility);
}

std::string words(const DayOpenCommand& c) { return "trade date " + text_of(Date{c.date}); }

// "firm SH049", "all".
std::string scope_words(std::uint8_t scope, const Text<32>& of) {
  return name<Scope>(scope) + (of.empty() ? "" : ' ' + text(of));
}

std::string words(const SetLimitCommand& c) {
  const bool money = static_cast<LimitKind>(c.kind) == LimitKind::order_value;
  const std::string value = c.value < 0 ? "none" : money ? cny(c.value) + " CNY" : grouped(c.value);
  return "limit " + name<LimitKind>(c.kind) + " of " +
         (c.name.empty() ? "each " + name<Scope>(c.scope) : scope_words(c.scope, c.name)) + ": " +
         value + (c.until_ns == 0 ? "" : " until " + text_of_time(c.until_ns));
}

std::string words(const KillSwitchCommand& c) {
  return (c.killed != 0 ? "kill switch on for " : "kill switch released for ") +
         scope_words(c.scope, c.name);
}

// "250.00 CNY of SH049-1", "-1,000 kg of the SHEA25 of SH049-1".
template <class Command>
std::string hold_words(const Command& c, const market::Names& names) {
  const std::string owner = " of " + text(c.facility);
  if (c.symbol.empty()) return cny(c.amount) + " CNY" + owner;
  const std::string unit{names.unit(names.find_instrument(c.symbol.view()))};
  return grouped(c.amount) + ' ' + unit + " of the " + text(c.symbol) + owner;
}

std::string words(const TransferCommand& c, const market::Names& names) {
  const std::string unit{names.unit(names.find_instrument(c.symbol.view()))};
  return "transfer of " + grouped(c.quantity_lots) + ' ' + unit + ' ' + text(c.symbol) + " from " +
         text(c.from) + " to " + text(c.to);
}

std::string report_words(const ClOrdId& id) { return " (TradeReportID " + text(id) + ')'; }

std::string words(const SubmitBlockCommand& c, const market::Names& names) {
  const std::string unit{names.unit(names.find_instrument(c.symbol.view()))};
  return "block: " + text(c.facility) + " wants to " +
         std::string{name_of(static_cast<Side>(c.side))} + ' ' + grouped(c.quantity_lots) + ' ' +
         unit + ' ' + text(c.symbol) + " at " + cny(c.price_fen) + " CNY, with " +
         text(c.counterparty) + ", for " + std::to_string(c.minutes) + " minutes" +
         report_words(c.cl_ord_id);
}

std::string words(const AnswerBlockCommand& c) {
  return std::string{name_of(static_cast<BlockAnswer>(c.answer))} + " block " +
         std::to_string(c.block_no) + report_words(c.cl_ord_id);
}

std::string words(const BlockSessionCommand& c) {
  return std::string{"the block session is "} + (c.open != 0 ? "open" : "closed");
}

std::string words(const TrustCommand& c) {
  return "transfers from " + text(c.from) + " to " + text(c.to) +
         (c.trusted != 0 ? " are trusted" : " are not trusted");
}

std::string words(const PhaseCommand& c) {
  return "phase " + name<Phase>(c.phase) +
         (c.symbol.empty() ? " for all books" : " for " + text(c.symbol));
}

// What is not asked for of every order.
std::string extras(const NewOrderCommand& c) {
  std::string text;
  if (static_cast<TimeInForce>(c.time_in_force) == TimeInForce::gtd) {
    text += " to " + text_of(Date{c.expire_date});
  }
  if (c.min_quantity_lots != 0) text += ", at least " + grouped(c.min_quantity_lots);
  if (c.display_quantity_lots != 0) text += ", showing " + grouped(c.display_quantity_lots);
  if ((c.instructions & order_post_only) != 0) text += ", post-only";
  if ((c.instructions & order_local_only) != 0) text += ", local only";
  if ((c.instructions & order_refuse_if_no_headroom) != 0) text += ", refused without headroom";
  if (c.max_ratio_n != 0) {
    text +=
        ", ratio at most " + std::to_string(c.max_ratio_n) + '/' + std::to_string(c.max_ratio_d);
  }
  return text;
}

template <class Command>
Command read(std::span<const std::byte> bytes) {
  return read_record<Command>(bytes);
}

}  // namespace

std::string person_words(std::uint32_t person) { return "person " + std::to_string(person); }

std::string_view name_of_command(std::uint16_t kind) {
  switch (static_cast<CommandKind>(kind)) {
    case CommandKind::genesis:
      return "genesis";
    case CommandKind::set_zone:
      return "set_zone";
    case CommandKind::set_link:
      return "set_link";
    case CommandKind::set_instrument:
      return "set_instrument";
    case CommandKind::set_firm:
      return "set_firm";
    case CommandKind::set_facility:
      return "set_facility";
    case CommandKind::set_quota:
      return "set_quota";
    case CommandKind::set_demand:
      return "set_demand";
    case CommandKind::set_reference_price:
      return "set_reference_price";
    case CommandKind::deposit:
      return "deposit";
    case CommandKind::issue:
      return "issue";
    case CommandKind::day_open:
      return "day_open";
    case CommandKind::phase:
      return "phase";
    case CommandKind::proceed:
      return "continue";
    case CommandKind::indicative:
      return "indicative";
    case CommandKind::set_limit:
      return "set_limit";
    case CommandKind::kill_switch:
      return "kill_switch";
    case CommandKind::withdraw:
      return "withdraw";
    case CommandKind::freeze:
      return "freeze";
    case CommandKind::pledge:
      return "pledge";
    case CommandKind::transfer:
      return "transfer";
    case CommandKind::trust:
      return "trust";
    case CommandKind::submit_block:
      return "submit_block";
    case CommandKind::answer_block:
      return "answer_block";
    case CommandKind::block_session:
      return "block_session";
    case CommandKind::tick:
      return "tick";
    case CommandKind::set_authority_key:
      return "set_authority_key";
    case CommandKind::rule_record:
      return "rule_record";
    case CommandKind::rule_document:
      return "rule_document";
    case CommandKind::activate_rules:
      return "activate_rules";
    case CommandKind::withdraw_rules:
      return "withdraw_rules";
    case CommandKind::set_parameters:
      return "set_parameters";
    case CommandKind::set_calendar:
      return "set_calendar";
    case CommandKind::query:
      return "query";
    case CommandKind::new_order:
      return "new_order";
    case CommandKind::cancel_order:
      return "cancel_order";
    case CommandKind::replace_order:
      return "replace_order";
    case CommandKind::mass_cancel:
      return "mass_cancel";
  }
  return "?";
}

std::string authority_words(std::uint8_t number) {
  const auto authority = static_cast<Authority>(number);
  if (!is_known(authority)) return "authority " + std::to_string(number);
  return authority == Authority::joint ? "the joint office" : std::string{name_of(authority)};
}

std::string place_words(std::uint32_t version, std::uint8_t authority, std::uint16_t record) {
  return "rule set " + std::to_string(version) + ", record " + std::to_string(record) + " of " +
         authority_words(authority);
}

std::string Describer::command(std::span<const std::byte> bytes) const {
  switch (static_cast<CommandKind>(read<CommandHeader>(bytes).kind)) {
    case CommandKind::genesis:
      return audit::words(read<GenesisCommand>(bytes));
    case CommandKind::set_zone:
      return audit::words(read<SetZoneCommand>(bytes));
    case CommandKind::set_link:
      return audit::words(read<SetLinkCommand>(bytes));
    case CommandKind::set_parameters:
      return audit::words(read<SetParametersCommand>(bytes));
    case CommandKind::set_calendar:
      return audit::words(read<SetCalendarCommand>(bytes));
    case CommandKind::set_instrument:
      return audit::words(read<SetInstrumentCommand>(bytes));
    case CommandKind::set_firm:
      return audit::words(read<SetFirmCommand>(bytes));
    case CommandKind::set_facility:
      return audit::words(read<SetFacilityCommand>(bytes));
    case CommandKind::set_quota:
      return audit::words(read<SetQuotaCommand>(bytes));
    case CommandKind::set_demand:
      return audit::words(read<SetDemandCommand>(bytes));
    case CommandKind::set_reference_price:
      return audit::words(read<SetReferencePriceCommand>(bytes));
    case CommandKind::deposit:
      return audit::words(read<DepositCommand>(bytes));
    case CommandKind::issue:
      return words(read<IssueCommand>(bytes));
    case CommandKind::day_open:
      return audit::words(read<DayOpenCommand>(bytes));
    case CommandKind::phase:
      return audit::words(read<PhaseCommand>(bytes));
    case CommandKind::proceed:
      return "continue";
    case CommandKind::indicative:
      return "indicative price of " + text(read<IndicativeCommand>(bytes).symbol);
    case CommandKind::set_limit:
      return audit::words(read<SetLimitCommand>(bytes));
    case CommandKind::kill_switch:
      return audit::words(read<KillSwitchCommand>(bytes));
    case CommandKind::withdraw:
      return audit::words(read<WithdrawCommand>(bytes));
    case CommandKind::freeze:
      return "freeze " + hold_words(read<FreezeCommand>(bytes), names_);
    case CommandKind::pledge:
      return "pledge " + hold_words(read<PledgeCommand>(bytes), names_);
    case CommandKind::transfer:
      return audit::words(read<TransferCommand>(bytes), names_);
    case CommandKind::trust:
      return audit::words(read<TrustCommand>(bytes));
    case CommandKind::submit_block:
      return audit::words(read<SubmitBlockCommand>(bytes), names_);
    case CommandKind::answer_block:
      return audit::words(read<AnswerBlockCommand>(bytes));
    case CommandKind::block_session:
      return audit::words(read<BlockSessionCommand>(bytes));
    case CommandKind::tick:
      return "time has passed";
    case CommandKind::set_authority_key:
      return "signing key of " + authority_words(read<SetAuthorityKeyCommand>(bytes).authority);
    case CommandKind::rule_record: {
      const auto c = read<RuleRecordCommand>(bytes);
      return place_words(c.version, c.authority, c.record) + ": " + rule(c.record_kind, c.body);
    }
    case CommandKind::rule_document:
      return audit::words(read<RuleDocumentCommand>(bytes));
    case CommandKind::activate_rules:
      return audit::words(read<ActivateRulesCommand>(bytes));
    case CommandKind::withdraw_rules:
      return audit::words(read<WithdrawRulesCommand>(bytes));
    case CommandKind::query:
      return audit::words(read<QueryCommand>(bytes));
    case CommandKind::new_order:
      return words(read<NewOrderCommand>(bytes));
    case CommandKind::cancel_order:
      return words(read<CancelOrderCommand>(bytes));
    case CommandKind::replace_order:
      return words(read<ReplaceOrderCommand>(bytes));
    case CommandKind::mass_cancel:
      return words(read<MassCancelCommand>(bytes));
  }
  return "a command of no known kind";
}

std::string Describer::rule(std::uint16_t kind, const RuleBody& body) const {
  if (rule_command_bytes(kind) == 0) return "a record of no known kind";
  return visit_rule(kind, body, [this](const auto& command) {
    return this->command(std::as_bytes(std::span{&command, 1}));
  });
}

std::string Describer::sender(const CommandHeader& header) const {
  if (!is_firm(header.actor) && header.actor != no_id) {
    return person_words(person_of(header.actor));
  }
  const SetFirmCommand* firm = names_.firm(header.actor);
  return firm == nullptr ? "the venue" : "firm " + text(firm->firm);
}

std::string Describer::words(const IssueCommand& c) const {
  return "issue of " + quantity(c.quantity_lots, names_.find_instrument(c.symbol.view())) + ' ' +
         text(c.symbol) + " to " + text(c.facility) + ", batch " + text(c.batch);
}

std::string Describer::words(const NewOrderCommand& c) const {
  const SetFacilityCommand* facility = names_.facility(c.facility);
  const bool known = names_.instrument(c.instrument) != nullptr;
  const bool market = static_cast<OrderType>(c.order_type) == OrderType::market;
  const std::string unresolved = " \"" + text(c.unresolved) + '"';
  return sender(c.header) + ": " +
         (facility == nullptr ? "unknown account" + (known ? unresolved : "")
                              : text(facility->facility)) +
         (static_cast<Side>(c.side) == Side::buy ? " buys " : " sells ") +
         quantity(c.quantity_lots, c.instrument) + ' ' +
         (known ? names_.symbol(c.instrument) : "of unknown symbol" + unresolved) +
         (market ? " at market" : " at " + cny(c.price_fen) + " CNY") + ", " +
         name<TimeInForce>(c.time_in_force) + extras(c) + " (ClOrdID " + text(c.cl_ord_id) + ')';
}

std::string Describer::words(const MassCancelCommand& c) const {
  std::string which = c.symbol.empty() ? "" : " in " + text(c.symbol);
  if (c.side != 0) which += static_cast<Side>(c.side) == Side::buy ? ", bids" : ", asks";
  if (!c.firm.empty()) which += ", of firm " + text(c.firm);
  if (c.order_session != 0) which += ", entered by session " + std::to_string(c.order_session);
  if (c.on_disconnect != 0)
    return sender(c.header) + ": the session has ended, cancel of all DAY orders" + which;
  return sender(c.header) + ": cancel of all orders" + which + " (ClOrdID " + text(c.cl_ord_id) +
         ')';
}

std::string Describer::words(const CancelOrderCommand& c) const {
  return sender(c.header) + ": cancel of order " + std::to_string(c.order_id) + " (ClOrdID " +
         text(c.cl_ord_id) + " for " + text(c.orig_cl_ord_id) + ')';
}

std::string Describer::words(const ReplaceOrderCommand& c) const {
  return sender(c.header) + ": replace of order " + std::to_string(c.order_id) + " by " +
         lots_of(c.quantity_lots, find_order(c.order_id)) + " at " + cny(c.price_fen) +
         " CNY (ClOrdID " + text(c.cl_ord_id) + " for " + text(c.orig_cl_ord_id) + ')';
}

}  // namespace emx::audit

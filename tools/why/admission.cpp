#include "tools/why/admission.hpp"

#include <string>

#include "engine/vocabulary/date.hpp"
#include "tools/audit/refused_act.hpp"
#include "tools/why/block_admission.hpp"
#include "tools/why/order_access.hpp"
#include "tools/why/order_identity.hpp"
#include "tools/why/order_instructions.hpp"
#include "tools/why/order_means.hpp"
#include "tools/why/order_terms.hpp"
#include "tools/why/rules_of_acts.hpp"

namespace emx::why {

namespace {

// The tests, one after the other; those after the one that failed are not made.
void run(Judgement& judge, const NewOrderCommand& c) {
  const risk::ReferenceData& data = judge.state.data();
  const std::string unresolved = '"' + std::string{c.unresolved.view()} + '"';
  const bool has_instrument = data.instruments.has(InstrumentId{c.instrument});
  if (!judge.test(Code::p03_unknown_symbol, "symbol",
                  has_instrument ? judge.context.words.names().symbol(c.instrument)
                                 : unresolved + " is none",
                  has_instrument)) {
    return;
  }
  const bool has_facility = data.facilities.has(FacilityId{c.facility});
  if (!judge.test(
          Code::p04_unknown_account, "account",
          has_facility ? std::string{judge.context.name(c.facility)} : unresolved + " is none",
          has_facility)) {
    return;
  }
  const FirmId owner = judge.context.facility(c.facility).firm;
  if (!is_of_sender(judge, "owner", c.facility, c.header.actor)) return;
  if (!has_new_cl_ord_id(judge, c.header, c.cl_ord_id, c.flags)) return;
  if (!is_within_rate(judge, owner.value)) return;
  const bool known = is_known(static_cast<Side>(c.side)) &&
                     is_known(static_cast<OrderType>(c.order_type)) &&
                     is_known(static_cast<TimeInForce>(c.time_in_force)) &&
                     c.instructions <= order_instructions_all;
  if (!known) {
    judge.test(Code::o01_quantity, "terms",
               "side, type, time in force or instructions of no meaning", false, {}, 0, c.side);
    return;
  }
  const bool market = static_cast<OrderType>(c.order_type) == OrderType::market;
  const auto said = static_cast<TimeInForce>(c.time_in_force);
  const Asked asked{.facility = c.facility,
                    .instrument = c.instrument,
                    .side = static_cast<Side>(c.side),
                    .time_in_force = market && said != TimeInForce::fok ? TimeInForce::ioc : said,
                    .market = market,
                    .post_only = (c.instructions & order_post_only) != 0,
                    .local_only = (c.instructions & order_local_only) != 0,
                    .refuse_if_no_headroom = (c.instructions & order_refuse_if_no_headroom) != 0,
                    .flags = c.flags,
                    .price_fen = c.price_fen,
                    .lots = c.quantity_lots,
                    .open_more = c.quantity_lots,
                    .min_lots = c.min_quantity_lots,
                    .display_lots = c.display_quantity_lots,
                    .ratio_n = c.max_ratio_n,
                    .ratio_d = c.max_ratio_d,
                    .expires = Date{c.expire_date}};
  const bool here = !judge.what(asked).reference_only;
  if (!judge.test(Code::p02_venue, "venue", here ? "trades here" : "reference data only", here,
                  {judge.set_instrument(asked)}) ||
      !passes_kill_switch(judge, asked) || !fits_phase(judge, asked) || !fits_terms(judge, asked) ||
      !is_eligible(judge, asked) || !has_demand(judge, asked) || !may_hold_carbon(judge, asked) ||
      !is_within_limit(judge, LimitKind::open_orders, asked, 0) ||
      !rests_if_post_only(judge, asked) || !has_headroom(judge, asked) ||
      !has_funds(judge, asked, nullptr)) {
    return;
  }
  fits_capacity(judge);
}

void run(Judgement& judge, const ReplaceOrderCommand& c) {
  if (!is_own_order(judge, c.header, c.order_id, c.flags, c.cl_ord_id)) return;
  const auto order = judge.state.order(OrderId{c.order_id});
  if (!is_within_rate(judge, judge.context.facility(order->facility.value).firm.value)) return;
  const std::int64_t tick = judge.context.instrument(order->instrument.value).tick_fen;
  const bool same_price = c.price_fen == order->price.value * tick;
  const Asked asked{.facility = order->facility.value,
                    .instrument = order->instrument.value,
                    .side = order->side,
                    .time_in_force = order->time_in_force,
                    .post_only = order->post_only,
                    .local_only = order->local_only,
                    .is_replace = true,
                    .keeps_priority = same_price && c.quantity_lots < order->total.value,
                    .flags = c.flags,
                    .price_fen = c.price_fen,
                    .lots = c.quantity_lots,
                    .filled = (order->total - order->open).value,
                    .open_more = c.quantity_lots - order->total.value,
                    .ratio_n = order->max_ratio_n,
                    .ratio_d = order->max_ratio_d,
                    .expires = order->expires};
  if (!fits_phase(judge, asked) || !fits_terms(judge, asked) || !is_eligible(judge, asked) ||
      !has_demand(judge, asked) || !may_hold_carbon(judge, asked) ||
      !rests_if_post_only(judge, asked)) {
    return;
  }
  static_cast<void>(has_funds(judge, asked, &*order));
}

void run(Judgement& judge, const CancelOrderCommand& c) {
  static_cast<void>(is_own_order(judge, c.header, c.order_id, c.flags, c.cl_ord_id));
}

void run(Judgement& judge, const MassCancelCommand& c) {
  if (!has_new_cl_ord_id(judge, c.header, c.cl_ord_id, c.flags)) return;
  const bool side_known = c.side == 0 || is_known(static_cast<Side>(c.side));
  if (!judge.test(Code::o01_quantity, "side", side_known ? "known" : "of no meaning", side_known))
    return;
  const bool flag_known = c.on_disconnect <= 1;
  if (!judge.test(Code::o01_quantity, "on_disconnect", flag_known ? "known" : "of no meaning",
                  flag_known)) {
    return;
  }
  const market::Names& names = judge.context.words.names();
  const std::string_view symbol = c.symbol.view();
  if (!symbol.empty()) {
    const bool known = names.instrument_named(c.symbol) != no_id;
    if (!judge.test(Code::p03_unknown_symbol, "symbol",
                    '"' + std::string{symbol} + '"' + (known ? "" : " is none"), known)) {
      return;
    }
  }
  if (is_firm(c.header.actor) || c.firm.empty()) return;
  const bool known = names.firm_named(c.firm) != no_id;
  static_cast<void>(judge.test(Code::p04_unknown_account, "firm",
                               '"' + std::string{c.firm.view()} + '"' + (known ? "" : " is none"),
                               known));
}

}  // namespace

Finding explain_refusal(const Context& context, const engine::Exchange& exchange) {
  const auto refused = read_record<RefusedEvent>(context.entry.events);
  Finding finding = finding_of(context, Finding::Kind::refusal, static_cast<Code>(refused.code));
  finding.limit = refused.limit;
  finding.value = refused.value;
  finding.event = audit::words_of_refusal(context.entry.command, refused);
  Judgement judge{context, exchange, context.state, finding, refused};
  const std::span<const std::byte> command = context.entry.command;
  switch (static_cast<CommandKind>(read_record<CommandHeader>(command).kind)) {
    case CommandKind::new_order:
      run(judge, read_record<NewOrderCommand>(command));
      break;
    case CommandKind::replace_order: {
      const auto c = read_record<ReplaceOrderCommand>(command);
      finding.order_id = c.order_id;
      run(judge, c);
      break;
    }
    case CommandKind::cancel_order: {
      const auto c = read_record<CancelOrderCommand>(command);
      finding.order_id = c.order_id;
      run(judge, c);
      break;
    }
    case CommandKind::mass_cancel:
      run(judge, read_record<MassCancelCommand>(command));
      break;
    case CommandKind::submit_block:
      judge_submission(judge, read_record<SubmitBlockCommand>(command));
      break;
    case CommandKind::answer_block: {
      const auto c = read_record<AnswerBlockCommand>(command);
      finding.block_no = c.block_no;
      judge_answer(judge, c);
      break;
    }
    default:
      explain_refused_act(context, finding);
      return finding;
  }
  finding.agrees = finding.agrees && judge.failed;
  return finding;
}

}  // namespace emx::why

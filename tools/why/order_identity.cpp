#include "tools/why/order_identity.hpp"

#include <string>
#include <utility>

#include "tools/market/amount_text.hpp"

namespace emx::why {

using market::grouped;

bool is_of_sender(Judgement& judge, std::string name, std::uint32_t facility,
                  std::uint32_t sender) {
  const risk::ReferenceData& data = judge.state.data();
  const auto firm_name = [&](std::uint32_t id) {
    return data.firms.has(FirmId{id}) ? std::string{data.firms[FirmId{id}].code.view()}
                                      : std::string{"no firm"};
  };
  const FirmId owner = judge.context.facility(facility).firm;
  return judge.test(Code::p05_not_your_account, std::move(name),
                    "account " + std::string{judge.context.name(facility)} + " of " +
                        firm_name(owner.value) + ", sent by " + firm_name(sender),
                    owner.value == sender, {judge.context.set_facility(facility)}, owner.value,
                    sender);
}

bool has_new_cl_ord_id(Judgement& judge, const CommandHeader& header, const ClOrdId& id,
                       std::uint8_t flags) {
  const bool used = (flags & order_duplicate_cl_ord_id) != 0;
  std::string compared = '"' + std::string{id.view()} + (used ? "\" was used before" : "\" is new");
  const std::uint64_t first = judge.context.orders.first_use(header.actor, id);
  if (used && first != 0 && first != judge.finding.sequence) {
    compared += ", in entry " + std::to_string(first);
  }
  return judge.test(Code::d02_duplicate_cl_ord_id, "ClOrdID", std::move(compared), !used);
}

bool is_own_order(Judgement& judge, const CommandHeader& header, std::uint64_t id,
                  std::uint8_t flags, const ClOrdId& cl_ord_id) {
  const auto order = judge.state.order(OrderId{id});
  const std::string which = id == 0 ? "no order of that ClOrdID" : "order " + std::to_string(id);
  const bool foreign =
      order && judge.state.data().facilities[order->facility].firm.value != header.actor;
  if (foreign) {
    return judge.test(Code::d03_unknown_order, "order", which + " is another firm's", false,
                      {judge.context.set_facility(order->facility.value)});
  }
  if (!has_new_cl_ord_id(judge, header, cl_ord_id, flags)) return false;
  if (order) return judge.test(Code::d03_unknown_order, "order", which + " is open", true);
  if (!judge.state.was_given(OrderId{id})) {
    return judge.test(Code::d03_unknown_order, "order", which + (id == 0 ? "" : " was never given"),
                      false);
  }
  const OrderHistory::End end = judge.context.orders.end_of(id);
  return judge.test(
      Code::d04_too_late, "order",
      which + (end.code == Code::none ? " was filled" : " was cancelled " + text(end.code)) +
          (end.sequence == 0 ? "" : " in entry " + std::to_string(end.sequence)),
      false);
}

bool is_within_rate(Judgement& judge, std::uint32_t firm) {
  const std::string_view code = judge.state.data().firms[FirmId{firm}].code.view();
  const auto limit =
      judge.context.rules.limit(LimitKind::order_rate, Scope::firm, code, judge.now_ns());
  if (!limit) return judge.test(Code::o04_rate, "rate", "no limit", true);
  const bool refused = judge.finding.code == Code::o04_rate;
  const std::string a_second = grouped(limit->value) + " a second for firm " + std::string{code};
  return judge.test(
      Code::o04_rate, "rate",
      a_second + (refused ? "; the next token came in " + grouped(judge.refused.value) + " ns"
                          : "; there was a token"),
      !refused, {limit->set_by}, limit->value, judge.refused.value);
}

}  // namespace emx::why

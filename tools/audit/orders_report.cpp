#include <algorithm>
#include <vector>

#include "tools/audit/answer_table.hpp"
#include "tools/audit/order_log.hpp"
#include "tools/audit/questions.hpp"
#include "tools/audit/reading.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::audit {

namespace {

AnswerTable table_of_changes(const OrderLog& log) {
  using enum TextTable::Align;
  AnswerTable table{{{"order_id", "order", right},
                     {"block_no", "block", right},
                     {"cl_ord_id", "ClOrdID"},
                     {"firm", "firm"},
                     {"facility", "facility"},
                     {"symbol", "symbol"},
                     {"side", "side"},
                     {"sequence", "entry", right},
                     {"at_ns", ""},
                     {"at", "time (UTC+8)"},
                     {"rule_set", "rule set", right},
                     {"change", "change"},
                     {"price_fen", "price CNY", right},
                     {"quantity_lots", "quantity", right},
                     {"open_lots", "open", right},
                     {"trade_no", "trade", right},
                     {"counterparty_class", "other side"},
                     {"code", "code"},
                     {"text", "in words"}}};
  std::vector<const OrderLog::Change*> changes;
  for (const OrderLog::Change& change : log.changes()) {
    changes.push_back(&change);
  }
  std::ranges::stable_sort(changes, {},
                           [&](const auto* change) { return log.orders()[change->order].told; });
  for (const OrderLog::Change* change : changes) {
    const OrderLog::Order& order = log.orders()[change->order];
    const bool has_price = change->price_fen != 0;
    table.add(
        {Cell::number(order.order_id),
         Cell::number(order.block_no),
         order.cl_ord_id,
         order.firm,
         order.facility,
         order.symbol,
         order.side,
         Cell::number(change->sequence),
         {Json(change->at_ns), ""},
         text_of_time(change->at_ns),
         Cell::number(change->rule_set),
         change->what,
         has_price ? Cell{Json(change->price_fen), market::cny(change->price_fen)} : Cell::none(),
         change->quantity_lots,
         change->open_lots,
         Cell::number(change->trade_no),
         change->counterparty.empty() ? Cell::none() : Cell{change->counterparty},
         change->code == Code::none ? Cell::none() : Cell{emx::name_of(change->code)},
         change->words});
  }
  return table;
}

bool is_named(const market::Names& names, const OrdersQuestion& question) {
  for (std::uint32_t id = 0; id < names.firms_count(); ++id) {
    const SetFirmCommand& firm = *names.firm(id);
    if (question.by == Holder::group ? firm.group.view() == question.name
                                     : firm.firm.view() == question.name) {
      return true;
    }
  }
  return false;
}

}  // namespace

int report_orders(const std::filesystem::path& data_dir, const OrdersQuestion& question,
                  const Output& output) {
  const bool by_group = question.by == Holder::group;
  bool known = false;
  const auto is_asked = [&](const SetFirmCommand& firm) {
    const bool asked = (by_group ? firm.group.view() : firm.firm.view()) == question.name;
    known = known || asked;
    return asked;
  };
  OrderLog log{is_asked, {question.from, question.rows_max}};
  AsOf as_of;
  const ledger::Result result =
      read_verified(data_dir, output, [&](const EntryView& entry) -> std::string {
        if (question.to && is_after(entry.stamp, *question.to)) return std::string{read_enough};
        as_of.take(entry.stamp);
        log.apply(entry);
        return log.is_full() ? std::string{read_enough} : std::string{};
      });
  if (!result.ok()) return report_failure(result, data_dir, output);
  if (log.is_full()) {
    const OrderLog::Change& last = log.changes().back();
    return report_failure(
        {ledger::Status::no_memory,
         "the answer has more than " +
             market::grouped(static_cast<std::int64_t>(question.rows_max)) +
             " changes, which are there by entry " + std::to_string(last.sequence) + ", " +
             text_of_time(last.at_ns) + ". Ask for a part of the time (--from, --to)" +
             (by_group ? ", or for a firm of the group (--firm)" : "") +
             ", or for more rows (--max-rows)"},
        data_dir, output);
  }
  if (!known && !is_named(log.names(), question)) {
    return report_failure(
        {ledger::Status::missing,
         std::string{"there is no "} + (by_group ? "group " : "firm ") + question.name},
        data_dir, output);
  }
  const AnswerTable table = table_of_changes(log);
  return write_answer(data_dir,
                      {{by_group ? "group" : "firm", question.name}, {"as_of", json_of(as_of)}},
                      {{"changes",
                        "orders and blocks of " + std::string{by_group ? "group " : "firm "} +
                            question.name + ' ' + words_of(as_of),
                        table,
                        market::grouped(static_cast<std::int64_t>(table.size())) +
                            " changes, order by order; `emx why` tells the reason of a code"}},
                      output);
}

}  // namespace emx::audit

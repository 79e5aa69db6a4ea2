#include "tools/fix_client/orders.hpp"

#include <algorithm>
#include <charconv>

#include "tools/fix_client/utc_time.hpp"

namespace emx::fix_client {

namespace {

char letter_of(Side side) { return side == Side::buy ? '1' : '2'; }

std::int64_t number_or_zero(const Message& message, std::uint32_t tag) {
  return message.number(tag).value_or(0);
}

}  // namespace

Fields fields_of(const NewOrder& order) {
  Fields fields;
  fields.add(11, order.cl_ord_id)
      .add(1, order.account)
      .add(55, order.symbol)
      .add(54, letter_of(order.side))
      .add(60, transact_time())
      .add(38, order.quantity)
      .add(40, '2')
      .add(44, order.price)
      .add(59, static_cast<char>('0' + static_cast<int>(order.time_in_force)));
  return fields;
}

Fields fields_of(const CancelOrder& order) {
  Fields fields;
  fields.add(11, order.cl_ord_id)
      .add(41, order.orig_cl_ord_id)
      .add(55, order.symbol)
      .add(54, letter_of(order.side))
      .add(60, transact_time());
  return fields;
}

Fields fields_of(const ReplaceOrder& order) {
  Fields fields;
  fields.add(11, order.cl_ord_id)
      .add(41, order.orig_cl_ord_id)
      .add(1, order.account)
      .add(55, order.symbol)
      .add(54, letter_of(order.side))
      .add(60, transact_time())
      .add(38, order.quantity)
      .add(40, '2')
      .add(44, order.price);
  return fields;
}

Fen price_of(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  std::int64_t fen = 0;
  std::from_chars(text.data(), text.data() + point, fen);
  fen *= 100;
  std::int64_t unit = 10;
  for (std::size_t i = point + 1; i < text.size() && i < point + 3; ++i, unit /= 10) {
    fen += (text[i] - '0') * unit;
  }
  return Fen{negative ? -fen : fen};
}

Report read_report(const Message& message) {
  Report report;
  report.cl_ord_id = message.text(11);
  report.orig_cl_ord_id = message.text(41);
  report.order_id = message.text(37);
  report.exec_id = message.text(17);
  report.trade_id = message.text(1003);
  report.text = message.text(58);
  report.ratio = message.text(9702);
  report.exec_type = message.letter(150);
  report.ord_status = message.letter(39);
  report.side = message.says(54, "2") ? Side::sell : Side::buy;
  report.last_quantity = Lots{number_or_zero(message, 32)};
  report.last_price = price_of(message.text(31));
  report.credited = Lots{number_or_zero(message, 9703)};
  report.retired = Lots{number_or_zero(message, 9704)};
  report.cumulative = Lots{number_or_zero(message, 14)};
  report.leaves = Lots{number_or_zero(message, 151)};
  report.code = static_cast<Code>(number_or_zero(message, 9701));
  report.ledger_seq = static_cast<std::uint64_t>(number_or_zero(message, 9706));
  report.possible_duplicate = message.possible_duplicate();
  report.possible_resend = message.possible_resend();
  return report;
}

}  // namespace emx::fix_client

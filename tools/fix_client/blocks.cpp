#include "tools/fix_client/blocks.hpp"

#include "tools/fix_client/orders.hpp"
#include "tools/fix_client/utc_time.hpp"

namespace emx::fix_client {

namespace {

// FIX 856.
char type_of(BlockAnswer answer) {
  switch (answer) {
    case BlockAnswer::accept:
      return '2';
    case BlockAnswer::decline:
      return '3';
    default:
      return '6';
  }
}

}  // namespace

Fields fields_of(const SubmitBlock& block) {
  Fields fields;
  fields.add(571, block.report_id)
      .add(856, '0')
      .add(487, '0')
      .add(828, '1')
      .add(55, block.symbol)
      .add(31, block.price)
      .add(32, block.quantity)
      .add(60, transact_time())
      .add(9712, block.minutes)
      .add(552, '1')
      .add(54, block.side == Side::buy ? '1' : '2')
      .add(1, block.account)
      .add(453, '1')
      .add(448, block.counterparty)
      .add(447, 'D')
      .add(452, "17");
  return fields;
}

Fields fields_of(const AnswerBlock& answer) {
  Fields fields;
  fields.add(571, answer.report_id)
      .add(572, answer.ref_id)
      .add(856, type_of(answer.answer))
      .add(55, answer.symbol)
      .add(60, transact_time());
  return fields;
}

BlockReport read_block_report(const Message& message) {
  const auto number = [&](std::uint32_t tag) { return message.number(tag).value_or(0); };
  BlockReport report;
  report.report_id = message.text(571);
  report.ref_id = message.text(572);
  report.exec_id = message.text(17);
  report.block_no = message.text(9713);
  report.symbol = message.text(55);
  report.account = message.text(1);
  report.counterparty = message.text(448);
  report.trade_id = message.text(1003);
  report.ratio = message.text(9702);
  report.text = message.text(58);
  report.type = message.letter(856);
  report.status = message.letter(939);
  report.exec_type = message.letter(150);
  report.match = message.letter(573);
  report.side = message.says(54, "2") ? Side::sell : Side::buy;
  report.quantity = Lots{number(32)};
  report.price = price_of(message.text(31));
  report.credited = Lots{number(9703)};
  report.retired = Lots{number(9704)};
  report.reject_reason = number(751);
  report.code = static_cast<Code>(number(9701));
  report.ledger_seq = static_cast<std::uint64_t>(number(9706));
  report.possible_duplicate = message.possible_duplicate();
  report.possible_resend = message.possible_resend();
  return report;
}

}  // namespace emx::fix_client

#include "gateway/block_reports.hpp"

#include <string>
#include <string_view>

#include "gateway/decimal.hpp"
#include "gateway/raw_message.hpp"
#include "gateway/reports.hpp"

namespace emx::gateway {

namespace {

// FIX 939.
enum class ReportStatus : char { accepted = '0', rejected = '1', pending = '4' };

// FIX 150: the state of the deal, in the words for orders.
char exec_type_of(const Block& block) {
  switch (block.stage) {
    case BlockStage::alleged:
      return 'A';
    case BlockStage::confirmed:
      return static_cast<char>(ExecType::new_order);
    case BlockStage::traded:
      return static_cast<char>(ExecType::trade);
    case BlockStage::ended:
      break;
  }
  return static_cast<char>(block.code == Code::c01_expired ? ExecType::expired
                                                           : ExecType::cancelled);
}

void add_side(FieldText& fields, Side side, std::string_view account, std::string_view other) {
  fields.add(552, '1')
      .add(54, static_cast<std::uint64_t>(side))
      .add(453, '1')
      .add(448, other)
      .add(447, 'D')
      .add(452, "17")
      .add(1, account);
}

// What the deal is, as the side `of` sees it; its own group comes last.
void add_block(FieldText& fields, const Block& block, Side of, const Directory& directory) {
  const bool is_open = !block.is_over();
  const bool is_agreed = block.stage == BlockStage::confirmed || block.stage == BlockStage::traded;
  fields.add(150, exec_type_of(block))
      .add(573, is_agreed ? '0' : '1')
      .add(828, '1')
      .add(9713, block.number)
      .add(55, directory.at(block.instrument).symbol.view())
      .add(31, text_of(block.price))
      .add(32, block.quantity.value);
  if (is_open) fields.add(126, utc_timestamp(block.expires_ns));
  add_side(fields, of, directory.code_of(block.party(of).facility),
           directory.code_of(block.party(opposite(of)).facility));
}

TradeReportType type_of(BlockAnswer answer) {
  switch (answer) {
    case BlockAnswer::accept:
      return TradeReportType::accept;
    case BlockAnswer::decline:
      return TradeReportType::decline;
    default:
      return TradeReportType::cancel;
  }
}

TradeReportType type_of(Request::Kind kind) {
  switch (kind) {
    case Request::Kind::accept_block:
      return TradeReportType::accept;
    case Request::Kind::decline_block:
      return TradeReportType::decline;
    case Request::Kind::cancel_block:
      return TradeReportType::cancel;
    default:
      return TradeReportType::submit;
  }
}

// What an acknowledgement begins with.
void add_answered(FieldText& fields, const ClOrdId& report, TradeReportType type,
                  ReportStatus status) {
  fields.add(571, report.view())
      .add(856, static_cast<char>(type))
      .add(939, static_cast<char>(status));
}

void add_refusal(FieldText& fields, Code code, const std::string& words) {
  fields.add(751, trade_report_reject_reason(code))
      .add(58, words)
      .add(9701, static_cast<std::uint64_t>(code));
}

// The sender's side of the block that its answer names.
Side answering_side(const Block& block, TradeReportType type) {
  return type == TradeReportType::cancel ? block.side : opposite(block.side);
}

// What comes before the group of the side, of an AE.
void add_report(FieldText& fields, const EntryMark& mark, const Block& block, Side to,
                TradeReportType type) {
  const std::string id = block_report_id(mark, to);
  fields.add(571, id).add(17, id).add(856, static_cast<char>(type));
  fields.add(487, block.stage == BlockStage::ended ? '1' : '0');
  const bool submitters = to == block.side;
  if (submitters || type != TradeReportType::alleged) {
    fields.add(572, submitters ? block.report_id.view() : std::string_view{block.alleged_id});
  }
  add_mark(fields, mark);
}

}  // namespace

std::string block_report_id(const EntryMark& mark, Side side) {
  return exec_id(mark, side == Side::buy ? "-B" : "-S");
}

std::uint64_t trade_report_reject_reason(Code code) {
  switch (code) {
    case Code::p04_unknown_account:
      return 1;
    case Code::p03_unknown_symbol:
      return 2;
    case Code::p05_not_your_account:
      return 3;
    case Code::o08_block_min:
      return 4;
    default:
      return 99;
  }
}

OutMessage block_submitted(const EntryMark& mark, const Block& block, const Directory& directory) {
  FieldText fields;
  fields.add(17, exec_id(mark, {}));
  add_answered(fields, block.report_id, TradeReportType::submit, ReportStatus::accepted);
  add_mark(fields, mark);
  add_block(fields, block, block.side, directory);
  return report("AR", mark, fields);
}

OutMessage block_answered(const EntryMark& mark, const AnswerBlockCommand& command,
                          const Block& block, const Directory& directory) {
  const TradeReportType type = type_of(static_cast<BlockAnswer>(command.answer));
  FieldText fields;
  fields.add(17, exec_id(mark, {}));
  add_answered(fields, command.cl_ord_id, type, ReportStatus::accepted);
  fields.add(572, type == TradeReportType::cancel ? block.report_id.view()
                                                  : std::string_view{block.alleged_id});
  add_mark(fields, mark);
  add_block(fields, block, answering_side(block, type), directory);
  return report("AR", mark, fields);
}

OutMessage block_refused(const EntryMark& mark, const SubmitBlockCommand& command,
                         const RefusedEvent& refused, const Directory& directory) {
  const auto code = static_cast<Code>(refused.code);
  std::string words = refusal_text(refused, command.flags);
  if (code == Code::e04_basin) {
    words += basins_text(directory.facility(command.facility.view()),
                         directory.instrument(command.symbol.view()), directory);
  }
  FieldText fields;
  fields.add(17, exec_id(mark, {}));
  add_answered(fields, command.cl_ord_id, TradeReportType::submit, ReportStatus::rejected);
  add_refusal(fields, code, words);
  fields.add(828, '1').add(55, command.symbol.view());
  // Numbers that were cut are not what the client sent.
  if ((command.flags & order_inexact_price) == 0 && is_whole(command.price_fen)) {
    fields.add(31, text_of(Fen{command.price_fen}));
  }
  if ((command.flags & order_inexact_quantity) == 0 && is_whole(command.quantity_lots)) {
    fields.add(32, command.quantity_lots);
  }
  add_mark(fields, mark);
  add_side(fields, static_cast<Side>(command.side), command.facility.view(),
           command.counterparty.view());
  return report("AR", mark, fields);
}

OutMessage answer_refused(const EntryMark& mark, const AnswerBlockCommand& command,
                          const RefusedEvent& refused, const Block* block,
                          const Directory& directory) {
  const auto code = static_cast<Code>(refused.code);
  const TradeReportType type = type_of(static_cast<BlockAnswer>(command.answer));
  std::string words = refusal_text(refused, command.flags);
  if (code == Code::e04_basin && block != nullptr) {
    words += basins_text(block->counterparty.facility, block->instrument, directory);
  }
  FieldText fields;
  fields.add(17, exec_id(mark, {}));
  add_answered(fields, command.cl_ord_id, type, ReportStatus::rejected);
  add_refusal(fields, code, words);
  add_mark(fields, mark);
  if (block != nullptr) {
    fields.add(572, type == TradeReportType::cancel ? block->report_id.view()
                                                    : std::string_view{block->alleged_id});
    add_block(fields, *block, answering_side(*block, type), directory);
  }
  return report("AR", mark, fields);
}

OutMessage block_report(const EntryMark& mark, const Block& block, Side to, TradeReportType type,
                        const Directory& directory) {
  FieldText fields;
  add_report(fields, mark, block, to, type);
  add_code(fields, block.code);
  add_block(fields, block, to, directory);
  return report("AE", mark, fields);
}

OutMessage block_trade_report(const EntryMark& mark, const Block& block, Side to,
                              const TradeEvent& trade, const Directory& directory) {
  FieldText fields;
  add_report(fields, mark, block, to, TradeReportType::accept);
  fields.add(1003, trade.trade_no)
      .add(880, trade.trade_no)
      .add(9702, std::to_string(trade.ratio_n) + "/" + std::to_string(trade.ratio_d))
      .add(9703, trade.credited_lots)
      .add(9704, trade.retired_lots);
  add_block(fields, block, to, directory);
  return report("AE", mark, fields);
}

OutMessage present_block_state(const Request& request, const ClOrdIds::Entry& known,
                               const MarketView& market) {
  const TradeReportType type = type_of(request.kind);
  const bool pending = ClOrdIds::is_awaited(known.use);
  const bool refused = known.code != Code::none;
  FieldText fields;
  fields.add(17, "0");
  add_answered(fields, request.cl_ord_id, type,
               pending   ? ReportStatus::pending
               : refused ? ReportStatus::rejected
                         : ReportStatus::accepted);
  if (refused) add_refusal(fields, known.code, text_of(known.code));
  if (!request.orig_cl_ord_id.empty()) fields.add(572, request.orig_cl_ord_id.view());
  fields.add(60, utc_timestamp_now());
  const Block* const block = market.blocks.find(known.block);
  if (block != nullptr) {
    const bool submits = type == TradeReportType::submit;
    add_block(fields, *block, submits ? block->side : answering_side(*block, type),
              market.directory);
  }
  return {.type = "AR", .body = fields.take()};
}

}  // namespace emx::gateway

#include <ostream>
#include <vector>

#include "engine/vocabulary/code.hpp"
#include "tools/audit/answer_table.hpp"
#include "tools/audit/describer.hpp"
#include "tools/audit/reading.hpp"
#include "tools/audit/reports.hpp"
#include "tools/audit/text_table.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::audit {

using market::cny;
using market::grouped;

namespace {

struct Row {
  std::uint64_t sequence;
  std::int64_t at_ns;
  std::string symbol;
  std::string_view unit;
  std::string buyer;
  std::string seller;
  std::int64_t price_fen;
  TradeEvent trade;
  BillEvent bill;
};

// Follows a ledger's trades, each with its bill.
class Trades {
 public:
  std::string take(const EntryView& entry) {
    as_of.take(entry.stamp);
    describer_.take_names(entry);
    static_cast<void>(for_each_event(
        entry.events, [&](const EventHeader& header, std::span<const std::byte> event) {
          if (static_cast<EventKind>(header.kind) == EventKind::trade) {
            add(entry, read_record<TradeEvent>(event));
          } else if (static_cast<EventKind>(header.kind) == EventKind::bill && !rows.empty()) {
            rows.back().bill = read_record<BillEvent>(event);
          }
        }));
    return {};
  }

  std::vector<Row> rows;
  AsOf as_of;

 private:
  void add(const EntryView& entry, const TradeEvent& trade) {
    const market::Names& names = describer_.names();
    const SetInstrumentCommand* book = names.instrument(trade.instrument);
    rows.push_back({entry.stamp.sequence.value, entry.stamp.at_ns, names.symbol(trade.instrument),
                    names.unit(trade.instrument), names.account(trade.buy_facility),
                    names.account(trade.sell_facility),
                    book == nullptr ? 0 : trade.price_ticks * book->tick_fen, trade, BillEvent{}});
  }

  Describer describer_;
};

std::string ratio_of(const TradeEvent& trade) {
  return std::to_string(trade.ratio_n) + '/' + std::to_string(trade.ratio_d);
}

std::string code_of(const TradeEvent& trade) {
  return trade.code == 0 ? "" : std::string{name_of(static_cast<Code>(trade.code))};
}

std::string aggressor_of(const TradeEvent& trade) {
  return trade.aggressor == 0 ? "none" : std::string{name_of(static_cast<Side>(trade.aggressor))};
}

Json json_of(const Row& row) {
  return {{"trade_no", row.trade.trade_no},
          {"sequence", row.sequence},
          {"at_ns", row.at_ns},
          {"at", text_of_time(row.at_ns)},
          {"symbol", row.symbol},
          {"unit", row.unit},
          {"buyer", row.buyer},
          {"seller", row.seller},
          {"price_fen", row.price_fen},
          {"price", cny(row.price_fen)},
          {"quantity_lots", row.trade.quantity_lots},
          {"credited_lots", row.trade.credited_lots},
          {"retired_lots", row.trade.retired_lots},
          {"ratio", ratio_of(row.trade)},
          {"cross_province", row.trade.cross_province != 0},
          {"code", row.trade.code == 0 ? Json{} : Json(code_of(row.trade))},
          {"aggressor", aggressor_of(row.trade)},
          {"years", row.bill.years},
          {"amount_fen", row.bill.amount_fen},
          {"amount", cny(row.bill.amount_fen)},
          {"buyer_fee_fen", row.bill.buyer_fee_fen},
          {"seller_fee_fen", row.bill.seller_fee_fen}};
}

void write_text(const std::vector<Row>& rows, const AsOf& as_of, std::ostream& out) {
  using enum TextTable::Align;
  TextTable table{{{"trade", right},
                   {"entry", right},
                   {"time (UTC+8)"},
                   {"symbol"},
                   {"buyer"},
                   {"seller"},
                   {"price CNY", right},
                   {"sold", right},
                   {"credited", right},
                   {"retired", right},
                   {"unit"},
                   {"ratio"},
                   {"amount CNY", right},
                   {"fees CNY", right},
                   {"cut by"}}};
  for (const Row& row : rows) {
    table.add({std::to_string(row.trade.trade_no), std::to_string(row.sequence),
               text_of_time(row.at_ns), row.symbol, row.buyer, row.seller, cny(row.price_fen),
               grouped(row.trade.quantity_lots), grouped(row.trade.credited_lots),
               grouped(row.trade.retired_lots), std::string{row.unit}, ratio_of(row.trade),
               cny(row.bill.amount_fen), cny(row.bill.buyer_fee_fen + row.bill.seller_fee_fen),
               code_of(row.trade)});
  }
  table.write(out);
  out << grouped(static_cast<std::int64_t>(rows.size())) << " trades\n" << stood_words(as_of);
}

}  // namespace

int report_trades(const std::filesystem::path& data_dir, const Output& output) {
  Trades trades;
  const ledger::Result result =
      read_verified(data_dir, output, [&](const EntryView& entry) { return trades.take(entry); });
  if (!result.ok()) return report_failure(result, data_dir, output);
  if (!output.json && !output.csv) {
    write_text(trades.rows, trades.as_of, output.out);
    return ledger_is_valid;
  }
  Json rows = Json::array();
  for (const Row& row : trades.rows) rows.push_back(json_of(row));
  return write_rows(data_dir, trades.as_of,
                    {"trades", std::move(rows), Json::array({json_of(Row{})})}, output);
}

}  // namespace emx::audit

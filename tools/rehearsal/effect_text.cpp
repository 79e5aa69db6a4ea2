#include "tools/rehearsal/effect_text.hpp"

#include <optional>
#include <ostream>

#include "tools/admin/request.hpp"
#include "tools/audit/text_table.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::rehearsal {

using audit::TextTable;
using market::grouped;
using enum TextTable::Align;

namespace {

std::string text_of(std::string_view name) { return std::string{name}; }

void write_trades(const Effect& effect, const market::Names& names, std::ostream& out) {
  TextTable table{{{"symbol"},
                   {"seller's"},
                   {"buyer's"},
                   {"trades", right},
                   {"sold", right},
                   {"credited", right},
                   {"unit"}}};
  for (const auto& [pair, turnover] : effect.trades) {
    const auto& [instrument, seller, buyer] = pair;
    table.add({names.symbol(instrument), text_of(name_of(seller)), text_of(name_of(buyer)),
               grouped(turnover.trades), grouped(turnover.sold_lots),
               grouped(turnover.credited_lots), text_of(names.unit(instrument))});
  }
  out << "\nTrades that it would let happen, by province\n";
  table.write(out);
}

std::string figure(const std::optional<std::int64_t>& value, Code code) {
  if (!value) return "none";
  return code == Code::l01_cash ? market::cny(*value) : grouped(*value);
}

void write_headroom(const Effect& effect, const market::Names& names, std::ostream& out) {
  TextTable table{
      {{"whose"}, {"room of"}, {"code"}, {"before", right}, {"after", right}, {"unit"}}};
  for (const auto& [of, before, after, whose] : effect.headroom) {
    table.add({whose, what_of(of, names), text_of(name_of(of.code)), figure(before, of.code),
               figure(after, of.code), of.code == Code::l01_cash ? "CNY" : unit_of(of, names)});
  }
  out << "\nOther rooms that would be others; what rests above a lowered limit stays\n";
  table.write(out);
}

void write_counterparties(const Effect& effect, const market::Names& names, std::ostream& out) {
  TextTable table{
      {{"symbol"}, {"side"}, {"province"}, {"orders"}, {"before", right}, {"after", right}}};
  for (const CounterpartyChange& row : effect.counterparties) {
    table.add({names.symbol(row.instrument), text_of(name_of(row.side)),
               text_of(name_of(row.province)),
               row.code == Code::none ? "with somebody to trade with"
                                      : "barred from somebody by " + text_of(name_of(row.code)),
               grouped(row.orders_before), grouped(row.orders_after)});
  }
  out << "\nOpen orders whose counterparties would be others, whatever the prices\n";
  table.write(out);
}

}  // namespace

std::string what_of(const HeadroomOf& of, const market::Names& names) {
  switch (of.code) {
    case Code::d01_demand:
      return text_of(name_of(static_cast<Pollutant>(of.what))) + " demand";
    case Code::h01_holding:
      return "carbon";
    case Code::o03_open_orders:
      return "open orders";
    case Code::l01_cash:
      return "cash";
    default:
      return names.symbol(of.what);
  }
}

std::string unit_of(const HeadroomOf& of, const market::Names& names) {
  switch (of.code) {
    case Code::d01_demand:
      return "kg";
    case Code::h01_holding:
      return "t";
    case Code::o03_open_orders:
      return "orders";
    case Code::l01_cash:
      return "fen";
    default:
      return text_of(names.unit(of.what));
  }
}

std::string firm_of(const why::OrderFacts& order, const market::Names& names) {
  return std::string{names.firm(order.firm)->firm.view()};
}

void write_orders(const std::string& heading, const std::vector<Effect::Cancelled>& rows,
                  const market::Names& names, std::ostream& out) {
  TextTable table{{{"order", right},
                   {"firm"},
                   {"facility"},
                   {"symbol"},
                   {"side"},
                   {"open", right},
                   {"unit"},
                   {"code"}}};
  for (const auto& [order, code, lots] : rows) {
    table.add({std::to_string(order.id), firm_of(order, names), names.account(order.facility),
               names.symbol(order.instrument), text_of(name_of(order.side)), grouped(lots),
               text_of(names.unit(order.instrument)), text_of(name_of(code))});
  }
  out << '\n' << heading << '\n';
  table.write(out);
}

void write_rooms(const RoomHeadings& headings, const std::vector<Effect::RoomChange>& rows,
                 std::ostream& out) {
  TextTable table{{{"province"},
                   {"pollutant"},
                   {"room of"},
                   {headings.before, right},
                   {headings.after, right},
                   {"unit"}}};
  for (const Effect::RoomChange& row : rows) {
    table.add({text_of(name_of(row.province)), text_of(name_of(row.pollutant)),
               text_of(name_of(row.room)), grouped(row.before_kg), grouped(row.after_kg), "kg"});
  }
  out << '\n' << headings.table << '\n';
  table.write(out);
}

void write_tables(const Effect& effect, const market::Names& names, std::ostream& out) {
  if (!effect.cancelled.empty()) {
    write_orders("Orders that it would cancel", effect.cancelled, names, out);
  }
  if (!effect.trades.empty()) write_trades(effect, names, out);
  if (!effect.rooms.empty()) {
    write_rooms({"Quota rooms of " + std::to_string(effect.year) + " that would be others",
                 "before", "after"},
                effect.rooms, out);
  }
  if (!effect.headroom.empty()) write_headroom(effect, names, out);
  if (!effect.counterparties.empty()) write_counterparties(effect, names, out);
  if (!effect.events.empty()) out << "\nWhat would stand in the ledger\n";
  for (const std::string& event : effect.events) out << "    " << event << '\n';
}

}  // namespace emx::rehearsal

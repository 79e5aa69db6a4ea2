#include "tools/rehearsal/effect_text.hpp"

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

}  // namespace

std::string firm_of(const why::OrderFacts& order, const market::Names& names) {
  return std::string{names.firm(order.firm)->firm.view()};
}

std::string reason_of(const Effect::Refusal& refusal) {
  return admin::reason_of({.code = static_cast<std::uint16_t>(refusal.code),
                           .limit = refusal.limit,
                           .value = refusal.value,
                           .of_times = refusal.of_times});
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
  if (!effect.events.empty()) out << "\nWhat would stand in the ledger\n";
  for (const std::string& event : effect.events) out << "    " << event << '\n';
}

}  // namespace emx::rehearsal

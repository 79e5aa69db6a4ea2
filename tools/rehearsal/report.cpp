#include "tools/rehearsal/report.hpp"

#include <cstring>
#include <nlohmann/json.hpp>
#include <ostream>
#include <variant>

#include "tools/admin/powers.hpp"
#include "tools/admin/request.hpp"
#include "tools/audit/reading.hpp"
#include "tools/audit/text_table.hpp"
#include "tools/market/amount_text.hpp"
#include "tools/rehearsal/rehearsal.hpp"

namespace emx::rehearsal {

using audit::Json;
using audit::TextTable;
using market::grouped;
using enum TextTable::Align;

namespace {

// Whoever would be the second person: any other one.
std::vector<std::byte> approved(const admin::CommandRequest& request) {
  std::vector<std::byte> command = request.command;
  if (!request.needs_second) return command;
  auto header = read_record<CommandHeader>(command);
  header.approver = request.sender.person + 1;
  std::memcpy(command.data(), &header, sizeof header);
  return command;
}

std::string text_of(std::string_view name) { return std::string{name}; }

std::string firm_of(const why::OrderFacts& order, const market::Names& names) {
  return text_of(names.firm(order.firm)->firm.view());
}

std::string reason_of(const Effect::Refusal& refusal) {
  return admin::reason_of({.code = static_cast<std::uint16_t>(refusal.code),
                           .limit = refusal.limit,
                           .value = refusal.value});
}

void write_cancelled(const Effect& effect, const market::Names& names, std::ostream& out) {
  TextTable table{{{"order", right},
                   {"firm"},
                   {"facility"},
                   {"symbol"},
                   {"side"},
                   {"open", right},
                   {"unit"},
                   {"code"}}};
  for (const auto& [order, code, lots] : effect.cancelled) {
    table.add({std::to_string(order.id), firm_of(order, names), names.account(order.facility),
               names.symbol(order.instrument), text_of(name_of(order.side)), grouped(lots),
               text_of(names.unit(order.instrument)), text_of(name_of(code))});
  }
  out << "\nOrders that it would cancel\n";
  table.write(out);
}

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

void write_rooms(const Effect& effect, std::ostream& out) {
  TextTable table{
      {{"province"}, {"pollutant"}, {"room of"}, {"before", right}, {"after", right}, {"unit"}}};
  for (const Effect::RoomChange& row : effect.rooms) {
    table.add({text_of(name_of(row.province)), text_of(name_of(row.pollutant)),
               text_of(name_of(row.room)), grouped(row.before_kg), grouped(row.after_kg), "kg"});
  }
  out << "\nQuota rooms of " << effect.year << " that would be others\n";
  table.write(out);
}

// `second`: who may be the second person; empty: it needs none.
void write_text(const Rehearsal& rehearsal, std::uint64_t after, const Effect& effect,
                const std::string& second, std::ostream& out) {
  out << "after entry " << grouped(static_cast<std::int64_t>(after)) << "  "
      << audit::text_of_time(effect.at_ns) << "  " << effect.command << '\n';
  if (effect.refusal) {
    out << "it would be refused: " << name_of(effect.refusal->code) << ": "
        << reason_of(*effect.refusal) << '\n';
    return;
  }
  if (!second.empty()) out << "it would wait for a second person, of " << second << "; then ";
  out << "it would be applied";
  out << (effect.events.empty() ? "; nothing else would happen\n" : "\n");
  const market::Names& names = rehearsal.names();
  if (!effect.cancelled.empty()) write_cancelled(effect, names, out);
  if (!effect.trades.empty()) write_trades(effect, names, out);
  if (!effect.rooms.empty()) write_rooms(effect, out);
  if (!effect.events.empty()) out << "\nWhat would stand in the ledger\n";
  for (const std::string& event : effect.events) out << "    " << event << '\n';
}

Json json_of(const Effect::Refusal& refusal) {
  return {{"code", static_cast<std::uint16_t>(refusal.code)},
          {"name", name_of(refusal.code)},
          {"limit", refusal.limit},
          {"value", refusal.value},
          {"reason", reason_of(refusal)}};
}

Json json_of(const Effect& effect, const market::Names& names) {
  Json cancelled = Json::array();
  for (const auto& [order, code, lots] : effect.cancelled) {
    cancelled.push_back({{"order_id", order.id},
                         {"firm", firm_of(order, names)},
                         {"facility", names.account(order.facility)},
                         {"symbol", names.symbol(order.instrument)},
                         {"side", name_of(order.side)},
                         {"lots", lots},
                         {"unit", names.unit(order.instrument)},
                         {"code", name_of(code)}});
  }
  Json trades = Json::array();
  for (const auto& [pair, turnover] : effect.trades) {
    const auto& [instrument, seller, buyer] = pair;
    trades.push_back({{"symbol", names.symbol(instrument)},
                      {"seller", name_of(seller)},
                      {"buyer", name_of(buyer)},
                      {"trades", turnover.trades},
                      {"sold", turnover.sold_lots},
                      {"credited", turnover.credited_lots},
                      {"unit", names.unit(instrument)}});
  }
  Json rooms = Json::array();
  for (const Effect::RoomChange& row : effect.rooms) {
    rooms.push_back({{"year", effect.year},
                     {"province", name_of(row.province)},
                     {"pollutant", name_of(row.pollutant)},
                     {"room", name_of(row.room)},
                     {"before_kg", row.before_kg},
                     {"after_kg", row.after_kg}});
  }
  return {{"at_ns", effect.at_ns},
          {"at", audit::text_of_time(effect.at_ns)},
          {"command", effect.command},
          {"refused", effect.refusal ? json_of(*effect.refusal) : Json{}},
          {"cancelled", std::move(cancelled)},
          {"trades", std::move(trades)},
          {"rooms", std::move(rooms)},
          {"events", effect.events}};
}

int tell_no_answer(const std::string& reason, const audit::Output& output) {
  if (output.json) audit::write(Json{{"verdict", "no_answer"}, {"reason", reason}}, output);
  output.err << reason << '\n';
  return no_answer;
}

// Before the log, so there is no code.
std::string refusal_of_person(const Asked& asked, const admin::CommandRequest& request,
                              const market::Names& names) {
  if (!asked.persons) return {};
  const admin::Operator* person = asked.persons->find(request.sender.person);
  if (person == nullptr) return asked.persons->refusal_of_number(request.sender.person);
  return admin::refusal_to_ask(*person, request.command, names);
}

int tell_not_hers(const std::string& reason, Json answer, const audit::Output& output) {
  if (output.json) {
    answer["refused"] = {{"code", nullptr}, {"reason", reason}};
    audit::write(answer, output);
  } else {
    output.out << "it would be refused: " << reason << '\n';
  }
  return would_be_refused;
}

}  // namespace

int report_rehearsal(const std::filesystem::path& data_dir, const Asked& asked,
                     const audit::Output& output) {
  Rehearsal rehearsal;
  const ledger::Result read = audit::read_verified(data_dir, output, [&](const EntryView& entry) {
    const std::string fault = rehearsal.take(entry);
    return fault.empty() ? fault
                         : "entry " + std::to_string(entry.stamp.sequence.value) + ": " + fault;
  });
  if (!read.ok()) return tell_no_answer(data_dir.string() + ": " + read.message, output);
  if (!rehearsal.has_begun()) return tell_no_answer(data_dir.string() + ": it is empty", output);
  const admin::Request made = admin::read_request(asked.request, rehearsal.names());
  if (const auto* bad = std::get_if<admin::BadRequest>(&made)) {
    return tell_no_answer(bad->reason, output);
  }
  const auto* command = std::get_if<admin::CommandRequest>(&made);
  if (command == nullptr) return tell_no_answer("it changes nothing in the ledger", output);
  const std::uint64_t after = rehearsal.last();
  const std::string second =
      command->needs_second ? admin::words_of_approvers(command->command, rehearsal.names()) : "";
  Json answer{{"ledger", data_dir.string()},
              {"after_sequence", after},
              {"needs_second", command->needs_second}};
  if (const std::string why = refusal_of_person(asked, *command, rehearsal.names()); !why.empty()) {
    return tell_not_hers(why, std::move(answer), output);
  }
  const Effect effect = rehearsal.apply(approved(*command), asked.now_ns);
  if (output.json) {
    answer.update(json_of(effect, rehearsal.names()));
    audit::write(answer, output);
  } else {
    write_text(rehearsal, after, effect, second, output.out);
  }
  return effect.refusal ? would_be_refused : would_be_applied;
}

}  // namespace emx::rehearsal

#include <vector>

#include "tools/audit/answer_table.hpp"
#include "tools/audit/describer.hpp"
#include "tools/audit/enum_words.hpp"
#include "tools/audit/open_tickets.hpp"
#include "tools/audit/position_table.hpp"
#include "tools/audit/province_count.hpp"
#include "tools/audit/province_moves.hpp"
#include "tools/audit/questions.hpp"
#include "tools/audit/reading.hpp"

namespace emx::audit {

namespace {

// Follows a ledger to a moment.
struct Position {
  explicit Position(Province province) : moves{static_cast<std::uint8_t>(province)} {}

  std::string take(const EntryView& entry) {
    as_of.take(entry.stamp);
    describer.take_names(entry);
    moves.apply(entry, describer.names());
    tickets.apply(entry, describer.names());
    return count.apply(entry, describer.names());
  }

  AsOf as_of;
  Describer describer;
  ProvinceCount count;
  ProvinceMoves moves;
  OpenTickets tickets;
};

bool is_asked(std::uint8_t pollutant, const PositionQuestion& question) {
  return !question.pollutant || static_cast<std::uint8_t>(*question.pollutant) == pollutant;
}

AnswerTable rows_of(const Position& position, const PositionQuestion& question) {
  std::vector<PositionRow> rows =
      position_of(static_cast<std::uint8_t>(question.province), position.count, position.tickets);
  std::erase_if(rows, [&](const PositionRow& row) { return !is_asked(row.pollutant, question); });
  return table_of(rows);
}

const char* name_of(ProvinceMoves::Cause cause) {
  switch (cause) {
    case ProvinceMoves::Cause::issue:
      return "issue";
    case ProvinceMoves::Cause::trade:
      return "trade";
    case ProvinceMoves::Cause::transfer:
      return "transfer";
    case ProvinceMoves::Cause::new_year:
      return "new_year";
  }
  return "?";
}

Cell account(std::uint32_t id, const market::Names& names) {
  return id == no_id ? Cell::none() : Cell{names.account(id)};
}

AnswerTable moves_of(const Position& position, const PositionQuestion& question) {
  using enum TextTable::Align;
  AnswerTable table{{{"sequence", "entry", right},
                     {"at_ns", ""},
                     {"at", "time (UTC+8)"},
                     {"year", ""},
                     {"pollutant", "pollutant"},
                     {"cause", "cause"},
                     {"number", "no.", right},
                     {"from", "from"},
                     {"to", "to"},
                     {"sold_kg", "sold", right},
                     {"credited_kg", "credited", right},
                     {"net_change_kg", "net by", right},
                     {"net_kg", "net", right},
                     {"gross_change_kg", "gross by", right},
                     {"gross_kg", "gross", right},
                     {"held_change_kg", "held by", right},
                     {"held_kg", "held", right}}};
  const market::Names& names = position.describer.names();
  for (const ProvinceMoves::Move& move : position.moves.moves()) {
    if (!is_asked(move.pollutant, question)) continue;
    table.add({Cell::number(move.sequence),
               {Json(move.at_ns), ""},
               text_of_time(move.at_ns),
               move.year == 0 ? Cell::none() : Cell{Json(move.year), ""},
               name<Pollutant>(move.pollutant),
               name_of(move.cause),
               Cell::number(move.number),
               account(move.from, names),
               account(move.to, names),
               move.sold,
               move.credited,
               move.by.net,
               move.after.net,
               move.by.gross,
               move.after.gross,
               move.by.held,
               move.after.held});
  }
  return table;
}

}  // namespace

int report_position(const std::filesystem::path& data_dir, const PositionQuestion& question,
                    const Output& output) {
  Position position{question.province};
  const ledger::Result result =
      read_verified(data_dir, output,
                    [&](const EntryView& entry) -> std::string { return position.take(entry); });
  if (!result.ok()) return report_failure(result, data_dir, output);
  const AnswerTable rows = rows_of(position, question);
  const AnswerTable moves = moves_of(position, question);
  const std::string province{emx::name_of(question.province)};
  return write_answer(
      data_dir, {{"province", province}, {"as_of", json_of(position.as_of)}},
      {{"position", "position of " + province + ' ' + words_of(position.as_of), rows,
        "headroom: the cap then in force less use and tickets of blocks, not below 0"},
       {"moves", "made by", moves,
        "every entry that changed net, gross or holding; the last sums are the position"}},
      output);
}

}  // namespace emx::audit

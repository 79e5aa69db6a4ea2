#include <algorithm>
#include <optional>
#include <vector>

#include "tools/audit/answer_table.hpp"
#include "tools/audit/describer.hpp"
#include "tools/audit/questions.hpp"
#include "tools/audit/reading.hpp"
#include "tools/audit/rights_trail.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::audit {

namespace {

const char* name_of(RightsTrail::Cause cause) {
  switch (cause) {
    case RightsTrail::Cause::issue:
      return "issue";
    case RightsTrail::Cause::trade:
      return "trade";
    case RightsTrail::Cause::transfer:
      return "transfer";
    case RightsTrail::Cause::other:
      return "other";
  }
  return "?";
}

bool went_through(const std::vector<RightsTrail::Step>& steps, std::uint64_t trade_no) {
  return std::ranges::any_of(steps, [&](const RightsTrail::Step& step) {
    return step.cause == RightsTrail::Cause::trade && step.number == trade_no;
  });
}

bool is_asked(const RightsTrail::Piece& piece, const std::vector<RightsTrail::Step>& steps,
              const RightsTrail& trail, const ProvenanceQuestion& question,
              const market::Names& names) {
  const RightsTrail::Issue& issue = trail.issue_of(piece);
  return (question.facility.empty() || names.account(piece.holder.value) == question.facility) &&
         (question.batch.empty() || issue.batch.view() == question.batch) &&
         (question.issued_to.empty() || names.account(issue.to.value) == question.issued_to) &&
         (question.symbol.empty() || names.asset(piece.asset) == question.symbol) &&
         (question.trade_no == 0 || went_through(steps, question.trade_no));
}

// "facility X": of what is named, what there is not; empty: nothing.
std::string unknown_name(const ProvenanceQuestion& question, const market::Names& names) {
  for (const std::string& facility : {question.facility, question.issued_to}) {
    const bool venue = facility == names.account(account_env_retired.value);
    if (!facility.empty() && !venue && names.find_facility(facility) == no_id) {
      return "facility " + facility;
    }
  }
  const bool known = question.symbol.empty() || names.find_instrument(question.symbol) != no_id;
  return known ? "" : "instrument " + question.symbol;
}

struct Trails {
  AnswerTable pieces{{{"piece", "piece", TextTable::Align::right},
                      {"symbol", "symbol"},
                      {"holder", "held by"},
                      {"lots", "lots", TextTable::Align::right},
                      {"unit", "unit"},
                      {"batch", "batch"},
                      {"issued_to", "issued to"},
                      {"issued_in", "in entry", TextTable::Align::right},
                      {"steps", "steps", TextTable::Align::right}}};
  AnswerTable steps{{{"piece", "piece", TextTable::Align::right},
                     {"step", "step", TextTable::Align::right},
                     {"sequence", "entry", TextTable::Align::right},
                     {"at_ns", ""},
                     {"at", "time (UTC+8)"},
                     {"cause", "by"},
                     {"number", "no.", TextTable::Align::right},
                     {"from", "from"},
                     {"to", "to"},
                     {"lots", "lots", TextTable::Align::right}}};
  std::int64_t lots = 0;
};

// Nothing: it has more steps than may be told.
std::optional<Trails> trails_of(const RightsTrail& trail, const ProvenanceQuestion& question,
                                const market::Names& names) {
  Trails trails;
  for (const RightsTrail::Piece& piece : trail.pieces()) {
    const std::vector<RightsTrail::Step> steps = trail.steps_of(piece);
    if (!is_asked(piece, steps, trail, question, names)) continue;
    if (trails.steps.size() + steps.size() > question.rows_max) return std::nullopt;
    const RightsTrail::Issue& issue = trail.issue_of(piece);
    const std::uint64_t number = trails.pieces.size() + 1;
    trails.lots += piece.lots;
    trails.pieces.add(
        {Cell::number(number), names.asset(piece.asset), names.account(piece.holder.value),
         piece.lots, names.unit(piece.asset - asset_of_instrument(0)), issue.batch.view(),
         names.account(issue.to.value), Cell::number(issue.sequence), Cell::number(steps.size())});
    std::uint64_t place = 0;
    for (const RightsTrail::Step& step : steps) {
      trails.steps.add({Cell::number(number),
                        Cell::number(++place),
                        Cell::number(step.sequence),
                        {Json(step.at_ns), ""},
                        text_of_time(step.at_ns),
                        name_of(step.cause),
                        Cell::number(step.number),
                        names.account(step.from.value),
                        names.account(step.to.value),
                        piece.lots});
    }
  }
  return trails;
}

// Of all rights, or of a series, that are followed up to the moment: some two gigabytes.
constexpr std::size_t steps_max = 20'000'000;

}  // namespace

int report_provenance(const std::filesystem::path& data_dir, const ProvenanceQuestion& question,
                      const Output& output) {
  Describer describer;
  RightsTrail trail{[&](std::uint32_t asset) {
    return question.symbol.empty() || describer.names().asset(asset) == question.symbol;
  }};
  AsOf as_of;
  const ledger::Result result =
      read_verified(data_dir, output, [&](const EntryView& entry) -> std::string {
        as_of.take(entry.stamp);
        describer.take_names(entry);
        std::string words = trail.apply(entry);
        return words.empty() && trail.steps_count() > steps_max ? std::string{read_enough} : words;
      });
  if (!result.ok()) return report_failure(result, data_dir, output);
  const std::string unknown = unknown_name(question, describer.names());
  if (!unknown.empty()) {
    return report_failure({ledger::Status::missing, "there is no " + unknown}, data_dir, output);
  }
  if (trail.steps_count() > steps_max) {
    return report_failure({ledger::Status::no_memory,
                           "by entry " + std::to_string(as_of.sequence) +
                               " the way of the rights has more steps than are followed. Ask for "
                               "one series (--symbol), or for one as it stood earlier (--at)"},
                          data_dir, output);
  }
  const std::optional<Trails> found = trails_of(trail, question, describer.names());
  if (!found) {
    return report_failure(
        {ledger::Status::no_memory,
         "the answer has more than " +
             market::grouped(static_cast<std::int64_t>(question.rows_max)) +
             " steps. Ask for less (--symbol, --facility, --batch, --issued-to, --trade), as it "
             "stood earlier (--at), or for more rows (--max-rows)"},
        data_dir, output);
  }
  const Trails& trails = *found;
  return write_answer(data_dir, {{"as_of", json_of(as_of)}, {"lots", trails.lots}},
                      {{"pieces", "rights " + words_of(as_of), trails.pieces,
                        market::grouped(trails.lots) + " lots in " +
                            market::grouped(static_cast<std::int64_t>(trails.pieces.size())) +
                            " pieces, first in first out"},
                       {"steps", "each piece from its issue on", trails.steps, ""}},
                      output);
}

}  // namespace emx::audit

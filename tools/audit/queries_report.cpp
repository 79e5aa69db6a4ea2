#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/events.hpp"
#include "tools/audit/answer_table.hpp"
#include "tools/audit/describer.hpp"
#include "tools/audit/enum_words.hpp"
#include "tools/audit/questions.hpp"
#include "tools/audit/reading.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::audit {

namespace {

AnswerTable table_of_queries() {
  using enum TextTable::Align;
  return AnswerTable{{{"sequence", "entry", right},
                      {"at_ns", ""},
                      {"at", "time (UTC+8)"},
                      {"by", "by"},
                      {"office", "office"},
                      {"question", "question"},
                      {"arguments", "asked with"},
                      {"code", "code"}}};
}

// One that the exchange refused stands there as well, with its code: somebody asked.
void add_query(const EntryView& entry, const Describer& describer, AnswerTable& table) {
  const auto query = read_record<QueryCommand>(entry.command);
  Code refused = Code::none;
  if (is_refused(entry)) {
    refused = static_cast<Code>(read_record<RefusedEvent>(entry.events).code);
  }
  table.add({Cell::number(entry.stamp.sequence.value),
             {Json(entry.stamp.at_ns), ""},
             text_of_time(entry.stamp.at_ns),
             describer.sender(query.header),
             name<Office>(query.office),
             name<Question>(query.question),
             std::string{query.arguments.view()},
             refused == Code::none ? Cell::none() : Cell{emx::name_of(refused)}});
}

}  // namespace

int report_queries(const std::filesystem::path& data_dir, const QueriesQuestion& question,
                   const Output& output) {
  const Describer describer;
  AnswerTable table = table_of_queries();
  AsOf as_of;
  const ledger::Result result =
      read_verified(data_dir, output, [&](const EntryView& entry) -> std::string {
        if (question.to && is_after(entry.stamp, *question.to)) return std::string{read_enough};
        as_of.take(entry.stamp);
        if (question.from && is_before(entry.stamp, *question.from)) return {};
        const auto kind = static_cast<CommandKind>(read_record<CommandHeader>(entry.command).kind);
        if (kind == CommandKind::query) add_query(entry, describer, table);
        return {};
      });
  if (!result.ok()) return report_failure(result, data_dir, output);
  return write_answer(data_dir, {{"as_of", json_of(as_of)}},
                      {{"queries", "questions that are on record " + words_of(as_of), table,
                        market::grouped(static_cast<std::int64_t>(table.size())) +
                            " questions; each was answered from the entries before it"}},
                      output);
}

}  // namespace emx::audit

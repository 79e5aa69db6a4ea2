#include "engine/vocabulary/date.hpp"
#include "tools/audit/answer_table.hpp"
#include "tools/audit/enum_words.hpp"
#include "tools/audit/questions.hpp"
#include "tools/audit/reading.hpp"
#include "tools/audit/rule_log.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::audit {

namespace {

Cell if_any(const std::string& text) { return text.empty() ? Cell::none() : Cell{text}; }

AnswerTable documents_of(const RuleLog& log) {
  using enum TextTable::Align;
  AnswerTable table{{{"version", "version", right},
                     {"authority", "authority"},
                     {"records", "records", right},
                     {"effective_date", "for"},
                     {"sequence", "document", right},
                     {"at_ns", ""},
                     {"at", "closed (UTC+8)"},
                     {"handed_in_by", "by"},
                     {"signed", "signed"},
                     {"key_set_in", "key of", right},
                     {"activated_in", "activated", right},
                     {"activated_by", "by"},
                     {"approved_by", "and"},
                     {"stage", "now"},
                     {"stage_in", "since entry", right},
                     {"stage_at_ns", ""},
                     {"stage_at", "since (UTC+8)"},
                     {"code", "code"}}};
  for (const RuleLog::Document& document : log.documents()) {
    table.add({Cell::number(document.version),
               name<Authority>(document.authority),
               static_cast<std::int64_t>(document.records),
               text_of(Date{document.effective_date}),
               Cell::number(document.sequence),
               {Json(document.at_ns), ""},
               text_of_time(document.at_ns),
               document.handed_in_by,
               Cell::yes_or_no(document.is_signed),
               Cell::number(document.key_set_in),
               Cell::number(document.activated),
               if_any(document.activated_by),
               if_any(document.approved_by),
               document.stage,
               Cell::number(document.stage_at),
               {Json(document.stage_ns), ""},
               text_of_time(document.stage_ns),
               document.code == Code::none ? Cell::none() : Cell{emx::name_of(document.code)}});
  }
  return table;
}

// Only sets that somebody was judged by, or that signed rules made: a market is set up by hundreds.
bool is_of_interest(const RuleLog::RuleSet& set) {
  return set.of_firms != 0 || set.trades != 0 || set.signed_rules != 0;
}

AnswerTable sets_of(const RuleLog& log) {
  using enum TextTable::Align;
  AnswerTable table{{{"rule_set", "rule set", right},
                     {"at_ns", ""},
                     {"at", "since (UTC+8)"},
                     {"by", "by"},
                     {"approved_by", "and"},
                     {"signed_rules", "signed rules", right},
                     {"first", "first entry", right},
                     {"last", "last entry", right},
                     {"entries", "entries", right},
                     {"of_firms", "of firms", right},
                     {"trades", "trades", right},
                     {"change", "what changed"}}};
  for (const RuleLog::RuleSet& set : log.sets()) {
    if (!is_of_interest(set)) continue;
    table.add({Cell::number(set.id),
               {Json(set.at_ns), ""},
               text_of_time(set.at_ns),
               set.by,
               if_any(set.approved_by),
               set.signed_rules,
               Cell::number(set.first),
               Cell::number(set.last),
               set.entries,
               set.of_firms,
               set.trades,
               set.change});
  }
  return table;
}

}  // namespace

int report_rules(const std::filesystem::path& data_dir, const Output& output) {
  RuleLog log;
  AsOf as_of;
  const ledger::Result result =
      read_verified(data_dir, output, [&](const EntryView& entry) -> std::string {
        as_of.take(entry.stamp);
        log.apply(entry);
        return {};
      });
  if (!result.ok()) return report_failure(result, data_dir, output);
  const AnswerTable documents = documents_of(log);
  const AnswerTable sets = sets_of(log);
  const std::size_t others = log.sets().size() - sets.size();
  return write_answer(
      data_dir, {{"as_of", json_of(as_of)}, {"unused_rule_sets", others}},
      {{"documents", "signed documents " + words_of(as_of), documents, ""},
       {"rule_sets", "rule sets, each in force until the next", sets,
        market::grouped(static_cast<std::int64_t>(others)) +
            " more changes of rules, by which nothing of a firm was judged, are left out"}},
      output);
}

}  // namespace emx::audit

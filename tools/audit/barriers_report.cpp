#include <string>

#include "tools/audit/answer_table.hpp"
#include "tools/audit/barriers.hpp"
#include "tools/audit/describer.hpp"
#include "tools/audit/enum_words.hpp"
#include "tools/audit/questions.hpp"
#include "tools/audit/reading.hpp"

namespace emx::audit {

namespace {

const char* name_of(Barriers::Kind kind) {
  switch (kind) {
    case Barriers::Kind::passed_over:
      return "passed_over";
    case Barriers::Kind::block_refused:
      return "block_refused";
    case Barriers::Kind::refused:
      return "refused";
  }
  return "?";
}

Cell province_cell(std::uint8_t province) {
  return province < provinces_count ? Cell{name<Province>(province)} : Cell{Json{}, "-"};
}

std::string firms_in_words(const std::set<std::string>& firms) {
  std::string text;
  for (const std::string& firm : firms) text += (text.empty() ? "" : " ") + firm;
  return text;
}

AnswerTable barriers_of(const Barriers& barriers) {
  using enum TextTable::Align;
  AnswerTable table{{{"pollutant", "pollutant"},
                     {"kind", "kind"},
                     {"code", "code"},
                     {"seller_province", "seller's"},
                     {"buyer_province", "buyer's"},
                     {"times", "times", right},
                     {"lots", "lots", right},
                     {"unit", "unit"},
                     {"firms", "firms", right},
                     {"first", "first entry", right},
                     {"last", "last entry", right},
                     {"firm_names", "of"}}};
  for (const auto& [key, sums] : barriers.rows()) {
    const bool carbon = is_carbon(static_cast<Pollutant>(key.pollutant));
    table.add({name<Pollutant>(key.pollutant), name_of(key.kind), emx::name_of(key.code),
               province_cell(key.seller), province_cell(key.buyer), sums.times, sums.lots,
               carbon ? "t" : "kg", static_cast<std::int64_t>(sums.firms.size()),
               Cell::number(sums.first), Cell::number(sums.last), firms_in_words(sums.firms)});
  }
  return table;
}

}  // namespace

int report_barriers(const std::filesystem::path& data_dir, const Output& output) {
  Describer describer;
  Barriers barriers;
  AsOf as_of;
  const ledger::Result result =
      read_verified(data_dir, output, [&](const EntryView& entry) -> std::string {
        as_of.take(entry.stamp);
        describer.take_names(entry);
        barriers.apply(entry, describer.names());
        return {};
      });
  if (!result.ok()) return report_failure(result, data_dir, output);
  const AnswerTable table = barriers_of(barriers);
  return write_answer(
      data_dir, {{"as_of", json_of(as_of)}},
      {{"barriers", "who would have traded and may not, " + words_of(as_of), table,
        "passed over: met on price; lots are those displayed, of one order and class the most; "
        "firms are those of the orders that passed over, `emx why` tells the pair of an entry"}},
      output);
}

}  // namespace emx::audit

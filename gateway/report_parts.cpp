#include "gateway/report_parts.hpp"

#include <limits>

#include "engine/vocabulary/commands.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/money.hpp"
#include "engine/vocabulary/refusal_words.hpp"
#include "gateway/decimal.hpp"

namespace emx::gateway {

std::string exec_id(const EntryMark& mark, std::string_view suffix) {
  return std::to_string(mark.stamp.sequence.value) + "-" + std::to_string(mark.event) +
         std::string{suffix};
}

bool is_whole(std::int64_t number) {
  return number != std::numeric_limits<std::int64_t>::max() &&
         number != std::numeric_limits<std::int64_t>::min();
}

namespace {

// The limit and the value that hit it, in units a client knows. Empty where there are none, where
// they are nobody's business, and where the client's own number had to be cut.
std::string figures_of(const RefusedEvent& refused, std::uint8_t flags) {
  const auto pair = [](const std::string& limit, const std::string& value) {
    return " (limit " + limit + ", value " + value + ")";
  };
  const auto cny = [&] {
    return pair(text_of(Fen{refused.limit}) + " CNY", text_of(Fen{refused.value}) + " CNY");
  };
  const auto code = static_cast<Code>(refused.code);
  const std::string words = figures_in_words(code, refused.limit, refused.value);
  if (!words.empty()) return " (" + words + ")";
  if ((refused.limit == 0 && refused.value == 0) || !is_whole(refused.value)) return {};
  switch (code) {
    case Code::o02_value:
    case Code::o05_price:
    case Code::o10_post_only:
    case Code::l01_cash:
      return cny();
    case Code::o04_rate: {
      const std::int64_t wait_ms = (refused.value + 999'999) / 1'000'000;
      return " (" + std::to_string(refused.limit) + " a second; the next in " +
             std::to_string(wait_ms) + " ms)";
    }
    case Code::o06_tick_or_lot:  // of a price: a whole quantity is always whole lots
      return (flags & (order_inexact_price | order_inexact_quantity)) == 0 ? cny() : std::string{};
    case Code::p01_phase: {
      const auto phase = static_cast<Phase>(refused.value);
      if (phase == Phase::continuous) {
        return " (the book has no reference price yet, or its last year is over)";
      }
      if (!is_known(phase)) return " (the two firms had a ticket today)";
      return " (now " + std::string{name_of(phase)} + ")";
    }
    case Code::p05_not_your_account:  // whose it is
      return {};
    default:
      return pair(std::to_string(refused.limit), std::to_string(refused.value));
  }
}

}  // namespace

std::string refusal_text(const RefusedEvent& refused, std::uint8_t flags) {
  return text_of(static_cast<Code>(refused.code)) + figures_of(refused, flags);
}

std::string text_of(Code code) {
  return std::string{name_of(code)} + ": " + std::string{words_of(code)};
}

std::string basins_text(FacilityId facility, InstrumentId instrument, const Directory& directory) {
  return " (the facility's basin is " + std::string{directory.basin_of(facility).view()} +
         ", the instrument's " + std::string{directory.at(instrument).basin.view()} + ")";
}

void add_mark(FieldText& fields, const EntryMark& mark) {
  fields.add(60, utc_timestamp(mark.stamp.at_ns))
      .add(9706, mark.stamp.sequence.value)
      .add(9707, mark.rule_set);
}

void add_code(FieldText& fields, Code code) {
  if (code == Code::none) return;
  fields.add(58, text_of(code)).add(9701, static_cast<std::uint64_t>(code));
}

OutMessage report(std::string_view type, const EntryMark& mark, FieldText& fields) {
  return {.type = std::string{type}, .body = fields.take(), .entry = mark.stamp.sequence.value};
}

OutMessage copy_of(OutMessage report, std::string_view firm) {
  FieldText fields;
  fields.add(797, 'Y');
  report.body.insert(0, fields.text());  // groups come last
  if (report.type != "8") return report;
  FieldText party;
  party.add(453, '1').add(448, firm).add(447, 'D').add(452, '1');
  report.body += party.text();
  return report;
}

}  // namespace emx::gateway

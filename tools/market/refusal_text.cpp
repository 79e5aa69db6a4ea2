#include "tools/market/refusal_text.hpp"

#include "engine/vocabulary/bounds.hpp"
#include "engine/vocabulary/date.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/enums.hpp"
#include "engine/vocabulary/events.hpp"
#include "engine/vocabulary/refusal_words.hpp"
#include "tools/market/amount_text.hpp"

namespace emx::market {

namespace {

std::string pair(const std::string& limit, const std::string& value) {
  return "limit " + limit + ", value " + value;
}

std::string day(std::int64_t days) { return text_of(Date{static_cast<std::int32_t>(days)}); }

// Of a trade date, of a book's phase, or of the one ticket that two firms have a day.
std::string phase_figures(std::int64_t limit, std::int64_t value) {
  if (value >= date_first.value) return pair(day(limit), day(value));
  const auto phase = static_cast<Phase>(value);
  return is_known(phase) ? "now " + std::string{name_of(phase)}
                         : "the two firms had a ticket today";
}

}  // namespace

std::string refusal_figures(Code code, std::int64_t limit, std::int64_t value) {
  const std::string words = figures_in_words(code, limit, value);
  if (!words.empty()) return words;
  if (limit == 0 && value == 0) return {};
  switch (code) {
    case Code::o02_value:
    case Code::o05_price:
    case Code::o06_tick_or_lot:
    case Code::o10_post_only:
    case Code::l01_cash:
      return pair(cny(limit) + " CNY", cny(value) + " CNY");
    case Code::o04_rate:
      return grouped(limit) + " a second; the next in " + grouped((value + 999'999) / 1'000'000) +
             " ms";
    case Code::p01_phase:
      return phase_figures(limit, value);
    default:
      return pair(grouped(limit), grouped(value));
  }
}

std::string words_of_act(Code code) {
  if (code == Code::p04_unknown_account) return "no such account, firm, group or basin";
  // Of acts, only SetInstrument and a record of one have it.
  if (code == Code::d02_duplicate_cl_ord_id) {
    return "the instrument is there already: listed, and another in what never changes, or twice "
           "in the document";
  }
  if (code == Code::k01_killed) {
    return "a firm may leave a stopped group once two persons have released it";
  }
  return std::string{words_of(code)};
}

std::string refusal_in(std::span<const std::byte> events) {
  if (events.empty()) return {};
  const auto refused = read_record<EventHeader>(events);
  if (refused.kind != static_cast<std::uint16_t>(EventKind::refused)) return {};
  const auto event = read_record<RefusedEvent>(events);
  const auto code = static_cast<Code>(event.code);
  const std::string figures = refusal_figures(code, event.limit, event.value);
  return "the exchange refuses it: " + std::string{name_of(code)} + ", " + words_of_act(code) +
         (figures.empty() ? "" : " (" + figures + ")");
}

}  // namespace emx::market

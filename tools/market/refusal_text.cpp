#include "tools/market/refusal_text.hpp"

#include "engine/vocabulary/code.hpp"
#include "engine/vocabulary/entry_view.hpp"
#include "engine/vocabulary/events.hpp"
#include "engine/vocabulary/refusal_words.hpp"

namespace emx::market {

std::string refusal_in(std::span<const std::byte> events) {
  if (events.empty()) return {};
  const auto refused = read_record<EventHeader>(events);
  if (refused.kind != static_cast<std::uint16_t>(EventKind::refused)) return {};
  const auto event = read_record<RefusedEvent>(events);
  const auto code = static_cast<Code>(event.code);
  std::string figures = figures_in_words(code, event.limit, event.value);
  if (figures.empty()) {
    figures = std::to_string(event.value) + ", bound " + std::to_string(event.limit);
  }
  return "the exchange refuses it: " + std::string{name_of(code)} + ", " +
         std::string{words_of(code)} + " (" + figures + ")";
}

}  // namespace emx::market
